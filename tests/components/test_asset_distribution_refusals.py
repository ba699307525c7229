"""What a distribution refuses, before anything is registered and in the caller's words."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from asset_edge.components.access_logs import LogGroupAccessLogs, S3AccessLogs
from asset_edge.components.behaviors import Behavior
from asset_edge.components.cache_policies import NONE, CachePolicySpec, Names, all_except, only
from asset_edge.components.distribution_args import check
from asset_edge.components.error_pages import ErrorPage
from asset_edge.components.geo_restriction import GeoRestriction
from asset_edge.components.origin_request_policies import OriginRequestPolicySpec
from asset_edge.components.response_headers_policies import (
    Cors,
    CustomHeader,
    ResponseHeadersPolicySpec,
    SecurityHeaders,
)
from asset_edge.components.web_acl import WebAclSpec
from asset_edge.errors import ArgumentError
from tests.components.distributions import (
    CERTIFICATE,
    EVERYTHING,
    FUNCTION,
    LOG_BUCKET,
    LOG_GROUP,
    PEM,
    PRIMARY,
    REPLICA,
    ZONE,
    args,
    deployed,
    origin,
    under,
)

Case = tuple[str, Callable[[], object], str]
Refused = tuple[str, dict[str, Any], str]

HOST_TO_S3 = "sends the viewer's Host to S3"

DISTRIBUTIONS: list[Refused] = [
    ("one origin", {"origins": (PRIMARY,)}, "origins have the roles ['primary']"),
    ("no primary", {"origins": (REPLICA, REPLICA)}, "one primary and one replica"),
    (
        "one region twice",
        {"origins": (PRIMARY, origin("replica", "us-west-2"))},
        "both origins are in us-west-2",
    ),
    (
        "no region",
        {"origins": (PRIMARY, origin("replica", "europe"))},
        "region 'europe' is not spelt like one; write it as AWS does, eu-west-1",
    ),
    (
        "a global endpoint",
        {"origins": (PRIMARY, origin("replica", "eu-west-1", domain_name="b.s3.amazonaws.com"))},
        "it ends in .s3.eu-west-1.amazonaws.com",
    ),
    ("a default pattern", {"default_behavior": under("/a/*")}, "default_behavior has path_pattern '/a/*'"),
    ("no pattern", {"behaviors": (Behavior(),)}, "one of behaviors has no path_pattern"),
    (
        "one pattern twice",
        {"behaviors": (under("/a/*"), under("a/*"))},
        "two behaviours have path_pattern 'a/*'; the second would never match",
    ),
    (
        "76 behaviours",
        {"behaviors": [under(f"/{n}/*") for n in range(75)]},
        "76 behaviours; CloudFront takes at most 75",
    ),
    (
        "21 cache policies",
        {
            "behaviors": [
                under(f"/{n}/*", cache_policy=CachePolicySpec(headers=(f"x-{n}",))) for n in range(20)
            ]
        },
        "21 cache policies; CloudFront takes at most 20",
    ),
    (
        "21 origin request policies",
        {
            "behaviors": [
                under(f"/{n}/*", origin_request_policy=OriginRequestPolicySpec(headers=only(f"x-{n}")))
                for n in range(21)
            ]
        },
        "21 origin request policies; CloudFront takes at most 20",
    ),
    (
        "21 response headers policies",
        {
            "behaviors": [
                under(f"/{n}/*", response_headers_policy=ResponseHeadersPolicySpec(remove=(f"x-{n}",)))
                for n in range(21)
            ]
        },
        "21 response headers policies; CloudFront takes at most 20",
    ),
    (
        "an alias alone",
        {"aliases": ("a.example.com",)},
        "with neither certificate_arn nor zone_id; an alias needs a certificate",
    ),
    ("a zone alone", {"zone_id": ZONE}, "aliases is empty"),
    ("a certificate alone", {"certificate_arn": CERTIFICATE}, "aliases is empty"),
    ("no name", {"aliases": ("Assets.Example.com",), "zone_id": ZONE}, "'Assets.Example.com' is no DNS name"),
    ("one label", {"aliases": ("localhost",), "zone_id": ZONE}, "'localhost' is no DNS name"),
    ("one alias twice", {"aliases": ("a.b.com", "a.b.com"), "zone_id": ZONE}, "a name is there once"),
    (
        "101 aliases",
        {"aliases": [f"a{n}.example.com" for n in range(101)], "zone_id": ZONE},
        "101 aliases; CloudFront takes at most 100",
    ),
    (
        "a certificate of Ireland",
        {"aliases": ("a.b.com",), "certificate_arn": CERTIFICATE.replace("us-east-1", "eu-west-1")},
        "CloudFront takes ACM certificates of us-east-1 only",
    ),
    ("old TLS", {"minimum_protocol_version": "TLSv1.1_2016"}, "minimum_protocol_version is 'TLSv1.1_2016'"),
    ("no price class", {"price_class": "PriceClass_300"}, "it may be PriceClass_All, PriceClass_200"),
    ("no such http", {"http_version": "http4"}, "http_version is 'http4'"),
    ("a long comment", {"comment": "x" * 129}, "129 characters of comment; CloudFront takes at most 128"),
    ("a root path", {"default_root_object": "/index.html"}, "without a leading slash"),
    ("an empty root", {"default_root_object": ""}, "default_root_object is ''"),
    ("a tag header with a space", {"cache_tag_header": "cache tag"}, "cache_tag_header is 'cache tag'"),
    ("errors uncached", {"error_caching_min_ttl_seconds": 0}, "it may be 1 to 31536000"),
    (
        "one error twice",
        {"error_pages": (ErrorPage(error_code=404), ErrorPage(error_code=404))},
        "error_pages names [404, 404]",
    ),
    (
        "a regional firewall",
        {"web_acl": "arn:aws:wafv2:eu-west-1:1:regional/webacl/a/b"},
        "of scope CLOUDFRONT",
    ),
    ("11 key groups", {"key_groups": {f"g{n}": (PEM,) for n in range(11)}}, "11 key groups"),
    ("6 keys", {"key_groups": {"g": (PEM,) * 6}}, "6 keys in group 'g'; CloudFront takes at most 5"),
    ("no keys", {"key_groups": {"g": ()}}, "key group 'g' has no keys"),
    ("an unknown group", {"default_behavior": Behavior(trusted_key_groups=("x",))}, "trusted key group 'x'"),
]

PARTS: list[Case] = [
    ("a space in a pattern", lambda: under("/a b/*"), "path_pattern is '/a b/*'; it has 1 to 255"),
    ("an empty pattern", lambda: under(""), "path_pattern is ''"),
    ("a long pattern", lambda: under("/" + "a" * 255), "it has 1 to 255"),
    ("everything", lambda: under("/*"), "that is what the default behaviour matches"),
    (
        "$LATEST",
        lambda: Behavior(functions={"origin-request": FUNCTION.replace(":7", ":$LATEST")}),
        "no alias and no $LATEST",
    ),
    (
        "an unqualified function",
        lambda: Behavior(functions={"origin-request": FUNCTION.removesuffix(":7")}),
        "the ARN of a numbered version in us-east-1",
    ),
    (
        "a function of Ireland",
        lambda: Behavior(functions={"viewer-request": FUNCTION.replace("us-east-1", "eu-west-1")}),
        "the viewer-request function is 'arn:aws:lambda:eu-west-1",
    ),
    ("no such event", lambda: Behavior(functions=_any({"origin": FUNCTION})), "an event type is 'origin'"),
    (
        "no such protocol policy",
        lambda: Behavior(viewer_protocol_policy=_any("redirect")),
        "viewer_protocol_policy is 'redirect'; it may be redirect-to-https, https-only, allow-all",
    ),
    ("writing", lambda: Behavior(allowed_methods=_any(("GET", "HEAD", "PUT"))), "before an origin group"),
    ("caching GET alone", lambda: Behavior(cached_methods=("GET",)), "cached_methods is ['GET']"),
    (
        "caching what is not allowed",
        lambda: Behavior(allowed_methods=("GET", "HEAD"), cached_methods=("GET", "HEAD", "OPTIONS")),
        "only what is allowed is cached",
    ),
    ("5 trusted groups", lambda: Behavior(trusted_key_groups=("g",) * 5), "at most 4"),
    (
        "lifetimes out of order",
        lambda: CachePolicySpec(min_ttl_seconds=9, default_ttl_seconds=5),
        "0 <= min <= default <= max",
    ),
    ("a negative lifetime", lambda: CachePolicySpec(min_ttl_seconds=-1), "ttl seconds are min -1"),
    (
        "a key without a cache",
        lambda: CachePolicySpec(default_ttl_seconds=0, max_ttl_seconds=0),
        "with caching off there is no key. Use CACHING_DISABLED",
    ),
    (
        "host in the key",
        lambda: CachePolicySpec(headers=("Host",)),
        "header 'Host' cannot be in the cache key",
    ),
    ("cookie in the key", lambda: CachePolicySpec(headers=("cookie",)), "name cookies in cookies"),
    ("an edge header", lambda: CachePolicySpec(headers=("X-Edge-Location",)), "cannot be in the cache key"),
    ("the role header", lambda: CachePolicySpec(headers=("x-origin-role",)), "cannot be in the cache key"),
    ("no header name", lambda: CachePolicySpec(headers=("a: b",)), "is 'a: b'; a header name has letters"),
    (
        "encodings twice",
        lambda: CachePolicySpec(headers=("Accept-Encoding",)),
        "the flags put its normal form into the key",
    ),
    (
        "11 headers",
        lambda: CachePolicySpec(headers=tuple(f"x-{n}" for n in range(11))),
        "11 headers in one cache policy; CloudFront takes at most 10",
    ),
    ("11 cookies", lambda: CachePolicySpec(cookies=only(*"abcdefghijk")), "11 cookies in one cache policy"),
    ("11 queries", lambda: CachePolicySpec(query_strings=only(*"abcdefghijk")), "11 query strings in one"),
    ("a wildcard", lambda: CachePolicySpec(query_strings=only("*")), "a name, not a wildcard"),
    (
        "1025 characters",
        lambda: CachePolicySpec(query_strings=only("a" * 1025)),
        "1025 characters of names in one cache policy",
    ),
    ("only nothing", only, "a selection 'whitelist' names 0"),
    ("none but one", lambda: Names("none", ("a",)), "a selection 'none' names 1"),
    ("an idle policy", OriginRequestPolicySpec, "that changes nothing"),
    ("all headers", lambda: OriginRequestPolicySpec(headers=Names("all")), HOST_TO_S3),
    ("all but one", lambda: OriginRequestPolicySpec(headers=all_except("x-a")), HOST_TO_S3),
    ("the host", lambda: OriginRequestPolicySpec(headers=only("Host")), HOST_TO_S3),
    (
        "authorization",
        lambda: OriginRequestPolicySpec(headers=only("Authorization")),
        "header 'Authorization' cannot be in an origin request policy",
    ),
    ("a role", lambda: OriginRequestPolicySpec(headers=only("x-origin-role")), "header 'x-origin-role'"),
    ("credentials", lambda: Cors(allow_credentials=True), "cors allows credentials from '*'"),
    ("no origins", lambda: Cors(allow_origins=()), "cors names no origin, method or header"),
    ("no such method", lambda: Cors(allow_methods=_any(("GET", "FETCH"))), "a cors method is 'FETCH'"),
    ("framing", lambda: SecurityHeaders(frame_options=_any("ALLOW")), "frame_options is 'ALLOW'"),
    ("referrers", lambda: SecurityHeaders(referrer_policy=_any("never")), "referrer_policy is 'never'"),
    ("overriding", lambda: SecurityHeaders(override=_any({"csp"})), "an overriding security header is 'csp'"),
    (
        "a long policy",
        lambda: SecurityHeaders(content_security_policy="x" * 1784),
        "1784 characters of content_security_policy; CloudFront takes at most 1783",
    ),
    ("nothing to add", ResponseHeadersPolicySpec, "adds and removes nothing"),
    ("removing via", lambda: ResponseHeadersPolicySpec(remove=("Via",)), "header 'Via' cannot be removed"),
    ("removing an id", lambda: ResponseHeadersPolicySpec(remove=("x-amz-cf-pop",)), "cannot be removed"),
    ("11 custom", lambda: ResponseHeadersPolicySpec(custom=(_custom("x-a"),) * 11), "11 custom headers"),
    (
        "no custom name",
        lambda: ResponseHeadersPolicySpec(custom=(_custom("a b"),)),
        "a custom header is 'a b'",
    ),
    ("over 100 %", lambda: ResponseHeadersPolicySpec(server_timing_sampling_rate=101), "it may be 0 to 100"),
    ("no such error", lambda: ErrorPage(error_code=429), "error_code is 429; it may be 400, 403, 404"),
    (
        "no such answer",
        lambda: ErrorPage(error_code=404, response_page_path="/a", response_code=302),
        "response_code is 302; it may be 200, 400",
    ),
    ("no page", lambda: ErrorPage(error_code=404, response_code=200), "CloudFront takes both or neither"),
    ("a relative page", lambda: ErrorPage(error_code=404, response_page_path="a"), "it starts with a slash"),
    (
        "an error kept for 0 s",
        lambda: ErrorPage(error_code=404, error_caching_min_ttl_seconds=0),
        "1 to 31536000",
    ),
    (
        "small letters",
        lambda: GeoRestriction(restriction_type="whitelist", locations=("de", "UK", "AT")),
        "locations has UK, de; a location is an ISO 3166-1 code",
    ),
    ("nowhere", lambda: GeoRestriction(restriction_type="whitelist"), "has 0 locations"),
    (
        "none but one country",
        lambda: GeoRestriction(locations=("DE",)),
        "restriction_type 'none' has 1 locations",
    ),
    ("no restriction", lambda: GeoRestriction(restriction_type=_any("deny")), "restriction_type is 'deny'"),
    ("an idle firewall", lambda: WebAclSpec(managed_rule_groups=(), rate_limit=None), "it blocks nothing"),
    ("a low limit", lambda: WebAclSpec(rate_limit=9), "rate_limit is 9; it may be 10 to 2000000000"),
    ("a window", lambda: WebAclSpec(evaluation_window_seconds=90), "it may be 60, 120, 300, 600"),
    ("no group name", lambda: WebAclSpec(managed_rule_groups=("a b",)), "managed rule group 'a b'"),
    ("one group twice", lambda: WebAclSpec(managed_rule_groups=("A", "A")), "a group is there once"),
    (
        "logging tokens",
        lambda: S3AccessLogs(bucket_arn=LOG_BUCKET, record_fields=("date", "cs-uri-query")),
        "record_fields has cs-uri-query; tokens would stand in the logs",
    ),
    (
        "logging cookies",
        lambda: LogGroupAccessLogs(log_group_arn=LOG_GROUP, record_fields=("cs(Cookie)",)),
        "record_fields has cs(Cookie)",
    ),
    (
        "no such field",
        lambda: S3AccessLogs(bucket_arn=LOG_BUCKET, record_fields=("ip",)),
        "record field is 'ip'",
    ),
    ("no fields", lambda: S3AccessLogs(bucket_arn=LOG_BUCKET, record_fields=()), "record_fields is empty"),
    ("no bucket", lambda: S3AccessLogs(bucket_arn="acme-logs"), "bucket_arn is 'acme-logs'"),
    ("no prefix", lambda: S3AccessLogs(bucket_arn=LOG_BUCKET, prefix=""), "prefix is ''"),
    (
        "no suffix",
        lambda: S3AccessLogs(bucket_arn=LOG_BUCKET, suffix_path=""),
        "suffix_path has 0 characters",
    ),
    (
        "parquet to a log group",
        lambda: LogGroupAccessLogs(log_group_arn=LOG_GROUP, output_format=_any("parquet")),
        "output_format is 'parquet'",
    ),
    ("no format", lambda: S3AccessLogs(bucket_arn=LOG_BUCKET, output_format=_any("csv")), "is 'csv'"),
    (
        "a log group of Ireland",
        lambda: LogGroupAccessLogs(log_group_arn=LOG_GROUP.replace("us-east-1", "eu-west-1")),
        "it may be the ARN of a log group in us-east-1",
    ),
]


def _any(value: Any) -> Any:
    """What the type checker would refuse too."""
    return value


def _custom(name: str) -> CustomHeader:
    return CustomHeader(name=name, value="v")


@pytest.mark.parametrize(("make", "message"), [p[1:] for p in PARTS], ids=[p[0] for p in PARTS])
def test_a_part_that_can_never_work_is_refused_where_it_is_written(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(ArgumentError) as refusal:
        make()
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("changed", "message"), [d[1:] for d in DISTRIBUTIONS], ids=[d[0] for d in DISTRIBUTIONS]
)
def test_parts_that_cannot_stand_together_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refusal:
        check(args(**changed))
    assert message in str(refusal.value)


def test_the_component_itself_checks_before_it_registers_anything() -> None:
    with pytest.raises(ArgumentError, match="origins have the roles"):
        deployed(origins=())


def test_a_private_key_is_refused_without_being_repeated() -> None:
    secret = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----"
    with pytest.raises(ArgumentError, match="is no PEM public key") as refusal:
        check(args(key_groups={"g": (secret,)}))
    assert "MIGH" not in str(refusal.value)


@pytest.mark.parametrize("case", [*PARTS, *DISTRIBUTIONS], ids=lambda case: case[0])
def test_a_refusal_is_lower_case_and_ends_without_a_stop(case: tuple[str, Any, str]) -> None:
    make = case[1] if callable(case[1]) else lambda: check(args(**case[1]))
    with pytest.raises(ArgumentError) as refusal:
        make()
    assert not str(refusal.value)[0].isupper()
    assert not str(refusal.value).endswith(".")


def test_everything_at_once_is_not_refused() -> None:
    check(args(**EVERYTHING))
    assert CachePolicySpec().cookies == NONE


def test_what_another_resource_makes_is_taken_on_trust() -> None:
    later = pulumi.Output.from_input("known after the deploy")
    check(
        args(
            origins=(PRIMARY, origin("replica", "eu-west-1", domain_name=later)),
            aliases=("a.example.com",),
            certificate_arn=later,
            web_acl=later,
            access_logs=S3AccessLogs(bucket_arn=later),
            default_behavior=Behavior(functions={"origin-request": later}, trusted_key_groups=(later,)),
        )
    )
