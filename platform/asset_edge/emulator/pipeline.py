"""In which order things happen to one request, from the viewer and back to it.

The pipeline is a generator: it yields what it needs (`Invoke`, `Fetch`, `Wait`, `Spawn`), is sent the
outcome, and returns the answer. It does no input or output. The order: redirect to HTTPS; geo restriction and
what else CloudFront refuses by itself; viewer-request; cache and origin with their functions; custom error
pages; the response headers policy; viewer-response. That the policy comes before viewer-response, and is
applied to what functions generate, is undocumented.
Sources: Amazon CloudFront Developer Guide, "CloudFront events that can trigger a Lambda@Edge function",
"Restrict the geographic distribution of your content" and "Understand response headers policies".
"""

import zlib
from typing import cast

from asset_edge.emulator import error_responses, forwarding, pipeline_cache, response_headers
from asset_edge.emulator.distribution import Distribution
from asset_edge.emulator.messages import EdgeResponse, ViewerRequest
from asset_edge.emulator.origin_failover import FIRST_ERROR
from asset_edge.emulator.pages import EdgeError, error_page, redirect_to_https
from asset_edge.emulator.pipeline_context import Context, Rules, Steps, Surroundings, Undocumented
from asset_edge.emulator.pipeline_triggers import call, generated, response_event
from asset_edge.emulator.response_headers import ResponseHeadersPolicy, Timing
from asset_edge.handlers.edge.events import Headers, Request

__all__ = ["Rules", "Steps", "Surroundings", "Undocumented", "serve"]

POP = "LOC1-C1"
"""The code of this edge location."""

_POP_VALUES = [{"key": "X-Amz-Cf-Pop", "value": POP}]


def serve(
    distribution: Distribution, viewer: ViewerRequest, *, request_id: str, around: Surroundings
) -> Steps[EdgeResponse]:
    """The answer to one viewer; never raises for what the viewer, a function or an origin did."""
    context = Context(
        distribution=distribution,
        behavior=distribution.behavior_for(viewer.request["uri"]),
        viewer=viewer,
        request_id=request_id,
        around=around,
        began_at=around.clock(),
    )
    context.decide("behavior", context.behavior.path_pattern)
    if viewer.protocol == "http" and context.behavior.viewer_protocol_policy == "redirect-to-https":
        return _finished(context, redirect_to_https(viewer.request["method"], _https(viewer.request)))
    try:
        response = yield from _served(context)
    except EdgeError as error:
        page = yield from error_responses.substituted(context, error_page(error, request_id))
        response = _with_policy(context, page)
    return _finished(context, response)


def _served(context: Context) -> Steps[EdgeResponse]:
    _refuse(context)
    viewed = context.viewer.request
    edited = yield from call(context, "viewer-request", viewed)
    if edited and "status" in edited:
        return _with_policy(context, generated(edited))
    request = cast("Request", edited or viewed)
    response = yield from pipeline_cache.answer(context, _keyed(context, request))
    if response.status >= FIRST_ERROR:
        return _with_policy(context, (yield from error_responses.substituted(context, response)))
    return (yield from response_event(context, "viewer-response", request, _with_policy(context, response)))


def _refuse(context: Context) -> None:
    viewer, behavior = context.viewer, context.behavior
    if not context.distribution.geo_restriction.permits(viewer.country):
        why = "The Amazon CloudFront distribution is configured to block access from your country."
        raise EdgeError(403, why)
    if viewer.protocol == "http" and behavior.viewer_protocol_policy == "https-only":
        raise EdgeError(403, "This resource is served over HTTPS only.")
    if viewer.request["method"] not in behavior.allowed_methods:
        raise EdgeError(403, "This distribution is not configured to allow the HTTP method of this request.")
    if viewer.body and viewer.request["method"] in ("GET", "HEAD"):
        raise EdgeError(403, "A GET or HEAD request may not have a body.")


def _https(request: Request) -> str:
    query = f"?{request['querystring']}" if request["querystring"] else ""
    return f"https://{request['headers']['host'][0]['value']}{request['uri']}{query}"


def _keyed(context: Context, request: Request) -> Request:
    """The request as cache and origin know it: the root is its object, and CloudFront's headers are there."""
    if request["uri"] == "/" and context.distribution.default_root_object:
        request = {**request, "uri": f"/{context.distribution.default_root_object}"}
    return forwarding.with_cloudfront_headers(request, context.behavior, context.viewer)


def _with_policy(context: Context, response: EdgeResponse) -> EdgeResponse:
    policy = context.behavior.response_headers_policy
    if policy is None:
        return response
    viewed = context.viewer.request
    headers = response_headers.apply(
        policy,
        response.headers,
        viewer_request_headers=viewed["headers"],
        method=viewed["method"],
        timing=_timing(context, response, policy),
    )
    return response.with_headers(headers)


def _timing(context: Context, response: EdgeResponse, policy: ResponseHeadersPolicy) -> Timing | None:
    if policy.server_timing_percent is None:
        return None
    return Timing(
        cache_result=response.cache_result,
        request_id=context.request_id,
        pop=POP,
        # Request ids are random already.
        sample=zlib.crc32(context.request_id.encode()) / 2**32 * 100,
        upstream_ms=round(response.upstream_seconds * 1000),
        downstream_ms=round((context.around.clock() - context.began_at) * 1000),
    )


def _finished(context: Context, response: EdgeResponse) -> EdgeResponse:
    """With CloudFront's own headers, which no function can set, in place of any of that name."""
    headers: Headers = {
        **response.headers,
        "x-cache": [{"key": "X-Cache", "value": response.cache_result}],
        "via": [{"key": "Via", "value": context.distribution.via}],
        "x-amz-cf-pop": _POP_VALUES,  # type: ignore[dict-item]
        "x-amz-cf-id": [{"key": "X-Amz-Cf-Id", "value": context.request_id}],
    }
    context.decide("answer", f"{response.status} {response.cache_result}")
    return response.with_headers(headers, tuple(context.decisions))
