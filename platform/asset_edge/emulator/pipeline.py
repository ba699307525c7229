"""In which order things happen to one request: behaviour, four triggers, origin, origin group.

The pipeline is a generator: it yields what it needs (`Invoke`, `Fetch`), is sent the outcome, and returns the
answer. It does no input or output and keeps nothing. There is no cache yet: every request goes to the origin.
Sources: Amazon CloudFront Developer Guide, "Lambda@Edge event structure", "CloudFront events that can trigger
a Lambda@Edge function", "Optimize high availability with CloudFront origin failover".
"""

import base64
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from asset_edge.emulator import behaviors, forwarding
from asset_edge.emulator.distribution import Behavior, Distribution, Origin
from asset_edge.emulator.messages import (
    Crashed,
    EdgeResponse,
    Effect,
    Fetch,
    Function,
    Invoke,
    OriginFailure,
    OriginRequest,
    OriginResponse,
    Outcome,
    Returned,
    ViewerRequest,
)
from asset_edge.emulator.pages import EdgeError, error_page, reason, redirect_to_https
from asset_edge.errors import LimitExceeded
from asset_edge.handlers.edge.events import Config, Event, EventType, Request, Response, set_header

_T = TypeVar("_T")
Steps = Generator[Effect, Outcome, _T]
"""A part of the pipeline that ends in a `_T`."""

Check = Callable[[Event, object], None]
"""Raises `LimitExceeded` where CloudFront would reject what a function returned for an event."""

FIRST_ERROR = 400
_FAILOVER_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FAILURES = {
    OriginFailure.refused: (503, "CloudFront could not connect to the origin."),
    OriginFailure.timeout: (504, "The origin did not answer in time."),
    OriginFailure.unresolved: (502, "CloudFront could not resolve the origin's domain name."),
}


@dataclass(frozen=True, kw_only=True)
class Undocumented:
    """Behaviours of CloudFront that nobody has written down, as switches; a design must hold either way."""

    edits_survive_failover: bool = False
    """Whether the second origin's run starts from what origin-request made of the request in the first."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the pipeline is told about functions and about CloudFront."""

    check: Check
    undocumented: Undocumented = Undocumented()


@dataclass(frozen=True, kw_only=True)
class _Context:
    distribution: Distribution
    behavior: Behavior
    viewer: ViewerRequest
    request_id: str
    rules: Rules

    @property
    def via(self) -> str:
        return f"1.1 {self.distribution.domain_name.partition('.')[0]}.cloudfront.net (CloudFront)"

    def config(self, event_type: EventType) -> Config:
        return {
            "distributionDomainName": self.distribution.domain_name,
            "distributionId": self.distribution.id,
            "eventType": event_type,
            "requestId": self.request_id,
        }


@dataclass(frozen=True, kw_only=True)
class _Run:
    """What came of asking one origin, its functions included."""

    sent: Request
    """The request as origin-request left it."""

    result: EdgeResponse | EdgeError
    origin_status: int | None
    """The status that failover is decided on; None where a function answered instead of the origin."""


def serve(
    distribution: Distribution, viewer: ViewerRequest, *, request_id: str, rules: Rules
) -> Steps[EdgeResponse]:
    """The answer to one viewer; never raises for what the viewer, a function or an origin did."""
    behavior = behaviors.choose(distribution.behaviors, viewer.request["uri"])
    context = _Context(
        distribution=distribution, behavior=behavior, viewer=viewer, request_id=request_id, rules=rules
    )
    try:
        response = yield from _served(context)
    except EdgeError as error:
        response = error_page(error, request_id)
    return _finished(response, context)


def _finished(response: EdgeResponse, context: _Context) -> EdgeResponse:
    """With CloudFront's own headers, which no function can set, in place of any of that name."""
    headers = dict(response.headers)
    set_header(headers, "X-Cache", response.cache_result)
    set_header(headers, "Via", context.via)
    set_header(headers, "X-Amz-Cf-Pop", "LOC1-C1")
    set_header(headers, "X-Amz-Cf-Id", context.request_id)
    return replace(response, headers=headers)


