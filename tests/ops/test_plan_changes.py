"""Two plans are compared by resource: what is the same is hidden, what is renamed is one."""

from typing import Any

import pytest

from asset_edge.ops import judging, plan_changes
from asset_edge.ops.changes import Change, Changes, Operation
from asset_edge.ops.sentences import Risk
from tests.ops.plans import PAIR, Edited, Plan, base, document, resource, said, verdict

BUCKET = "aws:s3/bucket:Bucket"
CERTIFICATE = "aws:acm/certificate:Certificate"


def between(old: list[Plan], new: list[Plan]) -> Changes:
    return plan_changes.between(document(*old), document(*new))


def one(old: list[Plan], new: list[Plan]) -> Change:
    (change,) = between(old, new).changes
    return change


def a(name: str = "a", parent: Plan | None = None, **options: Any) -> Plan:
    return resource(BUCKET, name, parent, inputs={"bucket": "fixed"}, options=options)


def test_a_plan_against_itself_is_nothing() -> None:
    found = plan_changes.between(base(), base())
    assert found.changes == ()
    assert found.unchanged == len([r for r in base()["resources"] if r["inputs"]])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(a("old"), a("new", aliases=["name=old"]), id="name"),
        pytest.param(a("old"), a("new", aliases=[a("old")["urn"]]), id="urn"),
        pytest.param(
            resource("aws:s3/bucketV2:BucketV2", "a", inputs={"bucket": "fixed"}),
            a(aliases=["aws:s3/bucketV2:BucketV2"]),
            id="type",
        ),
        pytest.param(
            resource("aws:s3/bucketV2:BucketV2", "old", inputs={"bucket": "fixed"}),
            a("new", aliases=["type=aws:s3/bucketV2:BucketV2 name=old"]),
            id="type-and-name",
        ),
        pytest.param(a("a"), a("a", resource(PAIR, "p"), aliases=["parent=none"]), id="parent"),
    ],
)
def test_what_an_alias_names_is_renamed_and_not_made_anew(old: Plan, new: Plan) -> None:
    parents = [resource(PAIR, "p")]
    changes = [c for c in between([old, *parents], [new, *parents]).changes if c.custom and c.type == BUCKET]
    assert [(change.operation, change.was) for change in changes] == [(Operation.UPDATE, old["urn"])]
    judged = judging.judge(between([old, *parents], [new, *parents]))
    assert judged.exit_code == 0


def test_the_children_of_a_renamed_component_are_renamed_along() -> None:
    old, new = resource(PAIR, "old"), resource(PAIR, "new", options={"aliases": ["name=old"]})
    found = between([old, a("old-bucket", old)], [new, a("new-bucket", new)])
    assert {change.operation for change in found.changes} == {Operation.UPDATE}
    assert judging.judge(found).exit_code == 0


def test_a_rename_without_an_alias_is_a_deletion_with_a_hint() -> None:
    found = judging.judge(between([a("old")], [a("new")]))
    assert [(one.change.name, one.change.operation) for one in found.judged] == [
        ("old", Operation.DELETE),
        ("new", Operation.CREATE),
    ]
    assert found.exit_code == 3
    assert "new of the same type would be made: if it was only renamed or moved" in said(found, "old")
    assert a("old")["urn"] in said(found, "old")


def test_of_several_that_come_the_hint_names_the_likeliest() -> None:
    other = resource(BUCKET, "zz", inputs={"bucket": "other"})
    assert "new of the same type" in said(judging.judge(between([a("old")], [a("new"), other])), "old")


def test_one_old_resource_is_not_two_new_ones() -> None:
    found = between([a("old")], [a("n1", aliases=["name=old"]), a("n2", aliases=["name=old"])])
    assert sorted(change.operation for change in found.changes) == [Operation.CREATE, Operation.UPDATE]


def test_an_alias_of_what_is_still_there_renames_nothing() -> None:
    found = between([a("old")], [a("old"), a("new", aliases=["name=old"])])
    assert [(change.name, change.operation) for change in found.changes] == [("new", Operation.CREATE)]


def test_what_the_program_ignores_does_not_change() -> None:
    old = resource(BUCKET, "a", inputs={"bucket": "x", "tags": {"a": "1", "b": "1"}})
    new = resource(
        BUCKET,
        "a",
        inputs={"bucket": "y", "tags": {"a": "2", "b": "2"}},
        options={"ignoreChanges": ["bucket", "tags.a"]},
    )
    change = one([old], [new])
    assert [value.path for value in change.properties] == ["tags.b"]
    assert change.operation == Operation.UPDATE


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"replaceOnChanges": ["tags"]}, Operation.REPLACE),
        ({"replaceOnChanges": ["*"]}, Operation.REPLACE),
        ({"replaceOnChanges": ["region"]}, Operation.UPDATE),
        ({}, Operation.UPDATE),
    ],
)
def test_the_program_may_ask_for_a_replacement(options: dict[str, Any], wanted: Operation) -> None:
    sides = [resource(BUCKET, "a", inputs={"tags": {"a": v}}, options=options) for v in ("1", "2")]
    assert one([sides[0]], [sides[1]]).operation == wanted


