"""What only changes its name or its order is not told as made anew, and hints can be followed."""

from typing import Any

import pytest

from asset_edge.ops import judging, plan_changes, verdict_text
from asset_edge.ops.judging import Verdict
from tests.ops.plans import PAIR, Plan, document, resource

ROLE, ROLE_POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
BUCKET = "aws:s3/bucket:Bucket"


def pair(name: str, **options: Any) -> list[Plan]:
    whole = resource(PAIR, name, options=options)
    role = resource(ROLE, f"{name}-role", whole, inputs={"path": "/"})
    return [
        whole,
        role,
        resource(ROLE_POLICY, f"{name}-policy", whole, inputs={"role": f"<{ROLE} {name}-role name>"}),
        resource(BUCKET, f"{name}-bucket-primary", whole, inputs={"bucket": "a"}),
        resource(BUCKET, f"{name}-bucket-replica", whole, inputs={"bucket": "b"}),
    ]


def judged(old: list[Plan], new: list[Plan]) -> Verdict:
    return judging.judge(plan_changes.between(document(*old), document(*new)))


def told(verdict: Verdict, name: str) -> str:
    (found,) = [one for one in verdict.judged if one.change.name == name]
    return " | ".join(sentence.plain() for sentence in found.sentences)


def test_a_renamed_component_makes_nothing_anew_that_refers_to_its_parts() -> None:
    found = judged(pair("assets"), pair("media", aliases=["name=assets"]))
    assert found.counts() == {"update": 4}
    assert [one.change.properties for one in found.judged] == [()] * 5
    assert found.exit_code == 0


def test_two_that_swap_their_names_stay_two() -> None:
    def plan(first: str, second: str, **told: Any) -> list[Plan]:
        roles = [resource(ROLE, "one"), resource(ROLE, "two")]
        inputs = {"a": f"<{ROLE} {first} arn>", "b": f"<{ROLE} {second} arn>"}
        return [*roles, resource(ROLE_POLICY, "policy", inputs=inputs, **told)]

    found = judged(plan("one", "two"), plan("two", "one"))
    assert [one.path for one in found.judged[0].change.properties] == ["a", "b"]


def test_a_reference_to_another_resource_still_makes_anew() -> None:
    other = pair("media", aliases=["name=assets"])
    other[2]["inputs"]["role"] = f"<{ROLE} stranger name>"
    found = judged(pair("assets"), other)
    assert found.counts()["replace"] == 1
    assert "nothing is made anew" not in told(found, "media-policy")


def test_without_an_alias_the_hint_is_about_the_component() -> None:
    found = judged(pair("assets"), pair("media"))
    assert found.exit_code == 3
    assert "component media of the same type would be made: if assets was" in told(
        found, "assets-bucket-replica"
    )


def test_without_a_component_the_hint_names_what_ends_alike() -> None:
    def buckets(first: str) -> list[Plan]:
        return [resource(BUCKET, f"{first}-{end}", inputs={"bucket": "a"}) for end in ("primary", "replica")]

    found = judged(buckets("assets"), buckets("media"))
    for end in ("primary", "replica"):
        assert f"media-{end} of the same type" in told(found, f"assets-{end}")


CERTIFICATE = "aws:acm/certificateValidation:CertificateValidation"


def test_the_same_texts_in_another_order_make_nothing_anew() -> None:
    names: list[list[Plan]] = [
        [resource(CERTIFICATE, "one", inputs={"validationRecordFqdns": order})]
        for order in (["a", "b"], ["b", "a"])
    ]
    assert told(judged(*names), "one") == "validationRecordFqdns (order): a, b → b, a"


def test_a_reason_is_told_once() -> None:
    names: list[list[Plan]] = [
        [resource(CERTIFICATE, "one", inputs={"validationRecordFqdns": order})]
        for order in (["a", "b"], ["c", "d"])
    ]
    assert told(judged(*names), "one").count("is made anew") == 1


def test_the_last_element_of_a_list_is_told_by_its_name() -> None:
    table = "aws:dynamodb/table:Table"
    old = [resource(table, "one", inputs={"replicas": [{"regionName": "eu-west-1"}]})]
    new = [resource(table, "one", inputs={"replicas": []})]
    assert told(judged(old, new), "one").count("eu-west-1") == 1


@pytest.mark.parametrize("option", ["ignoreChanges", "replaceOnChanges", "aliases"])
@pytest.mark.parametrize("value", [3, True, {}, [None], "bucket", [[]]])
def test_options_of_another_shape_end_in_no_accident(option: str, value: Any) -> None:
    old = [resource(BUCKET, "one", inputs={"bucket": "a"})]
    new = [resource(BUCKET, "one", inputs={"bucket": "b"}, options={option: value})]
    assert judged(old, new).changes.project == "asset-edge"


def test_a_policy_says_which_resource_breaks_it() -> None:
    policies = [{"policy": "p", "level": "mandatory", "message": "m", "urn": f"urn:pulumi:a::b::{BUCKET}::x"}]
    policies += [{"policy": "q", "level": "advisory", "message": "n"}]
    verdict = judging.judge(plan_changes.between(document(), document(policies=policies)))
    lines = [line.plain for line in verdict_text.lines(verdict)]
    assert "policy mandatory p x: m" in lines
    assert "policy advisory q of the stack: n" in lines
