"""Whose turn it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.localcloud.turns import Turns


def taken(turns: Turns, every: dict[str, float], *times: float, done: bool = True) -> list[float]:
    """The times at which `a` had its turn."""
    found = []
    for now in times:
        if "a" in turns.take(every, now):
            found.append(now)
            if done:
                turns.done("a")
    return found


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        pytest.param((0,), [0], id="what is new at once"),
        pytest.param((0, 59.9), [0], id="not before its time"),
        pytest.param((0, 60, 119, 120), [0, 60, 120], id="then every minute"),
        pytest.param((0, 70, 119, 120), [0, 70, 120], id="late once, and on time again"),
        pytest.param((0, 200, 201, 240), [0, 200, 240], id="what was missed is not made up for"),
    ],
)
def test_a_turn_comes_round_at_its_rate(times: tuple[float, ...], expected: list[float]) -> None:
    assert taken(Turns(), {"a": 60.0}, *times) == expected


def test_who_is_still_at_it_misses_a_turn() -> None:
    turns = Turns()
    assert taken(turns, {"a": 60.0}, 0, 60, done=False) == [0]
    turns.done("a")
    assert taken(turns, {"a": 60.0}, 61, 119, 120) == [120]


def test_each_has_a_time_of_its_own() -> None:
    turns, every = Turns(), {"a": 60.0, "b": 10.0}
    assert turns.take(every, 0) == ["a", "b"]
    turns.done("a")
    turns.done("b")
    assert turns.take(every, 10) == ["b"]
    assert turns.next_at() == 20


def test_who_is_gone_and_comes_back_is_new() -> None:
    turns = Turns()
    assert taken(turns, {"a": 60.0}, 0) == [0]
    assert turns.take({}, 1) == []
    assert turns.next_at() == float("inf")
    assert taken(turns, {"a": 60.0}, 2) == [2]


@given(st.lists(st.floats(0, 30), max_size=60), st.floats(1, 60))
def test_there_are_never_more_turns_than_the_rate_allows(steps: list[float], every: float) -> None:
    turns, now, count = Turns(), 0.0, 0
    for step in steps:
        now += step
        count += len(taken(turns, {"a": every}, now))
    assert count <= now / every + 1.001
