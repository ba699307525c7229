"""What a Cache-Control says: of a rule, or in any text, and how little of it holds for what can be revoked.

Reading errs on the safe side: of several ages the shortest counts, one that is no number is 0, and a
restriction counts wherever it stands. What is not known is not passed on.

Sources: RFC 9111, 5.2.2; RFC 5861 (stale-*); RFC 8246 (immutable); Amazon CloudFront Developer Guide, "Manage
how long content stays in the cache (expiration)".
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .config import CacheRule

    Directives = dict[str, int | None]
    """By name in lower case; None for one without a value."""

REVOCABLE_SECONDS = 60
"""The longest that anybody may keep what can be revoked, unless it is where a purge reaches it."""

_RESTRICTIONS = ("public", "private", "no-cache", "no-store", "no-transform")
_AGES = ("max-age", "s-maxage")
_ENDINGS = ("immutable", "must-revalidate", "stale-while-revalidate", "stale-if-error")
_ORDER = _RESTRICTIONS + _AGES + _ENDINGS
_SECONDS = frozenset(_AGES + _ENDINGS[2:])
_TOLD = re.compile(r'([a-z-]+)(?:\s*=\s*"?([^\s,;"]*))?')
_MOST_DIGITS = 9


def of_rule(rule: CacheRule) -> Directives:
    """What a cache rule says."""
    if rule.no_store:
        return {"no-store": None}
    flags = {"public": True, "immutable": rule.immutable, "must-revalidate": rule.must_revalidate}
    seconds = {
        "max-age": rule.max_age_seconds,
        "s-maxage": rule.shared_max_age_seconds,
        "stale-while-revalidate": rule.stale_while_revalidate_seconds,
        "stale-if-error": rule.stale_if_error_seconds,
    }
    said: Directives = {name: None for name, is_said in flags.items() if is_said}
    return said | {name: value for name, value in seconds.items() if value is not None}


def read(text: str) -> Directives:
    """The directives of a header that mean something here. Never raises."""
    told: Directives = {}
    for found in _TOLD.finditer(text.lower()):
        name, seconds = found[1], _whole(found[2] or "")
        if name in _SECONDS:
            before = told.get(name)
            told[name] = seconds if before is None else min(seconds, before)
        elif name in _ORDER:
            told[name] = None
    return told


def shortened(told: Directives, *, has_expires: bool, edge_seconds: int | None = None) -> Directives:
    """The same for what can be revoked: nobody keeps it longer than 60 seconds, or serves it stale.

    Nobody but the edge, where `edge_seconds` says how long: what is there can be purged.

    Where no age is told, CloudFront would take its own and a browser would guess: an age is said for them, 0
    where the answer has an Expires (which is not read) or must be validated anyway.
    """
    said: Directives = {name: None for name in _RESTRICTIONS if name in told}
    if "no-store" in told:
        return {name: None for name in ("private", "no-store") if name in told}
    ages = {name: min(told[name] or 0, REVOCABLE_SECONDS) for name in _AGES if name in told}
    untold = 0 if has_expires or "no-cache" in told else REVOCABLE_SECONDS
    said["max-age"] = min(ages.values(), default=untold)
    if edge_seconds is not None:
        ages["s-maxage"] = edge_seconds
    # A prohibition: without it CloudFront serves what has expired while the origin fails.
    never_stale: Directives = {"stale-if-error": 0} if told.get("stale-if-error", -1) == 0 else {}
    return said | ages | {"must-revalidate": None} | never_stale


def written(told: Directives) -> str:
    """The header's value, in one order."""
    said = ((name, told[name]) for name in _ORDER if name in told)
    return ", ".join(name if seconds is None else f"{name}={seconds}" for name, seconds in said)


def kept_seconds(told: Directives) -> int:
    """How long CloudFront keeps an answer that says this; 0 where it says nothing."""
    return 0 if "no-store" in told else told.get("s-maxage", told.get("max-age")) or 0


def _whole(value: str) -> int:
    """Of a number too long for any use its first digits: they are many years."""
    digits = value.lstrip("0")[:_MOST_DIGITS]
    return int(digits) if digits.isascii() and digits.isdecimal() else 0
