"""What an entry of the asset registry holds, for whoever writes one and for the edge that reads it.

An item of the DynamoDB table has these attributes; all but `key` and `status` may be absent, and none of the
others means anything to the edge:

    key           S    the asset's object key, as `paths.object_key` gives it; the table's hash key
    status        S    draft, published, archived or embargoed
    countries     SS   where it may be seen, ISO 3166-1; absent: wherever the rules of the path say
    libraries     SS   the libraries that have it; absent: all
    languages     SS   the languages it is there in; absent: all
    tags          SS   its cache tags
    cacheRule     S    the name of the cache rule that holds for it
    contentType   S    what it is, without parameters
    version       N    grows with every write; absent counts as 0
    expiresAt     N    epoch seconds after which DynamoDB may delete it (the table's TTL attribute); the edge
                       takes a published entry for missing from then on, and believes any other until it is
                       gone, because an unknown asset may be served

Lists (L of S) are taken for sets. A set that is there is not empty: nobody could tell "none" from "all".
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

KEY, STATUS, VERSION, EXPIRES_AT = "key", "status", "version", "expiresAt"

STATUSES = ("draft", "published", "archived", "embargoed")

SETS: Mapping[str, tuple[str, int, str]] = {
    "countries": (r"[A-Z]{2}", 249, "ISO 3166-1 codes of two capitals such as DE"),
    "libraries": (r"[a-z0-9][a-z0-9-]{0,31}", 32, "names of 1 to 32 of a-z, 0-9 and -"),
    "languages": (r"[a-z]{2,3}(?:-[A-Z]{2})?", 32, "languages such as de or pt-BR"),
    "tags": (r"[a-z0-9][a-z0-9:._-]{0,63}", 10, "1 to 64 of a-z, 0-9, :, ., _ and -"),
}
"""Of each set: the pattern of a member, how many there may be, and the pattern in words."""

TEXTS: Mapping[str, tuple[str, str]] = {
    "cacheRule": (r"[a-z0-9][a-z0-9-]{0,31}", "1 to 32 of a-z, 0-9 and -"),
    "contentType": (
        r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}",
        "a media type in lower case without parameters, such as image/jpeg",
    ),
}
"""Of each text: its pattern, and the pattern in words."""

_NUMBER = r"0|[1-9][0-9]{0,15}"


class Row:
    """What the registry says of one asset; sets are sorted, and empty where the item has none."""

    __slots__ = (
        "cache_rule",
        "content_type",
        "countries",
        "languages",
        "libraries",
        "status",
        "tags",
        "version",
    )

    def __init__(
        self,
        status: str,
        *,
        countries: tuple[str, ...] = (),
        libraries: tuple[str, ...] = (),
        languages: tuple[str, ...] = (),
        tags: tuple[str, ...] = (),
        cache_rule: str | None = None,
        content_type: str | None = None,
        version: int = 0,
    ) -> None:
        self.status = status
        self.countries = countries
        self.libraries = libraries
        self.languages = languages
        self.tags = tags
        self.cache_rule = cache_rule
        self.content_type = content_type
        self.version = version


class NoRow:
    """Why there is no row: one of the two below, told apart by identity."""

    __slots__ = ("why",)

    def __init__(self, why: str) -> None:
        self.why = why

    def __repr__(self) -> str:
        """For logs."""
        return f"NoRow({self.why!r})"


MISSING = NoRow("missing")
"""The registry answered, and knows no such asset."""

UNREACHABLE = NoRow("unreachable")
"""The registry did not answer in time, or said what cannot be: nothing is known."""


def row_of(key: str, item: object, now: float) -> Row | NoRow:
    """The row that an item in DynamoDB's JSON is; MISSING for a published one that has expired.

    `now` is in epoch seconds. Raises ValueError for anything that is not a whole and allowed item of `key`:
    whoever reads must not guess what a broken one would have said.
    """
    if not isinstance(item, dict) or _text(item, KEY) != key:
        raise ValueError("item is not of the key")
    status = _text(item, STATUS)
    if status not in STATUSES:
        raise ValueError("status is unknown")
    countries, libraries, languages, tags = [_set(item, name) for name in SETS]
    cache_rule, content_type = [_matching(item, name) for name in TEXTS]
    version, expires_at = _number(item, VERSION), _number(item, EXPIRES_AT)
    if status == "published" and EXPIRES_AT in item and expires_at <= now:
        return MISSING
    return Row(
        status,
        countries=countries,
        libraries=libraries,
        languages=languages,
        tags=tags,
        cache_rule=cache_rule,
        content_type=content_type,
        version=version,
    )


def _value(item: Mapping[str, Any], name: str, *kinds: str) -> Any:
    """The value of an attribute that has one of these types; ValueError for any other."""
    attribute = item.get(name)
    if isinstance(attribute, dict) and len(attribute) == 1:
        for kind, value in attribute.items():
            if kind in kinds:
                return value
    raise ValueError(f"{name} is not of type {kinds[0]}")


def _text(item: Mapping[str, Any], name: str) -> str:
    value = _value(item, name, "S")
    if isinstance(value, str):
        return value
    raise ValueError(f"{name} is no text")


def _matching(item: Mapping[str, Any], name: str) -> str | None:
    if name not in item:
        return None
    text = _text(item, name)
    if re.fullmatch(TEXTS[name][0], text):
        return text
    raise ValueError(f"{name} is not allowed")


def _set(item: Mapping[str, Any], name: str) -> tuple[str, ...]:
    if name not in item:
        return ()
    members = _value(item, name, "SS", "L")
    pattern, most, _ = SETS[name]
    if not isinstance(members, list) or not 0 < len(members) <= most:
        raise ValueError(f"{name} has too few or too many members")
    texts = {_text({name: one}, name) if isinstance(one, dict) else one for one in members}
    if all(isinstance(one, str) and re.fullmatch(pattern, one) for one in texts):
        return tuple(sorted(texts))
    raise ValueError(f"{name} has a member that is not allowed")


def _number(item: Mapping[str, Any], name: str) -> int:
    if name not in item:
        return 0
    text = _value(item, name, "N")
    if isinstance(text, str) and re.fullmatch(_NUMBER, text):
        return int(text)
    raise ValueError(f"{name} is no whole number")
