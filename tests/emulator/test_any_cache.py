"""Whatever fetches, invalidations and evictions come in whatever order: what the cache may never do."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from asset_edge.emulator.cache import Cache, Entry, Pending, refreshed
from asset_edge.emulator.cachekey import Key
from asset_edge.emulator.freshness import Lifetime

MINUTE = Lifetime(fresh_seconds=60)
PATHS = ("/a", "/a/b", "/c")
TAGS = ("red", "blue")
ITEMS: dict[str, tuple[str, ...]] = {
    "/a": ("/a",),
    "/a*": ("/a", "/a/b"),
    "/c": ("/c",),
    "/*": PATHS,
    "/none": (),
}
"""An item and the paths that it names, written out."""

PATH, TAG, ITEM = st.sampled_from(PATHS), st.sampled_from(TAGS), st.sampled_from(sorted(ITEMS))


def key(path: str) -> Key:
    return Key("E1", path, "", "GET")


def entry(version: int, tag: str) -> Entry:
    body = str(version).encode()
    return Entry(status=200, headers={}, body=body, stored_at=0, lifetime=MINUTE, tags=frozenset({tag}))


class CacheMachine(RuleBasedStateMachine):
    """The origin has one version of everything, which grows; a fetch brings the version of when it began."""

    fetches = Bundle("fetches")
    revalidations = Bundle("revalidations")

    @initialize(most=st.sampled_from([1100, 3000, 1_000_000]))
    def begin_with(self, most: int) -> None:
        self.most = most
        self.cache = Cache(most_bytes=most)
        self.version = 0
        self.least_of_path = dict.fromkeys(PATHS, 0)
        self.least_of_tag = dict.fromkeys(TAGS, 0)

    @rule()
    def the_origin_changes(self) -> None:
        self.version += 1

    @rule(target=fetches, path=PATH, tag=TAG)
    def a_fetch_begins(self, path: str, tag: str) -> Any:
        return path, tag, self.version, self.cache.mark()

    @rule(fetch=consumes(fetches))
    def a_fetch_ends(self, fetch: tuple[str, str, int, int]) -> None:
        path, tag, version, mark = fetch
        self.cache.store(key(path), entry(version, tag), mark)

    @rule(target=revalidations, path=PATH, tag=TAG)
    def a_question_begins(self, path: str, tag: str) -> Any:
        return path, tag, self.cache.get(key(path)), self.version, self.cache.mark()

    @rule(question=consumes(revalidations))
    def a_question_ends(self, question: tuple[str, str, Entry | None, int, int]) -> None:
        """The origin says 304 only where nothing has changed; its answer carries today's tag."""
        path, tag, old, version, mark = question
        if old is not None and int(old.body) == version:
            new = refreshed(entry(version, tag), {}, MINUTE, now=1)
            self.cache.refresh(key(path), old, new, mark)

    @rule(item=ITEM)
    def a_path_is_invalidated(self, item: str) -> None:
        self.cache.invalidate("E1", [item])
        for path in ITEMS[item]:
            # Whatever is fetched from now on may still be this version, and nothing older.
            self.least_of_path[path] = self.version
            assert self.cache.get(key(path)) is None, f"{path} is there after {item}"

    @rule(tag=TAG)
    def a_tag_is_invalidated(self, tag: str) -> None:
        self.cache.invalidate("E1", [f"#{tag.upper()}"])
        self.least_of_tag[tag] = self.version
        assert not [path for path in PATHS if self._tags(path) & {tag}]

    @rule()
    def another_distribution_is_invalidated(self) -> None:
        before = [self.cache.get(key(path)) for path in PATHS]
        self.cache.invalidate("E2", ["/*", "#red", "#blue"])
        assert [self.cache.get(key(path)) for path in PATHS] == before

    @rule()
    def everything_goes(self) -> None:
        self.cache.clear()
        self.least_of_path = dict.fromkeys(PATHS, self.version)

    def _tags(self, path: str) -> frozenset[str]:
        found = self.cache.get(key(path))
        return found.tags if found else frozenset()

    @invariant()
    def nothing_is_older_than_its_last_invalidation(self) -> None:
        for path in PATHS:
            found = self.cache.get(key(path))
            if found is not None:
                least = max(self.least_of_path[path], *(self.least_of_tag[tag] for tag in found.tags))
                assert int(found.body) >= least

    @invariant()
    def the_bytes_are_those_of_the_entries_and_within_the_bound(self) -> None:
        found = self.cache.statistics()
        kept = [e for path in PATHS if (e := self.cache.get(key(path))) is not None]
        assert found.entries == len(kept) == sum(found.by_distribution.values())
        assert found.bytes == sum(1024 + len(e.body) for e in kept) <= self.most


CacheMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestAnyCache = CacheMachine.TestCase


class CollapseMachine(RuleBasedStateMachine):
    """Requests for one key: each is fetching, waiting for one that fetches, or done."""

    leaders = Bundle("leaders")

    @initialize()
    def begin_with(self) -> None:
        self.cache = Cache()
        self.waiting: dict[int, Pending] = {}
        self.woken: list[int] = []
        self.asked = 0

    @rule(target=leaders)
    def a_request_comes(self) -> Any:
        self.asked += 1
        led = self.cache.begin(key("/a"))
        if led is None:
            pending = self.cache.pending(key("/a"))
            assert pending is not None
            self.waiting[self.asked] = pending
            pending.when_done(lambda number=self.asked: self.woken.append(number))  # type: ignore[misc]
        return led

    @rule(led=consumes(leaders), answered=st.booleans())
    def a_fetch_ends(self, led: Pending | None, answered: bool) -> None:
        if led is None:
            return
        self.woken.clear()
        self.cache.finish(led, answered=answered)
        expected = [number for number, pending in self.waiting.items() if pending is led]
        assert self.woken == expected, "everyone who waited for it goes on, once, and nobody else"
        for number in expected:
            del self.waiting[number]
        assert self.cache.pending(key("/a")) is not led

    @rule()
    def it_is_invalidated(self) -> None:
        self.cache.invalidate("E1", ["/*"])
        assert self.cache.pending(key("/a")) is None


CollapseMachine.TestCase.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
TestAnyCollapse = CollapseMachine.TestCase


@contextmanager
def threads_that_switch_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def test_an_invalidation_from_another_thread_holds_from_the_moment_it_returns() -> None:
    cache, paths = Cache(), [f"/{number}" for number in range(100)]
    version, stop = [0], threading.Event()

    def fetch_for_ever() -> None:
        while not stop.is_set():
            for path in paths:
                mark, seen = cache.mark(), version[0]
                cache.store(key(path), entry(seen, "red"), mark)
                cache.get(key(path))

    wrong = list[tuple[int, int]]()
    fetching = threading.Thread(target=fetch_for_ever)
    with threads_that_switch_often():
        fetching.start()
        try:
            for number in range(400):
                version[0] += 1
                cache.invalidate("E1", ["/*"] if number % 2 else ["#red"])
                kept = [found for path in paths if (found := cache.get(key(path))) is not None]
                wrong += [(int(e.body), version[0]) for e in kept if int(e.body) < version[0]]
        finally:
            stop.set()
            fetching.join()
    assert wrong == []
