"""Which requests are the same to the cache, and what goes to the origin every time."""

import copy
from typing import Any

import pytest

from asset_edge.emulator.distribution import Distribution
from asset_edge.emulator.messages import OriginRequest, OriginResponse
from tests.emulator.world import (
    ALL_VIEWER,
    PICTURE,
    UNCHANGED,
    World,
    answer,
    cache_policy,
    cached,
    get,
    result,
    results,
    revalidating,
    some,
    value,
)


def test_the_second_request_is_a_hit_with_its_age() -> None:
    world = World(cached())
    first = world.send()
    world.now += 59.9
    second = world.send()
    assert (result(first), result(second)) == ("200 Miss", "200 Hit")
    assert (value(first, "age"), value(second, "age")) == (None, "59")
    assert second.body == b"picture"
    assert len(world.fetched) == 1


def test_an_object_is_asked_for_again_once_its_time_is_over() -> None:
    world = World(cached(), fetch=lambda _: answer(200, b"picture"))
    world.send()
    world.now += 60
    assert results(world, get(), get()) == ["200 Miss", "200 Hit"]
    assert len(world.fetched) == 2


@pytest.mark.parametrize(
    ("policy", "same"),
    [
        pytest.param(cache_policy(), True, id="nothing but the path"),
        pytest.param(cache_policy(query_strings=("w",)), False, id="a query string"),
        pytest.param(cache_policy(headers=("x-grant",)), False, id="a header"),
        pytest.param(cache_policy(cookies="all"), False, id="cookies"),
        pytest.param(cache_policy(gzip=True), False, id="the encoding"),
    ],
)
def test_the_policy_says_which_requests_are_the_same(policy: Any, same: bool) -> None:
    world = World(cached(policy))
    other = {"x-grant": "b", "Cookie": "a=2", "Accept-Encoding": "gzip"}
    world.send(get("/a.png?w=1", headers={"x-grant": "a", "Cookie": "a=1"}))
    assert (result(world.send(get("/a.png?w=2", headers=other))) == "200 Hit") is same


def test_two_paths_and_two_distributions_are_never_the_same() -> None:
    world = World(cached())
    assert results(world, get("/a"), get("/b"), get("/a/"), get("/%61")) == ["200 Miss"] * 4


def test_the_country_is_in_the_key_where_the_policy_lists_it() -> None:
    world = World(cached(cache_policy(headers=("CloudFront-Viewer-Country",))))
    german, french = (get(headers={"x-asset-edge-viewer": f"country={c}"}) for c in ("DE", "FR"))
    assert results(world, german, french, german) == ["200 Miss", "200 Miss", "200 Hit"]
    assert [value(request, "cloudfront-viewer-country") for request in world.fetched] == ["DE", "FR"]


def test_what_viewer_request_writes_is_in_the_key() -> None:
    def granted(record: Any) -> Any:
        request = copy.deepcopy(record["request"])
        request["headers"]["x-grant"] = [{"key": "x-grant", "value": request["querystring"]}]
        return {**request, "uri": "/same.png"}

    of = cached(cache_policy(headers=("x-grant",)), "viewer-request")
    world = World(of, functions={"viewer-request": granted})
    viewers = (get("/1.png?a"), get("/2.png?b"), get("/3.png?a"))
    assert results(world, *viewers) == ["200 Miss", "200 Miss", "200 Hit"]
    assert [request.target for request in world.fetched] == ["/same.png", "/same.png"]


def test_on_a_hit_only_the_viewers_functions_run() -> None:
    world = World(cached(None, *UNCHANGED), functions=UNCHANGED)
    world.send()
    world.events.clear()
    world.send()
    assert world.triggers == ["viewer-request", "viewer-response"]


def test_the_cache_holds_what_origin_response_made_and_not_what_viewer_response_made() -> None:
    def stamped(name: str) -> Any:
        def function(record: Any) -> Any:
            response = copy.deepcopy(record["response"])
            response["headers"][name] = [{"value": str(len(world.events))}]
            return response

        return function

    functions = {"origin-response": stamped("x-origin"), "viewer-response": stamped("x-viewer")}
    world = World(cached(None, *functions), functions=functions)
    first, second = world.send(), world.send()
    assert (value(first, "x-origin"), value(second, "x-origin")) == ("1", "1")
    assert (value(first, "x-viewer"), value(second, "x-viewer")) == ("2", "3")


def test_origin_responses_headers_decide_how_long_it_is_kept() -> None:
    def never(record: Any) -> Any:
        response = copy.deepcopy(record["response"])
        response["headers"]["cache-control"] = [{"value": "no-store"}]
        return response

    world = World(
        cached(None, "origin-response"),
        functions={"origin-response": never},
        fetch=lambda _: answer(Cache_Control="max-age=60"),
    )
    assert results(world, get(), get()) == ["200 Miss", "200 Miss"]


