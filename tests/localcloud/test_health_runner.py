"""Declared probes that run, and the checks that follow them: on a clock of the test's, and for real."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from asset_edge.errors import LocalError
from asset_edge.localcloud.health_runner import HealthRunner
from tests.localcloud.conftest import Cloud
from tests.localcloud.lambdas import function, rule, url
from tests.localcloud.probed import (
    BEGAN,
    REGION,
    World,
    alarm,
    alarm_check,
    at_once,
    run,
    scheduled,
    state,
    until,
)


@pytest.fixture
def world(cloud: Cloud) -> World:
    return World(cloud)


def test_the_first_round_probes_at_once_and_makes_a_readable_region_healthy(world: World) -> None:
    check = scheduled(world.cloud)
    assert not world.healthy(check), "before any data it is what it was told to be"
    run(world.rounds())
    assert world.healthy(check)
    assert state(world.cloud) == "OK"
    [(arn, event)] = world.invoked
    assert arn.endswith(":function:probe")
    assert event["detail-type"] == "Scheduled Event"


@pytest.mark.parametrize("how", ["readable", "silent"])
def test_a_lost_region_is_unhealthy_within_three_minutes_and_healthy_again_within_one(
    world: World, how: str
) -> None:
    check, rounds = scheduled(world.cloud), world.rounds()
    run(rounds)
    world.now += 59
    run(rounds)
    setattr(world, how, how == "silent")
    assert until(world, rounds, check, healthy=False) <= 60 * 3, "evaluation_periods + 1"
    assert state(world.cloud) == "ALARM"
    setattr(world, how, how != "silent")
    assert until(world, rounds, check, healthy=True) <= 60
    assert state(world.cloud) == "OK"


def test_one_bad_minute_is_no_lost_region(world: World) -> None:
    check, rounds = scheduled(world.cloud), world.rounds()
    run(rounds)
    world.readable = False
    for second in range(1, 119, 6):
        world.now = BEGAN + second
        world.readable = second > 60
        run(rounds)
        assert world.healthy(check)
    assert len(world.invoked) == 2


def test_a_faster_pace_notices_as_much_sooner(world: World) -> None:
    check, rounds = scheduled(world.cloud), world.rounds(pace=10)
    run(rounds)
    world.readable = False
    assert until(world, rounds, check, healthy=False) <= 20
    assert world.now - BEGAN < 60, "a minute at the declared pace would not do"


def test_a_round_tells_when_the_next_thing_is_due(world: World) -> None:
    scheduled(world.cloud)
    rounds = world.rounds()
    assert run(rounds) == BEGAN + 5, "declarations are read again"
    world.now += 0.5
    assert rounds.work(at_once) == BEGAN + 5


def test_a_probe_that_reports_and_then_dies_has_reported(world: World) -> None:
    check = scheduled(world.cloud)
    world.fails = True
    run(world.rounds())
    assert world.healthy(check)


def test_a_rule_without_permission_runs_nothing(world: World) -> None:
    rule(world.cloud, function(world.cloud), permitted=False)
    run(world.rounds())
    assert world.invoked == []


def test_a_target_whose_input_cannot_be_read_does_not_end_the_others(world: World) -> None:
    arn = function(world.cloud)
    rule(world.cloud, arn)
    events = world.cloud.client("events", REGION)
    events.put_targets(Rule="tick", Targets=[{"Id": "broken", "Arn": arn, "Input": "{"}])
    run(world.rounds())
    assert len(world.invoked) == 1


def test_rules_that_come_and_go_are_seen(world: World) -> None:
    rounds = world.rounds()
    run(rounds)
    rule(world.cloud, function(world.cloud))
    world.now += 5
    run(rounds)
    assert len(world.invoked) == 1
    world.cloud.client("events", REGION).disable_rule(Name="tick")
    world.now += 120
    run(rounds)
    assert len(world.invoked) == 1


def url_check(cloud: Cloud, host: str, **more: Any) -> str:
    config = {"Type": "HTTPS", "FullyQualifiedDomainName": host, "RequestInterval": 10} | more
    made = cloud.client("route53").create_health_check(CallerReference=host, HealthCheckConfig=config)
    return str(made["HealthCheck"]["Id"])


def test_a_function_url_is_asked_every_interval_and_counted_to_its_threshold(world: World) -> None:
    check = url_check(world.cloud, url(world.cloud, function(world.cloud)))
    rounds = world.rounds()
    run(rounds)
    assert world.healthy(check)
    world.answer = {"statusCode": 503}
    assert until(world, rounds, check, healthy=False) == 30
    world.answer = {"statusCode": 200}
    assert until(world, rounds, check, healthy=True) == 30
    assert len(world.invoked) == 7


def test_an_updated_endpoint_check_is_asked_as_it_says_now(world: World) -> None:
    check = url_check(world.cloud, url(world.cloud, function(world.cloud)))
    rounds = world.rounds()
    run(rounds)
    world.cloud.client("route53").update_health_check(
        HealthCheckId=check, ResourcePath="/other", FailureThreshold=1
    )
    world.answer = {"statusCode": 503}
    world.now += 10
    run(rounds)
    assert world.invoked[-1][1]["rawPath"] == "/other"
    assert not world.healthy(check)
    world.cloud.client("route53").update_health_check(HealthCheckId=check, Disabled=True)
    world.now += 10
    run(rounds)
    assert len(world.invoked) == 2, "a disabled check asks nobody"


def test_an_endpoint_elsewhere_is_not_asked_stays_healthy_and_is_listed(world: World) -> None:
    check, rounds = url_check(world.cloud, "assets.example.com"), world.rounds()
    run(rounds)
    assert world.healthy(check)
    assert "assets.example.com" in rounds.not_run[check]


def test_where_functions_cannot_run_those_of_probes_are_listed_and_their_checks_stay_healthy(
    world: World,
) -> None:
    arn = function(world.cloud)
    rule(world.cloud, arn)
    check = url_check(world.cloud, url(world.cloud, arn))
    rounds = world.rounds(against_functions="no function runs here")
    run(rounds)
    assert world.invoked == []
    assert world.healthy(check)
    assert sorted(rounds.not_run.values()) == [
        "no function runs here",
        "no function runs here, and it stays healthy",
    ]


def test_everything_that_is_not_run_is_listed_with_its_reason(world: World) -> None:
    arn = function(world.cloud)
    events = world.cloud.client("events", REGION)
    events.put_rule(Name="noon", ScheduleExpression="cron(0 12 * * ? *)")
    events.put_targets(Rule="noon", Targets=[{"Id": "t", "Arn": arn}])
    rounds = world.rounds()
    run(rounds)
    [(rule_arn, reason)] = rounds.not_run.items()
    assert rule_arn.endswith("rule/noon")
    assert "cron" in reason


def test_what_a_probe_reports_counts_as_soon_as_it_has_ended(world: World) -> None:
    check, rounds = scheduled(world.cloud), world.rounds()
    held: list[Callable[[], None]] = []
    rounds.work(held.append)
    assert not world.healthy(check), "it is still under way"
    world.now += 1
    held[0]()
    rounds.work(held.append)
    assert world.healthy(check), "nobody waits for the next evaluation"


def test_what_holds_a_thread_is_not_run_twice_at_once(world: World) -> None:
    scheduled(world.cloud)
    rounds = world.rounds()
    held: list[Callable[[], None]] = []
    rounds.work(held.append)
    world.now += 60
    rounds.work(held.append)
    assert len(held) == 1
    held[0]()
    world.now += 60
    rounds.work(held.append)
    assert len(held) == 2


def own_threads() -> list[str]:
    """The runner's threads that are alive; the endpoint has some of its own for each call."""
    return [t.name for t in threading.enumerate() if t.name == "health" or t.name.startswith("probe")]


