"""What the DNS server answers from: the hosted zones as they are in Route 53 now."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from asset_edge.emulator.zones import RecordSet, Zone
from asset_edge.localcloud.clients import Clients


class ZoneSource:
    """Reads all zones through the API, and again only after something was written."""

    def __init__(self, clients: Clients, writes: Callable[[], int]) -> None:
        self._clients = clients
        self._writes = writes
        self._lock = threading.Lock()
        self._read_at = -1
        self._zones: Sequence[Zone] = ()

    def zones(self) -> Sequence[Zone]:
        """Every zone with its records."""
        with self._lock:
            writes = self._writes()
            if writes != self._read_at:
                self._zones = _zones(self._clients.get("route53"))
                self._read_at = writes
            return self._zones


def _zones(route53: Any) -> list[Zone]:
    pages = route53.get_paginator("list_hosted_zones").paginate()
    return [_zone(route53, zone) for page in pages for zone in page["HostedZones"]]


def _zone(route53: Any, zone: Mapping[str, Any]) -> Zone:
    pages = route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone["Id"])
    # The zone's own SOA record is written by whoever answers.
    records = [r for page in pages for r in page["ResourceRecordSets"] if r["Type"] != "SOA"]
    return Zone(name=_bare(zone["Name"]), records=tuple(record_set(record) for record in records))


def record_set(record: Mapping[str, Any]) -> RecordSet:
    """A record set of the API's shape."""
    alias = record.get("AliasTarget")
    return RecordSet(
        name=_bare(record["Name"]),
        type=record["Type"],
        ttl_seconds=record.get("TTL", 60),
        values=tuple(value["Value"] for value in record.get("ResourceRecords", ())),
        weight=record.get("Weight"),
        health_check=record.get("HealthCheckId"),
        alias_of=_bare(alias["DNSName"]) if alias else None,
        evaluate_target_health=bool(alias and alias.get("EvaluateTargetHealth")),
    )


def _bare(name: str) -> str:
    return str(name).lower().rstrip(".").replace("\\052", "*")
