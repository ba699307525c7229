"""What Route 53 answers to a question: weights, health, wildcards and aliases of the records of our zones.

Sources: Amazon Route 53 Developer Guide, "Values specific for weighted records", "How Amazon Route 53 chooses
records when health checking is configured" and "Using an asterisk (*) in the names of hosted zones and
records".
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from asset_edge.emulator import awsnames

_LONGEST_CHAIN = 8


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
    evaluate_target_health: bool = False
    """Of an alias: whether it is as healthy as what it leads to."""


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
    """The answer to one question, CNAMEs within our zones and AWS's own followed."""
    name = name.lower().rstrip(".")
    records = tuple(_Question(zones, record_type, chooser).chain(name, _LONGEST_CHAIN))
    zone = _zone_of(zones, name)
    if zone is None:
        of_aws = awsnames.zone_of(name)
        return Answer(exists=of_aws is not None, records=records, zone=of_aws)
    exists = bool(records) or _owner(zone, name) is not None
    return Answer(exists=exists, records=records, zone=zone.name)


@dataclass(frozen=True)
class _Question:
    """What stays the same while names are followed."""

    zones: Sequence[Zone]
    record_type: str
    chooser: Chooser

    def chain(self, name: str, left: int) -> Iterator[RecordSet]:
        zone = _zone_of(self.zones, name)
        record = self._chosen(zone, name, left) if zone else _of_aws(name, self.record_type)
        if not record or not left:
            return
        if record.alias_of is not None:
            yield from self._alias(record, left)
            return
        yield record
        if record.type == "CNAME" != self.record_type:
            yield from self.chain(record.values[0].lower().rstrip("."), left - 1)

    def _alias(self, record: RecordSet, left: int) -> Iterator[RecordSet]:
        """What the alias leads to, under the alias's own name."""
        for found in self.chain(str(record.alias_of), left - 1):
            if found.type == self.record_type:
                yield replace(found, name=record.name)

    def _chosen(self, zone: Zone, name: str, left: int) -> RecordSet | None:
        owner = _owner(zone, name)
        for wanted in (self.record_type, "CNAME"):
            found = [r for r in zone.records if r.name == owner and r.type == wanted]
            if found:
                chosen = weighted(found, self.chooser, lambda record: self._healthy(record, left))
                return replace(chosen, name=name)
        return None

    def _healthy(self, record: RecordSet, left: int) -> bool:
        """An alias may also be as healthy as the healthiest record that it leads to."""
        if not _checked(record, self.chooser):
            return False
        if record.alias_of is None or not record.evaluate_target_health or not left:
            return True
        zone = _zone_of(self.zones, record.alias_of)
        owner = zone and _owner(zone, record.alias_of)
        behind = [r for r in (zone.records if zone else ()) if r.name == owner and r.type == record.type]
        return not behind or any(self._healthy(r, left - 1) for r in behind)


def _of_aws(name: str, record_type: str) -> RecordSet | None:
    row = awsnames.row(name, record_type)
    return row and RecordSet(name=name, type=row.type, ttl_seconds=row.ttl_seconds, values=(row.value,))


def _checked(record: RecordSet, chooser: Chooser) -> bool:
    return record.health_check is None or chooser.healthy(record.health_check)


def weighted(
    records: Sequence[RecordSet], chooser: Chooser, healthy: Callable[[RecordSet], bool] | None = None
) -> RecordSet:
    """One of the record sets of a name and type; `healthy` is by their health checks where it is not given.

    Unhealthy ones do not count, unless all are; weight 0 counts only where no other weight is left, and then
    all zeros are equal.
    """
    judged = healthy or (lambda record: _checked(record, chooser))
    candidates = [r for r in records if judged(r)] or list(records)
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


def _owner(zone: Zone, name: str) -> str | None:
    """The name whose records answer: the name itself, or the wildcard under its closest ancestor.

    A name that exists shuts the wildcard out, whatever types it has. None where there is neither.
    """
    ancestor = name
    while ancestor != zone.name and not _exists(zone, ancestor):
        ancestor = ancestor.partition(".")[2]
    owner = name if ancestor == name else f"*.{ancestor}"
    return owner if owner == zone.name or _exists(zone, owner) else None


def _exists(zone: Zone, name: str) -> bool:
    """A name exists if it has a record or lies above one that has."""
    return any(r.name == name or r.name.endswith(f".{name}") for r in zone.records)
