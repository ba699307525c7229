"""What the edge keeps: entries by key, within a bound of bytes, and the fetches under way for them.

Everything but `invalidate`, `clear`, `forget` and `statistics` is called on the server's thread; these four may
come from any.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from asset_edge.emulator.cachekey import Key
from asset_edge.emulator.freshness import Lifetime
from asset_edge.handlers.edge.events import Headers


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
        """What the Age header says, whole seconds."""
        raise NotImplementedError

    def is_fresh(self, now: float) -> bool:
        """Whether it is served without asking the origin; also while `served_until` has not come."""
        raise NotImplementedError

    def is_served_while_revalidating(self, now: float) -> bool:
        """Whether it is expired and served at once, the origin being asked beside."""
        raise NotImplementedError

    def is_served_on_error(self, now: float) -> bool:
        """Whether it is served, expired, where the origin answers 5xx or not at all."""
        raise NotImplementedError


class Pending:
    """A fetch under way. Whoever began it says when it has ended; others wait for it."""

    def __init__(self, key: Key, mark: int) -> None:
        self.key = key
        self.mark = mark
        """What `Cache.mark` gave when it began: hand it to `store`."""
        self.answered = False
        """Whether it brought an answer; otherwise whoever waits may begin anew."""

    def when_done(self, call: Callable[[], None]) -> None:
        """Calls `call` once the fetch has ended, well or not; at once where it has."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """What the cache holds and has done since it was made."""

    entries: int = 0
    bytes: int = 0
    hits: int = 0
    misses: int = 0
    stored: int = 0
    evicted: int = 0
    invalidated: int = 0
    by_distribution: dict[str, int] = field(default_factory=dict)
    """Entries per distribution id."""


class Cache:
    """A least-recently-used cache of at most `most_bytes`."""

    def __init__(self, most_bytes: int = 512 * 1024 * 1024) -> None:
        self._most_bytes = most_bytes

    def get(self, key: Key) -> Entry | None:
        """What is kept under `key`, fresh or not; the caller asks the entry which."""
        raise NotImplementedError

    def mark(self) -> int:
        """To be taken when a fetch begins, before the origin is asked."""
        raise NotImplementedError

    def store(self, key: Key, entry: Entry, mark: int) -> bool:
        """Keeps `entry`, whose fetch began at `mark`; whether it did.

        It does not where an invalidation since then names it by path or tag, or where what is there comes from
        a fetch that began later.
        """
        raise NotImplementedError

    def refresh(self, key: Key, old: Entry, new: Entry, mark: int) -> bool:
        """Replaces `old` by `new` (as `refreshed` makes it from a 304, or with a later `served_until`), only if
        `old` is still what is kept: an invalidation meanwhile wins. Whether it did.
        """
        raise NotImplementedError

    def begin(self, key: Key) -> Pending | None:
        """The right to fetch `key` for everyone; None where somebody has it: then wait for `pending(key)`, look
        into the cache again, and where that has nothing fresh fetch alone (`answered`) or begin anew.
        """
        raise NotImplementedError

    def pending(self, key: Key) -> Pending | None:
        """The fetch under way for `key`; None where there is none that may be waited for (any more)."""
        raise NotImplementedError

    def finish(self, pending: Pending, *, answered: bool = False) -> None:
        """Ends a fetch and lets the waiting go on. A second call changes nothing: put one into `finally`."""
        raise NotImplementedError

    def invalidate(self, distribution_id: str, items: Sequence[str]) -> int:
        """Removes what the items name, by path or `#tag`; how many entries that were.

        Fetches under way are not stored where an item names them, and nobody joins them from now on.
        """
        raise NotImplementedError

    def clear(self) -> int:
        """Removes everything; how many entries that were. Fetches under way are not stored."""
        raise NotImplementedError

    def forget(self, distribution_id: str) -> int:
        """Removes everything of a distribution, as when it is deleted; how many entries that were."""
        raise NotImplementedError

    def statistics(self) -> Statistics:
        """Counts, consistent with each other."""
        raise NotImplementedError


def refreshed(entry: Entry, headers: Headers, lifetime: Lifetime, *, now: float) -> Entry:
    """`entry` after the origin's 304 with these headers: they replace those of the same names."""
    raise NotImplementedError


def tags(value: str) -> frozenset[str]:
    """The tags in a cache-tag header: comma separated, without case, the first 50, each of 256 characters at
    most.
    """
    raise NotImplementedError
