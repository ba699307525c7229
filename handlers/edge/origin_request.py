"""What happens to a request that the cache could not answer: refused, answered, or sent to a region's bucket.

The decisions, in order: method, path, empty key; what the registry and the licence say, where the behaviour
has such rules; then the region, unless the distribution's own origins serve. If anything of ours fails, the
origin serves public assets as the distribution declares it, and nothing else.
"""

from __future__ import annotations

import os
import time
from functools import cache

from . import log
from .answers import not_allowed, preflight, refused
from .baked import baked
from .beacons import candidates_from
from .behaviors import behavior_of, failed_status
from .bucket_choice import Edge, Run, bucket_request
from .dnsquery import ask, system_servers
from .events import request_of
from .fitting import misfit
from .origins import as_configured
from .paths import canonical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .config import Behavior, EdgeConfig
    from .event_types import Request, Response


def handler(event: object, context: object) -> Request | Response:  # noqa: ARG001 - Lambda passes both
    """The Lambda entry. Never raises; what is not CloudFront's event at all is answered 502."""
    try:
        return answer(event, _edge)
    except Exception as error:
        log.failure(event, error, "answered 502")
        return refused("502")


def answer(event: object, edge: Callable[[], Edge]) -> Request | Response:
    """The request as it goes to an origin, or an answer that needs none (then `edge` is not asked).

    Raises only for what is not an event of CloudFront's.
    """
    request = request_of(event)
    path = canonical(request["uri"])
    if path is None:
        log.decided(event, {"refused": "path"}, 1)
        return refused("400")
    generated = _answered_here(request["method"], path)
    if generated:
        return generated
    return _shielded(event, request, path, edge)


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


def _shielded(event: object, request: Request, path: str, edge: Callable[[], Edge]) -> Request | Response:
    """Until the behaviour is known nobody can tell whether the asset is protected: then it counts as such."""
    protected: str | None = "403"
    try:
        now_edge = edge()
        behavior = behavior_of(now_edge.config, path)
        protected = failed_status(behavior)
        return _decided(Run(event, behavior, now_edge), path)
    except Exception as error:
        log.failure(event, error, f"answered {protected}" if protected else "left the origin as configured")
        return refused(protected) if protected else as_configured(request, path)


def _decided(run: Run, path: str) -> Request | Response:
    answered: Request | Response
    if run.behavior and _has_rules(run.behavior):
        from . import origin_decisions  # noqa: PLC0415 - assets without rules never need it

        answered = origin_decisions.decide(run, run.behavior, path)
    else:
        answered = bucket_request(run, path)
    excess = None if "status" in answered else misfit(answered, run.request)
    if excess:
        run.trace["refused"] = "length"
        answered = refused(excess)
    log.decided(run.event, run.trace, run.edge.config.logged_share)
    return answered


def _has_rules(behavior: Behavior) -> bool:
    return bool(
        behavior.embargo != "off"
        or behavior.registry
        or behavior.territory
        or behavior.library
        or behavior.transforms
    )


def _answered_here(method: str, path: str) -> Response | None:
    """What needs no origin. The root has an empty key, which must not reach S3: it would list the bucket."""
    if method == "OPTIONS":
        return preflight()
    if method not in {"GET", "HEAD"}:
        return not_allowed()
    return refused("404") if path == "/" else None
