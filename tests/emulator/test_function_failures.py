"""What a viewer gets instead of a function that broke a rule, failed, or was not run."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from asset_edge.emulator.function_pools import Pools
from asset_edge.emulator.in_process import Copy, InProcess
from asset_edge.emulator.limits import Limit
from asset_edge.emulator.messages import Crashed, EdgeResponse, Returned, Throttled
from asset_edge.emulator.rulebook import FAILED_VALIDATION
from asset_edge.handlers.edge.events import EVENT_TYPES, EventType
from tests.emulator.edited_answers import REQUEST_TRIGGERS, RESPONSE_TRIGGERS
from tests.emulator.functions_world import ARN, function
from tests.emulator.world import (
    REQUEST_ID,
    UNCHANGED,
    Handler,
    World,
    answer,
    behavior,
    get,
    served,
    some,
    value,
    with_functions,
)

BLACKLISTED = "The function tried to add a blacklisted header."
READ_ONLY = "The function tried to add, delete, or change a read-only header."
NO_BODY = "The body is not a string, is not an object, or exceeds the maximum size."


def with_header(name: str) -> Handler:
    """A function that adds a header to whatever it was shown."""

    def run(record: Any) -> Any:
        shown = record.get("response", record["request"])
        return {**shown, "headers": {**shown["headers"], name: [{"value": "x"}]}}

    return run


def with_field(**fields: Any) -> Handler:
    """A function that sets fields of whatever it was shown."""
    return lambda record: {**record.get("response", record["request"]), **fields}


def with_status(status: Any) -> Handler:
    """A function that answers with this status, or changes the origin's to it."""
    return lambda record: {**record.get("response", {}), "status": status}


def returning(made: Any) -> Handler:
    return lambda _: made


def seen(response: EdgeResponse) -> tuple[int, str | None]:
    return response.status, value(response, "x-cache")


EVERYWHERE: list[tuple[str, Handler, str]] = [
    ("a disallowed header", with_header("x-cache"), BLACKLISTED),
    ("a disallowed beginning", with_header("x-edge-a"), BLACKLISTED),
    ("a read-only header", with_header("transfer-encoding"), READ_ONLY),
    ("text", returning("text"), NO_BODY),
    ("nothing", returning(None), NO_BODY),
    ("an empty object", returning({}), ""),
    ("a header in capitals", with_header("X-New"), ""),
    ("a status below 200", with_status("199"), ""),
    ("a status that is a number", with_status(200), ""),
]
BY_TRIGGER: list[tuple[EventType, str, Handler, str]] = [
    ("viewer-request", "a country", with_header("cloudfront-viewer-country"), BLACKLISTED),
    ("viewer-request", "204 with a body", returning({"status": "204", "body": "x"}), ""),
    ("viewer-request", "40 KB", returning({"status": "200", "body": "x" * 40_961}), NO_BODY),
    ("viewer-request", "another address", with_field(clientIp="192.0.2.77"), ""),
    ("viewer-request", "an origin", with_field(origin={"custom": {}}), ""),
    ("origin-request", "1 MB", returning({"status": "200", "body": "x" * 1_048_577}), NO_BODY),
    ("origin-request", "two origins", with_field(origin={"custom": {}, "s3": {}}), ""),
    ("origin-request", "another method", with_field(method="POST"), ""),
    ("origin-response", "1 MB", with_field(body="x" * 1_048_577), NO_BODY),
    ("origin-response", "a body that is no text", with_field(body={}), NO_BODY),
    ("origin-response", "another query", with_field(querystring="a"), ""),
    ("viewer-response", "another status", with_status("201"), ""),
    ("viewer-response", "40 KB", with_field(body="x" * 40_961), NO_BODY),
    ("viewer-response", "bad base64", with_field(body="a", bodyEncoding="base64"), NO_BODY),
]
BREACHES = [(t, what, run, why) for t in EVENT_TYPES for what, run, why in EVERYWHERE] + BY_TRIGGER


@pytest.mark.parametrize(
    ("trigger", "run", "why"),
    [(t, r, w) for t, _, r, w in BREACHES],
    ids=[f"{t} {what}" for t, what, *_ in BREACHES],
)
def test_a_breach_is_answered_502_with_its_reason(trigger: EventType, run: Handler, why: str) -> None:
    world = World(with_functions(*EVENT_TYPES), functions={**UNCHANGED, trigger: run})
    response = world.send()
    assert seen(response) == (502, "LambdaValidationError from cloudfront")
    assert value(response, "server") == "CloudFront"
    assert value(response, "content-type") == "text/html"
    assert value(response, "x-amz-cf-id") == REQUEST_ID
    page = response.body.decode()
    assert "<h1>502 ERROR</h1>" in page
    assert f"<p>{FAILED_VALIDATION}{f': {why}' if why else '.'}</p>" in page
    assert f"Request ID: {REQUEST_ID}" in page
    assert world.triggers == list(EVENT_TYPES[: EVENT_TYPES.index(trigger) + 1])


@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_the_page_never_tells_what_the_function_returned(trigger: EventType) -> None:
    world = World(with_functions(trigger), functions={trigger: with_status("<b>secret</b>")})
    response = world.send()
    assert b"secret" not in response.body
    assert any("secret" in outcome for _, outcome in response.decisions)


