"""Whether a health check is healthy: endpoints, alarms, calculated checks, inversion."""

import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator.health import AlarmState, Check, Health, Observation, Streak, after, check


def health(**declared: Check) -> Health:
    made = Health()
    for check_id, one in declared.items():
        made.declare(check_id, one)
    return made


def seen(succeeded: bool, at: float = 0.0, text: str = "looked") -> Observation:
    return Observation(at_seconds=at, succeeded=succeeded, text=text)


def answers(of: Health, check_id: str, marks: str) -> list[bool]:
    """The check's health after each answer: + good, - bad."""
    found = []
    for mark in marks:
        of.observe(check_id, seen(mark == "+"))
        found.append(of.healthy(check_id))
    return found


@pytest.mark.parametrize(
    ("threshold", "marks", "expected"),
    [
        pytest.param(3, "--", "++", id="two of three failures change nothing"),
        pytest.param(3, "---", "++-", id="the third does"),
        pytest.param(3, "--+---", "+++++-", id="a good answer begins the count anew"),
        pytest.param(3, "---++", "++---", id="recovery takes as many"),
        pytest.param(3, "---+++", "++---+", id="and comes with the third"),
        pytest.param(3, "---++-+++", "++------+", id="a bad answer begins that count anew too"),
        pytest.param(1, "-+-", "-+-", id="a threshold of one follows every answer"),
        pytest.param(10, "-" * 10, "+" * 9 + "-", id="the longest threshold"),
    ],
)
def test_an_endpoint_changes_after_as_many_answers_as_its_threshold(
    threshold: int, marks: str, expected: str
) -> None:
    checked = health(c=Check(type="HTTPS", failure_threshold=threshold))
    assert answers(checked, "c", marks) == [mark == "+" for mark in expected]


@given(st.lists(st.booleans(), max_size=40), st.integers(1, 10))
def test_a_status_changes_only_after_a_whole_streak_against_it(marks: list[bool], threshold: int) -> None:
    streak, before = Streak(), []
    for mark in marks:
        before.append(mark)
        changed = after(streak, succeeded=mark, threshold=threshold)
        if changed.healthy != streak.healthy:
            assert before[-threshold:] == [mark] * threshold
        streak = changed


@pytest.mark.parametrize(
    ("states", "told", "expected"),
    [
        pytest.param([], "Unhealthy", False, id="nothing yet, told to be unhealthy"),
        pytest.param([], "Healthy", True, id="nothing yet, told to be healthy"),
        pytest.param([], "LastKnownStatus", True, id="nothing yet and no last status"),
        pytest.param(["OK"], "Unhealthy", True, id="the data are good"),
        pytest.param(["ALARM"], "Healthy", False, id="the data are bad"),
        pytest.param(["ALARM", "OK"], "Unhealthy", True, id="the data are good again"),
        pytest.param(["OK", "INSUFFICIENT_DATA"], "Unhealthy", False, id="good data stop"),
        pytest.param(["ALARM", "INSUFFICIENT_DATA"], "Healthy", True, id="bad data stop"),
        pytest.param(["ALARM", "INSUFFICIENT_DATA"], "LastKnownStatus", False, id="bad ones, remembered"),
        pytest.param(["OK", "INSUFFICIENT_DATA"], "LastKnownStatus", True, id="good ones, remembered"),
        pytest.param(["ALARM", "OK", "INSUFFICIENT_DATA"], "LastKnownStatus", True, id="the last of them"),
    ],
)
def test_a_check_follows_its_alarms_data(states: list[str], told: str, expected: bool) -> None:
    checked = health(c=Check(type="CLOUDWATCH_METRIC", insufficient_data_health_status=told))
    for state in states:
        checked.follow("c", AlarmState(state), 0.0)
    assert checked.healthy("c") is expected


@pytest.mark.parametrize(
    ("threshold", "down", "expected"),
    [
        (0, "abc", True),
        (1, "ab", True),
        (1, "abc", False),
        (2, "a", True),
        (2, "ab", False),
        (3, "", True),
        (3, "a", False),
        (4, "", False),
    ],
)
def test_a_calculated_check_counts_its_healthy_children(threshold: int, down: str, expected: bool) -> None:
    children = {name: Check(failure_threshold=1) for name in "abc"}
    calculated = Check(type="CALCULATED", children=("a", "b", "c"), health_threshold=threshold)
    checked = health(sum=calculated, **children)
    for name in down:
        checked.observe(name, seen(False))
    assert checked.healthy("sum") is expected


