"""S3 of a region is lost in every way there is, and no viewer sees it, from the first second on."""

import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.drills.laptop import PRIMARY, REPLICA, Answer, Laptop, laptop

KINDS = ("refuse", "forbidden", "unavailable", "hang", "black-hole")
REQUESTS = 500
PATHS = [f"/lost/{number}.bin" for number in range(REQUESTS)]
INSTANCES = 4


@pytest.fixture(scope="module", params=["rendezvous", "dns"])
def strategy(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="module")
def running(strategy: str) -> Iterator[Laptop]:
    with laptop(config={"asset-edge:strategy": strategy}) as made:
        made.put_everywhere(path.removeprefix("/") for path in PATHS)
        hold_dns_from_different_moments(made)
        yield made


def hold_dns_from_different_moments(running: Laptop) -> None:
    """Starts the instances one after the other: each then asks DNS anew at a moment of its own."""
    for together in range(1, INSTANCES + 1):
        running.get_all([f"/lost/{number}.bin?start" for number in range(together * 8)], at_once=together)
        running.admin("DELETE", "cache")
        time.sleep(0.9)


def trace(running: Laptop, region: str, kind: str, *, kept: bool) -> list[Answer]:
    """The answers to uncached requests, the first of them sent as the region goes."""
    running.admin("PUT", "undocumented", {"edits_survive_failover": kept})
    running.admin("DELETE", "cache")
    with running.broken(region, kind):
        return running.get_all(PATHS, at_once=REQUESTS // 2)


@pytest.mark.parametrize("kept", [True, False], ids=["edits of run 1 kept", "edits of run 1 dropped"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_request_fails_while_a_regions_s3_is_lost(
    running: Laptop, strategy: str, kind: str, record_property: Callable[[str, object], None], *, kept: bool
) -> None:
    region = PRIMARY if kept else REPLICA
    answers = trace(running, region, kind, kept=kept)
    failed = Counter(answer.status for answer in answers if answer.status != 200)
    lost = f"{region}'s S3: {kind}, edits {'kept' if kept else 'dropped'}, {strategy}"
    record_property(lost, f"{failed.total()} of {REQUESTS} failed {dict(failed) or ''}")
    assert {a.region for a in answers if a.status == 200} == {PRIMARY, REPLICA} - {region}
    assert {a.cached for a in answers if a.status == 200} == {"Miss from cloudfront"}
    if strategy == "rendezvous":
        assert not failed
