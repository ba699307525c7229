"""The choice of a region: shares, stability, agreement, and the second run."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_edge.handlers.edge.routing import UNNOTED, Candidate, choose

EU, US, AP = "eu-west-1", "us-west-2", "ap-southeast-2"
KEYS = [f"space/asset/{number}/photo.jpg" for number in range(4000)]

KNOWN = st.tuples(st.integers(0, 255), st.booleans())
CANDIDATES = st.lists(KNOWN, min_size=1, max_size=4).map(
    lambda some: [Candidate(f"region-{index}", *known) for index, known in enumerate(some)]
)
SEVERAL = CANDIDATES.filter(lambda some: len(some) > 1)


def two(eu: int, us: int, *, eu_up: bool = True, us_up: bool = True) -> list[Candidate]:
    return [Candidate(EU, eu, healthy=eu_up), Candidate(US, us, healthy=us_up)]


def share(candidates: Sequence[Candidate], region: str, tried: str | None = None) -> float:
    return Counter(choose(candidates, key, tried) for key in KEYS)[region] / len(KEYS)


# Route 53's rules, with what the beacons can say.
SHARES = {
    "equal": (two(100, 100), 0.5),
    "70 to 30": (two(70, 30), 0.7),
    "all there is to tell apart": (two(255, 1), 255 / 256),
    "drained": (two(0, 50), 0.0),
    "all 0 is equal": (two(0, 0), 0.5),
    "one down": (two(70, 30, us_up=False), 1.0),
    "all down counts as all up": (two(70, 30, eu_up=False, us_up=False), 0.7),
    "all down and 0 is equal": (two(0, 0, eu_up=False, us_up=False), 0.5),
    "weight 0 serves when the others are down": (two(0, 50, us_up=False), 1.0),
    "weight 0 does not serve when all are down": (two(0, 50, eu_up=False, us_up=False), 0.0),
    "one region": ([Candidate(EU, 0, healthy=False)], 1.0),
}


@pytest.mark.parametrize(("candidates", "expected"), SHARES.values(), ids=SHARES.keys())
def test_each_region_gets_its_share_of_the_keys(candidates: list[Candidate], expected: float) -> None:
    assert share(candidates, EU) == pytest.approx(expected, abs=0.025)
    if expected in {0.0, 1.0}:
        assert share(candidates, EU) == expected, "no key at all goes elsewhere"


def test_three_regions_share_as_two_do() -> None:
    candidates = [
        Candidate(EU, 50, healthy=True),
        Candidate(US, 30, healthy=True),
        Candidate(AP, 20, healthy=True),
    ]
    assert [share(candidates, region) for region in (EU, US, AP)] == pytest.approx([0.5, 0.3, 0.2], abs=0.025)


@pytest.mark.parametrize(
    ("before", "after", "moved"), [(50, 40, 0.1), (100, 0, 1.0), (10, 15, 0.05), (30, 30, 0)]
)
def test_a_changed_weight_moves_its_share_of_the_keys_and_no_other(
    before: int, after: int, moved: float
) -> None:
    old, new = two(before, 100 - before), two(after, 100 - after)
    leaving, coming = (EU, US) if after < before else (US, EU)
    changes = [(choose(old, key), choose(new, key)) for key in KEYS]
    really = [change for change in changes if change[0] != change[1]]
    assert set(really) <= {(leaving, coming)}, "nobody moves against the change"
    assert len(really) / len(KEYS) == pytest.approx(moved, abs=0.02)


def test_a_lost_region_moves_only_its_own_keys() -> None:
    up = [Candidate(EU, 50, healthy=True), Candidate(US, 30, healthy=True), Candidate(AP, 20, healthy=True)]
    lost = [up[0], Candidate(US, 30, healthy=False), up[2]]
    for key in KEYS:
        before = choose(up, key)
        assert choose(lost, key) == before or before == US


def test_every_instance_agrees_whatever_order_it_knows_the_regions_in() -> None:
    for key in KEYS[:200]:
        assert choose(two(70, 30), key) == choose(two(70, 30)[::-1], key)


def test_the_choice_is_the_same_for_ever() -> None:
    chosen = [choose(two(100, 100), key) for key in KEYS[:8]]
    assert chosen == [EU, EU, EU, EU, EU, US, US, US], "old and new instances must agree in a release"


@settings(max_examples=300)
@given(CANDIDATES, st.text())
def test_a_first_run_takes_nothing_down_or_drained_while_better_is_there(
    candidates: list[Candidate], key: str
) -> None:
    chosen = {candidate.region: candidate for candidate in candidates}[choose(candidates, key)]
    assert chosen.healthy or not any(candidate.healthy for candidate in candidates)
    alike = [candidate for candidate in candidates if candidate.healthy == chosen.healthy]
    assert chosen.weight or not any(candidate.weight for candidate in alike)


@settings(max_examples=300)
@given(SEVERAL, SEVERAL, st.text(), st.text())
def test_a_second_run_never_repeats_the_noted_region_even_where_instances_disagree(
    first_view: list[Candidate], second_view: list[Candidate], first_key: str, second_key: str
) -> None:
    noted = choose(first_view, first_key)
    assert choose(second_view, second_key, noted) != noted


@settings(max_examples=300)
@given(SEVERAL, st.text())
def test_a_second_run_without_a_note_takes_another_but_none_down_while_one_is_up(
    candidates: list[Candidate], key: str
) -> None:
    first, second = choose(candidates, key), choose(candidates, key, UNNOTED)
    up = {candidate.region for candidate in candidates if candidate.healthy}
    assert second in up or not up
    assert second != first or up == {first}


SECOND_RUNS = {
    "noted, both up": (two(50, 50), EU, US),
    "noted, the other down": (two(50, 50, us_up=False), EU, US),
    "noted, the other drained": (two(50, 0), EU, US),
    "noted, all down": (two(50, 50, eu_up=False, us_up=False), US, EU),
    "noted the one known to be down": (two(50, 50, us_up=False), US, EU),
    "not noted, first choice drained since": (two(0, 50), UNNOTED, EU),
    "not noted, the other down": (two(50, 50, us_up=False), UNNOTED, EU),
    "not noted, the first down": (two(50, 50, eu_up=False), UNNOTED, US),
    "one region, noted": ([Candidate(EU, 50, healthy=True)], EU, EU),
    "one region, not noted": ([Candidate(EU, 50, healthy=True)], UNNOTED, EU),
}


@pytest.mark.parametrize(("candidates", "tried", "expected"), SECOND_RUNS.values(), ids=SECOND_RUNS.keys())
def test_second_runs(candidates: list[Candidate], tried: str, expected: str) -> None:
    assert {choose(candidates, key, tried) for key in KEYS[:50]} == {expected}


def test_a_second_run_among_three_keeps_to_those_that_are_up() -> None:
    candidates = [
        Candidate(EU, 50, healthy=True),
        Candidate(US, 50, healthy=False),
        Candidate(AP, 50, healthy=True),
    ]
    assert {choose(candidates, key, EU) for key in KEYS[:50]} == {AP}


def test_no_candidates_are_refused() -> None:
    with pytest.raises(ValueError, match="candidates is empty"):
        choose([], "key")
