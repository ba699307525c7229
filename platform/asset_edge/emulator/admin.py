"""What `/_edge/` answers: the state of the local edge, and the calls that break, mend and tune it."""

import contextlib
import json
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from asset_edge.emulator.faults import DNS, REPLICATION, TABLES, Faults
from asset_edge.emulator.messages import EdgeResponse, to_headers
from asset_edge.emulator.pages import reason
from asset_edge.errors import LocalError

PREFIX = "/_edge"
_T = TypeVar("_T")
_Call = Callable[["Admin", bytes], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Setting(Generic[_T]):
    """Something an operator may read and change while the edge runs."""

    read: Callable[[], _T]
    write: Callable[[_T], object]


@dataclass(frozen=True, kw_only=True)
class Admin:
    """The calls an operator of the local edge can make, over HTTP; they may come from any thread."""

    faults: Faults
    regions: Callable[[], Collection[str]]
    """The regions that hold a bucket; others cannot break."""

    state: Callable[[], Mapping[str, Any]]
    """What there is to know, as JSON values."""

    lag_seconds: Setting[float]
    """How long a copy between buckets takes."""

    undocumented: Setting[Mapping[str, bool]]
    """CloudFront's unwritten behaviours by name; `write` gets only those to change."""

    clear_cache: Callable[[], object]
    """Forgets every cached object."""

    table_regions: Callable[[], Collection[str]] = tuple
    """The regions that hold a DynamoDB table; others cannot break."""

    def answer(self, method: str, path: str, body: bytes) -> EdgeResponse:
        """The answer to a request whose path begins with `/_edge`."""
        name = path.partition("?")[0].removeprefix(PREFIX).strip("/")
        call, _, target = name.partition("/")
        calls = _CALLS.get((call, bool(target)))
        if calls is None:
            return _json(404, {"error": f"{PREFIX}/{name} is nothing of the local edge"})
        method = "GET" if method == "HEAD" else method
        if method not in calls:
            allowed = ", ".join(calls)
            return _json(
                405, {"error": f"{method} is no call of {PREFIX}/{name}; {allowed} is"}, Allow=allowed
            )
        try:
            return _json(200, calls[method](self, target.encode() if target else body))
        except LocalError as error:
            return _json(400, {"error": str(error)})

    def told(self, _: bytes = b"") -> Mapping[str, Any]:
        """Everything at once."""
        return dict(self.state()) | {
            "faults": self.faults.all(),
            "replication": self.told_replication(),
            "undocumented": dict(self.undocumented.read()),
        }

    def told_faults(self, _: bytes = b"") -> Mapping[str, Any]:
        """The faults in force."""
        return self.faults.all()

    def break_one(self, body: bytes) -> Mapping[str, Any]:
        """Puts a fault in force."""
        told = _object(body, '{"region": "eu-west-1", "kind": "refuse"}')
        places = [told[name] for name in ("region", "target") if name in told]
        if len(places) != 1 or set(told) - {"region", "target", "kind"} or "kind" not in told:
            raise LocalError(
                "the body is not a fault; it names one region or target, and a kind, "
                'such as {"region": "eu-west-1", "kind": "refuse"} or {"target": "dns", "kind": "silent"}'
            )
        self.faults.set(self._known(places[0]), told["kind"])
        return self.faults.all()

    def mend_one(self, target: bytes) -> Mapping[str, Any]:
        """Ends a fault."""
        name = target.decode()
        # What is broken may be mended even where its last bucket is gone.
        if not self.faults.clear(name):
            self._known(name)
        return self.faults.all()

    def mend_all(self, _: bytes) -> Mapping[str, Any]:
        """Ends every fault."""
        for target in self.faults.all():
            self.faults.clear(target)
        return self.faults.all()

    def told_replication(self, _: bytes = b"") -> Mapping[str, Any]:
        """How copying between buckets stands."""
        return {"lag_seconds": self.lag_seconds.read(), "paused": self.faults.replication_paused}

    def set_replication(self, body: bytes) -> Mapping[str, Any]:
        """Sets how long a copy takes."""
        told = _object(body, '{"lag_seconds": 5}')
        if set(told) != {"lag_seconds"}:
            raise LocalError('the body is not a lag; it is JSON such as {"lag_seconds": 5}')
        self.lag_seconds.write(_seconds(told["lag_seconds"]))
        return self.told_replication()

    def told_undocumented(self, _: bytes = b"") -> Mapping[str, Any]:
        """The switches and how they stand."""
        return dict(self.undocumented.read())

    def set_undocumented(self, body: bytes) -> Mapping[str, Any]:
        """Turns the switches that the body names."""
        known = self.undocumented.read()
        told = _object(body, json.dumps(dict(known)))
        for name, value in told.items():
            if name not in known:
                raise LocalError(f"{name!r} is no switch; known are {', '.join(sorted(known))}. Name one")
            if not isinstance(value, bool):
                raise LocalError(f"{name} is {value!r}; true and false are allowed. Send one of them")
        self.undocumented.write(told)
        return self.told_undocumented()

    def forget(self, _: bytes) -> Mapping[str, Any]:
        """Empties the cache."""
        self.clear_cache()
        return {"cache": "cleared"}

    def _known(self, place: object) -> str:
        regions, tables = self.regions(), [f"{TABLES}/{region}" for region in self.table_regions()]
        named = [DNS, REPLICATION, *([TABLES, *tables] if tables else [])]
        if isinstance(place, str) and (place in regions or place in named):
            return place
        raise LocalError(
            f"region is {place!r}; buckets are in {', '.join(regions) or 'no region'}. "
            f"Name one of them, or {', '.join(named[:-1])} or {named[-1]} as target"
        )


_CALLS: Mapping[tuple[str, bool], Mapping[str, _Call]] = {
    ("", False): {"GET": Admin.told},
    ("faults", False): {"GET": Admin.told_faults, "POST": Admin.break_one, "DELETE": Admin.mend_all},
    ("faults", True): {"DELETE": Admin.mend_one},
    ("replication", False): {"GET": Admin.told_replication, "PUT": Admin.set_replication},
    ("undocumented", False): {"GET": Admin.told_undocumented, "PUT": Admin.set_undocumented},
    ("cache", False): {"DELETE": Admin.forget},
}
"""By the first part of the path and whether another follows: what each method does."""


def _object(body: bytes, example: str) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise LocalError(f"the body is {body[:40]!r}; a JSON object is wanted. Send one such as {example}")
    return told


def _seconds(told: object) -> float:
    seconds = math.nan
    if isinstance(told, int | float) and not isinstance(told, bool):
        # JSON knows whole numbers that are larger than any float.
        with contextlib.suppress(OverflowError):
            seconds = float(told)
    if not 0 <= seconds < math.inf:
        raise LocalError(f"lag_seconds is {told!r}; a number of at least 0 is allowed. Send one")
    return seconds


def _json(status: int, content: Mapping[str, Any], **more: str) -> EdgeResponse:
    headers = to_headers({"Content-Type": "application/json", "Cache-Control": "no-store", **more})
    body = json.dumps(content, indent=1, sort_keys=True).encode() + b"\n"
    return EdgeResponse(status=status, headers=headers, body=body, reason=reason(status))
