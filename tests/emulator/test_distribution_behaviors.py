"""What a cache behaviour takes from its policies, and which policies there are."""

from typing import Any

import pytest

from asset_edge.emulator import forwarding
from asset_edge.emulator.distribution import Behavior, Policies
from asset_edge.emulator.distribution_behaviors import KNOWN_CLOUDFRONT_HEADERS
from asset_edge.emulator.edge_policies import CachePolicy, Names, OriginRequestPolicy
from asset_edge.emulator.messages import ViewerRequest
from asset_edge.errors import Unsupported
from tests.emulator.world import (
    ALL_VIEWER,
    CACHING_OPTIMIZED,
    SECURITY_HEADERS,
    behavior,
    cache_policy,
    served,
    some,
)


def read(policies: Policies | None = None, **more: Any) -> Behavior:
    return served(policies, DefaultCacheBehavior=behavior(**more)).behaviors[0]


def test_managed_policies_are_known_without_being_created() -> None:
    found = read(
        CachePolicyId=CACHING_OPTIMIZED,
        OriginRequestPolicyId=ALL_VIEWER,
        ResponseHeadersPolicyId=SECURITY_HEADERS,
    )
    assert (found.cache_policy.id, found.cache_policy.min_ttl_seconds) == (CACHING_OPTIMIZED, 1)
    assert found.origin_request_policy is not None
    assert found.origin_request_policy.headers.behavior == "allViewer"
    assert found.response_headers_policy is not None
    assert found.response_headers_policy.id == SECURITY_HEADERS


def test_a_policy_of_ones_own_is_read_from_what_is_known() -> None:
    found = read(Policies(cache={"a-policy": cache_policy(ttls=(1, 2, 3))}), CachePolicyId="a-policy")
    ttls = found.cache_policy
    assert (ttls.min_ttl_seconds, ttls.default_ttl_seconds, ttls.max_ttl_seconds) == (1, 2, 3)


@pytest.mark.parametrize("field", ["CachePolicyId", "OriginRequestPolicyId", "ResponseHeadersPolicyId"])
def test_a_policy_that_nobody_created_is_refused_by_name(field: str) -> None:
    with pytest.raises(Unsupported, match=f"{field} is 'nowhere' on \\*; known are .*"):
        read(None, **{field: "nowhere"})


def test_a_behaviour_without_policies_says_the_same_in_the_older_way() -> None:
    forwarded = {
        "QueryString": True,
        "QueryStringCacheKeys": some("w"),
        "Cookies": {"Forward": "all"},
        "Headers": some("X-Grant"),
    }
    found = read(ForwardedValues=forwarded, MinTTL=0, DefaultTTL=5, MaxTTL=9)
    assert found.cache_policy.default_ttl_seconds == 5
    assert found.cache_policy.headers.names == ("x-grant",)
    assert found.forwards_cookies
    assert found.origin_request_policy is not None
    assert found.origin_request_policy.query_strings.behavior == "all"


def test_with_a_cache_policy_the_older_way_says_nothing() -> None:
    forwarded = {"QueryString": True, "QueryStringCacheKeys": some("w"), "Cookies": {"Forward": "all"}}
    found = read(CachePolicyId=CACHING_OPTIMIZED, ForwardedValues=forwarded)
    assert found.origin_request_policy is None
    assert not found.forwards_cookies


@pytest.mark.parametrize(
    ("methods", "allowed", "cached"),
    [
        pytest.param(None, {"GET", "HEAD"}, {"GET", "HEAD"}, id="nothing said"),
        pytest.param(some("GET", "HEAD", "POST"), {"GET", "HEAD", "POST"}, {"GET", "HEAD"}, id="allowed"),
        pytest.param(
            some("GET", "HEAD", "OPTIONS") | {"CachedMethods": some("GET", "HEAD", "OPTIONS")},
            {"GET", "HEAD", "OPTIONS"},
            {"GET", "HEAD", "OPTIONS"},
            id="cached too",
        ),
    ],
)
def test_methods_are_read_with_the_apis_defaults(methods: Any, allowed: set[str], cached: set[str]) -> None:
    found = read(AllowedMethods=methods)
    assert set(found.allowed_methods) == allowed
    assert set(found.cached_methods) == cached


@pytest.mark.parametrize("compress", [True, False])
def test_whether_answers_are_compressed_is_read(compress: bool) -> None:
    assert read(Compress=compress).compress is compress


def with_policies(key: Names = Names(), extra: Names | None = None) -> Behavior:  # noqa: B008 - a value
    return Behavior(
        path_pattern="*",
        target=served().behaviors[0].target,
        viewer_protocol_policy="allow-all",
        allowed_methods=frozenset({"GET"}),
        cache_policy=CachePolicy(headers=key),
        origin_request_policy=OriginRequestPolicy(headers=extra) if extra else None,
    )


def test_headers_of_cloudfronts_own_are_told_apart_from_the_viewers() -> None:
    key = Names("whitelist", ("cloudfront-viewer-country", "x-grant"))
    extra = Names("allViewerAndWhitelistCloudFront", ("cloudfront-viewer-city", "accept"))
    found = with_policies(key, extra)
    assert found.cloudfront_headers == {"cloudfront-viewer-country", "cloudfront-viewer-city"}
    assert found.unknown_headers == {"cloudfront-viewer-city"}, "nobody here knows the city"


def test_the_headers_that_are_known_are_those_that_are_filled_in() -> None:
    every = with_policies(Names("whitelist", tuple(KNOWN_CLOUDFRONT_HEADERS)))
    viewer = ViewerRequest(
        request={"clientIp": "192.0.2.1", "method": "GET", "uri": "/", "querystring": "", "headers": {}},
        country="DE",
    )
    filled = forwarding.with_cloudfront_headers(viewer.request, every, viewer)
    assert set(filled["headers"]) == KNOWN_CLOUDFRONT_HEADERS
