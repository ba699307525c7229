"""What makes the cache key and how long an answer is kept, and which such policies AWS manages already."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from asset_edge.components.choices import check_header_name, check_most
from asset_edge.errors import ArgumentError
from asset_edge.handlers.edge.own_headers import ROLE_HEADER

YEAR_SECONDS = 31_536_000
DAY_SECONDS = 86_400

MOST_NAMES = 10
"""Headers, cookies and query strings a policy, each (CloudFront Developer Guide, "Quotas")."""

MOST_NAME_CHARACTERS = 1024
"""All names of a policy together (CloudFront Developer Guide, "Quotas")."""

_UNKEYED_NAMES = """
    cache-control connection content-length cookie host max-forwards pragma proxy-authenticate
    proxy-authorization proxy-connection request-range te trailer transfer-encoding upgrade x-amz-cf-id
    x-forwarded-proto x-real-ip
"""
UNKEYED_HEADERS = frozenset(_UNKEYED_NAMES.split())
"""What cannot be in the key before an S3 origin, besides `x-edge-*`.

CloudFront Developer Guide, "Request and response behavior for custom origins", the table of request headers.
"""


@dataclass(frozen=True)
class Names:
    """Which cookies, query strings or headers a policy takes: `only`, `all_except`, NONE or ALL."""

    behavior: Literal["none", "whitelist", "allExcept", "all"]
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.names) != (self.behavior in ("whitelist", "allExcept")):
            raise ArgumentError(
                f"a selection {self.behavior!r} names {len(self.names)}; only and all_except name at least "
                "one, NONE and ALL name none. Use NONE or ALL, or give names"
            )


NONE = Names("none")
ALL = Names("all")


def only(*names: str) -> Names:
    """Just these; order and repetition mean nothing."""
    return Names("whitelist", tuple(sorted(set(names))))


def all_except(*names: str) -> Names:
    """All but these."""
    return Names("allExcept", tuple(sorted(set(names))))


@dataclass(frozen=True, kw_only=True)
class CachePolicySpec:
    """A cache policy; the default keeps answers as their Cache-Control says and keys on the path alone."""

    min_ttl_seconds: int = 0
    """0, or CloudFront keeps even what its origin marked no-store, private or no-cache for that long."""

    default_ttl_seconds: int = DAY_SECONDS
    """For answers that say nothing about caching."""

    max_ttl_seconds: int = YEAR_SECONDS
    """For answers that ask for more; 0 turns caching off."""

    headers: tuple[str, ...] = ()
    """Request headers that tell answers apart; like all of the key, they reach the origin too."""

    cookies: Names = NONE
    """Cookies that tell answers apart."""

    query_strings: Names = NONE
    """Parameters that tell answers apart."""

    enable_accept_encoding_gzip: bool = True
    """Keeps gzip variants apart, and lets CloudFront compress."""

    enable_accept_encoding_brotli: bool = True
    """Keeps Brotli variants apart, and lets CloudFront compress."""

    def __post_init__(self) -> None:
        _check_ttls(self)
        for header in self.headers:
            _check_header(self, header)
        check_names("cache policy", self.headers, self.cookies, self.query_strings)

    @property
    def identity(self) -> "CachePolicySpec":
        """Equal for policies that mean the same: header names have no case and no order."""
        return replace(self, headers=folded(self.headers))

    @property
    def managed_id(self) -> str | None:
        """The id of AWS's own policy of the same content."""
        return next((i for i, spec in MANAGED.items() if spec.identity == self.identity), None)


def folded(names: tuple[str, ...]) -> tuple[str, ...]:
    """Header names as a set: lower case, sorted, once each."""
    return tuple(sorted({name.lower() for name in names}))


def check_names(what: str, headers: tuple[str, ...], cookies: Names, query_strings: Names) -> None:
    """Refuses more names than a policy holds, or the literal `*`, which is no wildcard in a policy."""
    kinds = {"headers": headers, "cookies": cookies.names, "query strings": query_strings.names}
    for kind, names in kinds.items():
        check_most(f"{kind} in one {what}", len(names), MOST_NAMES, "Leave some out")
        if "*" in names:
            raise ArgumentError(
                f"a {what} lists '*' among its {kind}; in a policy that is a name, not a wildcard. "
                "Use ALL, or the names themselves"
            )
    characters = sum(len(name) for names in kinds.values() for name in names)
    check_most(f"characters of names in one {what}", characters, MOST_NAME_CHARACTERS, "Leave some out")


