"""What a program takes for there already is there when it is deployed, is empty, and is told."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from asset_edge.errors import LocalError
from asset_edge.localcloud import stand_ins
from asset_edge.localcloud.engine import Registration
from asset_edge.localcloud.stand_ins import Wanted, wanted
from asset_edge.localcloud.up import Local, Options
from tests.localcloud.conftest import Cloud

EXAMPLES = Path(__file__).parents[2] / "examples"
BUCKET = "aws:s3/bucket:Bucket"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
LOGGING = "aws:s3/bucketLogging:BucketLogging"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
RECORD = "aws:route53/record:Record"
LATER = "<aws:s3/bucket:Bucket assets bucket>"


def named(type_: str, *, custom: bool = True, **inputs: Any) -> Registration:
    urn = f"urn:pulumi:dev::p::{type_}::x"
    return Registration(urn=urn, type=type_, name="x", parent="", custom=custom, inputs=inputs, options={})


def origin(domain_name: str) -> Registration:
    return named(DISTRIBUTION, origins=[{"domainName": domain_name}])


def records(*names: str, zone_id: str = "Z1") -> list[Registration]:
    return [named(RECORD, zoneId=zone_id, name=name) for name in names]


BUCKETS: list[tuple[list[Registration], dict[str, str]]] = [
    ([], {}),
    ([named(POLICY, bucket="mine", region="us-west-2")], {"mine": "us-west-2"}),
    ([named(POLICY, bucket="mine")], {"mine": "eu-west-1"}),
    ([named(POLICY, bucket="made"), named(BUCKET, bucket="made")], {}),
    ([named(POLICY, bucket=LATER)], {}),
    ([named(LOGGING, bucket=LATER, targetBucket="logs")], {"logs": "eu-west-1"}),
    ([origin("mine.s3.us-east-2.amazonaws.com")], {"mine": "us-east-2"}),
    ([origin("images.example.com")], {}),
    ([origin("<aws:s3/bucket:Bucket assets bucketRegionalDomainName>")], {}),
    ([named("acme:index:Component", custom=False, bucket="mine")], {}),
]


@pytest.mark.parametrize(("registrations", "expected"), BUCKETS)
def test_a_bucket_is_wanted_that_is_named_and_not_declared(
    registrations: list[Registration], expected: dict[str, str]
) -> None:
    assert wanted(registrations, "eu-west-1") == Wanted(expected, {})


ZONES = [
    (["origin.example.com"], "example.com"),
    (["origin.example.com", "eu.origin.example.com"], "example.com"),
    (["a.example.com", "b.example.com"], "example.com"),
    (["WWW.Example.com.", "_proof.www.example.com"], "example.com"),
    (["example.com"], "example.com"),
    (["*.assets.example.com", "b.assets.example.com"], "assets.example.com"),
    (["a.example.com", "<aws:acm/certificate:Certificate edge resourceRecordName>"], "example.com"),
]


@pytest.mark.parametrize(("names", "expected"), ZONES)
def test_a_zone_is_named_after_what_its_records_share(names: list[str], expected: str) -> None:
    assert wanted(records(*names)) == Wanted({}, {"Z1": expected})


def test_each_zone_has_its_own_records() -> None:
    both = [*records("a.one.test"), *records("b.two.test", zone_id="Z2")]
    assert wanted(both).zones == {"Z1": "one.test", "Z2": "two.test"}


def test_a_declared_zone_is_not_stood_in_for() -> None:
    assert wanted(records("a.example.com", zone_id="<aws:route53/zone:Zone z zoneId>")).zones == {}


@pytest.mark.parametrize("names", [["www"], ["a.example.com", "b.example.org"], ["<known later>"]])
def test_records_with_nothing_in_common_are_refused(names: list[str]) -> None:
    with pytest.raises(LocalError, match=r"the records of hosted zone Z1 are named .*Write whole names"):
        wanted(records(*names))


def test_a_bucket_stands_in_its_region_versioned(cloud: Cloud) -> None:
    stand_ins.make(Wanted({"mine": "us-west-2", "near": "us-east-1"}, {}), cloud.front, cloud.clients)
    assert [cloud.front.region_of(name) for name in ("mine", "near")] == ["us-west-2", "us-east-1"]
    assert cloud.front.is_versioned("mine")


def test_a_zone_has_the_id_that_the_program_knows(cloud: Cloud) -> None:
    stand_ins.make(Wanted({}, {"Z1": "example.test"}), cloud.front, cloud.clients)
    (zone,) = cloud.client("route53").list_hosted_zones()["HostedZones"]
    assert (zone["Id"], zone["Name"]) == ("/hostedzone/Z1", "example.test.")
    made = cloud.create(RECORD, zoneId="Z1", name="a.example.test", type="A", ttl=5, records=["192.0.2.1"])
    assert made.outputs["fqdn"] == "a.example.test"
    with pytest.raises(ClientError, match="NoSuchHostedZone"):
        cloud.client("route53").get_hosted_zone(Id="Z2")


@pytest.fixture(scope="module")
def adopting() -> Iterator[Local]:
    program = EXAMPLES / "python-existing-buckets"
    with Local(Options(program=program, stack="dev", port=0)) as running:
        yield running


def test_a_program_over_buckets_of_one_s_own_serves_what_is_put_there(adopting: Local) -> None:
    adopting.clients.get("s3", "eu-west-1").put_object(Bucket="acme-media-eu", Key="a.txt", Body=b"hello")
    with urllib.request.urlopen(f"{adopting.edge}/a.txt", timeout=10) as response:
        assert response.read() == b"hello"


def test_what_stands_in_is_told(adopting: Local) -> None:
    told = [line for line in adopting.different if line.startswith("stands in for a bucket of yours, empty")]
    assert [line.rpartition(": ")[2] for line in told] == [
        "acme-media-eu (eu-west-1)",
        "acme-media-us (us-east-2)",
    ]


def test_a_program_with_a_zone_of_one_s_own_steers_by_it() -> None:
    with Local(Options(program=EXAMPLES / "two-regions", stack="dev", port=0)) as running:
        assert any("Z0123456789ABCDEFGHIJ (pictures.example.com)" in line for line in running.different)
        zones = running.clients.get("route53").list_hosted_zones()["HostedZones"]
        assert [zone["Id"] for zone in zones] == ["/hostedzone/Z0123456789ABCDEFGHIJ"]