def test_a_replacement_trigger_replaces_and_another_provider_may() -> None:
    assert one([a()], [a(replacementTrigger="2")]).operation == Operation.REPLACE
    moved = one([a()], [a(provider="urn:pulumi:prod::asset-edge::pulumi:providers:aws::other")])
    assert moved.operation == Operation.MAY_REPLACE
    assert "another account or region" in moved.reasons[0].source


def test_what_holds_a_value_of_a_replaced_resource_is_replaced_too_where_that_forces_it() -> None:
    found = verdict(lambda plan: plan.inputs("edge-certificate").update(domainName="other.example.com"))
    assert {one.change.name: one.change.operation for one in found.judged} == {
        "edge-certificate": Operation.REPLACE,
        "edge-certificate-validation": Operation.REPLACE,
    }
    assert "edge-certificate would be replaced, whose value it holds" in said(
        found, "edge-certificate-validation"
    )
    assert found.exit_code == 0, "a certificate holds nothing"


def test_what_only_names_a_replaced_resource_elsewhere_is_left_alone() -> None:
    user = resource("aws:cloudfront/distribution:Distribution", "d", inputs={"x": f"<{CERTIFICATE} c arn>"})
    sides = [resource(CERTIFICATE, "c", inputs={"domainName": name}) for name in ("a", "b")]
    assert [change.name for change in between([sides[0], user], [sides[1], user]).changes] == ["c"]


def test_changes_are_grouped_by_their_outermost_component() -> None:
    outer = resource("asset-edge:index:Outer", "outer")
    inner = resource("asset-edge:index:Inner", "inner", outer)
    found = between([outer, inner], [outer, inner, a("b", inner), a("free")])
    assert {change.name: change.component for change in found.changes} == {"b": "outer", "free": ""}


def test_a_component_that_comes_or_goes_is_no_danger_of_its_own() -> None:
    gone = judging.judge(between([resource(PAIR, "p"), a("p-b", resource(PAIR, "p"))], []))
    assert gone.counts() == {"delete": 1}
    assert [(one.change.name, one.risk) for one in gone.judged] == [("p-b", Risk.LOSS), ("p", Risk.LOW)]


def test_what_stays_in_the_account_is_forgotten_and_not_deleted() -> None:
    found = judging.judge(between([a(retainOnDelete=True)], []))
    assert found.exit_code == 0
    assert "would be forgotten: it stays in the account" in said(found, "a")


def test_a_protected_resource_is_not_deleted_without_a_word() -> None:
    told = said(judging.judge(between([a(protect=True)], [])), "a")
    assert "would be DELETED" in told
    assert "Pulumi will refuse" in told


@pytest.mark.parametrize(
    ("old", "new", "wanted", "notes"),
    [
        ({}, {}, None, 0),
        ({"largestWeightStepPoints": 25}, {"largestWeightStepPoints": 100}, 25, 1),
        ({}, {"largestWeightStepPoints": 10}, 10, 0),
        ({"largestWeightStepPoints": "25"}, {"largestWeightStepPoints": True}, None, 0),
        ({"largestWeightStepPoints": 10**400}, None, None, 0),
    ],
)
def test_the_largest_step_is_the_bases_because_a_change_cannot_allow_itself(
    old: Any, new: Any, wanted: float | None, notes: int
) -> None:
    found = plan_changes.between({**base(), "outputs": old}, {**base(), "outputs": new})
    assert (found.largest_step_points, len(found.notes)) == (wanted, notes)


def test_policy_results_of_the_head_are_told_and_odd_ones_left() -> None:
    told = [{"policy": "p", "level": "mandatory", "message": "m", "urn": "u"}, 3, {}]
    found = verdict(lambda _: None, policies=told).changes.policies
    assert [(p.policy, p.level, p.message, p.urn) for p in found] == [
        ("p", "mandatory", "m", "u"),
        ("", "", "", ""),
    ]


def test_a_secret_on_one_side_is_masked_on_both() -> None:
    sides = [
        resource("aws:route53/healthCheck:HealthCheck", "h", inputs={"resourcePath": v})
        for v in ("plain", "[secret]")
    ]
    (value,) = one([sides[0]], [sides[1]]).properties
    assert (value.path, value.old, value.new) == ("resourcePath", "[secret]", "[secret]")


def test_edits_of_the_base_are_seen_and_nothing_else() -> None:
    def edit(plan: Edited) -> None:
        plan.without("origin-request-logs")
        plan.add(resource(BUCKET, "extra", inputs={"bucket": "extra"}))

    assert verdict(edit).counts() == {"delete": 1, "create": 1}
