"""What the edge keeps: entries by key, within a bound of bytes, and the fetches under way for them.

Every fetch takes a mark when it begins; an invalidation is marked too. What was fetched before an
invalidation that names it is never kept after it, whoever comes first. Everything but `invalidate`, `clear`,
`forget` and `statistics` is called on the server's thread; these four may come from any.
"""

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from asset_edge.emulator import invalidations
from asset_edge.emulator.cachekey import Key
from asset_edge.emulator.freshness import Lifetime
from asset_edge.emulator.invalidations import Purge, tags
from asset_edge.handlers.edge.events import Headers

__all__ = ["Cache", "Entry", "Pending", "Statistics", "refreshed", "tags"]

MOST_BYTES = 512 * 1024 * 1024
MOST_PURGES = 1000
"""Invalidations remembered for fetches under way. A fetch older than all of them is not kept."""

_ENTRY_BYTES = 1024
"""About what an entry takes besides its body and headers."""

_OF_THE_BODY = frozenset({"content-encoding", "content-length", "content-range"})
"""Headers of a 304 that speak of a body it does not have."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One answer in the cache. Nothing in it is ever changed; copy its headers before editing them."""

    status: int
    headers: Headers
    body: bytes = b""
    reason: str = ""
    stored_at: float
    """Epoch seconds when the origin answered, or last confirmed it; ages count from here."""

    lifetime: Lifetime
    etag: str | None = None
    last_modified: str | None = None
    tags: frozenset[str] = frozenset()
    """In lower case."""

    served_until: float = 0
    """Epoch seconds until which it is served although expired, because the origin has just failed."""

    def age_seconds(self, now: float) -> int:
        """What the Age header says, whole seconds; a clock that went back makes nothing younger than 0."""
        return max(0, int(now - self.stored_at))

    def is_fresh(self, now: float) -> bool:
        """Whether it is served without asking the origin; also while `served_until` has not come."""
        return now < self.stored_at + self.lifetime.fresh_seconds or now < self.served_until

    def is_served_while_revalidating(self, now: float) -> bool:
        """Whether it is expired and served at once, the origin being asked beside."""
        until = self.lifetime.fresh_seconds + self.lifetime.stale_while_revalidate_seconds
        return not self.is_fresh(now) and now < self.stored_at + until

    def is_served_on_error(self, now: float) -> bool:
        """Whether it is served, even expired, where the origin answers 5xx or not at all."""
        allowed = self.lifetime.stale_if_error_seconds
        return allowed is None or now < self.stored_at + self.lifetime.fresh_seconds + allowed


class Pending:
    """A fetch under way. Whoever began it says when it has ended; others wait for it."""

    def __init__(self, key: Key, mark: int) -> None:
        self.key = key
        self.mark = mark
        """What `Cache.mark` gave when it began: hand it to `store`."""
        self.answered = False
        """Whether it brought an answer; otherwise whoever waits may begin anew."""
        self._is_done = False
        self._calls: list[Callable[[], None]] = []

    def when_done(self, call: Callable[[], None]) -> None:
        """Calls `call` once the fetch has ended, well or not; at once where it has."""
        if self._is_done:
            call()
        else:
            self._calls.append(call)

    def end(self, *, answered: bool) -> None:
        """Lets the waiting go on; `Cache.finish` calls it. A second call changes nothing."""
        if self._is_done:
            return
        self._is_done, self.answered = True, answered
        calls, self._calls = self._calls, []
        for call in calls:
            call()


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """What the cache holds and has done since it was made."""

    entries: int = 0
    bytes: int = 0
    hits: int = 0
    """Look-ups that found something, fresh or not."""

    misses: int = 0
    stored: int = 0
    evicted: int = 0
    """Entries that made room for others."""

    invalidated: int = 0
    by_distribution: dict[str, int] = field(default_factory=dict)
    """Entries per distribution id."""


@dataclass(frozen=True, slots=True)
class _Kept:
    entry: Entry
    mark: int
    address: str
    size: int


