"""What is kept of an origin's answer: errors, stale objects, cookies, tags, compressed bodies."""

from typing import Any

import pytest

from asset_edge.emulator.messages import OriginFailure, OriginResponse
from asset_edge.emulator.pipeline_context import Undocumented
from tests.emulator.world import (
    PICTURE,
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

STALE = "max-age=10, stale-while-revalidate=20, stale-if-error=40"


def test_while_it_is_revalidated_the_stale_object_is_served() -> None:
    world = World(cached(), fetch=lambda _: answer(200, b"old", Cache_Control=STALE))
    world.send()
    world.now += 29
    world.fetch = lambda _: answer(200, b"new", Cache_Control=STALE)
    assert world.send().body == b"old"
    assert world.send().body == b"new", "what was asked for beside"
    assert len(world.fetched) == 2


def test_a_revalidation_beside_a_request_fails_unheard() -> None:
    world = World(cached(), fetch=lambda _: answer(200, b"old", Cache_Control=STALE.replace("40", "0")))
    world.send()
    world.now += 29
    world.fetch = lambda _: OriginFailure.timeout
    assert world.send().body == b"old"


@pytest.mark.parametrize(
    ("control", "after_seconds", "expected"),
    [
        pytest.param(STALE, 49, "200 Hit", id="within stale-if-error"),
        pytest.param(STALE, 51, "failure", id="beyond it"),
        pytest.param("max-age=10, stale-if-error=0", 11, "failure", id="turned off"),
        pytest.param("max-age=10", 100_000, "200 Hit", id="nothing said: without end"),
    ],
)
@pytest.mark.parametrize(
    ("failing", "failure"),
    [
        (OriginFailure.refused, "503 Error"),
        (OriginFailure.timeout, "504 Error"),
        (answer(500, b"broken"), "500 Error"),
        (answer(503, b"down"), "503 Error"),
    ],
)
def test_an_expired_object_is_served_where_the_origin_fails(
    control: str, after_seconds: int, expected: str, failing: Any, failure: str
) -> None:
    world = World(cached(), fetch=lambda _: answer(200, b"old", Cache_Control=control))
    world.send()
    world.now += after_seconds
    world.fetch = lambda _: failing
    assert results(world, get()) == [failure if expected == "failure" else expected]


def test_an_origin_that_failed_is_left_alone_for_the_error_caching_time() -> None:
    world = World(cached(), fetch=lambda _: PICTURE)
    world.send()
    world.now += 60
    world.fetch = lambda _: OriginFailure.timeout
    world.send()
    world.now += 9.9
    assert results(world, get()) == ["200 Hit"]
    assert len(world.fetched) == 2
    world.now += 0.1
    world.fetch = lambda _: PICTURE
    assert results(world, get()) == ["200 Miss"]


@pytest.mark.parametrize(
    "last_word",
    [
        pytest.param(answer(403, b"no"), id="forbidden"),
        pytest.param(answer(410, b"gone", Cache_Control="no-store"), id="gone"),
        pytest.param(answer(200, b"yours alone", Cache_Control="private"), id="no longer for sharing"),
    ],
)
def test_what_the_origin_took_back_does_not_return_when_it_fails(last_word: OriginResponse) -> None:
    world = World(cached(), fetch=lambda _: PICTURE)
    world.send()
    world.now += 60
    world.fetch = lambda _: last_word
    assert world.send().body == last_word.body
    world.fetch = lambda _: OriginFailure.timeout
    assert world.send().status == 504


def test_an_origins_failure_takes_nothing_back() -> None:
    control = "max-age=10, stale-if-error=0"
    world = World(cached(), fetch=lambda _: answer(ETag='"1"', Cache_Control=control))
    world.send()
    world.now += 10
    world.fetch = lambda _: answer(505, b"")
    assert world.send().status == 505
    world.fetch = lambda _: answer(304, b"")
    assert results(world, get()) == ["200 RefreshHit"]


@pytest.mark.parametrize("told", ["no-store", "private"])
def test_what_a_304_says_is_not_to_be_stored_does_not_come_back_when_the_origin_fails(told: str) -> None:
    world = World(cached(), fetch=lambda _: PICTURE)
    world.send()
    world.now += 60
    world.fetch = lambda _: answer(304, b"", Cache_Control=told)
    assert results(world, get()) == ["200 RefreshHit"]
    world.fetch = lambda _: OriginFailure.timeout
    assert world.send().status == 504


@pytest.mark.parametrize("status", [403, 404])
def test_a_stale_object_is_not_served_where_the_origin_says_that_it_is_gone(status: int) -> None:
    world = World(cached(), fetch=lambda _: PICTURE)
    world.send()
    world.now += 60
    world.fetch = lambda _: answer(status, b"")
    assert world.send().status == status


@pytest.mark.parametrize(
    ("failing", "kept"),
    [
        pytest.param(answer(404, b"none"), True, id="404"),
        pytest.param(answer(500, b"oops"), True, id="500"),
        pytest.param(OriginFailure.refused, True, id="no connection"),
        pytest.param(OriginFailure.timeout, True, id="silence"),
        pytest.param(OriginFailure.unresolved, True, id="no such name"),
        pytest.param(answer(403, b"no"), False, id="403"),
        pytest.param(answer(403, b"no", Cache_Control="max-age=5"), True, id="403 with a lifetime"),
        pytest.param(answer(404, b"none", Cache_Control="no-store"), False, id="404 not to be stored"),
        pytest.param(answer(416, b""), False, id="416"),
    ],
)
def test_errors_are_kept_for_the_error_caching_time(failing: Any, kept: bool) -> None:
    world = World(cached(), fetch=lambda _: failing)
    first = world.send()
    world.now += 9.9
    second = world.send()
    assert len(world.fetched) == (1 if kept else 2)
    assert (result(first), first.body) == (result(second), second.body)
    assert result(second).endswith("Error")
    world.now += 10
    world.send()
    assert len(world.fetched) == (2 if kept else 3)


def test_an_expired_error_is_asked_for_just_as_the_viewer_asks() -> None:
    world = World(cached(), fetch=lambda _: answer(404, b"none"))
    world.send()
    world.now += 10
    world.send(get(method="HEAD", headers={"If-None-Match": '"1"'}))
    assert (world.fetched[1].method, value(world.fetched[1], "if-none-match")) == ("HEAD", '"1"')


def test_a_distribution_says_how_long_errors_are_kept_and_s3_at_least_a_second() -> None:
    errors = {"CustomErrorResponses": some({"ErrorCode": 404, "ErrorCachingMinTTL": 0})}
    world = World(cached(distribution_changes=errors), fetch=lambda _: answer(404))
    for later in (0.9, 0.1, 0):
        world.send()
        world.now += later
    assert len(world.fetched) == 2


def test_with_caching_disabled_no_error_is_kept() -> None:
    policy = cache_policy(ttls=(0, 0, 0))
    world = World(cached(policy), fetch=lambda _: answer(404, b"none"))
    assert results(world, get(), get()) == ["404 Error", "404 Error"]
    assert len(world.fetched) == 2


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("event", ["origin-request", "origin-response"])
def test_whether_a_functions_failure_is_kept_is_a_switch(event: str, kept: bool) -> None:
    world = World(
        cached(None, event),
        functions={event: lambda _: "no answer"},
        undocumented=Undocumented(cache_function_failures=kept),
    )
    assert [r.partition(" ")[0] for r in results(world, get(), get())] == ["502", "502"]
    assert len(world.events) == (1 if kept else 2)


@pytest.mark.parametrize("event", ["viewer-request", "viewer-response"])
def test_a_failure_at_the_viewers_side_is_never_kept(event: str) -> None:
    world = World(
        cached(None, event),
        functions={event: lambda _: "no answer"},
        undocumented=Undocumented(cache_function_failures=True),
    )
    world.send()
    world.send()
    assert len(world.events) == 2


def test_a_function_that_fails_while_revalidating_is_no_failing_origin() -> None:
    answers: list[Any] = [None, "no answer"]
    world = World(
        cached(None, "origin-request"),
        functions={"origin-request": lambda record: answers.pop(0) or record["request"]},
        fetch=lambda _: PICTURE,
    )
    world.send()
    world.now += 60
    assert results(world, get()) == ["502 LambdaValidationError"]


def test_a_cookie_is_kept_only_where_cookies_are_in_the_key_and_the_origin_lets_it() -> None:
    def cookies(policy: Any, **headers: Any) -> list[str | None]:
        world = World(cached(policy), fetch=lambda _: answer(Set_Cookie="a=b", **headers))
        return [value(world.send(), "set-cookie"), value(world.send(), "set-cookie")]

    everyone = cache_policy(cookies="all")
    assert cookies(cache_policy()) == [None, None]
    assert cookies(everyone) == ["a=b", "a=b"]
    assert cookies(everyone, Cache_Control='max-age=9, no-cache="Set-Cookie"') == ["a=b", None]


TAGGED = {"CacheTagConfig": {"HeaderName": "X-Cache-Tag"}}


def test_an_object_is_found_by_its_tags_and_shows_them() -> None:
    world = World(
        cached(distribution_changes=TAGGED), fetch=lambda r: answer(x_cache_tag=f"All, {r.target[1:]}")
    )
    for path in ("/a", "/b", "/c"):
        world.send(get(path))
    assert value(world.send(get("/a")), "x-cache-tag") == "All, a"
    assert world.cache.invalidate("E1", ["#B"]) == 1
    assert results(world, get("/a"), get("/b")) == ["200 Hit", "200 Miss"]
    assert world.cache.invalidate("E1", ["#all"]) == 3


def test_a_304_with_other_tags_gives_the_object_those() -> None:
    world = World(
        cached(distribution_changes=TAGGED),
        fetch=revalidating(answer(ETag='"1"', x_cache_tag="old"), x_cache_tag="new"),
    )
    world.send()
    world.now += 60
    world.send()
    assert world.cache.invalidate("E1", ["#old"]) == 0
    assert world.cache.invalidate("E1", ["#new"]) == 1


def test_without_a_tag_header_nothing_is_tagged() -> None:
    world = World(cached(), fetch=lambda _: answer(x_cache_tag="a"))
    world.send()
    assert world.cache.invalidate("E1", ["#a"]) == 0
    assert world.cache.invalidate("E1", ["/a.png"]) == 1


TEXT = answer(200, b"text " * 400, Content_Type="text/plain", Content_Length="2000", ETag='"1"')


@pytest.mark.parametrize(
    ("compress", "accepts", "policy", "encoded"),
    [
        (True, "gzip", cache_policy(gzip=True), True),
        (True, "identity", cache_policy(gzip=True), False),
        (False, "gzip", cache_policy(gzip=True), False),
        (True, "gzip", cache_policy(), False),
        (True, "gzip", cache_policy(ttls=(0, 0, 0)), False),
    ],
)
def test_text_is_compressed_once_and_kept_so(
    compress: bool, accepts: str, policy: Any, encoded: bool
) -> None:
    world = World(cached(policy, Compress=compress), fetch=lambda _: TEXT)
    viewer = get(headers={"Accept-Encoding": accepts})
    for response in (world.send(viewer), world.send(viewer)):
        assert (value(response, "content-encoding") == "gzip") is encoded
        assert (len(response.body) < 2000) is encoded
        assert value(response, "etag") == ('W/"1"' if encoded else '"1"')


def test_a_compressed_object_is_revalidated_by_the_origins_own_tag_and_stays_compressed() -> None:
    world = World(
        cached(cache_policy(gzip=True), Compress=True),
        fetch=revalidating(TEXT, ETag='"1"', content_length="0", vary="Origin"),
    )
    viewer = get(headers={"Accept-Encoding": "gzip"})
    first = world.send(viewer)
    world.now += 60
    second = world.send(viewer)
    assert result(second) == "200 RefreshHit"
    names = ("content-encoding", "etag", "vary", "content-length")
    assert [value(second, n) for n in names] == [value(first, n) for n in names]
    assert second.body == first.body


@pytest.mark.parametrize("status", [200, 304])
def test_what_was_kept_before_does_not_come_back_for_an_answer_that_its_tag_invalidated(status: int) -> None:
    def invalidated_meanwhile(_: object) -> OriginResponse:
        world.cache.invalidate("E1", ["#new"])
        return answer(status, b"", x_cache_tag="new")

    world = World(cached(distribution_changes=TAGGED), fetch=lambda _: PICTURE)
    world.send()
    world.now += 60
    world.fetch = invalidated_meanwhile
    assert world.send().status == 200
    world.fetch = lambda _: OriginFailure.refused
    assert world.send().status == 503
