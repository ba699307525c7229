"""Which page a viewer gets instead of an error: the custom error responses of a distribution.

Source: Amazon CloudFront Developer Guide, "Generate custom error responses": where the page itself cannot be
had, the viewer gets the status that came of asking for it.
"""

from dataclasses import replace

from asset_edge.emulator import pipeline_cache
from asset_edge.emulator.messages import EdgeResponse
from asset_edge.emulator.origin_failover import FIRST_ERROR
from asset_edge.emulator.pages import EdgeError, error_page, reason
from asset_edge.emulator.pipeline_context import Context, Steps
from asset_edge.handlers.edge.events import Request

_OF_THE_OBJECT = (
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "range",
)


def substituted(context: Context, response: EdgeResponse) -> Steps[EdgeResponse]:
    """`response`, or the page that the distribution has for its status; never raises.

    The page comes through the behaviour of its own path, without viewer-request.
    """
    custom = context.distribution.custom_error_responses.get(response.status)
    if custom is None or not custom.page_path:
        return response
    context.decide("custom error page", f"{custom.page_path} for {response.status}")
    page = yield from _page(context, custom.page_path)
    if page.status >= FIRST_ERROR:
        return page
    status = custom.response_status or response.status
    return replace(page, status=status, reason=reason(status), cache_result=response.cache_result)


def _page(context: Context, path: str) -> Steps[EdgeResponse]:
    viewer = replace(context.viewer, body=b"")
    inner = replace(context, behavior=context.distribution.behavior_for(path), viewer=viewer)
    try:
        return (yield from pipeline_cache.answer(inner, _request(context, path)))
    except EdgeError as error:
        return error_page(error, context.request_id)


def _request(context: Context, path: str) -> Request:
    asked = context.viewer.request
    headers = {name: values for name, values in asked["headers"].items() if name not in _OF_THE_OBJECT}
    uri, _, querystring = path.partition("?")
    return {
        "clientIp": asked["clientIp"],
        "method": "HEAD" if asked["method"] == "HEAD" else "GET",
        "uri": uri,
        "querystring": querystring,
        "headers": headers,
    }
