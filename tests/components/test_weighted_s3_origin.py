"""A weighted origin's records steer traffic by weight and health, and change only where their input does."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from asset_edge.components.weighted_s3_origin import ScheduledProbe, UrlProbe, WeightedS3Origin
from asset_edge.errors import ArgumentError
from tests.components.weighted_origins import (
    EAST,
    RECORD_NAME,
    REGIONS,
    WEST,
    args,
    deployed,
    target,
)
from tests.engine import Deployment, deploy

RECORD = "aws:route53/record:Record"
HEALTH_CHECK = "aws:route53/healthCheck:HealthCheck"


def comparable(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The SDK's archives know no equality; their paths carry the hash of what is inside."""
    return {
        key: value.path if isinstance(value, pulumi.FileArchive) else value for key, value in inputs.items()
    }


def changes(before: Deployment, after: Deployment) -> dict[str, set[str]]:
    """By name of each resource that differs, the inputs that do."""
    old, new = ({r.name: comparable(r.inputs) for r in run.all} for run in (before, after))
    return {
        name: {key for key, value in new.get(name, {}).items() if old.get(name, {}).get(key) != value}
        for name in old.keys() | new.keys()
        if old.get(name) != new.get(name)
    }


@pytest.mark.parametrize("region", REGIONS)
def test_the_cname_of_a_region_leads_to_its_bucket_by_weight_while_healthy(region: str) -> None:
    run = deployed(targets=[target(EAST, 200), target(WEST, 55)])
    assert run.named(f"origin-cname-{region}").inputs == {
        "zoneId": "Z0123456789",
        "name": RECORD_NAME,
        "type": "CNAME",
        "ttl": 60,
        "setIdentifier": region,
        "weightedRoutingPolicies": [{"weight": {EAST: 200, WEST: 55}[region]}],
        "records": [f"assets-{region}.s3.{region}.amazonaws.com"],
        "healthCheckId": f"<{HEALTH_CHECK} origin-health-check-{region} id>",
    }


@pytest.mark.parametrize("region", REGIONS)
def test_a_beacon_has_a_checked_record_of_the_weight_and_an_unchecked_one_of_no_traffic(region: str) -> None:
    run = deployed(targets=[target(EAST, 7), target(WEST, 7)])
    shared = {
        "zoneId": "Z0123456789",
        "name": f"{region}.beacon.{RECORD_NAME}",
        "type": "A",
        "ttl": 60,
    }
    assert run.named(f"origin-beacon-{region}").inputs == shared | {
        "setIdentifier": "weight",
        "weightedRoutingPolicies": [{"weight": 1}],
        "records": ["127.0.0.7"],
        "healthCheckId": f"<{HEALTH_CHECK} origin-health-check-{region} id>",
    }
    assert run.named(f"origin-beacon-down-{region}").inputs == shared | {
        "setIdentifier": "down",
        "weightedRoutingPolicies": [{"weight": 0}],
        "records": ["127.0.0.0"],
    }


def test_a_changed_weight_changes_exactly_the_records_that_tell_it() -> None:
    after = deployed(targets=[target(EAST), target(WEST, 25)])
    assert changes(deployed(), after) == {
        f"origin-cname-{WEST}": {"weightedRoutingPolicies"},
        f"origin-beacon-{WEST}": {"records"},
    }


def test_the_order_of_the_targets_means_nothing() -> None:
    assert changes(deployed(), deployed(targets=[target(WEST), target(EAST)])) == {}


def test_another_ttl_changes_every_record_and_nothing_else() -> None:
    records = {record.name: {"ttl"} for record in deployed().of(RECORD)}
    assert changes(deployed(), deployed(ttl_seconds=10)) == records


PER_REGION = [
    pytest.param(
        {"probe": ScheduledProbe(evaluation_periods=3)},
        {"probe-alarm": {"evaluationPeriods"}, "health-check": {"triggers"}},
        id="a patient alarm",
    ),
    pytest.param(
        {"probe": ScheduledProbe(insufficient_data_health_status="Healthy")},
        {"health-check": {"insufficientDataHealthStatus"}},
        id="a hopeful check",
    ),
    pytest.param({"retention_in_days": 30}, {"probe-logs": {"retentionInDays"}}, id="longer logs"),
    pytest.param(
        {"zone_id": "ZOTHER"},
        {"cname": {"zoneId"}, "beacon": {"zoneId"}, "beacon-down": {"zoneId"}},
        id="another zone",
    ),
]


@pytest.mark.parametrize(("changed", "expected"), PER_REGION)
def test_a_changed_argument_changes_in_each_region_exactly_what_follows_from_it(
    changed: dict[str, Any], expected: dict[str, set[str]]
) -> None:
    in_each_region = {f"origin-{what}-{r}": inputs for what, inputs in expected.items() for r in REGIONS}
    assert changes(deployed(), deployed(**changed)) == in_each_region