def test_what_origin_request_generates_is_kept_by_the_same_rules() -> None:
    def generated(record: Any) -> Any:
        seconds = record["request"]["uri"].removeprefix("/")
        return {"status": "200", "headers": {"cache-control": [{"value": f"max-age={seconds}"}]}, "body": "x"}

    world = World(cached(None, "origin-request"), functions={"origin-request": generated})
    assert results(world, get("/0"), get("/0")) == ["200 LambdaGeneratedResponse"] * 2
    assert results(world, get("/9"), get("/9")) == ["200 LambdaGeneratedResponse", "200 Hit"]
    assert world.fetched == []


def test_what_viewer_request_generates_is_never_kept() -> None:
    of = cached(None, "viewer-request")
    world = World(of, functions={"viewer-request": lambda _: {"status": "200", "body": "x"}})
    assert results(world, get(), get()) == ["200 LambdaGeneratedResponse"] * 2
    assert world.cache.statistics().entries == 0


@pytest.mark.parametrize(
    ("of", "method"),
    [
        pytest.param(cached(cache_policy(ttls=(0, 0, 0))), "GET", id="a policy that keeps nothing"),
        pytest.param(cached(AllowedMethods=some("GET", "POST")), "POST", id="another method"),
        pytest.param(cached(), "OPTIONS", id="OPTIONS, which is not cached"),
    ],
)
def test_what_is_not_cached_goes_to_the_origin_every_time(of: Distribution, method: str) -> None:
    world = World(of)
    assert results(world, get(method=method), get(method=method)) == ["200 Miss", "200 Miss"]
    assert world.cache.statistics().entries == 0


def test_options_is_kept_apart_where_it_is_cached() -> None:
    all_three = some("GET", "HEAD", "OPTIONS")
    world = World(cached(AllowedMethods={**all_three, "CachedMethods": all_three}))
    viewers = (get(), get(method="OPTIONS"), get(method="OPTIONS"))
    assert results(world, *viewers) == ["200 Miss", "200 Miss", "200 Hit"]


def test_the_root_and_its_object_are_one() -> None:
    world = World(cached())
    assert results(world, get("/"), get("/index.html")) == ["200 Miss", "200 Hit"]


def test_an_expired_object_is_asked_for_conditionally() -> None:
    world = World(cached(), fetch=revalidating(cache_control="max-age=100"))
    world.send()
    world.now += 60
    response = world.send(get(headers={"Range": "bytes=0-2", "If-None-Match": '"2"'}))
    asked = world.fetched[1]
    assert (value(asked, "if-none-match"), value(asked, "range")) == ('"1"', None), "ours, not the viewer's"
    assert value(asked, "if-modified-since") == "Mon, 01 Jan 2024 00:00:00 GMT"
    assert (result(response), response.body) == ("206 RefreshHit", b"pic")
    world.now += 99
    assert results(world, get()) == ["200 Hit"], "the 304 said how long"
    assert value(world.send(), "age") == "99"


def test_an_object_that_has_changed_replaces_the_expired_one() -> None:
    world = World(cached(), fetch=revalidating())
    world.send()
    world.now += 60
    world.fetch = lambda _: answer(200, b"another", ETag='"2"')
    assert world.send().body == b"another"
    assert results(world, get()) == ["200 Hit"]


def test_a_head_revalidates_with_a_get_so_that_a_change_is_kept() -> None:
    world = World(cached(), fetch=lambda _: PICTURE)
    world.send()
    world.now += 60
    world.fetch = lambda _: answer(200, b"another")
    assert world.send(get(method="HEAD")).body == b""
    assert world.fetched[1].method == "GET"
    assert world.send().body == b"another"
    assert len(world.fetched) == 2


def test_a_304_that_forbids_keeping_is_served_and_asked_again() -> None:
    world = World(cached(), fetch=revalidating(cache_control="no-store"))
    world.send()
    world.now += 60
    assert results(world, get(), get()) == ["200 RefreshHit", "200 Miss"], "it is no longer kept to ask with"


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(cached(cache_policy(cookies="all")), id="in the key"),
        pytest.param(cached(OriginRequestPolicyId=ALL_VIEWER), id="besides"),
    ],
)
def test_what_depends_on_cookies_is_never_revalidated(of: Distribution) -> None:
    world = World(of, fetch=revalidating())
    world.send()
    world.now += 60
    assert results(world, get()) == ["200 Miss"]
    assert value(world.fetched[1], "if-none-match") is None


def test_nor_is_what_is_no_whole_object() -> None:
    world = World(cached(), fetch=lambda _: answer(301, b"", ETag='"1"', Location="/b.png"))
    world.send()
    world.now += 60
    world.send()
    assert value(world.fetched[1], "if-none-match") is None


@pytest.mark.parametrize("name", ["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"])
def test_a_viewers_conditions_never_decide_what_everyone_gets(name: str) -> None:
    world = World(cached())
    world.send()
    world.now += 60
    world.send(get(headers={name: '"1"'}))
    assert value(world.fetched[1], name.lower()) is None


def test_what_an_invalidation_overtakes_is_served_and_not_kept() -> None:
    def fetch(_: OriginRequest) -> OriginResponse:
        world.cache.invalidate("E1", ["/*"])
        return answer()

    world = World(cached(), fetch=fetch)
    assert results(world, get(), get()) == ["200 Miss", "200 Miss"]
