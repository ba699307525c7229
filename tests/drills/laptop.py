"""A running local stack as the drills see it: over HTTP and AWS's API, like anybody else."""

import asyncio
import json
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from asset_edge.localcloud.up import Local, Options

ROOT = Path(__file__).parents[2]
PRIMARY, REPLICA = "eu-west-1", "us-east-1"
_NONE: Mapping[str, str] = {}


@dataclass(frozen=True)
class Answer:
    """What a viewer got."""

    status: int
    headers: Any
    body: bytes
    seconds: float

    @property
    def region(self) -> str | None:
        region: str | None = self.headers.get("x-asset-edge-region")
        return region

    @property
    def cached(self) -> str:
        """`Hit from cloudfront` and the like."""
        return str(self.headers["X-Cache"])


@dataclass(frozen=True)
class Laptop:
    """One local stack."""

    local: Local

    def get(self, path: str, headers: Mapping[str, str] = _NONE) -> Answer:
        (answer,) = self.get_all([path], headers=headers)
        return answer

    def get_all(
        self, paths: Sequence[str], *, at_once: int = 32, headers: Mapping[str, str] = _NONE
    ) -> list[Answer]:
        """Every path, in order, so many under way at once."""
        return asyncio.run(_get_all(self.local.edge, paths, at_once, headers))

    def admin(self, method: str, path: str, content: object = None) -> Any:
        """The answer of an admin call."""
        body = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(f"{self.local.console}{path}", data=body, method=method)
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.loads(response.read())

    @contextmanager
    def broken(self, region: str, kind: str) -> Iterator[None]:
        """For its length the region's S3 fails in that way."""
        self.admin("POST", "faults", {"region": region, "kind": kind})
        try:
            yield
        finally:
            self.admin("DELETE", f"faults/{region}")

    def put(self, region: str, key: str, body: bytes = b"asset") -> None:
        self.local.clients.get("s3", region).put_object(
            Bucket=self.local.buckets[region], Key=key, Body=body, ContentType="application/octet-stream"
        )

    def has(self, region: str, key: str) -> bool:
        found = self.local.clients.get("s3", region).list_objects_v2(
            Bucket=self.local.buckets[region], Prefix=key, MaxKeys=1
        )
        return bool(found["KeyCount"])

    def put_everywhere(self, keys: Iterable[str]) -> None:
        """Puts each object into the primary region; returns once replication brought all to the other."""
        keys = list(keys)
        for key in keys:
            self.put(PRIMARY, key)
        until(lambda: all(self.has(REPLICA, key) for key in keys[-1:]), 30)

    def weights(self, **weights: int) -> None:
        """Sets beacons in Route 53, as an operator does: no deploy."""
        route53 = self.local.clients.get("route53")
        (zone,) = route53.list_hosted_zones()["HostedZones"]
        records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        changes = [
            {"Action": "UPSERT", "ResourceRecordSet": record | _weighted(weights[region])}
            for region in weights
            for record in records
            if record["Type"] == "A" and region.replace("_", "-") in record["Name"] and record.get("Weight")
        ]
        assert len(changes) == len(weights)
        route53.change_resource_record_sets(HostedZoneId=zone["Id"], ChangeBatch={"Changes": changes})


def _weighted(weight: int) -> dict[str, Any]:
    return {"ResourceRecords": [{"Value": f"127.0.0.{weight}"}]}


async def _get_all(edge: str, paths: Sequence[str], at_once: int, headers: Mapping[str, str]) -> list[Answer]:
    limit = asyncio.Semaphore(at_once)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:

        async def one(path: str) -> Answer:
            async with limit:
                start = time.monotonic()
                async with session.get(
                    URL(f"{edge}{path}", encoded=True), allow_redirects=False, headers=headers
                ) as response:
                    body = await response.read()
                    return Answer(response.status, response.headers, body, time.monotonic() - start)

        return list(await asyncio.gather(*(one(path) for path in paths)))


def until(condition: Callable[[], bool], within_seconds: float) -> float:
    """Waits for it to come true and returns how long that took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < within_seconds, "it did not come true in time"
        time.sleep(0.05)
    return time.monotonic() - start


@contextmanager
def laptop(**changes: Any) -> Iterator[Laptop]:
    """The local stack of this repository on a free port."""
    with Local(Options(**{"program": ROOT, "port": 0, **changes})) as local:
        yield Laptop(local)
