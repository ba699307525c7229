"""ChangeResourceRecordSets as boto3 meets it: Route 53's rules, over the zones that everybody reads."""

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from asset_edge.emulator.zones import RecordSet
from asset_edge.localcloud.zonesource import ZoneSource
from tests.localcloud.conftest import Cloud


def a_zone(cloud: Cloud, name: str = "example.test") -> str:
    return str(cloud.create("aws:route53/zone:Zone", name=name).id)


def record(name: str = "a.example.test", value: str = "192.0.2.1", **more: Any) -> dict[str, Any]:
    return {"Name": name, "Type": "A", "TTL": 5, "ResourceRecords": [{"Value": value}], **more}


def change(cloud: Cloud, zone_id: str, *changes: tuple[str, dict[str, Any]]) -> Any:
    batch = [{"Action": action, "ResourceRecordSet": one} for action, one in changes]
    return cloud.client("route53").change_resource_record_sets(
        HostedZoneId=zone_id, ChangeBatch={"Changes": batch}
    )


def served(cloud: Cloud) -> list[RecordSet]:
    """What the DNS server would answer from, of addresses."""
    zones = ZoneSource(cloud.clients, lambda: cloud.front.route53_writes).zones()
    return [one for zone in zones for one in zone.records if one.type == "A"]


def test_a_simple_record_is_not_created_twice(cloud: Cloud) -> None:
    zone_id = a_zone(cloud)
    change(cloud, zone_id, ("CREATE", record()))
    with pytest.raises(ClientError, match=r"InvalidChangeBatch.*but it already exists"):
        change(cloud, zone_id, ("CREATE", record(value="192.0.2.2")))
    assert [one.values for one in served(cloud)] == [("192.0.2.1",)]


def test_of_a_batch_with_a_fault_nothing_is_applied(cloud: Cloud) -> None:
    zone_id = a_zone(cloud)
    with pytest.raises(ClientError, match="was not found"):
        change(cloud, zone_id, ("CREATE", record()), ("DELETE", record("b.example.test")))
    assert served(cloud) == []


def test_a_deleted_set_leaves_those_with_the_same_identifier_elsewhere(cloud: Cloud) -> None:
    zone_id = a_zone(cloud)
    one, two = (record(name, SetIdentifier="down", Weight=0) for name in ("a.example.test", "b.example.test"))
    change(cloud, zone_id, ("CREATE", one), ("CREATE", two))
    change(cloud, zone_id, ("DELETE", one))
    assert [(found.name, found.weight) for found in served(cloud)] == [("b.example.test", 0)]


def test_a_records_every_part_is_kept(cloud: Cloud) -> None:
    zone_id = a_zone(cloud)
    target = {"DNSName": "d1.cloudfront.net", "HostedZoneId": "Z2FDTNDATAQYW2", "EvaluateTargetHealth": True}
    alias = {
        "Name": "www.example.test.",
        "Type": "A",
        "AliasTarget": target,
        "SetIdentifier": "one",
        "Weight": 3,
        "HealthCheckId": "h-1",
    }
    change(cloud, zone_id, ("CREATE", alias), ("UPSERT", record("*.example.test")))
    pages = cloud.client("route53").list_resource_record_sets(HostedZoneId=zone_id)["ResourceRecordSets"]
    assert [one for one in pages if one["Type"] == "A"] == [
        record("*.example.test."),
        alias,
    ]


def test_a_zone_that_is_not_there_is_refused(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="NoSuchHostedZone"):
        change(cloud, "ZNONE", ("CREATE", record()))


def test_a_change_counts_as_a_write_and_is_in_sync(cloud: Cloud) -> None:
    zone_id, before = a_zone(cloud), cloud.front.route53_writes
    told = change(cloud, f"/hostedzone/{zone_id}", ("CREATE", record()))
    assert cloud.front.route53_writes == before + 1
    assert told["ChangeInfo"]["Status"] == "INSYNC"
    cloud.client("route53").get_waiter("resource_record_sets_changed").wait(Id=told["ChangeInfo"]["Id"])


def test_of_many_that_create_one_record_one_succeeds(cloud: Cloud) -> None:
    zone_id = a_zone(cloud)

    def create(n: int) -> bool:
        try:
            change(cloud, zone_id, ("CREATE", record(value=f"192.0.2.{n}")))
        except ClientError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(create, range(12))) == 1
    assert len(served(cloud)) == 1


def test_of_many_changes_at_once_none_is_lost(cloud: Cloud) -> None:
    zone_id, switching = a_zone(cloud), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            names = [f"n{n}.example.test" for n in range(80)]
            list(pool.map(lambda name: change(cloud, zone_id, ("CREATE", record(name))), names))
    finally:
        sys.setswitchinterval(switching)
    assert {one.name for one in served(cloud)} == set(names)


def test_a_zone_is_deleted_only_when_it_is_empty_again(cloud: Cloud) -> None:
    zone_id = a_zone(cloud)
    change(cloud, zone_id, ("CREATE", record()))
    route53 = cloud.client("route53")
    with pytest.raises(ClientError, match="HostedZoneNotEmpty"):
        route53.delete_hosted_zone(Id=zone_id)
    change(cloud, zone_id, ("DELETE", record()))
    route53.delete_hosted_zone(Id=zone_id)
    assert route53.list_hosted_zones()["HostedZones"] == []
