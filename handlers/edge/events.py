"""How an event of Lambda@Edge is read: accessors that never raise, whatever the event holds.

Copy or import it into any Python Lambda@Edge, beside its types in `event_types`. They can be had from here
too, and whoever does so at run time loads `typing`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .event_types import *  # noqa: F403 - all are to be had from here too
    from .event_types import CustomOrigin, EventType, Headers, Request, Response, S3Origin

EVENT_TYPES: tuple[EventType, ...] = (
    "viewer-request",
    "origin-request",
    "origin-response",
    "viewer-response",
)


def request_of(event: object) -> Request:
    """The event's own request (not a copy); an empty one where there is none."""
    request: Request = _mapping(_cf(event).get("request"))
    return request


def response_of(event: object) -> Response:
    """The event's own response (not a copy); an empty one where there is none, as in request events."""
    response: Response = _mapping(_cf(event).get("response"))
    return response


def event_type(event: object) -> EventType | None:
    """Which trigger called."""
    found = _config(event).get("eventType")
    return found if found in EVENT_TYPES else None


def request_id(event: object) -> str | None:
    """CloudFront's id of the request."""
    return _text(_config(event).get("requestId"))


def headers_of(message: object) -> Headers:
    """The own header map (not a copy) of a request, a response or nothing; empty where there is none."""
    headers: Headers = _mapping(_mapping(message).get("headers"))
    return headers


def header(message: object, name: str) -> str | None:
    """The first value of a header of a request or response, whatever the case of `name`."""
    return _first(headers_of(message), name)


def origin_of(request: object) -> CustomOrigin | S3Origin:
    """The request's origin (not a copy), of whichever kind; empty where there is none."""
    kinds = _mapping(_mapping(request).get("origin"))
    origin: CustomOrigin | S3Origin = _mapping(kinds.get("custom")) or _mapping(kinds.get("s3"))
    return origin


def origin_header(request: object, name: str) -> str | None:
    """The first value of a custom header of the request's origin, of whichever kind."""
    return _first(_mapping(origin_of(request).get("customHeaders")), name)


def origin_domain_name(request: object) -> str | None:
    """The host name of the request's origin, of whichever kind."""
    return _text(origin_of(request).get("domainName"))


def set_header(headers: Headers, name: str, value: str) -> None:
    """Makes `value` the only value of the header; the case of `name` is what goes over the wire."""
    headers[name.lower()] = [{"key": name, "value": value}]


def remove_header(headers: Headers, name: str) -> None:
    """Takes all values of the header away; one that is not there is fine."""
    headers.pop(name.lower(), None)


def _cf(event: object) -> Any:
    given: Any = event
    try:
        return _mapping(given["Records"][0]["cf"])
    except (TypeError, LookupError):
        return {}


def _config(event: object) -> Any:
    return _mapping(_cf(event).get("config"))


def _first(headers: dict[str, Any], name: str) -> str | None:
    try:
        return _text(headers[name.lower()][0]["value"])
    except (TypeError, LookupError):
        return None


def _mapping(value: object) -> Any:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """The types, loaded when first asked for; the import system asks for names of its own."""
        if name.startswith("_"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from . import event_types  # noqa: PLC0415 - `typing` takes longer to load than all the rest

        return getattr(event_types, name)
