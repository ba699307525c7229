"""What is kept and for how long, what makes room, and who wins when an invalidation meets a fetch."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from asset_edge.emulator import cache as module
from asset_edge.emulator.cache import Cache, Entry
from asset_edge.emulator.cachekey import Key
from asset_edge.emulator.freshness import Lifetime
from asset_edge.emulator.messages import to_headers

MINUTE = Lifetime(fresh_seconds=60)
KEY = Key("E1", "/a.png", "", "GET")


def key(target: str = "/a.png", distribution_id: str = "E1") -> Key:
    uri, _, query = target.partition("?")
    return Key(distribution_id, uri, query, "GET")


def entry(
    body: bytes = b"picture", *, lifetime: Lifetime = MINUTE, tags: frozenset[str] = frozenset()
) -> Entry:
    return Entry(status=200, headers={}, body=body, stored_at=1000, lifetime=lifetime, tags=tags)


def filled(*targets: str, tags: frozenset[str] = frozenset()) -> Cache:
    cache = Cache()
    for target in targets:
        cache.store(key(target), entry(tags=tags), cache.mark())
    return cache


def test_what_was_stored_is_what_one_gets() -> None:
    cache, kept = Cache(), entry()
    assert cache.get(KEY) is None
    assert cache.store(KEY, kept, cache.mark())
    assert cache.get(KEY) is kept
    assert cache.get(key("/b.png")) is None


def test_what_an_origin_no_longer_stands_by_is_removed_unless_something_newer_is_there() -> None:
    cache, old, new = Cache(), entry(b"old"), entry(b"new")
    assert not cache.discard(KEY, old)
    cache.store(KEY, old, cache.mark())
    assert cache.discard(KEY, old)
    assert cache.get(KEY) is None
    assert (cache.statistics().entries, cache.statistics().bytes) == (0, 0)
    cache.store(KEY, new, cache.mark())
    assert not cache.discard(KEY, old)
    assert cache.get(KEY) is new


AGES: list[tuple[Lifetime, float, tuple[bool, bool, bool]]] = [
    # lifetime, seconds since it was stored; fresh, served while revalidating, served on an error
    (MINUTE, 0, (True, False, True)),
    (MINUTE, 59.9, (True, False, True)),
    (MINUTE, 60, (False, False, True)),
    (MINUTE, 1e9, (False, False, True)),
    (Lifetime(fresh_seconds=60, stale_while_revalidate_seconds=10), 59, (True, False, True)),
    (Lifetime(fresh_seconds=60, stale_while_revalidate_seconds=10), 69, (False, True, True)),
    (Lifetime(fresh_seconds=60, stale_while_revalidate_seconds=10), 70, (False, False, True)),
    (Lifetime(fresh_seconds=60, stale_if_error_seconds=10), 69, (False, False, True)),
    (Lifetime(fresh_seconds=60, stale_if_error_seconds=10), 70, (False, False, False)),
    (Lifetime(fresh_seconds=60, stale_if_error_seconds=0), 60, (False, False, False)),
    (Lifetime(fresh_seconds=0), 0, (False, False, True)),
]


@pytest.mark.parametrize(("lifetime", "age", "expected"), AGES)
def test_the_ages_of_an_entry(lifetime: Lifetime, age: float, expected: tuple[bool, bool, bool]) -> None:
    of, now = entry(lifetime=lifetime), 1000 + age
    assert (of.is_fresh(now), of.is_served_while_revalidating(now), of.is_served_on_error(now)) == expected


def test_what_is_served_since_the_origin_failed_is_not_asked_for_again_so_soon() -> None:
    of = replace(
        entry(lifetime=Lifetime(fresh_seconds=60, stale_while_revalidate_seconds=500)), served_until=1100
    )
    assert of.is_fresh(1099)
    assert not of.is_served_while_revalidating(1099)
    assert not of.is_fresh(1100)
    assert of.is_served_while_revalidating(1100)


@pytest.mark.parametrize(("now", "age"), [(1000, 0), (1000.9, 0), (1059.9, 59), (900, 0)])
def test_the_age_is_in_whole_seconds_and_never_below_none(now: float, age: int) -> None:
    assert entry().age_seconds(now) == age


def test_the_least_recently_used_makes_room() -> None:
    size = filled("/a").statistics().bytes
    cache = Cache(most_bytes=2 * size)
    for target in ("/a", "/b"):
        cache.store(key(target), entry(), cache.mark())
    cache.get(key("/a"))
    cache.store(key("/c"), entry(), cache.mark())
    assert [cache.get(key(target)) is not None for target in ("/a", "/b", "/c")] == [True, False, True]
    assert cache.statistics().evicted == 1
    assert cache.statistics().bytes == 2 * size


def test_storing_again_makes_recent_and_counts_the_bytes_once() -> None:
    size = filled("/a").statistics().bytes
    cache = Cache(most_bytes=2 * size)
    for target in ("/a", "/b", "/a", "/c"):
        cache.store(key(target), entry(), cache.mark())
    assert [cache.get(key(target)) is not None for target in ("/a", "/b", "/c")] == [True, False, True]
    assert cache.statistics().bytes == 2 * size


def test_headers_take_room_too() -> None:
    cache, plain = Cache(), filled("/a").statistics().bytes
    cache.store(KEY, replace(entry(), headers=to_headers({"x-a": "12345"})), cache.mark())
    assert cache.statistics().bytes == plain + len("x-a") + len("12345")


def test_what_alone_is_too_large_is_not_kept_and_drives_nothing_out() -> None:
    cache = Cache(most_bytes=3000)
    cache.store(key("/small"), entry(), cache.mark())
    assert not cache.store(KEY, entry(b"x" * 3000), cache.mark())
    assert cache.get(KEY) is None
    assert cache.get(key("/small")) is not None


def test_a_fetch_that_began_earlier_does_not_replace_what_began_later() -> None:
    cache = Cache()
    slow, quick = cache.mark(), cache.mark()
    assert cache.store(KEY, entry(b"new"), quick)
    assert not cache.store(KEY, entry(b"old"), slow)
    assert cache.get(KEY) == entry(b"new")


# Invalidation


@pytest.mark.parametrize(
    ("items", "left"),
    [
        (["/a"], ["/a?w=1", "/b/c"]),
        (["/a*"], ["/b/c"]),
        (["/a?w=1", "/b/c"], ["/a"]),
        (["/*"], []),
        (["/none"], ["/a", "/a?w=1", "/b/c"]),
        ([], ["/a", "/a?w=1", "/b/c"]),
    ],
)
def test_an_invalidation_removes_what_it_names_and_counts_it(items: list[str], left: list[str]) -> None:
    targets = ["/a", "/a?w=1", "/b/c"]
    cache = filled(*targets)
    assert cache.invalidate("E1", items) == len(targets) - len(left)
    assert [target for target in targets if cache.get(key(target))] == left
    assert cache.statistics().entries == len(left)


def test_every_variant_of_a_path_goes() -> None:
    cache = Cache()
    variants = [
        KEY,
        KEY._replace(encoding="gzip"),
        KEY._replace(headers=("DE",)),
        KEY._replace(cookies="a=1"),
    ]
    variants += [KEY.for_head(), KEY.for_range("bytes=0-1"), KEY._replace(method="OPTIONS")]
    for variant in variants:
        cache.store(variant, entry(), cache.mark())
    assert cache.invalidate("E1", ["/a.png"]) == len(variants)
    assert cache.statistics().bytes == 0


def test_an_invalidation_by_tag_takes_all_that_carry_it() -> None:
    cache = filled("/a", "/b", tags=frozenset({"cats", "all"}))
    cache.store(key("/c"), entry(tags=frozenset({"dogs", "all"})), cache.mark())
    assert cache.invalidate("E1", ["#Cats"]) == 2
    assert cache.get(key("/c")) is not None
    assert cache.invalidate("E1", ["#all"]) == 1


def test_another_distribution_is_left_alone() -> None:
    cache = filled("/a")
    cache.store(key("/a", "E2"), entry(), cache.mark())
    assert cache.invalidate("E2", ["/*"]) == 1
    assert cache.get(key("/a")) is not None


Purging = Callable[[Cache], int]
NAMES_IT: dict[str, Purging] = {
    "path": lambda cache: cache.invalidate("E1", ["/a.png"]),
    "wildcard": lambda cache: cache.invalidate("E1", ["/*"]),
    "tag": lambda cache: cache.invalidate("E1", ["#cats"]),
    "distribution": lambda cache: cache.forget("E1"),
    "all": lambda cache: cache.clear(),
}
NAMES_OTHERS: dict[str, Purging] = {
    "path": lambda cache: cache.invalidate("E1", ["/b.png", "/a.png?w=1", "/a.png/*"]),
    "tag": lambda cache: cache.invalidate("E1", ["#dogs"]),
    "distribution": lambda cache: cache.forget("E2"),
}


@pytest.mark.parametrize("what", NAMES_IT)
def test_what_was_fetched_before_an_invalidation_is_not_kept_after_it(what: str) -> None:
    cache = Cache()
    begun = cache.mark()
    NAMES_IT[what](cache)
    assert not cache.store(KEY, entry(tags=frozenset({"cats"})), begun)
    assert cache.get(KEY) is None
    assert cache.store(KEY, entry(tags=frozenset({"cats"})), cache.mark()), "one that began later is kept"


@pytest.mark.parametrize("what", NAMES_OTHERS)
def test_an_invalidation_of_others_does_not_touch_a_fetch(what: str) -> None:
    cache = Cache()
    pending = cache.begin(KEY)
    assert pending is not None
    NAMES_OTHERS[what](cache)
    assert cache.store(KEY, entry(tags=frozenset({"cats"})), pending.mark)


@pytest.mark.parametrize("what", NAMES_IT)
def test_who_comes_after_an_invalidation_does_not_join_a_fetch_from_before(what: str) -> None:
    cache = Cache()
    before = cache.begin(KEY)
    assert before is not None
    NAMES_IT[what](cache)
    assert cache.pending(KEY) is None
    after = cache.begin(KEY)
    assert after is not None
    cache.finish(before, answered=True)
    assert cache.pending(KEY) is after, "the end of the earlier fetch is not the end of this one"
    assert cache.store(KEY, entry(), after.mark)


def test_an_invalidation_of_another_path_leaves_a_fetch_to_be_joined() -> None:
    cache = Cache()
    pending = cache.begin(KEY)
    cache.invalidate("E1", ["/b.png"])
    cache.invalidate("E2", ["/*", "#cats"])
    assert cache.pending(KEY) is pending


def test_who_waited_since_before_an_invalidation_is_still_called() -> None:
    cache, called = Cache(), []
    pending = cache.begin(KEY)
    assert pending is not None
    pending.when_done(lambda: called.append("done"))
    cache.clear()
    cache.finish(pending, answered=True)
    assert called == ["done"]


def test_an_earlier_invalidation_is_found_behind_later_ones_of_others() -> None:
    cache = Cache()
    begun = cache.mark()
    cache.invalidate("E1", ["/a.png"])
    for number in range(50):
        cache.invalidate("E1", [f"/{number}"])
    assert not cache.store(KEY, entry(), begun)


def test_a_fetch_older_than_what_is_remembered_is_not_kept() -> None:
    cache = Cache()
    begun = cache.mark()
    for number in range(module.MOST_PURGES):
        cache.invalidate("E1", [f"/{number}"])
    assert cache.store(KEY, entry(), begun), "every one of them is known, and none names it"
    cache.invalidate("E1", ["/one-more"])
    assert not cache.store(key("/other"), entry(), begun)
    assert cache.store(key("/other"), entry(), cache.mark())


# Counting


def test_the_counts_are_those_of_what_happened() -> None:
    cache = filled("/a", "/b")
    cache.store(key("/a", "E2"), entry(), cache.mark())
    cache.get(key("/a"))
    cache.get(key("/none"))
    cache.get(key("/none"))
    cache.invalidate("E1", ["/b"])
    found = cache.statistics()
    assert (found.entries, found.hits, found.misses, found.stored, found.invalidated) == (2, 1, 2, 3, 1)
    assert found.by_distribution == {"E1": 1, "E2": 1}
    assert found.bytes > 0


def test_forgetting_a_distribution_and_clearing_say_how_much_went() -> None:
    cache = filled("/a", "/b")
    cache.store(key("/a", "E2"), entry(), cache.mark())
    assert cache.forget("E1") == 2
    assert cache.clear() == 1
    assert (cache.statistics().entries, cache.statistics().bytes) == (0, 0)
