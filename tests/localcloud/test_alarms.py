"""An alarm's state from the data of its metric."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator.health import AlarmState
from asset_edge.localcloud.alarms import Alarm, copied, datapoints, listed, read, state, values
from asset_edge.localcloud.pace import Pace
from tests.localcloud.conftest import Cloud

API: dict[str, Any] = {
    "AlarmName": "readable",
    "Namespace": "AssetEdge/origin",
    "MetricName": "OriginReadable",
    "Dimensions": [{"Name": "Region", "Value": "eu-west-1"}],
    "Statistic": "Minimum",
    "ComparisonOperator": "LessThanThreshold",
    "Threshold": 1.0,
    "Period": 60,
    "EvaluationPeriods": 2,
    "TreatMissingData": "breaching",
}


def alarm(**more: Any) -> Alarm:
    found = read(API | more)
    assert isinstance(found, Alarm), found
    return found


MARKS = {"0": 1.0, "X": 0.0, "-": None}
"""As in CloudWatch's own tables: 0 does not breach, X breaches, - is missing."""


_TREATED = ("missing", "ignore", "breaching", "notBreaching")
"""How missing data may be treated; by each, what the rows below expect."""


@pytest.mark.parametrize(
    ("marks", "needed", "expected"),
    [
        pytest.param("00", 2, ("OK", "OK", "OK", "OK"), id="all good"),
        pytest.param("XX", 2, ("ALARM", "ALARM", "ALARM", "ALARM"), id="all breach"),
        pytest.param("0X", 2, ("OK", "OK", "OK", "OK"), id="one breaches"),
        pytest.param("--", 2, ("INSUFFICIENT_DATA", "before", "ALARM", "OK"), id="nothing at all"),
        pytest.param("-0", 2, ("OK", "OK", "OK", "OK"), id="one good, one missing"),
        pytest.param("-X", 2, ("ALARM", "before", "ALARM", "OK"), id="one breaches, one missing"),
        pytest.param("--X", 3, ("ALARM", "before", "ALARM", "OK"), id="one breaches, two missing"),
        pytest.param("--0", 2, ("OK", "OK", "ALARM", "OK"), id="2 of 3, one good"),
        pytest.param("0X-", 2, ("OK", "OK", "ALARM", "OK"), id="2 of 3, one of each"),
        pytest.param("0XX", 2, ("ALARM", "ALARM", "ALARM", "ALARM"), id="2 of 3 breach"),
        pytest.param("XX-", 2, ("ALARM", "ALARM", "ALARM", "ALARM"), id="2 of 3 breach, one missing"),
        pytest.param("X", 1, ("ALARM", "ALARM", "ALARM", "ALARM"), id="a single period"),
    ],
)
def test_missing_data_count_as_the_alarm_says(marks: str, needed: int, expected: tuple[str, ...]) -> None:
    before = AlarmState.alarm
    found = [MARKS[mark] for mark in marks]
    for treat, wanted in zip(_TREATED, expected, strict=True):
        one = alarm(EvaluationPeriods=len(marks), DatapointsToAlarm=needed, TreatMissingData=treat)
        assert state(one, found, before) == (before if wanted == "before" else wanted), treat


@pytest.mark.parametrize(
    ("operator", "breaches"),
    [
        ("LessThanThreshold", [0.5]),
        ("LessThanOrEqualToThreshold", [0.5, 1.0]),
        ("GreaterThanThreshold", [1.5]),
        ("GreaterThanOrEqualToThreshold", [1.0, 1.5]),
    ],
)
def test_a_value_breaches_by_the_alarms_comparison(operator: str, breaches: list[float]) -> None:
    one = alarm(EvaluationPeriods=1, ComparisonOperator=operator)
    found = [v for v in (0.5, 1.0, 1.5) if state(one, [v], AlarmState.ok) is AlarmState.alarm]
    assert found == breaches


@given(st.lists(st.sampled_from([0.0, 1.0, None]), min_size=1, max_size=6), st.integers(1, 6))
def test_missing_data_as_breaching_never_look_better_than_as_good(
    found: list[float | None], needed: int
) -> None:
    def of(treat: str) -> AlarmState:
        one = alarm(EvaluationPeriods=len(found), DatapointsToAlarm=needed, TreatMissingData=treat)
        return state(one, found, AlarmState.ok)

    if of("notBreaching") is AlarmState.alarm:
        assert of("breaching") is AlarmState.alarm
    assert AlarmState.insufficient_data not in {of("breaching"), of("notBreaching")}


