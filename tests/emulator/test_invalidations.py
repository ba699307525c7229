"""Which entries an invalidation names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator import invalidations
from asset_edge.emulator.cachekey import Key

NO_TAGS: frozenset[str] = frozenset()


def key(target: str = "/a.png", distribution_id: str = "E1") -> Key:
    uri, _, query = target.partition("?")
    return Key(distribution_id, uri, query, "GET")


def names(item: str, target: str, tags: frozenset[str] = NO_TAGS) -> bool:
    of = key(target)
    return invalidations.purge("E1", [item]).names(of, invalidations.address_of(of), tags)


PATHS: list[tuple[str, str, bool]] = [
    # an item, what is in the cache, whether it goes
    ("/a.png", "/a.png", True),
    ("a.png", "/a.png", True),
    ("/a.png", "/A.png", False),
    ("/a.png", "/a.png2", False),
    ("/a", "/a/b", False),
    ("/a.png", "/a.png?w=1", False),
    ("/a.png?w=1", "/a.png?w=1", True),
    ("/a.png?w=1", "/a.png?w=2", False),
    ("/a.png?w=1", "/a.png", False),
    ("/a.png?w=1&h=2", "/a.png?h=2&w=1", False),
    ("/a.png*", "/a.png", True),
    ("/a.png*", "/a.png?w=1", True),
    ("/a.png?w=*", "/a.png?w=12", True),
    ("/a.png?*", "/a.png", False),
    ("/*", "/", True),
    ("/*", "/a/b?c", True),
    ("*", "/a/b", True),
    ("/a/*", "/a/b", True),
    ("/a/*", "/a", False),
    ("/a/*", "/A/b", False),
    ("/a*b", "/a*b", True),
    ("/a*b", "/axb", False),
    ("/a*b*", "/a*bc", True),
    ("/a*b*", "/axbc", False),
]


@pytest.mark.parametrize(("item", "target", "goes"), PATHS)
def test_a_path_names_what_was_kept_for_it(item: str, target: str, goes: bool) -> None:
    assert names(item, target) is goes


ENCODED: list[tuple[str, str, bool]] = [
    ("/a%20b", "/a%20b", True),
    ("/a%c3%a9", "/a%C3%A9", True),
    ("/a\u00e9", "/a%C3%A9", True),
    ("/a%C3%A9", "/a\u00e9", True),
    ("/%61.png", "/a.png", True),
    ("/a.png", "/%61%2Epng", True),
    ("/%7Euser", "/~user", True),
    ("/a/b", "/a%2Fb", False),
    ("/a%2fb", "/a%2Fb", True),
    ("/a%3Fb", "/a?b", False),
    ("/a%2A", "/abc", False),
    ("/100%", "/100%", True),
    ("/%zz", "/%ZZ", False),
    ("/a%20*", "/a%20b", True),
    ("/a b", "/a%20b", True),
]


@pytest.mark.parametrize(("item", "target", "goes"), ENCODED)
def test_paths_are_compared_in_one_spelling_of_their_escapes(item: str, target: str, goes: bool) -> None:
    assert names(item, target) is goes


@pytest.mark.parametrize(
    ("item", "tags", "goes"),
    [
        ("#cats", {"cats"}, True),
        ("#CATS", {"cats"}, True),
        ("# cats ", {"cats", "dogs"}, True),
        ("#cat", {"cats"}, False),
        ("#cats*", {"cats"}, False),
        ("#cats", set(), False),
        ("#", {"cats"}, False),
    ],
)
def test_a_tag_names_what_carries_it(item: str, tags: set[str], goes: bool) -> None:
    assert names(item, "/a.png", frozenset(tags)) is goes


def test_a_batch_names_what_any_of_its_items_names() -> None:
    purge = invalidations.purge("E1", ["/a", "/b/*", "/c/*", "#t"])
    tagged = frozenset({"t"})
    found = [
        purge.names(key(target), invalidations.address_of(key(target)), tags)
        for target, tags in [("/a", NO_TAGS), ("/b/x", NO_TAGS), ("/c/x", NO_TAGS), ("/d", tagged)]
    ]
    assert all(found)
    assert not purge.names(key("/d"), "/d", NO_TAGS)


def test_an_empty_batch_names_nothing() -> None:
    assert not invalidations.purge("E1", []).names(key(), "/a.png", frozenset({"t"}))


def test_another_distributions_entries_stay() -> None:
    other = key(distribution_id="E2")
    assert not invalidations.purge("E1", ["/*", "#t"]).names(other, "/a.png", frozenset({"t"}))
    assert not invalidations.purge("E1", ["/*", "#t"]).may_name(other, "/a.png")
    assert not invalidations.everything_of("E1").names(other, "/a.png", NO_TAGS)


def test_everything_of_a_distribution_is_everything() -> None:
    purge = invalidations.everything_of("E1")
    assert purge.names(key("/a?b"), "/a?b", NO_TAGS)
    assert purge.names(key(""), "", NO_TAGS)


@pytest.mark.parametrize(("item", "may"), [("/a.png", True), ("/b.png", False), ("/*", True), ("#any", True)])
def test_an_answer_that_has_not_come_may_have_any_tag(item: str, may: bool) -> None:
    assert invalidations.purge("E1", [item]).may_name(key(), "/a.png") is may


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("cats", {"cats"}),
        ("Cats, DOGS ,,cats", {"cats", "dogs"}),
        ("two words", {"two words"}),
        ("", set()),
        (" , ", set()),
        ("x" * 256, {"x" * 256}),
        ("x" * 257 + ",short", {"short"}),
    ],
)
def test_the_tags_of_a_header(value: str, expected: set[str]) -> None:
    assert invalidations.tags(value) == expected


def test_the_first_fifty_tags_count() -> None:
    found = invalidations.tags(",".join(f"t{n}" for n in range(60)))
    assert found == {f"t{n}" for n in range(50)}
    assert len(invalidations.tags(",".join(["same"] * 60 + ["other"]))) == 2, "one tag twice is one tag"


@pytest.mark.parametrize("odd", ["/\udce9", "/\ud800\udc00", "/\x00", "/%"])
def test_a_path_that_is_no_text_names_itself(odd: str) -> None:
    assert names(odd, odd)
    assert not names(odd, "/")


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_path_raises_and_every_path_names_itself(uri: str, query: str) -> None:
    of = Key("E1", f"/{uri}".replace("?", ""), query, "GET")
    item = f"{of.uri}?{of.query}" if query else of.uri
    address = invalidations.address_of(of)
    assert invalidations.purge("E1", [item]).names(of, address, NO_TAGS) or item.endswith("*")
    assert invalidations.purge("E1", [item + "*"]).names(of, address, NO_TAGS)
