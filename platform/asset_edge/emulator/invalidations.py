"""Which entries of the cache an invalidation names, by path or by tag.

Sources: Amazon CloudFront Developer Guide, "Specify the files to invalidate" and "Invalidate by cache tags".
Header and cookie variants of a path go together; a path without a query string names only what was kept
without one, so end it in `*` to name all. Paths are compared in one spelling of their percent-encoding.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from asset_edge.emulator.cachekey import Key

MOST_TAGS = 50
MOST_TAG_CHARACTERS = 256
_ADDRESSES_REMEMBERED = 4096
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_KEPT = "".join(chr(code) for code in range(0x21, 0x7F))


@dataclass(frozen=True)
class Purge:
    """What one invalidation names."""

    distribution_id: str
    exact: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()

    def names(self, key: Key, address: str, tags: frozenset[str]) -> bool:
        """Whether it names what is kept under `key`, at this `address_of` it and with these tags."""
        return key.distribution_id == self.distribution_id and (
            address in self.exact
            or bool(self.prefixes and address.startswith(self.prefixes))
            or not self.tags.isdisjoint(tags)
        )

    def may_name(self, key: Key, address: str) -> bool:
        """Whether it may name an answer that has not come yet: nobody knows its tags."""
        if key.distribution_id != self.distribution_id:
            return False
        return bool(self.tags) or self.names(key, address, frozenset())


def purge(distribution_id: str, items: Sequence[str]) -> Purge:
    """The purge that a batch's items mean: each is `/path`, `/path?query`, `/prefix*` or `#tag`."""
    paths = [item for item in items if not item.startswith("#")]
    return Purge(
        distribution_id,
        exact=frozenset(_spelled(_rooted(path)) for path in paths if not path.endswith("*")),
        prefixes=tuple(_spelled(_rooted(path[:-1])) for path in paths if path.endswith("*")),
        tags=frozenset(item[1:].strip().lower() for item in items if item.startswith("#")),
    )


def everything_of(distribution_id: str) -> Purge:
    """The purge of all that a distribution has."""
    return Purge(distribution_id, prefixes=("",))


def address_of(key: Key) -> str:
    """What the paths of an invalidation are compared with."""
    return _spelled(f"{key.uri}?{key.query}" if key.query else key.uri)


def tags(value: str) -> frozenset[str]:
    """The tags in a cache-tag header: comma separated and without case. Those beyond the first 50, and those
    longer than 256 characters, are not taken.
    """
    split = (tag.strip().lower() for tag in value.split(","))
    found = dict.fromkeys(tag for tag in split if 0 < len(tag) <= MOST_TAG_CHARACTERS)
    return frozenset(list(found)[:MOST_TAGS])


def _rooted(path: str) -> str:
    """The slash at the beginning may be left out."""
    return path if path.startswith("/") else f"/{path}"


@lru_cache(maxsize=_ADDRESSES_REMEMBERED)
def _spelled(path: str) -> str:
    """One spelling: escapes in capitals, none where none is needed, all where one is."""
    return quote(_ESCAPED.sub(_escape, path), safe=_KEPT, errors="surrogatepass")


def _escape(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character in _UNRESERVED else found[0].upper()
