"""Builds what runs one region's probe, and the Route 53 health check that follows it."""

import pulumi
import pulumi_aws as aws

from asset_edge.components.origin_probes import PERIOD_SECONDS, Probe, ScheduledProbe, UrlProbe, alarm
from asset_edge.components.probe_function import METRIC_NAME, Subject


def build(subject: Subject, probe: Probe, function: aws.lambda_.Function) -> aws.route53.HealthCheck:
    """The region's health check, fed by a schedule and an alarm, or asking a function URL itself."""
    if isinstance(probe, ScheduledProbe):
        _schedule(subject, function)
        return _alarm_check(subject, probe, _alarm(subject, probe))
    _url_permissions(subject, function)
    return _url_check(subject, probe, _url(subject, function))


def host_of(function_url: str) -> str:
    """The host name in a function URL."""
    return function_url.removeprefix("https://").rstrip("/")


def _schedule(subject: Subject, function: aws.lambda_.Function) -> None:
    rule = aws.cloudwatch.EventRule(
        subject.called("probe-schedule"),
        region=subject.region,
        description=f"Probes the bucket of {subject.region} behind {subject.record_name}",
        schedule_expression="rate(1 minute)",
        opts=subject.child,
    )
    aws.lambda_.Permission(
        subject.called("probe-schedule-permission"),
        region=subject.region,
        function=function.name,
        action="lambda:InvokeFunction",
        principal="events.amazonaws.com",
        source_arn=rule.arn,
        opts=subject.child,
    )
    # A probe that comes late would report on a minute that is over: better none than a retry.
    aws.cloudwatch.EventTarget(
        subject.called("probe-target"),
        region=subject.region,
        rule=rule.name,
        arn=function.arn,
        retry_policy={"maximum_event_age_in_seconds": PERIOD_SECONDS, "maximum_retry_attempts": 0},
        opts=subject.child,
    )


def _alarm(subject: Subject, probe: ScheduledProbe) -> aws.cloudwatch.MetricAlarm:
    return aws.cloudwatch.MetricAlarm(
        subject.called("probe-alarm"),
        region=subject.region,
        alarm_description=(
            f"The bucket of {subject.region} behind {subject.record_name} cannot be read; "
            "Route 53 takes traffic away from it"
        ),
        namespace=subject.namespace,
        metric_name=METRIC_NAME,
        dimensions={"Region": subject.region},
        **alarm(probe),
        opts=subject.child,
    )


def _alarm_check(
    subject: Subject, probe: ScheduledProbe, followed: aws.cloudwatch.MetricAlarm
) -> aws.route53.HealthCheck:
    return aws.route53.HealthCheck(
        subject.called("health-check"),
        type="CLOUDWATCH_METRIC",
        cloudwatch_alarm_name=followed.name,
        cloudwatch_alarm_region=subject.region,
        insufficient_data_health_status=probe.insufficient_data_health_status,
        # Route 53 copies the alarm's arithmetic once; these make a change of it reach the check.
        triggers={key: str(value) for key, value in alarm(probe).items()},
        tags=_tags(subject),
        opts=subject.child,
    )


def _url_permissions(subject: Subject, function: aws.lambda_.Function) -> None:
    """Both that a public URL needs since October 2025 (AWS Lambda Developer Guide, "Control access")."""
    aws.lambda_.Permission(
        subject.called("probe-url-permission"),
        region=subject.region,
        function=function.name,
        action="lambda:InvokeFunctionUrl",
        principal="*",
        function_url_auth_type="NONE",
        opts=subject.child,
    )
    aws.lambda_.Permission(
        subject.called("probe-invoke-permission"),
        region=subject.region,
        function=function.name,
        action="lambda:InvokeFunction",
        principal="*",
        invoked_via_function_url=True,
        opts=subject.child,
    )


def _url(subject: Subject, function: aws.lambda_.Function) -> aws.lambda_.FunctionUrl:
    return aws.lambda_.FunctionUrl(
        subject.called("probe-url"),
        region=subject.region,
        function_name=function.name,
        authorization_type="NONE",
        opts=subject.child,
    )


def _url_check(subject: Subject, probe: UrlProbe, url: aws.lambda_.FunctionUrl) -> aws.route53.HealthCheck:
    return aws.route53.HealthCheck(
        subject.called("health-check"),
        type="HTTPS" if probe.search_string is None else "HTTPS_STR_MATCH",
        fqdn=url.function_url.apply(host_of),
        port=443,
        enable_sni=True,
        resource_path=pulumi.Output.secret(probe.secret_path).apply(lambda path: f"/{path}"),
        search_string=probe.search_string,
        request_interval=probe.interval_seconds,
        failure_threshold=probe.failure_threshold,
        regions=sorted(probe.checker_regions) or None,
        tags=_tags(subject),
        opts=subject.child,
    )


def _tags(subject: Subject) -> dict[str, str]:
    # Route 53 lists health checks by id; the Name tag is what its console shows.
    return {"Name": f"{subject.record_name} {subject.region}"}
