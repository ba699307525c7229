"""The runtime API, asked by hand; that AWS's client understands it is shown where workers run."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from asset_edge.emulator.messages import Crashed, Returned
from asset_edge.emulator.runtime_api import (
    LONGEST_ANSWER_BYTES,
    Invocation,
    RuntimeApi,
    answer_of,
    failure_of,
    trace_id,
)

NEXT = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n"
Talk = Callable[[str], Awaitable[str]]


def post(path: str, body: str = "", *fields: str) -> str:
    lines = [f"POST /2018-06-01/runtime{path} HTTP/1.1", f"content-length: {len(body)}", *fields]
    return "\r\n".join(lines) + f"\r\n\r\n{body}"


def with_api(steps: Callable[[RuntimeApi, Talk], Awaitable[None]]) -> None:
    """Runs `steps` with the API and one connection: what is said, and the answer, empty where it ends."""

    async def all_of_them() -> None:
        api = RuntimeApi()
        await api.open()
        host, _, port = api.address.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))

        async def talk(said: str) -> str:
            writer.write(said.encode())
            return await answered(reader)

        try:
            await asyncio.wait_for(steps(api, talk), 10)
        finally:
            writer.close()
            await api.close()

    asyncio.run(all_of_them())


async def answered(reader: asyncio.StreamReader) -> str:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except (asyncio.IncompleteReadError, ConnectionError):
        return ""
    length = int(head.lower().partition("content-length: ")[2].split()[0])
    return head + (await reader.readexactly(length)).decode()


def invocation(request_id: str = "r1", body: bytes = b"{}") -> Invocation:
    answer = asyncio.get_running_loop().create_future()
    return Invocation(request_id=request_id, body=body, arn="an:arn:1", answer=answer)


def test_the_next_request_comes_with_what_the_client_needs() -> None:
    async def steps(api: RuntimeApi, talk: Talk) -> None:
        assert not api.initialised.done()
        asked = asyncio.ensure_future(talk(NEXT))
        assert await api.initialised is None
        api.give(invocation("r1", b'{"a": 1}'), 1000.5)
        head, _, body = (await asked).partition("\r\n\r\n")
        assert body == '{"a": 1}'
        assert head.split("\r\n") == [
            "HTTP/1.1 200 OK",
            "Content-Type: application/json",
            "Lambda-Runtime-Aws-Request-Id: r1",
            "Lambda-Runtime-Deadline-Ms: 1000500",
            "Lambda-Runtime-Invoked-Function-Arn: an:arn:1",
            "Lambda-Runtime-Trace-Id: Root=1-000003e8-r10000000000000000000000;Sampled=0",
            "Content-Length: 8",
        ]

    with_api(steps)


def test_a_request_given_before_it_is_asked_for_waits() -> None:
    async def steps(api: RuntimeApi, talk: Talk) -> None:
        api.give(invocation("r1", b"1"), 1)
        assert (await talk(NEXT)).endswith("\r\n\r\n1")

    with_api(steps)


@pytest.mark.parametrize(
    ("path", "body", "outcome"),
    [
        ("/response", '{"a": [1]}', Returned({"a": [1]})),
        ("/response", "null", Returned(None)),
        ("/error", '{"errorType": "E", "errorMessage": "no"}', Crashed("E: no")),
    ],
)
def test_what_the_client_tells_is_the_outcome(path: str, body: str, outcome: object) -> None:
    async def steps(api: RuntimeApi, talk: Talk) -> None:
        api.give(asked := invocation(), 1)
        await talk(NEXT)
        assert (await talk(post(f"/invocation/r1{path}", body))).startswith("HTTP/1.1 202")
        assert await asked.answer == outcome

    with_api(steps)


def test_requests_follow_each_other_on_one_connection() -> None:
    async def steps(api: RuntimeApi, talk: Talk) -> None:
        for number in ("r1", "r2", "r3"):
            api.give(asked := invocation(number), 1)
            await talk(NEXT)
            await talk(post(f"/invocation/{number}/response", f'"{number}"'))
            assert await asked.answer == Returned(number)

    with_api(steps)


def test_a_failed_initialisation_is_told_as_such() -> None:
    async def steps(api: RuntimeApi, talk: Talk) -> None:
        said = post("/init/error", '{"errorType": "ImportError", "errorMessage": "no x"}')
        assert (await talk(said)).startswith("HTTP/1.1 202")
        assert await api.initialised == Crashed("ImportError: no x")

    with_api(steps)


@pytest.mark.parametrize(
    "path", ["/invocation/other/response", "/invocation/r1/other", "/elsewhere", "/response"]
)
def test_what_belongs_to_no_request_is_refused(path: str) -> None:
    async def steps(api: RuntimeApi, talk: Talk) -> None:
        api.give(asked := invocation(), 1)
        await talk(NEXT)
        assert "InvalidRequestID" in await talk(post(path, "1"))
        assert not asked.answer.done()
        await talk(post("/invocation/r1/response", "1"))
        assert "InvalidRequestID" in await talk(post("/invocation/r1/response", "2"))
        assert await asked.answer == Returned(1)

    with_api(steps)


def test_the_end_of_an_instance_is_the_end_of_what_it_was_at() -> None:
    async def steps(api: RuntimeApi, _: Talk) -> None:
        api.give(asked := invocation(), 1)
        api.fail(Crashed("ended"))
        assert await api.initialised == await asked.answer == Crashed("ended")
        api.fail(Crashed("again"))

    with_api(steps)


@pytest.mark.parametrize(
    "said",
    [
        "nonsense\r\n\r\n",
        post("/init/error", "", "Transfer-Encoding: chunked"),
        "POST /x HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        "x" * 3_000_000,
        "GET / HTTP/1.1\r\nX: " + "x" * 3_000_000 + "\r\n\r\n",
    ],
    ids=["no HTTP", "chunked", "no number", "no end", "too long"],
)
def test_what_no_runtime_client_says_ends_the_connection(said: str) -> None:
    async def steps(_: RuntimeApi, talk: Talk) -> None:
        assert await talk(said) == ""

    with_api(steps)


def test_a_message_in_small_parts_is_one_message() -> None:
    async def steps(api: RuntimeApi, _: Talk) -> None:
        host, _sep, port = api.address.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        for byte in post("/init/error", '{"errorType": "E", "errorMessage": "m"}').encode():
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        assert (await answered(reader)).startswith("HTTP/1.1 202")
        writer.close()
        assert await api.initialised == Crashed("E: m")

    with_api(steps)


def test_close_cuts_off_who_still_waits() -> None:
    async def steps(api: RuntimeApi, talk: Talk) -> None:
        asked = asyncio.ensure_future(talk(NEXT))
        await api.initialised
        await api.close()
        assert await asked == ""

    with_api(steps)


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (b"1", Returned(1)),
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"NaN", "NaN is not JSON"),
        (b"[-Infinity]", "-Infinity is not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b"1" * (LONGEST_ANSWER_BYTES + 1), "ResponseSizeTooLarge"),
    ],
    ids=["JSON", "empty", "cut", "bytes", "NaN", "infinity", "deep", "long"],
)
def test_an_answer_is_json_of_bounded_length(content: bytes, outcome: object) -> None:
    found = answer_of(content)
    if isinstance(found, Crashed):
        assert str(outcome) in found.reason
    else:
        assert found == outcome


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'"text"'])
def test_a_failure_that_says_nothing_is_said_to(content: bytes) -> None:
    assert "did not say why" in failure_of(content).reason


def test_a_failure_says_type_and_message() -> None:
    said: dict[str, Any] = {"errorType": "ValueError", "errorMessage": "no", "stackTrace": []}
    assert failure_of(json.dumps(said).encode()) == Crashed("ValueError: no")


def test_a_trace_id_has_the_shape_of_x_rays() -> None:
    said = trace_id("0b5e7a2c-1111-4222-8333-944445555666", 1_700_000_000)
    assert said == "Root=1-6553f100-0b5e7a2c1111422283339444;Sampled=0"
