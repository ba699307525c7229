"""Whether CloudFront takes an edited request back from a function, and what to answer where it would not.

What CloudFront handed out it takes back, however large. What a function changed must be within its quotas,
and a viewer can bring a request to within a few bytes of them. A changed query string may hold neither white
space, control characters nor `#`, which come only from viewers that do not encode; they are encoded.
Sources: Amazon CloudFront Developer Guide, "Restrictions on edge functions" and "Quotas". That the quota of a
request holds for an edited one too, and that the question mark counts, is the stricter reading.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .event_types import Headers, Request

LONGEST_URL = 8191
"""Characters of URI, question mark and query string together."""

LARGEST_REQUEST = 32_768
"""Bytes of header names, header values and the query string together."""

_LONGEST_CHARACTER_BYTES = 4
_UNWRITTEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f#\ud800-\udfff]")


def written(query: str) -> str:
    """The query string without what may not stand in one; usually the same object."""
    return _UNWRITTEN.sub(_encoded, query)


def misfit(edited: Request, request: Request) -> str | None:
    """The status to answer because `edited` is too much, 414 or 431; None where CloudFront takes it."""
    query = edited["querystring"]
    url = edited["uri"], query
    if url != (request["uri"], request["querystring"]) and sum(map(len, url)) + bool(query) > LONGEST_URL:
        return "414"
    same = edited["headers"] is request["headers"] and query == request["querystring"]
    return None if same or _bytes(edited["headers"], query) <= LARGEST_REQUEST else "431"


def _encoded(found: re.Match[str]) -> str:
    return "".join([f"%{byte:02X}" for byte in found[0].encode(errors="surrogatepass")])


def _bytes(headers: Headers, query: str) -> int:
    """As many as there are, or as there could be at most while that is within the quota."""
    text = query + "".join([name + one["value"] for name, values in headers.items() for one in values])
    at_most = _LONGEST_CHARACTER_BYTES * len(text)
    return at_most if at_most <= LARGEST_REQUEST else len(text.encode(errors="surrogatepass"))
