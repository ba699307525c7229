"""What the distribution itself is told: its origins, its settings, its outputs."""

from typing import Any

import pytest

from asset_edge.components.error_pages import ERROR_CODES, ErrorPage
from asset_edge.components.geo_restriction import GeoRestriction
from tests.components.distributions import (
    DISTRIBUTION,
    EVERYTHING,
    PRIMARY,
    REPLICA,
    deployed,
    distribution_of,
)

DEFAULTS: dict[str, Any] = {
    "enabled": True,
    "httpVersion": "http2and3",
    "isIpv6Enabled": True,
    "priceClass": "PriceClass_All",
    "defaultRootObject": "index.html",
    "restrictions": {"geoRestriction": {"restrictionType": "none", "locations": []}},
    "viewerCertificate": {"cloudfrontDefaultCertificate": True},
    "waitForDeployment": True,
    "retainOnDelete": False,
}

SETTINGS: list[tuple[str, dict[str, Any], str, Any]] = [
    ("off", {"enabled": False}, "enabled", False),
    ("http/2 only", {"http_version": "http2"}, "httpVersion", "http2"),
    ("no ipv6", {"is_ipv6_enabled": False}, "isIpv6Enabled", False),
    ("price class", {"price_class": "PriceClass_100"}, "priceClass", "PriceClass_100"),
    ("root object", {"default_root_object": "start.html"}, "defaultRootObject", "start.html"),
    ("cache tags", {"cache_tag_header": "x-tags"}, "cacheTagConfig", {"headerName": "x-tags"}),
    ("comment", {"comment": "photographs"}, "comment", "photographs"),
    ("tags", {"tags": {"team": "media"}}, "tags", {"team": "media"}),
    ("no waiting", {"wait_for_deployment": False}, "waitForDeployment", False),
    ("kept when deleted", {"retain_on_delete": True}, "retainOnDelete", True),
    (
        "countries, sorted and once",
        {"geo_restriction": GeoRestriction(restriction_type="whitelist", locations=("DE", "AT", "DE"))},
        "restrictions",
        {"geoRestriction": {"restrictionType": "whitelist", "locations": ["AT", "DE"]}},
    ),
]


def test_the_origins_alone_make_a_distribution_with_safe_settings() -> None:
    inputs = distribution_of()
    assert {key: inputs[key] for key in DEFAULTS} == DEFAULTS


@pytest.mark.parametrize(
    "absent", ["aliases", "cacheTagConfig", "comment", "tags", "webAclId", "loggingConfig"]
)
def test_what_nobody_asked_for_is_not_there(absent: str) -> None:
    assert absent not in distribution_of()


@pytest.mark.parametrize(
    ("changed", "key", "expected"), [s[1:] for s in SETTINGS], ids=[s[0] for s in SETTINGS]
)
def test_a_setting_reaches_the_distribution(changed: dict[str, Any], key: str, expected: Any) -> None:
    assert distribution_of(**changed)[key] == expected


def test_each_origin_is_a_private_bucket_that_tells_its_role_and_is_given_up_after_two_seconds() -> None:
    run = deployed()
    access = run.named("edge-origin-access")
    assert run.of(DISTRIBUTION)[0].inputs["origins"] == [
        {
            "originId": f"{origin.role}-{origin.region}",
            "domainName": origin.domain_name,
            "originAccessControlId": f"<{access.type} edge-origin-access id>",
            "connectionAttempts": 1,
            "connectionTimeout": 2,
            "customHeaders": [{"name": "x-origin-role", "value": origin.role}],
        }
        for origin in (PRIMARY, REPLICA)
    ]


def test_origin_access_signs_only_what_no_function_has_signed() -> None:
    assert deployed().named("edge-origin-access").inputs == {
        "originAccessControlOriginType": "s3",
        "signingBehavior": "no-override",
        "signingProtocol": "sigv4",
    }


@pytest.mark.parametrize("origins", [(PRIMARY, REPLICA), (REPLICA, PRIMARY)], ids=["in order", "swapped"])
def test_one_group_asks_the_primary_first_and_the_replica_after_any_failure(origins: Any) -> None:
    assert distribution_of(origins=origins)["originGroups"] == [
        {
            "originId": "assets",
            "failoverCriteria": {"statusCodes": [400, 403, 404, 429, 500, 502, 503, 504]},
            "members": [{"originId": "primary-us-west-2"}, {"originId": "replica-eu-west-1"}],
        }
    ]


def test_every_error_is_kept_for_a_second_only() -> None:
    responses = distribution_of()["customErrorResponses"]
    assert [r["errorCode"] for r in responses] == [c for c in ERROR_CODES if c != 416]
    assert {r["errorCachingMinTtl"] for r in responses} == {1}


def test_an_error_page_replaces_the_error_of_its_code_alone() -> None:
    pages = (
        ErrorPage(error_code=404, response_page_path="/404.html", error_caching_min_ttl_seconds=5),
        ErrorPage(error_code=403, response_page_path="/404.html", response_code=404),
        ErrorPage(error_code=416, response_page_path="/range.html"),
    )
    told = distribution_of(error_pages=pages, error_caching_min_ttl_seconds=3)["customErrorResponses"]
    by_code = {int(r.pop("errorCode")): r for r in told}
    assert by_code[404] == {"errorCachingMinTtl": 5, "responsePagePath": "/404.html", "responseCode": 404}
    assert by_code[403] == {"errorCachingMinTtl": 1, "responsePagePath": "/404.html", "responseCode": 404}
    assert by_code[416]["responsePagePath"] == "/range.html"
    assert by_code[503] == {"errorCachingMinTtl": 3}


def test_the_outputs_are_the_distributions_own() -> None:
    label = f"{DISTRIBUTION} edge-distribution"
    assert deployed().outputs_of("edge") == {
        "distribution_id": f"<{label} id>",
        "arn": f"<{label} arn>",
        "domain_name": f"<{label} domainName>",
    }


@pytest.mark.parametrize(("protect", "expected"), [(True, True), (False, None)])
def test_protection_is_on_when_asked_for(protect: bool, expected: object) -> None:
    assert deployed(protect=protect).of(DISTRIBUTION)[0].options.get("protect") is expected


@pytest.mark.parametrize(("asked", "expected"), [(True, "Enabled"), (False, None)], ids=["on", "off"])
def test_additional_metrics_are_subscribed_to_unless_refused(asked: bool, expected: str | None) -> None:
    subscriptions = deployed(additional_metrics=asked).of(
        "aws:cloudfront/monitoringSubscription:MonitoringSubscription"
    )
    found = [
        s.inputs["monitoringSubscription"]["realtimeMetricsSubscriptionConfig"][
            "realtimeMetricsSubscriptionStatus"
        ]
        for s in subscriptions
    ]
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize("changed", [{}, EVERYTHING], ids=["origins alone", "everything"])
def test_a_preview_finds_the_same_resources(changed: dict[str, Any]) -> None:
    assert deployed(preview=True, **changed).urns == deployed(**changed).urns


def test_what_is_global_stands_in_us_east_1() -> None:
    regional = [r for r in deployed(**EVERYTHING).all if "region" in r.inputs]
    assert {r.inputs["region"] for r in regional} == {"us-east-1"}
    assert {r.type.split(":")[1].split("/")[0] for r in regional} == {"acm", "wafv2", "cloudwatch"}
