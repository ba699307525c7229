"""Alarms on metrics."""

from collections.abc import Mapping
from typing import Any

from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import (
    Inputs,
    Row,
    camel,
    given,
    kept,
    only,
    pascal,
    retag,
    tag_list,
    tag_map,
    tagged,
    told,
)

_ALARM = {
    "actionsEnabled": "ActionsEnabled",
    "alarmActions": "AlarmActions",
    "alarmDescription": "AlarmDescription",
    "comparisonOperator": "ComparisonOperator",
    "datapointsToAlarm": "DatapointsToAlarm",
    "evaluateLowSampleCountPercentiles": "EvaluateLowSampleCountPercentile",
    "evaluationPeriods": "EvaluationPeriods",
    "extendedStatistic": "ExtendedStatistic",
    "insufficientDataActions": "InsufficientDataActions",
    "metricName": "MetricName",
    "name": "AlarmName",
    "namespace": "Namespace",
    "okActions": "OKActions",
    "period": "Period",
    "statistic": "Statistic",
    "threshold": "Threshold",
    "thresholdMetricId": "ThresholdMetricId",
    "treatMissingData": "TreatMissingData",
    "unit": "Unit",
}


def _put_alarm(inputs: Inputs, clients: Clients) -> State:
    cloudwatch, name = clients.get("cloudwatch", inputs["region"]), inputs["name"]
    alarm = given(inputs, _ALARM) | _measured(inputs)
    cloudwatch.put_metric_alarm(**alarm)
    arn = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["AlarmArn"]
    retag(
        inputs.get("tags"),
        _tags(cloudwatch, arn),
        add=lambda tags: cloudwatch.tag_resource(ResourceARN=arn, Tags=tag_list(tags)),
        remove=lambda keys: cloudwatch.untag_resource(ResourceARN=arn, TagKeys=keys),
    )
    return State(name, {**inputs, "arn": arn, "tagsAll": inputs.get("tags") or {}})


def _measured(inputs: Inputs) -> dict[str, Any]:
    """What the alarm looks at: a metric of those dimensions, or several and what is reckoned of them."""
    measured: dict[str, Any] = {}
    if inputs.get("dimensions"):
        measured["Dimensions"] = _dimension_list(inputs["dimensions"])
    if inputs.get("metricQueries"):
        measured["Metrics"] = [_query(query) for query in inputs["metricQueries"]]
    return measured


def _query(query: Inputs) -> dict[str, Any]:
    if not query.get("metric"):
        return pascal(query)  # type: ignore[no-any-return]
    statistic = ("period", "stat", "unit")
    metric = {k: v for k, v in query["metric"].items() if k not in (*statistic, "dimensions")}
    told_of = pascal(metric) | {"Dimensions": _dimension_list(query["metric"].get("dimensions") or {})}
    stat = {"Metric": told_of} | pascal(kept(query["metric"], *statistic))
    return pascal({k: v for k, v in query.items() if k != "metric"}) | {"MetricStat": stat}  # type: ignore[no-any-return]


def _query_back(query: Mapping[str, Any]) -> dict[str, Any]:
    plain = camel({k: v for k, v in query.items() if k != "MetricStat"})
    if "MetricStat" not in query:
        return plain  # type: ignore[no-any-return]
    stat = dict(query["MetricStat"])
    metric = dict(stat.pop("Metric"))
    dimensions = {d["Name"]: d["Value"] for d in metric.pop("Dimensions", ())}
    told_of = camel(metric | stat) | ({"dimensions": dimensions} if dimensions else {})
    return plain | {"metric": told_of}  # type: ignore[no-any-return]


def _dimension_list(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def _read_alarm(name: str, inputs: Inputs, clients: Clients) -> State | None:
    cloudwatch = clients.get("cloudwatch", inputs["region"])
    found = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    if not found:
        return None
    alarm = found[0]
    outputs = told(alarm, _ALARM) | kept(inputs, "region") | {"arn": alarm["AlarmArn"]}
    if alarm.get("Dimensions"):
        outputs["dimensions"] = {d["Name"]: d["Value"] for d in alarm["Dimensions"]}
    if alarm.get("Metrics"):
        outputs["metricQueries"] = [_query_back(query) for query in alarm["Metrics"]]
    return State(name, {**outputs, **tagged(_tags(cloudwatch, alarm["AlarmArn"]))})


def _delete_alarm(name: str, inputs: Inputs, clients: Clients) -> None:
    clients.get("cloudwatch", inputs["region"]).delete_alarms(AlarmNames=[name])


def _tags(cloudwatch: Any, arn: str) -> dict[str, str]:
    return tag_map(cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"])


ROWS: dict[str, Row] = {
    "aws:cloudwatch/metricAlarm:MetricAlarm": Row(
        replace_source='terraform-provider-aws, resource "aws_cloudwatch_metric_alarm"',
        create=_put_alarm,
        update=lambda _name, inputs, clients: _put_alarm(inputs, clients),
        read=_read_alarm,
        delete=_delete_alarm,
        check=only("alarm", {*_ALARM, "dimensions", "metricQueries"}),
        auto_name="name",
        replace_on=frozenset({"name", "region"}),
    ),
}
