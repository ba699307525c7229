"""DynamoDB as the front answers it: moto's tables, and what a global table adds that moto lacks.

Replicas are tables of their own that copy each other's writes. What is due is copied before any call is
answered, so no caller can tell that nothing was copied in between. Of two writes to one item the later wins
everywhere. Sources: Amazon DynamoDB API Reference, "UpdateTable"; Amazon DynamoDB Developer Guide, "Global
tables: multi-active, multi-Region replication".
"""

import itertools
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any

from werkzeug.wrappers import Request, Response

from asset_edge.localcloud import inner_calls
from asset_edge.localcloud.credential_scope import region_of

_TARGET = "DynamoDB_20120810."
_JSON = "application/x-amz-json-1.0"
_STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
_READS = ("BatchGet", "Describe", "Get", "List", "Query", "Scan", "TransactGet")
_INDEXES = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
_OF_AN_INDEX = ("IndexName", "KeySchema", "Projection")

Place = tuple[str, str]
"""Table and region."""

Stamp = tuple[float, int]
"""When an item was written: what the clock said, and which write it was."""


@dataclass(frozen=True, kw_only=True)
class _Change:
    """One item as it was written, on its way to one replica."""

    table: str
    source: str
    destination: str
    key: Mapping[str, Any]
    image: Mapping[str, Any] | None
    """None where it was deleted."""

    stamp: Stamp


