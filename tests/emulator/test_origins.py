"""Where a request for an origin goes, and what a broken region does to it."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from asset_edge.emulator.faults import Faults, Kind
from asset_edge.emulator.identities import Identities
from asset_edge.emulator.messages import OriginFailure, OriginRequest, OriginResponse
from asset_edge.emulator.origin_http import CustomOrigins
from asset_edge.emulator.origins import Origins
from asset_edge.emulator.s3 import S3, Buckets
from tests.emulator.http_origins import answering, origin
from tests.emulator.signing import OWNER, SIGNED_AT, request, signed

GLOBAL = "one.s3.amazonaws.com"
TOLD: dict[str, Any] = {"connection_attempts": 2, "connection_timeout_seconds": 3, "read_timeout_seconds": 5}


class World:
    """Origins over one store, with a clock that only counts what was slept."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.slept: list[float] = []
        self.threads: set[str] = set()
        self.faults = Faults()
        self._fails = fails

    def fetch(self, *asked: OriginRequest) -> list[OriginResponse | OriginFailure]:
        return asyncio.run(self._fetch(asked))

    async def _fetch(self, asked: Sequence[OriginRequest]) -> list[OriginResponse | OriginFailure]:
        with ThreadPoolExecutor(1, thread_name_prefix="blocking") as blocking:
            origins = Origins(self._s3(), CustomOrigins(lambda _: True), self.faults, blocking, self._sleep)
            try:
                return [await origins.fetch(one) for one in asked]
            finally:
                await origins.close()

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def _s3(self) -> S3:
        buckets = Buckets(
            region_of={"one": "eu-west-1"}.get,
            policy=lambda _: None,
            role_policies=lambda _: (),
            public=lambda _: False,
            store=self._store,
        )
        return S3(buckets, Identities(OWNER, b""), "123456789012", lambda: SIGNED_AT)

    def _store(self, bucket: str, asked: OriginRequest) -> OriginResponse:
        if self._fails:
            raise self._fails
        self.threads.add(threading.current_thread().name)
        return OriginResponse(status=200, body=f"{bucket}{asked.target}".encode())


def test_a_whole_region_answers_from_a_thread_of_its_own() -> None:
    world = World()
    assert world.fetch(signed(OWNER)) == [OriginResponse(status=200, body=b"one/a.png")]
    assert [name.partition("_")[0] for name in world.threads] == ["blocking"]
    assert world.slept == []


@pytest.mark.parametrize(
    ("kind", "outcome", "slept"),
    [
        pytest.param(Kind.refuse, OriginFailure.refused, [], id="refused at once"),
        pytest.param(Kind.black_hole, OriginFailure.refused, [6], id="every attempt waits in full"),
        pytest.param(Kind.hang, OriginFailure.timeout, [5], id="silent for the read timeout"),
        pytest.param(Kind.forbidden, 403, [], id="403 at once"),
        pytest.param(Kind.unavailable, 503, [], id="503 at once"),
    ],
)
def test_how_a_region_fails(kind: Kind, outcome: OriginFailure | int, slept: list[float]) -> None:
    world = World()
    world.faults.set("eu-west-1", str(kind))
    found = world.fetch(signed(OWNER, **TOLD))[0]
    assert (found.status if isinstance(found, OriginResponse) else found) == outcome
    assert world.slept == slept
    assert world.threads == set(), "nothing reached the store"


@pytest.mark.parametrize("kind", list(Kind))
def test_a_mended_region_answers_again(kind: Kind) -> None:
    world = World()
    world.faults.set("eu-west-1", str(kind))
    world.fetch(signed(OWNER))
    world.faults.clear("eu-west-1")
    assert world.fetch(signed(OWNER)) == [OriginResponse(status=200, body=b"one/a.png")]


def test_the_other_region_does_not_fail() -> None:
    world = World()
    world.faults.set("us-east-1", "refuse")
    assert isinstance(world.fetch(signed(OWNER))[0], OriginResponse)


@pytest.mark.parametrize("host", [GLOBAL, "one.s3.dualstack.eu-west-1.amazonaws.com"])
def test_every_name_of_a_bucket_fails_with_its_region(host: str) -> None:
    world = World()
    asked = signed(OWNER, domain_name=host, headers={"Host": host})
    assert isinstance(world.fetch(asked)[0], OriginResponse)
    world.faults.set("eu-west-1", "refuse")
    assert world.fetch(asked) == [OriginFailure.refused]


def test_a_bucket_that_is_not_there_is_looked_for_where_aws_does() -> None:
    world = World()
    asked = request(domain_name="none.s3.amazonaws.com", headers={"Host": "none.s3.amazonaws.com"})
    found = world.fetch(asked)[0]
    assert isinstance(found, OriginResponse)
    assert found.status == 404
    world.faults.set("us-east-1", "refuse")
    assert world.fetch(asked) == [OriginFailure.refused]


def test_a_failure_answer_to_a_head_has_no_body() -> None:
    world = World()
    world.faults.set("eu-west-1", "unavailable")
    get, head = world.fetch(signed(OWNER), signed(OWNER, method="HEAD"))
    assert isinstance(get, OriginResponse)
    assert isinstance(head, OriginResponse)
    assert b"ServiceUnavailable" in get.body
    assert (head.status, head.body) == (503, b"")


def test_what_s3_refuses_is_an_answer() -> None:
    found = World().fetch(request())[0]
    assert isinstance(found, OriginResponse)
    assert found.status == 403


def test_a_custom_origin_is_asked_over_http_whatever_is_broken() -> None:
    world = World()
    for kind in Kind:
        world.faults.set("eu-west-1", str(kind))
        with origin(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere")) as running:
            asked = request(domain_name="app.example.test", protocol="http", port=running.port)
            found = world.fetch(asked)[0]
        assert isinstance(found, OriginResponse)
        assert found.body == b"here"


@pytest.mark.parametrize("fails", [RuntimeError("moto"), ValueError("x"), KeyError("y"), OSError("z")])
def test_a_defect_of_the_store_is_one_answer_and_said(
    fails: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    assert World(fails).fetch(signed(OWNER)) == [OriginFailure.broken]
    assert "one.s3.eu-west-1.amazonaws.com/a.png failed" in caplog.text


def test_who_waits_on_a_hanging_region_keeps_nobody_else_waiting() -> None:
    """The only thread stays free: with a sleep that never ends, a request to another region is answered."""

    async def run() -> Any:
        world, forever = World(), asyncio.Event()
        world.faults.set("us-east-1", "hang")
        with ThreadPoolExecutor(1) as blocking:
            origins = Origins(
                world._s3(), CustomOrigins(lambda _: False), world.faults, blocking, lambda _: forever.wait()
            )
            far = "one.s3.us-east-1.amazonaws.com"
            hanging = [
                asyncio.ensure_future(origins.fetch(request(domain_name=far, headers={"Host": far})))
                for _ in range(20)
            ]
            found = await origins.fetch(signed(OWNER))
            assert not any(one.done() for one in hanging)
            forever.set()
            assert set(await asyncio.gather(*hanging)) == {OriginFailure.timeout}
            await origins.close()
            return found

    assert asyncio.run(run()).status == 200
