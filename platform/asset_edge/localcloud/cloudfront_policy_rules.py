"""Which policies and access controls CloudFront refuses to keep.

Source: Amazon CloudFront API Reference, "CachePolicyConfig", "OriginRequestPolicyConfig",
"ResponseHeadersPolicyConfig" and "OriginAccessControlConfig"; Amazon CloudFront Developer Guide, "Quotas" and
"Understand response headers policies".
"""

import math
from collections.abc import Iterator

from asset_edge.localcloud.aws_api import ApiError
from asset_edge.localcloud.cloudfront_collections import Sent

MOST_NAMES = 10
"""Headers, cookies and query strings of a policy, each; and custom headers, and headers to remove."""

_LONGEST_COMMENT = 128
_LONGEST_CONTENT_SECURITY_POLICY = 1783
_DEFAULT_TTL_SECONDS = 86_400
_MAX_TTL_SECONDS = 31_536_000

_UNREMOVABLE_NAMES = """
    connection content-encoding content-length expect host keep-alive proxy-authenticate
    proxy-authorization proxy-connection trailer transfer-encoding upgrade via warning x-amzn-auth
    x-amzn-cf-billing x-amzn-cf-id x-amzn-cf-xff x-amzn-errortype x-amzn-fle-profile x-amzn-header-count
    x-amzn-header-order x-amzn-lambda-integration-tag x-amzn-requestid x-cache x-forwarded-proto x-real-ip
"""
_UNREMOVABLE = frozenset(_UNREMOVABLE_NAMES.split())
_UNREMOVABLE_PREFIXES = ("x-accel-", "x-amz-cf-", "x-edge-")

_KINDS = {
    "Headers": "TooManyHeadersIn",
    "Cookies": "TooManyCookiesIn",
    "QueryStrings": "TooManyQueryStringsIn",
}
_LISTING = ("whitelist", "allExcept", "allViewerAndWhitelistCloudFront")
"""The behaviours that name names."""


def check_cache_policy(config: Sent) -> None:
    """Refuses TTLs out of order, a key where nothing is cached, and too many names."""
    _check_comment(config)
    least, default, most = _ttls_seconds(config)
    if not 0 <= least <= default <= most:
        raise ApiError(
            "InvalidArgument",
            f"TTLs are min {least}, default {default}, max {most} seconds; 0 <= min <= default <= max",
        )
    key = config.get("ParametersInCacheKeyAndForwardedToOrigin") or {}
    if most == 0 and _is_used(key):
        raise ApiError(
            "InvalidArgument", "MaxTTL is 0 and the policy has a cache key; with caching off it has none"
        )
    _check_names(key, "CachePolicy")


def check_origin_request_policy(config: Sent) -> None:
    """Refuses too many names."""
    _check_comment(config)
    _check_names(config, "OriginRequestPolicy")


def check_response_headers_policy(config: Sent) -> None:
    """Refuses headers that cannot be removed, credentials from anywhere, and what is too many or too long."""
    _check_comment(config)
    for message in _response_headers_faults(config):
        raise ApiError("InvalidArgument", message)
    for name in ("CustomHeaders", "RemoveHeaders"):
        count = len((config.get(f"{name}Config") or {}).get("Items") or ())
        if count > MOST_NAMES:
            code = f"TooMany{name}InResponseHeadersPolicy"
            raise ApiError(code, f"{name} has {count} headers; a policy has {MOST_NAMES} at most")
    csp = (config.get("SecurityHeadersConfig") or {}).get("ContentSecurityPolicy") or {}
    if (length := len(csp.get("ContentSecurityPolicy", ""))) > _LONGEST_CONTENT_SECURITY_POLICY:
        raise ApiError(
            "TooLongCSPInResponseHeadersPolicy",
            f"the content security policy has {length} characters, over {_LONGEST_CONTENT_SECURITY_POLICY}",
        )


def check_origin_access_control(config: Sent) -> None:
    """Refuses an access control without a name."""
    if not config["Name"]:
        raise ApiError("InvalidArgument", "the Name of an origin access control is empty; give it one")


def _ttls_seconds(config: Sent) -> tuple[int, int, int]:
    """Minimum, default and maximum; one that is left out gives way to those that are told."""
    least = config["MinTTL"]
    default = config.get("DefaultTTL", max(least, min(_DEFAULT_TTL_SECONDS, config.get("MaxTTL", math.inf))))
    return least, default, config.get("MaxTTL", max(default, _MAX_TTL_SECONDS))


def _response_headers_faults(config: Sent) -> Iterator[str]:
    for item in (config.get("RemoveHeadersConfig") or {}).get("Items") or ():
        name = item["Header"].lower()
        if name in _UNREMOVABLE or name.startswith(_UNREMOVABLE_PREFIXES):
            yield f"header {item['Header']!r} cannot be removed; CloudFront needs it"
    cors = config.get("CorsConfig")
    if cors and cors["AccessControlAllowCredentials"]:
        named = cors["AccessControlAllowOrigins"]["Items"] + cors["AccessControlAllowHeaders"]["Items"]
        if "*" in named:
            yield "CORS allows credentials from '*'; name origins and headers"
    xss = (config.get("SecurityHeadersConfig") or {}).get("XSSProtection") or {}
    if xss.get("ModeBlock") and xss.get("ReportUri"):
        yield "XSSProtection has ModeBlock and a ReportUri; it has one of the two"
    rate = (config.get("ServerTimingHeadersConfig") or {}).get("SamplingRate", 0)
    if not 0 <= rate <= 100:  # noqa: PLR2004 - percent
        yield f"SamplingRate is {rate}; it is 0 to 100 percent"


def _check_comment(config: Sent) -> None:
    if len(config.get("Comment") or "") > _LONGEST_COMMENT:
        raise ApiError(
            "InvalidArgument", f"Comment has {len(config['Comment'])} characters, over {_LONGEST_COMMENT}"
        )


def _check_names(config: Sent, shape: str) -> None:
    for kind, too_many in _KINDS.items():
        part = config.get(f"{kind}Config") or {}
        behavior = part.get(f"{kind.removesuffix('s')}Behavior", "none")
        names = (part.get(kind) or {}).get("Items") or []
        if bool(names) != (behavior in _LISTING):
            raise ApiError("InvalidArgument", f"{kind}Config is {behavior!r} and names {len(names)}")
        if len(names) > MOST_NAMES:
            raise ApiError(f"{too_many}{shape}", f"{len(names)} {kind} in a policy, over {MOST_NAMES}")


def _is_used(key: Sent) -> bool:
    named = (key.get(f"{kind}Config") or {} for kind in _KINDS)
    behaviors = (value for part in named for name, value in part.items() if name.endswith("Behavior"))
    return any(behavior != "none" for behavior in behaviors) or any(
        key.get(f"EnableAcceptEncoding{name}") for name in ("Gzip", "Brotli")
    )
