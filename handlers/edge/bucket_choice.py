"""Which region's bucket a request goes to, and what that rests on: weights, configuration, credentials."""

from __future__ import annotations

import time
from functools import cache

from .events import request_id, request_of
from .origins import as_configured, rewritten
from .paths import object_key
from .routing import choose
from .runs import tried
from .sigv4 import Credentials

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .beacons import Candidates
    from .config import Behavior, EdgeConfig
    from .event_types import Request
    from .log import Trace
    from .registry import Registry


class Edge:
    """What a decision rests on besides the request.

    `environment` is where Lambda puts the role's credentials, read at each request because they rotate.
    `registry` makes the client of the asset registry when it is first needed.
    """

    __slots__ = ("candidates", "config", "environment", "epoch_seconds", "registry")

    def __init__(
        self,
        config: EdgeConfig,
        candidates: Candidates,
        environment: Mapping[str, str],
        epoch_seconds: Callable[[], float] = time.time,
        registry: Callable[[], Registry | None] | None = None,
    ) -> None:
        self.config = config
        self.candidates = candidates
        self.environment = environment
        self.epoch_seconds = epoch_seconds
        self.registry = registry or cache(lambda: _registry(config, environment))

    def credentials(self) -> Credentials:
        """The role's, as they are now."""
        return Credentials.from_environment(self.environment)


class Run:
    """One run of origin-request: what came, the behaviour that covers it, and what was decided so far."""

    __slots__ = ("behavior", "edge", "event", "request", "request_id", "trace")

    def __init__(self, event: object, behavior: Behavior | None, edge: Edge) -> None:
        self.event = event
        self.request: Request = request_of(event)
        self.request_id = request_id(event)
        self.behavior = behavior
        self.edge = edge
        self.trace: Trace = {}


def bucket_request(run: Run, path: str) -> Request:
    """The request for the bucket of the region that is chosen; or for the declared origin, if that serves."""
    edge = run.edge
    if edge.config.origin_auth == "static":
        return as_configured(run.request, path)
    region = region_for(run, path)
    bucket = next(bucket for bucket in edge.config.buckets if bucket.region == region)
    credentials, now = edge.credentials(), edge.epoch_seconds()
    return rewritten(run.request, path, bucket, credentials, request_id=run.request_id, epoch_seconds=now)


def region_for(run: Run, path: str) -> str:
    """The region that is to answer; another than the first run's in the origin group's second run."""
    before = tried(run.request, run.edge.config)
    affinity = run.behavior.affinity if run.behavior else run.edge.config.affinity
    key = run.request_id if affinity == "request" and run.request_id else object_key(path)
    region = choose(run.edge.candidates(), key, before)
    run.trace.update(region=region, run="1" if before is None else "2")
    return region


def _registry(config: EdgeConfig, environment: Mapping[str, str]) -> Registry | None:
    from .registry import registry_for  # noqa: PLC0415 - only behaviours that ask it need it

    return registry_for(config, environment)
