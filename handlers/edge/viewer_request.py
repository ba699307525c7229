"""What happens to a request before the cache is asked: its path becomes canonical, or it is refused.

Everything else that is decided here (who may see an asset, in which language, what a transformation means)
is decided on the canonical path, under the behaviour that covers it.
"""

from __future__ import annotations

import time

from . import log
from .answers import refused
from .baked import baked
from .behaviors import behavior_of, failed_status
from .events import headers_of, request_of
from .fitting import misfit
from .own_headers import GRANT_HEADER
from .paths import canonical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .config import Behavior, EdgeConfig
    from .event_types import Request, Response
    from .log import Trace


def handler(event: object, context: object) -> Request | Response:  # noqa: ARG001 - Lambda passes both
    """The Lambda entry. Never raises, and answers nothing that CloudFront would not take."""
    return answer(event, baked)


def answer(
    event: object, config: Callable[[], EdgeConfig], now: Callable[[], float] = time.time
) -> Request | Response:
    """The request as the cache is to see it, or an answer; whatever goes wrong, one of them.

    Where nothing is protected, a request goes on as it came if this function fails, but for a grant that its
    viewer wrote. Where something is, or nobody can tell, it is refused.
    """
    request = request_of(event)
    protected: str | None = "403"
    try:
        path = canonical(request["uri"])
        if path is None:
            return _refused(event, "400", "path")
        baked_config = config()
        behavior = behavior_of(baked_config, path)
        protected = failed_status(behavior)
        return _decided(event, path, behavior, baked_config, now)
    except Exception as error:
        log.failure(event, error, f"answered {protected}" if protected else "passed the request on")
        return refused(protected) if protected else _ungranted(request)


def _decided(
    event: object, path: str, behavior: Behavior | None, config: EdgeConfig, now: Callable[[], float]
) -> Request | Response:
    request = request_of(event)
    trace: Trace = {}
    answered: Request | Response
    if behavior is None or not _has_rules(behavior):
        answered = _canonical(request, path)
    else:
        from . import viewer_decisions  # noqa: PLC0415 - public assets never need it

        seen = viewer_decisions.Seen(request, path, behavior, config=config, now=now())
        answered, trace = viewer_decisions.decide(seen), seen.trace
    excess = None if "status" in answered else misfit(answered, request)
    if excess:
        trace["refused"] = "length"
        answered = refused(excess)
    log.decided(event, trace, config.logged_share)
    return answered


def _has_rules(behavior: Behavior) -> bool:
    return behavior.embargo != "off" or behavior.transforms or behavior.library is not None


def _canonical(request: Request, path: str) -> Request:
    headers = headers_of(request)
    if GRANT_HEADER in headers:
        request = {**request, "headers": {**headers, GRANT_HEADER: [{"key": GRANT_HEADER, "value": "none"}]}}
    return request if path == request["uri"] else {**request, "uri": path}


def _ungranted(request: Request) -> Request:
    """Without the header rather than with `none` in it: a request at its quota must not grow."""
    headers = headers_of(request)
    if GRANT_HEADER not in headers:
        return request
    return {**request, "headers": {name: told for name, told in headers.items() if name != GRANT_HEADER}}


def _refused(event: object, status: str, reason: str) -> Response:
    log.decided(event, {"refused": reason}, 1)
    return refused(status)
