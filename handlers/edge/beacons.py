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
    held = Held(names, _weight, look_up, clock)
    return lambda: _weighted(config.buckets, held.values())


def _by_weighted_name(config: EdgeConfig, look_up: LookUp, clock: Clock) -> Candidates:
    name = config.weighted_name or ""
    positions = {bucket.domain_name.lower(): position for position, bucket in enumerate(config.buckets)}
    held = Held([name], positions.get, look_up, clock)
    return lambda: _answered(config.buckets, held.values().get(name))


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


class Held:
    """What DNS last said of some names, understood as a number each, asked again when its time is over."""

    def __init__(
        self, names: Sequence[str], understand: Callable[[str], int | None], look_up: LookUp, clock: Clock
    ) -> None:
        self._understand = understand
        self._look_up = look_up
        self._clock = clock
        self._values: dict[str, int] = {}
        self._until = dict.fromkeys(names, float("-inf"))

    def values(self) -> Mapping[str, int]:
        """The last known value of each name; a name that was never understood is absent."""
        now = self._clock()
        due = [name for name, until in self._until.items() if until <= now]
        if due:
            self._refresh(due)
        return self._values

    def _refresh(self, due: Sequence[str]) -> None:
        answers = self._look_up(due)
        now = self._clock()
        for name in due:
            value, hold_seconds = self._read(answers.get(name, ()))
            self._until[name] = now + hold_seconds
            if value is not None:
                self._values[name] = value

    def _read(self, links: Links) -> tuple[int | None, float]:
        """The first value that means something, and for how long it may be held: as its whole way may be."""
        hold_seconds = LONGEST_HOLD_SECONDS
        for ttl_seconds, text in links:
            hold_seconds = min(hold_seconds, ttl_seconds)
            value = self._understand(text)
            if value is not None:
                return value, max(hold_seconds, SHORTEST_HOLD_SECONDS)
        return None, RETRY_SECONDS
