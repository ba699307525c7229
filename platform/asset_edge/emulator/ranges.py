"""Which part of a whole object in the cache answers a Range.

A Range that nobody can read, one of several parts, and one whose If-Range does not hold, get the whole with
200. Sources: Amazon CloudFront Developer Guide, "How CloudFront processes partial requests for an object
(range GETs)"; RFC 9110, 13.1.5 and 14. Answers of several parts are not modelled.
"""

import re
from dataclasses import dataclass

from asset_edge.emulator.cache import Entry
from asset_edge.handlers.edge.events import Request, header

_WHOLE_STATUS = 200
_ONE_PART = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """What a viewer gets instead of the whole."""

    status: int
    """206, or 416 where the part lies outside the object."""

    content_range: str
    """The value of the Content-Range header."""

    body: bytes


def part_of(entry: Entry, request: Request) -> Part | None:
    """The part of `entry`'s body that the request's Range asks for; None where the whole is the answer.

    The whole is the answer to methods other than GET, and of entries that are not a 200.
    """
    wanted = _ONE_PART.fullmatch(header(request, "range") or "")
    if request["method"] != "GET" or entry.status != _WHOLE_STATUS or wanted is None:
        return None
    if wanted[1] == wanted[2] == "" or not _if_range_holds(header(request, "if-range"), entry):
        return None
    first, last = _bounds(wanted[1], wanted[2], len(entry.body))
    if wanted[1] and wanted[2] and int(wanted[2]) < int(wanted[1]):
        return None
    if first > last:
        return Part(416, f"bytes */{len(entry.body)}", b"")
    return Part(206, f"bytes {first}-{last}/{len(entry.body)}", entry.body[first : last + 1])


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and the last byte; the first is greater where there is none."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _if_range_holds(told: str | None, entry: Entry) -> bool:
    """Whether the viewer has this very object: only strong validators tell, and dates to the letter."""
    if told is None:
        return True
    if told.startswith('"'):
        return told == entry.etag
    return told == entry.last_modified
