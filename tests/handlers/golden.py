"""The golden events, and every handler as one function of an event, with clock, DNS and credentials fixed."""

import json
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from asset_edge.handlers.edge import baked, config, origin_request, origin_response, viewer_request
from asset_edge.handlers.edge.bucket_choice import Edge
from asset_edge.handlers.edge.events import EventType
from asset_edge.handlers.edge.routing import Candidate

EVENTS = Path(__file__).parent.parent / "events"
NAMES = sorted(path.stem for path in EVENTS.glob("*.json"))
CONFIG_TEXT = (Path(__file__).parent / "config.json").read_text(encoding="utf-8")
CONFIG = config.loads(CONFIG_TEXT)
BAKED = baked.read(CONFIG_TEXT)
"""The same as the edge reads it."""

_EDGE: Mapping[str, Any] = {
    "config": BAKED,
    "candidates": lambda: [Candidate("eu-west-1", 200, True), Candidate("us-east-1", 55, True)],
    "environment": {
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_SESSION_TOKEN": "t",
    },
    "epoch_seconds": lambda: 1_795_348_800.0,
}


def edge(**changes: Any) -> Edge:
    """What origin-request rests on, fixed, but for what a test changes."""
    return Edge(**{**_EDGE, **changes})


EDGE = edge()

Answer = Callable[[object], Any]

ANSWERS: Mapping[EventType, Answer] = {
    "viewer-request": lambda event: viewer_request.answer(event, lambda: BAKED, _EDGE["epoch_seconds"]),
    "origin-request": lambda event: origin_request.answer(event, lambda: EDGE),
    "origin-response": lambda event: origin_response.answer(event, BAKED),
}
"""The pure function of each handler: may raise for what CloudFront could not send."""


def _quietly(handler: Callable[[object, object], Any]) -> Answer:
    """The handler without its log lines: fallbacks write one each, and hypothesis tries hundreds."""

    def answer(event: object) -> Any:
        with redirect_stdout(StringIO()):
            return handler(event, None)

    return answer


HANDLERS: Mapping[EventType, Answer] = {
    "viewer-request": _quietly(viewer_request.handler),
    "origin-request": _quietly(origin_request.handler),
    "origin-response": _quietly(origin_response.handler),
}
"""What Lambda calls: must never raise. The configuration is not baked here, so these show the fallbacks."""


def event(name: str) -> dict[str, Any]:
    """A golden event, e.g. `origin-response.403`, read anew."""
    return _read(EVENTS / f"{name}.json")


def expected(name: str) -> dict[str, Any]:
    """What the handler of that event's trigger answers."""
    return _read(EVENTS / "answers" / f"{name}.json")


def trigger(name: str) -> EventType:
    """The trigger of a golden event, from its file name."""
    return name.partition(".")[0]  # type: ignore[return-value]


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
