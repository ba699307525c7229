"""The schedules of rules and what they run."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.errors import Unsupported
from asset_edge.localcloud import schedules
from asset_edge.localcloud.schedules import Scheduled, every_seconds
from tests.localcloud.conftest import Cloud

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:probe"
RULE = "arn:aws:events:eu-west-1:123456789012:rule/tick"


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [
        ("rate(1 minute)", 60),
        ("rate(5 minutes)", 300),
        ("rate(1 hour)", 3600),
        ("rate(12 hours)", 43_200),
        ("rate(1 day)", 86_400),
        ("rate(7 days)", 604_800),
    ],
)
def test_a_rate_is_so_many_seconds(expression: str, seconds: int) -> None:
    assert every_seconds(expression) == seconds


@pytest.mark.parametrize(
    "expression",
    ["cron(0 12 * * ? *)", "rate(0 minutes)", "rate(1 minutes)", "rate(5 minute)", "rate(5 weeks)", "", "5m"],
)
def test_any_other_schedule_is_refused_by_name(expression: str) -> None:
    with pytest.raises(Unsupported) as refusal:
        every_seconds(expression)
    assert repr(expression) in str(refusal.value)


@given(st.text(max_size=30))
def test_whatever_is_written_is_a_rate_or_refused(expression: str) -> None:
    with contextlib.suppress(Unsupported):
        assert every_seconds(expression) >= 60


def declared(cloud: Cloud, *targets: Any, **rule: Any) -> tuple[list[Scheduled], dict[str, str]]:
    events = cloud.client("events", "eu-west-1")
    events.put_rule(**{"Name": "tick", "ScheduleExpression": "rate(1 minute)"} | rule)
    events.put_targets(Rule="tick", Targets=[{"Id": f"t{n}"} | target for n, target in enumerate(targets)])
    return schedules.read(events)


def test_a_rule_runs_the_functions_that_are_its_targets(cloud: Cloud) -> None:
    run, not_run = declared(cloud, {"Arn": FUNCTION}, {"Arn": f"{FUNCTION}:3", "Input": '{"a": 1}'})
    assert not_run == {}
    assert run == [
        Scheduled(rule_arn=RULE, target_id="t0", function_arn=FUNCTION, every_seconds=60),
        Scheduled(
            rule_arn=RULE, target_id="t1", function_arn=f"{FUNCTION}:3", every_seconds=60, input='{"a": 1}'
        ),
    ]
    assert len({one.key for one in run}) == 2


@pytest.mark.parametrize(
    ("rule", "target", "named"),
    [
        ({"ScheduleExpression": "cron(0 12 * * ? *)"}, {"Arn": FUNCTION}, "cron"),
        ({}, {"Arn": "arn:aws:sqs:eu-west-1:123456789012:queue"}, "sqs"),
        ({}, {"Arn": FUNCTION, "InputPath": "$.detail"}, "InputPath"),
        ({}, {"Arn": FUNCTION, "InputTransformer": {"InputTemplate": "{}"}}, "InputTransformer"),
    ],
)
def test_what_is_not_run_has_a_reason(
    cloud: Cloud, rule: dict[str, Any], target: dict[str, Any], named: str
) -> None:
    run, not_run = declared(cloud, target, **rule)
    assert run == []
    [reason] = not_run.values()
    assert named in reason


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param({"State": "DISABLED"}, id="disabled"),
        pytest.param(
            {"ScheduleExpression": "", "EventPattern": json.dumps({"source": ["a"]})}, id="waits for events"
        ),
    ],
)
def test_a_rule_without_a_schedule_at_work_runs_nothing(cloud: Cloud, rule: dict[str, Any]) -> None:
    assert declared(cloud, {"Arn": FUNCTION}, **rule) == ([], {})


def test_a_function_is_given_the_event_of_a_schedule() -> None:
    one = Scheduled(rule_arn=RULE, target_id="t", function_arn=FUNCTION, every_seconds=60)
    event = schedules.event(one, "123456789012", 1_795_300_000.0)
    assert isinstance(event, dict)
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-11-21T22:26:40Z",
        "region": "eu-west-1",
        "resources": [RULE],
        "detail": {},
    }


def test_a_targets_input_takes_the_events_place() -> None:
    one = Scheduled(rule_arn=RULE, target_id="t", function_arn=FUNCTION, every_seconds=60, input="[1]")
    assert schedules.event(one, "123456789012", 0.0) == [1]
