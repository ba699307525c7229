"""What a viewer gets of what is in the cache: the whole, a part, or word that it has it already."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator.messages import OriginFailure, OriginRequest, OriginResponse, ViewerRequest
from tests.emulator.world import (
    CACHING_OPTIMIZED,
    PICTURE,
    SECURITY_HEADERS,
    World,
    answer,
    behavior,
    cached,
    get,
    result,
    results,
    revalidating,
    served,
    value,
)


def test_head_is_answered_from_what_get_brought_and_not_the_other_way_round() -> None:
    world = World(cached(), fetch=lambda r: answer(200, b"" if r.method == "HEAD" else b"picture"))
    head = get(method="HEAD")
    assert results(world, head, head, get()) == ["200 Miss", "200 Hit", "200 Miss"]
    response = world.send(head)
    assert (result(response), response.body, value(response, "content-length")) == ("200 Hit", b"", "7")
    assert world.send().body == b"picture"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({"If-None-Match": '"1"'}, (304, b""), id="same tag"),
        pytest.param({"If-None-Match": '"2"'}, (200, b"picture"), id="other tag"),
        pytest.param(
            {"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"}, (304, b""), id="not modified since"
        ),
        pytest.param({"Range": "bytes=0-2"}, (206, b"pic"), id="a part"),
        pytest.param({"Range": "bytes=9-"}, (416, b""), id="beyond the end"),
        pytest.param({"Range": "bytes=2-1"}, (200, b"picture"), id="no range at all"),
    ],
)
def test_what_a_viewer_gets_of_an_object_in_the_cache(
    headers: dict[str, str], expected: tuple[int, bytes]
) -> None:
    world = World(cached(), fetch=lambda _: PICTURE)
    world.send()
    response = world.send(get(headers=headers))
    assert (response.status, response.body) == expected
    assert len(world.fetched) == 1
    if response.status == 206:
        assert value(response, "content-range") == "bytes 0-2/7"
        assert value(response, "content-length") == "3"


def ranged(request: OriginRequest) -> OriginResponse:
    wanted = value(request, "range")
    return answer(206, b"pic", Content_Range="bytes 0-2/7") if wanted else answer(200, b"picture")


def test_a_part_goes_to_the_origin_and_is_kept_under_its_own_range() -> None:
    world = World(cached(), fetch=ranged)
    some, other = get(headers={"Range": "bytes=0-2"}), get(headers={"Range": "bytes=0-1"})
    assert results(world, some, some, other, get()) == ["206 Miss", "206 Hit", "206 Miss", "200 Miss"]
    assert [value(request, "range") for request in world.fetched] == ["bytes=0-2", "bytes=0-1", None]
    assert results(world, other) == ["206 Hit"], "from the whole, now that it is there"


@pytest.mark.parametrize("viewer", [get(headers={"Range": "bytes=0-2"}), get(method="HEAD")])
def test_what_is_not_the_whole_is_asked_for_anew_once_its_time_is_over(viewer: ViewerRequest) -> None:
    world = World(cached(), fetch=ranged)
    first = world.send(viewer)
    world.now += 60
    assert result(world.send(viewer)) == result(first)
    assert len(world.fetched) == 2


def test_a_head_of_a_part_is_not_the_head_of_the_whole() -> None:
    world = World(cached(), fetch=ranged)
    part = get(method="HEAD", headers={"Range": "bytes=0-2"})
    assert results(world, part, get(method="HEAD")) == ["206 Miss", "200 Miss"]


@pytest.mark.parametrize("name", ["If-Match", "If-Range", "If-Unmodified-Since"])
def test_a_part_under_a_condition_is_the_origins_to_judge_every_time(name: str) -> None:
    world = World(cached(), fetch=ranged)
    plain = get(headers={"Range": "bytes=0-2"})
    conditional = get(headers={"Range": "bytes=0-2", name: '"1"'})
    assert results(world, conditional, plain, conditional) == ["206 Miss"] * 3


def test_an_origin_that_ignores_ranges_fills_the_cache_with_the_whole() -> None:
    world = World(cached())
    viewer = get(headers={"Range": "bytes=0-2"})
    assert results(world, viewer, viewer) == ["200 Miss", "206 Hit"]


def test_a_condition_that_nothing_in_the_cache_answers_goes_to_the_origin() -> None:
    world = World(cached(), fetch=revalidating())
    viewer = get(headers={"If-None-Match": '"1"'})
    assert results(world, viewer, viewer) == ["304 Miss", "304 Miss"], "a 304 is nothing to keep"
    assert results(world, get(), viewer) == ["200 Miss", "304 Hit"]


def test_a_failed_precondition_is_nobody_elses_error() -> None:
    world = World(cached(), fetch=lambda _: answer(412, b"", Cache_Control="max-age=60"))
    viewer = get(headers={"If-Match": '"2"'})
    assert results(world, viewer, viewer) == ["412 Error", "412 Error"]
    assert len(world.fetched) == 2


CONTROLS = st.sampled_from(
    [None, "no-store", "no-cache", "private", "max-age=0", "max-age=5", "max-age=5, stale-while-revalidate=5"]
)
VIEWERS = st.sampled_from(
    [
        get(),
        get(method="HEAD"),
        get(headers={"Range": "bytes=0-2"}),
        get(headers={"If-None-Match": '"1"'}),
        get(headers={"If-Match": '"1"', "Range": "bytes=0-2"}),
    ]
)


@given(
    control=CONTROLS,
    tag=st.sampled_from([None, '"1"']),
    exchanges=st.lists(st.tuples(VIEWERS, st.floats(0, 20)), max_size=8),
    failing=st.sets(st.integers(0, 8)),
)
def test_no_viewer_ever_sees_another_body_than_the_origins(
    control: str | None, tag: str | None, exchanges: list[tuple[Any, float]], failing: set[int]
) -> None:
    told = {k: v for k, v in {"Cache-Control": control, "ETag": tag}.items() if v is not None}

    def fetch(request: OriginRequest) -> Any:
        if len(world.fetched) in failing:
            return OriginFailure.timeout
        if tag and value(request, "if-none-match") == tag:
            return answer(304, b"", **told)
        if value(request, "range"):
            return answer(206, b"pic", Content_Range="bytes 0-2/7", **told)
        return answer(200, b"" if request.method == "HEAD" else b"picture", **told)

    world = World(cached(), fetch=fetch)
    for viewer, seconds in exchanges:
        response = world.send(viewer)
        world.now += seconds
        expected = {200: b"picture", 206: b"pic", 304: b""}
        if viewer.request["method"] == "HEAD":
            assert response.body == b"" or response.status == 504
        elif response.status in expected:
            assert response.body == expected[response.status]
        else:
            assert response.status == 504
    assert not world.cache._pending, "nobody is left waiting"


def test_a_hit_serves_any_number_of_viewers_without_changing_what_is_kept() -> None:
    of = behavior(CachePolicyId=CACHING_OPTIMIZED, ResponseHeadersPolicyId=SECURITY_HEADERS)
    world = World(served(DefaultCacheBehavior=of), fetch=lambda _: PICTURE)
    world.send()
    before = copy.deepcopy([kept.entry for kept in world.cache._kept.values()])
    for headers in ({}, {"Range": "bytes=0-2"}, {"If-None-Match": '"1"'}):
        world.send(get(headers=headers))
    world.send(get(method="HEAD"))
    assert [kept.entry for kept in world.cache._kept.values()] == before
