"""A document that cannot be judged is refused with words, never taken for one without changes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from asset_edge.errors import LocalError
from asset_edge.ops import documents
from tests.ops.plans import base

PREVIEWS = Path(__file__).parent / "previews"
PLAN = json.dumps(base())
PREVIEW = (PREVIEWS / "changes.json").read_text()
EVENTS = (PREVIEWS / "changes.ndjson").read_text()


def refused(tmp_path: Path, *texts: str | bytes, home: str = "") -> str:
    files = []
    for index, text in enumerate(texts):
        file = tmp_path / f"{index}.json"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        files.append(file)
    with pytest.raises(LocalError) as told:
        documents.changes_of(*files, home=home)
    return str(told.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", ["0.json is empty", "write it anew"], id="empty"),
        pytest.param(" \n\n", ["is empty"], id="blank"),
        pytest.param("hello", ["is no JSON", "line 1, column 1", "asset-edge plan --json"], id="words"),
        pytest.param(PREVIEW[:400], ["is cut off at line"], id="preview-cut-off"),
        pytest.param(PLAN[: len(PLAN) // 2], ["is cut off"], id="plan-cut-off"),
        pytest.param(PREVIEW.rstrip()[:-1], ["is cut off"], id="last-brace"),
        pytest.param(EVENTS[:-30], ["the event in line", "is cut off"], id="events-cut-off"),
        pytest.param(EVENTS + "oops\n" + EVENTS, ["is no JSON"], id="words-between-events"),
        pytest.param(EVENTS + "{}\n", ["is no event of the engine"], id="odd-event"),
        pytest.param(PREVIEW + PREVIEW, ["more than one document"], id="two-previews-in-one-file"),
        pytest.param(PLAN + "\n" + PLAN, ["is no event of the engine"], id="two-plans-in-one-file"),
        pytest.param("[1]", ["holds a list"], id="list"),
        pytest.param("null", ["holds a NoneType"], id="null"),
        pytest.param("{}", ["neither a plan nor a preview", "its keys are none"], id="no-keys"),
        pytest.param('{"a": 1, "b": 2}', ["its keys are a, b"], id="other-keys"),
        pytest.param('{"resourcePlans": {}}', ["an update plan", "--save-plan"], id="update-plan"),
        pytest.param('{"version": 3, "deployment": {}}', ["an exported state"], id="state"),
        pytest.param('{"steps": 3}', ["steps is no list of objects"], id="steps"),
        pytest.param('{"steps": [3]}', ["steps is no list of objects"], id="step"),
        pytest.param('{"diagnostics": {"a": 1}}', ["diagnostics is no list"], id="diagnostics"),
        pytest.param("[" * 100_000, ["nested deeper than 60"], id="deep"),
        pytest.param('{"steps":' + "[" * 70 + "]" * 70 + "}", ["nested deeper than 60"], id="deep-and-whole"),
        pytest.param(b"\xff\xfe{\x00", ["is not UTF-8", "byte 0"], id="utf-16"),
        pytest.param(PLAN, ["is a plan, and alone says nothing", "the base's plan first"], id="one-plan"),
    ],
)
def test_a_file_that_is_no_whole_document_is_named_with_what_is_wrong(
    tmp_path: Path, text: str | bytes, words: list[str]
) -> None:
    told = refused(tmp_path, text)
    assert [word for word in words if word not in told] == [], told


def other(**changed: str) -> str:
    return json.dumps({**base(), **changed})


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        pytest.param((PREVIEW, PREVIEW), ["are both previews", "Give one"], id="two-previews"),
        pytest.param((EVENTS, PREVIEW), ["are both previews"], id="events-and-preview"),
        pytest.param((PLAN, PREVIEW), ["a plan", "a preview; both must be plans"], id="plan-and-preview"),
        pytest.param((EVENTS, PLAN), ["stream of events", "both must be plans"], id="events-and-plan"),
        pytest.param((PLAN, other(stack="dev")), ["asset-edge/prod", "asset-edge/dev"], id="another-stack"),
        pytest.param(
            (other(project="x"), PLAN), ["is of x/prod", "of asset-edge/prod"], id="another-project"
        ),
    ],
)
def test_two_files_that_do_not_belong_together_are_refused(
    tmp_path: Path, texts: tuple[str, str], words: list[str]
) -> None:
    told = refused(tmp_path, *texts)
    assert [word for word in words if word not in told] == [], told


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        pytest.param(lambda plan: plan["resources"][3].pop("inputs"), "resource 3 lacks", id="inputs"),
        pytest.param(lambda plan: plan["resources"][0].update(urn=3), "resource 0 lacks", id="urn"),
        pytest.param(lambda plan: plan["resources"].insert(0, 3), "resource 0 lacks", id="number"),
        pytest.param(lambda plan: plan["resources"].append(plan["resources"][0]), "twice", id="twice"),
        pytest.param(lambda plan: plan.update(stack=3), "does not say whose plan", id="stack"),
        pytest.param(lambda plan: plan["resources"][0].update(options=[3]), "options or", id="options"),
    ],
)
def test_a_plan_of_another_shape_is_refused(
    tmp_path: Path, spoil: Callable[[dict[str, object]], object], words: str
) -> None:
    plan = base()
    spoil(plan)
    assert words in refused(tmp_path, PLAN, json.dumps(plan))


@pytest.mark.parametrize("texts", [(PLAN, PLAN), (PREVIEW,), (EVENTS,)], ids=["plans", "preview", "events"])
def test_the_stack_that_one_asks_for_is_the_one_that_is_judged(
    tmp_path: Path, texts: tuple[str, ...]
) -> None:
    told = refused(tmp_path, *texts, home="asset-edge/dev")
    assert "is of asset-edge/prod, not of asset-edge/dev" in told
    files = [tmp_path / f"{index}.json" for index in range(len(texts))]
    assert documents.changes_of(*files, home="asset-edge/prod").stack == "prod"


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.json"
    with file.open("wb") as out:
        out.truncate(documents.LARGEST_BYTES + 1)
    with pytest.raises(LocalError, match="268,435,457 bytes; at most 268,435,456"):
        documents.changes_of(file)


def test_a_byte_order_mark_and_windows_lines_are_no_hindrance(tmp_path: Path) -> None:
    file = tmp_path / "events.json"
    file.write_bytes(b"\xef\xbb\xbf" + EVENTS.replace("\n", "\r\n").encode())
    assert len(documents.changes_of(file).changes) == 4


def test_a_newer_documents_fields_are_left_alone(tmp_path: Path) -> None:
    plan = base()
    for one in plan["resources"]:
        one["aNewField"] = {"x": [1]}
    files = [tmp_path / "old.json", tmp_path / "new.json"]
    files[0].write_text(PLAN)
    files[1].write_text(json.dumps({**plan, "somethingNew": True}))
    assert documents.changes_of(*files).changes == ()
