"""How many cached answers the local edge gives in a second, as a share of what an empty application gives."""

import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks.figures import PAIRS, Figure, at_least
from benchmarks.load import rate

BUDGETS = {"hit": 0.5, "in-process": 0.35, "workers": None}
NAMES = {
    "hit": "cached hit, no function",
    "in-process": "cached hit, viewer-request in process",
    "workers": "cached hit, viewer-request in a worker",
}
WHY = {
    "hit": "the lower the floor's own cost, the more weighs what each answer's head and key cost",
    "in-process": "events go to a thread and back, as JSON, so that one that hangs holds nobody up",
}
_PATH = "/pictures/one.png"


def measure() -> list[Figure]:
    """Floor and subjects in turn, all servers up, median of five rounds."""
    kinds = ("empty", *BUDGETS)
    with ExitStack() as servers:
        ports = {kind: servers.enter_context(_server(kind)) for kind in kinds}
        for port in ports.values():
            rate(port, _PATH, seconds=0.3)
        rounds = [{kind: rate(port, _PATH) for kind, port in ports.items()} for _ in range(PAIRS)]
    return [_figure(kind, rounds) for kind in BUDGETS]


def _figure(kind: str, rounds: list[dict[str, float]]) -> Figure:
    pairs = [(told[kind], told["empty"]) for told in rounds]
    ratio = statistics.median(mine / base for mine, base in pairs)
    value, floor = (statistics.median(column) for column in zip(*pairs, strict=True))
    return at_least(
        f"emulator, {NAMES[kind]}", value, floor, ratio, budget=BUDGETS[kind], why=WHY.get(kind, "")
    )


@contextmanager
def _server(kind: str) -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.edge_servers", kind]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()
