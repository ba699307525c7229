"""Which policies AWS keeps in every account, by id, in the CloudFront API's own shapes.

Sources: Amazon CloudFront Developer Guide, "Use managed cache policies", "Use managed origin request
policies" and "Use managed response headers policies". Those that only Amplify Hosting uses are left out.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Api = Mapping[str, Any]
"""A document in one of the CloudFront API's shapes."""

_SINCE = datetime(2021, 11, 2, tzinfo=UTC)
"""When these were last changed is not published; a fixed day keeps answers the same."""

_DAY_SECONDS = 86_400
_YEAR_SECONDS = 31_536_000
_CORS_HEADERS = ("origin", "access-control-request-headers", "access-control-request-method")
_METHOD_HEADERS = ("x-http-method", "x-http-method-override", "x-method-override")


def _items(names: Sequence[str]) -> dict[str, Any]:
    return {"Quantity": len(names), "Items": list(names)}


def _taken(one: str, many: str, behavior: str, names: Sequence[str] = ()) -> dict[str, Any]:
    listed = {many: _items(names)} if names else {}
    return {f"{many}Config": {f"{one}Behavior": behavior, **listed}}


def _selection(headers: dict[str, Any], cookies: str, query: dict[str, Any]) -> dict[str, Any]:
    return {**headers, **_taken("Cookie", "Cookies", cookies), **query}


def _headers(*names: str, behavior: str = "whitelist") -> dict[str, Any]:
    return _taken("Header", "Headers", behavior if names or behavior != "whitelist" else "none", names)


def _query(behavior: str = "none", *names: str) -> dict[str, Any]:
    return _taken("QueryString", "QueryStrings", behavior, names)


def _cache(
    name: str,
    ttls: tuple[int, int, int],
    *,
    encodings: tuple[bool, bool] = (True, True),
    headers: Sequence[str] = (),
    cookies: str = "none",
    query: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """`ttls` are least, default and most, in seconds; `encodings` gzip and Brotli."""
    least, default, most = ttls
    gzip, brotli = encodings
    return {
        "Name": name,
        "MinTTL": least,
        "DefaultTTL": default,
        "MaxTTL": most,
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": gzip,
            "EnableAcceptEncodingBrotli": brotli,
            **_selection(_headers(*headers), cookies, query or _query()),
        },
    }


_CACHE = {
    "658327ea-f89d-4fab-a63d-7e88639e58f6": _cache(
        "Managed-CachingOptimized", (1, _DAY_SECONDS, _YEAR_SECONDS)
    ),
    "b2884449-e4de-46a7-ac36-70bc7f1ddd6d": _cache(
        "Managed-CachingOptimizedForUncompressedObjects",
        (1, _DAY_SECONDS, _YEAR_SECONDS),
        encodings=(False, False),
    ),
    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": _cache(
        "Managed-CachingDisabled", (0, 0, 0), encodings=(False, False)
    ),
    "08627262-05a9-4f76-9ded-b50ca2e3a84f": _cache(
        "Managed-Elemental-MediaPackage",
        (0, _DAY_SECONDS, _YEAR_SECONDS),
        encodings=(True, False),
        headers=("origin",),
        query=_query("whitelist", "aws.manifestfilter", "start", "end", "m"),
    ),
    "2e54312d-136d-493c-8eb9-b001f22f67d2": _cache(
        "Managed-Amplify",
        (2, 2, 600),
        headers=("authorization", "cloudfront-viewer-country", "host"),
        cookies="all",
        query=_query("all"),
    ),
    "83da9c7e-98b4-4e11-a168-04f0df8e2c65": _cache(
        "UseOriginCacheControlHeaders",
        (0, 0, _YEAR_SECONDS),
        headers=("host", "origin", *_METHOD_HEADERS),
        cookies="all",
    ),
    "4cc15a8a-d715-48a4-82b8-cc0b614638fe": _cache(
        "UseOriginCacheControlHeaders-QueryStrings",
        (0, 0, _YEAR_SECONDS),
        headers=("host", "origin", *_METHOD_HEADERS),
        cookies="all",
        query=_query("all"),
    ),
}

_CLOUDFRONT_HEADERS_OF_JUNE_2022 = tuple(
    f"cloudfront-{name}"
    for name in (
        "forwarded-proto",
        "is-android-viewer",
        "is-desktop-viewer",
        "is-ios-viewer",
        "is-mobile-viewer",
        "is-smarttv-viewer",
        "is-tablet-viewer",
        "viewer-address",
        "viewer-asn",
        "viewer-city",
        "viewer-country",
        "viewer-country-name",
        "viewer-country-region",
        "viewer-country-region-name",
        "viewer-http-version",
        "viewer-latitude",
        "viewer-longitude",
        "viewer-metro-code",
        "viewer-postal-code",
        "viewer-time-zone",
        "viewer-tls",
    )
)


