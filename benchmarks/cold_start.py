"""What importing an edge function costs in a bare interpreter, against the modules that any signer needs."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figures import Figure

SOURCE = Path(__file__).parents[1]
FLOOR = "import json, hmac, hashlib, base64"
BUDGETS = {"viewer_request": 1.5, "origin_request": 2.0}
STARTS = 50
WHY = "three quarters of what is above the floor is compiling our sources: a zip holds no bytecode"


def measure() -> list[Figure]:
    """One figure a handler: a whole interpreter start, imports included, less a bare start.

    The programs take turns, so that whatever else the machine does slows all of them alike.
    """
    programs = {"bare": "pass", "floor": FLOOR} | {entry: _importing(entry) for entry in BUDGETS}
    rounds = [{name: _start(code) for name, code in programs.items()} for _ in range(STARTS)]
    medians = {name: statistics.median(one[name] for one in rounds) for name in programs}
    cost = {name: microseconds - medians["bare"] for name, microseconds in medians.items()}
    return [_figure(entry, cost[entry], cost["floor"], budget) for entry, budget in BUDGETS.items()]


def _figure(entry: str, value: float, floor: float, budget: float) -> Figure:
    ratio = value / floor
    name = f"import handlers.edge.{entry} (python -I -S -B)"
    met = ratio <= budget
    return Figure(name, "us", round(value), round(floor), round(ratio, 3), budget, met, why=WHY)


def _importing(entry: str) -> str:
    return f"import sys; sys.path.insert(0, {str(SOURCE)!r}); import handlers.edge.{entry}"


def _start(code: str) -> float:
    """Microseconds from start to end of one interpreter."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-I", "-S", "-B", "-c", code], check=True)
    return (time.perf_counter() - start) * 1e6