def _served(context: _Context) -> Steps[EdgeResponse]:
    request = context.viewer.request
    if context.viewer.protocol == "http" and context.behavior.viewer_protocol_policy == "redirect-to-https":
        return redirect_to_https(request["method"], _https(request))
    _refuse(context.behavior, context.viewer)
    edited = yield from _call(context, "viewer-request", request)
    if edited and "status" in edited:
        return _generated(edited)
    request = cast("Request", edited or request)
    response = yield from _from_target(context, request)
    return (yield from _viewer_response(context, request, response))


def _refuse(behavior: Behavior, viewer: ViewerRequest) -> None:
    if viewer.protocol == "http" and behavior.viewer_protocol_policy == "https-only":
        raise EdgeError(403, "This resource is served over HTTPS only.")
    if viewer.request["method"] not in behavior.allowed_methods:
        raise EdgeError(403, "This distribution is not configured to allow the HTTP method of this request.")
    if viewer.body and viewer.request["method"] in ("GET", "HEAD"):
        raise EdgeError(403, "A GET or HEAD request may not have a body.")


def _https(request: Request) -> str:
    query = f"?{request['querystring']}" if request["querystring"] else ""
    return f"https://{request['headers']['host'][0]['value']}{request['uri']}{query}"


def _from_target(context: _Context, request: Request) -> Steps[EdgeResponse]:
    """One origin, or a group's first and, if that failed, its second: each with its own functions.

    Failover is decided on the status the origin sent, not on what origin-response makes of it, and a response
    that origin-request generates is final: both are undocumented.
    """
    target = context.behavior.target
    run = yield from _ask(context, target.origins[0], _asked(context, target.origins[0], request))
    for origin in target.origins[1:]:
        if request["method"] not in _FAILOVER_METHODS or run.origin_status not in target.failover_statuses:
            break
        kept = context.rules.undocumented.edits_survive_failover
        again = _moved(run.sent, origin) if kept else _asked(context, origin, request)
        run = yield from _ask(context, origin, again)
    if isinstance(run.result, EdgeError):
        raise run.result
    return run.result


def _ask(context: _Context, origin: Origin, asked: Request) -> Steps[_Run]:
    edited = yield from _call(context, "origin-request", asked)
    if edited and "status" in edited:
        return _Run(sent=asked, result=_generated(edited), origin_status=None)
    sent = cast("Request", edited or asked)
    outcome = yield Fetch(_origin_request(context, origin, sent))
    if isinstance(outcome, OriginFailure):
        status, why = _FAILURES[outcome]
        return _Run(sent=sent, result=EdgeError(status, why), origin_status=status)
    received = _received(cast("OriginResponse", outcome))
    response = yield from _response_event(context, "origin-response", sent, received)
    return _Run(sent=sent, result=response, origin_status=received.status)


def _asked(context: _Context, origin: Origin, request: Request) -> Request:
    """What origin-request sees. Without policies no query string goes to an origin."""
    uri = request["uri"]
    if uri == "/" and context.distribution.default_root_object:
        uri = f"/{context.distribution.default_root_object}"
    headers = forwarding.to_origin(
        request["headers"], client_ip=request["clientIp"], host=origin.domain_name, via=context.via
    )
    return {
        "clientIp": request["clientIp"],
        "method": request["method"],
        "uri": uri,
        "querystring": "",
        "headers": headers,
        "origin": origin.shape,
    }


def _moved(sent: Request, origin: Origin) -> Request:
    """The request as the first run left it, on its way to another origin."""
    headers = dict(sent["headers"])
    set_header(headers, "Host", origin.domain_name)
    return {**sent, "headers": headers, "origin": origin.shape}


