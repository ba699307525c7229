"""What the engine previews is read from its document and from its events alike, secrets masked."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asset_edge.errors import LocalError
from asset_edge.ops import comment, documents, judging, preview_changes, verdict_text
from asset_edge.ops.changes import Changes, Operation, Policy
from asset_edge.ops.sentences import Risk

PREVIEWS = Path(__file__).parent / "previews"
SECRETS = ("hunter2-hunter2", "changed-secret")
STACK = "urn:pulumi:prod::asset-edge::pulumi:pulumi:Stack::asset-edge-prod"
BUCKET = "urn:pulumi:prod::asset-edge::aws:s3/bucket:Bucket::b"


def preview(edit: Callable[[dict[str, Any]], object] = lambda _: None) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((PREVIEWS / "changes.json").read_text())
    edit(told)
    return told


def events() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (PREVIEWS / "changes.ndjson").read_text().splitlines()]


def everything(changes: Changes) -> str:
    """Whatever anybody may see of it."""
    found = judging.judge(changes)
    text = "\n".join(line.plain for line in verdict_text.lines(found))
    return "\n".join((text, comment.comment(found), verdict_text.dumps(found), repr(changes)))


def test_a_document_and_the_events_of_the_same_preview_say_the_same() -> None:
    one, other = preview_changes.of_preview(preview()), preview_changes.of_events(events())
    assert one.changes == other.changes
    assert (one.unchanged, one.diagnostics, one.before) == (126, other.diagnostics, other.before)
    assert (one.project, one.stack, one.failed) == ("asset-edge", "prod", False)
    assert one.largest_step_points == 25


@pytest.mark.parametrize("read", ["document", "events"])
def test_a_preview_is_judged_in_the_platforms_words(read: str) -> None:
    told = (
        preview_changes.of_preview(preview()) if read == "document" else preview_changes.of_events(events())
    )
    found = judging.judge(told)
    assert found.exit_code == 3
    assert [one.change.name for one in found.losses] == ["assets-bucket-primary", "registry-table"]
    bucket = found.losses[0].change
    assert (bucket.operation, bucket.component) == (Operation.REPLACE, "assets")
    assert [(reason.path, reason.source) for reason in bucket.reasons] == [("bucket", "the engine's preview")]
    said = everything(told)
    assert "50 → 0; its share is not known, because what stays the same is not shown" in said
    assert "the bundle of viewer-request would change; keys are in it" in said


@pytest.mark.parametrize("read", ["document", "events"])
def test_no_secret_of_a_preview_is_seen_wherever_it_stands(read: str) -> None:
    told = (
        preview_changes.of_preview(preview()) if read == "document" else preview_changes.of_events(events())
    )
    seen = everything(told)
    assert [secret for secret in SECRETS if secret in seen] == []
    assert "environment.variables.KEY: [secret] → [secret]" in seen
    assert "was [secret] → is [secret]" in seen
    assert "runtime ages, says [secret]" in seen


def test_what_is_unknown_is_known_after_apply_and_no_colour_is_left() -> None:
    seen = everything(preview_changes.of_preview(preview()))
    assert "would answer known after apply and no longer a" in seen
    assert "04da6b54" not in seen
    assert "<{%" not in seen


def test_what_a_program_prints_is_not_told_but_what_the_engine_warns_of_is() -> None:
    told = preview_changes.of_preview(preview()).diagnostics
    assert [(one.severity, one.message) for one in told] == [("warning", "runtime ages, says [secret]")]


def test_policy_results_come_with_the_events_and_may_come_with_a_document() -> None:
    wanted = (Policy(policy="bucket-names", level="mandatory", message="buckets keep their names", urn=""),)
    found = preview_changes.of_events(events()).policies
    assert [(one.policy, one.level, one.message) for one in found] == [
        (one.policy, one.level, one.message) for one in wanted
    ]
    added = {
        "policies": [{"policy": "bucket-names", "level": "mandatory", "message": "buckets keep their names"}]
    }
    assert preview_changes.of_preview({**preview(), **added}).policies == wanted
    text = comment.comment(judging.judge(preview_changes.of_events(events())))
    assert (
        "### Policies\n\n- **mandatory** <code>bucket-names</code>: <code>buckets keep their names</code>"
        in text
    )


def test_a_failed_preview_has_its_messages_first() -> None:
    told = documents.changes_of(PREVIEWS / "failed.json")
    text = comment.comment(judging.judge(told))
    assert told.failed
    assert text.splitlines()[0] == "<!-- asset-edge diff asset-edge/prod -->"
    assert "**The preview did not come to its end: there may be more changes than these.**" in text
    assert text.index("### What the engine said") < text.index("&#60;script&#62;alert(1)&#60;/script&#62;")
    assert "**Nothing is known to change**" in text
    assert "@" not in text


@pytest.mark.parametrize(
    "drop",
    [
        pytest.param(lambda all_: all_[:-1], id="no-summary"),
        pytest.param(lambda all_: [*all_[:-1], {"sequence": 1, "cancelEvent": {}}], id="cancelled"),
        pytest.param(lambda all_: [*all_, {"sequence": 1, "errorEvent": {"error": "no"}}], id="error"),
        pytest.param(
            lambda all_: [*all_[:-1], {"summaryEvent": {"result": "failed", "resourceChanges": {}}}],
            id="failed",
        ),
        pytest.param(
            lambda all_: [*all_, {"resOpFailedEvent": {"metadata": {"urn": BUCKET}, "status": 1}}], id="step"
        ),
        pytest.param(
            lambda all_: [*all_, {"diagnosticEvent": {"severity": "error", "message": "no"}}], id="diagnostic"
        ),
    ],
)
def test_a_stream_that_did_not_come_to_its_end_is_not_taken_for_whole(
    drop: Callable[[list[Any]], list[Any]],
) -> None:
    told = preview_changes.of_events(drop(events()))
    assert told.failed
    assert len(told.changes) == 4


def test_an_operation_of_a_newer_cli_is_named_and_dangerous() -> None:
    found = judging.judge(documents.changes_of(PREVIEWS / "newer.json"))
    (one,) = found.judged
    assert (one.risk, one.change.operation, found.exit_code) == (Risk.LOSS, Operation.UNKNOWN, 3)
    assert "operation transmogrify" in "\n".join(told.plain() for told in one.sentences)


def test_an_unknown_operation_on_what_holds_nothing_is_dangerous_but_no_loss() -> None:
    def edit(told: dict[str, Any]) -> None:
        told["steps"][3]["op"] = "transmogrify"

    (one,) = [
        one
        for one in judging.judge(preview_changes.of_preview(preview(edit))).judged
        if one.change.name == "origin-cname-eu-west-1"
    ]
    assert one.risk == Risk.HIGH


def test_nothing_to_change_is_nothing_and_no_steps_at_all_are_a_failure() -> None:
    told = documents.changes_of(PREVIEWS / "nothing.json")
    assert (told.changes, told.failed, told.unchanged) == ((), False, 130)
    none = preview_changes.of_preview({"steps": [], "duration": 1}, home="asset-edge/prod")
    assert (none.failed, none.project, none.stack) == (True, "asset-edge", "prod")
    unnamed = preview_changes.of_preview({"steps": [], "duration": 1})
    assert "name it with --stack PROJECT/STACK" in unnamed.notes[0]
    assert comment.comment(judging.judge(unnamed)).startswith(
        "<!-- asset-edge diff / -->\n## Changes of an unnamed"
    )


def test_steps_of_two_stacks_are_refused() -> None:
    def edit(told: dict[str, Any]) -> None:
        told["steps"][1]["urn"] = told["steps"][1]["urn"].replace(":prod:", ":dev:")

    with pytest.raises(LocalError, match="more than one stack: asset-edge/dev, asset-edge/prod"):
        preview_changes.of_preview(preview(edit))


@pytest.mark.parametrize(
    ("operations", "wanted"),
    [
        (["create-replacement", "replace", "delete-replaced"], Operation.REPLACE),
        (["delete-replaced"], Operation.REPLACE),
        (["import-replacement", "delete-replaced"], Operation.REPLACE),
        (["delete"], Operation.DELETE),
        (["import"], Operation.IMPORT),
        (["read"], Operation.READ),
        (["refresh"], Operation.REFRESH),
        (["discard"], Operation.DISCARD),
        (["create"], Operation.CREATE),
        (["update", "something-new"], Operation.UNKNOWN),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else "",
)
def test_the_steps_of_one_resource_are_one_change(operations: list[str], wanted: Operation) -> None:
    state = {"urn": BUCKET, "type": "aws:s3/bucket:Bucket", "custom": True, "inputs": {"bucket": "b"}}
    steps = [{"op": op, "urn": BUCKET, "oldState": state, "newState": state} for op in operations]
    (change,) = preview_changes.of_preview({"steps": steps}).changes
    assert change.operation == wanted
    assert change.told_operation == ", ".join(operations)


def test_a_protection_that_ends_while_nothing_else_changes_is_seen() -> None:
    old = {"urn": BUCKET, "type": "aws:s3/bucket:Bucket", "custom": True, "inputs": {}, "protect": True}
    step = {"op": "same", "urn": BUCKET, "oldState": old, "newState": {**old, "protect": False}}
    assert judging.judge(preview_changes.of_preview({"steps": [step]})).exit_code == 3


def test_with_the_sames_shown_shares_are_known() -> None:
    def edit(told: dict[str, Any]) -> None:
        step = copy.deepcopy(told["steps"][3])
        step["op"], step["urn"] = "same", step["urn"].replace("eu-west-1", "us-east-1")
        for side in ("oldState", "newState"):
            step[side]["inputs"] = {
                **step[side]["inputs"],
                "setIdentifier": "us-east-1",
                "weightedRoutingPolicies": [{"weight": 50}],
            }
        told["steps"].append(step)
        told["changeSummary"]["same"] = 2

    assert "its share 50 % → 0 %" in everything(preview_changes.of_preview(preview(edit)))


@pytest.mark.parametrize(
    "spoilt",
    [
        {"op": 3, "urn": None},
        {"op": "update", "urn": BUCKET, "oldState": 4, "newState": []},
        {"op": "update", "urn": BUCKET, "detailedDiff": [1], "diffReasons": 7, "replaceReasons": {"a": 1}},
        {
            "op": "update",
            "urn": BUCKET,
            "oldState": {"inputs": "x"},
            "newState": {"inputs": None, "parent": 3},
        },
        {"op": "update", "urn": BUCKET, "detailedDiff": {"a": None, "b": {"kind": 4}}},
        {},
    ],
)
def test_steps_of_another_shape_are_read_as_far_as_they_go(spoilt: dict[str, Any]) -> None:
    told = preview_changes.of_preview({"steps": [spoilt]})
    assert everything(told)
    assert len(told.changes) == 1
