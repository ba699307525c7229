"""Which Route 53 records say how much traffic a region gets, and which weights, names and TTLs can work."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from asset_edge.errors import ArgumentError
from asset_edge.naming import beacon_name, checked_region

LARGEST_WEIGHT = 255
"""Amazon Route 53 Developer Guide, "Values specific for weighted records"."""

LONGEST_TTL_SECONDS = 60
"""What Route 53 recommends for records with health checks ("Best practices for Amazon Route 53 DNS")."""

_LONGEST_NAME = 253
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


@dataclass(frozen=True, kw_only=True)
class WeightedRow:
    """One weighted record; rows of equal name and type share the traffic of that name."""

    what: Literal["cname", "beacon", "beacon-down"]
    """The part of the resource's name that tells it from the region's other records."""

    region: str
    name: str
    type: Literal["CNAME", "A"]
    set_identifier: str
    weight: int
    """Share of the answers, relative to the weights of the other healthy rows of the name."""

    address: str | None = None
    """The value of an A record; None for the CNAME, whose value is the bucket's endpoint."""

    has_health_check: bool = True
    """Whether the region's health check decides if the row may be answered."""


def rows(record_name: str, weights: Mapping[str, int]) -> tuple[WeightedRow, ...]:
    """The records behind `record_name`, sorted by region: a CNAME and the two beacon rows for each.

    A region's weight stands in exactly two of them, the CNAME's weight and the beacon's address, so that
    shifting traffic updates those two in place and creates, deletes and renames nothing.
    """
    return tuple(row for region in sorted(weights) for row in _rows_of(record_name, region, weights[region]))


def _rows_of(record_name: str, region: str, weight: int) -> tuple[WeightedRow, ...]:
    cname = WeightedRow(
        what="cname", region=region, name=record_name, type="CNAME", set_identifier=region, weight=weight
    )
    return (cname, *beacon_rows(record_name, region, weight))


def beacon_rows(record_name: str, region: str, weight: int) -> tuple[WeightedRow, WeightedRow]:
    """The two A records that tell the region's weight while it is healthy, and 0 while it is not.

    Route 53 looks at rows of weight 0 only when every other row of the name is unhealthy ("How Amazon
    Route 53 chooses records when health checking is configured"), so the second row answers exactly then.
    A region weighted 0 says 0 in both, because a drained region and a lost one get no traffic alike. Where
    every region says 0 a reader spreads evenly, which is how Route 53 answers weights that are all 0.
    """
    name = beacon_name(record_name, region)
    told = WeightedRow(
        what="beacon",
        region=region,
        name=name,
        type="A",
        set_identifier="weight",
        weight=1,
        address=beacon_address(weight),
    )
    down = WeightedRow(
        what="beacon-down",
        region=region,
        name=name,
        type="A",
        set_identifier="down",
        weight=0,
        address=beacon_address(0),
        has_health_check=False,
    )
    return told, down


def beacon_address(weight: int) -> str:
    """A weight as an address: the last octet of 127.0.0.0/24; 127.0.0.0 means no traffic."""
    return f"127.0.0.{weight}"


def check_weights(weights: Sequence[tuple[str, int]]) -> None:
    """Raises ArgumentError unless (region, weight) pairs name two or more regions once and weigh one."""
    regions = [checked_region(region) for region, _ in weights]
    for region in regions:
        if regions.count(region) > 1:
            raise ArgumentError(
                f"region {region} is a target {regions.count(region)} times; each region has one bucket. "
                "Remove all but one"
            )
    if len(regions) < 2:  # noqa: PLR2004 - traffic that cannot shift needs no weights
        raise ArgumentError(
            f"targets are {regions or 'empty'}; weights and health checks move traffic between at least two "
            "regions. Add the other region's bucket"
        )
    for region, weight in weights:
        _check_weight(region, weight)
    if not any(weight for _, weight in weights):
        raise ArgumentError(
            f"the weights of {', '.join(regions)} are all 0, which Route 53 answers as if all were equal; "
            "one must be 1 or more. Give weight to a region that may take traffic"
        )


def _check_weight(region: str, weight: int) -> None:
    if type(weight) is not int or not 0 <= weight <= LARGEST_WEIGHT:
        raise ArgumentError(
            f"weight of {region} is {weight!r}; Route 53 takes whole numbers from 0 to {LARGEST_WEIGHT}. "
            "Weights are relative, so scale all of them down"
        )


def check_ttl(ttl_seconds: int) -> None:
    """Raises ArgumentError unless resolvers would let go of a lost region within a minute."""
    if type(ttl_seconds) is not int or not 1 <= ttl_seconds <= LONGEST_TTL_SECONDS:
        raise ArgumentError(
            f"ttl_seconds is {ttl_seconds!r}; records with health checks take whole seconds from 1 to "
            f"{LONGEST_TTL_SECONDS}, or a lost region keeps its traffic for longer. Pick one of these"
        )


def check_names(record_name: str, regions: Sequence[str]) -> None:
    """Raises ArgumentError unless the record and the beacons under it are names that DNS can hold."""
    for name in (record_name, *(beacon_name(record_name, region) for region in regions)):
        problem = _name_problem(name)
        if problem:
            raise ArgumentError(
                f"record_name {record_name!r} makes the DNS name {name!r}, which {problem}; a name is two or "
                "more labels of lower-case letters, digits, hyphens and underscores, without a final dot. "
                "Rename it"
            )


def _name_problem(name: str) -> str | None:
    labels = name.split(".")
    if len(name) > _LONGEST_NAME:
        return f"has {len(name)} characters, over the {_LONGEST_NAME} of DNS"
    if len(labels) < 2:  # noqa: PLR2004 - a zone's name and one label under it
        return "has a single label"
    wrong = next((label for label in labels if not _LABEL.fullmatch(label)), None)
    return None if wrong is None else f"has the label {wrong!r}"
