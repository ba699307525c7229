"""Policies as the CloudFront API gives them, and what a behaviour without any says."""

from typing import Any

import pytest

from asset_edge.emulator import edge_policies
from asset_edge.emulator.edge_policies import ALL, NONE, Behavior, CachePolicy, Names, OriginRequestPolicy
from asset_edge.errors import Unsupported

DAY, YEAR = 86_400, 31_536_000


def some(*items: str) -> dict[str, Any]:
    return {"Quantity": len(items), "Items": list(items)}


def api_cache_policy(**config: Any) -> dict[str, Any]:
    return {"Id": "an-id", "CachePolicyConfig": {"Name": "tested", "MinTTL": 0, **config}}


def in_key(**parts: Any) -> dict[str, Any]:
    return {
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": False,
            "HeadersConfig": {"HeaderBehavior": "none"},
            "CookiesConfig": {"CookieBehavior": "none"},
            "QueryStringsConfig": {"QueryStringBehavior": "none"},
            **parts,
        }
    }


def test_a_cache_policy_is_read_whole() -> None:
    api = api_cache_policy(
        MinTTL=1,
        DefaultTTL=20,
        MaxTTL=300,
        **in_key(
            EnableAcceptEncodingGzip=True,
            EnableAcceptEncodingBrotli=True,
            HeadersConfig={"HeaderBehavior": "whitelist", "Headers": some("X-B", "x-a", "X-A")},
            CookiesConfig={"CookieBehavior": "allExcept", "Cookies": some("Seen")},
            QueryStringsConfig={"QueryStringBehavior": "whitelist", "QueryStrings": some("w", "H")},
        ),
    )
    assert edge_policies.cache_policy(api) == CachePolicy(
        id="an-id",
        min_ttl_seconds=1,
        default_ttl_seconds=20,
        max_ttl_seconds=300,
        gzip=True,
        brotli=True,
        headers=Names("whitelist", ("x-a", "x-b")),
        cookies=Names("allExcept", ("Seen",)),
        query_strings=Names("whitelist", ("w", "H")),
    )


def test_a_cache_policy_of_a_name_and_a_ttl_has_nothing_in_its_key() -> None:
    assert edge_policies.cache_policy(api_cache_policy()) == CachePolicy(id="an-id")


@pytest.mark.parametrize(
    ("told", "ttls"),
    [
        ({}, (0, DAY, YEAR)),
        ({"MinTTL": 2 * DAY}, (2 * DAY, 2 * DAY, YEAR)),
        ({"MinTTL": 2 * YEAR}, (2 * YEAR, 2 * YEAR, 2 * YEAR)),
        ({"DefaultTTL": 2 * YEAR}, (0, 2 * YEAR, 2 * YEAR)),
        ({"DefaultTTL": 0}, (0, 0, YEAR)),
        ({"DefaultTTL": 0, "MaxTTL": 0}, (0, 0, 0)),
    ],
)
def test_a_ttl_that_is_not_said_is_awss_or_what_the_others_need(
    told: dict[str, int], ttls: tuple[int, int, int]
) -> None:
    read = edge_policies.cache_policy(api_cache_policy(**told))
    assert (read.min_ttl_seconds, read.default_ttl_seconds, read.max_ttl_seconds) == ttls


@pytest.mark.parametrize(
    ("ttls", "disabled"),
    [((0, 0, 0), True), ((0, 0, 1), False), ((1, 1, 1), False), ((0, 1, 1), False)],
)
def test_only_three_zeros_turn_caching_off(ttls: tuple[int, int, int], disabled: bool) -> None:
    least, default, most = ttls
    policy = CachePolicy(min_ttl_seconds=least, default_ttl_seconds=default, max_ttl_seconds=most)
    assert policy.disabled is disabled


def test_an_origin_request_policy_is_read_whole() -> None:
    api = {
        "Id": "an-id",
        "OriginRequestPolicyConfig": {
            "Name": "tested",
            "HeadersConfig": {"HeaderBehavior": "allExcept", "Headers": some("Host")},
            "CookiesConfig": {"CookieBehavior": "all"},
            "QueryStringsConfig": {"QueryStringBehavior": "allExcept", "QueryStrings": some("token")},
        },
    }
    assert edge_policies.origin_request_policy(api) == OriginRequestPolicy(
        id="an-id",
        headers=Names("allExcept", ("host",)),
        cookies=ALL,
        query_strings=Names("allExcept", ("token",)),
    )


@pytest.mark.parametrize(
    ("part", "config"),
    [
        ("HeaderBehavior", {"HeadersConfig": {"HeaderBehavior": "some"}}),
        ("CookieBehavior", {"CookiesConfig": {"CookieBehavior": "None"}}),
        ("QueryStringBehavior", {"QueryStringsConfig": {"QueryStringBehavior": ""}}),
    ],
)
def test_a_behaviour_that_is_none_of_the_apis_is_named(part: str, config: dict[str, Any]) -> None:
    with pytest.raises(Unsupported, match=part):
        edge_policies.cache_policy(api_cache_policy(**in_key(**config)))


