"""One process that runs one function: its birth, its requests one at a time, its end."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from asset_edge.emulator.messages import Crashed
from asset_edge.emulator.runtime_api import LONGEST_INIT_SECONDS, NOT_INITIALISED, Invocation, RuntimeApi
from asset_edge.emulator.workers_log import FunctionLog

_BOOT = Path(__file__).parent / "worker_boot" / "boot.py"
_LOG_DRAIN_SECONDS = 1.0
"""How long the log is read on after the end: what the function started may hold the pipe open."""

_WRITTEN_STREAM_BYTES = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class Birth:
    """What an instance is made from."""

    name: str
    handler: str
    folder: Path
    timeout_seconds: float
    before: Sequence[Path]
    after: Sequence[Path]
    dns: str
    tls_port: int | None
    epoch_seconds: Callable[[], float]
    variables: Callable[[str], Mapping[str, str]]
    """The environment, given where the runtime API is."""


class Instance:
    """A process under AWS's runtime client: `begin`, `serve` whenever it is free, `kill`, `ended`."""

    def __init__(
        self, birth: Birth, freed: Callable[["Instance"], None], lost: Callable[["Instance"], None]
    ) -> None:
        self._birth = birth
        self._freed = freed
        self._lost = lost
        self._api = RuntimeApi()
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._bound: asyncio.TimerHandle | None = None
        self._killed_for: str | None = None

    @property
    def process_id(self) -> int | None:
        """None until it has begun."""
        return self._process.pid if self._process else None

    async def begin(self) -> Crashed | None:
        """Starts the process and waits until the function is loaded; why it could not be, else None."""
        await self._api.open()
        try:
            self._process = await self._spawned()
        except OSError as error:
            await self._api.close()
            return Crashed(f"no process for an instance: {error}")
        self._watch = asyncio.create_task(self._watched(self._process))
        if self._killed_for:
            self._kill(self._killed_for)
        self._bind(LONGEST_INIT_SECONDS, NOT_INITIALISED)
        failure = await self._api.initialised
        self._unbind()
        return failure

    def serve(self, invocation: Invocation) -> None:
        """Runs the function on one request; whoever waits for its answer may leave, the function goes on."""
        seconds = self._birth.timeout_seconds
        self._bind(seconds, f"Task timed out after {seconds:.2f} seconds")
        invocation.answer.add_done_callback(self._answered)
        self._api.give(invocation, self._birth.epoch_seconds() + seconds)

    def kill(self) -> None:
        """Ends the process and all that it started, now or as soon as it exists."""
        self._kill("the local edge ended it")

    async def ended(self) -> None:
        """Once nothing is left of it. Call after `begin` has returned."""
        if self._watch:
            await asyncio.shield(self._watch)

    def _answered(self, _: object) -> None:
        self._unbind()
        if self._killed_for is None and self._process and self._process.returncode is None:
            self._freed(self)

    def _bind(self, seconds: float, why: str) -> None:
        self._bound = asyncio.get_running_loop().call_later(seconds, self._kill, why)

    def _unbind(self) -> None:
        if self._bound:
            self._bound.cancel()

    async def _spawned(self) -> asyncio.subprocess.Process:
        birth = self._birth
        settings = {
            "parent": os.getpid(),
            "handler": birth.handler,
            "runtime_api": self._api.address,
            "dns": birth.dns,
            "tls_port": birth.tls_port,
            "before": [str(path) for path in birth.before],
            "after": [str(path) for path in birth.after],
        }
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-I", "-S", "-B", str(_BOOT), json.dumps(settings)),
            cwd=birth.folder,
            env=dict(birth.variables(self._api.address)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # an interrupt at the terminal is the parent's to answer
            limit=_WRITTEN_STREAM_BYTES,
        )

    async def _watched(self, process: asyncio.subprocess.Process) -> None:
        """Until the process has ended, however it does."""
        stream = cast("asyncio.StreamReader", process.stdout)
        log = asyncio.create_task(FunctionLog(self._birth.name).follow(stream))
        status = await process.wait()
        self._lost(self)
        self._api.fail(Crashed(self._killed_for or ending(status)))
        self._unbind()
        await asyncio.wait({log}, timeout=_LOG_DRAIN_SECONDS)
        log.cancel()
        await asyncio.gather(log, self._api.close(), return_exceptions=True)

    def _kill(self, why: str) -> None:
        self._killed_for = self._killed_for or why
        if self._process and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


def ending(status: int) -> str:
    """How a process ended, in Lambda's words."""
    if status < 0:
        with contextlib.suppress(ValueError):
            return f"Runtime exited with error: signal: {signal.Signals(-status).name}"
    return f"Runtime exited with error: exit status {status}" if status else _NO_REASON


_NO_REASON = "Runtime exited without providing a reason"
