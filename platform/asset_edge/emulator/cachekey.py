"""Which requests are the same to the cache, and what of a request the origin gets to see.

Sources: Amazon CloudFront Developer Guide, "Understand the cache key", "Understand cache policies" and
"Understand origin request policies".
"""

from typing import NamedTuple

from asset_edge.emulator.edge_policies import CachePolicy, OriginRequestPolicy
from asset_edge.handlers.edge.events import Headers, Request


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
    raise NotImplementedError


def forwarded_query(
    request: Request, cache_policy: CachePolicy, origin_request_policy: OriginRequestPolicy | None = None
) -> str:
    """The query string that goes to the origin, in the order sent; empty when there is none."""
    raise NotImplementedError


def forwarded_headers(
    request: Request, cache_policy: CachePolicy, origin_request_policy: OriginRequestPolicy | None = None
) -> Headers:
    """The viewer's headers that go to the origin because a policy takes them, Accept-Encoding's normal form
    included, Cookie not.
    """
    raise NotImplementedError


def forwarded_cookies(
    request: Request, cache_policy: CachePolicy, origin_request_policy: OriginRequestPolicy | None = None
) -> str:
    """The value of the Cookie header that goes to the origin; empty when there is none."""
    raise NotImplementedError