def test_two_origins_of_one_account_share_no_name_that_aws_keeps_unique() -> None:
    def build() -> None:
        for name in ("assets", "videos"):
            WeightedS3Origin(name, args(record_name=f"{name}.example.com"))

    run = deploy(build)
    groups = [(r.inputs["region"], r.inputs["name"]) for r in run.of("aws:cloudwatch/logGroup:LogGroup")]
    alarms = [
        (r.inputs["region"], r.inputs["namespace"]) for r in run.of("aws:cloudwatch/metricAlarm:MetricAlarm")
    ]
    sets = [(r.inputs["name"], r.inputs["setIdentifier"]) for r in run.of(RECORD)]
    for unique in (groups, alarms, sets):
        assert len(unique) == len(set(unique)) > len(REGIONS)


def test_a_third_region_adds_to_the_others_and_changes_nothing_of_theirs() -> None:
    sydney = "ap-southeast-2"
    changed = changes(deployed(), deployed(targets=[target(EAST), target(WEST), target(sydney)]))
    assert {name for name in changed if not name.endswith(sydney)} == set()
    assert len(changed) == 13


def test_the_outputs_say_what_others_need_by_region() -> None:
    run = deployed()
    assert run.outputs_of("origin") == {
        "record_name": RECORD_NAME,
        "beacon_names": {region: f"{region}.beacon.{RECORD_NAME}" for region in REGIONS},
        "health_check_ids": {r: f"<{HEALTH_CHECK} origin-health-check-{r} id>" for r in REGIONS},
        "probe_role_arns": {r: f"<aws:iam/role:Role origin-probe-role-{r} arn>" for r in REGIONS},
    }


def test_the_names_are_known_before_anything_is_deployed() -> None:
    outputs = deployed(preview=True).outputs_of("origin")
    assert outputs["record_name"] == RECORD_NAME
    assert outputs["beacon_names"] == {region: f"{region}.beacon.{RECORD_NAME}" for region in REGIONS}


def test_only_the_records_go_to_the_account_of_the_zone() -> None:
    def build() -> None:
        zone_account = aws.Provider("zone-account", region="us-east-1")
        WeightedS3Origin("origin", args(zone_provider=zone_account))

    run = deploy(build)
    there = {r.name for r in run.all if "::zone-account::" in r.provider}
    assert there == {record.name for record in run.of(RECORD)}


def test_the_value_of_a_cname_may_be_an_output_of_a_bucket() -> None:
    def build() -> None:
        bucket = aws.s3.Bucket("assets", region=EAST)
        of_bucket = target(
            EAST, bucket=bucket.id, bucket_arn=bucket.arn, domain_name=bucket.bucket_regional_domain_name
        )
        WeightedS3Origin("origin", args(targets=[of_bucket, target(WEST)]))

    records = deploy(build).named(f"origin-cname-{EAST}").inputs["records"]
    assert records == ["<aws:s3/bucket:Bucket assets bucketRegionalDomainName>"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        pytest.param({"targets": [target(EAST)]}, "Add the other region", id="one target"),
        pytest.param({"targets": [target(EAST)] * 2}, "is a target 2 times", id="one region twice"),
        pytest.param({"targets": [target(EAST, 300), target(WEST)]}, "is 300; .* 0 to 255", id="weight"),
        pytest.param({"targets": [target(EAST, 0), target(WEST, 0)]}, "are all 0", id="no weight"),
        pytest.param({"ttl_seconds": 600}, "ttl_seconds is 600; .* from 1 to 60", id="ttl"),
        pytest.param({"record_name": "assets"}, "record_name 'assets' makes", id="record name"),
        pytest.param({"retention_in_days": 8}, "retention_in_days is 8", id="retention"),
        pytest.param({"probe_key": "a*"}, "probe_key is 'a\\*'", id="probe key"),
        pytest.param({"probe": UrlProbe(secret_path="x")}, "1 characters", id="probe"),
    ],
)
def test_impossible_arguments_are_refused_before_anything_is_registered(
    changed: Mapping[str, Any], message: str
) -> None:
    def build() -> None:
        with pytest.raises(ArgumentError, match=message):
            WeightedS3Origin("origin", args(**changed))

    assert deploy(build).all == ()


def test_a_caller_may_protect_the_whole_origin_by_its_options() -> None:
    opts = pulumi.ResourceOptions(protect=True)
    run = deploy(lambda: WeightedS3Origin("origin", args(), opts))
    assert next(r for r in run.all if not r.custom).options["protect"] is True
