"""The health checks of the Route 53 API over our own store: one comes back whole, and its status is real.

moto drops the alarm and more of a check, and finds every check healthy.
"""

import re
import threading
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from asset_edge.emulator.health import Health, Observation, check
from asset_edge.localcloud.aws_api import ApiError, RestApi
from asset_edge.localcloud.health_check_rules import CHECKER_REGIONS, filled, refuse, updated

_OURS = re.compile(r"/2013-04-01/(healthcheck(count)?|checkeripranges|tags/healthcheck)(/.*)?")
_MOST_LISTED = 100
_CHECKER = "127.0.0.1"


def is_about_health_checks(request: Request) -> bool:
    """Whether a call of the Route 53 API is one that `HealthChecksApi` answers."""
    return _OURS.fullmatch(request.path) is not None


class HealthChecksApi:
    """The API and what it keeps; `health` is what else there is to know of the same checks."""

    def __init__(self) -> None:
        self.health = Health()
        self._lock = threading.RLock()
        self._checks: dict[str, dict[str, Any]] = {}
        self._tags: dict[str, dict[str, str]] = {}
        self._api = RestApi("route53", self._operations(), unsupported_code="InvalidInput")

    def answer(self, request: Request) -> Response:
        """The answer to one call of the API."""
        return self._api.answer(request)

    def checks(self) -> list[dict[str, Any]]:
        """Every check, in the API's `HealthCheck` shape and in the order of creation."""
        with self._lock:
            return list(self._checks.values())

    def statuses(self) -> dict[str, dict[str, Any]]:
        """Every check by id as people want to see it: its Name tag, its type, its health, the last look."""
        return {one["Id"]: self._told(one) for one in self.checks()}

    def copied(self, check_id: str, version: int, alarm: Mapping[str, Any]) -> None:
        """Keeps what Route 53 has copied from a check's alarm, unless the check has changed meanwhile."""
        with self._lock:
            found = self._checks.get(check_id)
            if found and found["HealthCheckVersion"] == version:
                self._checks[check_id] = found | {"CloudWatchAlarmConfiguration": dict(alarm)}

    def _operations(self) -> dict[str, Any]:
        return {
            "CreateHealthCheck": self._create,
            "GetHealthCheck": lambda sent: {"HealthCheck": self._found(sent["HealthCheckId"])},
            "UpdateHealthCheck": self._update,
            "DeleteHealthCheck": self._delete,
            "ListHealthChecks": self._list,
            "GetHealthCheckCount": lambda _sent: {"HealthCheckCount": len(self.checks())},
            "GetCheckerIpRanges": lambda _sent: {"CheckerIpRanges": [f"{_CHECKER}/32"]},
            "GetHealthCheckStatus": self._status,
            "GetHealthCheckLastFailureReason": self._last_failure,
            "ChangeTagsForResource": self._change_tags,
            "ListTagsForResource": lambda sent: {"ResourceTagSet": self._tag_set(sent["ResourceId"])},
            "ListTagsForResources": self._list_tags,
        }

    def _create(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        config = filled(sent["HealthCheckConfig"])
        refuse(config, self._type_of)
        with self._lock:
            made = self._same_reference(sent["CallerReference"], config)
            made = made or self._store(_new_check(sent["CallerReference"], config))
        return {"HealthCheck": made, "Location": f"/2013-04-01/healthcheck/{made['Id']}"}

    def _same_reference(self, reference: str, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """A request sent twice makes one check."""
        same = next((c for c in self._checks.values() if c["CallerReference"] == reference), None)
        if same and same["HealthCheckConfig"] != config:
            message = f"CallerReference {reference} is another check's. Choose a new one"
            raise ApiError("HealthCheckAlreadyExists", message)
        return same

    def _store(self, new: dict[str, Any]) -> dict[str, Any]:
        self._checks[new["Id"]] = new
        self.health.declare(new["Id"], check(new["HealthCheckConfig"]))
        return new

    def _update(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        with self._lock:
            found = self._found(sent["HealthCheckId"])
            version = found["HealthCheckVersion"]
            if sent.get("HealthCheckVersion") not in (None, version):
                message = (
                    f"the check is at version {version}, not {sent['HealthCheckVersion']}. Read it again"
                )
                raise ApiError("HealthCheckVersionMismatch", message)
            config = updated(found["HealthCheckConfig"], sent)
            refuse(config, self._type_of)
            # What was copied from the alarm is copied anew.
            own = {name: found[name] for name in ("Id", "CallerReference")}
            new = own | {"HealthCheckConfig": config, "HealthCheckVersion": version + 1}
            return {"HealthCheck": self._store(new)}

    def _delete(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        with self._lock:
            gone = self._found(sent["HealthCheckId"])["Id"]
            del self._checks[gone]
            self._tags.pop(gone, None)
        self.health.forget(gone)
        return {}

    def _list(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        checks, marker = self.checks(), sent.get("Marker") or ""
        size = int(sent.get("MaxItems") or _MOST_LISTED)
        ids = [one["Id"] for one in checks]
        if marker and marker not in ids:
            raise ApiError("InvalidInput", f"Marker {marker} is no check's id. Take the one of the last page")
        begin = ids.index(marker) if marker else 0
        page, rest = checks[begin : begin + size], ids[begin + size :]
        more = {"NextMarker": rest[0]} if rest else {}
        whole = {"HealthChecks": page, "Marker": marker, "MaxItems": str(size), "IsTruncated": bool(rest)}
        return whole | more

    def _status(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        found = self._observed(sent["HealthCheckId"])
        return _observations(found, self.health.last(found["Id"]))

    def _last_failure(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        found = self._observed(sent["HealthCheckId"])
        return _observations(found, self.health.last_failure(found["Id"]))

    def _observed(self, check_id: str) -> dict[str, Any]:
        found = self._found(check_id)
        if found["HealthCheckConfig"]["Type"] == "CALCULATED":
            raise ApiError(
                "InvalidInput", f"{check_id} is calculated, so nobody observes it. Ask its children"
            )
        return found

    def _found(self, check_id: str) -> dict[str, Any]:
        with self._lock:
            if check_id in self._checks:
                return self._checks[check_id]
        raise ApiError("NoSuchHealthCheck", f"there is no health check {check_id}")

    def _type_of(self, check_id: str) -> str | None:
        with self._lock:
            found = self._checks.get(check_id)
            return str(found["HealthCheckConfig"]["Type"]) if found else None

    def _told(self, found: Mapping[str, Any]) -> dict[str, Any]:
        last = self.health.last(found["Id"])
        return {
            "name": self._tags.get(found["Id"], {}).get("Name", found["Id"]),
            "type": found["HealthCheckConfig"]["Type"],
            "healthy": self.health.healthy(found["Id"]),
            "last": last.text if last else None,
        }

    def _change_tags(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        with self._lock:
            kept = self._tags.setdefault(self._found(sent["ResourceId"])["Id"], {})
            kept |= {tag["Key"]: tag.get("Value", "") for tag in sent.get("AddTags") or ()}
            for name in sent.get("RemoveTagKeys") or ():
                kept.pop(name, None)
        return {}

    def _tag_set(self, check_id: str) -> dict[str, Any]:
        with self._lock:
            tags = self._tags.get(self._found(check_id)["Id"], {})
            listed = [{"Key": name, "Value": value} for name, value in tags.items()]
        return {"ResourceType": "healthcheck", "ResourceId": check_id, "Tags": listed}

    def _list_tags(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        return {"ResourceTagSets": [self._tag_set(check_id) for check_id in sent["ResourceIds"]]}


def _new_check(reference: str, config: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Id": str(uuid.uuid4()),
        "CallerReference": reference,
        "HealthCheckConfig": config,
        "HealthCheckVersion": 1,
    }


def _observations(found: Mapping[str, Any], seen: Observation | None) -> dict[str, Any]:
    """What each of the check's regions reports: here they are one, and see the same."""
    regions = found["HealthCheckConfig"].get("Regions") or CHECKER_REGIONS
    listed = [_observation(region, seen) for region in regions] if seen else []
    return {"HealthCheckObservations": listed}


def _observation(region: str, seen: Observation) -> dict[str, Any]:
    status = f"{'Success' if seen.succeeded else 'Failure'}: {seen.text}"
    when = datetime.fromtimestamp(seen.at_seconds, UTC)
    report = {"Status": status, "CheckedTime": when}
    return {"Region": region, "IPAddress": _CHECKER, "StatusReport": report}
