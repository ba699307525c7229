"""The whole of it on one small program: deployed, served, ended."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dns.message
import dns.query
import pytest

from asset_edge.localcloud.up import Local, Options, first_urls, new_request_id

PROGRAM = Path(__file__).parents[1] / "programs" / "local_pair"
RED, BLUE = ((PROGRAM / "pictures" / name).read_bytes() for name in ("a-red.png", "b-blue.png"))


def options(**changes: Any) -> Options:
    return Options(**{"program": PROGRAM, "port": 0, **changes})


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    with Local(options()) as running:
        yield running


def get(url: str, **headers: str) -> tuple[int, bytes, Any]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as response:
            return response.status, response.read(), response.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


def ask(local: Local, name: str, kind: str = "A") -> list[str]:
    host, _, port = local.dns.partition(":")
    response = dns.query.udp(dns.message.make_query(name, kind), host, port=int(port), timeout=3)
    return [item.to_text() for rrset in response.answer for item in rrset]


def test_it_says_where_everything_is(local: Local) -> None:
    ready = local.ready()
    assert ready["edge"] == local.edge
    assert ready["console"] == f"{local.edge}/_edge/"
    assert ready["buckets"] == {"eu-west-1": "pair-eu-west-1", "us-east-1": "pair-us-east-1"}
    assert [d["aliases"] for d in ready["distributions"]] == [["www.pair.test"]]
    assert json.loads(get(ready["console"])[1])["dns"] == ready["dns"]
    assert first_urls(local) == [f"{local.edge}/demo/picture.png", f"{local.edge}/assets/picture.png"]


def test_each_region_answers_with_its_own_picture(local: Local) -> None:
    seen = {get(url)[2]["x-region"]: get(url) for url in first_urls(local) * 20}
    assert set(seen) == {"eu-west-1", "us-east-1"}
    pictures = {"eu-west-1": RED, "us-east-1": BLUE}
    for _ in range(20):
        status, body, headers = get(first_urls(local)[0])
        assert (status, body) == (200, pictures[headers["x-region"]])


def break_region(local: Local, region: str, method: str = "POST") -> None:
    path = "" if method == "POST" else f"/{region}"
    body = json.dumps({"region": region, "kind": "refuse"}).encode() if method == "POST" else None
    request = urllib.request.Request(f"{local.console}faults{path}", data=body, method=method)
    with urllib.request.urlopen(request, timeout=5) as response:
        assert response.status == 200


def test_a_region_that_is_lost_is_answered_for_by_the_other(local: Local) -> None:
    break_region(local, "eu-west-1")
    try:
        answers = [get(first_urls(local)[0]) for _ in range(40)]
    finally:
        break_region(local, "eu-west-1", "DELETE")
    assert {(status, headers["x-region"]) for status, _, headers in answers} == {(200, "us-east-1")}


def test_with_both_regions_lost_the_viewer_gets_503(local: Local) -> None:
    for region in local.buckets:
        break_region(local, region)
    try:
        assert get(first_urls(local)[0])[0] == 503
    finally:
        for region in local.buckets:
            break_region(local, region, "DELETE")
    assert get(first_urls(local)[0])[0] == 200


def test_what_is_not_there_is_404(local: Local) -> None:
    assert get(f"{local.edge}/absent.png")[0] == 404


def test_an_object_put_through_the_endpoint_is_served(local: Local) -> None:
    for region, bucket in local.buckets.items():
        local.clients.get("s3", region).put_object(Bucket=bucket, Key="new name.txt", Body=b"new")
    assert get(f"{local.edge}/new%20name.txt")[:2] == (200, b"new")


def test_the_dns_server_answers_the_programs_records(local: Local) -> None:
    assert ask(local, "eu-west-1.beacon.pair.test") == ["127.0.0.9"]
    assert ask(local, "www.pair.test") == ["127.0.0.1"]


def test_the_program_is_told_where_to_ask(local: Local) -> None:
    assert local.dns in ask(local, "told.pair.test", "TXT")[0]


def test_a_record_changed_while_running_is_answered_at_once(local: Local) -> None:
    route53 = local.clients.get("route53")
    zone_id = route53.list_hosted_zones()["HostedZones"][0]["Id"]
    record = {"Name": "new.pair.test", "Type": "A", "TTL": 5, "ResourceRecords": [{"Value": "192.0.2.7"}]}
    change = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    route53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=change)
    assert ask(local, "new.pair.test") == ["192.0.2.7"]


def test_what_has_no_effect_is_told(local: Local) -> None:
    assert local.only_declared == {}
    (names,) = local.without_effect.values()
    assert "PriceClass" in names


def test_a_bucket_without_a_region_is_in_the_stacks(local: Local) -> None:
    names = [b["Name"] for b in local.clients.get("s3").list_buckets()["Buckets"]]
    (home,) = (name for name in names if name.startswith("home-"))
    location = local.clients.get("s3").get_bucket_location(Bucket=home)["LocationConstraint"]
    assert location == "eu-west-1"


def test_request_ids_are_cloudfronts_shape_and_never_the_same() -> None:
    ids = {new_request_id() for _ in range(100)}
    assert len(ids) == 100
    assert {(len(i), i[-2:]) for i in ids} == {(56, "==")}
