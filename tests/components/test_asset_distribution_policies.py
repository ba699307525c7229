"""What the policies say, who shares one, and which are AWS's own."""

from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.components import cache_policies, origin_request_policies, response_headers_policies
from asset_edge.components.behaviors import Behavior
from asset_edge.components.cache_policies import (
    ALL,
    CACHING_DISABLED,
    CACHING_OPTIMIZED,
    CachePolicySpec,
    all_except,
    only,
)
from asset_edge.components.origin_request_policies import CORS_S3_ORIGIN, OriginRequestPolicySpec
from asset_edge.components.response_headers_policies import (
    SECURITY_HEADERS,
    Cors,
    CustomHeader,
    ResponseHeadersPolicySpec,
    SecurityHeaders,
)
from asset_edge.components.shared_policies import own_policies
from tests.components.distributions import default_behavior_of, deployed, under

CACHE = "aws:cloudfront/cachePolicy:CachePolicy"
ORIGIN_REQUEST = "aws:cloudfront/originRequestPolicy:OriginRequestPolicy"
RESPONSE_HEADERS = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"

KEY = "parametersInCacheKeyAndForwardedToOrigin"

CACHE_POLICIES: list[tuple[str, CachePolicySpec, dict[str, Any]]] = [
    (
        "lifetimes",
        CachePolicySpec(default_ttl_seconds=5, max_ttl_seconds=60),
        {"defaultTtl": 5, "maxTtl": 60},
    ),
    ("never at least", CachePolicySpec(), {"minTtl": 0}),
    (
        "headers",
        CachePolicySpec(headers=("x-grant",)),
        {"headersConfig": {"headerBehavior": "whitelist", "headers": {"items": ["x-grant"]}}},
    ),
    ("no headers", CachePolicySpec(), {"headersConfig": {"headerBehavior": "none"}}),
    (
        "query strings",
        CachePolicySpec(query_strings=only("w", "h", "w")),
        {"queryStringsConfig": {"queryStringBehavior": "whitelist", "queryStrings": {"items": ["h", "w"]}}},
    ),
    (
        "cookies but one",
        CachePolicySpec(cookies=all_except("session")),
        {"cookiesConfig": {"cookieBehavior": "allExcept", "cookies": {"items": ["session"]}}},
    ),
    ("all cookies", CachePolicySpec(cookies=ALL), {"cookiesConfig": {"cookieBehavior": "all"}}),
    (
        "encodings",
        CachePolicySpec(enable_accept_encoding_brotli=False),
        {"enableAcceptEncodingGzip": True, "enableAcceptEncodingBrotli": False},
    ),
    (
        "the encoding header itself",
        CachePolicySpec(
            headers=("Accept-Encoding",),
            enable_accept_encoding_gzip=False,
            enable_accept_encoding_brotli=False,
        ),
        {"headersConfig": {"headerBehavior": "whitelist", "headers": {"items": ["Accept-Encoding"]}}},
    ),
]


@pytest.mark.parametrize(
    ("spec", "expected"), [c[1:] for c in CACHE_POLICIES], ids=[c[0] for c in CACHE_POLICIES]
)
def test_a_cache_policy_says_what_its_specification_says(
    spec: CachePolicySpec, expected: dict[str, Any]
) -> None:
    policy = deployed(default_behavior=Behavior(cache_policy=spec)).named("edge-cache-policy-default").inputs
    told = policy | policy[KEY]
    assert {key: told[key] for key in expected} == expected


def test_an_origin_request_policy_says_what_its_specification_says() -> None:
    spec = OriginRequestPolicySpec(
        headers=only("CloudFront-Viewer-Country"), cookies=ALL, query_strings=all_except("utm")
    )
    run = deployed(default_behavior=Behavior(origin_request_policy=spec))
    assert run.named("edge-origin-request-policy-default").inputs == {
        "comment": "For default",
        "headersConfig": {"headerBehavior": "whitelist", "headers": {"items": ["CloudFront-Viewer-Country"]}},
        "cookiesConfig": {"cookieBehavior": "all"},
        "queryStringsConfig": {"queryStringBehavior": "allExcept", "queryStrings": {"items": ["utm"]}},
    }


