"""Which instance serves which request, with instances that do what the test says."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator.function_pool import Freed, Pool
from asset_edge.emulator.messages import Crashed, Returned
from asset_edge.emulator.runtime_api import Invocation


class Actor:
    """An instance that begins when told, and answers when told."""

    def __init__(self, number: int, freed: Freed, lost: Freed) -> None:
        self.number = number
        self._freed = freed
        self._lost = lost
        loop = asyncio.get_running_loop()
        self.born: asyncio.Future[Crashed | None] = loop.create_future()
        self.over = asyncio.Event()
        self.current: Invocation | None = None

    async def begin(self) -> Crashed | None:
        return await self.born

    def serve(self, invocation: Invocation) -> None:
        assert self.current is None, "one request at a time"
        assert not self.over.is_set(), "never after its end"
        self.current = invocation

    def answer(self) -> None:
        current, self.current = self.current, None
        assert current is not None
        current.answer.set_result(Returned(self.number))
        self._freed(self)

    def kill(self) -> None:
        if not self.over.is_set():
            self.over.set()
            self._lost(self)
            if self.current:
                self.current.answer.set_result(Crashed("killed"))
        if not self.born.done():
            self.born.set_result(Crashed("killed"))

    async def ended(self) -> None:
        await self.over.wait()


class Stage:
    """A pool with its actors."""

    def __init__(self, most_instances: int) -> None:
        self.actors: list[Actor] = []
        self.pool = Pool(self._made, most_instances)

    def _made(self, freed: Freed, lost: Freed) -> Actor:
        self.actors.append(Actor(len(self.actors), freed, lost))
        return self.actors[-1]

    def ask(self) -> "asyncio.Future[Any]":
        answer = asyncio.get_running_loop().create_future()
        self.pool.submit(Invocation(request_id="r", body=b"", arn="a", answer=answer))
        return answer

    async def born(self, number: int, failure: Crashed | None = None) -> None:
        await asyncio.sleep(0)
        self.actors[number].born.set_result(failure)
        await settled()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def on_stage(most_instances: int, steps: Callable[[Stage], Awaitable[None]]) -> None:
    async def all_of_them() -> None:
        stage = Stage(most_instances)
        await steps(stage)
        await stage.pool.close()
        assert stage.pool.is_empty

    asyncio.run(all_of_them())


def test_one_more_is_started_while_nobody_is_idle_up_to_the_most() -> None:
    async def steps(stage: Stage) -> None:
        asked = [stage.ask() for _ in range(5)]
        assert len(stage.actors) == 3
        for number in range(3):
            await stage.born(number)
        assert [actor.current is not None for actor in stage.actors] == [True] * 3
        stage.actors[1].answer()
        assert await asked[1] == Returned(1)
        assert stage.actors[1].current is not None, "the fourth request follows at once"

    on_stage(3, steps)


def test_a_request_goes_to_whoever_is_free_first() -> None:
    async def steps(stage: Stage) -> None:
        first = stage.ask()
        await stage.born(0)
        second = stage.ask()
        assert len(stage.actors) == 2
        stage.actors[0].answer()
        stage.actors[0].answer()
        assert await first == await second == Returned(0)
        await stage.born(1)
        assert stage.actors[1].current is None

    on_stage(4, steps)


def test_the_one_that_was_busy_last_is_taken_first() -> None:
    async def steps(stage: Stage) -> None:
        stage.ask()
        stage.ask()
        await stage.born(0)
        await stage.born(1)
        stage.actors[1].answer()
        stage.actors[0].answer()
        stage.ask()
        assert stage.actors[0].current is not None
        assert stage.actors[1].current is None

    on_stage(4, steps)


def test_an_instance_that_cannot_begin_fails_the_request_that_waited_longest() -> None:
    async def steps(stage: Stage) -> None:
        first, second = stage.ask(), stage.ask()
        await stage.born(0, Crashed("no"))
        assert await first == Crashed("no")
        assert len(stage.actors) == 2, "the other request has its start already"
        await stage.born(1)
        stage.actors[1].answer()
        assert await second == Returned(1)

    on_stage(4, steps)


def test_a_lost_instance_makes_room_for_another_one() -> None:
    async def steps(stage: Stage) -> None:
        stage.ask()
        await stage.born(0)
        waiting = stage.ask()
        assert len(stage.actors) == 1
        stage.actors[0].kill()
        await stage.born(1)
        stage.actors[1].answer()
        assert await waiting == Returned(1)

    on_stage(1, steps)


def test_an_idle_instance_that_is_lost_serves_nobody() -> None:
    async def steps(stage: Stage) -> None:
        stage.ask()
        await stage.born(0)
        stage.actors[0].answer()
        stage.actors[0].kill()
        stage.ask()
        assert len(stage.actors) == 2

    on_stage(1, steps)


def test_proving_starts_one_and_no_more() -> None:
    async def steps(stage: Stage) -> None:
        proofs = [asyncio.ensure_future(stage.pool.prove()) for _ in range(3)]
        await settled()
        assert len(stage.actors) == 1
        await stage.born(0)
        assert [await proof for proof in proofs] == [None] * 3
        assert await stage.pool.prove() is None
        assert len(stage.actors) == 1

    on_stage(4, steps)


def test_a_retired_pool_serves_what_waits_and_ends() -> None:
    async def steps(stage: Stage) -> None:
        first, second = stage.ask(), stage.ask()
        await stage.born(0)
        stage.pool.retire()
        stage.actors[0].answer()
        stage.actors[0].answer()
        assert await first == await second == Returned(0)
        await settled()
        assert stage.actors[0].over.is_set()
        assert stage.pool.is_empty

    on_stage(1, steps)


@pytest.mark.parametrize("born", [True, False])
def test_close_leaves_nobody_waiting(born: bool) -> None:
    async def steps(stage: Stage) -> None:
        asked = [stage.ask() for _ in range(3)]
        if born:
            await stage.born(0)
        await stage.pool.close()
        assert all(isinstance(answer.result(), Crashed) for answer in asked)

    on_stage(2, steps)


@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.sampled_from(["ask", "born", "fail", "answer", "kill"]), st.integers(0, 9))),
)
def test_whatever_happens_every_request_is_answered_once(most: int, events: list[tuple[str, int]]) -> None:
    async def steps(stage: Stage) -> None:
        asked = []
        for what, which in events:
            await settled()
            actor = stage.actors[which % len(stage.actors)] if stage.actors else None
            if what == "ask":
                asked.append(stage.ask())
            elif actor and what in ("born", "fail") and not actor.born.done():
                actor.born.set_result(None if what == "born" else Crashed("no"))
            elif actor and what == "answer" and actor.current and not actor.over.is_set():
                actor.answer()
            elif actor and what == "kill" and actor.born.done():
                actor.kill()
            assert len(stage.pool.members) <= most
        await settled()
        waiting = [answer for answer in asked if not answer.done()]
        assert not waiting or any(a.current or not a.born.done() for a in stage.actors), "somebody is at it"
        await stage.pool.close()
        assert all(answer.done() for answer in asked)

    on_stage(most, steps)
