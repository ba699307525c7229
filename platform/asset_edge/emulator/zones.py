"""What Route 53 answers to a question: weights, health and aliases of the records of our hosted zones.

Source: Amazon Route 53 Developer Guide, "Values specific for weighted records" and "How Amazon Route 53
chooses records when health checking is configured".
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

EDGE_ADDRESS = "127.0.0.1"
"""Where a distribution's domain name leads on a laptop."""

_LONGEST_CHAIN = 8
_EDGE_DOMAIN = ".cloudfront.net"


@dataclass(frozen=True, kw_only=True)
class RecordSet:
    """One record set of a zone. Names are lower case without the final dot."""

    name: str
    type: str
    ttl_seconds: int = 300
    values: tuple[str, ...] = ()
    weight: int | None = None
    """0 to 255; None for a record set that is alone under its name and type."""

    health_check: str | None = None
    alias_of: str | None = None


@dataclass(frozen=True, kw_only=True)
class Zone:
    """A hosted zone with its records."""

    name: str
    records: tuple[RecordSet, ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes into a DNS message."""

    exists: bool
    """False is NXDOMAIN."""

    records: tuple[RecordSet, ...] = ()
    zone: str | None = None
    """The zone that is authoritative; None where none of ours is, and the question is refused."""


@dataclass(frozen=True, kw_only=True)
class Chooser:
    """What an answer depends on besides the zones."""

    healthy: Callable[[str], bool]
    """Whether the health check of that id is healthy."""

    pick: Callable[[int], int]
    """A random number from 0 up to, and without, the bound."""


def answer(zones: Sequence[Zone], name: str, record_type: str, chooser: Chooser) -> Answer:
    """The answer to one question, CNAMEs within our zones followed."""
    name = name.lower().rstrip(".")
    zone = _zone_of(zones, name)
    if zone is None:
        return Answer(exists=False)
    records = tuple(_chain(zones, name, record_type, chooser))
    exists = bool(records) or _exists(zone, name)
    return Answer(exists=exists, records=records, zone=zone.name)


def _chain(
    zones: Sequence[Zone], name: str, record_type: str, chooser: Chooser, left: int = _LONGEST_CHAIN
) -> Iterator[RecordSet]:
    zone = _zone_of(zones, name)
    record = zone and _chosen(zone, name, record_type, chooser)
    if not record or not left:
        return
    if record.alias_of is not None:
        yield from _alias(zones, record, record_type, chooser, left)
        return
    yield record
    if record.type == "CNAME" != record_type:
        yield from _chain(zones, record.values[0].lower().rstrip("."), record_type, chooser, left - 1)


def _alias(
    zones: Sequence[Zone], record: RecordSet, record_type: str, chooser: Chooser, left: int
) -> Iterator[RecordSet]:
    target = str(record.alias_of)
    if target.endswith(_EDGE_DOMAIN):
        if record_type == "A":
            yield RecordSet(name=record.name, type="A", ttl_seconds=60, values=(EDGE_ADDRESS,))
        return
    for found in _chain(zones, target, record_type, chooser, left - 1):
        yield RecordSet(name=record.name, type=found.type, ttl_seconds=found.ttl_seconds, values=found.values)


def _chosen(zone: Zone, name: str, record_type: str, chooser: Chooser) -> RecordSet | None:
    for wanted in (record_type, "CNAME"):
        found = [r for r in zone.records if r.name == name and r.type == wanted]
        if found:
            return weighted(found, chooser)
    return None


def weighted(records: Sequence[RecordSet], chooser: Chooser) -> RecordSet:
    """One of the record sets of a name and type.

    Unhealthy ones do not count, unless all are; weight 0 counts only where no other weight is left, and then
    all zeros are equal.
    """
    healthy = [r for r in records if r.health_check is None or chooser.healthy(r.health_check)]
    candidates = healthy or list(records)
    heavy = [r for r in candidates if r.weight]
    return _by_weight(heavy, chooser) if heavy else candidates[chooser.pick(len(candidates))]


def _by_weight(records: Sequence[RecordSet], chooser: Chooser) -> RecordSet:
    left = chooser.pick(sum(r.weight or 0 for r in records))
    for record in records:
        left -= record.weight or 0
        if left < 0:
            return record
    return records[-1]


def _zone_of(zones: Sequence[Zone], name: str) -> Zone | None:
    found = [z for z in zones if name == z.name or name.endswith(f".{z.name}")]
    return max(found, key=lambda z: len(z.name), default=None)


def _exists(zone: Zone, name: str) -> bool:
    """A name exists if it has a record or lies above one that has."""
    return any(r.name == name or r.name.endswith(f".{name}") for r in zone.records)