FULL_HEADERS = ResponseHeadersPolicySpec(
    cors=Cors(allow_origins=("https://example.com",), expose_headers=("etag",), max_age_seconds=600),
    security=SecurityHeaders(content_security_policy="default-src 'none'", preload=True),
    custom=(CustomHeader(name="x-served-by", value="asset-edge", override=False),),
    remove=("x-amz-meta-owner",),
    server_timing_sampling_rate=0.5,
)


def test_a_response_headers_policy_says_what_its_specification_says() -> None:
    run = deployed(default_behavior=Behavior(response_headers_policy=FULL_HEADERS))
    assert run.named("edge-response-headers-policy-default").inputs == {
        "comment": "For default",
        "corsConfig": {
            "accessControlAllowCredentials": False,
            "accessControlAllowHeaders": {"items": ["*"]},
            "accessControlAllowMethods": {"items": ["GET", "HEAD"]},
            "accessControlAllowOrigins": {"items": ["https://example.com"]},
            "accessControlExposeHeaders": {"items": ["etag"]},
            "accessControlMaxAgeSec": 600,
            "originOverride": True,
        },
        "securityHeadersConfig": {
            "contentSecurityPolicy": {
                "contentSecurityPolicy": "default-src 'none'",
                "override": False,
            },
            "contentTypeOptions": {"override": True},
            "frameOptions": {"frameOption": "SAMEORIGIN", "override": False},
            "referrerPolicy": {"referrerPolicy": "strict-origin-when-cross-origin", "override": False},
            "strictTransportSecurity": {
                "accessControlMaxAgeSec": 31_536_000,
                "includeSubdomains": False,
                "preload": True,
                "override": False,
            },
            "xssProtection": {"protection": True, "modeBlock": True, "override": False},
        },
        "customHeadersConfig": {
            "items": [{"header": "x-served-by", "value": "asset-edge", "override": False}]
        },
        "removeHeadersConfig": {"items": [{"header": "x-amz-meta-owner"}]},
        "serverTimingHeadersConfig": {"enabled": True, "samplingRate": 0.5},
    }


def test_security_headers_can_be_dropped_one_by_one() -> None:
    bare = SecurityHeaders(
        strict_transport_security_seconds=None,
        content_type_options=False,
        frame_options=None,
        referrer_policy=None,
        xss_protection=False,
        content_security_policy="sandbox",
        override=frozenset({"content_security_policy"}),
    )
    told = response_headers_policies.inputs(ResponseHeadersPolicySpec(security=bare))
    assert told == {
        "security_headers_config": {
            "content_security_policy": {"content_security_policy": "sandbox", "override": True}
        }
    }


MANAGED: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "CachingOptimized",
        {"cache_policy": CACHING_OPTIMIZED},
        "cachePolicyId",
        "658327ea-f89d-4fab-a63d-7e88639e58f6",
    ),
    (
        "CachingDisabled",
        {"cache_policy": CACHING_DISABLED},
        "cachePolicyId",
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    ),
    (
        "Elemental-MediaPackage, headers in another case",
        {
            "cache_policy": CachePolicySpec(
                headers=("ORIGIN",),
                query_strings=only("m", "start", "end", "aws.manifestfilter"),
                enable_accept_encoding_brotli=False,
            )
        },
        "cachePolicyId",
        "08627262-05a9-4f76-9ded-b50ca2e3a84f",
    ),
    (
        "CORS-S3Origin",
        {"origin_request_policy": CORS_S3_ORIGIN},
        "originRequestPolicyId",
        "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
    ),
    (
        "AllViewerExceptHostHeader",
        {
            "origin_request_policy": OriginRequestPolicySpec(
                headers=all_except("host"), cookies=ALL, query_strings=ALL
            )
        },
        "originRequestPolicyId",
        "b689b0a8-53d0-40ab-baf2-68738e2966ac",
    ),
    (
        "SecurityHeadersPolicy, by default",
        {},
        "responseHeadersPolicyId",
        "67f7725c-6f97-4210-82d7-5512b31e9d03",
    ),
    (
        "CORS-with-preflight-and-SecurityHeadersPolicy",
        {"response_headers_policy": response_headers_policies.CORS_WITH_PREFLIGHT_AND_SECURITY_HEADERS},
        "responseHeadersPolicyId",
        "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
    ),
]


