"""What Route 53 answers: weights, health, aliases."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator.zones import Answer, Chooser, RecordSet, Zone, answer, weighted

NAME = "b.example.test"


def record(value: str, weight: int | None = None, check: str | None = None, **more: str) -> RecordSet:
    told: Any = {"name": NAME, "type": "A"} | more
    return RecordSet(**told, values=(value,), weight=weight, health_check=check)


def chooser(*down: str, pick: Callable[[int], int] = lambda _bound: 0) -> Chooser:
    return Chooser(healthy=lambda check: check not in down, pick=pick)


def shares(records: Sequence[RecordSet], *down: str) -> Counter[str]:
    """How many of all possible draws go to each value."""
    total = sum(r.weight or 0 for r in records) or len(records)
    drawn = (weighted(records, chooser(*down, pick=lambda bound, n=n: n % bound)) for n in range(total))  # type: ignore[misc]
    return Counter(r.values[0] for r in drawn)


BEACON = [record("127.0.0.90", 1, "check"), record("127.0.0.0", 0)]


@pytest.mark.parametrize(
    ("records", "down", "expected"),
    [
        pytest.param([record("x", 3), record("y", 1)], (), {"x": 3, "y": 1}, id="in proportion"),
        pytest.param([record("x", 3), record("y", 0)], (), {"x": 3}, id="weight 0 gets nothing"),
        pytest.param([record("x", 0), record("y", 0)], (), {"x": 1, "y": 1}, id="all 0 are equal"),
        pytest.param([record("x", 1, "c"), record("y", 1, "d")], ("c",), {"y": 2}, id="the healthy one"),
        pytest.param([record("x", 1, "c"), record("y", 1)], ("c",), {"y": 2}, id="no check is healthy"),
        pytest.param([record("x", 3, "c"), record("y", 1, "d")], ("c", "d"), {"x": 3, "y": 1}, id="all down"),
        pytest.param(BEACON, (), {"127.0.0.90": 1}, id="beacon, healthy"),
        pytest.param(BEACON, ("check",), {"127.0.0.0": 1}, id="beacon, down"),
        pytest.param([record("x", 0, "c"), record("y", 0)], ("c",), {"y": 2}, id="all 0, one down"),
    ],
)
def test_which_record_is_answered(
    records: list[RecordSet], down: tuple[str, ...], expected: dict[str, int]
) -> None:
    assert shares(records, *down) == expected


@given(
    st.lists(st.tuples(st.integers(0, 255), st.booleans()), min_size=1, max_size=5),
    st.floats(min_value=0, max_value=1, exclude_max=True),
)
def test_an_unhealthy_record_is_answered_only_when_none_is_healthy(
    weights: list[tuple[int, bool]], draw: float
) -> None:
    records = [record(str(i), weight, str(i)) for i, (weight, _) in enumerate(weights)]
    down = [str(i) for i, (_, healthy) in enumerate(weights) if not healthy]
    found = weighted(records, chooser(*down, pick=lambda bound: int(draw * bound)))
    assert found.values[0] not in down or len(down) == len(records)


ALIAS = RecordSet(name="www.example.test", type="A", alias_of="d1.cloudfront.net")
OWN_ALIAS = RecordSet(name="own.example.test", type="A", alias_of=NAME)
CNAME = record(f"{NAME}.", name="c.example.test", type="CNAME")
OUTSIDE = record("elsewhere.test", name="o.example.test", type="CNAME")
LOOP = record("loop.example.test", name="loop.example.test", type="CNAME")
ZONES = [
    Zone(name="example.test", records=(record("192.0.2.1"), ALIAS, OWN_ALIAS, CNAME, OUTSIDE, LOOP)),
    Zone(name="sub.example.test", records=(record("192.0.2.9", name="x.sub.example.test"),)),
]


def told(found: Answer) -> list[tuple[str, str]]:
    return [(r.type, r.values[0]) for r in found.records]


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("b.example.test", "A", [("A", "192.0.2.1")]),
        ("B.Example.Test.", "A", [("A", "192.0.2.1")]),
        ("c.example.test", "A", [("CNAME", "b.example.test."), ("A", "192.0.2.1")]),
        ("c.example.test", "CNAME", [("CNAME", "b.example.test.")]),
        ("o.example.test", "A", [("CNAME", "elsewhere.test")]),
        ("www.example.test", "A", [("A", "127.0.0.1")]),
        ("own.example.test", "A", [("A", "192.0.2.1")]),
        ("x.sub.example.test", "A", [("A", "192.0.2.9")]),
        ("b.example.test", "AAAA", []),
    ],
)
def test_names_are_followed_through_our_zones(name: str, kind: str, expected: list[tuple[str, str]]) -> None:
    found = answer(ZONES, name, kind, chooser())
    assert told(found) == expected
    assert found.exists


@pytest.mark.parametrize(
    ("name", "zone", "exists"),
    [
        ("absent.example.test", "example.test", False),
        ("example.test", "example.test", True),
        ("absent.sub.example.test", "sub.example.test", False),
        ("elsewhere.test", None, False),
        ("notexample.test", None, False),
    ],
)
def test_a_name_without_an_answer_exists_in_a_zone_or_not(name: str, zone: str | None, exists: bool) -> None:
    found = answer(ZONES, name, "A", chooser())
    assert (found.zone, found.exists, found.records) == (zone, exists, ())


def test_a_chain_that_never_ends_is_cut() -> None:
    assert 1 <= len(answer(ZONES, "loop.example.test", "A", chooser()).records) <= 8


def test_an_aliass_answer_has_the_aliass_name() -> None:
    found = answer(ZONES, "own.example.test", "A", chooser())
    assert [r.name for r in found.records] == ["own.example.test"]
