"""Who performs what a pipeline asks for: in an event loop for the server, one after the other for tests."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol, TypeVar

from asset_edge.emulator.messages import (
    Crashed,
    Effect,
    Ended,
    Fetch,
    Invoke,
    OriginFailure,
    OriginRequest,
    OriginResponse,
    Outcome,
    Pending,
    Returned,
    Spawn,
    Wait,
)
from asset_edge.emulator.pipeline_context import Steps

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


class Performer(Protocol):
    """What lies outside the edge: functions and origins."""

    async def invoke(self, effect: Invoke) -> Returned | Crashed:
        """What the function makes of the event; never raises."""
        ...

    async def fetch(self, request: OriginRequest) -> OriginResponse | OriginFailure:
        """What the origin answers, or why it does not; never raises."""
        ...


class Driver:
    """Drives pipelines in the running event loop, any number at once."""

    def __init__(self, performer: Performer) -> None:
        self._performer = performer
        self._spawned: set[asyncio.Task[object]] = set()

    async def drive(self, steps: Steps[_T]) -> _T:
        """The result of `steps`. Where it is cancelled the generator is closed, so nobody waits for it."""
        try:
            effect = next(steps)
            while True:
                effect = steps.send(await self._outcome(effect))
        except StopIteration as end:
            result: _T = end.value
            return result
        finally:
            steps.close()

    async def settle(self) -> None:
        """Waits for what was spawned."""
        while self._spawned:
            await asyncio.wait(self._spawned)

    async def close(self) -> None:
        """Ends what was spawned and is still under way; nothing is left running."""
        for task in self._spawned:
            task.cancel()
        await self.settle()

    async def _outcome(self, effect: Effect) -> Outcome:
        match effect:
            case Invoke():
                return await self._performer.invoke(effect)
            case Fetch(request):
                return await self._performer.fetch(request)
            case Wait(pending):
                return await _end_of(pending)
            case Spawn(steps):
                task = asyncio.ensure_future(self.drive(steps))
                self._spawned.add(task)
                task.add_done_callback(self._ended)
                return Ended()

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._spawned.discard(task)
        if not task.cancelled() and (defect := task.exception()) is not None:
            # No viewer waits for it, so nobody else would hear of it.
            _LOG.error("the edge failed beside a request", exc_info=defect)


async def _end_of(pending: Pending) -> Ended:
    done = asyncio.Event()
    pending.when_done(done.set)
    await done.wait()
    return Ended()


def drive(
    steps: Steps[_T],
    invoke: Callable[[Invoke], Returned | Crashed],
    fetch: Callable[[OriginRequest], OriginResponse | OriginFailure],
) -> _T:
    """The result of `steps`, effects performed in turn; what is spawned is done before the request goes on.

    Nobody else is under way, so there is nothing to wait for.
    """
    try:
        effect = next(steps)
        while True:
            effect = steps.send(_performed(effect, invoke, fetch))
    except StopIteration as end:
        result: _T = end.value
        return result


def _performed(
    effect: Effect,
    invoke: Callable[[Invoke], Returned | Crashed],
    fetch: Callable[[OriginRequest], OriginResponse | OriginFailure],
) -> Outcome:
    match effect:
        case Invoke():
            return invoke(effect)
        case Fetch(request):
            return fetch(request)
        case Wait():
            raise RuntimeError("a request waits for another one, and there is none")
        case Spawn(steps):
            drive(steps, invoke, fetch)
            return Ended()
