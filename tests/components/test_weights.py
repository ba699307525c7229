"""The records tell each region's weight and health by Route 53's rules, and impossible ones are refused."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.components import weights
from asset_edge.components.weights import WeightedRow
from asset_edge.errors import ArgumentError
from asset_edge.handlers.edge.beacons import candidates_from
from asset_edge.handlers.edge.config import EdgeConfig, RegionalBucket
from asset_edge.handlers.edge.routing import Candidate
from asset_edge.naming import beacon_name
from tests.components.weighted_origins import EAST, RECORD_NAME, WEST, refusal

WEIGHT = st.integers(0, weights.LARGEST_WEIGHT)
WEIGHTS = st.fixed_dictionaries({EAST: WEIGHT, WEST: WEIGHT, "ap-southeast-2": WEIGHT})


def answerable(rows: Sequence[WeightedRow], up: Collection[str]) -> list[WeightedRow]:
    """The rows of one name that Route 53 may answer: healthy and weighted, else healthy at 0, else all."""

    def is_healthy(row: WeightedRow) -> bool:
        return not row.has_health_check or row.region in up

    weighted = [row for row in rows if row.weight and is_healthy(row)]
    drained = [row for row in rows if not row.weight and is_healthy(row)]
    return weighted or drained or list(rows)


def told(region_weights: dict[str, int], up: Collection[str]) -> dict[str, str]:
    """What each beacon answers, by its name."""
    rows = weights.rows(RECORD_NAME, region_weights)
    beacons = {row.name: [other for other in rows if other.name == row.name] for row in rows if row.address}
    answers = {name: answerable(group, up) for name, group in beacons.items()}
    assert {len(group) for group in answers.values()} == {1}, "a beacon has one answer at a time"
    return {name: str(group[0].address) for name, group in answers.items()}


def edge_view(region_weights: dict[str, int], up: Collection[str]) -> dict[str, Candidate]:
    """What the edge function makes of those answers."""
    answers = told(region_weights, up)
    buckets = tuple(
        RegionalBucket(region=r, bucket="b", domain_name=f"{r}.test", beacon=beacon_name(RECORD_NAME, r))
        for r in region_weights
    )
    config = EdgeConfig(buckets=buckets)
    candidates = candidates_from(
        config, lambda names: {n: ((60, answers[n]),) for n in names}, clock=lambda: 0.0
    )
    return {candidate.region: candidate for candidate in candidates()}


@given(WEIGHTS, st.sets(st.sampled_from([EAST, WEST, "ap-southeast-2"])))
def test_a_beacon_tells_the_weight_exactly_while_the_region_is_healthy(
    region_weights: dict[str, int], up: set[str]
) -> None:
    expected = {
        beacon_name(RECORD_NAME, region): f"127.0.0.{weight if region in up else 0}"
        for region, weight in region_weights.items()
    }
    assert told(region_weights, up) == expected


@given(WEIGHTS, st.sets(st.sampled_from([EAST, WEST, "ap-southeast-2"])))
def test_the_edge_reads_the_weight_of_healthy_regions_and_no_traffic_for_the_rest(
    region_weights: dict[str, int], up: set[str]
) -> None:
    for region, candidate in edge_view(region_weights, up).items():
        assert candidate.weight == (region_weights[region] if region in up else 0)
        assert candidate.healthy == (candidate.weight > 0)


@pytest.mark.parametrize(
    ("region_weights", "up", "expected"),
    [
        pytest.param({EAST: 100, WEST: 30}, {EAST, WEST}, {EAST, WEST}, id="both healthy"),
        pytest.param({EAST: 100, WEST: 30}, {WEST}, {WEST}, id="one lost"),
        pytest.param({EAST: 100, WEST: 30}, set(), {EAST, WEST}, id="all lost answer as if healthy"),
        pytest.param({EAST: 100, WEST: 0}, {EAST, WEST}, {EAST}, id="one drained"),
        pytest.param({EAST: 100, WEST: 0}, {WEST}, {WEST}, id="the drained one is the last resort"),
    ],
)
def test_the_cname_leads_to(region_weights: dict[str, int], up: set[str], expected: set[str]) -> None:
    cnames = [row for row in weights.rows(RECORD_NAME, region_weights) if row.type == "CNAME"]
    assert {row.region for row in answerable(cnames, up)} == expected


@given(WEIGHTS, WEIGHT)
def test_a_shifted_weight_changes_two_rows_in_place(region_weights: dict[str, int], shifted: int) -> None:
    before = weights.rows(RECORD_NAME, region_weights)
    after = weights.rows(RECORD_NAME, {**region_weights, WEST: shifted})
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    expected = [] if shifted == region_weights[WEST] else [("cname", WEST), ("beacon", WEST)]
    assert [(new.what, new.region) for _, new in changed] == expected
    assert all((old.name, old.set_identifier) == (new.name, new.set_identifier) for old, new in changed)


@given(WEIGHTS)
def test_rows_of_one_name_are_told_apart_by_set_identifier(region_weights: dict[str, int]) -> None:
    rows = weights.rows(RECORD_NAME, region_weights)
    assert max(Counter((row.name, row.type, row.set_identifier) for row in rows).values()) == 1
    assert max(Counter((row.what, row.region) for row in rows).values()) == 1


def test_rows_do_not_depend_on_the_order_of_the_regions() -> None:
    assert weights.rows(RECORD_NAME, {EAST: 1, WEST: 2}) == weights.rows(RECORD_NAME, {WEST: 2, EAST: 1})


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        pytest.param([], "targets are empty", id="none"),
        pytest.param([(EAST, 1)], r"targets are \['us-east-1'\].*Add the other region", id="one"),
        pytest.param([(EAST, 1), (EAST, 2)], "region us-east-1 is a target 2 times", id="one region twice"),
        pytest.param([("US East", 1), (WEST, 2)], "region 'US East' is not spelt like one", id="no region"),
        pytest.param([(EAST, 256), (WEST, 1)], "weight of us-east-1 is 256", id="above one octet"),
        pytest.param([(EAST, 1), (WEST, -1)], "weight of eu-west-1 is -1", id="below none"),
        pytest.param([(EAST, 0.5), (WEST, 1)], "weight of us-east-1 is 0.5", id="a fraction"),
        pytest.param([(EAST, True), (WEST, 1)], "weight of us-east-1 is True", id="a flag"),
        pytest.param([(EAST, "100"), (WEST, 1)], "weight of us-east-1 is '100'", id="a text"),
        pytest.param([(EAST, 0), (WEST, 0)], "weights of us-east-1, eu-west-1 are all 0", id="all 0"),
    ],
)
def test_weights_that_cannot_work_are_refused(pairs: list[tuple[str, Any]], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        weights.check_weights(pairs)


@pytest.mark.parametrize("ttl_seconds", [0, -1, 61, 600, True, 30.5, "60"])
def test_a_ttl_that_keeps_a_lost_region_is_refused(ttl_seconds: Any) -> None:
    with pytest.raises(ArgumentError, match=f"ttl_seconds is {ttl_seconds!r}; .* from 1 to 60"):
        weights.check_ttl(ttl_seconds)


@pytest.mark.parametrize(
    ("record_name", "problem"),
    [
        pytest.param("assets", "has a single label", id="one label"),
        pytest.param("", "has a single label", id="empty"),
        pytest.param("assets.example.com.", "has the label ''", id="final dot"),
        pytest.param("Assets.example.com", "has the label 'Assets'", id="upper case"),
        pytest.param("-a.example.com", "has the label '-a'", id="hyphen first"),
        pytest.param("a-.example.com", "has the label 'a-'", id="hyphen last"),
        pytest.param("*.example.com", r"has the label '\*'", id="wildcard"),
        pytest.param("https://a.example.com", "has the label 'https://a'", id="a URL"),
        pytest.param(f"{'a' * 64}.example.com", "has the label 'aaaa", id="long label"),
        pytest.param("a." * 120 + "example.com", "has 268 characters", id="the beacon's name is too long"),
    ],
)
def test_names_that_dns_cannot_hold_are_refused(record_name: str, problem: str) -> None:
    with pytest.raises(ArgumentError, match=problem):
        weights.check_names(record_name, [EAST, WEST])


@pytest.mark.parametrize(
    "check",
    [
        pytest.param(lambda: weights.check_weights([(EAST, 300), (WEST, 1)]), id="weight"),
        pytest.param(lambda: weights.check_weights([(EAST, 1), (EAST, 1)]), id="region"),
        pytest.param(lambda: weights.check_weights([(EAST, 0), (WEST, 0)]), id="all 0"),
        pytest.param(lambda: weights.check_ttl(600), id="ttl"),
        pytest.param(lambda: weights.check_names("assets", [EAST]), id="name"),
    ],
)
def test_a_refusal_begins_with_what_is_wrong_and_ends_with_what_to_do(check: Callable[[], None]) -> None:
    message = str(refusal(check))
    assert message[0].islower()
    assert not message.endswith(".")
    assert len(message.rsplit(". ", 1)) == 2, "the last sentence is the next step"


@pytest.mark.parametrize(
    "check",
    [
        pytest.param(lambda: weights.check_weights([(EAST, 0), (WEST, 255)]), id="weights at both ends"),
        pytest.param(lambda: weights.check_ttl(1), id="shortest ttl"),
        pytest.param(lambda: weights.check_ttl(60), id="longest ttl"),
        pytest.param(lambda: weights.check_names("_assets.a-1.example.com", [EAST]), id="underscore"),
    ],
)
def test_what_route_53_takes_is_let_through(check: Callable[[], None]) -> None:
    assert refusal(check) is None
