"""What CloudFront hands to a Lambda@Edge function and takes back, as types.

Not in `events`, because `typing` takes longer to load than all of an edge function, which has these for the
type checker alone. The four triggers share one shape; which parts are present depends on the trigger:

| trigger         | request | request.origin | response | may return           |
|-----------------|---------|----------------|----------|----------------------|
| viewer-request  | yes     | no             | no       | request or response  |
| origin-request  | yes     | yes            | no       | request or response  |
| origin-response | yes     | yes            | yes      | response             |
| viewer-response | yes     | no             | yes      | response             |

Source: Amazon CloudFront Developer Guide, "Lambda@Edge event structure".
"""

from typing import Literal, NotRequired, TypedDict

EventType = Literal["viewer-request", "origin-request", "origin-response", "viewer-response"]
"""The four moments at which CloudFront calls a function."""


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
