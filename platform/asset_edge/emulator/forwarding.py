"""Which of a message's headers cross the edge: from the viewer, to the origin, and back.

Source: Amazon CloudFront Developer Guide, "Request and response behavior for Amazon S3 origins" and
"Restrictions on edge functions". Policies that would add headers or query strings are not modelled yet.
"""

from collections.abc import Iterable

from asset_edge.emulator.header_rules import is_disallowed
from asset_edge.emulator.messages import to_headers
from asset_edge.handlers.edge.events import Headers

_THIS_HOP_ONLY = frozenset({"te", "transfer-encoding"})

_FORWARDED = (
    "range",
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "if-range",
    "content-type",
    "content-length",
    "content-md5",
)

_KEPT_BY_THE_EDGE = frozenset({"x-amz-id-2", "x-amz-request-id"})


def visible(pairs: Iterable[tuple[str, str]]) -> Headers:
    """A header map without what no function and no other hop ever sees."""
    headers: Headers = {}
    for key, value in pairs:
        name = key.lower()
        if name not in _THIS_HOP_ONLY and not is_disallowed(name):
            headers.setdefault(name, []).append({"key": key, "value": value})
    return headers


def to_origin(viewer: Headers, *, client_ip: str, host: str, via: str) -> Headers:
    """The headers of an origin request before origin-request runs."""
    forwarded_for = [v["value"] for v in viewer.get("x-forwarded-for", [])]
    own = to_headers(
        {
            "Host": host,
            "User-Agent": "Amazon CloudFront",
            "Via": via,
            "X-Forwarded-For": ", ".join([*forwarded_for, client_ip]),
        }
    )
    return {name: viewer[name] for name in _FORWARDED if name in viewer} | own


def from_origin(headers: Headers) -> Headers:
    """The headers of an origin's answer that functions and viewers may see."""
    pairs = ((v.get("key", name), v["value"]) for name, values in headers.items() for v in values)
    return {name: v for name, v in visible(pairs).items() if name not in _KEPT_BY_THE_EDGE}
