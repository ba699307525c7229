"""Our copies of AWS's managed policies against what AWS's pages say of them.

Sources: CloudFront Developer Guide, "Use managed cache policies", "Use managed origin request policies" and
"Use managed response headers policies".
"""

from dataclasses import dataclass
from typing import Any

import pytest

from asset_edge.components import cache_policies, origin_request_policies, response_headers_policies

NOBODY = "none"
EVERYTHING = "all"


@dataclass(frozen=True, kw_only=True)
class CachePage:
    """What the page of a managed cache policy says."""

    ttls: tuple[int, int, int]
    headers: frozenset[str] = frozenset()
    query_strings: frozenset[str] = frozenset()
    gzip: bool = True
    brotli: bool = True


CACHE_PAGES: dict[str, tuple[str, CachePage]] = {
    "CachingOptimized": ("658327ea-f89d-4fab-a63d-7e88639e58f6", CachePage(ttls=(1, 86_400, 31_536_000))),
    "CachingOptimizedForUncompressedObjects": (
        "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
        CachePage(ttls=(1, 86_400, 31_536_000), gzip=False, brotli=False),
    ),
    "CachingDisabled": (
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        CachePage(ttls=(0, 0, 0), gzip=False, brotli=False),
    ),
    "Elemental-MediaPackage": (
        "08627262-05a9-4f76-9ded-b50ca2e3a84f",
        CachePage(
            ttls=(0, 86_400, 31_536_000),
            headers=frozenset({"origin"}),
            query_strings=frozenset({"aws.manifestfilter", "start", "end", "m"}),
            brotli=False,
        ),
    ),
}


@pytest.mark.parametrize("name", CACHE_PAGES)
def test_a_managed_cache_policy_is_what_its_page_says(name: str) -> None:
    policy_id, page = CACHE_PAGES[name]
    told = cache_policies.inputs(cache_policies.MANAGED[policy_id])
    key = told["parameters_in_cache_key_and_forwarded_to_origin"]
    assert (told["min_ttl"], told["default_ttl"], told["max_ttl"]) == page.ttls
    assert names(key["headers_config"], "header") == page.headers
    assert names(key["query_strings_config"], "query_string") == page.query_strings
    assert key["cookies_config"] == {"cookie_behavior": NOBODY}
    assert key["enable_accept_encoding_gzip"] is page.gzip
    assert key["enable_accept_encoding_brotli"] is page.brotli


def names(config: dict[str, Any], what: str) -> frozenset[str]:
    """The names a part of a policy lists, in lower case; none where its behaviour is none."""
    if config[f"{what}_behavior"] == NOBODY:
        return frozenset()
    return frozenset(name.lower() for name in config[f"{what}s"]["items"])


CORS_HEADERS = frozenset({"origin", "access-control-request-headers", "access-control-request-method"})

ORIGIN_PAGES: dict[str, tuple[str, str, frozenset[str], str, str]] = {
    "CORS-S3Origin": (
        "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
        "whitelist",
        CORS_HEADERS,
        NOBODY,
        NOBODY,
    ),
    "CORS-CustomOrigin": (
        "59781a5b-3903-41f3-afcb-af62929ccde1",
        "whitelist",
        frozenset({"origin"}),
        NOBODY,
        NOBODY,
    ),
    "AllViewerExceptHostHeader": (
        "b689b0a8-53d0-40ab-baf2-68738e2966ac",
        "allExcept",
        frozenset({"host"}),
        EVERYTHING,
        EVERYTHING,
    ),
    "Elemental-MediaTailor-PersonalizedManifests": (
        "775133bc-15f2-49f9-abea-afb2e0bf67d2",
        "whitelist",
        CORS_HEADERS | {"user-agent", "x-forwarded-for"},
        NOBODY,
        EVERYTHING,
    ),
    "UserAgentRefererHeaders": (
        "acba4595-bd28-49b8-b9fe-13317c0390fa",
        "whitelist",
        frozenset({"user-agent", "referer"}),
        NOBODY,
        NOBODY,
    ),
}


