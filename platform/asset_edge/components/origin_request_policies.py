"""Which parts of a request reach the origin without being in the cache key; which of these AWS manages
already.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from asset_edge.components.cache_policies import (
    ALL,
    NONE,
    Names,
    all_except,
    check_names,
    config,
    folded,
    only,
)
from asset_edge.components.choices import check_header_name
from asset_edge.errors import ArgumentError
from asset_edge.handlers.edge.own_headers import ROLE_HEADER

_KEY_ONLY = ("authorization", "accept-encoding")
"""CloudFront takes these in a cache policy only (CloudFront API reference, CreateOriginRequestPolicy)."""


@dataclass(frozen=True, kw_only=True)
class OriginRequestPolicySpec:
    """An origin request policy; what the cache policy has in its key reaches the origin without it.

    What an origin decides by a value that is not in the key, it decides for every viewer.
    """

    headers: Names = NONE
    """NONE, only(...) or all_except("host", ...): the viewer's Host must not reach S3, which picks the bucket
    by it.
    """

    cookies: Names = NONE
    query_strings: Names = NONE

    def __post_init__(self) -> None:
        _check_host(self.headers)
        for header in self.headers.names:
            _check_header(self.headers, header)
        check_names("origin request policy", self.headers.names, self.cookies, self.query_strings)
        if (self.headers, self.cookies, self.query_strings) == (NONE, NONE, NONE):
            raise ArgumentError(
                "an origin request policy has no headers, cookies and query strings; that changes nothing. "
                "Name some, or use None"
            )

    @property
    def identity(self) -> "OriginRequestPolicySpec":
        """Equal for policies that mean the same: header names have no case and no order."""
        return replace(self, headers=replace(self.headers, names=folded(self.headers.names)))

    @property
    def managed_id(self) -> str | None:
        """The id of AWS's own policy of the same content."""
        return next((i for i, spec in MANAGED.items() if spec.identity == self.identity), None)


def _check_host(headers: Names) -> None:
    names = folded(headers.names)
    reaches = {"all": True, "allExcept": "host" not in names, "whitelist": "host" in names}
    if reaches.get(headers.behavior, False):
        raise ArgumentError(
            f"an origin request policy with headers {headers.behavior!r} sends the viewer's Host to S3, "
            "which picks the bucket by it. Use all_except('host', ...), or only(...) without it"
        )


def _check_header(headers: Names, header: str) -> None:
    check_header_name("a header of an origin request policy", header)
    refused = (*_KEY_ONLY, "cookie", ROLE_HEADER)
    if headers.behavior == "whitelist" and header.lower() in refused:
        raise ArgumentError(
            f"header {header!r} cannot be in an origin request policy; CloudFront refuses "
            f"{', '.join(refused)}. Leave it out, put it into the cache policy, or name cookies in cookies"
        )


def inputs(spec: OriginRequestPolicySpec) -> dict[str, Any]:
    """The policy in the words of `aws.cloudfront.OriginRequestPolicy`."""
    return {
        "headers_config": config("header", spec.headers),
        "cookies_config": config("cookie", spec.cookies),
        "query_strings_config": config("query_string", spec.query_strings),
    }


CORS_S3_ORIGIN = OriginRequestPolicySpec(
    headers=only("Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method")
)
"""For buckets that answer CORS themselves; put Origin into the key too, or one site's answer serves another.
"""

MANAGED: Mapping[str, OriginRequestPolicySpec] = {
    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf": CORS_S3_ORIGIN,
    "59781a5b-3903-41f3-afcb-af62929ccde1": OriginRequestPolicySpec(headers=only("Origin")),
    "b689b0a8-53d0-40ab-baf2-68738e2966ac": OriginRequestPolicySpec(
        headers=all_except("Host"), cookies=ALL, query_strings=ALL
    ),
    "775133bc-15f2-49f9-abea-afb2e0bf67d2": OriginRequestPolicySpec(
        headers=only(*CORS_S3_ORIGIN.headers.names, "User-Agent", "X-Forwarded-For"), query_strings=ALL
    ),
    "acba4595-bd28-49b8-b9fe-13317c0390fa": OriginRequestPolicySpec(headers=only("User-Agent", "Referer")),
}
"""AWS's own by id: CORS-S3Origin, CORS-CustomOrigin, AllViewerExceptHostHeader, Elemental-MediaTailor and
UserAgentRefererHeaders.

Source: CloudFront Developer Guide, "Use managed origin request policies"; those that send Host are left out.
"""
