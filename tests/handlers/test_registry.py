"""What the edge believes of an asset, and for how long, whatever the registry does. Time is a number here."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.handlers.edge import baked
from asset_edge.handlers.edge.config import Behavior, EdgeConfig, RegionalBucket, dumps
from asset_edge.handlers.edge.config import Registry as Settings
from asset_edge.handlers.edge.kept_alive import AskingError, KeptAlive
from asset_edge.handlers.edge.registry import (
    MISSING,
    UNREACHABLE,
    LyingRowError,
    NoRow,
    Registry,
    Row,
    fetching,
    registry_for,
    resolver,
)
from tests.handlers.test_loading import ROOT, loaded
from tests.handlers.test_registry_rows import item
from tests.handlers.tls_server import NAME, Played, answer, answering, tls_server
from tests.handlers.udp_server import honest, name_server, silent

KEY = "demo/a.png"
ENVIRONMENT = {
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "AKIAMADEUPEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "a made-up secret",
    "AWS_SESSION_TOKEN": "a-made-up-token",
}
PUBLISHED = Row("published")
GENEROUS_SECONDS = 1.5


def config(servers: tuple[str, ...] = (), **changed: Any) -> EdgeConfig:
    """As a function has it: read back from what is baked."""
    bucket = RegionalBucket(region="eu-west-1", bucket="b", domain_name="b.example.test", beacon="b.test")
    settings = Settings(table="assets", regions=("us-east-1", "eu-west-1"), **changed)
    behaviors = (Behavior(path_pattern="*", registry=True),)
    whole = EdgeConfig(buckets=(bucket,), behaviors=behaviors, registry=settings, name_servers=servers)
    return baked.read(dumps(whole))


class World:
    """A registry whose answers and clock are set by the test."""

    def __init__(self, draw: float = 0.5, **changed: Any) -> None:
        self.now = 1_000.0
        self.asked: list[str] = []
        self.answer: Row | NoRow | Exception = PUBLISHED
        settings = config(**changed).registry
        assert settings
        self.registry = Registry(settings, self._fetch, lambda: self.now, lambda: draw)

    def _fetch(self, key: str) -> Row | NoRow:
        self.asked.append(key)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def after(self, seconds: float, answer: Row | NoRow | Exception | None = None) -> Row | NoRow:
        """What is said of the key that much later, while the registry answers so."""
        self.now += seconds
        self.answer = answer or self.answer
        return self.registry.look_up(KEY)


DEAD = AskingError("timeout")
LIE = LyingRowError("made up")


def test_a_row_is_believed_for_its_life_and_asked_for_again_after_it() -> None:
    world, later = World(), Row("archived")
    assert world.after(0) is PUBLISHED
    assert world.after(59.9, later) is PUBLISHED
    assert world.after(0.1) is later
    assert world.asked == [KEY] * 2


def test_that_there_is_none_is_believed_for_a_shorter_life() -> None:
    world = World()
    assert world.after(0, MISSING) is MISSING
    assert world.after(9.9, PUBLISHED) is MISSING
    assert world.after(0.1) is PUBLISHED


@pytest.mark.parametrize(("draw", "seconds"), [(0.0, 54.0), (0.5, 60.0), (1.0, 66.0)])
def test_a_life_is_a_tenth_shorter_or_longer_by_chance(draw: float, seconds: float) -> None:
    world = World(draw)
    world.after(0)
    world.after(seconds - 0.1)
    assert len(world.asked) == 1
    world.after(0.2)
    assert len(world.asked) == 2


@pytest.mark.parametrize("known", [PUBLISHED, MISSING], ids=["known", "missing"])
@pytest.mark.parametrize("failure", [DEAD, OSError("made up"), LIE])
def test_while_the_registry_fails_what_was_known_serves_on_for_a_while(
    known: Row | NoRow, failure: Exception
) -> None:
    world = World(stale_seconds=100)
    world.after(0, known)
    assert world.after(60, failure) is known
    fresh_seconds = 10 if known is MISSING else 60
    assert world.after(100 + fresh_seconds - 60 - 0.1) is known
    assert world.after(0.1) is UNREACHABLE
    assert world.after(30, PUBLISHED) is PUBLISHED, "the registry is back"


def test_what_never_was_known_is_unreachable() -> None:
    world = World()
    assert world.after(0, DEAD) is UNREACHABLE
    assert world.registry.failure == "timeout"
    assert world.after(10, PUBLISHED) is PUBLISHED
    assert world.registry.failure is None


def test_what_went_wrong_with_one_asset_is_not_said_of_another() -> None:
    world = World()
    world.registry.look_up("well")
    assert world.after(1, LIE) is UNREACHABLE
    said = []
    for key in ("well", KEY, "well"):
        found = world.registry.look_up(key)
        said.append((found is PUBLISHED, world.registry.failure))
    assert said == [(True, None), (False, "row"), (True, None)]


def test_a_dead_registry_is_left_alone_for_a_moment_whatever_the_key() -> None:
    world = World()
    world.answer = DEAD
    assert {world.registry.look_up(f"{n}") for n in range(100)} == {UNREACHABLE}
    assert len(world.asked) == 1
    world.now += 1.9
    world.registry.look_up("x")
    assert len(world.asked) == 1
    world.now += 0.1
    world.registry.look_up("x")
    assert len(world.asked) == 2


def test_a_lie_about_one_asset_hides_no_other() -> None:
    world = World()
    assert world.after(0, LIE) is UNREACHABLE
    world.answer = PUBLISHED
    assert world.registry.look_up("another") is PUBLISHED
    assert world.after(9.9) is UNREACHABLE
    assert world.asked == [KEY, "another"], "nor is it asked for at every request"
    assert world.after(0.1) is PUBLISHED


def test_a_lie_does_not_make_old_news_last_longer() -> None:
    world = World(stale_seconds=15)
    world.after(0)
    world.after(60, LIE)
    assert world.after(10) is PUBLISHED
    assert world.after(4.9) is PUBLISHED
    assert world.after(0.1) is UNREACHABLE


@pytest.mark.parametrize("lives", [{"known_seconds": 0.0}, {"stale_seconds": 0.0}])
def test_lives_of_nothing_are_none(lives: dict[str, float]) -> None:
    world = World(**lives)
    assert world.after(0) is PUBLISHED
    assert world.after(60, DEAD) is (PUBLISHED if "known_seconds" in lives else UNREACHABLE)


def test_memory_is_bounded_and_the_least_used_goes_first() -> None:
    world = World()
    for number in range(10_001):
        world.registry.look_up(str(number))
    assert len(world.registry._entries) == 10_000
    world.registry.look_up("10000")
    assert len(world.asked) == 10_001
    world.registry.look_up("0")
    assert len(world.asked) == 10_002


@pytest.mark.parametrize("broken", [RecursionError(), MemoryError(), KeyError("AWS_ACCESS_KEY_ID")])
def test_it_never_raises(broken: Exception) -> None:
    world = World()
    assert world.after(0, broken) is UNREACHABLE
    assert world.registry.failure == type(broken).__name__
    world.registry._clock = lambda: 1 // 0
    assert world.registry.look_up("x") is UNREACHABLE
    assert world.registry.failure == "defect"


STEPS = st.lists(
    st.tuples(st.floats(0, 500), st.sampled_from([PUBLISHED, MISSING, DEAD, LIE]), st.sampled_from("ab")),
    max_size=30,
)


@given(STEPS, st.floats(0, 1))
def test_nothing_is_believed_longer_than_its_life_and_the_stale_time(steps: Any, draw: float) -> None:
    world = World(draw, stale_seconds=100)
    told: dict[tuple[str, object], float] = {}
    for seconds, step, key in steps:
        world.now += seconds
        world.answer = step
        asked = len(world.asked)
        answer = world.registry.look_up(key)
        if len(world.asked) > asked and not isinstance(step, Exception):
            assert answer is step
            told[key, step] = world.now
        if answer is not UNREACHABLE:
            assert world.now - told[key, answer] <= 66 + 100


def asked_over(connection: KeptAlive) -> Callable[[str], Row | NoRow]:
    return fetching("assets", "eu-west-1", connection, ENVIRONMENT, lambda: 1_700_000_000.0)


def test_the_question_is_a_signed_get_item_of_the_key() -> None:
    with tls_server(answering(json.dumps({"Item": item(key={"S": 'é/"a'})}).encode(), b"{}")) as server:
        connection = KeptAlive(
            NAME,
            lambda _host, _seconds: ["127.0.0.1"],
            connect_timeout_seconds=5,
            read_timeout_seconds=5,
            port=server.port,
            trust=server.trust,
        )
        fetch = asked_over(connection)
        assert isinstance(fetch('é/"a'), Row)
        assert fetch("absent") is MISSING
        connection.close()
    head, _, body = server.requests[0].decode().partition("\r\n\r\n")
    lines = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    assert head.startswith("POST / HTTP/1.1\r\n")
    assert json.loads(body) == {"TableName": "assets", "Key": {"key": {"S": 'é/"a'}}}
    assert lines["host"] == NAME
    assert lines["x-amz-target"] == "DynamoDB_20120810.GetItem"
    assert lines["x-amz-security-token"] == "a-made-up-token"
    assert "/20231114/eu-west-1/dynamodb/aws4_request, SignedHeaders=content-type;host;x-amz-date;" in head
    assert len(server.requests) == 2
    assert server.connections == 1


def test_the_credentials_are_those_of_the_moment() -> None:
    sent: list[bytes] = []

    class Recording(KeptAlive):
        def ask(self, request: bytes) -> bytes:
            sent.append(request)
            return b"{}"

    environment = dict(ENVIRONMENT)
    recording = Recording(NAME, lambda _h, _s: [], connect_timeout_seconds=1, read_timeout_seconds=1)
    fetch = fetching("assets", "eu-west-1", recording, environment)
    fetch(KEY)
    environment["AWS_ACCESS_KEY_ID"] = "AKIAMADEUPROTATED"
    fetch(KEY)
    assert [b"Credential=AKIAMADEUPROTATED/" in request for request in sent] == [False, True]


@pytest.mark.parametrize(
    ("region", "replica"),
    [("eu-central-1", "eu-west-1"), ("us-west-2", "us-east-1"), ("xx-1", "us-east-1"), (None, "us-east-1")],
)
def test_the_nearest_replica_is_asked(region: str | None, replica: str) -> None:
    environment = {**ENVIRONMENT, **({"AWS_REGION": region} if region else {})}
    if region is None:
        del environment["AWS_REGION"]
    with name_server(honest({})) as server:
        registry = registry_for(config(servers=(server.address,)), environment)
        assert registry
        assert registry.look_up(KEY) is UNREACHABLE
    assert {name for _, name in server.asked} == {f"dynamodb.{replica}.amazonaws.com"}


def test_without_a_registry_nobody_is_asked() -> None:
    bucket = RegionalBucket(region="eu-west-1", bucket="b", domain_name="b.example.test", beacon="b.test")
    assert registry_for(baked.read(dumps(EdgeConfig(buckets=(bucket,)))), ENVIRONMENT) is None


def resolved(servers: Sequence[str], seconds: float = 5.0) -> list[str]:
    return resolver(servers)(NAME, seconds)


def test_a_name_is_resolved_through_its_aliases() -> None:
    zone = {
        NAME: ["5 IN CNAME ddb.10.example.test."],
        "ddb.10.example.test": ["5 IN A 192.0.2.1"],
    }
    with name_server(honest(zone)) as server:
        assert resolved([server.address]) == ["192.0.2.1"]


def test_a_resolver_that_hangs_has_its_time_and_the_registry_is_unreachable() -> None:
    with name_server(silent) as server:
        settings = config(servers=(server.address,), connect_timeout_seconds=0.25)
        registry = registry_for(settings, ENVIRONMENT)
        assert registry
        start = time.monotonic()
        assert registry.look_up(KEY) is UNREACHABLE
        seconds = time.monotonic() - start
        assert registry.failure == "name"
        assert registry.look_up("another") is UNREACHABLE, "and nobody waits a second time"
    assert seconds < 0.25 + GENEROUS_SECONDS
    assert len({asker for asker, _ in server.asked}) == 2, "asked twice, in one look-up"


def test_a_deadline_is_an_error_that_the_cache_bridges() -> None:
    def play(played: Played) -> None:
        played.request()
        played.send(answer(json.dumps({"Item": item()}).encode()))
        played.wait()

    with tls_server(play) as server:
        connection = KeptAlive(
            NAME,
            lambda _host, _seconds: ["127.0.0.1"],
            connect_timeout_seconds=5,
            read_timeout_seconds=0.1,
            port=server.port,
            trust=server.trust,
        )
        settings, now = config().registry, [0.0]
        assert settings
        registry = Registry(settings, asked_over(connection), lambda: now[0], lambda: 0.5)
        assert isinstance(registry.look_up(KEY), Row)
        now[0] = 61.0
        assert isinstance(registry.look_up(KEY), Row)
        assert registry.failure == "timeout"
        connection.close()


DEAR = {"cachetools", "datetime", "http", "random", "select", "socket", "ssl", "typing", "urllib"}


def test_importing_it_loads_nothing_dear() -> None:
    modules = loaded("import handlers.edge.registry")
    assert not modules & DEAR
    assert not {name for name in modules if name.startswith("handlers.edge.")} - {
        "handlers.edge.registry",
        "handlers.edge.registry_rows",
    }


def test_it_runs_with_what_a_bundle_vendors() -> None:
    program = f"""
import sys; sys.path[:0] = [{str(ROOT)!r}, {str(_site())!r}]
from types import SimpleNamespace
from handlers.edge.registry import Registry, registry_for
settings = SimpleNamespace(table="t", regions=["eu-west-1"], known_seconds=60.0, missing_seconds=10.0,
    stale_seconds=300.0, connect_timeout_seconds=0.1, read_timeout_seconds=0.1)
found = registry_for(SimpleNamespace(registry=settings, name_servers=["127.0.0.1:9"]), {{}})
print(found.look_up("a").why, found.failure)
"""
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", program], capture_output=True, check=True, text=True
    )
    assert ran.stdout == "unreachable KeyError\n", "there are no credentials"


def _site() -> str:
    import cachetools  # noqa: PLC0415 - only to learn where it is

    return str(cachetools.__path__[0]).rpartition("/")[0]