def _check_ttls(spec: CachePolicySpec) -> None:
    if not 0 <= spec.min_ttl_seconds <= spec.default_ttl_seconds <= spec.max_ttl_seconds:
        raise ArgumentError(
            f"ttl seconds are min {spec.min_ttl_seconds}, default {spec.default_ttl_seconds}, "
            f"max {spec.max_ttl_seconds}; 0 <= min <= default <= max. Put them in that order"
        )
    if spec.max_ttl_seconds == 0 and _key(spec) != ((), NONE, NONE, False, False):
        raise ArgumentError(
            "a cache policy with max_ttl_seconds 0 has headers, cookies, query strings or encodings; with "
            "caching off there is no key. Use CACHING_DISABLED and an origin request policy"
        )


def _key(spec: CachePolicySpec) -> tuple[Any, ...]:
    return (
        spec.headers,
        spec.cookies,
        spec.query_strings,
        spec.enable_accept_encoding_gzip,
        spec.enable_accept_encoding_brotli,
    )


def _check_header(spec: CachePolicySpec, header: str) -> None:
    check_header_name("a header of a cache policy", header)
    name = header.lower()
    if name in UNKEYED_HEADERS or name.startswith("x-edge-") or name == ROLE_HEADER:
        raise ArgumentError(
            f"header {header!r} cannot be in the cache key of an S3 origin; CloudFront sets it, drops it or "
            "refuses it. Leave it out, and name cookies in cookies"
        )
    encoded = spec.enable_accept_encoding_gzip or spec.enable_accept_encoding_brotli
    if name == "accept-encoding" and encoded:
        raise ArgumentError(
            "header 'accept-encoding' is listed besides its flags; the flags put its normal form into the "
            "key. Leave the header out, or set both flags to False"
        )


def inputs(spec: CachePolicySpec) -> dict[str, Any]:
    """The policy in the words of `aws.cloudfront.CachePolicy`."""
    return {
        "min_ttl": spec.min_ttl_seconds,
        "default_ttl": spec.default_ttl_seconds,
        "max_ttl": spec.max_ttl_seconds,
        "parameters_in_cache_key_and_forwarded_to_origin": {
            "enable_accept_encoding_gzip": spec.enable_accept_encoding_gzip,
            "enable_accept_encoding_brotli": spec.enable_accept_encoding_brotli,
            "headers_config": config("header", only(*spec.headers) if spec.headers else NONE),
            "cookies_config": config("cookie", spec.cookies),
            "query_strings_config": config("query_string", spec.query_strings),
        },
    }


def config(what: Literal["header", "cookie", "query_string"], chosen: Names) -> dict[str, Any]:
    """A selection in the words of CloudFront's policies."""
    told: dict[str, Any] = {f"{what}_behavior": chosen.behavior}
    return told | ({f"{what}s": {"items": list(chosen.names)}} if chosen.names else {})


CACHING_OPTIMIZED = CachePolicySpec(min_ttl_seconds=1)
"""AWS's policy for static content; its MinTTL of 1 keeps even no-store answers for a second."""

CACHING_OPTIMIZED_FOR_UNCOMPRESSED_OBJECTS = replace(
    CACHING_OPTIMIZED, enable_accept_encoding_gzip=False, enable_accept_encoding_brotli=False
)

CACHING_DISABLED = CachePolicySpec(
    default_ttl_seconds=0,
    max_ttl_seconds=0,
    enable_accept_encoding_gzip=False,
    enable_accept_encoding_brotli=False,
)
"""Every request goes to the origin."""

MANAGED: Mapping[str, CachePolicySpec] = {
    "658327ea-f89d-4fab-a63d-7e88639e58f6": CACHING_OPTIMIZED,
    "b2884449-e4de-46a7-ac36-70bc7f1ddd6d": CACHING_OPTIMIZED_FOR_UNCOMPRESSED_OBJECTS,
    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": CACHING_DISABLED,
    "08627262-05a9-4f76-9ded-b50ca2e3a84f": CachePolicySpec(  # Elemental-MediaPackage
        headers=("Origin",),
        query_strings=only("aws.manifestfilter", "start", "end", "m"),
        enable_accept_encoding_brotli=False,
    ),
}
"""AWS's own cache policies by id (CloudFront Developer Guide, "Use managed cache policies").

Without Amplify and the UseOriginCacheControlHeaders pair: their key has Host, which S3 does not take.
"""
