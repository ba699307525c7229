"""The listing of a plan reads from component to detail, in full."""

from typing import Any

import pytest

from asset_edge.cli import listing
from tests.localcloud.test_plan import planned


def told(document: dict[str, Any]) -> str:
    return "\n".join(line.plain for line in listing.lines(document))


def resource(name: str, parent: str = "", **inputs: Any) -> dict[str, Any]:
    return {"urn": f"u:{name}", "type": "t", "name": name, "parent": parent, "inputs": inputs, "options": {}}


def a_plan(*resources: dict[str, Any], **outputs: Any) -> dict[str, Any]:
    return {"project": "p", "stack": "s", "resources": list(resources), "outputs": outputs}


def test_a_whole_plan_reads_as_expected() -> None:
    policy = '{"Version": "2012-10-17", "Statement": [{"Action": "s3:*", "Principal": "*"}]}'
    document = a_plan(
        resource("alone", weights=[1, 2]),
        resource("box"),
        resource("lid", "u:box", policy=policy, enabled=True),
        arn="<t lid arn>",
    )
    document["resources"][2]["options"] = {"protect": True}
    assert (
        told(document)
        == """\
p / s

box t

  lid t
    options:
      protect: true
    enabled: true
    policy:
      Statement:
      - Action: s3:*
        Principal: '*'
      Version: '2012-10-17'

alone t
  weights:
  - 1
  - 2

outputs
  arn: <t lid arn>

    3  t
    3  resources"""
    )


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_every_resource_and_every_type_is_in_the_listing(stack: str) -> None:
    document = planned(stack=stack)
    text = told(document)
    missing = [r["name"] for r in document["resources"] if f"{r['name']} {r['type']}" not in text]
    assert missing == []
    assert "[secret]" in text
    assert "hunter2" not in text


def test_children_stand_below_their_component_however_deep() -> None:
    document = a_plan(resource("a"), resource("b", "u:a"), resource("c", "u:b"), resource("d"))
    indents = {
        line.split()[0]: len(line) - len(line.lstrip())
        for line in told(document).splitlines()
        if " t" in line
    }
    assert {name: indents[name] for name in "abcd"} == {"a": 0, "b": 2, "c": 4, "d": 0}


@pytest.mark.parametrize("text", ["{not json", "[also not", "plain", "", "{", "3", "null"])
def test_a_text_that_is_no_document_stays_a_text(text: str) -> None:
    assert listing._unfolded({"k": [text]}) == {"k": [text]}


def test_a_long_policy_is_not_cut() -> None:
    long = '{"Resource": "' + "x" * 500 + '"}'
    assert "x" * 500 in told(a_plan(resource("r", policy=long)))