class Cache:
    """A least-recently-used cache of at most `most_bytes`. What alone is larger is not kept."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._bytes = 0
        self._pending: dict[Key, Pending] = {}
        self._mark = 0
        self._purges: deque[tuple[int, Purge]] = deque()
        self._forgotten_mark = 0
        self._counts: Counter[str] = Counter()

    def get(self, key: Key) -> Entry | None:
        """What is kept under `key`, fresh or not; the caller asks the entry which."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                self._counts["misses"] += 1
                return None
            self._counts["hits"] += 1
            self._kept.move_to_end(key)
            return kept.entry

    def mark(self) -> int:
        """To be taken when a fetch begins, before the origin is asked. Later marks are greater."""
        with self._lock:
            return self._next_mark()

    def store(self, key: Key, entry: Entry, mark: int) -> bool:
        """Keeps `entry`, whose fetch began at `mark`; whether it did.

        It does not where an invalidation since then names it by path or tag, or where what is there comes
        from a fetch that began later.
        """
        with self._lock:
            return self._store(key, entry, mark)

    def refresh(self, key: Key, old: Entry, new: Entry, mark: int) -> bool:
        """Replaces `old` by `new` (as `refreshed` makes it from a 304, or with a later `served_until`), only
        if `old` is still what is kept: an invalidation meanwhile wins. Whether it did.
        """
        with self._lock:
            kept = self._kept.get(key)
            return kept is not None and kept.entry is old and self._store(key, new, mark)

    def discard(self, key: Key, old: Entry) -> bool:
        """Removes `old`, which its origin took back, if it is still what is kept. Whether it was."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.entry is not old:
                return False
            self._bytes -= self._kept.pop(key).size
            return True

    def begin(self, key: Key) -> Pending | None:
        """The right to fetch `key` for everyone; None where somebody has it: then wait for `pending(key)`,
        look into the cache again, and where that has nothing fresh fetch alone (`answered`) or begin anew.
        """
        with self._lock:
            if key in self._pending:
                return None
            self._pending[key] = begun = Pending(key, self._next_mark())
            return begun

    def pending(self, key: Key) -> Pending | None:
        """The fetch under way for `key`; None where there is none that may be waited for (any more)."""
        with self._lock:
            return self._pending.get(key)

    def finish(self, pending: Pending, *, answered: bool = False) -> None:
        """Ends a fetch and lets the waiting go on. A second call changes nothing: put one into `finally`."""
        with self._lock:
            if self._pending.get(pending.key) is pending:
                del self._pending[pending.key]
        # Outside the lock: who waits may look into the cache at once.
        pending.end(answered=answered)

    def invalidate(self, distribution_id: str, items: Sequence[str]) -> int:
        """Removes what the items name, by path or `#tag`; how many entries that were.

        Fetches under way are not kept where an item names them, and nobody joins them from now on.
        """
        return self._purged(invalidations.purge(distribution_id, items))

    def forget(self, distribution_id: str) -> int:
        """Removes everything of a distribution, as when it is deleted; how many entries that were."""
        return self._purged(invalidations.everything_of(distribution_id))

    def clear(self) -> int:
        """Removes everything; how many entries that were. Fetches under way are not kept."""
        with self._lock:
            self._forgotten_mark = self._next_mark()
            self._purges.clear()
            self._pending.clear()
            return self._remove(list(self._kept))

    def statistics(self) -> Statistics:
        """Counts, consistent with each other."""
        with self._lock:
            of = Counter(key.distribution_id for key in self._kept)
            return Statistics(
                entries=len(self._kept), bytes=self._bytes, by_distribution=dict(of), **self._counts
            )

    def _next_mark(self) -> int:
        self._mark += 1
        return self._mark

    def _store(self, key: Key, entry: Entry, mark: int) -> bool:
        address = invalidations.address_of(key)
        size = _size(entry)
        before = self._kept.get(key)
        if before is not None and before.mark > mark:
            return False
        if size > self._most_bytes or self._is_purged(key, address, entry.tags, mark):
            return False
        if before is not None:
            self._bytes -= before.size
        self._kept[key] = _Kept(entry, mark, address, size)
        self._kept.move_to_end(key)
        self._bytes += size
        self._counts["stored"] += 1
        self._make_room()
        return True

    def _is_purged(self, key: Key, address: str, tagged: frozenset[str], mark: int) -> bool:
        """Whether something since `mark` names it, or may: what is no longer remembered might have."""
        if mark <= self._forgotten_mark:
            return True
        for marked, purge in reversed(self._purges):
            if marked <= mark:
                return False
            if purge.names(key, address, tagged):
                return True
        return False

    def _make_room(self) -> None:
        while self._bytes > self._most_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= oldest.size
            self._counts["evicted"] += 1

    def _purged(self, purge: Purge) -> int:
        with self._lock:
            self._purges.append((self._next_mark(), purge))
            if len(self._purges) > MOST_PURGES:
                self._forgotten_mark = self._purges.popleft()[0]
            for key in [k for k in self._pending if purge.may_name(k, invalidations.address_of(k))]:
                del self._pending[key]
            return self._remove(
                [k for k, kept in self._kept.items() if purge.names(k, kept.address, kept.entry.tags)]
            )

    def _remove(self, keys: Iterable[Key]) -> int:
        gone = [self._kept.pop(key) for key in keys]
        self._bytes -= sum(kept.size for kept in gone)
        self._counts["invalidated"] += len(gone)
        return len(gone)


def refreshed(entry: Entry, headers: Headers, lifetime: Lifetime, *, now: float) -> Entry:
    """`entry` after the origin's 304 with these headers: they replace those of the same names, except what
    they say of a body.
    """
    told = {name: values for name, values in headers.items() if name not in _OF_THE_BODY}
    return replace(
        entry,
        headers={**entry.headers, **told},
        lifetime=lifetime,
        stored_at=now,
        served_until=0,
        etag=_value(told, "etag") or entry.etag,
        last_modified=_value(told, "last-modified") or entry.last_modified,
    )


def _value(headers: Headers, name: str) -> str | None:
    return headers[name][0]["value"] if headers.get(name) else None


def _size(entry: Entry) -> int:
    """Bytes, about."""
    sent = sum(len(name) + len(one["value"]) for name, values in entry.headers.items() for one in values)
    return _ENTRY_BYTES + len(entry.body) + sent
