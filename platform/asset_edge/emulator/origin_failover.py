"""Which origin is asked, with which functions, and when a group's second one is asked after its first.

Sources: Amazon CloudFront Developer Guide, "Optimize high availability with CloudFront origin failover",
"Restrict access to an Amazon S3 origin" and "HTTP status codes that CloudFront returns".
"""

from dataclasses import dataclass
from typing import Any, cast

from asset_edge.emulator import forwarding
from asset_edge.emulator.distribution_origins import DEFAULT_READ_TIMEOUT_SECONDS, Origin
from asset_edge.emulator.messages import (
    EdgeResponse,
    Fetch,
    OriginFailure,
    OriginRequest,
    OriginResponse,
)
from asset_edge.emulator.pages import EdgeError, reason
from asset_edge.emulator.pipeline_context import Context, Steps
from asset_edge.emulator.pipeline_triggers import call, generated, response_event
from asset_edge.handlers.edge.events import Request, set_header

FIRST_ERROR = 400
_FAILURES = {
    OriginFailure.refused: (503, "CloudFront could not connect to the origin."),
    OriginFailure.timeout: (504, "The origin did not answer in time."),
    OriginFailure.unresolved: (502, "CloudFront could not resolve the origin's domain name."),
    OriginFailure.broken: (502, "What the origin answered is no whole HTTP response."),
}


@dataclass(frozen=True, kw_only=True)
class _Run:
    """What came of asking one origin, its functions included."""

    sent: Request
    """The request as origin-request left it."""

    result: EdgeResponse | EdgeError
    origin_status: int | None
    """The status that failover is decided on; None where a function answered instead of the origin."""


def answer(context: Context, request: Request) -> Steps[EdgeResponse]:
    """The answer of one origin, or of a group's second if its first failed: each with its own functions.

    Failover is decided on the status the origin sent, not on what origin-response makes of it, and a response
    that origin-request generates is final: both are undocumented. Raises `EdgeError` where no origin answers
    or a function fails.
    """
    target = context.behavior.target
    run = yield from _ask(context, target.origins[0], _asked(context, target.origins[0], request))
    for origin in target.origins[1:]:
        if not _fails_over(context, request["method"]) or run.origin_status not in target.failover_statuses:
            break
        kept = context.around.rules.undocumented().edits_survive_failover
        again = _moved(context, run.sent, origin) if kept else _asked(context, origin, request)
        run = yield from _ask(context, origin, again)
    if isinstance(run.result, EdgeError):
        raise run.result
    return run.result


def _fails_over(context: Context, method: str) -> bool:
    """GET and HEAD do; OPTIONS where it is cached."""
    return method in {"GET", "HEAD"} or (method == "OPTIONS" and method in context.behavior.cached_methods)


def _ask(context: Context, origin: Origin, asked: Request) -> Steps[_Run]:
    edited = yield from call(context, "origin-request", asked)
    if edited and "status" in edited:
        return _Run(sent=asked, result=generated(edited), origin_status=None)
    sent = cast("Request", edited or asked)
    fetched = _origin_request(context, origin, sent)
    outcome = yield Fetch(fetched)
    what = f"origin {origin.id}"
    if isinstance(outcome, OriginFailure):
        context.decide(what, f"{fetched.domain_name}: {outcome}")
        status, why = _FAILURES[outcome]
        return _Run(sent=sent, result=EdgeError(status, why), origin_status=status)
    received = _received(context, cast("OriginResponse", outcome))
    context.decide(what, f"{fetched.domain_name}: {received.status}")
    response = yield from response_event(context, "origin-response", sent, received)
    return _Run(sent=sent, result=response, origin_status=received.status)


def _asked(context: Context, origin: Origin, request: Request) -> Request:
    """What origin-request sees."""
    behavior = context.behavior
    return {
        "clientIp": request["clientIp"],
        "method": request["method"],
        "uri": request["uri"],
        "querystring": forwarding.query_to_origin(request, behavior),
        "headers": forwarding.to_origin(
            request,
            behavior,
            host=origin.domain_name,
            takes_host=not origin.is_s3,
            via=context.distribution.via,
        ),
        "origin": origin.shape_for(context.viewer.protocol),
    }


def _moved(context: Context, sent: Request, origin: Origin) -> Request:
    """The request as the first run left it, on its way to another origin."""
    headers = dict(sent["headers"])
    set_header(headers, "Host", origin.domain_name)
    return {**sent, "headers": headers, "origin": origin.shape_for(context.viewer.protocol)}


def _origin_request(context: Context, origin: Origin, sent: Request) -> OriginRequest:
    """What goes over the wire: the request as the function left it, with the origin's headers and the id."""
    shape = cast("dict[str, Any]", sent["origin"].get("custom") or sent["origin"]["s3"])
    headers = {**sent["headers"], **shape["customHeaders"]}
    set_header(headers, "X-Amz-Cf-Id", context.request_id)
    headers.setdefault("host", [{"key": "Host", "value": shape["domainName"]}])
    query = f"?{sent['querystring']}" if sent["querystring"] else ""
    signed = _signed(origin, sent)
    if signed:
        headers.pop("authorization", None)
    return OriginRequest(
        method=sent["method"],
        protocol=shape.get("protocol", "https"),
        domain_name=shape["domainName"],
        port=shape.get("port", 443),
        target=f"{shape['path']}{sent['uri']}{query}",
        headers=headers,
        body=context.viewer.body,
        signed_for=context.distribution.arn if signed else None,
        connection_attempts=origin.connection_attempts,
        connection_timeout_seconds=origin.connection_timeout_seconds,
        read_timeout_seconds=shape.get("readTimeout", DEFAULT_READ_TIMEOUT_SECONDS),
    )


def _signed(origin: Origin, sent: Request) -> bool:
    """An origin access control signs for its own origin, and over a signature only if it always signs.

    Source: "Restrict access to an Amazon S3 origin", which leaves out origins that a function swapped.
    """
    if sent["origin"].get("s3", {}).get("domainName") != origin.domain_name:
        return False
    return origin.signing == "always" or (
        origin.signing == "no-override" and "authorization" not in sent["headers"]
    )


def _received(context: Context, received: OriginResponse) -> EdgeResponse:
    # Whether a function may still set a cookie where none are forwarded is undocumented; it may here.
    headers = forwarding.from_origin(received.headers, cookies=context.behavior.forwards_cookies)
    cache_result = "Error" if received.status >= FIRST_ERROR else "Miss"
    return EdgeResponse(
        status=received.status,
        headers=headers,
        body=received.body,
        reason=reason(received.status),
        cache_result=f"{cache_result} from cloudfront",
    )