@pytest.mark.parametrize(
    ("inverted", "disabled", "fails", "expected"),
    [
        (False, False, False, True),
        (False, False, True, False),
        (True, False, False, False),
        (True, False, True, True),
        (False, True, True, True),
        (True, True, False, False),
        (True, True, True, False),
    ],
)
@pytest.mark.parametrize("kind", ["HTTP", "CLOUDWATCH_METRIC", "CALCULATED"])
def test_inverted_turns_it_round_and_disabled_counts_as_healthy(
    kind: str, inverted: bool, disabled: bool, fails: bool, expected: bool
) -> None:
    one = Check(
        type=kind,
        failure_threshold=1,
        inverted=inverted,
        disabled=disabled,
        children=("child",),
        health_threshold=1,
    )
    checked = health(c=one, child=Check(failure_threshold=1))
    checked.follow("c", AlarmState.alarm if fails else AlarmState.ok, 0.0)
    for check_id in ("c", "child"):
        checked.observe(check_id, seen(not fails))
    assert checked.healthy("c") is expected


def test_a_calculated_check_takes_its_children_as_they_are_after_inversion() -> None:
    calculated = Check(type="CALCULATED", children=("a",), health_threshold=1)
    assert not health(sum=calculated, a=Check(inverted=True)).healthy("sum")


def test_a_check_that_is_not_there_is_healthy_and_takes_nothing() -> None:
    checked = health(c=Check(failure_threshold=1))
    checked.observe("c", seen(False))
    checked.forget("c")
    checked.observe("c", seen(False))
    checked.follow("c", AlarmState.alarm, 0.0)
    checked.forget("c")
    assert checked.healthy("c")
    assert checked.last("c") is checked.last_failure("c") is None


def test_a_changed_check_keeps_what_was_seen_of_it() -> None:
    checked = health(c=Check(failure_threshold=1))
    checked.observe("c", seen(False))
    checked.declare("c", Check(failure_threshold=1, inverted=True))
    assert checked.healthy("c"), "unhealthy and inverted"
    checked.declare("c", Check(failure_threshold=2))
    assert answers(checked, "c", "++") == [False, True], "the new threshold counts from now on"


def test_the_last_look_and_the_last_failure_are_kept() -> None:
    checked = health(c=Check())
    assert (checked.last("c"), checked.last_failure("c")) == (None, None)
    checked.observe("c", seen(False, 1.0, "503"))
    checked.observe("c", seen(True, 2.0, "200"))
    last, failure = checked.last("c"), checked.last_failure("c")
    assert last
    assert failure
    assert (last.text, failure.text) == ("200", "503")


def test_what_an_alarm_says_is_a_look_too() -> None:
    checked = health(c=Check(type="CLOUDWATCH_METRIC"))
    checked.follow("c", AlarmState.alarm, 7.0)
    failure = checked.last_failure("c")
    assert failure
    assert (failure.at_seconds, failure.succeeded) == (7.0, False)
    assert "ALARM" in failure.text


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"Type": "TCP"}, Check(type="TCP", failure_threshold=3)),
        (
            {"Type": "HTTPS", "FailureThreshold": 1, "Inverted": True, "Disabled": True},
            Check(type="HTTPS", failure_threshold=1, inverted=True, disabled=True),
        ),
        (
            {"Type": "CALCULATED", "ChildHealthChecks": ["a"], "HealthThreshold": 1},
            Check(type="CALCULATED", children=("a",), health_threshold=1),
        ),
        (
            {"Type": "CLOUDWATCH_METRIC", "InsufficientDataHealthStatus": "Unhealthy"},
            Check(type="CLOUDWATCH_METRIC", insufficient_data_health_status="Unhealthy"),
        ),
    ],
)
def test_a_check_is_read_off_the_apis_shape(config: dict[str, Any], expected: Check) -> None:
    assert check(config) == expected


def test_checks_may_be_seen_and_asked_from_many_threads() -> None:
    checked = health(c=Check(failure_threshold=100_000))

    def look() -> None:
        for _ in range(500):
            checked.observe("c", seen(False))
            checked.healthy("c")

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    checked.declare("c", Check(failure_threshold=2001))
    assert checked.healthy("c"), "2000 failures so far"
    checked.observe("c", seen(False))
    assert not checked.healthy("c"), "none of the 2000 was lost"
