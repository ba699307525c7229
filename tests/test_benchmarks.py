"""A figure is a value, its floor and its verdict; the machine's speed is not asserted."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import figures
from benchmarks.figures import Figure


def test_a_subject_is_told_as_a_ratio_to_its_floor() -> None:
    figure = figures.against_floor("one", 1e9, lambda: sum(range(2000)), lambda: None, repeats=50)
    assert figure.ratio is not None
    assert figure.ratio > 1
    assert figure.met is True


def test_a_ratio_above_the_budget_is_missed_and_still_told() -> None:
    figure = figures.against_floor("two", 1e-9, lambda: sum(range(2000)), lambda: None, repeats=50)
    assert figure.met is False
    assert "MISSED" in figures.row(figure)


@pytest.mark.parametrize(
    ("budget", "met"), [(None, None), (10, True), (9.9, False)], ids=["told-only", "met", "missed"]
)
def test_an_absolute_figure_has_no_floor(budget: float | None, met: bool | None) -> None:
    figure = figures.absolute("three", "bytes", 10, budget)
    assert (figure.floor, figure.ratio, figure.met) == (None, None, met)


@pytest.mark.parametrize(
    ("budget", "met"), [(None, None), (0.5, True), (0.6, False)], ids=["told-only", "met", "missed"]
)
def test_of_a_rate_more_is_better(budget: float | None, met: bool | None) -> None:
    figure = figures.at_least("rate", 500, 1000, 0.5, budget=budget)
    assert (figure.value, figure.floor, figure.ratio, figure.met) == (500, 1000, 0.5, met)


def test_the_file_is_a_list_of_objects_with_these_keys_and_no_others(tmp_path: Path) -> None:
    figures.write([Figure("four", "s", 1.5, why="reasons")], tmp_path / "build" / "bench.json")
    (told,) = json.loads((tmp_path / "build" / "bench.json").read_text())
    assert set(told) == {"name", "unit", "value", "floor", "ratio", "budget", "met"}


def test_the_reason_for_a_miss_stands_under_it_and_under_no_budget_met() -> None:
    missed = Figure("five", "s", 2, budget=1, met=False, why="the floor is lower than it was")
    assert figures.row(missed).endswith("the floor is lower than it was")
    assert "lower" not in figures.row(replace(missed, met=True))
