"""What live DNS says about the regions: their weights and health, held for as long as DNS allows.

Two sources, one for each strategy. `rendezvous` asks a beacon per region: an A record `127.0.0.<weight>`, and
`127.0.0.0` when the region is drained or its health check fails. `dns` asks the weighted name and takes the
bucket that Route 53 chose. What cannot be learnt keeps its last value.
"""

from __future__ import annotations

from .routing import Candidate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .config import EdgeConfig, RegionalBucket
    from .dnsmessage import Links
    from .dnsquery import Clock

    LookUp = Callable[[Sequence[str]], Mapping[str, Links]]
    """Asks DNS for several names at once; a name without a usable answer is left out."""

    Candidates = Callable[[], Sequence[Candidate]]
    """Every region as it is known now."""

LONGEST_HOLD_SECONDS = 60.0
"""However long a TTL: a shifted weight is obeyed after this. Route 53 advises no more with health checks."""

SHORTEST_HOLD_SECONDS = 1.0
"""However short a TTL: an instance asks once a second at most."""

RETRY_SECONDS = 10.0
"""How long after a failed look-up the next one waits: a silent DNS holds up one request of an instance in
this time, and no longer than the bound of a look-up."""

_BEACON_NETWORK = "127.0.0."


def candidates_from(config: EdgeConfig, look_up: LookUp, clock: Clock) -> Candidates:
    """The source of candidates that the configured strategy asks for."""
    if config.strategy == "dns":
        return _by_weighted_name(config, look_up, clock)
    return _by_beacons(config, look_up, clock)


def _by_beacons(config: EdgeConfig, look_up: LookUp, clock: Clock) -> Candidates:
    names = [bucket.beacon for bucket in config.buckets]
    held = _held(names, _weight, look_up, clock)
    seen: Mapping[str, int] | None = None
    candidates: tuple[Candidate, ...] = ()

    def known() -> tuple[Candidate, ...]:
        nonlocal seen, candidates
        weights = held()
        if weights != seen:
            seen, candidates = dict(weights), _weighted(config.buckets, weights)
        return candidates

    return known


def _by_weighted_name(config: EdgeConfig, look_up: LookUp, clock: Clock) -> Candidates:
    name = config.weighted_name or ""
    positions = {bucket.domain_name.lower(): position for position, bucket in enumerate(config.buckets)}
    held = _held([name], positions.get, look_up, clock)
    return lambda: _answered(config.buckets, held().get(name))


def _weight(value: str) -> int | None:
    octet = value.removeprefix(_BEACON_NETWORK)
    return int(octet) if octet != value and octet.isdecimal() else None


def _weighted(buckets: Sequence[RegionalBucket], weights: Mapping[str, int]) -> tuple[Candidate, ...]:
    """A region of which nothing is known counts as healthy, with as much weight as any other has."""
    unknown = max(weights.values(), default=1) or 1
    known = [(bucket.region, weights.get(bucket.beacon, unknown)) for bucket in buckets]
    return tuple(Candidate(region, weight, healthy=weight > 0) for region, weight in known)


def _answered(buckets: Sequence[RegionalBucket], answered: int | None) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(bucket.region, int(answered in {None, position}), healthy=True)
        for position, bucket in enumerate(buckets)
    )


def _held(
    names: Sequence[str], understand: Callable[[str], int | None], look_up: LookUp, clock: Clock
) -> Callable[[], Mapping[str, int]]:
    """The last value of each name that was understood, asked again when its time is over."""
    values: dict[str, int] = {}
    held_until = dict.fromkeys(names, float("-inf"))

    def held() -> Mapping[str, int]:
        now = clock()
        due = [name for name, until in held_until.items() if until <= now]
        answers = look_up(due) if due else {}
        for name in due:
            value, hold_seconds = _first_understood(answers.get(name, ()), understand)
            held_until[name] = clock() + hold_seconds
            if value is not None:
                values[name] = value
        return values

    return held


def _first_understood(links: Links, understand: Callable[[str], int | None]) -> tuple[int | None, float]:
    """A value, and for how long it may be held: as its whole way may be."""
    hold_seconds = LONGEST_HOLD_SECONDS
    for ttl_seconds, text in links:
        hold_seconds = min(hold_seconds, ttl_seconds)
        value = understand(text)
        if value is not None:
            return value, max(hold_seconds, SHORTEST_HOLD_SECONDS)
    return None, RETRY_SECONDS
