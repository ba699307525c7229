"""What the regions' candidates are, from what DNS answers or fails to answer."""

from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.handlers.edge.beacons import (
    LONGEST_HOLD_SECONDS,
    RETRY_SECONDS,
    SHORTEST_HOLD_SECONDS,
    candidates_from,
)
from asset_edge.handlers.edge.config import EdgeConfig, RegionalBucket
from asset_edge.handlers.edge.dnsmessage import Links
from asset_edge.handlers.edge.routing import Candidate, choose

EU, US = "eu-west-1", "us-west-2"
BUCKETS = tuple(
    RegionalBucket(
        region=region,
        bucket=f"assets-{region}",
        domain_name=f"assets-{region}.s3.{region}.amazonaws.com",
        beacon=f"{region}.beacon.origin.example.test",
    )
    for region in (EU, US)
)
EU_BEACON, US_BEACON = (bucket.beacon for bucket in BUCKETS)
EU_BUCKET, US_BUCKET = (bucket.domain_name for bucket in BUCKETS)
WEIGHTED_NAME = "origin.example.test"
RENDEZVOUS = EdgeConfig(buckets=BUCKETS)
DNS = EdgeConfig(buckets=BUCKETS, strategy="dns", weighted_name=WEIGHTED_NAME)


class Dns:
    """A DNS whose answers a test sets, with a clock beside it."""

    def __init__(self) -> None:
        self.answers: dict[str, Links] = {}
        self.now = 1000.0
        self.asked: list[list[str]] = []
        self.takes_seconds = 0.0

    def set(self, name: str, *links: tuple[int, str]) -> None:
        self.answers[name] = links

    def look_up(self, names: Sequence[str]) -> Mapping[str, Links]:
        self.asked.append(list(names))
        self.now += self.takes_seconds
        return {name: self.answers[name] for name in names if name in self.answers}

    def clock(self) -> float:
        return self.now

    def candidates(self, config: EdgeConfig) -> Callable[[], Sequence[Candidate]]:
        return candidates_from(config, self.look_up, self.clock)


def beacons(eu: str | None, us: str | None, ttl_seconds: int = 30) -> Dns:
    """A DNS with these beacons; None for a silent one."""
    dns = Dns()
    for name, address in ((EU_BEACON, eu), (US_BEACON, us)):
        if address is not None:
            dns.set(name, (ttl_seconds, address))
    return dns


def weights(candidates: Sequence[Candidate]) -> dict[str, tuple[int, bool]]:
    return {candidate.region: (candidate.weight, candidate.healthy) for candidate in candidates}


ANSWERS = {
    "both up": ("127.0.0.70", "127.0.0.30", (70, True), (30, True)),
    "largest": ("127.0.0.255", "127.0.0.1", (255, True), (1, True)),
    "one down": ("127.0.0.0", "127.0.0.30", (0, False), (30, True)),
    "both down": ("127.0.0.0", "127.0.0.0", (0, False), (0, False)),
    "one silent": (None, "127.0.0.30", (30, True), (30, True)),
    "one silent, the other down": (None, "127.0.0.0", (1, True), (0, False)),
    "both silent": (None, None, (1, True), (1, True)),
    "a lie of another network": ("127.0.1.70", "127.0.0.30", (30, True), (30, True)),
    "a lie of an address": ("52.218.0.70", "10.0.0.1", (1, True), (1, True)),
    "a lie of a name": ("127.0.0.example.test", "127.0.0.30", (30, True), (30, True)),
}


@pytest.mark.parametrize(("eu", "us", "eu_is", "us_is"), ANSWERS.values(), ids=ANSWERS.keys())
def test_a_beacon_tells_weight_and_health(
    eu: str | None, us: str | None, eu_is: tuple[int, bool], us_is: tuple[int, bool]
) -> None:
    assert weights(beacons(eu, us).candidates(RENDEZVOUS)()) == {EU: eu_is, US: us_is}


def test_both_beacons_are_asked_at_once() -> None:
    dns = beacons("127.0.0.70", "127.0.0.30")
    dns.candidates(RENDEZVOUS)()
    assert dns.asked == [[EU_BEACON, US_BEACON]]


def test_a_beacon_may_stand_behind_an_alias() -> None:
    dns = beacons(None, "127.0.0.30")
    dns.set(EU_BEACON, (50, "beacons.elsewhere.test"), (20, "127.0.0.70"))
    candidates = dns.candidates(RENDEZVOUS)
    assert weights(candidates())[EU] == (70, True)
    dns.now += 20
    candidates()
    assert dns.asked[-1] == [EU_BEACON], "held as long as the shorter of the two allows"


HOLDS = [(30, 30.0), (60, 60.0), (86400, LONGEST_HOLD_SECONDS), (0, SHORTEST_HOLD_SECONDS)]


