"""Who sees what while an operator publishes and takes down, and while registry, S3 or DNS die, dawdle or lie.

Everything through the running edge, and the registry written by its commands. What each viewer must get is
written here: public assets are served whatever happens, protected ones open to a token alone, and licensed
ones are refused as soon as nobody can tell what the licence says.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import jwt
import pytest

from asset_edge.emulator.faults import Kind, TableKind
from asset_edge.handlers.edge.cachetags import tag_of_key
from asset_edge.registry import AssetRegistry, Entry
from tests.drills.laptop import PRIMARY, REPLICA, Answer, Laptop, laptop, until

HOST = "assets.asset-edge.test"
KEY = b"local-only-made-up-shared-key-of-the-jwt-scheme"
TABLE = "asset-edge-local-registry"
REPLICAS = ("us-east-1", "ap-southeast-2")

PATHS = [
    {"pattern": "/open/*", "registry": True},
    {"pattern": "/private/*", "embargo": "all", "registry": True},
    {"pattern": "/unpublished/*", "embargo": "unpublished", "registry": True},
    {"pattern": "/licensed/*", "territory": "licensed", "registry": True},
    {
        "pattern": "/video/*",
        "embargo": "preparing",
        "library": "films",
        "registry": True,
        "registrySegments": 2,
    },
]
KNOWN_SECONDS = 2
LONGEST_SECONDS = 30

VIEWERS = ("anybody", "a holder", "one in GB", "one in JP")
"""Who asks: no token and no country, a token for the path, and two countries of which GB is licensed."""


@pytest.fixture(scope="module")
def running() -> Iterator[Laptop]:
    """With short lives, so that what is learnt and what is forgotten can be watched."""
    changes = {"paths": json.dumps(PATHS), "registryKnownSeconds": str(KNOWN_SECONDS)}
    with laptop(config={f"asset-edge:{name}": value for name, value in changes.items()}) as made:
        yield made


def asset(running: Laptop, command: str, key: str, *options: str) -> Any:
    """What `asset-edge asset` says of an entry, as JSON."""
    program = str(Path(sys.executable).with_name("asset-edge"))
    where = ["--table", TABLE, "--region", PRIMARY, "--endpoint-url", running.local.aws, "--json"]
    ended = subprocess.run(
        [program, "asset", command, key, *options, *where], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def publish(running: Laptop, *keys: str, status: str = "published", **said: Any) -> None:
    """Puts objects into both buckets, and what the registry says of them into all its regions."""
    registry = AssetRegistry(TABLE, running.local.clients.get("dynamodb", PRIMARY))
    for key in keys:
        registry.put(Entry(key=key, status=status, **said))
    running.put_everywhere(keys)
    for region in REPLICAS:
        replica = running.local.clients.get("dynamodb", region)
        last = {"TableName": TABLE, "Key": {"key": {"S": keys[-1]}}}
        until(lambda: "Item" in replica.get_item(**last), LONGEST_SECONDS)  # noqa: B023 - used at once


def purge(running: Laptop, key: str) -> None:
    """By the tag of the asset, as an operator would."""
    (made,) = running.local.ready()["distributions"]
    running.local.clients.get("cloudfront").create_invalidation(
        DistributionId=made["id"],
        InvalidationBatch={
            "Paths": {"Quantity": 1, "Items": [f"#{tag_of_key(key)}"]},
            "CallerReference": str(time.monotonic_ns()),
        },
    )


def told(running: Laptop, viewer: str, paths: Sequence[str]) -> list[int]:
    """The statuses that this viewer gets."""
    if viewer == "a holder":
        paths = [f"{path}?token={token(path)}" for path in paths]
    country = viewer.removeprefix("one in ")
    headers = {} if country == viewer else {"x-asset-edge-viewer": f"country={country}"}
    return [answer.status for answer in running.get_all(paths, headers=headers)]


def token(path: str) -> str:
    claims = {"sub": f"https://{HOST}{path}", "exp": int(time.time()) + 3600}
    return jwt.encode(claims, KEY, "HS256", headers={"kid": "local"})


def test_an_asset_is_published_taken_down_and_restored(running: Laptop) -> None:
    key = "open/poster.txt"
    running.put_everywhere([key])
    assert asset(running, "put", key, "--tag", "season-1")["version"] == 1
    served = running.get(f"/{key}")
    assert (served.status, served.body) == (200, b"asset")
    assert set(served.headers["x-asset-edge-cache-tag"].split(",")) == {tag_of_key(key), "season-1"}

    assert asset(running, "archive", key)["status"] == "archived"
    assert running.get(f"/{key}").cached == "Hit from cloudfront", "nobody has purged it"
    until(lambda: _anew(running, key).status == 410, LONGEST_SECONDS)
    gone = running.get(f"/{key}")
    assert (gone.status, gone.body) == (410, b"")
    assert gone.headers["cache-control"] == "public, max-age=60"
    assert tag_of_key(key) in gone.headers["x-asset-edge-cache-tag"].split(",")

    assert asset(running, "show", key)["status"] == "archived"
    assert asset(running, "restore", key)["version"] == 3
    until(lambda: _anew(running, key).status == 200, LONGEST_SECONDS)


def _anew(running: Laptop, key: str) -> Answer:
    """As an operator does: purged by its tag until the edge has forgotten what the registry said before."""
    purge(running, key)
    time.sleep(0.3)
    return running.get(f"/{key}")


@contextmanager
def broken(running: Laptop, target: str, kind: str) -> Iterator[None]:
    """For its length the target fails in that way."""
    running.admin("POST", "faults", {"target": target, "kind": kind})
    try:
        yield
    finally:
        running.admin("DELETE", f"faults/{target}")


OPEN = {"/open": (200, 200, 200, 200)}
PROTECTED = {"/private": (403, 200, 403, 403), "/unpublished": (403, 200, 403, 403)}
LICENSED = {"/licensed": (451, 451, 200, 451), "/video/film": (451, 451, 200, 451)}
UNLICENSED = dict.fromkeys(LICENSED, (451,) * len(VIEWERS))

WELL = {**OPEN, **PROTECTED, "/unpublished": (200,) * len(VIEWERS), **LICENSED}
SILENT = {**OPEN, **PROTECTED, **UNLICENSED}
"""By folder, the statuses that the viewers get: while the registry is heard, and while it is not."""

_names = count()


@pytest.fixture(scope="module")
def names(running: Laptop) -> Iterator[str]:
    """Names of assets that nobody has asked for, published in every folder."""
    made = [f"{number}.txt" for number in range(20)]
    keys = [f"{folder[1:]}/{name}" for folder in WELL for name in made if folder != "/video/film"]
    stored = [f"video/europe/en/film{name}/a.txt" for name in made]
    publish(running, *keys)
    publish(running, *(f"video/film{name}" for name in made), libraries=["europe"])
    running.put_everywhere(stored)
    return iter(made)


def statuses(running: Laptop, name: str) -> dict[str, tuple[int, ...]]:
    """What every viewer gets of the assets of that name."""
    paths = {folder: f"{folder}/{name}" for folder in WELL} | {"/video/film": f"/video/film{name}/a.txt"}
    with ThreadPoolExecutor(len(VIEWERS)) as at_once:
        by_viewer = at_once.map(lambda viewer: told(running, viewer, [*paths.values()]), VIEWERS)
    return dict(zip(paths, zip(*by_viewer, strict=True), strict=True))


def heard(running: Laptop) -> None:
    """Waits until the registry is asked again: till then the edge would serve a draft."""
    key = f"open/draft-{next(_names)}.txt"
    publish(running, key, status="draft")

    def hidden() -> bool:
        running.admin("DELETE", "cache")
        return running.get(f"/{key}").status == 404

    until(hidden, LONGEST_SECONDS)


def test_while_all_is_well_the_registry_opens_what_it_says(running: Laptop, names: Iterator[str]) -> None:
    assert statuses(running, next(names)) == WELL


@pytest.mark.parametrize("kind", TableKind)
def test_a_broken_registry_takes_nothing_public_down_and_opens_nothing_else(
    running: Laptop, names: Iterator[str], kind: TableKind
) -> None:
    heard(running)
    with broken(running, "dynamodb", kind):
        assert statuses(running, next(names)) == SILENT
    heard(running)


@pytest.mark.parametrize("kind", [Kind.refuse, Kind.forbidden, Kind.unavailable, Kind.hang])
def test_while_s3_of_a_region_is_lost_the_same_is_decided(
    running: Laptop, names: Iterator[str], kind: Kind
) -> None:
    with running.broken(PRIMARY, kind):
        assert statuses(running, next(names)) == WELL


def test_while_s3_is_lost_everywhere_nothing_more_is_opened(running: Laptop, names: Iterator[str]) -> None:
    with running.broken(PRIMARY, "refuse"), running.broken(REPLICA, "refuse"):
        found = statuses(running, next(names))
    assert {folder: _failed(got) for folder, got in found.items()} == {
        folder: _failed(got) for folder, got in WELL.items()
    }


def _failed(got: tuple[int, ...]) -> tuple[int, ...]:
    """What was to be served is a failure of ours."""
    return tuple(502 if status in {200, 502, 503, 504} else status for status in got)


def _weights_said(running: Laptop, address: Callable[[str], str]) -> None:
    """Lets both beacons say something else."""
    route53 = running.local.clients.get("route53")
    (zone,) = route53.list_hosted_zones()["HostedZones"]
    records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    changes = [
        {
            "Action": "UPSERT",
            "ResourceRecordSet": {**record, "ResourceRecords": [{"Value": address(one["Value"])}]},
        }
        for record in records
        for one in record.get("ResourceRecords", [])
        if record["Type"] == "A" and record.get("Weight")
    ]
    assert len(changes) == len((PRIMARY, REPLICA))
    route53.change_resource_record_sets(HostedZoneId=zone["Id"], ChangeBatch={"Changes": changes})


def test_while_dns_lies_the_same_is_decided(running: Laptop, names: Iterator[str]) -> None:
    _weights_said(running, lambda said: f"10.0.0.{said.rpartition('.')[2]}")
    time.sleep(6)  # the life of what was said before
    try:
        assert statuses(running, next(names)) == WELL
    finally:
        _weights_said(running, lambda said: f"127.0.0.{said.rpartition('.')[2]}")


def test_while_dns_is_silent_nothing_public_is_down_and_nothing_else_is_opened(
    running: Laptop, names: Iterator[str]
) -> None:
    """An instance that is still connected to the registry hears it."""
    with broken(running, "dns", "silent"):
        found = statuses(running, next(names))
    for folder, got in found.items():
        assert all(one in pair for one, *pair in zip(got, SILENT[folder], WELL[folder], strict=True)), folder
    heard(running)
