"""What a figure is, and how a subject is timed against its floor."""

import json
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

PAIRS = 5


@dataclass(frozen=True)
class Figure:
    """One measured figure. `ratio` and `floor` are None without a floor; without a budget it is only told."""

    name: str
    unit: str
    value: float
    floor: float | None = None
    ratio: float | None = None
    budget: float | None = None
    met: bool | None = None
    why: str = ""
    """Where a budget is missed for a known reason, that reason; printed, not written."""


def against_floor(
    name: str,
    budget: float | None,
    subject: Callable[[], object],
    floor: Callable[[], object],
    *,
    repeats: int,
    clock: Callable[[], float] = time.perf_counter,
    why: str = "",
) -> Figure:
    """Subject and floor timed in turn, microseconds a call, median of five pairs; `budget` is a ratio.

    What waits for nothing is timed by `time.process_time`: a machine that does other things, too, slows it
    less.
    """
    pairs = [
        (_microseconds(subject, repeats, clock), _microseconds(floor, repeats, clock)) for _ in range(PAIRS)
    ]
    ratio = statistics.median(mine / base for mine, base in pairs)
    value, base = (statistics.median(column) for column in zip(*pairs, strict=True))
    return compared(name, "us", value, base, ratio=ratio, budget=budget, why=why)


def compared(
    name: str,
    unit: str,
    value: float,
    floor: float,
    *,
    budget: float | None = None,
    ratio: float | None = None,
    why: str = "",
) -> Figure:
    """A figure and its floor, of both less is better; `ratio`, if it is not theirs, is a median of pairs."""
    ratio = value / floor if ratio is None else ratio
    met = None if budget is None else ratio <= budget
    return Figure(name, unit, round(value, 1), round(floor, 1), round(ratio, 3), budget, met, why)


def at_least(
    name: str, value: float, floor: float, ratio: float, *, budget: float | None, why: str = ""
) -> Figure:
    """Answers a second, of which more is better; `budget` is the least share of the floor, if any."""
    met = None if budget is None else ratio >= budget
    shown = (round(value), round(floor), round(ratio, 3))
    return Figure(f"{name} (at least)", "1/s", *shown, budget=budget, met=met, why=why)


def absolute(name: str, unit: str, value: float, budget: float | None = None) -> Figure:
    """A figure with no floor; smaller is better."""
    return Figure(name, unit, value, budget=budget, met=None if budget is None else value <= budget)


def _microseconds(call: Callable[[], object], repeats: int, clock: Callable[[], float]) -> float:
    start = clock()
    for _ in range(repeats):
        call()
    return (clock() - start) / repeats * 1e6


def write(figures: Iterable[Figure], path: Path) -> None:
    """The figures as JSON, one object each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = [{key: value for key, value in asdict(figure).items() if key != "why"} for figure in figures]
    path.write_text(json.dumps(told, indent=1) + "\n")


def row(figure: Figure) -> str:
    """A figure as one line for people."""
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}x of {figure.floor:g} {figure.unit}"
    budget = (
        "" if figure.budget is None else f"budget {figure.budget:g}{'x' if figure.ratio is not None else ''}"
    )
    verdict = {True: "met", False: "MISSED", None: ""}[figure.met]
    line = f"{figure.name:<62} {figure.value:>12g} {figure.unit:<9} {ratio:<26} {budget:<14} {verdict}"
    return f"{line}\n    {figure.why}" if figure.met is False and figure.why else line