def _origin_request(
    name: str, headers: dict[str, Any], *, cookies: str = "none", query: str = "none"
) -> dict[str, Any]:
    return {"Name": f"Managed-{name}", **_selection(headers, cookies, _query(query))}


_ORIGIN_REQUEST = {
    "216adef6-5c7f-47e4-b989-5492eafa07d3": _origin_request(
        "AllViewer", _headers(behavior="allViewer"), cookies="all", query="all"
    ),
    "33f36d7e-f396-46d9-90e0-52428a34d9dc": _origin_request(
        "AllViewerAndCloudFrontHeaders-2022-06",
        _headers(*_CLOUDFRONT_HEADERS_OF_JUNE_2022, behavior="allViewerAndWhitelistCloudFront"),
        cookies="all",
        query="all",
    ),
    "b689b0a8-53d0-40ab-baf2-68738e2966ac": _origin_request(
        "AllViewerExceptHostHeader", _headers("host", behavior="allExcept"), cookies="all", query="all"
    ),
    "59781a5b-3903-41f3-afcb-af62929ccde1": _origin_request("CORS-CustomOrigin", _headers("origin")),
    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf": _origin_request("CORS-S3Origin", _headers(*_CORS_HEADERS)),
    "775133bc-15f2-49f9-abea-afb2e0bf67d2": _origin_request(
        "Elemental-MediaTailor-PersonalizedManifests",
        _headers(*_CORS_HEADERS, "user-agent", "x-forwarded-for"),
        query="all",
    ),
    "bf0718e1-ba1e-49d1-88b1-f726733018ae": _origin_request("HostHeaderOnly", _headers("host")),
    "acba4595-bd28-49b8-b9fe-13317c0390fa": _origin_request(
        "UserAgentRefererHeaders", _headers("user-agent", "referer")
    ),
}

_SECURITY = {
    "SecurityHeadersConfig": {
        "XSSProtection": {"Override": False, "Protection": True, "ModeBlock": True},
        "FrameOptions": {"Override": False, "FrameOption": "SAMEORIGIN"},
        "ReferrerPolicy": {"Override": False, "ReferrerPolicy": "strict-origin-when-cross-origin"},
        "ContentTypeOptions": {"Override": True},
        "StrictTransportSecurity": {
            "Override": False,
            "IncludeSubdomains": False,
            "Preload": False,
            "AccessControlMaxAgeSec": _YEAR_SECONDS,
        },
    }
}


def _cors(*methods: str, exposed: Sequence[str] = ()) -> dict[str, Any]:
    expose = {"AccessControlExposeHeaders": _items(exposed)} if exposed else {}
    return {
        "CorsConfig": {
            "AccessControlAllowOrigins": _items(["*"]),
            "AccessControlAllowHeaders": _items(["*"]),
            "AccessControlAllowMethods": _items(methods),
            "AccessControlAllowCredentials": False,
            "OriginOverride": False,
            **expose,
        }
    }


_SIMPLE = _cors("GET", "HEAD")
_PREFLIGHT = _cors("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", exposed=["*"])

_RESPONSE_HEADERS: dict[str, dict[str, Any]] = {
    "60669652-455b-4ae9-85a4-c4c02393f86c": {"Name": "Managed-SimpleCORS", **_SIMPLE},
    "5cc3b908-e619-4b99-88e5-2cf7f45965bd": {"Name": "Managed-CORS-With-Preflight", **_PREFLIGHT},
    "67f7725c-6f97-4210-82d7-5512b31e9d03": {"Name": "Managed-SecurityHeadersPolicy", **_SECURITY},
    "e61eb60c-9c35-4d20-a928-2b84e02af89c": {
        "Name": "Managed-CORS-and-SecurityHeadersPolicy",
        **_SIMPLE,
        **_SECURITY,
    },
    "eaab4381-ed33-4a86-88ca-d9558dc6cd63": {
        "Name": "Managed-CORS-with-preflight-and-SecurityHeadersPolicy",
        **_PREFLIGHT,
        **_SECURITY,
    },
}


def _whole(configs: Mapping[str, Api], config_name: str) -> dict[str, Api]:
    return {i: {"Id": i, "LastModifiedTime": _SINCE, config_name: config} for i, config in configs.items()}


MANAGED_CACHE_POLICIES: Mapping[str, Api] = _whole(_CACHE, "CachePolicyConfig")
"""Id -> `CachePolicy` shape: Id, LastModifiedTime, CachePolicyConfig."""

MANAGED_ORIGIN_REQUEST_POLICIES: Mapping[str, Api] = _whole(_ORIGIN_REQUEST, "OriginRequestPolicyConfig")
"""Id -> `OriginRequestPolicy` shape."""

MANAGED_RESPONSE_HEADERS_POLICIES: Mapping[str, Api] = _whole(
    _RESPONSE_HEADERS, "ResponseHeadersPolicyConfig"
)
"""Id -> `ResponseHeadersPolicy` shape.

Which methods SimpleCORS lists never shows in an answer to GET or HEAD.
"""
