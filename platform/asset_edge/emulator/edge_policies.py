"""What of a viewer's request a behaviour's policies take into the cache key and to the origin.

The readers take the CloudFront API's own shapes. Sources: Amazon CloudFront Developer Guide, "Understand
cache policies", "Understand origin request policies" and, for behaviours without a cache policy, "Cache
content based on query string parameters", "... on cookies", "... on request headers".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

from asset_edge.emulator.api_lists import items
from asset_edge.errors import Unsupported

Behavior = Literal["none", "whitelist", "allExcept", "all", "allViewer", "allViewerAndWhitelistCloudFront"]

CLOUDFRONT_PREFIX = "cloudfront-"
"""How the headers begin that CloudFront itself adds, in lower case."""

EVERY_HEADER = "*"
"""In `ForwardedValues` alone; in a policy it is a name like any other."""

DAY_SECONDS = 86_400
YEAR_SECONDS = 31_536_000


@dataclass(frozen=True)
class Names:
    """Which headers, cookies or query strings a policy takes.

    Header names are in lower case; names of cookies and query strings are as written, for they have a case.
    """

    behavior: Behavior = "none"
    names: tuple[str, ...] = ()

    def takes(self, name: str) -> bool:
        """Whether the policy takes `name`; a header's in lower case.

        What CloudFront adds by itself, `allExcept` takes as well and `allViewer` does not.
        """
        match self.behavior:
            case "none":
                return False
            case "all":
                return True
            case "whitelist":
                return name in self.names
            case "allExcept":
                return name not in self.names
        # allViewer, alone or with the names of headers that CloudFront adds.
        return name in self.names or not name.startswith(CLOUDFRONT_PREFIX)


NONE = Names()
ALL = Names("all")


@dataclass(frozen=True, kw_only=True)
class CachePolicy:
    """How long answers are kept, and what of a request is in their key and goes to the origin with it."""

    id: str = ""
    """Empty for the one that a behaviour states itself, in `ForwardedValues`."""

    min_ttl_seconds: int = 0
    default_ttl_seconds: int = DAY_SECONDS
    max_ttl_seconds: int = YEAR_SECONDS
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
    """The policy in the API's `CachePolicy` shape: `{"Id": ..., "CachePolicyConfig": {...}}`.

    Raises `Unsupported` for a behaviour that is none of the API's.
    """
    config = api["CachePolicyConfig"]
    taken = config.get("ParametersInCacheKeyAndForwardedToOrigin") or {}
    least, default, most = _ttls(config)
    return CachePolicy(
        id=api["Id"],
        min_ttl_seconds=least,
        default_ttl_seconds=default,
        max_ttl_seconds=most,
        gzip=bool(taken.get("EnableAcceptEncodingGzip")),
        brotli=bool(taken.get("EnableAcceptEncodingBrotli")),
        headers=_headers(taken),
        cookies=_names(taken, "Cookie", "Cookies"),
        query_strings=_names(taken, "QueryString", "QueryStrings"),
    )


def origin_request_policy(api: Mapping[str, Any]) -> OriginRequestPolicy:
    """The policy in the API's `OriginRequestPolicy` shape; raises as `cache_policy` does."""
    config = api["OriginRequestPolicyConfig"]
    return OriginRequestPolicy(
        id=api["Id"],
        headers=_headers(config),
        cookies=_names(config, "Cookie", "Cookies"),
        query_strings=_names(config, "QueryString", "QueryStrings"),
    )


def legacy_cache_policy(behavior_config: Mapping[str, Any]) -> CachePolicy:
    """What a behaviour without `CachePolicyId` says in `ForwardedValues`, `MinTTL`, `DefaultTTL`, `MaxTTL`.

    Raises `Unsupported` for wildcards in cookie names.
    """
    forwarded = behavior_config.get("ForwardedValues") or {}
    headers = _lower(items(forwarded, "Headers"))
    least, default, most = _ttls(behavior_config)
    if EVERY_HEADER in headers:
        # Nothing is kept where every header is forwarded, whatever the TTLs say.
        headers, (least, default, most) = (), (0, 0, 0)
    return CachePolicy(
        min_ttl_seconds=least,
        default_ttl_seconds=default,
        max_ttl_seconds=most,
        gzip="accept-encoding" not in headers,
        headers=Names("whitelist", headers) if headers else NONE,
        cookies=_legacy_cookies(forwarded.get("Cookies") or {}),
        query_strings=_legacy_query_strings(forwarded),
    )


def legacy_origin_request_policy(behavior_config: Mapping[str, Any]) -> OriginRequestPolicy | None:
    """What such a behaviour forwards beyond its key: every query string where only some are in the key, and
    every header where the list says so with `*`; None where that is nothing.

    AWS sends a custom origin under these older settings some headers besides that nobody listed. They stay
    behind here, as they do with policies.
    """
    forwarded = behavior_config.get("ForwardedValues") or {}
    every_header = EVERY_HEADER in items(forwarded, "Headers")
    every_query = bool(forwarded.get("QueryString")) and bool(items(forwarded, "QueryStringCacheKeys"))
    if not every_header and not every_query:
        return None
    return OriginRequestPolicy(
        headers=Names("allViewer") if every_header else NONE, query_strings=ALL if every_query else NONE
    )


def _ttls(config: Mapping[str, Any]) -> tuple[int, int, int]:
    """Least, default and most; what is not said is AWS's default, or the least if that is more."""
    least = int(config.get("MinTTL") or 0)
    default = config.get("DefaultTTL")
    default = max(least, DAY_SECONDS) if default is None else int(default)
    most = config.get("MaxTTL")
    most = max(least, default, YEAR_SECONDS) if most is None else int(most)
    return least, default, most


def _headers(config: Mapping[str, Any]) -> Names:
    found = _names(config, "Header", "Headers")
    return Names(found.behavior, _lower(found.names))


def _names(config: Mapping[str, Any], one: str, many: str) -> Names:
    part = config.get(f"{many}Config") or {}
    behavior = part.get(f"{one}Behavior", "none")
    if behavior not in get_args(Behavior):
        raise Unsupported(
            f"{one}Behavior is {behavior!r}; the local edge knows {', '.join(get_args(Behavior))}. Use one"
        )
    return Names(behavior, tuple(items(part, many)))


def _legacy_cookies(cookies: Mapping[str, Any]) -> Names:
    names = tuple(items(cookies, "WhitelistedNames"))
    if wild := [name for name in names if "*" in name or "?" in name]:
        raise Unsupported(
            f"ForwardedValues names the cookies {wild[0]!r} by a wildcard; the local edge takes whole names. "
            "Name them, or use a cache policy"
        )
    return Names(cookies.get("Forward", "none"), names if cookies.get("Forward") == "whitelist" else ())


def _legacy_query_strings(forwarded: Mapping[str, Any]) -> Names:
    if not forwarded.get("QueryString"):
        return NONE
    keys = tuple(items(forwarded, "QueryStringCacheKeys"))
    return Names("whitelist", keys) if keys else ALL


def _lower(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name.lower() for name in names}))
