"""Route 53's ChangeResourceRecordSets by Route 53's rules, done to the zones that moto keeps.

moto knows few of them: it overwrites what CREATE finds, and to delete one set it deletes every set of the
zone with the same identifier.
"""

import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from asset_edge.localcloud.aws_api import ApiError, RestApi
from asset_edge.localcloud.record_changes import Key, Record, changed, full_name, key

_PATH = re.compile(r"/2013-04-01/hostedzone/[^/]+/rrset/?")
_FIELDS = {
    "TTL": "ttl",
    "SetIdentifier": "set_identifier",
    "Weight": "weight",
    "Region": "region",
    "HealthCheckId": "health_check_id",
    "AliasTarget": "alias_target",
    "Failover": "failover",
    "GeoLocation": "geo_location",
    "MultiValueAnswer": "multi_value_answer",
}
"""A record set's parts besides its values, and what moto calls them."""


def changes_record_sets(request: Request) -> bool:
    """Whether this is a call of ChangeResourceRecordSets."""
    return request.method == "POST" and _PATH.fullmatch(request.path) is not None


class RecordSetsApi:
    """Answers ChangeResourceRecordSets, one batch after the other."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id
        self._lock = threading.Lock()
        self._api = RestApi(
            "route53", {"ChangeResourceRecordSets": self._change}, unsupported_code="InvalidInput"
        )

    def answer(self, request: Request) -> Response:
        """The API's answer."""
        return self._api.answer(request)

    def values(self, name: str, type_: str) -> frozenset[str]:
        """The values of the records of a name and type, in whichever zone; the name in lower case."""
        return frozenset(
            value
            for zone in list(self._zones().values())
            for record in zone.rrsets
            if record.type == type_ and full_name(record.name) == full_name(name)
            for value in record.records or ()
        )

    def name_zone(self, zone_id: str, own_id: str) -> None:
        """Gives a zone the id by which a program knows it; Route 53 has no call for that."""
        with self._lock:
            zone = self._zones().pop(zone_id)
            zone.resource_id = own_id
            self._zones()[own_id] = zone

    def _zones(self) -> Any:
        from moto.route53.models import route53_backends  # noqa: PLC0415 - slow to load

        return route53_backends[self._account_id]["aws"].zones

    def _change(self, sent: dict[str, Any]) -> Mapping[str, Any]:
        zone_id = sent["HostedZoneId"].rpartition("/")[2]
        with self._lock:
            zone = self._zones().get(zone_id)
            if zone is None:
                raise ApiError("NoSuchHostedZone", f"No hosted zone found with ID: {zone_id}")
            before = {key(record): record for record in map(_record, zone.rrsets)}
            after = changed(before, sent["ChangeBatch"]["Changes"], zone.name)
            same = {
                key(_record(kept)): kept
                for kept in zone.rrsets
                if after.get(key(_record(kept))) is before[key(_record(kept))]
            }
            zone.rrsets = [same[which] if which in same else _motos(which, after[which]) for which in after]
        submitted = datetime.now(UTC)
        return {"ChangeInfo": {"Id": "/change/C2682N5HXP0BZ4", "Status": "INSYNC", "SubmittedAt": submitted}}


def _record(kept: Any) -> Record:
    """A record set of moto's in the API's shape."""
    parts = {field: getattr(kept, name) for field, name in _FIELDS.items()}
    record = {field: value for field, value in parts.items() if value is not None}
    if kept.records:
        record["ResourceRecords"] = [{"Value": value} for value in kept.records]
    return {"Name": kept.name, "Type": kept.type, **record}


def _motos(which: Key, record: Record) -> Any:
    from moto.route53.models import RecordSet  # noqa: PLC0415 - slow to load

    make: Any = RecordSet  # its base class is for CloudFormation, and abstract
    values = [value["Value"] for value in record.get("ResourceRecords", ())]
    given: dict[str, Any] = {field: record.get(field) for field in _FIELDS}
    return make({**given, "Name": which.name, "Type": which.type, "ResourceRecords": values})
