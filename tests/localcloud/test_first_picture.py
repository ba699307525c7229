"""The first picture: the real local stack, deployed and fetched 200 times, from both regions and from one."""

import http.client
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from asset_edge.localcloud.samples import KEYS
from asset_edge.localcloud.up import Local, Options

ROOT = Path(__file__).parents[2]
FETCHES = 200


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    with Local(Options(program=ROOT, port=0)) as running:
        yield running


@pytest.fixture
def connection(local: Local) -> Iterator[http.client.HTTPConnection]:
    made = http.client.HTTPConnection(local.edge.removeprefix("http://"), timeout=10)
    yield made
    made.close()


def call(
    connection: http.client.HTTPConnection, path: str, method: str = "GET", body: str | None = None
) -> tuple[int, str | None, bytes]:
    """Status, answering region and body."""
    connection.request(method, path, body)
    response = connection.getresponse()
    return response.status, response.headers["x-asset-edge-region"], response.read()


def test_the_picture_comes_from_both_regions_in_equal_shares(
    local: Local, connection: http.client.HTTPConnection
) -> None:
    pictures = {region: path.read_bytes() for region, path in local.pictures.items()}
    assert len(set(pictures.values())) == 2, "each region has a version of its own"
    answers = [call(connection, f"/{KEYS[0]}") for _ in range(FETCHES)]
    assert {status for status, _, _ in answers} == {200}
    for _, region, body in answers:
        assert region is not None
        assert body == pictures[region], "the bytes are those of the region that is named"
    shares = Counter(region for _, region, _ in answers)
    assert set(shares) == set(local.buckets)
    assert all(0.4 * FETCHES <= share <= 0.6 * FETCHES for share in shares.values()), shares


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
def test_with_a_region_refusing_every_fetch_succeeds(
    local: Local, connection: http.client.HTTPConnection, region: str
) -> None:
    fault = json.dumps({"region": region, "kind": "refuse"})
    assert call(connection, "/_edge/faults", "POST", fault)[0] == 200
    try:
        answers = [call(connection, f"/{KEYS[0]}") for _ in range(FETCHES)]
    finally:
        call(connection, f"/_edge/faults/{region}", "DELETE")
    (other,) = set(local.buckets) - {region}
    assert Counter((status, answered) for status, answered, _ in answers) == {(200, other): FETCHES}


def test_one_object_outside_the_demonstration_stays_with_one_region(
    connection: http.client.HTTPConnection,
) -> None:
    answers = [call(connection, f"/{KEYS[1]}") for _ in range(20)]
    assert {status for status, _, _ in answers} == {200}
    assert len({region for _, region, _ in answers}) == 1


@pytest.mark.parametrize(
    ("path", "status"), [("/absent.png", 404), ("/demo/absent.png", 404), ("/a%zz", 400), ("/", 404)]
)
def test_what_is_not_there_is_not_served(
    connection: http.client.HTTPConnection, path: str, status: int
) -> None:
    assert call(connection, path)[0] == status
