"""What a function at one of the four triggers makes of a request or a response, or how its failure looks.

Source: Amazon CloudFront Developer Guide, "Lambda@Edge event structure", "HTTP 502 status code" and
"HTTP 503 status code".
"""

import base64
from collections.abc import Mapping
from typing import Any, cast

from asset_edge.emulator.messages import Crashed, EdgeResponse, Invoke, Returned, Throttled
from asset_edge.emulator.pages import EdgeError, reason
from asset_edge.emulator.pipeline_context import Context, Steps
from asset_edge.errors import LimitExceeded
from asset_edge.handlers.edge.events import Event, EventType, Request, Response


class FunctionError(EdgeError):
    """CloudFront answers instead of a function that raised, timed out, or returned what it may not."""


def call(
    context: Context, event_type: EventType, request: Request, response: Response | None = None
) -> Steps[dict[str, Any] | None]:
    """What the behaviour's function of that trigger returned; None where it has none.

    Raises `FunctionError` where the viewer gets 502 or 503 instead.
    """
    function = context.behavior.functions.get(event_type)
    if function is None:
        return None
    record: dict[str, Any] = {"config": context.config(event_type), "request": request}
    event = cast("Event", {"Records": [{"cf": record | ({"response": response} if response else {})}]})
    outcome = yield Invoke(function, event)
    if isinstance(outcome, Crashed):
        context.decide(event_type, f"failed: {outcome.reason}")
        raise _not_run(outcome)
    answer = cast("Returned", outcome).answer
    try:
        context.around.rules.check(event, answer)
    except LimitExceeded as error:
        context.decide(event_type, f"refused: {error}")
        cache_result = "LambdaValidationError from cloudfront"
        raise FunctionError(502, error.reason, cache_result=cache_result) from error
    valid = cast("dict[str, Any]", answer)
    context.decide(event_type, f"response {valid['status']}" if "status" in valid else "request")
    return valid


def _not_run(outcome: Crashed) -> FunctionError:
    function = "The Lambda function associated with the CloudFront distribution"
    if isinstance(outcome, Throttled):
        cache_result = "LambdaLimitExceeded from cloudfront"
        return FunctionError(503, f"{function} was throttled.", cache_result=cache_result)
    cache_result = "LambdaExecutionError from cloudfront"
    return FunctionError(503, f"{function} failed: it raised or timed out.", cache_result=cache_result)


def response_event(
    context: Context, event_type: EventType, request: Request, response: EdgeResponse
) -> Steps[EdgeResponse]:
    """`response` after the function of a response trigger, which may edit status, headers and body."""
    if event_type not in context.behavior.functions:
        return response
    shown: Response = {
        "status": str(response.status),
        "statusDescription": response.reason,
        "headers": response.headers,
    }
    answer = yield from call(context, event_type, request, shown)
    return generated(answer, keep=response) if answer else response


def generated(answer: Mapping[str, Any], keep: EdgeResponse | None = None) -> EdgeResponse:
    """A function's response as an answer; in response triggers an absent body keeps the origin's."""
    body = keep.body if keep else b""
    if "body" in answer:
        body = _body(answer)
    return EdgeResponse(
        status=int(answer["status"]),
        headers=dict(answer.get("headers") or {}),
        body=body,
        reason=answer.get("statusDescription") or reason(int(answer["status"])),
        cache_result=keep.cache_result if keep else "LambdaGeneratedResponse from cloudfront",
    )


def _body(answer: Mapping[str, Any]) -> bytes:
    if answer.get("bodyEncoding") == "base64":
        return base64.b64decode(answer["body"])
    return str(answer["body"]).encode()
