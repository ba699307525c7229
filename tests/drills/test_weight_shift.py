"""Weights are shifted in live DNS, without a deploy: traffic follows, and no key moves that need not."""

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.drills.laptop import PRIMARY, REPLICA, Laptop, laptop

KEYS = [f"shift/{number}.bin" for number in range(1000)]
TTL_SECONDS = 5
POINTS = 0.05


@pytest.fixture(scope="module")
def running() -> Iterator[Laptop]:
    with laptop() as made:
        made.put_everywhere(KEYS)
        yield made


def regions(running: Laptop) -> dict[str, str | None]:
    """By key, the region that answers a miss."""
    running.admin("DELETE", "cache")
    answers = running.get_all([f"/{key}" for key in KEYS])
    assert {(a.status, a.cached) for a in answers} == {(200, "Miss from cloudfront")}
    return {key: answer.region for key, answer in zip(KEYS, answers, strict=True)}


def test_misses_follow_the_weights_within_two_ttls_and_only_those_that_must_move(running: Laptop) -> None:
    before = regions(running)
    assert abs(Counter(before.values())[PRIMARY] / len(KEYS) - 0.5) <= POINTS
    running.weights(eu_west_1=90, us_east_1=10)
    time.sleep(2 * TTL_SECONDS)
    after = regions(running)
    assert abs(Counter(after.values())[PRIMARY] / len(KEYS) - 0.9) <= POINTS
    moved = {key for key in KEYS if before[key] != after[key]}
    assert {(before[key], after[key]) for key in moved} == {(REPLICA, PRIMARY)}, "none moved the other way"
    gained = Counter(after.values())[PRIMARY] - Counter(before.values())[PRIMARY]
    assert len(moved) == gained
