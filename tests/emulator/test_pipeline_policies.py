"""What a response headers policy, and who is told what was decided, make of an answer."""

from typing import Any

import pytest

from asset_edge.emulator.distribution import Policies
from asset_edge.emulator.managed_policies import MANAGED_CACHE_POLICIES, MANAGED_RESPONSE_HEADERS_POLICIES
from asset_edge.emulator.messages import OriginFailure
from tests.emulator.world import (
    CACHING_OPTIMIZED,
    SECURITY_HEADERS,
    UNCHANGED,
    World,
    answer,
    behavior,
    get,
    results,
    served,
    value,
)

SIMPLE_CORS = "60669652-455b-4ae9-85a4-c4c02393f86c"


def secured(*functions: str, policy: str = SECURITY_HEADERS, **more: Any) -> Any:
    return served(
        DefaultCacheBehavior=behavior(
            "group",
            functions,
            CachePolicyId=CACHING_OPTIMIZED,
            ResponseHeadersPolicyId=policy,
            **more,
        )
    )


@pytest.mark.parametrize(
    ("fetched", "viewer"),
    [
        pytest.param(answer(), get(), id="an object"),
        pytest.param(answer(410, b"gone"), get(), id="an error of the origin"),
        pytest.param(OriginFailure.refused, get(), id="a failure of the origin"),
        pytest.param(answer(), get(method="DELETE"), id="what the edge refuses by itself"),
    ],
)
def test_every_answer_has_the_policys_headers_from_the_cache_or_not(fetched: Any, viewer: Any) -> None:
    world = World(secured(), fetch=lambda _: fetched)
    for _ in range(2):
        response = world.send(viewer)
        assert value(response, "x-content-type-options") == "nosniff"
        assert str(value(response, "strict-transport-security")).startswith("max-age=")


@pytest.mark.parametrize("event", ["viewer-request", "origin-request"])
def test_what_a_function_generates_has_them_too(event: str) -> None:
    world = World(secured(event), functions={event: lambda _: {"status": "200"}})
    assert value(world.send(), "x-content-type-options") == "nosniff"


@pytest.mark.parametrize("event", UNCHANGED)
def test_a_functions_failure_has_them_too(event: str) -> None:
    world = World(secured(event), functions={event: lambda _: "no answer"})
    response = world.send()
    assert (response.status, value(response, "x-content-type-options")) == (502, "nosniff")


def test_a_redirect_to_https_is_answered_before_anything_else() -> None:
    response = World(secured()).send(get(headers={"x-asset-edge-viewer": "proto=http"}))
    assert (response.status, value(response, "x-content-type-options")) == (301, None)


def test_viewer_response_sees_them_and_has_the_last_word() -> None:
    def open_up(record: Any) -> Any:
        response = record["response"]
        assert response["headers"]["x-content-type-options"][0]["value"] == "nosniff"
        return {**response, "headers": {**response["headers"], "x-content-type-options": [{"value": "mine"}]}}

    world = World(secured("viewer-response"), functions={"viewer-response": open_up})
    assert value(world.send(), "x-content-type-options") == "mine"
    assert value(world.send(), "x-content-type-options") == "mine"


def test_they_are_the_viewers_own_and_never_in_the_cache() -> None:
    world = World(secured(policy=SIMPLE_CORS))
    with_origin = get(headers={"Origin": "https://page.test"})
    allowed = [
        value(world.send(viewer), "access-control-allow-origin") for viewer in (get(), with_origin, get())
    ]
    assert allowed == [None, "*", None]
    assert len(world.fetched) == 1


def timed(percent: float) -> Any:
    config = {"Name": "timed", "ServerTimingHeadersConfig": {"Enabled": True, "SamplingRate": percent}}
    known = Policies(
        cache=MANAGED_CACHE_POLICIES,
        response_headers=dict(MANAGED_RESPONSE_HEADERS_POLICIES)
        | {"timed": {"Id": "timed", "ResponseHeadersPolicyConfig": config}},
    )
    made = behavior("primary", CachePolicyId=CACHING_OPTIMIZED, ResponseHeadersPolicyId="timed")
    return served(known, DefaultCacheBehavior=made)


def test_server_timing_tells_what_the_origin_took() -> None:
    def slow(_: object) -> Any:
        world.now += 0.25
        return answer()

    world = World(timed(100), fetch=slow)
    miss, hit = value(world.send(), "server-timing"), value(world.send(), "server-timing")
    assert "cdn-upstream-fbl;dur=250" in str(miss)
    assert "cdn-downstream-fbl;dur=250" in str(miss)
    assert 'cdn-rid;desc="an-id=="' in str(miss)
    assert str(hit).startswith("cdn-cache-hit")
    assert "cdn-downstream-fbl;dur=0" in str(hit)


def test_the_share_of_answers_with_server_timing_is_about_the_rate() -> None:
    world = World(timed(30))
    ids = iter(f"{number:032x}" for number in range(1000))
    world.edge.new_request_id = lambda: next(ids)
    timed_ones = sum(value(world.send(), "server-timing") is not None for _ in range(1000))
    assert 250 < timed_ones < 350


def test_every_decision_on_the_way_is_told_in_its_order() -> None:
    world = World(
        secured(*UNCHANGED),
        functions=UNCHANGED,
        fetch=lambda r: answer(404) if value(r, "x-origin-role") == "primary" else answer(),
    )
    assert world.send().decisions == (
        ("behavior", "*"),
        ("viewer-request", "request"),
        ("origin-request", "request"),
        ("origin primary", "one.s3.eu-west-1.amazonaws.com: 404"),
        ("origin-response", "response 404"),
        ("origin-request", "request"),
        ("origin replica", "two.s3.us-east-1.amazonaws.com: 200"),
        ("origin-response", "response 200"),
        ("viewer-response", "response 200"),
        ("answer", "200 Miss from cloudfront"),
    )
    assert world.send().decisions == (
        ("behavior", "*"),
        ("viewer-request", "request"),
        ("viewer-response", "response 200"),
        ("answer", "200 Hit from cloudfront"),
    )


@pytest.mark.parametrize(
    ("function", "told"),
    [
        pytest.param(lambda _: {"status": "302"}, ("viewer-request", "response 302"), id="a response"),
        pytest.param(lambda _: 1 / 0, ("viewer-request", "failed: division by zero"), id="a crash"),
    ],
)
def test_what_a_function_did_is_among_the_decisions(function: Any, told: tuple[str, str]) -> None:
    world = World(secured("viewer-request"), functions={"viewer-request": function})
    assert world.send().decisions[1] == told


def test_why_an_answer_of_a_function_was_refused_is_told_in_the_log_alone() -> None:
    world = World(secured("viewer-request"), functions={"viewer-request": lambda _: "text"})
    response = world.send()
    assert response.decisions[1][1].startswith("refused: answer is 'text' at viewer-request")
    assert b"text'" not in response.body


def test_an_origin_that_gave_no_answer_is_told_too() -> None:
    world = World(secured(), fetch=lambda _: OriginFailure.timeout)
    assert ("origin primary", "one.s3.eu-west-1.amazonaws.com: timeout") in world.send().decisions
    assert results(world, get()) == ["504 Error"]
