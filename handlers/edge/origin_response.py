"""What a viewer and the cache see of the origin's answer: how long it may be kept, its tags, its region.

S3 answers 403 only when our own signature, key or policy is broken, because whoever reads for us may list the
bucket and an absent object is therefore 404. That is our failure, not the viewer's: it becomes 502.
"""

from __future__ import annotations

from . import cachecontrol, log
from .baked import baked
from .behaviors import PLAIN, behavior_of
from .events import (
    header,
    headers_of,
    origin_domain_name,
    remove_header,
    request_of,
    response_of,
    set_header,
)
from .own_headers import PATH_HEADER, REGION_HEADER, RULE_HEADER, TAGS_HEADER, TRACE_HEADER
from .paths import canonical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .config import EdgeConfig
    from .event_types import Headers, Request, Response

KEPT = "x-amz-meta-"
"""What the publisher wrote about an asset, cache tags included. All else from S3 under `x-amz-` is its
bookkeeping (versions, KMS key ARNs, replication state, lifecycle rules) and nobody's business."""

FIRST_FAILURE = "400"


def handler(event: object, context: object) -> Response:  # noqa: ARG001 - Lambda passes both
    """The Lambda entry."""
    return shielded(event, baked)


def shielded(event: object, config: Callable[[], EdgeConfig]) -> Response:
    """The answer; whatever goes wrong on the way to it, the origin's answer goes on as it came.

    For an event without a response that is an empty object, which CloudFront answers with 502.
    """
    try:
        return answer(event, config())
    except Exception as error:
        log.failure(event, error, "passed the response on")
        return response_of(event)


def answer(event: object, config: EdgeConfig) -> Response:
    """The response as the cache and the viewer may have it; the event is left alone."""
    request, response = request_of(event), response_of(event)
    region = region_of(request, config)
    answered: Response = {**response, "headers": _without_bookkeeping(headers_of(response))}
    if region:
        set_header(answered["headers"], REGION_HEADER, region)
    if response["status"] == "403" and (region or "s3" in request["origin"]):
        log.line("ERROR", "S3 refused us, answered 502", event, region=region or "unknown")
        answered = _bad_gateway(answered)
    _say_how_long(request, answered, config)
    return answered


def _say_how_long(request: Request, answered: Response, config: EdgeConfig) -> None:
    """Sets Cache-Control, tags, and what was decided on the way, on an answer of our own making."""
    path = canonical(header(request, PATH_HEADER) or request["uri"]) or "/"
    behavior = behavior_of(config, path) or PLAIN
    headers = answered["headers"]
    told = cachecontrol.decide(
        config,
        behavior,
        path,
        answered["status"],
        headers,
        query=request["querystring"],
        row_rule=header(request, RULE_HEADER),
        row_tags=(header(request, TAGS_HEADER) or "").split(","),
    )
    if told.removes_cache_control:
        remove_header(headers, "cache-control")
    if told.cache_control:
        set_header(headers, "Cache-Control", told.cache_control)
    if told.tags and config.cache_tag_header:
        set_header(headers, config.cache_tag_header, ",".join(told.tags))
    if behavior.transforms:
        _vary(headers)
    trace = header(request, TRACE_HEADER)
    if trace and answered["status"] < FIRST_FAILURE:
        set_header(headers, "Server-Timing", f'asset-edge;desc="{trace}"')


def _vary(headers: Headers) -> None:
    """Browsers and proxies behind the edge keep one variant for each Accept, as the edge does."""
    told = header({"headers": headers}, "vary")
    set_header(headers, "Vary", f"{told}, Accept" if told else "Accept")


def region_of(request: Request, config: EdgeConfig) -> str | None:
    """The region that answered; None for an origin that is none of ours.

    The origin itself is the best witness. The region that origin-request noted counts where the origin tells
    nothing, and only if it is one of ours: a viewer may send a header of that name.
    """
    by_domain = {bucket.domain_name: bucket.region for bucket in config.buckets}
    by_domain |= {service.domain_name: service.region for service in config.image_services}
    noted = header(request, REGION_HEADER)
    return by_domain.get(origin_domain_name(request) or "") or (
        noted if noted in by_domain.values() else None
    )


def _without_bookkeeping(headers: Headers) -> Headers:
    return {name: values for name, values in headers.items() if not _is_bookkeeping(name.lower())}


def _is_bookkeeping(name: str) -> bool:
    return name.startswith("x-amz-") and not name.startswith(KEPT)


def _bad_gateway(response: Response) -> Response:
    """502 without S3's XML, and without the headers that describe it."""
    headers = response["headers"]
    for name in ("content-length", "content-encoding", "content-type"):
        remove_header(headers, name)
    return {"status": "502", "statusDescription": "Bad Gateway", "headers": headers, "body": ""}
