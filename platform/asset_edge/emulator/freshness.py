"""How long an answer may be kept and served, from its headers and the behaviour's TTLs.

Sources: Amazon CloudFront Developer Guide, "Manage how long content stays in the cache (expiration)", "How
CloudFront processes HTTP 4xx and 5xx status codes from your origin" and "Control how long CloudFront caches
errors". Where these are silent: the first of two equal directives counts, a max-age that is no number is 0,
an Expires that is no date has passed, and a must-revalidate changes nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from asset_edge.emulator.edge_policies import CachePolicy
from asset_edge.handlers.edge.events import Headers

FIRST_ERROR = 400
S3_ERROR_SECONDS = 1
"""An error of an S3 origin is kept for at least this long."""

ALWAYS_KEPT = frozenset({404, 410, 414, 500, 501, 502, 503, 504})
KEPT_IF_TOLD = frozenset({400, 403, 405, 412, 415})
"""Kept only where the origin sends max-age or s-maxage. Any other error, 416 among them, never is."""

NO_STORE_HONOURED = frozenset({404, 410, 414, 501}) | KEPT_IF_TOLD
"""Other errors are kept although the origin says no-store."""

_REVALIDATED_STATUS = 200
_MOST_DIGITS = 15
_DIRECTIVE = re.compile(r'([^\s=,;"]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?')


@dataclass(frozen=True, kw_only=True)
class Lifetime:
    """How long something in the cache is served, from the moment it was stored."""

    fresh_seconds: float
    """Served without asking the origin."""

    stale_while_revalidate_seconds: float = 0
    """After that: served at once, while the origin is asked behind the viewer's back."""

    stale_if_error_seconds: float | None = None
    """After `fresh_seconds`: served where the origin answers 5xx. None: not said, then it is, without end,
    but the origin is asked again each time the error caching time is over. 0: never.
    """

    revalidatable: bool = False
    """Whether the origin may be asked for it conditionally."""


def lifetime(
    status: int,
    headers: Headers,
    policy: CachePolicy,
    *,
    now: float,
    error_min_ttl_seconds: float = 10,
    s3_origin: bool = False,
) -> Lifetime | None:
    """How long this answer is kept; None where it is not. `now` is epoch seconds. Never raises.

    `headers` are those after origin-response. Where nothing is fresh but the answer has a validator or says
    that it may be served stale, it is kept for that: its `fresh_seconds` are 0.
    """
    if policy.disabled:
        return None
    told = directives(headers)
    if status >= FIRST_ERROR:
        least = error_seconds(error_min_ttl_seconds, s3_origin=s3_origin)
        return _of_error(status, told, _told_seconds(told, headers, now), policy.max_ttl_seconds, least)
    return _of_success(status, headers, told, policy, now)


def error_seconds(error_min_ttl_seconds: float, *, s3_origin: bool) -> float:
    """How long an error is kept at least, and how long the origin is not asked again for a stale object."""
    return max(error_min_ttl_seconds, S3_ERROR_SECONDS if s3_origin else 0)


def directives(headers: Headers) -> Mapping[str, str | None]:
    """The directives of Cache-Control in lower case, with their values; None for one without."""
    found: dict[str, str | None] = {}
    for sent in headers.get("cache-control", ()):
        for match in _DIRECTIVE.finditer(sent["value"]):
            name, quoted, plain = match.groups()
            found.setdefault(name.lower(), quoted if quoted is not None else plain)
    return found


def uncached_headers(headers: Headers) -> frozenset[str]:
    """Names, in lower case, of the headers that the answer says are not to be kept with it, as in
    `no-cache="Set-Cookie"`.
    """
    told = directives(headers)
    named = (told.get("no-cache") or "", told.get("private") or "")
    return frozenset(name for value in named for part in value.split(",") if (name := part.strip().lower()))


def moment(date: str) -> float | None:
    """Epoch seconds of a date in a header; None where it is no date. One without a zone is in UTC."""
    try:
        when = parsedate_to_datetime(date)
        return when.replace(tzinfo=when.tzinfo or UTC).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _of_error(
    status: int, told: Mapping[str, str | None], seconds: float | None, most: float, least: float
) -> Lifetime | None:
    is_kept = status in ALWAYS_KEPT or (
        status in KEPT_IF_TOLD and not {"max-age", "s-maxage"}.isdisjoint(told)
    )
    if not is_kept or ("no-store" in told and status in NO_STORE_HONOURED):
        return None
    kept = max(least, min(seconds or 0, most))
    return Lifetime(fresh_seconds=kept, stale_if_error_seconds=0) if kept else None


def _of_success(
    status: int, headers: Headers, told: Mapping[str, str | None], policy: CachePolicy, now: float
) -> Lifetime | None:
    least, most = policy.min_ttl_seconds, policy.max_ttl_seconds
    if not least and ("no-store" in told or _is_bare(told, "private")):
        return None
    fresh: float = least
    behind: float = 0
    if not _is_unkept(told):
        seconds = _told_seconds(told, headers, now)
        fresh = max(least, policy.default_ttl_seconds if seconds is None else min(seconds, most))
        behind = min(_seconds(told, "stale-while-revalidate") or 0, most)
    found = Lifetime(
        fresh_seconds=fresh,
        stale_while_revalidate_seconds=behind,
        stale_if_error_seconds=_at_most(_seconds(told, "stale-if-error"), most),
        revalidatable=_is_revalidatable(status, headers, policy),
    )
    return found if fresh or found.revalidatable or _is_served_stale(found) else None


def _is_served_stale(found: Lifetime) -> bool:
    return bool(found.stale_while_revalidate_seconds or found.stale_if_error_seconds)


def _is_revalidatable(status: int, headers: Headers, policy: CachePolicy) -> bool:
    """Not where cookies are forwarded: then the origin is always asked for the whole."""
    validated = "etag" in headers or "last-modified" in headers
    return status == _REVALIDATED_STATUS and validated and policy.cookies.behavior == "none"


def _is_unkept(told: Mapping[str, str | None]) -> bool:
    return "no-store" in told or _is_bare(told, "private") or _is_bare(told, "no-cache")


def _is_bare(told: Mapping[str, str | None], name: str) -> bool:
    """Whether the directive is there and means the whole answer, not some headers that it names."""
    return name in told and not told[name]


def _told_seconds(told: Mapping[str, str | None], headers: Headers, now: float) -> float | None:
    """How long the answer says it is fresh; None where it says nothing."""
    for name in ("s-maxage", "max-age"):
        if name in told:
            return _seconds(told, name) or 0
    expires = headers.get("expires")
    return _until(expires[0]["value"], now) if expires else None


def _seconds(told: Mapping[str, str | None], name: str) -> float | None:
    """The number a directive says; None where it is absent or no number. Endless digits mean for ever."""
    value = (told.get(name) or "").strip()
    if not (value.isascii() and value.isdigit()):
        return None
    return float(value) if len(value) <= _MOST_DIGITS else float("inf")


def _at_most(seconds: float | None, most: float) -> float | None:
    return None if seconds is None else min(seconds, most)


def _until(date: str, now: float) -> float:
    when = moment(date)
    return 0 if when is None else max(0, when - now)