def _origin_request(context: _Context, origin: Origin, sent: Request) -> OriginRequest:
    """What goes over the wire: the request as the function left it, with the origin's headers and the id."""
    shape: Mapping[str, Any] = sent["origin"].get("custom") or sent["origin"]["s3"]
    headers = {**sent["headers"], **shape["customHeaders"]}
    set_header(headers, "X-Amz-Cf-Id", context.request_id)
    headers.setdefault("host", [{"key": "Host", "value": shape["domainName"]}])
    query = f"?{sent['querystring']}" if sent["querystring"] else ""
    return OriginRequest(
        method=sent["method"],
        protocol=shape.get("protocol", "https"),
        domain_name=shape["domainName"],
        port=shape.get("port", 443),
        target=f"{shape['path']}{sent['uri']}{query}",
        headers=headers,
        body=context.viewer.body,
        signed_for=context.distribution.arn if _signed(origin, sent) else None,
        connection_attempts=origin.connection_attempts,
        connection_timeout_seconds=origin.connection_timeout_seconds,
        read_timeout_seconds=shape.get("readTimeout", 30),
    )


def _signed(origin: Origin, sent: Request) -> bool:
    """An origin access control signs for its own origin, and not over a signature (`no-override`).

    Source: "Restrict access to an Amazon S3 origin", which leaves out origins that a function swapped.
    """
    same = sent["origin"].get("s3", {}).get("domainName") == origin.domain_name
    return origin.signed and same and "authorization" not in sent["headers"]


def _viewer_response(context: _Context, request: Request, response: EdgeResponse) -> Steps[EdgeResponse]:
    if response.status >= FIRST_ERROR:
        return response
    return (yield from _response_event(context, "viewer-response", request, response))


def _response_event(
    context: _Context, event_type: EventType, request: Request, response: EdgeResponse
) -> Steps[EdgeResponse]:
    """`response` after the function of a response trigger, which may edit status, headers and body."""
    shown: Response = {
        "status": str(response.status),
        "statusDescription": response.reason,
        "headers": response.headers,
    }
    answer = yield from _call(context, event_type, request, shown)
    return _generated(answer, keep=response) if answer else response


def _call(
    context: _Context, event_type: EventType, request: Request, response: Response | None = None
) -> Steps[dict[str, Any] | None]:
    """What the behaviour's function of that trigger returned; None where it has none."""
    function: Function | None = context.behavior.functions.get(event_type)
    if function is None:
        return None
    record: dict[str, Any] = {"config": context.config(event_type), "request": request}
    event = cast("Event", {"Records": [{"cf": record | ({"response": response} if response else {})}]})
    outcome = yield Invoke(function, event)
    if isinstance(outcome, Crashed):
        why = (
            "The Lambda function associated with the CloudFront distribution failed: it raised or timed out."
        )
        raise EdgeError(503, why, cache_result="LambdaExecutionError from cloudfront")
    answer = cast("Returned", outcome).answer
    try:
        context.rules.check(event, answer)
    except LimitExceeded as error:
        cache_result = "LambdaValidationError from cloudfront"
        raise EdgeError(502, error.reason, cache_result=cache_result) from error
    return cast("dict[str, Any]", answer)


def _received(received: OriginResponse) -> EdgeResponse:
    headers = forwarding.from_origin(received.headers)
    cache_result = "Error" if received.status >= FIRST_ERROR else "Miss"
    return EdgeResponse(
        status=received.status,
        headers=headers,
        body=received.body,
        reason=reason(received.status),
        cache_result=f"{cache_result} from cloudfront",
    )


def _generated(answer: Mapping[str, Any], keep: EdgeResponse | None = None) -> EdgeResponse:
    """A function's response as an answer; in response triggers an absent body keeps the origin's."""
    body = keep.body if keep else b""
    if "body" in answer:
        body = _body(answer)
    return EdgeResponse(
        status=int(answer["status"]),
        headers=dict(answer.get("headers") or {}),
        body=body,
        reason=answer.get("statusDescription") or reason(int(answer["status"])),
        cache_result=keep.cache_result if keep else "LambdaGeneratedResponse from cloudfront",
    )


def _body(answer: Mapping[str, Any]) -> bytes:
    if answer.get("bodyEncoding") == "base64":
        return base64.b64decode(answer["body"])
    return str(answer["body"]).encode()
