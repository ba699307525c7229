"""What a warm edge function costs a request, against its floors.

Processor time, subject and floor in turn: other things that the machine does at the time count for neither.
"""

import time
from functools import partial

from benchmarks.edge_calls import SCHEMES, made
from benchmarks.figures import Figure, against_floor

REPEATS = 1000
VIEWER = 3.0
VERIFY = 1.25
ORIGIN = 0.5
DECODED = "event decoded and returned"
SIGNED = "botocore's signature"
WHY_ORIGIN = (
    "the signature itself takes a tenth of botocore's; the rest (path, rules, weights, rendezvous, "
    "headers, quotas) is in no floor"
)

BUDGETS: tuple[tuple[str, str, float | None], ...] = (
    ("viewer-request, public asset", DECODED, VIEWER),
    *((f"viewer-request, {scheme} token", DECODED, None) for scheme in SCHEMES),
    *((f"verify, {scheme}", f"PyJWT, {scheme}", VERIFY) for scheme in SCHEMES),
    ("origin-request, public asset", SIGNED, ORIGIN),
    ("origin-request, registry", SIGNED, ORIGIN),
    ("origin-request, every decision", SIGNED, ORIGIN),
)
"""Subject, floor and budget, each in one interpreter, warm; tokens are different ones in turn."""


def measure() -> list[Figure]:
    """One figure a row of `BUDGETS`, in microseconds."""
    timed = partial(against_floor, repeats=REPEATS, clock=time.process_time)
    return [
        timed(f"{name}, warm", budget, made(name), made(floor), why=WHY_ORIGIN if budget == ORIGIN else "")
        for name, floor, budget in BUDGETS
    ]
