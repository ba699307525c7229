"""What an edge function may not do, as rows: headers, fields, origin, body, and how a breach is reported.

Sources are pages of the Amazon CloudFront Developer Guide. Where it is silent or contradicts itself, the
stricter reading holds: read-only headers in a generated response are refused, as are a body where none was
shown, an origin where there was none, an empty body beside 204, and an S3 origin with an access identity in
place of a custom origin, which one of the guide's own examples has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from asset_edge.emulator import limits
from asset_edge.emulator.limits import Limit
from asset_edge.errors import LimitExceeded
from asset_edge.handlers.edge.events import EventType

FAILED_VALIDATION = "The Lambda function result failed validation"
"""How the reason on CloudFront's error page begins."""


@dataclass(frozen=True)
class Rule:
    """One thing a function may not do."""

    what: str
    allowed: str
    fix: str
    source: str
    reason: str = ""
    """The end of what CloudFront's error page says, where that is known."""


RESTRICTIONS = limits.EDGE_RESTRICTIONS
STRUCTURE = limits.STRUCTURE
GENERATING = "Generate HTTP responses in request triggers"
BAD_BODY = "The body is not a string, is not an object, or exceeds the maximum size."

ANSWER = Rule("answer", "a request or a response object is allowed", "Return one", STRUCTURE, BAD_BODY)
REQUIRED_FIELD = Rule("required field", "it must be there", "Keep it", STRUCTURE)
READ_ONLY_FIELD = Rule("read-only field", "the event's value is allowed", "Hand it back unchanged", STRUCTURE)
DISALLOWED_HEADER = Rule(
    "disallowed header",
    "CloudFront keeps that name to itself",
    "Leave it out",
    RESTRICTIONS,
    "The function tried to add a blacklisted header.",
)
READ_ONLY_HEADER = Rule(
    "read-only header",
    "there it may only be handed back as it came",
    "Do not add, change or remove it",
    RESTRICTIONS,
    "The function tried to add, delete, or change a read-only header.",
)
CLOUDFRONT_HEADER = Rule(
    "CloudFront header",
    "CloudFront adds these after viewer-request",
    "Read it at origin-request",
    "Add CloudFront request headers",
    DISALLOWED_HEADER.reason,
)
HEADER_FORM = Rule(
    "header form",
    "a lower-case token with a list of {key, value} is allowed, without control characters",
    "Write it so",
    STRUCTURE,
)
URI = Rule(
    "uri", "a slash and then neither white space, control characters, ? nor #", "Percent-encode it", STRUCTURE
)
QUERY_STRING = Rule(
    "querystring", "no white space, control characters or #", "Percent-encode it", RESTRICTIONS
)
REQUEST_BODY = Rule(
    "request body", "action, encoding and data as the event has them", "Write them so", STRUCTURE, BAD_BODY
)
ORIGIN = Rule("origin", "exactly one of custom and s3, and only at origin-request", "Send one", STRUCTURE)
ORIGIN_FIELD = Rule("origin field", "see the field", "Correct it", STRUCTURE)
CUSTOM_HEADER = Rule(
    "origin custom header",
    "a name that is neither reserved, read-only nor also in the request's headers",
    "Rename it",
    "Add custom headers to origin requests",
)
ACCESS_IDENTITY = Rule(
    "origin access identity",
    "only from one S3 origin to another, with a region",
    "Use authMethod none and sign",
    STRUCTURE,
)
RESPONSE_FIELD = Rule(
    "request field in a response",
    "status, statusDescription, headers, body and bodyEncoding are a response's; in response events the "
    "request can only be read",
    "Leave it out",
    RESTRICTIONS,
)
STATUS = Rule("status", "three digits as text, 200 to 599", "Choose one", GENERATING)
STATUS_DESCRIPTION = Rule("statusDescription", "text without control characters", "Write it so", GENERATING)
KEPT_STATUS = Rule("status", "viewer-response may not change it", "Do so at origin-response", RESTRICTIONS)
RESPONSE_BODY = Rule(
    "response body", "text, with bodyEncoding text or base64", "Write it so", GENERATING, BAD_BODY
)
NO_CONTENT = Rule("204 with a body", "none is allowed at viewer-request", "Leave the body out", GENERATING)

DISALLOWED_HEADERS = frozenset(
    {
        "connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "trailer",
        "upgrade",
        "x-accel-buffering",
        "x-accel-charset",
        "x-accel-limit-rate",
        "x-accel-redirect",
        "x-amzn-auth",
        "x-amzn-cf-billing",
        "x-amzn-cf-id",
        "x-amzn-cf-xff",
        "x-amzn-errortype",
        "x-amzn-fle-profile",
        "x-amzn-header-count",
        "x-amzn-header-order",
        "x-amzn-lambda-integration-tag",
        "x-amzn-requestid",
        "x-cache",
        "x-forwarded-proto",
        "x-real-ip",
    }
)
"""Never shown to a function, refused at every trigger."""

DISALLOWED_PREFIXES = ("x-amz-cf-", "x-edge-")
"""Beginnings of names that are disallowed too."""

READ_ONLY_HEADERS: Mapping[EventType, frozenset[str]] = {
    "viewer-request": frozenset({"cdn-loop", "content-length", "host", "transfer-encoding", "via"}),
    "origin-request": frozenset(
        {
            "accept-encoding",
            "cdn-loop",
            "content-length",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "transfer-encoding",
            "via",
        }
    ),
    "origin-response": frozenset({"transfer-encoding", "via"}),
    "viewer-response": frozenset(
        {"content-encoding", "content-length", "transfer-encoding", "via", "warning"}
    ),
}
"""Shown, and to be handed back as they came; everything else may be added, changed and removed."""


RULES: tuple[Rule, ...] = tuple(row for row in list(globals().values()) if isinstance(row, Rule))
"""Every row above, for a page or a test that lists them."""


def refuse(rule: Rule, found: str, trigger: EventType) -> NoReturn:
    """Raises what says which rule `found` breaks, where, and what to do."""
    raise LimitExceeded(
        f"{found} at {trigger}; {rule.allowed}. {rule.fix} ({rule.source})",
        reason=_page(rule.reason),
        row=rule,
    )


def hold(limit: Limit, value: int, trigger: EventType, reason: str = "") -> None:
    """Raises unless `value`, in the limit's unit, is allowed."""
    if not limit.allows(value):
        raise LimitExceeded(
            f"{limit.what} is {value} at {trigger}; {limit} allowed. Stay within it",
            reason=_page(reason),
            row=limit,
        )


def _page(reason: str) -> str:
    return f"{FAILED_VALIDATION}: {reason}" if reason else f"{FAILED_VALIDATION}."