CRASHES: list[tuple[Callable[[Any], Any], str, str]] = [
    (lambda _: 1 / 0, "LambdaExecutionError", "failed: it raised or timed out."),
    (
        returning(Crashed("Task timed out after 3.00 seconds")),
        "LambdaExecutionError",
        "failed: it raised or timed out.",
    ),
    (returning(Throttled("instances: at most 1000")), "LambdaLimitExceeded", "was throttled."),
]


@pytest.mark.parametrize(("run", "result", "why"), CRASHES, ids=["raises", "times out", "is throttled"])
@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_a_function_that_did_not_answer_is_answered_503(
    trigger: EventType, run: Handler, result: str, why: str
) -> None:
    world = World(with_functions(*EVENT_TYPES), functions={**UNCHANGED, trigger: run})
    response = world.send()
    assert seen(response) == (503, f"{result} from cloudfront")
    assert "<h1>503 ERROR</h1>" in response.body.decode()
    assert why in response.body.decode()
    assert world.triggers[-1] == trigger


@pytest.mark.parametrize("trigger", REQUEST_TRIGGERS)
@pytest.mark.parametrize("run", [with_header("x-cache"), CRASHES[0][0], CRASHES[2][0]])
def test_the_origin_is_not_asked_for_a_request_that_a_function_broke(
    trigger: EventType, run: Handler
) -> None:
    world = World(with_functions(trigger), functions={trigger: run})
    world.send()
    assert world.fetched == []


@pytest.mark.parametrize("trigger", RESPONSE_TRIGGERS)
@pytest.mark.parametrize("run", [with_header("x-cache"), CRASHES[0][0], CRASHES[2][0]])
def test_nothing_of_the_origin_is_in_the_page(trigger: EventType, run: Handler) -> None:
    world = World(
        with_functions(trigger),
        functions={trigger: run},
        fetch=lambda _: answer(200, b"picture", ETag='"1"', Set_Cookie="a=b"),
    )
    response = world.send()
    assert b"picture" not in response.body
    assert {"etag", "set-cookie"}.isdisjoint(response.headers)


@pytest.mark.parametrize("trigger", ["origin-request", "origin-response"])
@pytest.mark.parametrize("run", [with_header("x-cache"), CRASHES[0][0], CRASHES[2][0]])
def test_a_functions_failure_is_no_reason_to_ask_the_second_origin(trigger: EventType, run: Handler) -> None:
    world = World(with_functions(trigger), functions={trigger: run})
    world.send()
    assert world.triggers == [trigger]


@pytest.mark.parametrize("trigger", EVENT_TYPES)
@pytest.mark.parametrize(("run", "status"), [(with_header("x-cache"), 502), (CRASHES[2][0], 503)])
def test_a_distributions_own_page_may_stand_for_it(trigger: EventType, run: Handler, status: int) -> None:
    page = {
        "ErrorCode": status,
        "ResponsePagePath": "/sorry.html",
        "ResponseCode": "200",
        "ErrorCachingMinTTL": 0,
    }
    behaviors = some({"PathPattern": "/sorry.html", **behavior()})
    of = served(
        DefaultCacheBehavior=behavior(functions=(trigger,)),
        CacheBehaviors=behaviors,
        CustomErrorResponses=some(page),
    )
    world = World(of, functions={trigger: run}, fetch=lambda _: answer(200, b"sorry"))
    response = world.send()
    assert (response.status, response.body) == (200, b"sorry")
    assert str(value(response, "x-cache")).startswith("Lambda")


@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_the_next_request_finds_a_function_that_was_mended(trigger: EventType) -> None:
    functions = dict(UNCHANGED) | {trigger: with_header("x-cache")}
    world = World(with_functions(*EVENT_TYPES), functions=functions)
    assert world.send().status == 502
    functions[trigger] = UNCHANGED[trigger]
    assert world.send(get("/a.png")).status == 200


SLOW = "import time\ndef handler(event, context):\n    time.sleep(event)\n    return {}\n"
QUICK = "def handler(event, context):\n    return {}\n"


def test_a_function_that_takes_too_long_has_crashed(tmp_path: Path) -> None:
    slow = function(tmp_path, SLOW, timeout_seconds=0.05)

    async def invoked() -> Returned | Crashed:
        running = InProcess(lambda _: slow)
        try:
            return await running.invoke(ARN, 0.2)
        finally:
            await running.close()

    outcome = asyncio.run(invoked())
    assert outcome == Crashed("Task timed out after 0.05 seconds")
    world = World(with_functions("viewer-request"), functions={"viewer-request": returning(outcome)})
    assert seen(world.send()) == (503, "LambdaExecutionError from cloudfront")


def test_one_request_more_than_lambda_runs_at_once_is_throttled(tmp_path: Path) -> None:
    quick = function(tmp_path, QUICK)
    most = Limit("instances in a test", 2, "count", "made up")

    async def invoked() -> list[list[Returned | Crashed]]:
        pools = Pools(lambda _: quick, lambda _, it: partial(Copy, it), most_instances=1, concurrency=most)
        try:
            return [list(await asyncio.gather(*(pools.invoke(ARN, None) for _ in range(n)))) for n in (3, 2)]
        finally:
            await pools.close()

    crowd, again = asyncio.run(invoked())
    assert crowd == [Returned({}), Returned({}), Throttled("instances in a test: at most 2 count (made up)")]
    assert again == [Returned({}), Returned({})]
