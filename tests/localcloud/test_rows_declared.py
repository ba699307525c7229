"""Types that are only recorded: their ids and outputs have AWS's shapes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.rows_declared import ROWS

CLIENTS = Clients("http://127.0.0.1:1")
SCHEMA = json.loads((Path(__file__).parents[1] / "aws-schema-subset.json").read_text())["resources"]
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}"


def created(resource_type: str, **inputs: Any) -> Any:
    return ROWS[resource_type].create({"region": "eu-west-1", "name": "named", **inputs}, CLIENTS)


@pytest.mark.parametrize(
    ("resource_type", "inputs", "output", "expected"),
    [
        ("aws:iam/policy:Policy", {}, "arn", r"arn:aws:iam::\d+:policy/named"),
        ("aws:kms/key:Key", {}, "arn", r"arn:aws:kms:eu-west-1:\d+:key/mrk-[0-9a-f]{32}"),
        ("aws:kms/key:Key", {}, "keyId", r"mrk-[0-9a-f]{32}"),
        ("aws:sns/topic:Topic", {}, "arn", r"arn:aws:sns:eu-west-1:\d+:named"),
        ("aws:sqs/queue:Queue", {}, "url", r"https://sqs.eu-west-1.amazonaws.com/\d+/named"),
        ("aws:wafv2/ipSet:IpSet", {}, "arn", rf"arn:aws:wafv2:eu-west-1:\d+:global/ipset/named/{UUID}"),
        ("aws:sns/topicSubscription:TopicSubscription", {"topic": "t"}, "arn", r"t:[0-9a-f]{13}"),
    ],
)
def test_outputs_have_awss_shape(resource_type: str, inputs: Any, output: str, expected: str) -> None:
    assert re.fullmatch(expected, created(resource_type, **inputs).outputs[output])


@pytest.mark.parametrize(
    ("resource_type", "inputs", "expected"),
    [
        ("aws:kms/alias:Alias", {}, "named"),
        ("aws:sns/topicPolicy:TopicPolicy", {"arn": "a"}, "a"),
        ("aws:wafv2/ipSet:IpSet", {}, UUID),
        ("aws:sqs/queuePolicy:QueuePolicy", {}, "[0-9a-f]{32}"),
    ],
)
def test_ids_have_awss_shape(resource_type: str, inputs: Any, expected: str) -> None:
    assert re.fullmatch(expected, created(resource_type, **inputs).id)


@pytest.mark.parametrize("resource_type", sorted(ROWS))
def test_every_declared_type_gives_an_id_its_inputs_and_no_effect(resource_type: str) -> None:
    given = {"description": "d", "tags": {"a": "b"}}
    state = created(resource_type, **given)
    assert state.id
    assert given.items() <= state.outputs.items()
    assert state.outputs["tagsAll"] == {"a": "b"}
    assert not ROWS[resource_type].effect


@pytest.mark.parametrize("resource_type", sorted(ROWS.keys() & SCHEMA))
def test_no_row_invents_an_output(resource_type: str) -> None:
    declared = {"tagsAll", "name"} | set(SCHEMA[resource_type]["inputProperties"])
    declared |= set(SCHEMA[resource_type]["outputOnlyProperties"] or ())
    assert set(created(resource_type).outputs) - {"region"} <= declared


def test_the_same_inputs_give_the_same_id() -> None:
    one, same, other = (created("aws:kms/key:Key", description=d).id for d in ("a", "a", "b"))
    assert one == same != other