TAKES: list[tuple[Behavior, tuple[str, ...], dict[str, bool]]] = [
    ("none", (), {"a": False, "cloudfront-viewer-country": False}),
    ("all", (), {"a": True}),
    (
        "whitelist",
        ("a", "cloudfront-viewer-country"),
        {"a": True, "b": False, "cloudfront-viewer-asn": False},
    ),
    ("whitelist", ("*",), {"*": True, "a": False}),
    ("allExcept", ("a",), {"a": False, "b": True, "cloudfront-viewer-country": True}),
    ("allViewer", (), {"a": True, "cloudfront-viewer-country": False}),
    (
        "allViewerAndWhitelistCloudFront",
        ("cloudfront-viewer-country",),
        {"a": True, "cloudfront-viewer-country": True, "cloudfront-viewer-asn": False},
    ),
]


@pytest.mark.parametrize(("behavior", "names", "expected"), TAKES)
def test_what_each_behaviour_takes(
    behavior: Behavior, names: tuple[str, ...], expected: dict[str, bool]
) -> None:
    assert {name: Names(behavior, names).takes(name) for name in expected} == expected


def forwarded(**values: Any) -> dict[str, Any]:
    return {"ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}, **values}}


def test_older_settings_that_forward_nothing_key_on_the_path_and_gzip() -> None:
    read = edge_policies.legacy_cache_policy(forwarded())
    assert read == CachePolicy(gzip=True)
    assert edge_policies.legacy_origin_request_policy(forwarded()) is None


def test_a_behaviour_that_says_nothing_at_all_is_read_like_one_that_forwards_nothing() -> None:
    assert edge_policies.legacy_cache_policy({}) == CachePolicy(gzip=True)
    assert edge_policies.legacy_origin_request_policy({}) is None


def test_older_settings_have_their_ttls_on_the_behaviour() -> None:
    read = edge_policies.legacy_cache_policy({**forwarded(), "MinTTL": 5, "DefaultTTL": 6, "MaxTTL": 7})
    assert (read.min_ttl_seconds, read.default_ttl_seconds, read.max_ttl_seconds) == (5, 6, 7)


def test_all_query_strings_are_in_the_key_where_none_is_named() -> None:
    config = forwarded(QueryString=True)
    assert edge_policies.legacy_cache_policy(config).query_strings == ALL
    assert edge_policies.legacy_origin_request_policy(config) is None


def test_named_query_strings_are_the_key_and_all_of_them_go_to_the_origin() -> None:
    config = forwarded(QueryString=True, QueryStringCacheKeys=some("w"))
    assert edge_policies.legacy_cache_policy(config).query_strings == Names("whitelist", ("w",))
    assert edge_policies.legacy_origin_request_policy(config) == OriginRequestPolicy(query_strings=ALL)


@pytest.mark.parametrize(
    ("cookies", "expected"),
    [
        ({"Forward": "all"}, ALL),
        ({"Forward": "none"}, NONE),
        ({"Forward": "whitelist", "WhitelistedNames": some("session")}, Names("whitelist", ("session",))),
        ({"Forward": "none", "WhitelistedNames": some("session")}, NONE),
    ],
)
def test_cookies_of_older_settings(cookies: dict[str, Any], expected: Names) -> None:
    assert edge_policies.legacy_cache_policy(forwarded(Cookies=cookies)).cookies == expected


@pytest.mark.parametrize("name", ["wp_*", "s?d"])
def test_a_cookie_named_by_a_wildcard_is_refused(name: str) -> None:
    cookies = {"Forward": "whitelist", "WhitelistedNames": some(name)}
    with pytest.raises(Unsupported, match="wildcard"):
        edge_policies.legacy_cache_policy(forwarded(Cookies=cookies))


def test_headers_of_older_settings_are_in_the_key() -> None:
    read = edge_policies.legacy_cache_policy(forwarded(Headers=some("Origin", "Accept-Encoding")))
    assert read.headers == Names("whitelist", ("accept-encoding", "origin"))
    assert not read.gzip, "the header itself is in the key, so its normal form is not"


def test_forwarding_every_header_keeps_nothing() -> None:
    config = {**forwarded(Headers=some("*")), "MinTTL": 0, "DefaultTTL": 60, "MaxTTL": 60}
    read = edge_policies.legacy_cache_policy(config)
    assert read.disabled
    assert read.headers == NONE
    assert edge_policies.legacy_origin_request_policy(config) == OriginRequestPolicy(
        headers=Names("allViewer")
    )
