"""What CloudFront hands to a Lambda@Edge function and takes back, as types, with accessors that never raise.

Standard library only and free of imports from its siblings: copy or import it into any Python Lambda@Edge.
The four triggers share one shape; which parts are present depends on the trigger:

| trigger         | request | request.origin | response | may return           |
|-----------------|---------|----------------|----------|----------------------|
| viewer-request  | yes     | no             | no       | request or response  |
| origin-request  | yes     | yes            | no       | request or response  |
| origin-response | yes     | yes            | yes      | response             |
| viewer-response | yes     | no             | yes      | response             |

Source: Amazon CloudFront Developer Guide, "Lambda@Edge event structure".
"""

from typing import Any, Literal, NotRequired, TypedDict, cast

EventType = Literal["viewer-request", "origin-request", "origin-response", "viewer-response"]
"""The four moments at which CloudFront calls a function."""

EVENT_TYPES: tuple[EventType, ...] = (
    "viewer-request",
    "origin-request",
    "origin-response",
    "viewer-response",
)


class HeaderValue(TypedDict):
    """One value of a header."""

    key: NotRequired[str]
    """The name as sent. CloudFront always gives it; left out of an answer, it writes Title-Case."""

    value: str


Headers = dict[str, list[HeaderValue]]
"""Lower-case header name -> its values in order, never empty lists."""


class Config(TypedDict):
    """Which distribution and which trigger; nothing in it can be changed."""

    distributionDomainName: str
    distributionId: str
    eventType: EventType
    requestId: str
    """Opaque; the viewer sees the same as `x-amz-cf-id`."""


class Body(TypedDict):
    """A request's body; present only where the association includes it.

    Source: "Access the request body by choosing the include body option".
    """

    inputTruncated: bool
    """Whether CloudFront cut the body at 40 KB (viewer-request) or 1 MB (origin-request). Read-only."""

    action: Literal["read-only", "replace"]
    """`replace` makes `data` the body that goes to the origin."""

    encoding: Literal["base64", "text"]
    """How `data` is written; always base64 in an event."""

    data: str


class CustomOrigin(TypedDict):
    """An origin reached over HTTP by its name, as origin-request and origin-response see it."""

    customHeaders: Headers
    """What CloudFront adds for this origin; a name here must not be in the request's headers too."""

    domainName: str
    keepaliveTimeout: int
    """Seconds, 1 to 120."""

    path: str
    """Put before the URI: empty, or begins with a slash and does not end with one."""

    port: int
    protocol: Literal["http", "https"]
    readTimeout: int
    """Seconds, 1 to 120."""

    responseCompletionTimeout: NotRequired[int]
    """Seconds for the whole answer, at least `readTimeout`; 0 is no bound."""

    sslProtocols: list[str]
    """Any of SSLv3, TLSv1, TLSv1.1, TLSv1.2."""


class S3Origin(TypedDict):
    """An S3 bucket as origin, as origin-request and origin-response see it."""

    authMethod: Literal["origin-access-identity", "none"]
    """There is no value for origin access control."""

    customHeaders: Headers
    domainName: str
    path: str
    readTimeout: NotRequired[int]
    responseCompletionTimeout: NotRequired[int]
    region: NotRequired[str]
    """Required with an origin access identity, to sign for the bucket."""


class Origin(TypedDict, total=False):
    """Exactly one of the two kinds."""

    custom: CustomOrigin
    s3: S3Origin


class Request(TypedDict):
    """The viewer's request (viewer events) or the one about to go, or gone, to the origin (origin events)."""

    clientIp: str
    """The viewer's address, IPv4 or IPv6. Read-only."""

    method: str
    """Read-only."""

    uri: str
    """Path as the viewer sent it, still percent-encoded, beginning with a slash."""

    querystring: str
    """Without the question mark; empty when there is none. Read-only in response events."""

    headers: Headers
    body: NotRequired[Body]
    origin: NotRequired[Origin]


class Response(TypedDict):
    """The origin's answer, without its body; or one that a function generates.

    Source: "Generate HTTP responses in request triggers".
    """

    status: str
    """Three digits as text, 200 to 599."""

    statusDescription: NotRequired[str]
    headers: NotRequired[Headers]
    body: NotRequired[str]
    """Never present in an event. In a response event: absent keeps the origin's, empty drops it."""

    bodyEncoding: NotRequired[Literal["text", "base64"]]


class CloudFront(TypedDict):
    """The one record of an event."""

    config: Config
    request: Request
    response: NotRequired[Response]


class Record(TypedDict):
    """Wraps the record, as AWS events do."""

    cf: CloudFront


class Event(TypedDict):
    """What a handler receives; there is always exactly one record."""

    Records: list[Record]


def request_of(event: object) -> Request:
    """The event's own request (not a copy); an empty one where there is none."""
    return cast("Request", _mapping(_cf(event).get("request")))


def response_of(event: object) -> Response:
    """The event's own response (not a copy); an empty one where there is none, as in request events."""
    return cast("Response", _mapping(_cf(event).get("response")))


def event_type(event: object) -> EventType | None:
    """Which trigger called."""
    found = _config(event).get("eventType")
    return found if found in EVENT_TYPES else None


def request_id(event: object) -> str | None:
    """CloudFront's id of the request."""
    return _text(_config(event).get("requestId"))


def headers_of(message: object) -> Headers:
    """The own header map (not a copy) of a request, a response or nothing; empty where there is none."""
    return cast("Headers", _mapping(_mapping(message).get("headers")))


def header(message: object, name: str) -> str | None:
    """The first value of a header of a request or response, whatever the case of `name`."""
    return _first(headers_of(message), name)


def origin_of(request: object) -> CustomOrigin | S3Origin:
    """The request's origin (not a copy), of whichever kind; empty where there is none."""
    origin = _mapping(_mapping(request).get("origin"))
    return cast("CustomOrigin | S3Origin", _mapping(origin.get("custom")) or _mapping(origin.get("s3")))


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


def _cf(event: object) -> dict[str, Any]:
    records = _mapping(event).get("Records")
    first = records[0] if isinstance(records, list) and records else None
    return _mapping(_mapping(first).get("cf"))


def _config(event: object) -> dict[str, Any]:
    return _mapping(_cf(event).get("config"))


def _first(headers: dict[str, Any], name: str) -> str | None:
    values = headers.get(name.lower())
    return _text(_mapping(values[0]).get("value")) if isinstance(values, list) and values else None


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