def runner(
    world: World, pace: float = 20.0, invoke: Callable[[str, Any], object] | None = None
) -> HealthRunner:
    return HealthRunner(
        world.cloud.clients,
        world.cloud.front.health_checks,
        invoke or world.invoke,
        regions=lambda: world.cloud.front.regions,
        pace=pace,
    )


def wait_for(true: Callable[[], bool], at_most_seconds: float = 20.0) -> None:
    end = time.monotonic() + at_most_seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def test_the_runner_does_all_of_it_by_itself_on_the_real_clock(world: World) -> None:
    rule(world.cloud, function(world.cloud))
    alarm(world.cloud, EvaluationPeriods=1)
    check = alarm_check(world.cloud)

    def invoke(arn: str, event: Any) -> object:
        world.now = time.time()
        return world.invoke(arn, event)

    running = runner(world, invoke=invoke)
    try:
        wait_for(lambda: running.healthy(check))
        assert running.statuses().keys() == {check}
        world.readable = False
        wait_for(lambda: not running.healthy(check))
        world.readable = True
        wait_for(lambda: running.healthy(check))
        assert running.not_run == {}
    finally:
        running.close()
    asked = len(world.invoked)
    assert own_threads() == []
    time.sleep(0.2)
    assert len(world.invoked) == asked, "nothing runs any more"


def test_once_begun_it_is_known_what_is_not_run(world: World) -> None:
    check = url_check(world.cloud, "assets.example.com")
    running = runner(world)
    try:
        assert running.wait_until_begun(20)
        assert running.not_run.keys() == {check}
    finally:
        running.close()


def test_a_closed_runner_has_waited_for_what_was_under_way(world: World) -> None:
    scheduled(world.cloud)
    begun, release, ended = threading.Event(), threading.Event(), threading.Event()

    def invoke(_arn: str, _event: object) -> object:
        begun.set()
        release.wait(10)
        ended.set()
        return None

    running = runner(world, invoke=invoke)
    assert begun.wait(10)
    running.stop()
    release.set()
    running.close()
    assert ended.is_set()


def test_a_round_that_fails_is_not_the_last(world: World) -> None:
    check = scheduled(world.cloud)
    failing = [True]

    def regions() -> frozenset[str]:
        if failing.pop() if failing else False:
            raise LocalError("not yet")
        return world.cloud.front.regions

    def invoke(arn: str, event: Any) -> object:
        world.now = time.time()
        return world.invoke(arn, event)

    running = HealthRunner(world.cloud.clients, world.cloud.front.health_checks, invoke, regions=regions)
    try:
        wait_for(lambda: running.healthy(check))
    finally:
        running.close()


def test_a_pace_that_cannot_be_is_refused_and_leaves_no_thread(world: World) -> None:
    with pytest.raises(LocalError, match="pace is 21"):
        runner(world, pace=21)
    assert own_threads() == []
