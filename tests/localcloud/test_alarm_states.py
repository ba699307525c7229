"""Alarms and the health checks that follow them, told the time by the test."""

from typing import Any

import pytest

from tests.localcloud.conftest import Cloud
from tests.localcloud.lambdas import function, rule
from tests.localcloud.probed import REGION, World, alarm, alarm_check, run, scheduled, state


@pytest.fixture
def world(cloud: Cloud) -> World:
    return World(cloud)


@pytest.mark.parametrize(
    ("treated", "state_then"),
    [("breaching", "ALARM"), ("missing", "INSUFFICIENT_DATA"), ("notBreaching", "OK")],
)
def test_an_alarm_whose_data_never_come_is_judged_once_they_could_have(
    world: World, treated: str, state_then: str
) -> None:
    alarm(world.cloud, TreatMissingData=treated)
    rounds = world.rounds()
    run(rounds)
    assert state(world.cloud) == "INSUFFICIENT_DATA"
    world.now += 120
    run(rounds)
    assert state(world.cloud) == state_then


def test_setting_an_alarms_state_moves_no_health_check_and_does_not_last(world: World) -> None:
    check, rounds = scheduled(world.cloud), world.rounds()
    run(rounds)
    world.cloud.client("cloudwatch", REGION).set_alarm_state(
        AlarmName="readable", StateValue="ALARM", StateReason="a drill"
    )
    run(rounds)
    assert world.healthy(check)
    world.now += 11
    run(rounds)
    assert (world.healthy(check), state(world.cloud)) == (True, "OK")


def test_a_check_keeps_the_arithmetic_it_has_copied_until_it_is_updated(world: World) -> None:
    check, rounds = scheduled(world.cloud), world.rounds()
    run(rounds)
    alarm(world.cloud, Threshold=2)
    world.now += 11
    run(rounds)
    assert state(world.cloud) == "ALARM", "a value of 1 is below 2"
    assert world.healthy(check), "which Route 53 has not heard of"
    world.cloud.client("route53").update_health_check(
        HealthCheckId=check, AlarmIdentifier={"Region": REGION, "Name": "readable"}
    )
    world.now += 11
    run(rounds)
    assert not world.healthy(check)
    copied = world.cloud.client("route53").get_health_check(HealthCheckId=check)["HealthCheck"]
    assert copied["CloudWatchAlarmConfiguration"]["Threshold"] == 2


def test_a_disabled_check_follows_nothing(world: World) -> None:
    check, rounds = scheduled(world.cloud), world.rounds()
    world.readable = False
    run(rounds)
    world.cloud.client("route53").update_health_check(HealthCheckId=check, Disabled=True)
    assert world.healthy(check)
    world.now += 120
    run(rounds)
    assert world.healthy(check)


@pytest.mark.parametrize(
    ("declared", "named"),
    [
        ({"Period": 10}, None),
        ({"EvaluationPeriods": 3, "DatapointsToAlarm": 2}, "M out of N"),
        ({"Statistic": None, "ExtendedStatistic": "p90"}, "p90"),
    ],
)
def test_a_check_whose_alarm_route_53_cannot_follow_is_as_without_data(
    world: World, declared: dict[str, Any], named: str | None
) -> None:
    told = {name: value for name, value in declared.items() if value is not None}
    rule(world.cloud, function(world.cloud))
    alarm(world.cloud)
    if "ExtendedStatistic" in told:
        world.cloud.client("cloudwatch", REGION).put_metric_alarm(
            AlarmName="readable",
            Namespace="AssetEdge",
            MetricName="OriginReadable",
            ExtendedStatistic="p90",
            ComparisonOperator="LessThanThreshold",
            Threshold=1,
            Period=60,
            EvaluationPeriods=2,
        )
    else:
        alarm(world.cloud, **told)
    check, rounds = alarm_check(world.cloud), world.rounds()
    run(rounds)
    assert world.healthy(check) is (named is None)
    if named:
        assert named in rounds.not_run[check]


def test_a_check_of_an_alarm_that_is_not_there_waits_for_it(world: World) -> None:
    check, rounds = alarm_check(world.cloud), world.rounds()
    run(rounds)
    assert not world.healthy(check)
    assert "is not in eu-west-1" in rounds.not_run[check]
    rule(world.cloud, function(world.cloud))
    alarm(world.cloud)
    world.now += 60
    run(rounds)
    assert world.healthy(check)
    assert check not in rounds.not_run
