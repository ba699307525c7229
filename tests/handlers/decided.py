"""Every handler under the configuration of `deciding`, with its time and registry, and with fixed weights."""

from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

from asset_edge.handlers.edge import baked, config, origin_request, origin_response, viewer_request
from asset_edge.handlers.edge.events import EventType
from asset_edge.handlers.edge.registry import LyingRowError, Registry
from asset_edge.handlers.edge.registry_rows import MISSING, NoRow, Row, row_of
from tests.handlers import deciding, golden

BAKED = baked.read(config.dumps(deciding.CONFIG))
"""As the edge reads it."""


def _fetch(key: str) -> Row | NoRow:
    """Says at once what `deciding` says."""
    if key == deciding.UNREACHABLE:
        raise LyingRowError(key)
    if key not in deciding.STATUSES:
        return MISSING
    item: dict[str, Any] = {"key": {"S": key}, "status": {"S": deciding.STATUSES[key]}}
    if key in deciding.COUNTRIES:
        item["countries"] = {"SS": list(deciding.COUNTRIES[key])}
    return row_of(key, item, deciding.NOW)


assert deciding.CONFIG.registry is not None
REGISTRY = Registry(deciding.CONFIG.registry, _fetch, clock=lambda: 0.0, jitter=lambda: 0.5)
EDGE = golden.edge(config=BAKED, registry=lambda: REGISTRY)


def _now() -> float:
    return deciding.NOW


def _quietly(answer: golden.Answer) -> golden.Answer:
    def quiet(event: object) -> Any:
        with redirect_stdout(StringIO()):
            return answer(event)

    return quiet


ANSWERS: Mapping[EventType, golden.Answer] = {
    "viewer-request": _quietly(
        lambda event: viewer_request.answer(event, lambda: BAKED, lambda: deciding.NOW)
    ),
    "origin-request": _quietly(lambda event: origin_request.answer(event, lambda: EDGE)),
    "origin-response": _quietly(lambda event: origin_response.shielded(event, lambda: BAKED)),
}
"""What each answers. Only origin-request may raise, for what is not CloudFront's event at all."""
