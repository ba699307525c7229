"""Requests for one object that arrive together ask the origin once; whoever waits is never left waiting."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator.driver import Driver
from asset_edge.emulator.messages import (
    Crashed,
    EdgeResponse,
    Ended,
    Fetch,
    Invoke,
    OriginFailure,
    OriginRequest,
    OriginResponse,
    Returned,
    Spawn,
    ViewerRequest,
    Wait,
)
from asset_edge.emulator.pipeline_context import Steps
from tests.emulator.world import (
    PICTURE,
    UNCHANGED,
    World,
    answer,
    cache_policy,
    cached,
    get,
    result,
    value,
    with_functions,
)

RANGE = get(headers={"Range": "bytes=0-2"})
CONDITION = get(headers={"If-None-Match": '"2"'})


def begin(world: World, viewer: ViewerRequest | None = None) -> tuple[Steps[EdgeResponse], Any]:
    """A pipeline and the first effect it asks for."""
    steps = world.edge.steps(viewer or get())
    return steps, next(steps)


def end(steps: Steps[EdgeResponse], outcome: Any) -> EdgeResponse:
    """The answer of a pipeline whose last effect has this outcome."""
    with pytest.raises(StopIteration) as ended:
        steps.send(outcome)
    response: EdgeResponse = ended.value.value
    return response


def test_the_second_waits_for_the_first_and_is_a_hit() -> None:
    world = World(cached())
    first, asked = begin(world)
    second, waited = begin(world)
    assert isinstance(asked, Fetch)
    assert isinstance(waited, Wait)
    assert result(end(first, answer())) == "200 Miss"
    assert result(end(second, Ended())) == "200 Hit"


@pytest.mark.parametrize("viewer", [get(method="HEAD"), RANGE, CONDITION])
def test_whoever_wants_less_than_the_whole_waits_for_it_too(viewer: ViewerRequest) -> None:
    world = World(cached())
    first, _ = begin(world)
    second, waited = begin(world, viewer)
    assert isinstance(waited, Wait)
    end(first, PICTURE)
    assert result(end(second, Ended())).endswith("Hit")


@pytest.mark.parametrize("viewer", [get(method="HEAD"), RANGE, CONDITION])
def test_nobody_waits_for_whoever_wants_less_than_the_whole(viewer: ViewerRequest) -> None:
    world = World(cached())
    first, _ = begin(world, viewer)
    assert isinstance(begin(world)[1], Fetch)
    first.close()


@pytest.mark.parametrize(
    ("policy", "viewer"),
    [
        pytest.param(cache_policy(ttls=(0, 0, 0)), get(), id="nothing is kept"),
        pytest.param(cache_policy(cookies="all"), get(), id="cookies are forwarded"),
        pytest.param(cache_policy(), get("/b.png"), id="another object"),
    ],
)
def test_nobody_waits_for_what_is_not_for_sharing(policy: Any, viewer: ViewerRequest) -> None:
    world = World(cached(policy))
    first, _ = begin(world)
    assert isinstance(begin(world, viewer)[1], Fetch)
    first.close()


def test_an_answer_that_may_not_be_kept_lets_the_waiting_ask_all_at_once() -> None:
    world = World(cached())
    first, _ = begin(world)
    waiting = [begin(world)[0] for _ in range(3)]
    end(first, answer(Cache_Control="no-store"))
    assert all(isinstance(steps.send(Ended()), Fetch) for steps in waiting)


@pytest.mark.parametrize("failure", list(OriginFailure))
def test_an_origin_that_fails_fails_everyone_at_once(failure: OriginFailure) -> None:
    world = World(cached())
    first, _ = begin(world)
    second, _ = begin(world)
    assert result(end(first, failure)) == result(end(second, Ended()))


def test_when_the_one_who_asks_leaves_the_next_one_asks_and_the_others_go_on_waiting() -> None:
    world = World(cached())
    first, _ = begin(world)
    second, third = begin(world)[0], begin(world)[0]
    first.close()
    assert isinstance(second.send(Ended()), Fetch)
    assert isinstance(third.send(Ended()), Wait)
    end(second, answer())
    assert result(end(third, Ended())) == "200 Hit"


@pytest.mark.parametrize("event", ["origin-request", "origin-response"])
def test_when_a_function_fails_for_the_one_who_asks_the_others_try_for_themselves(event: str) -> None:
    world = World(cached(None, event), functions=UNCHANGED)
    first, effect = begin(world)
    second, _ = begin(world)
    if isinstance(effect, Fetch):
        effect = first.send(answer())
    assert isinstance(effect, Invoke)
    assert end(first, Crashed("why")).status == 503
    assert isinstance(second.send(Ended()), (Fetch, Invoke))


def test_an_expired_object_is_revalidated_once_for_everyone() -> None:
    world = World(cached(), fetch=lambda _: PICTURE)
    world.send()
    world.now += 60
    first, asked = begin(world)
    second, waited = begin(world, RANGE)
    assert isinstance(asked, Fetch)
    assert value(asked.request, "if-none-match") == '"1"'
    assert isinstance(waited, Wait)
    assert result(end(first, answer(304, b""))) == "200 RefreshHit"
    assert result(end(second, Ended())) == "206 Hit"


def test_a_stale_object_is_revalidated_beside_by_one_of_all_who_get_it() -> None:
    control = "max-age=10, stale-while-revalidate=20"
    world = World(cached(), fetch=lambda _: answer(Cache_Control=control))
    world.send()
    world.now += 11
    first, spawned = begin(world)
    also, spawned_too = begin(world)
    assert isinstance(spawned, Spawn)
    assert isinstance(spawned_too, Spawn), "neither has begun"
    assert isinstance(next(spawned.steps), Fetch)
    assert list(spawned_too.steps) == [], "the other one is on its way already"
    assert result(end(first, Ended())) == result(end(also, Ended())) == "200 Hit"
    with pytest.raises(StopIteration):
        next(world.edge.steps(get()))
    with pytest.raises(StopIteration):
        spawned.steps.send(answer(200, b"new", Cache_Control=control))
    assert world.send().body == b"new"


def test_an_invalidation_releases_new_requests_from_waiting_for_the_old_object() -> None:
    world = World(cached())
    first, _ = begin(world)
    world.cache.invalidate("E1", ["/a.png"])
    second, asked = begin(world)
    assert isinstance(asked, Fetch)
    end(first, answer(200, b"old"))
    end(second, answer(200, b"new"))
    assert world.send().body == b"new"


class Origin:
    """Answers when told, counts who asks, and can be asked by any number of tasks."""

    def __init__(self, *answers: OriginResponse | OriginFailure) -> None:
        self.asked: Counter[str] = Counter()
        self.open = asyncio.Event()
        self._answers = answers or (answer(),)

    async def fetch(self, request: OriginRequest) -> OriginResponse | OriginFailure:
        number = sum(self.asked.values())
        self.asked[request.target] += 1
        await self.open.wait()
        return self._answers[min(number, len(self._answers) - 1)]

    async def invoke(self, effect: Invoke) -> Returned | Crashed:
        await asyncio.sleep(0)
        return Returned(UNCHANGED[effect.function.event_type](effect.event["Records"][0]["cf"]))


def test_a_hundred_viewers_at_once_are_one_request_to_the_origin() -> None:
    async def exchange() -> list[EdgeResponse]:
        origin, world = Origin(), World(cached())
        driver = Driver(origin)
        viewers = [asyncio.ensure_future(driver.drive(world.edge.steps(get()))) for _ in range(100)]
        await asyncio.sleep(0)
        origin.open.set()
        answers = await asyncio.gather(*viewers)
        assert origin.asked == {"/a.png": 1}
        return answers

    assert Counter(map(result, asyncio.run(exchange()))) == {"200 Miss": 1, "200 Hit": 99}


def test_a_viewer_that_leaves_hands_its_question_on() -> None:
    async def exchange() -> EdgeResponse:
        origin, world = Origin(), World(cached())
        driver = Driver(origin)
        leaving = asyncio.ensure_future(driver.drive(world.edge.steps(get())))
        staying = asyncio.ensure_future(driver.drive(world.edge.steps(get())))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.wait([leaving])
        origin.open.set()
        response = await staying
        assert origin.asked == {"/a.png": 2}
        return response

    assert result(asyncio.run(exchange())) == "200 Miss"


def test_the_driver_performs_functions_and_what_is_spawned() -> None:
    async def exchange() -> None:
        control = "max-age=10, stale-while-revalidate=20"
        origin = Origin(
            answer(200, b"old", Cache_Control=control), answer(200, b"new", Cache_Control=control)
        )
        origin.open.set()
        world = World(cached(None, *UNCHANGED))
        driver = Driver(origin)
        assert (await driver.drive(world.edge.steps(get()))).body == b"old"
        world.now += 11
        assert (await driver.drive(world.edge.steps(get()))).body == b"old"
        await driver.settle()
        assert (await driver.drive(world.edge.steps(get()))).body == b"new"

    asyncio.run(exchange())


@given(
    answers=st.lists(
        st.sampled_from([answer(), answer(Cache_Control="no-store"), answer(404), *OriginFailure])
    ),
    leaving=st.sets(st.integers(0, 5)),
    viewers=st.lists(st.sampled_from([get(), get(method="HEAD"), RANGE, CONDITION]), min_size=1, max_size=6),
)
def test_whoever_stays_is_answered_whatever_the_others_do(
    answers: list[Any], leaving: set[int], viewers: list[ViewerRequest]
) -> None:
    async def exchange() -> None:
        origin, world = Origin(*answers), World(cached())
        driver = Driver(origin)
        tasks = [asyncio.ensure_future(driver.drive(world.edge.steps(viewer))) for viewer in viewers]
        await asyncio.sleep(0)
        for number in leaving & set(range(len(tasks))):
            tasks[number].cancel()
        origin.open.set()
        async with asyncio.timeout(5):
            await asyncio.wait(tasks)
        assert not world.cache._pending

    asyncio.run(exchange())


def test_a_group_is_asked_once_too() -> None:
    world = World(with_functions())
    first, asked = begin(world)
    second, waited = begin(world)
    assert isinstance(asked, Fetch)
    assert isinstance(waited, Wait)
    assert isinstance(first.send(answer(404)), Fetch), "the second origin"
    end(first, answer(200, b"from the replica"))
    assert end(second, Ended()).body == b"from the replica"
