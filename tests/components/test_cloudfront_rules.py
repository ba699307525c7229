"""Rules about one part of a distribution, held for whatever a caller may write."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.components import cache_policies, error_pages, origin_request_policies
from asset_edge.components.access_logs import RECORD_FIELDS, SECRET_FIELDS, S3AccessLogs
from asset_edge.components.behaviors import Behavior
from asset_edge.components.cache_policies import ALL, NONE, CachePolicySpec, Names, all_except, only
from asset_edge.components.certificate import DomainNames, check_names, validated_domains
from asset_edge.components.choices import HEADER_NAME
from asset_edge.components.error_pages import ERROR_CODES, ErrorPage
from asset_edge.components.geo_restriction import COUNTRIES, GeoRestriction
from asset_edge.components.origin_request_policies import OriginRequestPolicySpec
from asset_edge.components.web_acl import WebAclSpec, rules
from asset_edge.errors import ArgumentError
from tests.components.distributions import LOG_BUCKET, ZONE

TOKENS = st.from_regex(r"a-[a-z0-9-]{0,12}", fullmatch=True)
NAMES = st.one_of(
    st.sampled_from([NONE, ALL]),
    st.lists(TOKENS, min_size=1, max_size=10).map(lambda names: only(*names)),
    st.lists(TOKENS, min_size=1, max_size=9).map(lambda names: all_except(*names)),
    st.lists(TOKENS, max_size=9).map(lambda names: all_except("host", *names)),
)
SECONDS = st.integers(0, 100)


@given(SECONDS, SECONDS, SECONDS)
def test_lifetimes_are_taken_exactly_when_they_are_in_order(low: int, usual: int, high: int) -> None:
    told: dict[str, Any] = {"min_ttl_seconds": low, "default_ttl_seconds": usual, "max_ttl_seconds": high + 1}
    if low <= usual <= high + 1:
        policy = cache_policies.inputs(CachePolicySpec(**told))
        assert (policy["min_ttl"], policy["default_ttl"], policy["max_ttl"]) == (low, usual, high + 1)
    else:
        with pytest.raises(ArgumentError, match="0 <= min <= default <= max"):
            CachePolicySpec(**told)


@given(st.text(max_size=8))
def test_a_header_is_a_token_and_none_that_s3_origins_cannot_have_in_the_key(header: str) -> None:
    special = {*cache_policies.UNKEYED_HEADERS, "accept-encoding", "*"}
    if HEADER_NAME.fullmatch(header) and header.lower() not in special:
        assert CachePolicySpec(headers=(header,)).headers == (header,)
    else:
        with pytest.raises(ArgumentError):
            CachePolicySpec(headers=(header,))


@pytest.mark.parametrize("header", sorted(cache_policies.UNKEYED_HEADERS))
def test_a_header_that_cannot_be_in_the_key_is_refused_in_any_case(header: str) -> None:
    with pytest.raises(ArgumentError, match="cannot be in the cache key"):
        CachePolicySpec(headers=(header.upper(),))


@given(st.lists(TOKENS, unique=True, min_size=1, max_size=5), st.randoms())
def test_a_policy_means_the_same_in_any_order_and_case_of_its_headers(
    headers: list[str], random: Any
) -> None:
    told = [header if random.random() < 0.5 else header.upper() for header in headers]
    random.shuffle(told)
    assert CachePolicySpec(headers=tuple(told)).identity == CachePolicySpec(headers=tuple(headers)).identity


@given(NAMES, NAMES)
def test_what_differs_in_cookies_or_query_strings_is_not_shared(cookies: Names, query_strings: Names) -> None:
    first = CachePolicySpec(cookies=cookies, query_strings=query_strings)
    second = CachePolicySpec(cookies=query_strings, query_strings=cookies)
    assert (first.identity == second.identity) is (cookies == query_strings)


@given(NAMES, NAMES, NAMES)
def test_no_origin_request_policy_lets_the_viewers_host_through(
    headers: Names, cookies: Names, query_strings: Names
) -> None:
    try:
        spec = OriginRequestPolicySpec(headers=headers, cookies=cookies, query_strings=query_strings)
    except ArgumentError:
        return
    config = origin_request_policies.inputs(spec)["headers_config"]
    listed = config.get("headers", {"items": []})["items"]
    assert config["header_behavior"] in ("none", "whitelist", "allExcept")
    assert ("host" in listed) is (config["header_behavior"] == "allExcept")


@given(st.text(min_size=1, max_size=12))
def test_a_path_pattern_has_only_characters_that_cloudfront_takes(pattern: str) -> None:
    fits = re.fullmatch(r"[A-Za-z0-9_\-.*?$/~\"'@:+&]+", pattern) and pattern not in ("*", "/*")
    if fits:
        assert Behavior(path_pattern=pattern).path_pattern == pattern
    else:
        with pytest.raises(ArgumentError, match="path_pattern is"):
            Behavior(path_pattern=pattern)


@given(st.lists(st.sampled_from([c for c in ERROR_CODES if c != 404]), unique=True), st.integers(1, 300))
def test_every_error_that_cloudfront_keeps_has_one_lifetime(codes: list[int], seconds: int) -> None:
    pages = [ErrorPage(error_code=code, response_page_path="/error.html") for code in codes]
    told = error_pages.inputs(pages, seconds)
    listed = [response["error_code"] for response in told]
    assert listed == sorted({*ERROR_CODES, *codes} - ({416} - set(codes)))
    assert {r["error_code"] for r in told if "response_page_path" in r} == set(codes)
    assert next(r for r in told if r["error_code"] == 404)["error_caching_min_ttl"] == seconds
    assert all(("response_code" in r) is ("response_page_path" in r) for r in told)


@given(st.sets(st.from_regex(r"[A-Za-z]{2}", fullmatch=True), min_size=1, max_size=5))
def test_a_country_is_one_that_exists(codes: set[str]) -> None:
    if codes <= COUNTRIES:
        assert GeoRestriction(restriction_type="blacklist", locations=tuple(codes)).locations
    else:
        with pytest.raises(ArgumentError, match="ISO 3166-1"):
            GeoRestriction(restriction_type="blacklist", locations=tuple(codes))


def test_there_are_as_many_countries_as_in_the_standard() -> None:
    assert len(COUNTRIES) == 249
    assert all(re.fullmatch(r"[A-Z]{2}", code) for code in COUNTRIES)


LABELS = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
ALIASES = st.tuples(st.sampled_from(["", "*."]), LABELS, LABELS, st.sampled_from(["com", "photo"])).map(
    lambda parts: f"{parts[0]}{parts[1]}.{parts[2]}.{parts[3]}"
)


@given(st.lists(ALIASES, min_size=1, max_size=8, unique=True))
def test_every_alias_is_proven_by_exactly_one_record(aliases: list[str]) -> None:
    check_names(DomainNames(aliases=aliases, certificate_arn=None, zone_id=ZONE, zone_provider=None))
    domains = validated_domains(aliases)
    assert len(set(domains)) == len(domains)
    assert set(domains) == {alias.removeprefix("*.") for alias in aliases}


@pytest.mark.parametrize(
    "alias",
    [
        "",
        "com",
        "a..com",
        "-a.example.com",
        "a.example.com.",
        "a.*.example.com",
        "*example.com",
        "a_b.example.com",
    ],
)
def test_an_alias_that_no_certificate_covers_is_refused(alias: str) -> None:
    with pytest.raises(ArgumentError, match="is no DNS name"):
        check_names(DomainNames(aliases=[alias], certificate_arn=None, zone_id=ZONE, zone_provider=None))


GROUPS = st.lists(st.from_regex(r"[A-Za-z]{1,8}", fullmatch=True), unique=True, max_size=6)


@given(GROUPS, st.integers(10, 10_000), st.booleans())
def test_firewall_rules_are_numbered_from_nought_and_all_act_alike(
    groups: list[str], limit: int, count_only: bool
) -> None:
    told = rules(WebAclSpec(managed_rule_groups=groups, rate_limit=limit, count_only=count_only))
    assert [rule["priority"] for rule in told] == list(range(len(groups) + 1))
    assert [rule["name"] for rule in told] == [*groups, "rate-limit"]
    acts = [next(iter(rule.get("override_action") or rule["action"])) for rule in told]
    assert acts == (["count"] * len(told) if count_only else ["none"] * len(groups) + ["block"])


@given(st.lists(st.sampled_from([*RECORD_FIELDS, *SECRET_FIELDS]), min_size=1, max_size=8))
def test_a_field_that_may_hold_a_token_is_never_taken(fields: list[str]) -> None:
    if set(fields) & set(SECRET_FIELDS):
        with pytest.raises(ArgumentError, match="tokens would stand in the logs"):
            S3AccessLogs(bucket_arn=LOG_BUCKET, record_fields=fields)
    else:
        assert S3AccessLogs(bucket_arn=LOG_BUCKET, record_fields=fields).record_fields == fields


def test_the_logged_fields_are_those_of_the_reference_but_for_the_secret_ones() -> None:
    v1_fields = 33
    field_level_encryption = 2
    of_real_time_logs = {
        "timestamp(ms)",
        "origin-fbl",
        "origin-lbl",
        "asn",
        "c-country",
        "cache-behavior-path-pattern",
    }
    assert of_real_time_logs <= set(RECORD_FIELDS)
    rest = set(RECORD_FIELDS) - of_real_time_logs
    assert len(rest) == v1_fields - field_level_encryption - len(SECRET_FIELDS)