@pytest.mark.parametrize(("ttl_seconds", "held_seconds"), HOLDS)
def test_an_answer_is_held_for_its_ttl_within_bounds(ttl_seconds: int, held_seconds: float) -> None:
    dns = beacons("127.0.0.70", "127.0.0.30", ttl_seconds)
    candidates = dns.candidates(RENDEZVOUS)
    candidates()
    dns.now += held_seconds - 0.01
    candidates()
    assert len(dns.asked) == 1, "still held"
    dns.now += 0.01
    dns.set(EU_BEACON, (60, "127.0.0.10"))
    assert weights(candidates()) == {EU: (10, True), US: (30, True)}
    assert len(dns.asked) == 2, "its time was spent"


def test_each_beacon_is_held_by_its_own_ttl() -> None:
    dns = beacons("127.0.0.70", None)
    dns.set(US_BEACON, (10, "127.0.0.30"))
    candidates = dns.candidates(RENDEZVOUS)
    candidates()
    dns.now += 15
    candidates()
    assert dns.asked == [[EU_BEACON, US_BEACON], [US_BEACON]]


def test_a_failing_beacon_keeps_its_last_value() -> None:
    dns = beacons("127.0.0.70", "127.0.0.30")
    candidates = dns.candidates(RENDEZVOUS)
    before = weights(candidates())
    dns.answers.clear()
    for _ in range(10):
        dns.now += 1000
        assert weights(candidates()) == before


def test_a_lie_keeps_the_last_value_too() -> None:
    dns = beacons("127.0.0.70", "127.0.0.30")
    candidates = dns.candidates(RENDEZVOUS)
    before = weights(candidates())
    dns.now += 60
    dns.set(EU_BEACON, (60, "192.0.2.1"))
    assert weights(candidates()) == before


def test_a_silent_dns_is_asked_again_only_after_a_while() -> None:
    dns = Dns()
    dns.takes_seconds = 1.0
    candidates = dns.candidates(RENDEZVOUS)
    for _ in range(100):
        candidates()
        dns.now += RETRY_SECONDS / 50
    assert len(dns.asked) <= 3, "100 requests within 20 s waited twice, or thrice at the edges"
    dns.set(EU_BEACON, (60, "127.0.0.70"))
    dns.now += RETRY_SECONDS
    assert weights(candidates())[EU] == (70, True), "and what comes back is heard"


def test_the_wait_for_an_answer_is_not_taken_off_its_time() -> None:
    dns = Dns()
    dns.takes_seconds = RETRY_SECONDS * 2
    candidates = dns.candidates(RENDEZVOUS)
    candidates()
    candidates()
    assert len(dns.asked) == 1


DNS_ANSWERS = {
    "eu": ([(60, EU_BUCKET), (5, "s3-r-w.eu-west-1.amazonaws.com"), (5, "52.218.0.1")], (1, 0)),
    "us": ([(60, US_BUCKET), (5, "52.92.0.1")], (0, 1)),
    "behind another alias": ([(60, "weighted.example.test"), (60, US_BUCKET)], (0, 1)),
    "a stranger": ([(60, "evil.example.test"), (60, "192.0.2.1")], (1, 1)),
    "silence": ([], (1, 1)),
}


@pytest.mark.parametrize(("links", "expected"), DNS_ANSWERS.values(), ids=DNS_ANSWERS.keys())
def test_the_weighted_names_answer_is_the_only_one_with_weight(
    links: list[tuple[int, str]], expected: tuple[int, int]
) -> None:
    dns = Dns()
    dns.set(WEIGHTED_NAME, *links)
    candidates = dns.candidates(DNS)()
    assert tuple(candidate.weight for candidate in candidates) == expected
    assert all(candidate.healthy for candidate in candidates)
    assert dns.asked == [[WEIGHTED_NAME]]


def test_the_weighted_names_own_ttl_counts_not_that_of_s3() -> None:
    dns = Dns()
    dns.set(WEIGHTED_NAME, (60, EU_BUCKET), (2, "52.218.0.1"))
    candidates = dns.candidates(DNS)
    candidates()
    dns.now += 59
    candidates()
    assert len(dns.asked) == 1


def test_the_answered_bucket_is_chosen_and_the_other_in_a_second_run() -> None:
    dns = Dns()
    dns.set(WEIGHTED_NAME, (60, US_BUCKET))
    candidates = dns.candidates(DNS)()
    for key in ("a", "b", "c", "d"):
        assert (choose(candidates, key), choose(candidates, key, US)) == (US, EU)


@given(st.lists(st.tuples(st.floats(0, 100), st.sampled_from([None, "127.0.0.0", "127.0.0.9", "8.8.8.8"]))))
def test_a_region_counts_as_down_only_when_its_last_answer_said_so(
    events: list[tuple[float, str | None]],
) -> None:
    dns = beacons("127.0.0.50", "127.0.0.50")
    candidates = dns.candidates(RENDEZVOUS)
    candidates()
    heard = "127.0.0.50"
    for seconds, address in events:
        dns.now += seconds
        dns.answers.pop(EU_BEACON, None)
        if address:
            dns.set(EU_BEACON, (1, address))
        asked = len(dns.asked)
        known = weights(candidates())[EU]
        if address in {"127.0.0.0", "127.0.0.9"} and any(EU_BEACON in names for names in dns.asked[asked:]):
            heard = address
        assert known == (int(heard.rpartition(".")[2]), heard != "127.0.0.0")
