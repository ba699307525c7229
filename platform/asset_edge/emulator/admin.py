"""What `/_edge/` answers: the state of the local edge, and the calls that break and mend a region."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asset_edge.emulator.faults import Faults
from asset_edge.emulator.messages import EdgeResponse, to_headers
from asset_edge.emulator.pages import reason
from asset_edge.errors import LocalError

PREFIX = "/_edge"


@dataclass(frozen=True, kw_only=True)
class Admin:
    """The calls an operator of the local edge can make, over HTTP."""

    faults: Faults
    regions: Sequence[str]
    """The regions that hold a bucket; others cannot break."""

    state: Callable[[], Mapping[str, Any]]
    """What there is to know, as JSON values."""

    def answer(self, method: str, path: str, body: bytes) -> EdgeResponse:
        """The answer to a request whose path begins with `/_edge`."""
        parts = path.partition("?")[0].removeprefix(PREFIX).strip("/").split("/")
        try:
            return self._answer(method, parts, body)
        except LocalError as error:
            return _json(400, {"error": str(error)})

    def _answer(self, method: str, parts: Sequence[str], body: bytes) -> EdgeResponse:
        match method, parts:
            case "GET", [""]:
                return _json(200, dict(self.state()) | {"faults": self.faults.all()})
            case "GET", ["faults"]:
                return _json(200, self.faults.all())
            case "POST", ["faults"]:
                self._break(body)
                return _json(200, self.faults.all())
            case "DELETE", ["faults", region]:
                self.faults.clear(self._known(region))
                return _json(200, self.faults.all())
        return _json(404, {"error": f"{method} {PREFIX}/{'/'.join(parts)} is no call of the local edge"})

    def _break(self, body: bytes) -> None:
        try:
            told = json.loads(body)
            region, kind = told["region"], told["kind"]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise LocalError(
                'the body is not a fault; it is JSON such as {"region": "eu-west-1", "kind": "refuse"}'
            ) from None
        self.faults.set(self._known(region), kind)

    def _known(self, region: object) -> str:
        if isinstance(region, str) and region in self.regions:
            return region
        raise LocalError(
            f"region is {region!r}; buckets are in {', '.join(self.regions) or 'no region'}. Name one of them"
        )


def _json(status: int, content: Mapping[str, Any]) -> EdgeResponse:
    headers = to_headers({"Content-Type": "application/json", "Cache-Control": "no-store"})
    body = json.dumps(content, indent=1, sort_keys=True).encode() + b"\n"
    return EdgeResponse(status=status, headers=headers, body=body, reason=reason(status))
