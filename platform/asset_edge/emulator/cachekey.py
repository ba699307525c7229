"""Which requests are the same to the cache, and what of a request the origin gets to see.

CloudFront compares what it was sent: the path byte for byte, query strings and cookies in the order in which
they came and with their case. Sources: Amazon CloudFront Developer Guide, "Understand the cache key",
"Understand cache policies" and "Understand origin request policies".
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from asset_edge.emulator.edge_policies import NONE, CachePolicy, Names, OriginRequestPolicy
from asset_edge.handlers.edge.events import Headers, Request, set_header

_ENCODINGS_REMEMBERED = 1024
"""Viewers send a handful of Accept-Encoding values; a hostile one cannot fill the memory."""


class Key(NamedTuple):
    """The name of one thing in the cache. GET and HEAD have the same; OPTIONS has its own."""

    distribution_id: str
    uri: str
    """Path as viewer-request left it, byte for byte."""

    query: str
    """The query strings that the policy takes, in the order in which they were sent."""

    method: str
    """GET (for HEAD too), HEAD for an answer that has no body, or OPTIONS."""

    headers: tuple[str | None, ...] = ()
    """Values of the headers that the policy lists, in its order; None where absent."""

    cookies: str = ""
    encoding: str = ""
    """The normal form of Accept-Encoding: `br,gzip`, `br`, `gzip` or empty."""

    part: str = ""
    """The Range that it is the answer to; empty for the whole."""

    def for_head(self) -> "Key":
        """Where an answer to HEAD is kept: apart, because it cannot answer a GET."""
        return self._replace(method="HEAD")

    def for_range(self, value: str) -> "Key":
        """Where a 206 to this Range header is kept."""
        return self._replace(part=value)


def key(distribution_id: str, request: Request, policy: CachePolicy) -> Key:
    """The key of a request after viewer-request, with the `CloudFront-*` headers that CloudFront adds."""
    headers, query, names = request["headers"], request["querystring"], policy.headers.names
    return Key(
        distribution_id,
        request["uri"],
        _picked_query(query, policy.query_strings) if query else "",
        "OPTIONS" if request["method"] == "OPTIONS" else "GET",
        tuple([_value(headers, name) for name in names]) if names else (),
        "" if policy.cookies.behavior == "none" else _picked_cookies(headers, policy.cookies.takes),
        accept_encoding(headers, policy),
    )


def accept_encoding(headers: Headers, policy: CachePolicy) -> str:
    """The normal form of the viewer's Accept-Encoding: of br and gzip those that it and the policy allow.

    Source: "Understand cache policies", compression support. Empty stands for no header at all.
    """
    sent = headers.get("accept-encoding")
    if not sent or not (policy.gzip or policy.brotli):
        return ""
    told = sent[0]["value"] if len(sent) == 1 else ",".join([one["value"] for one in sent])
    return _normal_encoding(told, policy.brotli, policy.gzip)


def forwarded_query(
    request: Request, cache_policy: CachePolicy, origin_request_policy: OriginRequestPolicy | None = None
) -> str:
    """The query string that goes to the origin, in the order sent; empty when there is none."""
    more = origin_request_policy.query_strings if origin_request_policy else NONE
    takes = _either(cache_policy.query_strings, more)
    return "&".join([part for part in request["querystring"].split("&") if takes(part.partition("=")[0])])


def forwarded_headers(
    request: Request, cache_policy: CachePolicy, origin_request_policy: OriginRequestPolicy | None = None
) -> Headers:
    """The viewer's headers that go to the origin because a policy takes them, Accept-Encoding's normal form
    included, Cookie not. A new map; the lists in it are the request's.
    """
    more = origin_request_policy.headers if origin_request_policy else NONE
    takes = _either(cache_policy.headers, more)
    found = {name: values for name, values in request["headers"].items() if name != "cookie" and takes(name)}
    if cache_policy.gzip or cache_policy.brotli:
        found.pop("accept-encoding", None)
        if normal := accept_encoding(request["headers"], cache_policy):
            set_header(found, "Accept-Encoding", normal)
    return found


def forwarded_cookies(
    request: Request, cache_policy: CachePolicy, origin_request_policy: OriginRequestPolicy | None = None
) -> str:
    """The value of the Cookie header that goes to the origin; empty when there is none."""
    more = origin_request_policy.cookies if origin_request_policy else NONE
    return _picked_cookies(request["headers"], _either(cache_policy.cookies, more))


def _either(one: Names, other: Names) -> Callable[[str], bool]:
    return lambda name: one.takes(name) or other.takes(name)


def _value(headers: Headers, name: str) -> str | None:
    sent = headers.get(name)
    if not sent:
        return None
    return sent[0]["value"] if len(sent) == 1 else ",".join([one["value"] for one in sent])


def _picked_query(query: str, names: Names) -> str:
    if names.behavior == "none":
        return ""
    if names.behavior == "all":
        return query
    return "&".join([part for part in query.split("&") if names.takes(part.partition("=")[0])])


def _picked_cookies(headers: Headers, takes: Callable[[str], bool]) -> str:
    return "; ".join([pair for pair in _cookies(headers) if takes(pair.partition("=")[0].rstrip())])


def _cookies(headers: Headers) -> Iterator[str]:
    for sent in headers.get("cookie", ()):
        yield from (pair for part in sent["value"].split(";") if (pair := part.strip()))


@lru_cache(maxsize=_ENCODINGS_REMEMBERED)
def _normal_encoding(told: str, brotli: bool, gzip: bool) -> str:
    allowed = [name for name, is_on in (("br", brotli), ("gzip", gzip)) if is_on]
    accepted = {coding.partition(";")[0].strip() for coding in told.lower().split(",") if _is_wanted(coding)}
    return ",".join(name for name in allowed if name in accepted)


def _is_wanted(coding: str) -> bool:
    """Whether the weight of `gzip;q=0.5` is more than nothing; one that nobody can read counts."""
    name, _, weight = coding.replace(" ", "").partition(";")[2].partition("=")
    return name != "q" or weight not in ("0", "0.", "0.0", "0.00", "0.000")
