"""Whether a viewer already has what is in the cache, so that 304 is the answer.

Sources: Amazon CloudFront Developer Guide, "Request and response behavior for custom origins"; RFC 9110, 13.
If-Match and If-Unmodified-Since are the origin's to judge, and have no effect on what is in the cache.
"""

import re

from asset_edge.emulator import freshness
from asset_edge.emulator.cache import Entry
from asset_edge.handlers.edge.events import Headers, Request

_TAG = re.compile(r'(?:W/)?"[^"]*"')
_OF_THE_BODY = frozenset({"content-length", "content-encoding", "content-range", "content-type"})
_CONDITIONAL_METHODS = frozenset({"GET", "HEAD"})
_WHOLE_STATUS = 200


def is_not_modified(entry: Entry, request: Request) -> bool:
    """Whether the request's If-None-Match, or without one its If-Modified-Since, names what `entry` is."""
    headers = request["headers"]
    if entry.status != _WHOLE_STATUS or request["method"] not in _CONDITIONAL_METHODS:
        return False
    if "if-none-match" in headers:
        return _names(_told(headers, "if-none-match"), entry.etag)
    if "if-modified-since" in headers:
        return _is_since(_told(headers, "if-modified-since"), entry.last_modified)
    return False


def without_body(headers: Headers) -> Headers:
    """A copy of an entry's headers for a 304, which has no body for them to speak of."""
    return {name: values for name, values in headers.items() if name not in _OF_THE_BODY}


def _told(headers: Headers, name: str) -> str:
    return ",".join(one["value"] for one in headers[name])


def _names(told: str, etag: str | None) -> bool:
    """Weak comparison: compressing an object weakens its tag and leaves it the same object."""
    if told.strip() == "*":
        return True
    opaque = (etag or "").removeprefix("W/")
    return opaque in {found.removeprefix("W/") for found in _TAG.findall(told)}


def _is_since(told: str, last_modified: str | None) -> bool:
    since, modified = freshness.moment(told), freshness.moment(last_modified or "")
    return since is not None and modified is not None and modified <= since
