"""What on-call finds of an edge function in CloudWatch: one JSON object a line, without what viewers sent.

Written to standard output, which Lambda keeps as it is; `logging` would have to be imported first.
"""

from __future__ import annotations

import json
import sys
import zlib

from .events import event_type, request_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    Trace = dict[str, str]
    """What was decided, in words that are ours: never a token, a query string or a cookie."""


def line(level: str, message: str, event: object, **facts: str) -> None:
    """Writes one line; `level` is Lambda's own (INFO, WARN, ERROR), `facts` are searchable fields."""
    about = {"eventType": event_type(event), "requestId": request_id(event)}
    sys.stdout.write(json.dumps({"level": level, "message": message, **about, **facts}) + "\n")


def decided(event: object, trace: Trace, share: float) -> None:
    """Writes what was decided: every refusal, and of the rest the share whose request ids are drawn.

    All functions draw the same requests, and both runs of a request, as far as they see the same id.
    """
    if "refused" in trace:
        line("WARN", "refused", event, **trace)
    elif _drawn(event, share):
        line("INFO", "decided", event, **trace)


def failure(event: object, error: Exception, instead: str) -> None:
    """Writes that the function failed and what it did instead.

    Says the error's type and place, not its text: that could hold a token from the URL.
    """
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_name}:{place.tb_lineno}" if place else "unknown"
    line("ERROR", f"failed, {instead}", event, error=type(error).__name__, where=where)


def _drawn(event: object, share: float) -> bool:
    identifier = request_id(event) or ""
    return zlib.crc32(identifier.encode("utf-8", "surrogatepass")) < share * (1 << 32)
