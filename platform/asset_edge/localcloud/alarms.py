"""What state a CloudWatch alarm is in, from the data of its metric.

Source: Amazon CloudWatch User Guide, "Alarm evaluation" and "Configuring how CloudWatch alarms treat missing
data". The evaluation range is the evaluation periods; CloudWatch looks a little further back for data.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asset_edge.emulator.health import AlarmState
from asset_edge.localcloud.pace import Pace

Datapoint = Mapping[str, Any]
"""One of `GetMetricStatistics`, with every statistic of `STATISTICS`."""

STATISTICS = ("SampleCount", "Sum", "Minimum", "Maximum")
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_FOLDS: Mapping[str, Callable[[Sequence[Datapoint]], float]] = {
    "SampleCount": lambda found: _sum(found, "SampleCount"),
    "Sum": lambda found: _sum(found, "Sum"),
    "Average": lambda found: _sum(found, "Sum") / _sum(found, "SampleCount"),
    "Minimum": lambda found: min(float(point["Minimum"]) for point in found),
    "Maximum": lambda found: max(float(point["Maximum"]) for point in found),
}
_RESOLUTION_SECONDS = 1
"""Datapoints come with their second, so one that has just begun is asked for too."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alarm's arithmetic."""

    namespace: str
    metric_name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    comparison_operator: str
    threshold: float
    period_seconds: int
    evaluation_periods: int
    datapoints_to_alarm: int
    treat_missing_data: str = "missing"


def read(api: Mapping[str, Any]) -> Alarm | str:
    """An alarm of the API's `MetricAlarm` shape; what is not modelled of it, in words, where something is."""
    if not api.get("MetricName"):
        return "it watches metric math or an anomaly; alarms of one metric are modelled"
    if api.get("Statistic") not in _FOLDS:
        return f"its statistic is {api.get('ExtendedStatistic') or 'none'}; {', '.join(_FOLDS)} are modelled"
    if api["ComparisonOperator"] not in _COMPARISONS:
        return f"it compares by {api['ComparisonOperator']}; {', '.join(_COMPARISONS)} are modelled"
    dimensions = sorted((d["Name"], d["Value"]) for d in api.get("Dimensions") or ())
    return Alarm(
        namespace=api["Namespace"],
        metric_name=api["MetricName"],
        dimensions=tuple(dimensions),
        statistic=api["Statistic"],
        comparison_operator=api["ComparisonOperator"],
        threshold=api["Threshold"],
        period_seconds=api["Period"],
        evaluation_periods=api["EvaluationPeriods"],
        datapoints_to_alarm=api.get("DatapointsToAlarm") or api["EvaluationPeriods"],
        treat_missing_data=api.get("TreatMissingData") or "missing",
    )


def copied(alarm: Alarm) -> dict[str, Any]:
    """The arithmetic in Route 53's `CloudWatchAlarmConfiguration` shape."""
    return {
        "EvaluationPeriods": alarm.evaluation_periods,
        "Threshold": alarm.threshold,
        "ComparisonOperator": alarm.comparison_operator,
        "Period": alarm.period_seconds,
        "MetricName": alarm.metric_name,
        "Namespace": alarm.namespace,
        "Statistic": alarm.statistic,
        "Dimensions": _dimensions(alarm),
    }


def state(alarm: Alarm, values: Sequence[float | None], before: AlarmState) -> AlarmState:
    """The state for the values of the evaluation periods, None where a period has none.

    `before` is what it was, which an alarm that ignores missing data keeps.
    """
    compare = _COMPARISONS[alarm.comparison_operator]
    breaching = sum(value is not None and compare(value, alarm.threshold) for value in values)
    missing = sum(value is None for value in values)
    if alarm.treat_missing_data == "breaching":
        breaching += missing
    if breaching >= alarm.datapoints_to_alarm:
        return AlarmState.alarm
    if alarm.treat_missing_data == "notBreaching":
        return AlarmState.ok
    return _undecided(alarm, breaching, missing, len(values), before)


def _undecided(alarm: Alarm, breaching: int, missing: int, periods: int, before: AlarmState) -> AlarmState:
    """Fewer periods breach than it takes, and those without data may say nothing or hold a state."""
    if breaching + missing < periods:
        return AlarmState.ok
    if alarm.treat_missing_data == "ignore":
        return before
    if alarm.treat_missing_data == "missing":
        return AlarmState.alarm if breaching else AlarmState.insufficient_data
    return AlarmState.ok


def values(
    alarm: Alarm, datapoints: Sequence[Datapoint], pace: Pace, now_seconds: float
) -> list[float | None]:
    """The statistic of each evaluation period, the oldest first.

    The period that is under way counts as soon as it has data; until then it is not missing, only not over.
    """
    by_period: dict[int, list[Datapoint]] = {}
    for point in datapoints:
        by_period.setdefault(_period(alarm, pace, point["Timestamp"].timestamp()), []).append(point)
    last = _period(alarm, pace, now_seconds)
    last -= last not in by_period
    fold = _FOLDS[alarm.statistic]
    periods = range(last - alarm.evaluation_periods + 1, last + 1)
    return [fold(by_period[p]) if p in by_period else None for p in periods]


def datapoints(alarm: Alarm, cloudwatch: Any, pace: Pace, now_seconds: float) -> list[Datapoint]:
    """What CloudWatch has of the metric in the periods that `values` looks at."""
    first = _period(alarm, pace, now_seconds) - alarm.evaluation_periods
    begin = pace.instant(first * alarm.period_seconds)
    found = cloudwatch.get_metric_statistics(
        Namespace=alarm.namespace,
        MetricName=alarm.metric_name,
        Dimensions=_dimensions(alarm),
        StartTime=datetime.fromtimestamp(begin - _RESOLUTION_SECONDS, UTC),
        EndTime=datetime.fromtimestamp(now_seconds + 2 * _RESOLUTION_SECONDS, UTC),
        Period=_RESOLUTION_SECONDS,
        Statistics=STATISTICS,
    )
    return list(found["Datapoints"])


def is_new(alarm: Alarm, pace: Pace, now_seconds: float) -> bool:
    """Whether less than an evaluation range has passed: data may be missing because nobody was there yet."""
    return pace.declared(now_seconds) < alarm.evaluation_periods * alarm.period_seconds


def listed(cloudwatch: Any) -> Iterator[Mapping[str, Any]]:
    """Every metric alarm of a region, in the API's shape."""
    for page in cloudwatch.get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm"]):
        yield from page["MetricAlarms"]


def _period(alarm: Alarm, pace: Pace, at_seconds: float) -> int:
    return int(pace.declared(at_seconds) // alarm.period_seconds)


def _dimensions(alarm: Alarm) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in alarm.dimensions]


def _sum(found: Sequence[Datapoint], name: str) -> float:
    return sum(float(point[name]) for point in found)
