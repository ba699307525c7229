"""What of a viewer's request a behaviour's policies take into the cache key and to the origin.

The readers take the CloudFront API's own shapes. Sources: Amazon CloudFront Developer Guide, "Understand cache
policies", "Understand origin request policies" and, for behaviours without a cache policy, "Cache content
based on query string parameters", "... on cookies", "... on request headers".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

Behavior = Literal["none", "whitelist", "allExcept", "all", "allViewer", "allViewerAndWhitelistCloudFront"]

CLOUDFRONT_PREFIX = "cloudfront-"
"""How the headers begin that CloudFront itself adds, in lower case."""


@dataclass(frozen=True)
class Names:
    """Which headers, cookies or query strings a policy takes.

    Header names are in lower case; names of cookies and query strings are as written, for they have a case.
    """

    behavior: Behavior = "none"
    names: tuple[str, ...] = ()

    def takes(self, name: str) -> bool:
        """Whether the policy takes `name`; a header's in lower case."""
        match self.behavior:
            case "none":
                return False
            case "all":
                return True
            case "whitelist":
                return name in self.names
            case "allExcept":
                return name not in self.names
            case "allViewer":
                return not name.startswith(CLOUDFRONT_PREFIX)
            case "allViewerAndWhitelistCloudFront":
                return name in self.names or not name.startswith(CLOUDFRONT_PREFIX)


NONE = Names()
ALL = Names("all")


@dataclass(frozen=True, kw_only=True)
class CachePolicy:
    """How long answers are kept, and what of a request is in their key and goes to the origin with it."""

    id: str = ""
    """Empty for the one that a behaviour states itself, in `ForwardedValues`."""

    min_ttl_seconds: int = 0
    default_ttl_seconds: int = 86_400
    max_ttl_seconds: int = 31_536_000
    gzip: bool = False
    brotli: bool = False
    headers: Names = NONE
    cookies: Names = NONE
    query_strings: Names = NONE

    @cached_property
    def disabled(self) -> bool:
        """Whether nothing is kept and no two requests share a fetch: all three TTL are 0."""
        return not (self.min_ttl_seconds or self.default_ttl_seconds or self.max_ttl_seconds)


@dataclass(frozen=True, kw_only=True)
class OriginRequestPolicy:
    """What of a request goes to the origin without being in the key."""

    id: str = ""
    headers: Names = NONE
    cookies: Names = NONE
    query_strings: Names = NONE


def cache_policy(api: Mapping[str, Any]) -> CachePolicy:
    """The policy in the API's `CachePolicy` shape: `{"Id": ..., "CachePolicyConfig": {...}}`."""
    raise NotImplementedError


def origin_request_policy(api: Mapping[str, Any]) -> OriginRequestPolicy:
    """The policy in the API's `OriginRequestPolicy` shape."""
    raise NotImplementedError


def legacy_cache_policy(behavior_config: Mapping[str, Any]) -> CachePolicy:
    """What a behaviour without `CachePolicyId` says in `ForwardedValues`, `MinTTL`, `DefaultTTL`, `MaxTTL`."""
    raise NotImplementedError


def legacy_origin_request_policy(behavior_config: Mapping[str, Any]) -> OriginRequestPolicy | None:
    """What such a behaviour forwards beyond its key: query strings, when only some of them are in the key."""
    raise NotImplementedError
