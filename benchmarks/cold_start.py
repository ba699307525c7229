"""What importing an edge function costs in a bare interpreter, against the modules that any signer needs."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.figures import Figure, against_floor

SOURCE = Path(__file__).parents[1]
FLOOR = "import json, hmac, hashlib, base64"
BUDGETS = {"viewer_request": 1.5, "origin_request": 2.0}


def measure() -> list[Figure]:
    """One figure a handler: a whole interpreter start, imports included, less a bare start."""
    bare = _start("pass")
    return [_against(entry, budget, bare) for entry, budget in BUDGETS.items()]


def _against(entry: str, budget: float, bare: Callable[[], object]) -> Figure:
    subject = _start(f"import sys; sys.path.insert(0, {str(SOURCE)!r}); import handlers.edge.{entry}")
    whole = against_floor(f"import {entry}", budget, subject, _start(FLOOR), repeats=10)
    start = against_floor("start", 1.0, bare, bare, repeats=10).value
    value, floor = whole.value - start, (whole.floor or 0.0) - start
    ratio = value / floor
    name = f"import handlers.edge.{entry} (python -I -S -B)"
    return Figure(name, "us", round(value), round(floor), round(ratio, 3), budget, ratio <= budget)


def _start(code: str) -> Callable[[], object]:
    command = [sys.executable, "-I", "-S", "-B", "-c", code]
    return lambda: subprocess.run(command, check=True)