class GlobalTables:
    """The DynamoDB of every region. Any thread may call."""

    def __init__(self, moto: Any, account_id: str, clock: Callable[[], float] = time.time) -> None:
        """`moto` is its WSGI application."""
        self._moto, self._account_id, self._clock = moto, account_id, clock
        self._lock = threading.RLock()
        self._counter = itertools.count()
        self._replicas: dict[Place, set[str]] = {}
        self._seen: dict[Place, int] = {}
        self._stamps: dict[tuple[Place, str], Stamp] = {}
        self._waiting: list[_Change] = []
        self._own: Mapping[str, Callable[[str, dict[str, Any]], Response]] = {
            "UpdateTable": self._update_table,
            "DescribeTable": self._describe_table,
            "DeleteTable": self._delete_table,
            "UpdateTimeToLive": self._update_time_to_live,
        }
        self.lag_seconds = 0.0
        """How long a copy waits after its write. A change counts at once, for what waits too."""

        self.paused: Callable[[], bool] = lambda: False
        self.reachable: Callable[[str], bool] = lambda _region: True
        """Asked of both regions of a copy; what goes between others does not wait for it."""

    @property
    def waiting(self) -> int:
        """How many copies are still to be made."""
        return len(self._waiting)

    def regions(self) -> list[str]:
        """Where there are tables."""
        return sorted(region for region, backend in self._backends() if backend.tables)

    def forget(self) -> None:
        """What moto forgets, too."""
        with self._lock:
            for kept in (self._replicas, self._seen, self._stamps, self._waiting):
                kept.clear()

    def answer(self, request: Request) -> Response:
        """The API's answer to a call that `is_about_tables`."""
        body = request.get_data()
        request.environ["wsgi.input"] = BytesIO(body)
        region, operation = region_of(request) or "us-east-1", _operation(request)
        with self._lock:
            self._carry_out_due()
            own = self._own.get(operation)
            sent = _document(body) if own else None
            if own and sent is not None:
                return own(region, sent)
            answered = Response.from_app(self._moto, request.environ, buffered=True)
            if not operation.startswith(_READS):
                self._note(region)
                self._carry_out_due()
            return answered

    def _update_table(self, region: str, sent: dict[str, Any]) -> Response:
        for update in sent.pop("ReplicaUpdates", ()):
            for action, told in update.items():
                refused = self._change_replica(action, region, sent["TableName"], told)
                if refused is not None:
                    return refused
        answered = self._call(region, "UpdateTable", sent)
        if _is_good(answered) and (encryption := sent.get("SSESpecification")):
            # moto takes it when a table is made, and drops it here.
            self._table(sent["TableName"], region).sse_specification = encryption
        return self._with_replicas(answered, "TableDescription", region)

    def _describe_table(self, region: str, sent: dict[str, Any]) -> Response:
        return self._with_replicas(self._call(region, "DescribeTable", sent), "Table", region)

    def _delete_table(self, region: str, sent: dict[str, Any]) -> Response:
        answered = self._call(region, "DeleteTable", sent)
        if _is_good(answered):
            self._leave((sent["TableName"], region))
        return answered

    def _update_time_to_live(self, region: str, sent: dict[str, Any]) -> Response:
        """Expiry is of the whole global table."""
        answered = self._call(region, "UpdateTimeToLive", sent)
        for other in self._others(sent["TableName"], region) if _is_good(answered) else ():
            self._call(other, "UpdateTimeToLive", sent)
        return answered

    def _change_replica(
        self, action: str, region: str, name: str, told: Mapping[str, Any]
    ) -> Response | None:
        """The refusal, if there is one."""
        other = told["RegionName"]
        is_there = other in self._others(name, region)
        if action == "Create":
            return (
                _refusal(f"Replica of {name} in {other} exists already")
                if is_there
                else (self._create_replica(region, name, told))
            )
        if not is_there:
            return _refusal(f"Replica of {name} in {other} does not exist", "ReplicaNotFoundException")
        return _unless_good(self._delete_table(other, {"TableName": name})) if action == "Delete" else None

    def _create_replica(self, region: str, name: str, told: Mapping[str, Any]) -> Response | None:
        described = self._call(region, "DescribeTable", {"TableName": name})
        if not _is_good(described):
            return described
        table, other = json.loads(described.get_data())["Table"], told["RegionName"]
        if "StreamSpecification" not in table:
            self._call(region, "UpdateTable", {"TableName": name, "StreamSpecification": _STREAM})
        made = self._call(other, "CreateTable", _like(table, told))
        if not _is_good(made):
            return _refusal(f"{name} cannot be replicated to {other}: {made.get_data(as_text=True)}")
        everywhere = self._replicas.setdefault((name, region), {region}) | {other}
        for one in everywhere:
            self._replicas[name, one] = everywhere
        self._seen[name, region] = len(self._records(name, region))
        self._fill(name, region, other)
        return None

    def _fill(self, name: str, region: str, other: str) -> None:
        """A new replica has what the table had."""
        kept = json.loads(self._call(region, "DescribeTimeToLive", {"TableName": name}).get_data())
        expiry = kept.get("TimeToLiveDescription", {})
        if expiry.get("TimeToLiveStatus") == "ENABLED":
            specification = {"Enabled": True, "AttributeName": expiry["AttributeName"]}
            self._call(
                other, "UpdateTimeToLive", {"TableName": name, "TimeToLiveSpecification": specification}
            )
        page: dict[str, Any] = {}
        while True:
            found = json.loads(self._call(region, "Scan", {"TableName": name, **page}).get_data())
            for item in found["Items"]:
                self._call(other, "PutItem", {"TableName": name, "Item": item})
            if "LastEvaluatedKey" not in found:
                break
            page = {"ExclusiveStartKey": found["LastEvaluatedKey"]}
        self._seen[name, other] = len(self._records(name, other))

    def _note(self, region: str) -> None:
        """Queues what a call has written to the replicated tables of its region."""
        for name, _ in [place for place in self._replicas if place[1] == region]:
            records = self._records(name, region)
            # A stream that was turned off and on again begins anew.
            first = min(self._seen[name, region], len(records))
            for record in records[first:]:
                self._queue(name, region, json.loads(json.dumps(record.record["dynamodb"], default=str)))
            self._seen[name, region] = len(records)

    def _queue(self, name: str, region: str, written: Mapping[str, Any]) -> None:
        stamp = (self._clock(), next(self._counter))
        key = written["Keys"]
        self._stamps[(name, region), _text(key)] = stamp
        for other in self._others(name, region):
            change = _Change(
                table=name,
                source=region,
                destination=other,
                key=key,
                image=written.get("NewImage"),
                stamp=stamp,
            )
            self._waiting.append(change)

    def _carry_out_due(self) -> None:
        if self._paused_or_idle():
            return
        now = self._clock()
        for change in list(self._waiting):
            late_enough = change.stamp[0] + self.lag_seconds <= now
            if late_enough and self.reachable(change.source) and self.reachable(change.destination):
                self._waiting.remove(change)
                self._copy(change)

    def _paused_or_idle(self) -> bool:
        return not self._waiting or self.paused()

    def _copy(self, change: _Change) -> None:
        place, key = (change.table, change.destination), _text(change.key)
        newest = self._stamps.get((place, key))
        if place not in self._replicas or (newest is not None and newest > change.stamp):
            return
        if change.image is None:
            self._call(change.destination, "DeleteItem", {"TableName": change.table, "Key": change.key})
        else:
            self._call(change.destination, "PutItem", {"TableName": change.table, "Item": change.image})
        self._stamps[place, key] = change.stamp
        self._seen[place] = len(self._records(*place))

    def _others(self, name: str, region: str) -> list[str]:
        return sorted(self._replicas.get((name, region), {region}) - {region})

    def _leave(self, place: Place) -> None:
        for region in self._replicas.pop(place, set()) - {place[1]}:
            self._replicas[place[0], region] = self._replicas[place[0], region] - {place[1]}
        self._seen.pop(place, None)
        self._stamps = {named: stamp for named, stamp in self._stamps.items() if named[0] != place}

    def _with_replicas(self, answered: Response, name: str, region: str) -> Response:
        if not _is_good(answered):
            return answered
        document = json.loads(answered.get_data())
        described = document[name]
        if others := self._others(described["TableName"], region):
            described["GlobalTableVersion"] = "2019.11.21"
            described["Replicas"] = [{"RegionName": o, "ReplicaStatus": "ACTIVE"} for o in others]
        return Response(json.dumps(document), mimetype=_JSON)

    def _call(self, region: str, operation: str, body: Mapping[str, Any]) -> Response:
        """A call of moto's own, of which nobody is told."""
        return Response.from_app(self._moto, _environ(region, operation, body), buffered=True)

    def _records(self, name: str, region: str) -> list[Any]:
        """What the table's stream has: every write there was, whichever call made it."""
        shard = self._table(name, region).stream_shard
        return shard.items if shard else []

    def _table(self, name: str, region: str) -> Any:
        return dict(self._backends())[region].tables[name]

    def _backends(self) -> list[tuple[str, Any]]:
        from moto.dynamodb.models import dynamodb_backends  # noqa: PLC0415 - slow to load

        return [(region, backend) for region, backend in dynamodb_backends[self._account_id].items()]