@pytest.mark.parametrize(("told", "key", "expected"), [m[1:] for m in MANAGED], ids=[m[0] for m in MANAGED])
def test_a_policy_that_aws_manages_is_used_by_id(told: dict[str, Any], key: str, expected: str) -> None:
    assert default_behavior_of(**told)[key] == expected


@pytest.mark.parametrize(
    "table",
    [cache_policies.MANAGED, origin_request_policies.MANAGED, response_headers_policies.MANAGED],
    ids=["cache", "origin request", "response headers"],
)
def test_no_two_managed_policies_are_equal(table: dict[str, Any]) -> None:
    assert [spec.managed_id for spec in table.values()] == list(table)


def test_managed_policies_cost_no_quota() -> None:
    run = deployed(
        default_behavior=Behavior(cache_policy=CACHING_OPTIMIZED, origin_request_policy=CORS_S3_ORIGIN)
    )
    assert [run.of(kind) for kind in (CACHE, ORIGIN_REQUEST, RESPONSE_HEADERS)] == [[], [], []]


def test_equal_policies_are_one_resource_whatever_the_case_and_order_of_their_headers() -> None:
    run = deployed(
        behaviors=(
            under("/a/*", cache_policy=CachePolicySpec(headers=("X-One", "x-two"))),
            under("/b/*", cache_policy=CachePolicySpec(headers=("x-two", "x-one"))),
            under("/c/*", cache_policy=CachePolicySpec(headers=("x-two",))),
        )
    )
    first, second, third = run.named("edge-distribution").inputs["orderedCacheBehaviors"]
    assert first["cachePolicyId"] == second["cachePolicyId"] != third["cachePolicyId"]
    assert {p.inputs["comment"] for p in run.of(CACHE)} == {
        "For default",
        f"For {under('/a/*').key}, {under('/b/*').key}",
        f"For {under('/c/*').key}",
    }


def test_policies_of_all_kinds_are_shared() -> None:
    told: dict[str, Any] = {
        "origin_request_policy": OriginRequestPolicySpec(query_strings=only("w")),
        "response_headers_policy": ResponseHeadersPolicySpec(remove=("server",)),
    }
    run = deployed(default_behavior=Behavior(**told), behaviors=[under(f"/{n}/*", **told) for n in range(30)])
    assert [len(run.of(kind)) for kind in (CACHE, ORIGIN_REQUEST, RESPONSE_HEADERS)] == [1, 1, 1]
    assert all(len(run.of(kind)[0].inputs["comment"]) == 128 for kind in (CACHE, ORIGIN_REQUEST))


def test_a_policy_keeps_its_name_when_its_content_changes() -> None:
    def names(ttl: int) -> list[str]:
        spec = CachePolicySpec(default_ttl_seconds=ttl)
        return [p.name for p in deployed(behaviors=(under("/a/*", cache_policy=spec),)).of(CACHE)]

    assert names(60) == names(61)


def test_a_policy_made_elsewhere_in_the_program_is_an_output() -> None:
    told = default_behavior_of(cache_policy=pulumi.Output.from_input("made-elsewhere"))
    assert told["cachePolicyId"] == "made-elsewhere"


SPECS = st.builds(
    lambda headers, brotli: CachePolicySpec(headers=tuple(headers), enable_accept_encoding_brotli=brotli),
    st.lists(st.sampled_from(["x-a", "X-A", "x-b"]), max_size=3),
    st.booleans(),
)
WANTED = st.lists(
    st.one_of(SPECS, st.sampled_from([CACHING_DISABLED, CACHING_OPTIMIZED]), st.just("some-id"))
)


@given(WANTED)
def test_there_is_exactly_one_own_policy_for_each_meaning(wanted: list[Any]) -> None:
    own = own_policies({str(n): spec for n, spec in enumerate(wanted)}, CachePolicySpec)
    ours = {n: s for n, s in enumerate(wanted) if isinstance(s, CachePolicySpec) and s.managed_id is None}
    assert sorted(int(user) for policy in own for user in policy.users) == sorted(ours)
    assert len({policy.spec.identity for policy in own}) == len(own)
    assert all(ours[int(user)].identity == policy.spec.identity for policy in own for user in policy.users)


def test_the_default_headers_are_the_managed_security_headers() -> None:
    assert Behavior().response_headers_policy == SECURITY_HEADERS
