"""Functions of a few lines, and worker processes that run them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import uvloop

from asset_edge.emulator.dns import DnsServer
from asset_edge.emulator.functions import Deployed
from asset_edge.emulator.messages import Crashed, Returned
from asset_edge.emulator.workers import Network, Workers
from asset_edge.emulator.zones import Chooser, RecordSet, Zone

ARN = "arn:aws:lambda:us-east-1:123456789012:function:tested:3"
NOBODY = Network(dns="127.0.0.1:1")
"""A network where nothing answers."""

CHOOSER = Chooser(healthy=lambda _: True, pick=lambda _: 0)


def function(folder: Path, code: str, **more: Any) -> Deployed:
    """A function whose zip has `main.py` alone."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.py").write_text(code)
    return Deployed(folder=folder, handler="main.handler", **{"name": "tested"} | more)


def handler(*lines: str, before: Sequence[str] = ()) -> str:
    return "\n".join([*before, "def handler(event, context):", *(f"    {line}" for line in lines)])


@asynccontextmanager
async def workers(
    deployed: Deployed | Mapping[str, Deployed], network: Network = NOBODY, **options: Any
) -> AsyncIterator[Workers]:
    by_arn = {ARN: deployed} if isinstance(deployed, Deployed) else deployed
    running = Workers(by_arn.get, network, **options)
    try:
        yield running
    finally:
        await running.close()


def answers(deployed: Deployed, *events: object, network: Network = NOBODY, **options: Any) -> list[Any]:
    """What the function made of each event in turn: its answer, or that it crashed."""

    async def all_of_them() -> list[Any]:
        async with workers(deployed, network, **options) as running:
            return [plain(await running.invoke(ARN, event)) for event in events]

    return uvloop.run(all_of_them())


def answer(deployed: Deployed, event: object = None, network: Network = NOBODY) -> Any:
    return answers(deployed, event, network=network)[0]


def plain(outcome: Returned | Crashed) -> Any:
    return outcome.answer if isinstance(outcome, Returned) else outcome


def run(steps: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    return uvloop.run(steps())


@contextmanager
def dns(*records: RecordSet, names: Sequence[str] = ("example.com", "amazonaws.com")) -> Any:
    """A DNS server with these records."""
    zones = [Zone(name=name, records=tuple(r for r in records if r.name.endswith(name))) for name in names]
    server = DnsServer(lambda: zones, CHOOSER)
    try:
        yield server
    finally:
        server.close()


def a_record(name: str, *addresses: str) -> RecordSet:
    return RecordSet(name=name, type="A", ttl_seconds=5, values=addresses)


def cname(name: str, target: str) -> RecordSet:
    return RecordSet(name=name, type="CNAME", ttl_seconds=5, values=(target,))


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and is not fetched yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


async def soon(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:  # noqa: ASYNC110 - what the kernel knows has no event
        await asyncio.sleep(0.005)
    return condition()
