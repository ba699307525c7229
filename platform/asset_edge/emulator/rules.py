"""Whether CloudFront would take what an edge function returned, or answer 502 and say why.

Only what differs from the event is held against the rules: CloudFront takes back what it handed out.
The rules themselves are rows, in `rulebook`, `origin_rules` and `limits`.
"""

import base64
import re
from collections.abc import Mapping
from typing import Any

from asset_edge.emulator import limits
from asset_edge.emulator.header_rules import check_headers, size
from asset_edge.emulator.origin_rules import check_origin
from asset_edge.emulator.rulebook import (
    ANSWER,
    BAD_BODY,
    KEPT_STATUS,
    NO_CONTENT,
    QUERY_STRING,
    READ_ONLY_FIELD,
    REQUEST_BODY,
    REQUIRED_FIELD,
    RESPONSE_BODY,
    RESPONSE_FIELD,
    STATUS,
    STATUS_DESCRIPTION,
    URI,
    hold,
    refuse,
)
from asset_edge.errors import Unsupported
from asset_edge.handlers.edge.events import EventType, event_type, request_of, response_of

REQUEST_FIELDS = ("clientIp", "method", "uri", "querystring", "headers")
"""What a request must have when it is handed back."""

_URI = re.compile(r"/[^\s\x00-\x1f\x7f-\x9f?#\ud800-\udfff]*")
_QUERY_STRING = re.compile(r"[^\s\x00-\x1f\x7f-\x9f#\ud800-\udfff]*")
_STATUS_DESCRIPTION = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]*")


def check_answer(event: object, answer: object) -> None:
    """Raises `LimitExceeded` where CloudFront would answer 502 to what a function returned for `event`.

    An event that names no trigger is `Unsupported`: CloudFront sends none.
    """
    trigger = event_type(event)
    if trigger is None:
        raise Unsupported("event has no eventType of the four triggers; give one that CloudFront could send")
    if not isinstance(answer, dict):
        refuse(ANSWER, f"answer is {answer!r}", trigger)
    if trigger in {"origin-response", "viewer-response"}:
        check_response(trigger, response_of(event), answer)
    elif "status" in answer:
        check_response(trigger, None, answer)
    else:
        check_request(trigger, request_of(event), answer)


def check_request(trigger: EventType, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Raises `LimitExceeded` unless the request `after` may go on in place of `before`."""
    for field in REQUEST_FIELDS:
        if field not in after:
            refuse(REQUIRED_FIELD, f"request has no {field}", trigger)
    for field in ("clientIp", "method"):
        if after[field] != before.get(field):
            refuse(READ_ONLY_FIELD, f"{field} is {after[field]!r}", trigger)
    check_headers(trigger, before.get("headers", {}), after["headers"])
    _check_url(trigger, before, after)
    _check_request_size(trigger, before, after)
    _check_request_body(trigger, before.get("body"), after.get("body"))
    check_origin(trigger, before, after)


def check_response(trigger: EventType, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
    """Raises `LimitExceeded` unless `after` may be answered: generated (`before` is None) or edited."""
    for field in (*REQUEST_FIELDS, "origin"):
        if field in after and field != "headers":
            refuse(RESPONSE_FIELD, f"response has {field}", trigger)
    _check_status(trigger, before, after)
    headers = after.get("headers", {})
    check_headers(trigger, (before or {}).get("headers", {}), headers)
    _check_response_body(trigger, after)
    if after != before:
        hold(limits.GENERATED_RESPONSE[trigger], size(headers) + _body_bytes(after), trigger, BAD_BODY)


def _check_url(trigger: EventType, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    uri, query = after["uri"], after["querystring"]
    if uri != before.get("uri") and not _is_text(_URI, uri):
        refuse(URI, f"uri is {uri!r}", trigger)
    if query != before.get("querystring") and not _is_text(_QUERY_STRING, query):
        refuse(QUERY_STRING, f"querystring is {query!r}", trigger)
    if (uri, query) != (before.get("uri"), before.get("querystring")):
        # Whether the question mark counts is not written.
        hold(limits.EDITED_URL, len(f"{uri}?{query}" if query else uri), trigger)


def _check_request_size(trigger: EventType, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    fields = ("headers", "querystring")
    if any(after[field] != before.get(field) for field in fields):
        query_bytes = len(after["querystring"].encode(errors="surrogatepass"))
        hold(limits.REQUEST_SIZE, size(after["headers"]) + query_bytes, trigger)


def _check_request_body(trigger: EventType, before: Any, after: Any) -> None:
    if after == before or after is None:
        return
    if not isinstance(after, dict) or before is None:
        refuse(REQUEST_BODY, f"body is {after!r}, the event's is {before!r},", trigger)
    if after.get("inputTruncated") != before["inputTruncated"]:
        refuse(READ_ONLY_FIELD, f"body.inputTruncated is {after.get('inputTruncated')!r}", trigger)
    if after.get("action") not in ("read-only", "replace"):
        refuse(REQUEST_BODY, f"body.action is {after.get('action')!r}", trigger)
    if after["action"] == "replace":
        _check_replaced_body(trigger, after.get("encoding"), after.get("data"))


def _check_replaced_body(trigger: EventType, encoding: object, data: object) -> None:
    if not _is_encoded(encoding, data):
        refuse(REQUEST_BODY, f"body.encoding is {encoding!r} and its data is not such text", trigger)
    most = limits.REPLACED_BODY_TEXT if encoding == "text" else limits.REPLACED_BODY_BASE64
    hold(most[trigger], len(str(data).encode()), trigger, BAD_BODY)


def _check_status(trigger: EventType, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
    status = after.get("status")
    if not isinstance(status, str) or not re.fullmatch("[0-9]{3}", status):
        refuse(STATUS, f"status is {status!r}", trigger)
    if before is None or status != before.get("status"):
        hold(limits.STATUS, int(status), trigger)
    if trigger == "viewer-response" and before and status != before.get("status"):
        refuse(KEPT_STATUS, f"status is {status!r}", trigger)
    if not _is_text(_STATUS_DESCRIPTION, after.get("statusDescription", "")):
        refuse(STATUS_DESCRIPTION, f"statusDescription is {after['statusDescription']!r}", trigger)


def _check_response_body(trigger: EventType, after: Mapping[str, Any]) -> None:
    encoding = after.get("bodyEncoding", "text")
    if not _is_encoded(encoding, after.get("body", "")):
        refuse(RESPONSE_BODY, f"bodyEncoding is {encoding!r} and the body is not such text", trigger)
    if trigger == "viewer-request" and after["status"] == "204" and "body" in after:
        refuse(NO_CONTENT, "status is '204' with a body", trigger)


def _is_text(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_encoded(encoding: object, data: object) -> bool:
    """Whether `data` is text that CloudFront can decode as `encoding` says."""
    if not isinstance(data, str) or encoding not in ("text", "base64"):
        return False
    try:
        data.encode()
        if encoding == "base64":
            base64.b64decode(data, validate=True)
    except ValueError:  # not UTF-8, not ASCII, or not base64: each is one
        return False
    return True


def _body_bytes(response: Mapping[str, Any]) -> int:
    """As it stands in the answer: whether base64 counts decoded is not written."""
    return len(response.get("body", "").encode())
