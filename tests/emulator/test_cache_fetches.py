"""Two at once: a confirmation that meets an invalidation, and requests that share one fetch."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from asset_edge.emulator.cache import Cache, Entry, refreshed
from asset_edge.emulator.cachekey import Key
from asset_edge.emulator.freshness import Lifetime
from asset_edge.emulator.messages import to_headers

MINUTE = Lifetime(fresh_seconds=60)
KEY = Key("E1", "/a.png", "", "GET")
OTHER = Key("E1", "/b.png", "", "GET")


def entry(body: bytes = b"picture") -> Entry:
    return Entry(status=200, headers={}, body=body, stored_at=1000, lifetime=MINUTE)


Purging = Callable[[Cache], int]
NAMES_IT: dict[str, Purging] = {
    "path": lambda cache: cache.invalidate("E1", ["/a.png"]),
    "wildcard": lambda cache: cache.invalidate("E1", ["/*"]),
    "distribution": lambda cache: cache.forget("E1"),
    "all": lambda cache: cache.clear(),
}


# Confirmation by the origin


def test_a_confirmed_entry_is_fresh_again_with_what_the_origin_said() -> None:
    old = replace(
        entry(),
        headers=to_headers({"ETag": '"a"', "X-Kept": "1", "Content-Length": "7"}),
        etag='"a"',
        served_until=5,
    )
    told = to_headers({"Cache-Control": "max-age=5", "ETag": 'W/"a"', "Content-Length": "0"})
    new = refreshed(old, told, Lifetime(fresh_seconds=5), now=2000)
    assert new.headers == to_headers(
        {"ETag": 'W/"a"', "X-Kept": "1", "Content-Length": "7", "Cache-Control": "max-age=5"}
    )
    assert (new.stored_at, new.lifetime, new.body) == (2000, Lifetime(fresh_seconds=5), b"picture")
    assert (new.etag, new.served_until) == ('W/"a"', 0)
    assert old.headers["etag"][0]["value"] == '"a"', "what others are reading does not change"


def test_a_confirmation_without_validators_keeps_those_there_are() -> None:
    old = replace(entry(), etag='"a"', last_modified="then")
    new = refreshed(old, {}, MINUTE, now=2000)
    assert (new.etag, new.last_modified) == ('"a"', "then")
    newer = refreshed(old, to_headers({"Last-Modified": "now"}), MINUTE, now=2000)
    assert (newer.etag, newer.last_modified) == ('"a"', "now")


def stored(cache: Cache) -> Entry:
    old = entry()
    cache.store(KEY, old, cache.mark())
    return old


def test_a_confirmed_entry_takes_the_place_of_the_old_one() -> None:
    cache = Cache()
    old = stored(cache)
    new = refreshed(old, {}, MINUTE, now=2000)
    assert cache.refresh(KEY, old, new, cache.mark())
    assert cache.get(KEY) is new


@pytest.mark.parametrize("what", NAMES_IT)
def test_an_invalidation_wins_over_a_confirmation_under_way(what: str) -> None:
    cache = Cache()
    old, begun = stored(cache), cache.mark()
    NAMES_IT[what](cache)
    assert not cache.refresh(KEY, old, refreshed(old, {}, MINUTE, now=2000), begun)
    assert cache.get(KEY) is None


def test_an_invalidation_between_the_look_up_and_the_question_wins_too() -> None:
    cache = Cache()
    stored(cache)
    old = cache.get(KEY)
    assert old is not None
    cache.invalidate("E1", ["/a.png"])
    begun = cache.mark()
    assert not cache.refresh(KEY, old, refreshed(old, {}, MINUTE, now=2000), begun)
    assert cache.get(KEY) is None


def test_a_confirmation_of_what_was_invalidated_does_not_replace_what_came_after_it() -> None:
    cache = Cache()
    old = stored(cache)
    cache.invalidate("E1", ["/a.png"])
    cache.store(KEY, entry(b"new"), cache.mark())
    begun = cache.mark()
    assert not cache.refresh(KEY, old, refreshed(old, {}, MINUTE, now=2000), begun)
    assert cache.get(KEY) == entry(b"new")


def test_a_tag_that_the_confirmation_brings_counts_from_when_it_was_asked_for() -> None:
    cache = Cache()
    old, begun = stored(cache), cache.mark()
    cache.invalidate("E1", ["#cats"])
    new = replace(refreshed(old, {}, MINUTE, now=2000), tags=frozenset({"cats"}))
    assert not cache.refresh(KEY, old, new, begun)
    assert cache.get(KEY) is old, "what is there did not carry the tag"


def test_a_confirmation_of_what_was_replaced_meanwhile_changes_nothing() -> None:
    cache = Cache()
    old, begun = stored(cache), cache.mark()
    cache.store(KEY, entry(b"new"), cache.mark())
    assert not cache.refresh(KEY, old, refreshed(old, {}, MINUTE, now=2000), begun)
    assert cache.get(KEY) == entry(b"new")


def test_a_confirmation_of_what_made_room_meanwhile_does_not_bring_it_back() -> None:
    alone = Cache()
    stored(alone)
    cache = Cache(most_bytes=alone.statistics().bytes)
    old, begun = stored(cache), cache.mark()
    cache.store(OTHER, entry(), cache.mark())
    assert not cache.refresh(KEY, old, refreshed(old, {}, MINUTE, now=2000), begun)


# One fetch for everybody


def test_only_one_fetches_a_key_at_a_time() -> None:
    cache = Cache()
    first = cache.begin(KEY)
    assert first is not None
    assert cache.begin(KEY) is None
    assert cache.begin(OTHER) is not None, "another key is another's"
    cache.finish(first)
    assert cache.pending(KEY) is None
    second = cache.begin(KEY)
    assert second is not None
    assert second.mark > first.mark


def test_who_waits_goes_on_when_the_fetch_ends_and_knows_how() -> None:
    cache, seen = Cache(), list[str]()
    pending = cache.begin(KEY)
    assert pending is not None
    for name in ("one", "two"):
        pending.when_done(lambda name=name: seen.append(f"{name} {pending.answered} {cache.pending(KEY)}"))  # type: ignore[misc]
    assert seen == []
    cache.finish(pending, answered=True)
    assert seen == ["one True None", "two True None"]


def test_a_fetch_given_up_lets_the_waiting_begin_anew() -> None:
    cache = Cache()
    pending = cache.begin(KEY)
    assert pending is not None
    begun: list[object] = []
    pending.when_done(lambda: begun.append(cache.begin(KEY)))
    cache.finish(pending)
    assert not pending.answered
    assert begun == [cache.pending(KEY)] != [None]


def test_ending_twice_is_ending_once() -> None:
    cache, calls = Cache(), list[int]()
    pending = cache.begin(KEY)
    assert pending is not None
    pending.when_done(lambda: calls.append(1))
    cache.finish(pending, answered=True)
    cache.finish(pending)
    assert pending.answered, "the second call, from a finally, does not take it back"
    assert calls == [1]


def test_waiting_for_what_has_ended_is_over_at_once() -> None:
    cache, calls = Cache(), list[int]()
    pending = cache.begin(KEY)
    assert pending is not None
    cache.finish(pending)
    pending.when_done(lambda: calls.append(1))
    assert calls == [1]
