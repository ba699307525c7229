"""What a backend does with the registry, against a real table, and what the edge then reads of it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.errors import ConflictError, RegistryError
from asset_edge.handlers.edge.registry import MISSING, Row, read
from asset_edge.registry import AssetRegistry, Entry, _item_of, connect, told
from tests.localcloud.conftest import Cloud, local_cloud
from tests.localcloud.lives_table import TABLE

KEY = "demo/a.png"
EU = "eu-west-1"
WHOLE: dict[str, Any] = {
    "key": KEY,
    "status": "embargoed",
    "countries": ("CA", "DE"),
    "libraries": ("kids",),
    "languages": ("de", "pt-BR"),
    "tags": ("a", "film:42"),
    "cache_rule": "long",
    "content_type": "image/png",
}


class World:
    """A table of the local cloud, the registry on it, and what the edge would read."""

    def __init__(self, cloud: Cloud) -> None:
        cloud.create("aws:dynamodb/table:Table", **TABLE, region=EU)
        self.client = cloud.client("dynamodb", EU)
        self.registry = AssetRegistry("assets", self.client)

    def edge(self, now: float = 0) -> Any:
        item = self.client.get_item(TableName="assets", Key={"key": {"S": KEY}}).get("Item")
        return read(KEY, json.dumps({"Item": item} if item else {}).encode(), now)

    def by_hand(self, **item: Any) -> None:
        self.client.put_item(TableName="assets", Item={"key": {"S": KEY}, **item})


@pytest.fixture
def world() -> Iterator[World]:
    with local_cloud() as cloud:
        yield World(cloud)


def test_what_is_put_is_shown_and_is_what_the_edge_reads(world: World) -> None:
    put = world.registry.put(Entry(**WHOLE))
    assert put == Entry(**WHOLE, version=1)
    assert world.registry.show(KEY) == put
    row = world.edge()
    assert isinstance(row, Row)
    expected = {**WHOLE, "version": 1}
    assert {name: getattr(row, name) for name in Row.__slots__} == {
        name: value for name, value in expected.items() if name != "key"
    }


def test_little_is_said_of_a_plain_asset(world: World) -> None:
    put = world.registry.put(Entry(key=KEY))
    assert told(put) == {"key": KEY, "status": "published", "version": 1}
    assert isinstance(world.edge(), Row)


def test_what_was_never_put_is_not_there(world: World) -> None:
    assert world.registry.show(KEY) is None
    assert world.edge() is MISSING


def test_a_put_replaces_everything_and_counts(world: World) -> None:
    world.registry.put(Entry(**WHOLE))
    second = world.registry.put(Entry(key=KEY, tags=["b"]))
    assert second == Entry(key=KEY, tags=("b",), version=2)
    assert world.registry.show(KEY) == second


def test_a_put_over_an_expected_version_is_refused_where_there_is_another(world: World) -> None:
    first = world.registry.put(Entry(key=KEY), expected_version=0)
    with pytest.raises(ConflictError, match="written by somebody else meanwhile"):
        world.registry.put(Entry(key=KEY, status="draft"), expected_version=0)
    world.registry.put(Entry(key=KEY, status="draft"), expected_version=first.version)
    with pytest.raises(ConflictError):
        world.registry.put(Entry(key=KEY), expected_version=first.version)
    with pytest.raises(ConflictError):
        world.registry.put(Entry(key="absent"), expected_version=3)
    assert world.registry.show(KEY) == Entry(key=KEY, status="draft", version=2)


def test_an_asset_is_archived_and_restored_and_keeps_the_rest(world: World) -> None:
    world.registry.put(Entry(**{**WHOLE, "status": "published"}))
    archived = world.registry.archive(KEY)
    assert archived == Entry(**{**WHOLE, "status": "archived"}, version=2)
    assert world.edge().status == "archived"
    assert world.registry.restore(KEY) == Entry(**{**WHOLE, "status": "published"}, version=3)
    assert world.edge().status == "published"


def test_archiving_twice_is_no_error(world: World) -> None:
    world.registry.put(Entry(key=KEY))
    assert [world.registry.archive(KEY).version for _ in range(2)] == [2, 3]


def test_an_archived_asset_does_not_expire_or_it_would_come_back(world: World) -> None:
    world.registry.put(Entry(key=KEY, expires_at=1_000))
    assert world.edge(now=1_000) is MISSING
    world.registry.archive(KEY)
    assert world.edge(now=1_000).status == "archived"
    assert world.registry.restore(KEY).expires_at is None


@pytest.mark.parametrize("status", ["draft", "published", "embargoed"])
def test_only_what_is_archived_is_restored(world: World, status: str) -> None:
    world.registry.put(Entry(key=KEY, status=status))
    with pytest.raises(RegistryError, match=f"'{KEY}' is {status}; only what is archived"):
        world.registry.restore(KEY)
    assert world.edge().status == status


@pytest.mark.parametrize("change", [AssetRegistry.archive, AssetRegistry.restore])
def test_what_is_not_there_is_neither_archived_nor_restored(
    world: World, change: Callable[[AssetRegistry, str], Entry]
) -> None:
    with pytest.raises(RegistryError, match=f"'{KEY}' is not in table assets"):
        change(world.registry, KEY)
    assert world.edge() is MISSING


BROKEN: dict[str, dict[str, Any]] = {
    "a status nobody knows": {"status": {"S": "live"}},
    "a set of the wrong kind": {"status": {"S": "published"}, "tags": {"S": "a"}},
    "a version that is a text": {"status": {"S": "published"}, "version": {"S": "one"}},
    "an end that is a text": {"status": {"S": "published"}, "expiresAt": {"S": "soon"}},
    "no status": {"status": {"NULL": True}},
}


@pytest.mark.parametrize("item", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_entry_is_told_to_be_and_can_be_archived_all_the_same(
    world: World, item: dict[str, Any]
) -> None:
    world.by_hand(**item, cacheRule={"S": "long"})
    with pytest.raises(RegistryError, match="was not written by this"):
        world.registry.show(KEY)
    archived = world.registry.archive(KEY)
    assert (archived.status, archived.cache_rule) == ("archived", "long")
    assert world.edge().status == "archived"


@pytest.mark.parametrize("item", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_entry_can_be_put_anew(world: World, item: dict[str, Any]) -> None:
    world.by_hand(**item)
    world.registry.put(Entry(key=KEY))
    assert isinstance(world.edge(), Row)


def test_what_was_written_by_hand_without_a_version_counts_from_it(world: World) -> None:
    world.by_hand(status={"S": "draft"}, countries={"L": [{"S": "DE"}]}, more={"M": {}})
    assert world.registry.show(KEY) == Entry(key=KEY, status="draft", countries=("DE",))
    assert world.registry.archive(KEY).version == 1


def racing(world: World, times: int) -> AssetRegistry:
    """A registry before whose writes somebody else writes, so many times."""

    class Raced:
        left = times

        def get_item(self, **asked: Any) -> Any:
            return world.client.get_item(**asked)

        def put_item(self, **asked: Any) -> Any:
            if self.left:
                self.left -= 1
                world.registry.put(Entry(key=KEY, tags=[f"race-{self.left}"]))
            return world.client.put_item(**asked)

    return AssetRegistry("assets", Raced())


def test_who_is_overtaken_looks_again(world: World) -> None:
    world.registry.put(Entry(key=KEY))
    assert racing(world, 3).archive(KEY) == Entry(key=KEY, status="archived", tags=("race-0",), version=5)


def test_who_is_always_overtaken_gives_up(world: World) -> None:
    world.registry.put(Entry(key=KEY))
    with pytest.raises(ConflictError):
        racing(world, 5).archive(KEY)
    assert world.edge().status == "published"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"key": ""}, "key is ''"),
        ({"key": "é" * 513}, "1 to 1024 bytes"),
        ({"key": None}, "key is 'None'"),
        ({"status": "live"}, "status is 'live'; it may be draft, published, archived, embargoed"),
        ({"countries": "DE"}, r"countries is 'DE', not a list; write \['DE'\]"),
        ({"countries": ["de"]}, "countries has 'de'; allowed are ISO 3166-1"),
        ({"countries": [49]}, "countries has 49"),
        ({"countries": {"DE": 1}}, "not a list"),
        ({"libraries": ["Kids"]}, "libraries has 'Kids'"),
        ({"languages": ["german"]}, "languages has 'german'"),
        ({"tags": ["a b"]}, "tags has 'a b'"),
        ({"tags": [f"t{n}" for n in range(11)]}, "tags has 11 members; 10 are allowed"),
        ({"cache_rule": "Long"}, "cache_rule is 'Long'"),
        ({"content_type": "image"}, "content_type is 'image'"),
        ({"content_type": 1}, "content_type is 1"),
        ({"expires_at": 1.5}, "expires_at is 1.5"),
        ({"expires_at": -1}, "expires_at is -1"),
        ({"expires_at": True}, "expires_at is True"),
        ({"expires_at": 1, "status": "embargoed"}, "expires_at is set for an asset that is embargoed"),
        ({"version": "1"}, "version is '1'"),
    ],
)
def test_what_the_edge_would_not_believe_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(RegistryError, match=message):
        Entry(**{"key": KEY, **changed})


ENTRIES = st.builds(
    Entry,
    key=st.text(min_size=1, max_size=40),
    status=st.sampled_from(["draft", "published", "archived", "embargoed"]),
    countries=st.lists(st.from_regex(r"[A-Z]{2}", fullmatch=True), max_size=5),
    libraries=st.lists(st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True), max_size=3),
    languages=st.lists(st.from_regex(r"[a-z]{2,3}(?:-[A-Z]{2})?", fullmatch=True), max_size=3),
    tags=st.lists(st.from_regex(r"[a-z0-9][a-z0-9:._-]{0,63}", fullmatch=True), max_size=10),
    cache_rule=st.none() | st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True),
    content_type=st.none() | st.just("video/mp4"),
    version=st.integers(0, 10**9),
)


@given(ENTRIES)
def test_whatever_can_be_put_is_believed_by_the_edge(entry: Entry) -> None:
    row = read(entry.key, json.dumps({"Item": _item_of(entry)}).encode(), 0)
    assert isinstance(row, Row)
    assert (row.status, row.version, row.tags) == (entry.status, entry.version, entry.tags)
    assert (row.countries, row.libraries, row.languages) == (
        entry.countries,
        entry.libraries,
        entry.languages,
    )


class Refusing:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def get_item(self, **_: Any) -> Any:
        raise self.error


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "none"}}, "GetItem"),
            "table assets answered ResourceNotFoundException: none. Check its name",
        ),
        (
            EndpointConnectionError(endpoint_url="http://x"),
            "table assets cannot be asked: .*Check credentials",
        ),
    ],
)
def test_what_aws_says_is_told_in_our_words(error: Exception, message: str) -> None:
    with pytest.raises(RegistryError, match=message):
        AssetRegistry("assets", Refusing(error)).show(KEY)


def test_an_endpoint_that_is_no_url_is_refused() -> None:
    with pytest.raises(RegistryError, match=r"DynamoDB cannot be reached: .*[^.]\. Name a region \(--region"):
        connect("assets", region=EU, endpoint_url="nowhere")
