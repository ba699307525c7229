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


WILD = Zone(
    name="wild.test",
    records=(
        record("192.0.2.1", name="*.wild.test"),
        record("192.0.2.2", name="*.deep.wild.test"),
        record("192.0.2.3", name="there.wild.test"),
        record("x", name="text.wild.test", type="TXT"),
        record("below.wild.test", name="*.follow.wild.test", type="CNAME"),
        record("heavy", 3, name="*.heavy.wild.test", type="A"),
        record("light", 0, name="*.heavy.wild.test", type="A"),
    ),
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("a.wild.test", [("A", "192.0.2.1")], id="any name below"),
        pytest.param("b.a.wild.test", [("A", "192.0.2.1")], id="however far below"),
        pytest.param("there.wild.test", [("A", "192.0.2.3")], id="a name of its own comes first"),
        pytest.param("a.there.wild.test", [], id="a name shuts the wildcard out below it too"),
        pytest.param("text.wild.test", [], id="a name with another type does as well"),
        pytest.param("deep.wild.test", [], id="and a name that only lies above another"),
        pytest.param("a.deep.wild.test", [("A", "192.0.2.2")], id="the closest wildcard"),
        pytest.param("*.wild.test", [("A", "192.0.2.1")], id="asked for as it is written"),
        pytest.param("wild.test", [], id="not the zone's own name"),
        pytest.param(
            "a.follow.wild.test", [("CNAME", "below.wild.test"), ("A", "192.0.2.1")], id="followed to another"
        ),
        pytest.param("a.heavy.wild.test", [("A", "heavy")], id="with weights"),
    ],
)
def test_a_wildcard_answers_for_names_that_are_not_there(name: str, expected: list[tuple[str, str]]) -> None:
    found = answer([WILD], name, "A", chooser())
    assert told(found) == expected
    assert all(r.name == name for r in found.records[:1]), "the answer is about the name that was asked for"


def test_below_a_name_that_shuts_the_wildcard_out_nothing_exists() -> None:
    assert not answer([WILD], "a.there.wild.test", "A", chooser()).exists
    assert answer([WILD], "text.wild.test", "A", chooser()).exists


BUCKET = "pictures.s3.eu-west-1.amazonaws.com"
TO_BUCKET = Zone(
    name="origin.test",
    records=(
        record(BUCKET, 9, "eu", name="origin.test", type="CNAME"),
        record("pictures-us.s3.us-east-1.amazonaws.com", 0, "us", name="origin.test", type="CNAME"),
    ),
)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        pytest.param(
            BUCKET,
            "A",
            [("CNAME", "s3-r-w.eu-west-1.amazonaws.com."), ("A", "127.0.0.1")],
            id="a bucket's endpoint, by way of S3's own name",
        ),
        pytest.param(BUCKET, "AAAA", [("CNAME", "s3-r-w.eu-west-1.amazonaws.com.")], id="no IPv6"),
        pytest.param("s3.eu-west-1.amazonaws.com", "A", [("A", "127.0.0.1")], id="S3 in path style"),
        pytest.param("monitoring.eu-west-1.amazonaws.com", "A", [("A", "127.0.0.1")], id="another service"),
        pytest.param("x.lambda-url.eu-west-1.on.aws", "A", [("A", "127.0.0.1")], id="a function URL"),
        pytest.param("d1.cloudfront.net", "A", [("A", "127.0.0.1")], id="a distribution"),
        pytest.param("d1.cloudfront.net", "TXT", [], id="of another type nothing"),
    ],
)
def test_names_of_aws_lead_to_this_machine(name: str, kind: str, expected: list[tuple[str, str]]) -> None:
    found = answer([], name, kind, chooser())
    assert told(found) == expected
    assert found.exists
    assert found.zone is not None


@pytest.mark.parametrize("name", ["notamazonaws.com", "amazonaws.com.example", "aws", "elsewhere.test"])
def test_other_names_are_not_awss(name: str) -> None:
    assert answer([], name, "A", chooser()) == Answer(exists=False)


def test_a_weighted_name_is_followed_through_the_bucket_that_was_drawn() -> None:
    eu = [("CNAME", BUCKET), ("CNAME", "s3-r-w.eu-west-1.amazonaws.com."), ("A", "127.0.0.1")]
    assert told(answer([TO_BUCKET], "origin.test", "A", chooser())) == eu
    lost = told(answer([TO_BUCKET], "origin.test", "A", chooser("eu")))
    assert lost[1] == ("CNAME", "s3-r-w.us-east-1.amazonaws.com.")


def test_a_zone_of_our_own_comes_before_awss() -> None:
    own = Zone(name=BUCKET, records=(record("192.0.2.7", name=BUCKET),))
    assert told(answer([own], BUCKET, "A", chooser())) == [("A", "192.0.2.7")]


@pytest.mark.parametrize(
    ("evaluated", "down", "expected"),
    [
        pytest.param(True, (), "192.0.2.1", id="its target is healthy"),
        pytest.param(True, ("behind",), "192.0.2.2", id="its target is not"),
        pytest.param(False, ("behind",), "192.0.2.1", id="its target is not, and nobody looks"),
    ],
)
def test_an_alias_may_be_as_healthy_as_its_target(
    evaluated: bool, down: tuple[str, ...], expected: str
) -> None:
    alias = RecordSet(
        name="www.z.test", type="A", weight=1, alias_of="behind.z.test", evaluate_target_health=evaluated
    )
    spare = record("192.0.2.2", 0, name="www.z.test")
    behind = record("192.0.2.1", None, "behind", name="behind.z.test")
    found = answer([Zone(name="z.test", records=(alias, spare, behind))], "www.z.test", "A", chooser(*down))
    assert told(found) == [("A", expected)]


@pytest.mark.parametrize("target", ["d1.cloudfront.net", "nothing.z.test", "loop.z.test"])
def test_an_alias_is_healthy_where_its_target_has_no_health(target: str) -> None:
    def alias(name: str, leads: str) -> RecordSet:
        return RecordSet(name=name, type="A", weight=1, alias_of=leads, evaluate_target_health=True)

    spare = record("192.0.2.2", 0, name="www.z.test")
    records = (alias("www.z.test", target), spare, alias("loop.z.test", "loop.z.test"))
    found = answer([Zone(name="z.test", records=records)], "www.z.test", "A", chooser())
    assert "192.0.2.2" not in {value for _, value in told(found)}


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


def test_an_alias_answers_with_addresses_however_many_names_lie_between() -> None:
    alias = RecordSet(name="www.z.test", type="A", alias_of="c.example.test")
    found = answer([*ZONES, Zone(name="z.test", records=(alias,))], "www.z.test", "A", chooser())
    assert [(r.name, r.type, r.values) for r in found.records] == [("www.z.test", "A", ("192.0.2.1",))]


def test_an_aliass_answer_has_the_aliass_name() -> None:
    found = answer(ZONES, "own.example.test", "A", chooser())
    assert [r.name for r in found.records] == ["own.example.test"]
