"""What happens to a request that the cache could not answer: refused, answered, or sent to a region's bucket.

The decisions, in order: method, path, empty key; then the region, unless the distribution's own origins
serve. If anything of ours fails, the origin serves as the distribution declares it.
"""

from __future__ import annotations

import hashlib
import os
import time
from functools import cache

from . import log
from .baked import baked
from .beacons import candidates_from
from .dnsquery import ask, system_servers
from .events import request_id, request_of
from .origins import as_configured, rewritten
from .paths import canonical, matches, object_key
from .routing import choose
from .runs import tried
from .sigv4 import Credentials

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .beacons import Candidates
    from .config import Affinity, EdgeConfig
    from .event_types import Headers, Request, Response

LOGGED_SHARE = 0.01
"""Of the requests whose decision is logged; which ones is the request id's luck."""

_PREFLIGHT_SECONDS = 300


class Edge:
    """What a decision rests on besides the request.

    `environment` is where Lambda puts the role's credentials, read at each request because they rotate.
    """

    __slots__ = ("candidates", "config", "environment", "epoch_seconds", "logged_share")

    def __init__(
        self,
        config: EdgeConfig,
        candidates: Candidates,
        environment: Mapping[str, str],
        epoch_seconds: Callable[[], float] = time.time,
        logged_share: float = LOGGED_SHARE,
    ) -> None:
        self.config = config
        self.candidates = candidates
        self.environment = environment
        self.epoch_seconds = epoch_seconds
        self.logged_share = logged_share


def handler(event: object, context: object) -> Request | Response:  # noqa: ARG001 - Lambda passes both
    """The Lambda entry. Never raises; what is not CloudFront's event at all is answered 502."""
    try:
        return answer(event, _edge)
    except Exception as error:
        log.failure(event, error, "answered 502")
        return _generated("502", "Bad Gateway")


def answer(event: object, edge: Callable[[], Edge]) -> Request | Response:
    """The request as it goes to an origin, or an answer that needs none (then `edge` is not asked)."""
    request = request_of(event)
    path = canonical(request["uri"])
    if path is None:
        return _generated("400", "Bad Request")
    generated = _answered_here(request["method"], path)
    if generated:
        return generated
    try:
        return _routed(event, request, path, edge())
    except Exception as error:
        log.failure(event, error, "left the origin as configured")
        return as_configured(request, path)


def edge_for(
    config: EdgeConfig,
    environment: Mapping[str, str] = os.environ,
    system: Callable[[], Sequence[str]] = system_servers,
) -> Edge:
    """The real edge: live DNS over the configured name servers or the system's, real time."""
    servers = config.name_servers or system()
    candidates = candidates_from(
        config, lambda names: ask(names, servers, config.dns_timeout_seconds), time.monotonic
    )
    return Edge(config, candidates, environment)


@cache
def _edge() -> Edge:
    return edge_for(baked())


def _routed(event: object, request: Request, path: str, edge: Edge) -> Request:
    config, identifier = edge.config, request_id(event)
    if config.origin_auth == "static":
        return as_configured(request, path)
    before = tried(request, config)
    key = _affinity_key(_affinity(config, path), path, identifier)
    region = choose(edge.candidates(), key, before)
    bucket = next(bucket for bucket in config.buckets if bucket.region == region)
    credentials = Credentials.from_environment(edge.environment)
    if _logged(identifier, edge.logged_share):
        log.line("INFO", "chose a region", event, region=region, run="1" if before is None else "2")
    now = edge.epoch_seconds()
    return rewritten(request, path, bucket, credentials, request_id=identifier, epoch_seconds=now)


def _affinity(config: EdgeConfig, path: str) -> Affinity:
    covering = (behavior.affinity for behavior in config.behaviors if matches(behavior.path_pattern, path))
    return next(covering, config.affinity)


def _affinity_key(affinity: Affinity, path: str, identifier: str | None) -> str:
    return identifier if affinity == "request" and identifier else object_key(path)


def _logged(identifier: str | None, share: float) -> bool:
    """The same for both runs of a request, as far as they share its id."""
    digest = hashlib.sha256((identifier or "").encode()).digest()
    return int.from_bytes(digest[:4], "big") < share * (1 << 32)


def _answered_here(method: str, path: str) -> Response | None:
    """What needs no origin. The root has an empty key, which must not reach S3: it would list the bucket."""
    if method == "OPTIONS":
        return _generated("204", "No Content", f"public, max-age={_PREFLIGHT_SECONDS}", allow=True)
    if method not in {"GET", "HEAD"}:
        return _generated("405", "Method Not Allowed", allow=True)
    return _generated("404", "Not Found") if path == "/" else None


def _generated(
    status: str, status_description: str, cache_control: str = "no-store", *, allow: bool = False
) -> Response:
    headers: Headers = {"cache-control": [{"key": "Cache-Control", "value": cache_control}]}
    if allow:
        headers["allow"] = [{"key": "Allow", "value": "GET, HEAD, OPTIONS"}]
    return {"status": status, "statusDescription": status_description, "headers": headers}
