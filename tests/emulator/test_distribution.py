"""What the edge reads from a distribution as a whole."""

from typing import Any

import pytest

from asset_edge.emulator.distribution import CustomErrorResponse, GeoRestriction
from asset_edge.errors import Unsupported
from tests.emulator.world import PRIMARY, REPLICA, behavior, served, some


def test_a_distribution_is_read_whole() -> None:
    read = served(CacheBehaviors=some(behavior("primary", ("viewer-request",), PathPattern="/demo/*")))
    assert (read.id, read.domain_name, read.aliases) == ("E1", "d1.cloudfront.net", ("assets.example.test",))
    assert [b.path_pattern for b in read.behaviors] == ["/demo/*", "*"]
    demo, default = read.behaviors
    assert [o.domain_name for o in demo.target.origins] == [PRIMARY]
    assert demo.functions["viewer-request"].arn == "arn:viewer-request:1"
    assert [o.domain_name for o in default.target.origins] == [PRIMARY, REPLICA]
    assert default.target.failover_statuses == {403, 404, 500, 502, 503, 504}
    assert default.allowed_methods == {"GET", "HEAD", "OPTIONS"}


def test_names_are_compared_without_case() -> None:
    assert served(Aliases=some("Assets.Example.Test")).aliases == ("assets.example.test",)


@pytest.mark.parametrize(
    ("header", "expected"), [({"HeaderName": "X-Cache-Tag"}, "x-cache-tag"), ({}, None), (None, None)]
)
def test_the_header_that_holds_cache_tags_is_read(header: Any, expected: str | None) -> None:
    assert served(CacheTagConfig=header).cache_tag_header == expected


def test_custom_error_responses_are_read_with_the_apis_defaults() -> None:
    whole = {
        "ErrorCode": 404,
        "ResponsePagePath": "/e.html",
        "ResponseCode": "200",
        "ErrorCachingMinTTL": 1,
    }
    of = served(CustomErrorResponses=some(whole, {"ErrorCode": 500}))
    assert of.custom_error_responses == {
        404: CustomErrorResponse(page_path="/e.html", response_status=200, error_caching_min_ttl_seconds=1),
        500: CustomErrorResponse(page_path="", response_status=None, error_caching_min_ttl_seconds=10),
    }
    assert [of.error_caching_seconds(status) for status in (404, 500, 503)] == [1, 10, 10]


@pytest.mark.parametrize("declared", [None, {}, {"GeoRestriction": {"RestrictionType": "none", **some()}}])
def test_nobody_is_shut_out_unless_it_says_so(declared: Any) -> None:
    assert served(Restrictions=declared).geo_restriction == GeoRestriction()
    assert GeoRestriction().permits("DE")


def test_a_path_is_matched_once_and_remembered() -> None:
    of = served(CacheBehaviors=some(behavior(PathPattern="/demo/*")))
    assert of.behavior_for("/demo/a") is of.behavior_for("/demo/a") is of.behaviors[0]
    assert of.behavior_for("/other") is of.behaviors[1]


def test_what_is_not_modelled_stops_the_reading() -> None:
    with pytest.raises(Unsupported, match="Smooth Streaming"):
        served(DefaultCacheBehavior=behavior(SmoothStreaming=True))
