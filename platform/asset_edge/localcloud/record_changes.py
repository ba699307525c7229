"""What a batch of changes makes of a zone's records, or why Route 53 refuses it; all of it or nothing.

Source: Amazon Route 53 API Reference, "ChangeResourceRecordSets", and Developer Guide, "Supported DNS record
types".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from asset_edge.localcloud.aws_api import ApiError

_MOST_VALUES = 1000
_MOST_WEIGHT = 255
_ROUTING = ("Failover", "GeoLocation", "MultiValueAnswer", "Region", "Weight")
_NOT_KEPT = ("CidrRoutingConfig", "GeoProximityLocation", "TrafficPolicyInstanceId")
_OF_THE_ZONE = frozenset({"NS", "SOA"})


class Key(NamedTuple):
    """What tells a record set from the others of its zone."""

    name: str
    """In lower case, with the last dot."""

    type: str
    set_identifier: str | None


Record = Mapping[str, Any]
"""A record set of the API's shape."""


def key(record: Record) -> Key:
    """The key of a record set."""
    return Key(full_name(record["Name"]), record["Type"], record.get("SetIdentifier"))


def full_name(name: str) -> str:
    """A name as zones are compared by: in lower case, with the last dot and a plain asterisk."""
    return name.lower().rstrip(".").replace("\\052", "*") + "."


def changed(
    records: Mapping[Key, Record], changes: Sequence[Mapping[str, Any]], zone_name: str
) -> dict[Key, Record]:
    """The zone's records after the changes, in their order.

    Raises:
        ApiError: InvalidInput or InvalidChangeBatch; then nothing may be changed.
    """
    for change in changes:
        _check_input(change["ResourceRecordSet"])
    _check_size(changes)
    after, reasons = dict(records), list[str]()
    for change in changes:
        reasons += _applied(after, change, full_name(zone_name))
    touched = {key(change["ResourceRecordSet"]).name for change in changes}
    reasons += [
        reason for name in sorted(touched) for reason in _conflicts(after, name, full_name(zone_name))
    ]
    if reasons:
        raise ApiError("InvalidChangeBatch", f"[{', '.join(dict.fromkeys(reasons))}]")
    return after


def _check_input(record: Record) -> None:
    name = f"Name={record['Name']}, Type={record['Type']}"
    if odd := [field for field in _NOT_KEPT if field in record]:
        raise ApiError("InvalidInput", f"the local cloud does not model {', '.join(odd)} [{name}]")
    routed = any(field in record for field in _ROUTING)
    if routed != ("SetIdentifier" in record):
        missing = "SetIdentifier" if routed else f"one of {', '.join(_ROUTING)}"
        raise ApiError("InvalidInput", f"Invalid request: Missing field {missing} in Change with [{name}]")
    if record.get("Weight", 0) > _MOST_WEIGHT:
        raise ApiError(
            "InvalidInput", f"Weight is {record['Weight']}; 0 to {_MOST_WEIGHT} is allowed [{name}]"
        )
    if ("AliasTarget" in record) == ("TTL" in record and bool(record.get("ResourceRecords"))):
        raise ApiError(
            "InvalidInput",
            "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords]] in "
            f"Change with [{name}]",
        )


def _check_size(changes: Iterable[Mapping[str, Any]]) -> None:
    values = sum(
        len(change["ResourceRecordSet"].get("ResourceRecords", ())) * (1 + (change["Action"] == "UPSERT"))
        for change in changes
    )
    if values > _MOST_VALUES:
        raise ApiError("InvalidChangeBatch", f"[Number of records limit of {_MOST_VALUES} exceeded.]")


def _applied(records: dict[Key, Record], change: Mapping[str, Any], zone: str) -> Iterator[str]:
    """Applies one change to `records`, or tells why it cannot be."""
    record, action = change["ResourceRecordSet"], change["Action"]
    which = key(record)
    if which.name != zone and not which.name.endswith(f".{zone}"):
        yield f"RRSet with DNS name {which.name} is not permitted in zone {zone}"
    elif action == "CREATE" and which in records:
        yield f"Tried to create resource record set {_told(which)} but it already exists"
    elif action != "DELETE":
        records[which] = record
    elif which not in records:
        yield f"Tried to delete resource record set {_told(which)} but it was not found"
    elif _content(records[which]) != _content(record):
        yield (
            f"Tried to delete resource record set {_told(which)} but the values provided do not match the "
            "current values"
        )
    else:
        del records[which]


def _conflicts(records: Mapping[Key, Record], name: str, zone: str) -> Iterator[str]:
    """Why the record sets of a name cannot be beside each other."""
    here = [which for which in records if which.name == name]
    types = {which.type for which in here}
    if "CNAME" in types and name == zone:
        yield f"RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {zone}"
    elif "CNAME" in types and len(types) > 1:
        yield (
            f"RRSet of type CNAME with DNS name {name} is not permitted as it conflicts with other records "
            f"with the same DNS name in zone {zone}"
        )
    if name == zone and not types >= _OF_THE_ZONE:
        yield f"A HostedZone must contain its own SOA record and at least one NS record for {zone}"
    for one in sorted(types):
        group = [records[which] for which in here if which.type == one]
        if len({_routing(record) for record in group}) > 1:
            yield f"RRSets with DNS name {name}, type {one} cannot be simple and routed, or routed two ways"


def _routing(record: Record) -> str | None:
    return next((field for field in _ROUTING if record.get(field) is not None), None)


def _content(record: Record) -> dict[str, Any]:
    """All that has to be said again to delete a record set."""
    values = sorted(value["Value"] for value in record.get("ResourceRecords") or ())
    alias = dict(record.get("AliasTarget") or {})
    if alias:
        alias["DNSName"] = full_name(alias["DNSName"])
    rest = ("TTL", "HealthCheckId", *_ROUTING)
    return {"values": values, "alias": alias} | {field: record.get(field) for field in rest}


def _told(which: Key) -> str:
    identifier = f", set identifier='{which.set_identifier}'" if which.set_identifier else ""
    return f"[name='{which.name}', type='{which.type}'{identifier}]"