def is_about_tables(request: Request) -> bool:
    """Whether this is a call of DynamoDB."""
    return request.headers.get("X-Amz-Target", "").startswith(_TARGET)


def _operation(request: Request) -> str:
    return request.headers.get("X-Amz-Target", "").removeprefix(_TARGET)


def _document(body: bytes) -> dict[str, Any] | None:
    """What was sent, if it names a table; moto says what is wrong with the rest."""
    try:
        sent = json.loads(body)
    except ValueError:
        return None
    return sent if isinstance(sent, dict) and isinstance(sent.get("TableName"), str) else None


def _like(table: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """How a replica of a described table is made."""
    on_demand = table.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST"
    capacity = {} if on_demand else {"ProvisionedThroughput": _capacity(table["ProvisionedThroughput"])}
    key = told.get("KMSMasterKeyId")
    encryption = {"Enabled": True, **({"KMSMasterKeyId": key} if key else {})}
    return {
        "TableName": table["TableName"],
        "KeySchema": table["KeySchema"],
        "AttributeDefinitions": table["AttributeDefinitions"],
        "BillingMode": "PAY_PER_REQUEST" if on_demand else "PROVISIONED",
        "StreamSpecification": _STREAM,
        **({"SSESpecification": encryption} if key or "SSEDescription" in table else {}),
        **{
            kind: [{name: index[name] for name in _OF_AN_INDEX} | capacity for index in table[kind]]
            for kind in _INDEXES
            if table.get(kind)
        },
        **capacity,
    }


def _capacity(told: Mapping[str, Any]) -> dict[str, int]:
    return {name: told[name] for name in ("ReadCapacityUnits", "WriteCapacityUnits")}


def _text(key: Mapping[str, Any]) -> str:
    return json.dumps(key, sort_keys=True)


def _is_good(answered: Response) -> bool:
    return answered.status_code < HTTPStatus.BAD_REQUEST


def _unless_good(answered: Response) -> Response | None:
    return None if _is_good(answered) else answered


def _refusal(message: str, code: str = "ValidationException") -> Response:
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message})
    return Response(body, status=HTTPStatus.BAD_REQUEST, mimetype=_JSON)


def _environ(region: str, operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
    sent = json.dumps(body).encode()
    scope = f"AKIALOCALCLOUDEXAMPL/20200101/{region}/dynamodb/aws4_request"
    return inner_calls.environ(
        "POST",
        "/",
        sent,
        HTTP_X_AMZ_TARGET=f"{_TARGET}{operation}",
        HTTP_AUTHORIZATION=f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        CONTENT_TYPE=_JSON,
    )
