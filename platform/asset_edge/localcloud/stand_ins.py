"""Which buckets and zones a program takes for there already, and what stands in for each on this machine.

A program names what it does not declare: an adopted bucket by its name, a hosted zone by its id. In an
account they are there; here they are made, empty, before the program is deployed, and told when it starts.
"""

import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, TypeGuard

from asset_edge.errors import LocalError
from asset_edge.localcloud.clients import DEFAULT_REGION, Clients
from asset_edge.localcloud.engine import Registration
from asset_edge.localcloud.front import Front
from asset_edge.localcloud.rows import Inputs, plain

_BUCKET = "aws:s3/bucket:Bucket"
_DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
_RECORD = "aws:route53/record:Record"
_ENDPOINT = re.compile(r"(?P<bucket>[a-z0-9-]+)\.s3\.(?P<region>[a-z0-9-]+)\.amazonaws\.com")
_KNOWN_LATER = "<"
_FEWEST_LABELS = 2
"""Of a zone's name: no stack has a whole top-level domain."""


@dataclass(frozen=True)
class Wanted:
    """What a program names and does not declare."""

    buckets: dict[str, str]
    """By name, the region."""

    zones: dict[str, str]
    """By id, the name."""

    def notes(self) -> Iterator[str]:
        """What is told of them."""
        for name, region in self.buckets.items():
            yield f"stands in for a bucket of yours, empty, copied as this program says: {name} ({region})"
        for zone_id, name in self.zones.items():
            yield f"stands in for a hosted zone of yours, empty: {zone_id} ({name})"


def wanted(registrations: Sequence[Registration], region: str = DEFAULT_REGION) -> Wanted:
    """What the registrations of a plan name; `region` is that of what names none.

    Raises LocalError for records from whose names that of their zone cannot be told.
    """
    resources = [(r.type, plain(r.inputs)) for r in registrations if r.custom]
    declared = {inputs.get("bucket") for type_, inputs in resources if type_ == _BUCKET}
    named = dict(sorted(_buckets(resources, region)))
    buckets = {name: where for name, where in named.items() if name not in declared}
    zones: dict[str, list[str]] = {}
    for type_, inputs in resources:
        if type_ == _RECORD and _is_known(inputs["zoneId"]):
            zones.setdefault(inputs["zoneId"], []).append(inputs["name"])
    return Wanted(buckets, {zone_id: _zone_name(zone_id, names) for zone_id, names in sorted(zones.items())})


def make(those: Wanted, front: Front, clients: Clients) -> None:
    """Makes them in the local cloud; buckets are versioned, as replication wants them."""
    for name, region in those.buckets.items():
        _bucket(name, region, clients)
    for zone_id, name in those.zones.items():
        made = clients.get("route53").create_hosted_zone(Name=name, CallerReference=uuid.uuid4().hex)
        front.name_zone(made["HostedZone"]["Id"].rpartition("/")[2], zone_id)


def _bucket(name: str, region: str, clients: Clients) -> None:
    s3 = clients.get("s3", region)
    where: dict[str, Any] = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=name, **(where if region != DEFAULT_REGION else {}))
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def _buckets(resources: Iterable[tuple[str, Inputs]], region: str) -> Iterator[tuple[str, str]]:
    """Name and region of each, as documents, objects and origins have them."""
    for type_, inputs in resources:
        if type_ == _DISTRIBUTION:
            yield from _origins(inputs)
        elif type_.startswith("aws:s3/bucket"):
            for name in (inputs.get("bucket"), inputs.get("targetBucket")):
                if _is_known(name):
                    yield name, inputs.get("region", region)


def _origins(distribution: Inputs) -> Iterator[tuple[str, str]]:
    for origin in distribution.get("origins", ()):
        if found := _ENDPOINT.fullmatch(origin["domainName"]):
            yield found["bucket"], found["region"]


def _is_known(told: object) -> TypeGuard[str]:
    return isinstance(told, str) and not told.startswith(_KNOWN_LATER)


def _zone_name(zone_id: str, records: Iterable[str]) -> str:
    """The longest name that all lie below: a stack's records have more in common than the zone at most."""
    names = [name.lower().rstrip(".").split(".")[::-1] for name in records if _is_known(name)]
    shared = [labels[0] for labels in takewhile(lambda one: len(set(one)) == 1, zip(*names, strict=False))]
    if shared in names and len(shared) > _FEWEST_LABELS:
        shared.pop()  # a name of its own, where a zone allows no CNAME
    if len(shared) < _FEWEST_LABELS:
        raise LocalError(
            f"the records of hosted zone {zone_id} are named {', '.join('.'.join(n[::-1]) for n in names)}; "
            "what they have in common is no zone's name, so none can stand in for it. Write whole names, or "
            "declare the zone in the stack that runs locally"
        )
    return ".".join(reversed(shared))
