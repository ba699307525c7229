"""Rules and targets, where a table does not tell all."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from asset_edge.localcloud.table import ROWS
from tests.localcloud.conftest import Cloud

RULE, TARGET = ROWS["aws:cloudwatch/eventRule:EventRule"], ROWS["aws:cloudwatch/eventTarget:EventTarget"]
REGION = "eu-west-1"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:f"


def rule(cloud: Cloud, **more: Any) -> dict[str, Any]:
    inputs = {"region": REGION, "name": "a-rule", "scheduleExpression": "rate(1 hour)", **more}
    assert RULE.create(inputs, cloud.clients).id
    return inputs


def target(cloud: Cloud, **more: Any) -> tuple[str, dict[str, Any]]:
    inputs = {"region": REGION, "rule": "a-rule", "targetId": "t-1", "arn": FUNCTION, **more}
    made = TARGET.create(inputs, cloud.clients)
    assert made.id
    return made.id, inputs


def test_a_rule_on_another_bus_has_the_bus_in_its_id(cloud: Cloud) -> None:
    events = cloud.client("events", REGION)
    events.create_event_bus(Name="own")
    inputs = {"region": REGION, "name": "r", "eventPattern": '{"source": ["a"]}', "eventBusName": "own"}
    made = RULE.create(inputs, cloud.clients)
    assert made.id == "own/r"
    id_, of_target = target(cloud, rule="r", eventBusName="own")
    assert id_ == "own-r-t-1"
    assert RULE.read
    assert TARGET.read
    assert RULE.delete
    assert TARGET.delete
    found = RULE.read("own/r", {"region": REGION}, cloud.clients)
    assert found
    assert (found.outputs["eventBusName"], found.outputs["name"]) == ("own", "r")
    assert TARGET.read(id_, of_target, cloud.clients)
    TARGET.delete(id_, of_target, cloud.clients)
    RULE.delete("own/r", inputs, cloud.clients)
    assert events.list_rules(EventBusName="own")["Rules"] == []


def test_a_rule_with_targets_stays(cloud: Cloud) -> None:
    inputs = rule(cloud)
    id_, of_target = target(cloud)
    assert id_ == "a-rule-t-1"
    assert RULE.delete
    assert TARGET.delete
    with pytest.raises(ClientError, match="has targets"):
        RULE.delete("a-rule", inputs, cloud.clients)
    TARGET.delete(id_, of_target, cloud.clients)
    RULE.delete("a-rule", inputs, cloud.clients)
    assert cloud.client("events", REGION).list_rules()["Rules"] == []


def test_a_target_of_a_rule_that_is_gone_is_gone(cloud: Cloud) -> None:
    inputs = {"region": REGION, "rule": "absent"}
    assert TARGET.read
    assert TARGET.delete
    assert TARGET.read("absent-t", inputs, cloud.clients) is None
    TARGET.delete("absent-t", inputs, cloud.clients)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, "ENABLED"),
        ({"state": "DISABLED"}, "DISABLED"),
        ({"isEnabled": False}, "DISABLED"),
        ({"isEnabled": True}, "ENABLED"),
    ],
)
def test_a_rule_is_on_unless_it_says_otherwise(cloud: Cloud, inputs: Any, expected: str) -> None:
    rule(cloud, **inputs)
    assert cloud.client("events", REGION).describe_rule(Name="a-rule")["State"] == expected


def test_a_rules_arn_is_told(cloud: Cloud) -> None:
    made = RULE.create(rule(cloud), cloud.clients)
    assert made.outputs["arn"] == "arn:aws:events:eu-west-1:123456789012:rule/a-rule"