@pytest.mark.parametrize("name", ORIGIN_PAGES)
def test_a_managed_origin_request_policy_is_what_its_page_says(name: str) -> None:
    policy_id, behavior, headers, cookies, query_strings = ORIGIN_PAGES[name]
    told = origin_request_policies.inputs(origin_request_policies.MANAGED[policy_id])
    assert told["headers_config"]["header_behavior"] == behavior
    assert names(told["headers_config"], "header") == headers
    assert told["cookies_config"] == {"cookie_behavior": cookies}
    assert told["query_strings_config"] == {"query_string_behavior": query_strings}


SECURITY_PAGE = {
    "content_type_options": {"override": True},
    "frame_options": {"frame_option": "SAMEORIGIN", "override": False},
    "referrer_policy": {"referrer_policy": "strict-origin-when-cross-origin", "override": False},
    "strict_transport_security": {
        "access_control_max_age_sec": 31_536_000,
        "include_subdomains": False,
        "preload": False,
        "override": False,
    },
    "xss_protection": {"protection": True, "mode_block": True, "override": False},
}
PREFLIGHT_METHODS = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

HEADERS_PAGES: dict[str, tuple[str, bool, str | None]] = {
    "SecurityHeadersPolicy": ("67f7725c-6f97-4210-82d7-5512b31e9d03", True, None),
    "SimpleCORS": ("60669652-455b-4ae9-85a4-c4c02393f86c", False, "simple"),
    "CORS-and-SecurityHeadersPolicy": ("e61eb60c-9c35-4d20-a928-2b84e02af89c", True, "simple"),
    "CORS-With-Preflight": ("5cc3b908-e619-4b99-88e5-2cf7f45965bd", False, "preflight"),
    "CORS-with-preflight-and-SecurityHeadersPolicy": (
        "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
        True,
        "preflight",
    ),
}


@pytest.mark.parametrize("name", HEADERS_PAGES)
def test_a_managed_response_headers_policy_is_what_its_page_says(name: str) -> None:
    policy_id, secure, cors = HEADERS_PAGES[name]
    told = response_headers_policies.inputs(response_headers_policies.MANAGED[policy_id])
    assert told.get("security_headers_config") == (SECURITY_PAGE if secure else None)
    assert ("cors_config" in told) is (cors is not None)
    assert set(told) <= {"security_headers_config", "cors_config"}


@pytest.mark.parametrize("name", [name for name, page in HEADERS_PAGES.items() if page[2]])
def test_a_managed_cors_policy_lets_any_site_read_and_yields_to_the_origin(name: str) -> None:
    policy_id, _, kind = HEADERS_PAGES[name]
    cors = response_headers_policies.inputs(response_headers_policies.MANAGED[policy_id])["cors_config"]
    assert cors["access_control_allow_origins"] == {"items": ["*"]}
    assert cors["origin_override"] is False
    assert cors["access_control_allow_credentials"] is False
    exposed = cors.get("access_control_expose_headers")
    assert exposed == ({"items": ["*"]} if kind == "preflight" else None)
    methods = set(cors["access_control_allow_methods"]["items"])
    assert methods == (PREFLIGHT_METHODS if kind == "preflight" else {"GET", "HEAD"})


@pytest.mark.parametrize(
    ("table", "pages"),
    [
        (cache_policies.MANAGED, CACHE_PAGES),
        (origin_request_policies.MANAGED, ORIGIN_PAGES),
        (response_headers_policies.MANAGED, HEADERS_PAGES),
    ],
    ids=["cache", "origin request", "response headers"],
)
def test_every_managed_policy_we_use_has_its_page_here(table: dict[str, Any], pages: dict[str, Any]) -> None:
    assert set(table) == {page[0] for page in pages.values()}


NEEDS_HOST = {
    "Amplify": "2e54312d-136d-493c-8eb9-b001f22f67d2",
    "UseOriginCacheControlHeaders": "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
    "UseOriginCacheControlHeaders-QueryStrings": "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
    "AllViewer": "216adef6-5c7f-47e4-b989-5492eafa07d3",
    "AllViewerAndCloudFrontHeaders-2022-06": "33f36d7e-f396-46d9-90e0-52428a34d9dc",
    "HostHeaderOnly": "bf0718e1-ba1e-49d1-88b1-f726733018ae",
}


@pytest.mark.parametrize("name", NEEDS_HOST)
def test_what_would_send_the_viewers_host_to_s3_is_not_in_our_tables(name: str) -> None:
    assert NEEDS_HOST[name] not in {**cache_policies.MANAGED, **origin_request_policies.MANAGED}