PACE = Pace(1_000_000.0, 1.0)
"""Declared 0 is 999,970: the first period ends 30 s after the beginning."""


def point(at: float, value: float, count: float = 1.0) -> dict[str, Any]:
    return {
        "Timestamp": datetime.fromtimestamp(1_000_000 + at, UTC),
        "SampleCount": count,
        "Sum": value * count,
        "Minimum": value,
        "Maximum": value,
    }


@pytest.mark.parametrize(
    ("points", "now", "expected"),
    [
        pytest.param([], 0, [None, None], id="nothing"),
        pytest.param([(0, 1)], 1, [None, 1], id="the period under way counts once it has data"),
        pytest.param([(0, 1)], 31, [None, 1], id="and the next one not before it has"),
        pytest.param([(0, 1), (60, 0)], 61, [1, 0], id="two in a row"),
        pytest.param([(0, 1)], 91, [1, None], id="a period that is over without data is missing"),
        pytest.param([(0, 1)], 151, [None, None], id="what is too old does not count"),
        pytest.param([(0, 1), (5, 0), (60, 1)], 61, [0, 1], id="the least of a period"),
    ],
)
def test_values_are_those_of_the_last_periods(
    points: list[tuple[float, float]], now: float, expected: list[float | None]
) -> None:
    assert values(alarm(), [point(*one) for one in points], PACE, 1_000_000 + now) == expected


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("Minimum", 1.0), ("Maximum", 5.0), ("Sum", 11.0), ("SampleCount", 7.0), ("Average", 11 / 7)],
)
def test_a_period_is_folded_by_the_alarms_statistic(statistic: str, expected: float) -> None:
    one = alarm(Statistic=statistic, EvaluationPeriods=1)
    assert values(one, [point(0, 1, 6), point(1, 5)], PACE, 1_000_002) == [expected]


def test_a_faster_pace_has_shorter_periods() -> None:
    pace = Pace(1_000_000.0, 20.0)
    found = values(alarm(), [point(0, 1), point(3, 0)], pace, 1_000_003.5)
    assert found == [1, 0], "3 s are a minute"


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"MetricName": None}, "metric math"),
        ({"Statistic": None, "ExtendedStatistic": "p90"}, "p90"),
        ({"Statistic": None}, "none"),
        ({"ComparisonOperator": "LessThanLowerThreshold"}, "LessThanLowerThreshold"),
    ],
)
def test_what_is_not_modelled_of_an_alarm_is_named(more: dict[str, Any], named: str) -> None:
    found = read(API | more)
    assert isinstance(found, str)
    assert named in found


def test_an_alarm_that_says_nothing_of_missing_data_takes_them_as_missing() -> None:
    assert alarm(TreatMissingData=None).treat_missing_data == "missing"
    assert alarm().datapoints_to_alarm == 2, "all of them, where nothing is said"


def test_route_53_copies_the_arithmetic() -> None:
    fields = {name: API[name] for name in copied(alarm())}
    assert copied(alarm()) == fields
    assert set(fields) >= {"Threshold", "Period", "EvaluationPeriods", "Statistic", "Dimensions"}


def test_alarms_and_data_come_from_cloudwatch_itself(cloud: Cloud) -> None:
    cloudwatch = cloud.client("cloudwatch", "eu-west-1")
    cloudwatch.put_metric_alarm(**API)
    [found] = list(listed(cloudwatch))
    assert read(found) == alarm()
    for at, value, region in ((0, 1, "eu-west-1"), (60, 0, "eu-west-1"), (60, 7, "us-east-1")):
        datum = {
            "MetricName": "OriginReadable",
            "Dimensions": [{"Name": "Region", "Value": region}],
            "Timestamp": datetime.fromtimestamp(1_000_000 + at, UTC),
            "Value": value,
        }
        cloudwatch.put_metric_data(Namespace="AssetEdge/origin", MetricData=[datum])
    points = datapoints(alarm(), cloudwatch, PACE, 1_000_060)
    assert values(alarm(), points, PACE, 1_000_060) == [1, 0]


def test_many_alarms_are_all_listed(cloud: Cloud) -> None:
    cloudwatch = cloud.client("cloudwatch")
    for number in range(120):
        cloudwatch.put_metric_alarm(**API | {"AlarmName": f"a{number}"})
    assert len(list(listed(cloudwatch))) == 120
