"""What happens to a request before the cache is asked: its path becomes canonical, or it is refused.

Everything else that is decided here (who may see an asset, what a transformation means) is decided on the
canonical path, so that comes first and later decisions follow it in `answer`.
"""

from __future__ import annotations

from . import log
from .events import request_of
from .paths import canonical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .event_types import Request, Response

LONGEST_URL = 8191
"""Characters of URI and query string together that CloudFront takes back from a function.

Source: Amazon CloudFront Developer Guide, "Restrictions on edge functions".
"""


def handler(event: object, context: object) -> Request | Response:  # noqa: ARG001 - Lambda passes both
    """The Lambda entry. Public assets: whatever goes wrong here, the request goes on as it came.

    For an event without a request that is an empty object, which CloudFront answers with 502.
    """
    try:
        return answer(request_of(event))
    except Exception as error:
        log.failure(event, error, "passed the request on")
        return request_of(event)


def answer(request: Request) -> Request | Response:
    """The request with its canonical path (the same object if it has it already), or a refusal."""
    path = canonical(request["uri"])
    if path is None:
        return refusal("400", "Bad Request")
    if path == request["uri"]:
        return request
    if len(path) + len(request["querystring"]) > LONGEST_URL:
        return refusal("414", "URI Too Long")
    return {**request, "uri": path}


def refusal(status: str, status_description: str) -> Response:
    """An empty answer that nobody keeps."""
    return {
        "status": status,
        "statusDescription": status_description,
        "headers": {"cache-control": [{"key": "Cache-Control", "value": "no-store"}]},
    }
