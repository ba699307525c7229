"""Each region's probe reads one object, may do nothing else, and feeds that region's health check."""

import json
import re
from dataclasses import replace
from typing import Any

import pulumi
import pytest

from asset_edge import bundle
from asset_edge.components import health_checks
from asset_edge.components.origin_probes import ScheduledProbe, UrlProbe
from asset_edge.components.weighted_s3_origin import PROBE_ENTRY, WeightedS3Origin
from asset_edge.handlers.regional import origin_probe
from tests.components.weighted_origins import (
    EAST,
    RECORD_NAME,
    REGIONS,
    SECRET_PATH,
    URL_PROBE,
    WEST,
    args,
    deployed,
    target,
)
from tests.engine import Deployment, deploy

PERMISSION = "aws:lambda/permission:Permission"
GLOBAL_TYPES = ("aws:route53/", "aws:iam/")
SECRET_MARK = "4dabf18193072939515e22adb298388d"


def policy(run: Deployment, region: str) -> dict[str, dict[str, Any]]:
    """The probe role's statements by Sid."""
    document = json.loads(run.named(f"origin-probe-policy-{region}").inputs["policy"])
    return {statement["Sid"]: statement for statement in document["Statement"]}


def variables(run: Deployment, region: str) -> dict[str, Any]:
    environment = run.named(f"origin-probe-{region}").inputs["environment"]
    told: dict[str, Any] = environment.get("value", environment)["variables"]
    return told


@pytest.mark.parametrize("probe", [ScheduledProbe(), URL_PROBE], ids=["scheduled", "url"])
@pytest.mark.parametrize("region", REGIONS)
def test_all_that_measures_a_region_lies_in_it(probe: ScheduledProbe | UrlProbe, region: str) -> None:
    there = [r for r in deployed(probe=probe).all if r.custom and r.name.endswith(region)]
    regional = {r.name: r.inputs.get("region") for r in there if not r.type.startswith(GLOBAL_TYPES)}
    assert set(regional.values()) == {region}
    assert len(regional) >= 6


def test_the_function_is_the_bundle_of_the_handler() -> None:
    made = bundle.build(PROBE_ENTRY)
    function = deployed().named(f"origin-probe-{EAST}").inputs
    assert function["handler"] == "handlers.regional.origin_probe.handler"
    assert function["sourceCodeHash"] == made.sha256_base64
    assert made.sha256[:16] in function["code"].path
    assert (function["runtime"], function["architectures"]) == ("python3.13", ["x86_64"])


def test_the_function_is_told_every_variable_that_the_handler_documents() -> None:
    told = [variables(deployed(probe=probe), EAST) for probe in (ScheduledProbe(), URL_PROBE)]
    documented = set(re.findall(r"PROBE_[A-Z_]+", str(origin_probe.__doc__)))
    assert {name for names in told for name in names} == documented


def test_a_cold_start_a_read_and_a_report_fit_the_timeout() -> None:
    slowest_call = origin_probe.CONNECT_TIMEOUT_SECONDS + origin_probe.READ_TIMEOUT_SECONDS
    assert deployed().named(f"origin-probe-{EAST}").inputs["timeout"] > 2 * slowest_call


def test_a_role_reads_one_object_writes_its_own_logs_and_reports_one_metric() -> None:
    assert policy(deployed(), EAST) == {
        "Read": {
            "Sid": "Read",
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": [f"arn:aws:s3:::assets-{EAST}/.asset-edge/probe-{EAST}"],
        },
        "Log": {
            "Sid": "Log",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [f"<aws:cloudwatch/logGroup:LogGroup origin-probe-logs-{EAST} arn>:*"],
        },
        "Report": {
            "Sid": "Report",
            "Effect": "Allow",
            "Action": ["cloudwatch:PutMetricData"],
            "Resource": ["*"],
            "Condition": {"StringEquals": {"cloudwatch:namespace": f"AssetEdge/{RECORD_NAME}"}},
        },
    }


