"""The comment for ten planted changes, kept as files, and what a machine does about each."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asset_edge.ops import comment, judging, plan_changes
from asset_edge.ops.sentences import Risk
from tests.ops.plans import CONFIG, Edited, Plan, base, document, policy, resource, statement, verdict

GOLDEN = Path(__file__).parent / "golden"
BUCKET, REPLICA = "assets-bucket-eu-west-1", "assets-bucket-us-east-1"


def weight_to_nothing(plan: Edited) -> None:
    plan.inputs("origin-cname-eu-west-1")["weightedRoutingPolicies"] = [{"weight": 0}]
    plan.inputs("origin-beacon-eu-west-1")["records"] = ["127.0.0.0"]


def embargo_off(plan: Edited) -> None:
    plan.config()["behaviors"][0]["embargo"] = "off"
    plan.inputs("origin-request-function")["code"]["archive"][CONFIG] = "4" * 64


def bundle_changed(plan: Edited) -> None:
    files = plan.inputs("origin-request-function")["code"]["archive"]
    files["handlers/edge/sigv4.py"] = "5" * 64
    files["handlers/edge/fitting.py"] = "6" * 64
    plan.inputs("origin-request-function")["sourceCodeHash"] = "two"


def territory_widened(plan: Edited) -> None:
    plan.config()["territories"][0]["allow"] += ["GB", "US"]
    plan.inputs("origin-request-function")["code"]["archive"][CONFIG] = "7" * 64


def bucket_renamed(plan: Edited) -> None:
    for name in (BUCKET, "assets-policy-eu-west-1", "assets-versioning-eu-west-1"):
        plan.inputs(name)["bucket"] = "assets-of-another-name"


def protection_removed(plan: Edited) -> None:
    del plan.named(REPLICA)["options"]["protect"]


def ttl_up(plan: Edited) -> None:
    plan.inputs("origin-beacon-us-east-1")["ttl"] = 300


def log_retention_down(plan: Edited) -> None:
    plan.inputs("origin-request-logs")["retentionInDays"] = 7


def cache_key_changed(plan: Edited) -> None:
    key = plan.inputs("edge-cache-policy")["parametersInCacheKeyAndForwardedToOrigin"]
    key["headersConfig"] = {
        "headerBehavior": "whitelist",
        "headers": {"items": ["CloudFront-Viewer-Country"]},
    }


def registry_region_removed(plan: Edited) -> None:
    plan.inputs("registry-table")["replicas"].pop()


PLANTED: tuple[tuple[Callable[[Edited], None], int], ...] = (
    (weight_to_nothing, 0),
    (embargo_off, 0),
    (bundle_changed, 0),
    (territory_widened, 0),
    (bucket_renamed, 3),
    (protection_removed, 3),
    (ttl_up, 0),
    (log_retention_down, 0),
    (cache_key_changed, 0),
    (registry_region_removed, 0),
)


def all_ten(plan: Edited) -> None:
    for plant, _ in PLANTED:
        plant(plan)


def kept(name: str, text: str) -> str:
    """The golden file's text; written where there is none yet."""
    file = GOLDEN / f"{name}.md"
    if not file.exists():
        file.write_text(text, encoding="utf-8")
        pytest.fail(f"{file} was not there; it is written now, to be looked at and committed")
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("plant", "code"), PLANTED, ids=[plant.__name__ for plant, _ in PLANTED])
def test_each_planted_change_has_its_comment_and_exit_code(
    plant: Callable[[Edited], None], code: int
) -> None:
    found = verdict(plant)
    text = comment.comment(found)
    assert text == kept(plant.__name__, text)
    assert found.exit_code == code


def test_all_ten_together_have_the_two_most_dangerous_at_the_top() -> None:
    found = verdict(all_ten)
    text = comment.comment(found)
    assert text == kept("all_ten", text)
    assert found.exit_code == 3
    first = [line for line in text.splitlines() if line.startswith("- **")][:2]
    assert [BUCKET in first[0], REPLICA in first[1]] == [True, True], first
    assert text.splitlines()[3].startswith("**STOP: 2 resources that hold something")


def test_when_nothing_changes_a_comment_says_so_under_the_same_marker() -> None:
    found = verdict(lambda _: None)
    text = comment.comment(found)
    assert text == kept("nothing", text)
    assert (found.exit_code, found.judged) == (0, ())
    assert text.splitlines()[0] == comment.comment(verdict(all_ten)).splitlines()[0]


def many(number: int, old: str, new: str) -> tuple[Plan, Plan]:
    """Two plans of as many buckets and rules."""

    def of(value: str) -> Plan:
        return document(
            *(
                resource(
                    "aws:s3/bucket:Bucket", f"bucket-{i}", inputs={"bucket": value.replace("{}", str(i))}
                )
                for i in range(number // 2)
            ),
            *(
                resource(
                    "aws:s3/bucketPolicy:BucketPolicy",
                    f"policy-{i}",
                    inputs={"policy": policy(statement(value.replace("{}", str(i))))},
                )
                for i in range(number - number // 2)
            ),
        )

    return of(old), of(new)


@pytest.mark.parametrize("pattern", ["changed-{}", "|<&>`*_@#{}" * 30, "\u202e\U0001f600{}" * 40])
def test_two_thousand_changes_stay_under_the_limit_with_the_summary_whole(pattern: str) -> None:
    found = judging.judge(plan_changes.between(*many(2_000, "now-{}", pattern)))
    text = comment.comment(found)
    assert len(found.judged) == 2_000
    assert len(text.encode("utf-16-le")) // 2 <= comment.MOST_CHARACTERS
    assert "**STOP: 1000 resources that hold something" in text
    assert "1000 to replace, 1000 to update, 0 unchanged" in text
    assert text.count("- **LOSS** ") >= 10
    assert "are left out**, because a comment holds 65,536 characters" in text
    assert text.count("<details") == text.count("</details>")
    left_out = int(text.rpartition("sections with ")[2].split(" ")[0])
    shown = text.count("\n- **REPLACE**") + text.count("\n- **UPDATE**")
    assert left_out + shown == 2_000


@pytest.mark.parametrize("most_characters", [0, 500, 2_000, 10_000])
def test_the_summary_is_whole_however_little_room_there_is(most_characters: int) -> None:
    whole = comment.comment(verdict(all_ten))
    summary = whole.partition("### What could be lost")[0]
    short = comment.comment(verdict(all_ten), most_characters)
    assert short.startswith(summary.rstrip("\n"))
    assert len(short) <= max(most_characters, len(summary) + 300)


def test_the_riskiest_component_comes_first_and_what_is_same_is_hidden() -> None:
    found = verdict(all_ten)
    risks = [max(one.risk for one in group) for group in found.components().values()]
    assert risks == sorted(risks, reverse=True)
    assert all(one.change.name != "edge-distribution" for one in found.judged)
    assert found.changes.unchanged == len([r for r in base()["resources"] if r["inputs"]]) - len(found.judged)
    assert found.judged[0].risk == Risk.LOSS
