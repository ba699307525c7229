"""Zones, records and health checks, and what the DNS server makes of them."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

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


ROW, OF_ZONE = ROWS[RECORD], ROWS[ZONE]


def declared(cloud: Cloud, **more: Any) -> dict[str, Any]:
    return {"zoneId": zone(cloud), "name": "a", "type": "A", "ttl": 5, "records": ["192.0.2.1"], **more}


def test_a_simple_record_that_is_there_is_refused(cloud: Cloud) -> None:
    inputs = declared(cloud)
    ROW.create(inputs, cloud.clients)
    with pytest.raises(ClientError, match="but it already exists"):
        ROW.create({**inputs, "records": ["192.0.2.2"]}, cloud.clients)


MOVED: list[Any] = [
    pytest.param({}, {"type": "AAAA", "records": ["::1"]}, "AAAA", id="type"),
    pytest.param({}, {"type": "CNAME", "records": ["x.test"]}, "CNAME", id="to CNAME"),
    pytest.param(
        {"setIdentifier": "one", "weightedRoutingPolicies": [{"weight": 1}]},
        {"setIdentifier": "two", "weightedRoutingPolicies": [{"weight": 1}]},
        "A_two",
        id="identifier",
    ),
    pytest.param(
        {}, {"setIdentifier": "one", "weightedRoutingPolicies": [{"weight": 1}]}, "A_one", id="weighted"
    ),
]


@pytest.mark.parametrize(("before", "changes", "end"), MOVED)
def test_a_change_of_what_names_a_record_moves_it(cloud: Cloud, before: Any, changes: Any, end: str) -> None:
    inputs = declared(cloud, **before)
    made = ROW.create(inputs, cloud.clients)
    assert made.id
    assert ROW.update
    assert ROW.read
    moved = ROW.update(made.id, {**inputs, **changes}, cloud.clients)
    assert moved.id == f"{inputs['zoneId']}_a.example.test_{end}"
    assert ROW.read(made.id, {}, cloud.clients) is None
    assert ROW.read(moved.id, {}, cloud.clients)


@pytest.mark.parametrize("type_", ["A", "CNAME"])
def test_a_record_that_somebody_deleted_is_written_again_by_an_update(cloud: Cloud, type_: str) -> None:
    inputs = declared(cloud)
    made = ROW.create(inputs, cloud.clients)
    assert made.id
    assert ROW.delete
    assert ROW.update
    ROW.delete(made.id, inputs, cloud.clients)
    ROW.update(made.id, {**inputs, "type": type_, "records": ["192.0.2.1"]}, cloud.clients)
    assert [r.values for r in records(cloud, type_)] == [("192.0.2.1",)]


def test_what_was_changed_since_is_seen(cloud: Cloud) -> None:
    inputs = declared(cloud)
    made = ROW.create(inputs, cloud.clients)
    assert made.id
    assert ROW.update
    assert ROW.read
    ROW.update(made.id, {**inputs, "ttl": 60, "records": ["192.0.2.7", "192.0.2.8"]}, cloud.clients)
    found = ROW.read(made.id, inputs, cloud.clients)
    assert found
    assert (found.outputs["ttl"], found.outputs["records"]) == (60, ["192.0.2.7", "192.0.2.8"])


@pytest.mark.parametrize("name", ["_a_b.c", "*", "a.b", "_acme-challenge.x"])
@pytest.mark.parametrize("identifier", [None, "one", "A_B", "x_y"])
def test_a_record_is_found_by_its_id_whatever_it_is_called(
    cloud: Cloud, name: str, identifier: str | None
) -> None:
    weighted = {"setIdentifier": identifier, "weightedRoutingPolicies": [{"weight": 1}]}
    made = ROW.create(declared(cloud, name=name, **(weighted if identifier else {})), cloud.clients)
    assert made.id
    assert ROW.read
    found = ROW.read(made.id, {}, cloud.clients)
    assert found
    assert (found.outputs["name"], found.outputs.get("setIdentifier")) == (f"{name}.example.test", identifier)


def test_an_id_of_no_record_is_an_error(cloud: Cloud) -> None:
    assert ROW.read
    with pytest.raises(ValueError, match="'odd' is no id of a record"):
        ROW.read("odd", {}, cloud.clients)


def test_text_gets_its_quotes(cloud: Cloud) -> None:
    inputs = declared(cloud, type="TXT", records=["v=spf1 -all", "b"])
    made = ROW.create(inputs, cloud.clients)
    assert made.id
    assert [r.values for r in records(cloud, "TXT")] == [('"v=spf1 -all"', '"b"')]
    assert ROW.read
    found = ROW.read(made.id, {}, cloud.clients)
    assert found
    assert found.outputs["records"] == ["v=spf1 -all", "b"]


def test_a_record_goes_with_its_zone(cloud: Cloud) -> None:
    inputs = declared(cloud)
    made = ROW.create(inputs, cloud.clients)
    assert made.id
    assert OF_ZONE.delete
    assert ROW.read
    assert ROW.delete
    with pytest.raises(ClientError, match="HostedZoneNotEmpty"):
        OF_ZONE.delete(inputs["zoneId"], {}, cloud.clients)
    OF_ZONE.delete(inputs["zoneId"], {"forceDestroy": True}, cloud.clients)
    assert ROW.read(made.id, inputs, cloud.clients) is None
    ROW.delete(made.id, inputs, cloud.clients)


def test_a_large_zone_is_emptied_by_force(cloud: Cloud) -> None:
    zone_id = zone(cloud)
    change = [
        {"Action": "CREATE", "ResourceRecordSet": {"Name": f"n{n}.example.test", **AN_ADDRESS}}
        for n in range(700)
    ]
    cloud.client("route53").change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": change})
    assert OF_ZONE.delete
    OF_ZONE.delete(zone_id, {"forceDestroy": True}, cloud.clients)
    assert source(cloud).zones() == []


AN_ADDRESS = {"Type": "A", "TTL": 5, "ResourceRecords": [{"Value": "192.0.2.1"}]}


def test_two_zones_and_two_checks_may_be_declared_alike(cloud: Cloud) -> None:
    assert zone(cloud) != zone(cloud)
    inputs = {"type": "TCP", "ipAddress": "192.0.2.1", "port": 443}
    one, two = (cloud.create(HEALTH_CHECK, **inputs).id for _ in range(2))
    assert one != two