def test_a_key_of_the_bucket_is_used_through_s3_alone() -> None:
    key = "arn:aws:kms:eu-west-1:111122223333:key/mrk-1"
    run = deployed(targets=[target(EAST), target(WEST, kms_key_arn=key)])
    decrypt = policy(run, WEST)["Decrypt"]
    assert (decrypt["Action"], decrypt["Resource"]) == (["kms:Decrypt"], [key])
    assert decrypt["Condition"] == {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
    assert "Decrypt" not in policy(run, EAST)


def test_only_lambda_takes_the_role() -> None:
    trust = json.loads(deployed().named(f"origin-probe-role-{EAST}").inputs["assumeRolePolicy"])
    assert [s["Principal"] for s in trust["Statement"]] == [{"Service": ["lambda.amazonaws.com"]}]


def test_logs_are_json_and_kept_as_long_as_told_in_a_group_named_after_the_record() -> None:
    run = deployed(retention_in_days=90)
    group = run.named(f"origin-probe-logs-{WEST}").inputs
    assert (group["name"], group["retentionInDays"]) == (f"/asset-edge/probe/{RECORD_NAME}", 90)
    logging = run.named(f"origin-probe-{WEST}").inputs["loggingConfig"]
    assert (logging["logGroup"], logging["logFormat"]) == (group["name"], "JSON")


@pytest.mark.parametrize("region", REGIONS)
def test_each_region_writes_an_object_of_its_own_so_that_replication_never_has_two_writers(
    region: str,
) -> None:
    run = deployed()
    written = run.named(f"origin-probe-object-{region}").inputs
    assert (written["bucket"], written["key"]) == (f"assets-{region}", f".asset-edge/probe-{region}")
    assert variables(run, region)["PROBE_KEY"] == written["key"]


def test_a_named_object_is_read_in_every_region_and_written_in_none() -> None:
    run = deployed(probe_key="health/ok.txt")
    assert run.of("aws:s3/bucketObjectv2:BucketObjectv2") == []
    assert {variables(run, region)["PROBE_KEY"] for region in REGIONS} == {"health/ok.txt"}
    assert policy(run, EAST)["Read"]["Resource"] == [f"arn:aws:s3:::assets-{EAST}/health/ok.txt"]


def test_a_schedule_runs_the_function_each_minute_and_never_late() -> None:
    run = deployed()
    rule = run.named(f"origin-probe-schedule-{WEST}")
    event_target = run.named(f"origin-probe-target-{WEST}").inputs
    permission = run.named(f"origin-probe-schedule-permission-{WEST}").inputs
    assert rule.inputs["scheduleExpression"] == "rate(1 minute)"
    assert event_target["arn"] == f"<aws:lambda/function:Function origin-probe-{WEST} arn>"
    assert event_target["retryPolicy"] == {"maximumEventAgeInSeconds": 60, "maximumRetryAttempts": 0}
    assert permission["principal"] == "events.amazonaws.com"
    assert permission["sourceArn"] == f"<{rule.type} {rule.name} arn>"


@pytest.mark.parametrize("region", REGIONS)
def test_the_alarm_watches_the_very_metric_that_the_function_reports(region: str) -> None:
    run = deployed()
    alarm = run.named(f"origin-probe-alarm-{region}").inputs
    reported = variables(run, region)
    assert alarm["namespace"] == reported["PROBE_NAMESPACE"] == f"AssetEdge/{RECORD_NAME}"
    assert alarm["metricName"] == reported["PROBE_METRIC"]
    assert alarm["dimensions"] == {"Region": reported["PROBE_REGION"]} == {"Region": region}
    assert (alarm["period"], alarm["evaluationPeriods"], alarm["treatMissingData"]) == (60, 2, "breaching")


def test_the_health_check_follows_the_alarm_of_its_region() -> None:
    probe = ScheduledProbe(evaluation_periods=3, insufficient_data_health_status="LastKnownStatus")
    check = deployed(probe=probe).named(f"origin-health-check-{WEST}").inputs
    assert check["type"] == "CLOUDWATCH_METRIC"
    assert check["cloudwatchAlarmRegion"] == WEST
    assert check["cloudwatchAlarmName"] == (
        f"<aws:cloudwatch/metricAlarm:MetricAlarm origin-probe-alarm-{WEST} name>"
    )
    assert check["insufficientDataHealthStatus"] == "LastKnownStatus"
    assert check["triggers"]["evaluation_periods"] == "3", "Route 53 copies the alarm only when it is told to"
    assert check["tags"] == {"Name": f"{RECORD_NAME} {WEST}"}


def test_a_function_url_is_public_by_both_permissions_and_bounded() -> None:
    run = deployed(probe=URL_PROBE)
    keys = ("action", "principal", "functionUrlAuthType", "invokedViaFunctionUrl")
    given = [tuple(p.inputs.get(key) for key in keys) for p in run.of(PERMISSION) if p.name.endswith(EAST)]
    assert given == [
        ("lambda:InvokeFunction", "*", None, True),
        ("lambda:InvokeFunctionUrl", "*", "NONE", None),
    ]
    assert run.named(f"origin-probe-url-{EAST}").inputs["authorizationType"] == "NONE"
    assert run.named(f"origin-probe-{EAST}").inputs["reservedConcurrentExecutions"] == 5


@pytest.mark.parametrize(
    ("function_url", "host"),
    [
        ("https://abc123.lambda-url.eu-west-1.on.aws/", "abc123.lambda-url.eu-west-1.on.aws"),
        ("https://abc123.lambda-url.eu-west-1.on.aws", "abc123.lambda-url.eu-west-1.on.aws"),
    ],
    ids=["as Lambda gives it", "without a path"],
)
def test_checkers_are_given_the_host_of_the_url(function_url: str, host: str) -> None:
    assert health_checks.host_of(function_url) == host


def test_changing_the_kind_of_probe_leaves_every_record_where_it_is() -> None:
    scheduled, by_url = deployed(), deployed(probe=URL_PROBE)
    records = {r.urn: r.inputs for r in scheduled.of("aws:route53/record:Record")}
    assert {r.urn: r.inputs for r in by_url.of("aws:route53/record:Record")} == records
    gone = {r.type.split(":")[-1] for r in scheduled.all} - {r.type.split(":")[-1] for r in by_url.all}
    assert gone == {"EventRule", "EventTarget", "MetricAlarm"}


def test_a_url_probe_reports_no_metric_and_needs_no_right_to() -> None:
    run = deployed(probe=URL_PROBE)
    assert set(policy(run, EAST)) == {"Read", "Log"}
    assert run.of("aws:cloudwatch/metricAlarm:MetricAlarm") == []
    assert not {"PROBE_NAMESPACE", "PROBE_METRIC"} & set(variables(run, EAST))


def test_checkers_ask_for_the_secret_path_over_tls_with_sni() -> None:
    checkers = ("us-west-2", "us-east-1", "eu-west-1")
    probe = replace(URL_PROBE, interval_seconds=30, failure_threshold=2, checker_regions=checkers)
    check = deployed(probe=probe).named(f"origin-health-check-{WEST}").inputs
    assert check == {
        "type": "HTTPS",
        "fqdn": f"<aws:lambda/functionUrl:FunctionUrl origin-probe-url-{WEST} functionUrl>",
        "port": 443,
        "enableSni": True,
        "resourcePath": check["resourcePath"],
        "requestInterval": 30,
        "failureThreshold": 2,
        "regions": sorted(checkers),
        "tags": {"Name": f"{RECORD_NAME} {WEST}"},
    }
    assert check["resourcePath"]["value"] == f"/{SECRET_PATH}"


@pytest.mark.parametrize("wrap", [str, pulumi.Output.secret], ids=["plain", "secret"])
def test_the_secret_path_stays_secret_wherever_it_is_told(wrap: Any) -> None:
    def build() -> None:
        WeightedS3Origin("origin", args(probe=UrlProbe(secret_path=wrap(SECRET_PATH))))

    run = deploy(build)
    environment = run.named(f"origin-probe-{EAST}").inputs["environment"]
    path = run.named(f"origin-health-check-{EAST}").inputs["resourcePath"]
    assert [SECRET_MARK in told for told in (environment, path)] == [True, True]
    assert variables(run, EAST)["PROBE_PATH_SECRET"] == SECRET_PATH
    assert path["value"] == f"/{SECRET_PATH}"
    public = [
        r
        for r in run.all
        if r.name not in {f"origin-{w}-{g}" for w in ("probe", "health-check") for g in REGIONS}
    ]
    assert SECRET_PATH not in str([r.inputs for r in public])


def test_an_expected_answer_makes_the_check_match_it() -> None:
    check = deployed(probe=replace(URL_PROBE, search_string="readable")).named(f"origin-health-check-{EAST}")
    assert (check.inputs["type"], check.inputs["searchString"]) == ("HTTPS_STR_MATCH", "readable")


@pytest.mark.parametrize("probe", [ScheduledProbe(), URL_PROBE], ids=["scheduled", "url"])
def test_a_preview_finds_what_a_deployment_makes(probe: ScheduledProbe | UrlProbe) -> None:
    assert deployed(probe=probe, preview=True).urns == deployed(probe=probe).urns


@pytest.mark.parametrize(
    ("name", "key", "longest"),
    [
        ("probe", "description", 256),
        ("probe-schedule", "description", 512),
        ("probe-alarm", "namespace", 255),
        ("probe-logs", "name", 512),
    ],
)
def test_a_text_stays_within_its_service_whatever_record_and_object_are_called(
    name: str, key: str, longest: int
) -> None:
    longest_record = ".".join([*(3 * ["a" * 63]), "b" * 32, "example.org"])[-236:]
    run = deployed(record_name=longest_record, probe_key="k" * 1024)
    assert len(run.named(f"origin-{name}-{EAST}").inputs[key]) <= longest
