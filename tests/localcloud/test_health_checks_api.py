"""The health checks of the Route 53 API, through boto3."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from asset_edge.emulator.health import AlarmState, Observation
from asset_edge.localcloud.health_check_rules import CHECKER_REGIONS
from tests.localcloud.conftest import Cloud

HTTPS: dict[str, Any] = {"Type": "HTTPS", "FullyQualifiedDomainName": "x.test", "ResourcePath": "/secret"}
ALARM: dict[str, Any] = {
    "Type": "CLOUDWATCH_METRIC",
    "AlarmIdentifier": {"Region": "eu-west-1", "Name": "readable"},
    "InsufficientDataHealthStatus": "Unhealthy",
}


def create(cloud: Cloud, config: dict[str, Any] | None = None, reference: str = "r") -> str:
    made = cloud.client("route53").create_health_check(
        CallerReference=reference, HealthCheckConfig=HTTPS if config is None else config
    )
    return str(made["HealthCheck"]["Id"])


def config_of(cloud: Cloud, check_id: str) -> dict[str, Any]:
    found = cloud.client("route53").get_health_check(HealthCheckId=check_id)["HealthCheck"]
    return dict(found["HealthCheckConfig"])


DEFAULTS = {"Inverted": False, "Disabled": False}
ENDPOINT = DEFAULTS | {"RequestInterval": 30, "FailureThreshold": 3, "MeasureLatency": False}


@pytest.mark.parametrize(
    ("config", "filled"),
    [
        pytest.param(HTTPS, ENDPOINT | {"Port": 443, "EnableSNI": True}, id="HTTPS"),
        pytest.param({"Type": "HTTP", "IPAddress": "127.0.0.1"}, ENDPOINT | {"Port": 80}, id="HTTP"),
        pytest.param({"Type": "TCP", "IPAddress": "127.0.0.1", "Port": 22}, ENDPOINT, id="TCP"),
        pytest.param(ALARM, DEFAULTS, id="an alarm"),
        pytest.param(
            HTTPS | {"Port": 8443, "RequestInterval": 10, "FailureThreshold": 1, "Inverted": True},
            {"EnableSNI": True, "Disabled": False, "MeasureLatency": False},
            id="what is said stays",
        ),
        pytest.param(
            HTTPS | {"Type": "HTTPS_STR_MATCH", "SearchString": "ok", "Regions": list(CHECKER_REGIONS[:3])},
            ENDPOINT | {"Port": 443, "EnableSNI": True},
            id="a string and regions",
        ),
        pytest.param(
            {"Type": "RECOVERY_CONTROL", "RoutingControlArn": "arn:aws:x"}, DEFAULTS, id="a routing control"
        ),
    ],
)
def test_a_check_comes_back_whole_with_its_types_defaults(
    cloud: Cloud, config: dict[str, Any], filled: dict[str, Any]
) -> None:
    assert config_of(cloud, create(cloud, config)) == filled | config


def test_a_calculated_check_names_checks_that_are_there(cloud: Cloud) -> None:
    children = [create(cloud, reference="a"), create(cloud, reference="b")]
    config = {"Type": "CALCULATED", "ChildHealthChecks": children}
    assert config_of(cloud, create(cloud, config, "sum")) == DEFAULTS | config | {"HealthThreshold": 0}


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"Type": "HTTPS"}, "FullyQualifiedDomainName"),
        (HTTPS | {"RequestInterval": 20}, "RequestInterval is 20"),
        (HTTPS | {"SearchString": "ok"}, "SearchString"),
        (HTTPS | {"Type": "HTTP_STR_MATCH"}, "SearchString"),
        (HTTPS | {"Regions": ["us-east-1", "us-west-1", "eu-north-1"]}, "eu-north-1"),
        ({"Type": "TCP", "IPAddress": "127.0.0.1"}, "Port"),
        ({"Type": "TCP", "IPAddress": "127.0.0.1", "Port": 1, "ResourcePath": "/"}, "ResourcePath"),
        ({"Type": "CLOUDWATCH_METRIC"}, "AlarmIdentifier"),
        ({"Type": "RECOVERY_CONTROL"}, "RoutingControlArn"),
        ({"Type": "CALCULATED"}, "ChildHealthChecks"),
        ({"Type": "CALCULATED", "ChildHealthChecks": ["absent"]}, "absent"),
    ],
)
def test_what_route_53_would_not_take_is_refused(cloud: Cloud, config: dict[str, Any], named: str) -> None:
    with pytest.raises(ClientError, match=named) as refusal:
        create(cloud, config)
    assert refusal.value.response["Error"]["Code"] == "InvalidInput"
    assert cloud.client("route53").get_health_check_count()["HealthCheckCount"] == 0


def test_a_calculated_check_is_no_ones_child(cloud: Cloud) -> None:
    child = create(cloud)
    calculated = create(cloud, {"Type": "CALCULATED", "ChildHealthChecks": [child]}, "sum")
    with pytest.raises(ClientError, match="calculated itself"):
        create(cloud, {"Type": "CALCULATED", "ChildHealthChecks": [calculated]}, "sum of sums")


def test_the_same_request_twice_makes_one_check(cloud: Cloud) -> None:
    assert create(cloud) == create(cloud)
    with pytest.raises(ClientError) as refusal:
        create(cloud, HTTPS | {"ResourcePath": "/other"})
    assert refusal.value.response["Error"]["Code"] == "HealthCheckAlreadyExists"


def test_an_update_changes_what_it_names_and_the_version(cloud: Cloud) -> None:
    check_id = create(cloud)
    made = cloud.client("route53").update_health_check(
        HealthCheckId=check_id, FailureThreshold=1, Inverted=True, ResetElements=["ResourcePath"]
    )["HealthCheck"]
    assert made["HealthCheckVersion"] == 2
    assert config_of(cloud, check_id) == ENDPOINT | {
        "Type": "HTTPS",
        "FullyQualifiedDomainName": "x.test",
        "Port": 443,
        "EnableSNI": True,
        "FailureThreshold": 1,
        "Inverted": True,
    }


def test_an_update_takes_effect_at_once(cloud: Cloud) -> None:
    check_id = create(cloud)
    health = cloud.front.health_checks.health
    assert health.healthy(check_id)
    cloud.client("route53").update_health_check(HealthCheckId=check_id, Inverted=True)
    assert not health.healthy(check_id)
    cloud.client("route53").delete_health_check(HealthCheckId=check_id)
    assert health.healthy(check_id), "a check that is gone says nothing against anyone"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"HealthCheckVersion": 7, "Inverted": True}, "HealthCheckVersionMismatch"),
        ({"SearchString": "x"}, "InvalidInput"),
        ({"ResetElements": ["FullyQualifiedDomainName"]}, "InvalidInput"),
    ],
)
def test_an_update_that_cannot_be_changes_nothing(cloud: Cloud, sent: dict[str, Any], code: str) -> None:
    check_id = create(cloud)
    before = config_of(cloud, check_id)
    with pytest.raises(ClientError) as refusal:
        cloud.client("route53").update_health_check(HealthCheckId=check_id, **sent)
    assert refusal.value.response["Error"]["Code"] == code
    assert config_of(cloud, check_id) == before


@pytest.mark.parametrize(
    "operation",
    [
        "get_health_check",
        "update_health_check",
        "delete_health_check",
        "get_health_check_status",
        "get_health_check_last_failure_reason",
    ],
)
def test_a_check_that_is_not_there_is_named(cloud: Cloud, operation: str) -> None:
    with pytest.raises(ClientError, match="no health check absent") as refusal:
        getattr(cloud.client("route53"), operation)(HealthCheckId="absent")
    assert refusal.value.response["Error"]["Code"] == "NoSuchHealthCheck"
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_checks_are_listed_page_by_page(cloud: Cloud) -> None:
    made = [create(cloud, reference=f"r{number}") for number in range(5)]
    pages = (
        cloud.client("route53").get_paginator("list_health_checks").paginate(PaginationConfig={"PageSize": 2})
    )
    found = [[check["Id"] for check in page["HealthChecks"]] for page in pages]
    assert found == [made[:2], made[2:4], made[4:]]
    with pytest.raises(ClientError, match="no check's id"):
        cloud.client("route53").list_health_checks(Marker="absent")


def test_the_status_is_what_was_seen(cloud: Cloud) -> None:
    check_id = create(cloud, HTTPS | {"Regions": list(CHECKER_REGIONS[:3])})
    route53, health = cloud.client("route53"), cloud.front.health_checks.health
    assert route53.get_health_check_status(HealthCheckId=check_id)["HealthCheckObservations"] == []
    health.observe(check_id, Observation(at_seconds=1_795_300_000, succeeded=False, text="HTTP 503"))
    health.observe(check_id, Observation(at_seconds=1_795_300_010, succeeded=True, text="HTTP 200"))
    now = route53.get_health_check_status(HealthCheckId=check_id)["HealthCheckObservations"]
    assert [one["Region"] for one in now] == list(CHECKER_REGIONS[:3])
    assert {one["StatusReport"]["Status"] for one in now} == {"Success: HTTP 200"}
    assert {one["StatusReport"]["CheckedTime"].timestamp() for one in now} == {1_795_300_010}
    failed = route53.get_health_check_last_failure_reason(HealthCheckId=check_id)["HealthCheckObservations"]
    assert {one["StatusReport"]["Status"] for one in failed} == {"Failure: HTTP 503"}


def test_nobody_observes_a_calculated_check(cloud: Cloud) -> None:
    check_id = create(cloud, {"Type": "CALCULATED", "ChildHealthChecks": [create(cloud)]}, "sum")
    with pytest.raises(ClientError, match="calculated"):
        cloud.client("route53").get_health_check_status(HealthCheckId=check_id)


def test_what_was_copied_from_the_alarm_is_told_until_the_check_changes(cloud: Cloud) -> None:
    check_id, checks = create(cloud, ALARM), cloud.front.health_checks
    copy = {
        "EvaluationPeriods": 2,
        "Threshold": 1.0,
        "ComparisonOperator": "LessThanThreshold",
        "Period": 60,
        "MetricName": "M",
        "Namespace": "N",
        "Statistic": "Minimum",
        "Dimensions": [{"Name": "Region", "Value": "eu-west-1"}],
    }
    checks.copied(check_id, 1, copy)
    found = cloud.client("route53").get_health_check(HealthCheckId=check_id)["HealthCheck"]
    assert found["CloudWatchAlarmConfiguration"] == copy
    cloud.client("route53").update_health_check(HealthCheckId=check_id, Inverted=True)
    checks.copied(check_id, 1, copy)
    found = cloud.client("route53").get_health_check(HealthCheckId=check_id)["HealthCheck"]
    assert "CloudWatchAlarmConfiguration" not in found, "the copy was of an older version"


def test_tags_are_kept_with_the_check(cloud: Cloud) -> None:
    route53, check_id = cloud.client("route53"), create(cloud)
    tags = [{"Key": "Name", "Value": "eu"}, {"Key": "b", "Value": ""}]
    about = {"ResourceType": "healthcheck"}
    route53.change_tags_for_resource(**about, ResourceId=check_id, AddTags=tags)
    route53.change_tags_for_resource(**about, ResourceId=check_id, RemoveTagKeys=["b", "absent"])
    [found] = route53.list_tags_for_resources(**about, ResourceIds=[check_id])["ResourceTagSets"]
    assert found == about | {"ResourceId": check_id, "Tags": tags[:1]}
    assert route53.list_tags_for_resource(**about, ResourceId=check_id)["ResourceTagSet"] == found
    route53.delete_health_check(HealthCheckId=check_id)
    with pytest.raises(ClientError, match="no health check"):
        route53.list_tags_for_resource(**about, ResourceId=check_id)


def test_a_zones_tags_are_still_motos(cloud: Cloud) -> None:
    route53 = cloud.client("route53")
    zone = route53.create_hosted_zone(Name="z.test", CallerReference="z")["HostedZone"]["Id"].split("/")[-1]
    about = {"ResourceType": "hostedzone", "ResourceId": zone}
    route53.change_tags_for_resource(**about, AddTags=[{"Key": "a", "Value": "b"}])
    assert route53.list_tags_for_resource(**about)["ResourceTagSet"]["Tags"] == [{"Key": "a", "Value": "b"}]


def test_the_checkers_are_on_this_machine(cloud: Cloud) -> None:
    assert cloud.client("route53").get_checker_ip_ranges()["CheckerIpRanges"] == ["127.0.0.1/32"]


def test_people_are_told_a_checks_name_and_health(cloud: Cloud) -> None:
    check_id, checks = create(cloud, ALARM), cloud.front.health_checks
    told = {"name": check_id, "type": "CLOUDWATCH_METRIC", "healthy": False, "last": None}
    assert checks.statuses() == {check_id: told}
    tags = [{"Key": "Name", "Value": "eu"}]
    cloud.client("route53").change_tags_for_resource(
        ResourceType="healthcheck", ResourceId=check_id, AddTags=tags
    )
    checks.health.follow(check_id, AlarmState.ok, 0.0)
    last = "the metric that the alarm watches says OK"
    assert checks.statuses()[check_id] == told | {"name": "eu", "healthy": True, "last": last}
