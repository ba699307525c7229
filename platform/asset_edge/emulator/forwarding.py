"""Which of a message's headers cross the edge: from the viewer, to the origin, and back.

Source: Amazon CloudFront Developer Guide, "Request and response behavior for Amazon S3 origins", "Request and
response behavior for custom origins", "Add CloudFront request headers" and "Restrictions on edge functions".
"""

from collections.abc import Iterable

from asset_edge.emulator import cachekey
from asset_edge.emulator.distribution_behaviors import Behavior
from asset_edge.emulator.header_rules import is_disallowed
from asset_edge.emulator.messages import ViewerRequest, to_headers
from asset_edge.handlers.edge.events import Headers, Request, set_header

_THIS_HOP_ONLY = frozenset({"te", "transfer-encoding"})

_CONDITIONS = ("if-none-match", "if-modified-since")

_FORWARDED = (
    "range",
    *_CONDITIONS,
    "if-match",
    "if-unmodified-since",
    "if-range",
    "content-type",
    "content-length",
    "content-md5",
)

_WITH_A_BODY = frozenset({"DELETE", "PATCH", "POST", "PUT"})

_KEPT_BY_THE_EDGE = frozenset({"x-amz-id-2", "x-amz-request-id"})


def visible(pairs: Iterable[tuple[str, str]]) -> Headers:
    """A header map without what no function and no other hop ever sees."""
    headers: Headers = {}
    for key, value in pairs:
        name = key.lower()
        if name not in _THIS_HOP_ONLY and not is_disallowed(name):
            headers.setdefault(name, []).append({"key": key, "value": value})
    return headers


def with_cloudfront_headers(request: Request, behavior: Behavior, viewer: ViewerRequest) -> Request:
    """The request with those headers about the viewer that a policy asks for and that are known here.

    What a viewer sends under these names is CloudFront's to say, and goes.
    """
    if not behavior.cloudfront_headers:
        return request
    told = {
        "CloudFront-Viewer-Country": viewer.country,
        "CloudFront-Forwarded-Proto": viewer.protocol,
        # AWS writes address and port; nobody here knows the viewer's port.
        "CloudFront-Viewer-Address": f"{request['clientIp']}:0",
    }
    headers = {n: v for n, v in request["headers"].items() if n not in behavior.cloudfront_headers}
    for name, value in told.items():
        if value is not None and name.lower() in behavior.cloudfront_headers:
            set_header(headers, name, value)
    return {**request, "headers": headers}


def to_origin(request: Request, behavior: Behavior, *, host: str, takes_host: bool, via: str) -> Headers:
    """The headers of an origin request before origin-request runs.

    `host` is the origin's domain name; an origin that `takes_host` gets the viewer's if a policy says so,
    which a bucket never does.
    """
    viewer = request["headers"]
    headers = {name: viewer[name] for name in _default_names(request["method"], behavior) if name in viewer}
    headers |= to_headers({"Host": host, "User-Agent": "Amazon CloudFront"})
    headers |= _asked_for(request, behavior, takes_host=takes_host)
    forwarded_for = [v["value"] for v in viewer.get("x-forwarded-for", [])]
    set_header(headers, "Via", via)
    set_header(headers, "X-Forwarded-For", ", ".join([*forwarded_for, request["clientIp"]]))
    return headers


def query_to_origin(request: Request, behavior: Behavior) -> str:
    """The query string of an origin request before origin-request runs."""
    return cachekey.forwarded_query(request, behavior.cache_policy, behavior.origin_request_policy)


def _default_names(method: str, behavior: Behavior) -> Iterable[str]:
    """What goes to an origin whatever the policies say."""
    if method in _WITH_A_BODY or (method == "OPTIONS" and method not in behavior.cached_methods):
        yield "authorization"
    # An object that depends on cookies is never asked for conditionally.
    yield from (name for name in _FORWARDED if not (behavior.forwards_cookies and name in _CONDITIONS))


def _asked_for(request: Request, behavior: Behavior, *, takes_host: bool) -> Headers:
    policies = (behavior.cache_policy, behavior.origin_request_policy)
    headers = {
        name: values
        for name, values in cachekey.forwarded_headers(request, *policies).items()
        if name != "host" or takes_host
    }
    if cookies := cachekey.forwarded_cookies(request, *policies):
        set_header(headers, "Cookie", cookies)
    return headers


def from_origin(headers: Headers, *, cookies: bool = True) -> Headers:
    """What functions and viewers may see of an origin's headers; Set-Cookie only with `cookies`."""
    pairs = ((v.get("key", name), v["value"]) for name, values in headers.items() for v in values)
    hidden = _KEPT_BY_THE_EDGE if cookies else _KEPT_BY_THE_EDGE | {"set-cookie"}
    return {name: v for name, v in visible(pairs).items() if name not in hidden}
