"""Runs functions in this process, where worker processes cannot be had.

Each instance is a copy of the zip's modules with a state of its own and a thread of its own. Absolute imports
of vendored packages find this environment's copies, which are the same pins. Variables of the environment and
the network are this process's own.
"""

import asyncio
import importlib
import itertools
import json
import logging
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any

from asset_edge.emulator.executor import DaemonExecutor
from asset_edge.emulator.function_pool import Make
from asset_edge.emulator.function_pools import Pools, random_request_id
from asset_edge.emulator.functions import Deployed, Find
from asset_edge.emulator.messages import Crashed, Returned
from asset_edge.emulator.runtime_api import LONGEST_INIT_SECONDS, NOT_INITIALISED, Invocation, answer_of

_LOG = logging.getLogger(__name__)
_NUMBERS = itertools.count(1)
_CLOSED = "the local edge ended it"

Handler = Callable[[Any, object], object]


@dataclass(frozen=True, kw_only=True)
class Context:
    """Lambda's context object, as far as it makes sense at the edge."""

    function_name: str
    function_version: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    aws_request_id: str


class Copy:
    """One loaded copy of a function, in its thread."""

    def __init__(
        self, deployed: Deployed, freed: Callable[["Copy"], None], lost: Callable[["Copy"], None]
    ) -> None:
        self._deployed = deployed
        self._freed = freed
        self._lost = lost
        self._package = f"_edge_function_{next(_NUMBERS)}"
        self._thread = DaemonExecutor(1, self._package)
        self._handler: Handler | None = None
        self._current: Invocation | None = None
        self._bound: asyncio.TimerHandle | None = None
        self._over = asyncio.Event()

    async def begin(self) -> Crashed | None:
        """Loads the function; why it could not be, else None."""
        loading = asyncio.wrap_future(self._thread.submit(self._load))
        await asyncio.wait({loading}, timeout=LONGEST_INIT_SECONDS)
        failure = loading.result() if loading.done() else Crashed(NOT_INITIALISED)
        if self._over.is_set():
            self._forget()
            return Crashed(_CLOSED)
        return failure

    def serve(self, invocation: Invocation) -> None:
        """Runs the function on one request; a thread cannot be ended, so one that hangs is left to itself."""
        loop, seconds = asyncio.get_running_loop(), self._deployed.timeout_seconds
        self._current = invocation
        self._bound = loop.call_later(seconds, self._abandon, f"Task timed out after {seconds:.2f} seconds")
        call = asyncio.wrap_future(self._thread.submit(self._run, invocation))
        call.add_done_callback(self._answered)

    def kill(self) -> None:
        """Takes no more requests; its own has crashed."""
        self._abandon(_CLOSED)

    async def ended(self) -> None:
        """Once it serves no more."""
        await self._over.wait()

    def _abandon(self, why: str) -> None:
        if not self._over.is_set():
            self._over.set()
            self._lost(self)
            self._thread.close(0)
            self._settle(Crashed(why))
            self._forget()

    def _answered(self, call: "asyncio.Future[Returned | Crashed]") -> None:
        error = call.exception()
        if self._over.is_set():
            return
        if error is None:
            self._settle(call.result())
            self._freed(self)
        else:
            self._abandon(_crashed(self._deployed.name, error).reason)

    def _settle(self, outcome: Returned | Crashed) -> None:
        current, self._current = self._current, None
        if self._bound:
            self._bound.cancel()
        if current and not current.answer.done():
            current.answer.set_result(outcome)

    def _run(self, invocation: Invocation) -> Returned | Crashed:
        if self._handler is None:
            raise RuntimeError(f"{self._deployed.name} serves before it has begun")
        try:
            answer = self._handler(json.loads(invocation.body), self._context(invocation))
            return answer_of(json.dumps(answer).encode())
        except Exception as error:  # noqa: BLE001 - whatever a function raises is its answer
            return _crashed(self._deployed.name, error)

    def _load(self) -> Crashed | None:
        try:
            self._handler = self._imported()
        except BaseException as error:  # noqa: BLE001 - whatever a module raises, its exit too
            return _crashed(self._deployed.name, error)
        return None

    def _imported(self) -> Handler:
        module_name, _, attribute = self._deployed.handler.rpartition(".")
        root = ModuleType(self._package)
        root.__path__ = [str(self._deployed.folder)]
        sys.modules[self._package] = root
        module = importlib.import_module(f"{self._package}.{module_name.replace('/', '.')}")
        handler: Handler = getattr(module, attribute)
        return handler

    def _forget(self) -> None:
        for name in [n for n in sys.modules if n == self._package or n.startswith(f"{self._package}.")]:
            del sys.modules[name]

    def _context(self, invocation: Invocation) -> Context:
        return Context(
            function_name=self._deployed.name,
            function_version=invocation.arn.rpartition(":")[2],
            invoked_function_arn=invocation.arn,
            memory_limit_in_mb=str(self._deployed.memory_size_mb),
            aws_request_id=invocation.request_id,
        )


class InProcess:
    """Functions by ARN, each in up to `most_instances` copies. Everything is called in one event loop."""

    def __init__(
        self,
        find: Find,
        *,
        most_instances: int = 4,
        new_request_id: Callable[[], str] = random_request_id,
    ) -> None:
        self._pools = Pools(find, _maker, most_instances=most_instances, new_request_id=new_request_id)

    @property
    def notes(self) -> tuple[str, ...]:
        """What differs from Lambda here, one sentence each."""
        return (
            "functions share this process's packages, environment variables and network",
            "a function that hangs is answered for, and its thread goes on",
        )

    async def start(self, arns: Iterable[str]) -> None:
        """Initialises each function once; LocalError with its name and its own message where one cannot."""
        await self._pools.start(arns)

    async def invoke(self, arn: str, event: object) -> Returned | Crashed:
        """What the function makes of the event; never raises. Where the caller leaves, it goes on."""
        return await self._pools.invoke(arn, event)

    async def close(self) -> None:
        """Forgets every copy."""
        await self._pools.close()


def _maker(_: str, deployed: Deployed) -> Make:
    return partial(Copy, deployed)


def _crashed(name: str, error: BaseException) -> Crashed:
    _LOG.error("function %s failed", name, exc_info=error)
    return Crashed(f"{type(error).__name__}: {error}")
