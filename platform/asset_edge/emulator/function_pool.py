"""Which instance of a function serves a request, and when there are more or fewer of them.

One request at a time is an instance's. The idle one that was busy last is taken first, so that no more stay
warm than the load needs; while none is idle one more is started, up to the most there may be, and the request
goes to whichever is free first, requests in the order they came.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from asset_edge.emulator.messages import Crashed
from asset_edge.emulator.runtime_api import Invocation

_CLOSED = "the local edge is closing"


Freed = Callable[["Member"], None]


class Member(Protocol):
    """One instance of a function, wherever it runs; it tells when it is free again, and when it is lost."""

    async def begin(self) -> Crashed | None:
        """Loads the function; why it could not be, else None."""
        ...

    def serve(self, invocation: Invocation) -> None:
        """Has one request answered; only when free."""
        ...

    def kill(self) -> None:
        """Ends it, now or as soon as it has begun; its request has crashed."""
        ...

    async def ended(self) -> None:
        """Once nothing is left of it. Call after `begin` has returned."""
        ...


Make = Callable[[Freed, Freed], Member]
"""A new instance, given whom to tell that it is free and whom that it is lost."""


class Pool:
    """The instances of one function as it is deployed now."""

    def __init__(self, make: Make, most_instances: int) -> None:
        self._make = make
        self._most_instances = most_instances
        self._instances: set[Member] = set()
        self._idle: list[Member] = []
        self._waiting: deque[Invocation] = deque()
        self._starts: set[asyncio.Task[Crashed | None]] = set()
        self._ends: set[asyncio.Task[None]] = set()
        self._retired = False

    @property
    def members(self) -> frozenset[Member]:
        """The instances there are, those that begin among them."""
        return frozenset(self._instances)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to end."""
        return not (self._instances or self._starts or self._ends)

    async def prove(self) -> Crashed | None:
        """None once the function has been loaded, else why it cannot be."""
        if self._idle or len(self._starts) < len(self._instances):
            return None
        start = next(iter(self._starts)) if self._starts else self._start()
        return await asyncio.shield(start)

    def submit(self, invocation: Invocation) -> None:
        """Has the invocation answered, well or not."""
        if self._idle:
            self._idle.pop().serve(invocation)
        else:
            self._waiting.append(invocation)
            self._grow()

    def retire(self) -> None:
        """Serves what waits already and ends then: another version has taken its place."""
        self._retired = True
        for instance in list(self._idle):
            instance.kill()
        self._idle.clear()

    async def close(self) -> None:
        """Ends everything now; what waits has crashed."""
        self._retired = True
        while self._waiting:
            _fail(self._waiting.popleft(), Crashed(_CLOSED))
        for instance in list(self._instances):
            instance.kill()
        while left := self._starts | self._ends:
            await asyncio.wait(left)

    def _grow(self) -> None:
        while len(self._starts) < len(self._waiting) and len(self._instances) < self._most_instances:
            self._start()

    def _start(self) -> asyncio.Task[Crashed | None]:
        instance = self._make(self._free, self._forget)
        self._instances.add(instance)
        task = asyncio.create_task(self._begun(instance))
        self._starts.add(task)
        return task

    async def _begun(self, instance: Member) -> Crashed | None:
        failure = await instance.begin()
        self._ends.add(end := asyncio.create_task(instance.ended()))
        end.add_done_callback(self._ends.discard)
        self._starts.discard(asyncio.current_task())
        if failure is None:
            self._free(instance)
            return None
        self._instances.discard(instance)
        if self._waiting:
            _fail(self._waiting.popleft(), failure)
        instance.kill()
        self._grow()
        return failure

    def _free(self, instance: Member) -> None:
        if self._waiting:
            instance.serve(self._waiting.popleft())
        elif self._retired:
            instance.kill()
        else:
            self._idle.append(instance)

    def _forget(self, instance: Member) -> None:
        """It has ended; what waits needs another one."""
        self._instances.discard(instance)
        if instance in self._idle:
            self._idle.remove(instance)
        self._grow()


def _fail(invocation: Invocation, failure: Crashed) -> None:
    if not invocation.answer.done():
        invocation.answer.set_result(failure)
