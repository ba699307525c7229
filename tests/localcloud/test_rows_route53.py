"""Zones, records and health checks, and what the DNS server makes of them."""

from typing import Any

import pytest

from asset_edge.emulator.zones import RecordSet
from asset_edge.errors import Unsupported
from asset_edge.localcloud.table import ROWS
from asset_edge.localcloud.zonesource import ZoneSource
from tests.localcloud.conftest import Cloud

ZONE = "aws:route53/zone:Zone"
RECORD = "aws:route53/record:Record"
HEALTH_CHECK = "aws:route53/healthCheck:HealthCheck"


def zone(cloud: Cloud, name: str = "example.test") -> str:
    return str(cloud.create(ZONE, name=name, comment="tested").outputs["zoneId"])


def source(cloud: Cloud) -> ZoneSource:
    return ZoneSource(cloud.clients, lambda: cloud.front.route53_writes)


def records(cloud: Cloud, kind: str) -> list[RecordSet]:
    return [r for z in source(cloud).zones() for r in z.records if r.type == kind]


def test_a_zone_tells_its_id_and_servers(cloud: Cloud) -> None:
    state = cloud.create(ZONE, name="example.test")
    assert state.outputs["zoneId"] == state.id
    assert state.outputs["arn"] == f"arn:aws:route53:::hostedzone/{state.id}"
    assert state.outputs["primaryNameServer"] == state.outputs["nameServers"][0]


@pytest.mark.parametrize(
    ("name", "fqdn"),
    [
        ("a", "a.example.test"),
        ("a.example.test", "a.example.test"),
        ("A.Example.Test.", "a.example.test"),
        ("", "example.test"),
        ("example.test", "example.test"),
        ("notexample.test", "notexample.test.example.test"),
    ],
)
def test_a_records_name_may_leave_the_zone_out(cloud: Cloud, name: str, fqdn: str) -> None:
    zone_id = zone(cloud)
    state = cloud.create(RECORD, zoneId=zone_id, name=name, type="A", ttl=5, records=["192.0.2.1"])
    assert state.outputs["fqdn"] == fqdn
    assert records(cloud, "A") == [RecordSet(name=fqdn, type="A", ttl_seconds=5, values=("192.0.2.1",))]


def test_weighted_records_keep_weight_and_health_check(cloud: Cloud) -> None:
    zone_id = zone(cloud)
    check = cloud.create(HEALTH_CHECK, type="HTTPS", fqdn="x.test", port=443, resourcePath="/").id
    shared = {"zoneId": zone_id, "name": "b", "type": "A", "ttl": 5}
    ids = [
        cloud.create(
            RECORD,
            **shared,
            records=["127.0.0.9"],
            setIdentifier="weight",
            weightedRoutingPolicies=[{"weight": 1}],
            healthCheckId=check,
        ).id,
        cloud.create(
            RECORD,
            **shared,
            records=["127.0.0.0"],
            setIdentifier="down",
            weightedRoutingPolicies=[{"weight": 0}],
        ).id,
    ]
    assert ids == [f"{zone_id}_b.example.test_A_weight", f"{zone_id}_b.example.test_A_down"]
    found = {r.values[0]: (r.weight, r.health_check) for r in records(cloud, "A")}
    assert found == {"127.0.0.9": (1, check), "127.0.0.0": (0, None)}


def test_an_alias_to_a_distribution_is_one(cloud: Cloud) -> None:
    alias = {"name": "d1.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": False}
    cloud.create(RECORD, zoneId=zone(cloud), name="www", type="A", aliases=[alias])
    assert [r.alias_of for r in records(cloud, "A")] == ["d1.cloudfront.net"]


def test_a_record_that_is_there_is_overwritten_if_allowed(cloud: Cloud) -> None:
    same = {"zoneId": zone(cloud), "name": "a", "type": "A", "ttl": 5}
    cloud.create(RECORD, **same, records=["192.0.2.1"])
    cloud.create(RECORD, **same, records=["192.0.2.2"], allowOverwrite=True)
    assert [r.values for r in records(cloud, "A")] == [("192.0.2.2",)]


def test_a_cloudwatch_check_names_its_alarm(cloud: Cloud) -> None:
    state = cloud.create(
        HEALTH_CHECK,
        type="CLOUDWATCH_METRIC",
        cloudwatchAlarmName="readable",
        cloudwatchAlarmRegion="eu-west-1",
        insufficientDataHealthStatus="Unhealthy",
        tags={"Name": "eu-west-1"},
    )
    found = cloud.client("route53").get_health_check(HealthCheckId=state.id)["HealthCheck"]
    assert found["HealthCheckConfig"]["Type"] == "CLOUDWATCH_METRIC"
    assert state.outputs["arn"].endswith(f"healthcheck/{state.id}")
    tags = cloud.client("route53").list_tags_for_resource(ResourceType="healthcheck", ResourceId=state.id)
    assert tags["ResourceTagSet"]["Tags"] == [{"Key": "Name", "Value": "eu-west-1"}]


@pytest.mark.parametrize(
    ("resource_type", "inputs", "named"),
    [
        (ZONE, {"name": "x.test", "vpcs": [{"vpcId": "v"}]}, "private to a VPC"),
        (RECORD, {"name": "x", "failoverRoutingPolicies": [{"type": "PRIMARY"}]}, "failoverRoutingPolicies"),
        (RECORD, {"name": "x", "latencyRoutingPolicies": [{"region": "r"}]}, "latencyRoutingPolicies"),
        (RECORD, {"name": "x", "multivalueAnswerRoutingPolicy": True}, "multivalueAnswerRoutingPolicy"),
    ],
)
def test_what_the_dns_server_does_not_know_is_refused(resource_type: str, inputs: Any, named: str) -> None:
    with pytest.raises(Unsupported, match=named):
        ROWS[resource_type].check(inputs)


def test_zones_are_read_again_only_after_a_write(cloud: Cloud) -> None:
    zone_id = zone(cloud)
    shared = source(cloud)
    first = shared.zones()
    assert shared.zones() is first, "nothing was written in between"
    cloud.create(RECORD, zoneId=zone_id, name="a", type="A", ttl=5, records=["192.0.2.1"])
    assert shared.zones() is not first
    assert "a.example.test" in {r.name for r in shared.zones()[0].records}


def test_many_records_are_all_read(cloud: Cloud) -> None:
    zone_id = zone(cloud)
    change = [
        {
            "Action": "CREATE",
            "ResourceRecordSet": {
                "Name": f"n{n}.example.test",
                "Type": "A",
                "TTL": 5,
                "ResourceRecords": [{"Value": "192.0.2.1"}],
            },
        }
        for n in range(150)
    ]
    cloud.client("route53").change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": change})
    assert len(records(cloud, "A")) == 150
