"""HTTP in, HTTP out, over real sockets."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest

from asset_edge.emulator.admin import Admin, Setting
from asset_edge.emulator.cache import Cache
from asset_edge.emulator.driver import Driver
from asset_edge.emulator.edge import Edge
from asset_edge.emulator.executor import DaemonExecutor
from asset_edge.emulator.faults import Faults
from asset_edge.emulator.loop_thread import LoopThread
from asset_edge.emulator.messages import Invoke, OriginRequest, OriginResponse, to_headers
from asset_edge.emulator.pipeline_context import Rules
from asset_edge.emulator.server import EdgeServer
from asset_edge.handlers.edge.events import Headers
from tests.emulator.world import served

MANY: Headers = {
    "etag": [{"key": "ETag", "value": '"1"'}],
    "vary": [{"value": "Accept"}, {"value": "Origin"}],
}


def origin(request: OriginRequest) -> OriginResponse:
    """Echoes what reached it; one path is a defect of the edge's own."""
    if request.target == "/defect":
        raise RuntimeError("a defect")
    if request.target == "/not-modified":
        return OriginResponse(status=304, headers=to_headers({"ETag": '"1"'}))
    body = json.dumps({"target": request.target, "method": request.method, "body": request.body.decode()})
    headers = to_headers({"Content-Length": str(len(body))}) if request.method == "HEAD" else {}
    return OriginResponse(
        status=200, headers=MANY | headers, body=b"" if request.method == "HEAD" else body.encode()
    )


class Outside:
    """No function, and the origin above."""

    async def invoke(self, effect: Invoke) -> NoReturn:
        raise AssertionError(f"no function is associated, and {effect} asks for one")

    async def fetch(self, request: OriginRequest) -> OriginResponse:
        return origin(request)


def edge() -> Edge:
    methods = {"Quantity": 4, "Items": ["GET", "HEAD", "OPTIONS", "POST"]}
    policy = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # nothing is cached
    behavior = {
        "TargetOriginId": "group",
        "ViewerProtocolPolicy": "allow-all",
        "AllowedMethods": methods,
        "CachePolicyId": policy,
    }
    one = [served(DefaultCacheBehavior=behavior)]
    return Edge(
        distributions=lambda: one,
        cache=Cache(),
        clock=time.time,
        new_request_id=lambda: "an-id",
        rules=Rules(check=lambda _event, _answer: None),
    )


def admin() -> Admin:
    return Admin(
        faults=Faults(),
        regions=lambda: ("eu-west-1",),
        state=lambda: {"ready": True},
        lag_seconds=Setting(read=lambda: 0.0, write=lambda _: None),
        undocumented=Setting(read=dict, write=lambda _: None),
        clear_cache=lambda: None,
    )


@contextmanager
def running() -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    blocking, loop = DaemonExecutor(2, "edge-blocking"), LoopThread("edge")
    server = EdgeServer(edge(), Driver(Outside()), admin(), blocking, head_seconds=0.5)
    loop.run(server.start(listening))
    try:
        yield listening.getsockname()[1]
    finally:
        loop.run(server.close())
        loop.close()
        blocking.close(1)
        listening.close()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with running() as number:
        yield number


def fetch(
    port: int, target: str = "/a.png", method: str = "GET", body: bytes | None = None
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, target, body)
    response = connection.getresponse()
    response.content = response.read()  # type: ignore[attr-defined]
    connection.close()
    return response


def raw(port: int, message: bytes) -> tuple[int, str]:
    """Status and all text of the answer to bytes that no client would send."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(message)
        response = http.client.HTTPResponse(client)
        response.begin()
        return response.status, f"{response.headers}{response.read().decode()}"


def content(response: http.client.HTTPResponse) -> Any:
    return json.loads(response.content)  # type: ignore[attr-defined]


def test_a_request_reaches_the_origin_and_the_answer_the_viewer(port: int) -> None:
    response = fetch(port, "/a%20b/%C3%A9.png?w=1")
    assert response.status == 200
    assert content(response)["target"] == "/a%20b/%C3%A9.png", "the path goes on as it was sent"
    assert response.headers.get_all("Vary") == ["Accept", "Origin"]
    assert response.headers["X-Amz-Cf-Id"] == "an-id"


def test_a_head_request_has_the_length_and_no_body(port: int) -> None:
    response = fetch(port, method="HEAD")
    assert int(response.headers["Content-Length"]) > 0
    assert response.content == b""  # type: ignore[attr-defined]


def test_304_has_no_body(port: int) -> None:
    response = fetch(port, "/not-modified")
    assert (response.status, response.headers["ETag"]) == (304, '"1"')


def test_a_body_goes_to_the_origin(port: int) -> None:
    assert content(fetch(port, method="POST", body=b"sent"))["body"] == "sent"


def test_a_body_over_the_limit_is_413(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20971521\r\n\r\n"
    assert raw(port, head + b"x" * 20_971_521)[0] == 413


HOST = b"Host: localhost\r\n"


@pytest.mark.parametrize(
    ("message", "status"),
    [
        pytest.param(b"GARBAGE\r\n\r\n", 400, id="garbage"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", 400, id="no host"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400, id="two hosts"),
        pytest.param(b"GET http://x/ HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="absolute form"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"a b: c\r\n\r\n", 400, id="header name with a space"),
        pytest.param(
            b"POST / HTTP/1.1\r\n"
            + HOST
            + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            id="two framings",
        ),
        pytest.param(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414, id="long URL"),
        pytest.param(
            b"GET / HTTP/1.1\r\n" + HOST + b"x: " + b"a" * 40_000 + b"\r\n\r\n", 494, id="large header"
        ),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"x: " + b"a" * 200_000 + b"\r\n\r\n", 494, id="absurd"),
        pytest.param(b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n", 414, id="absurd URL"),
        pytest.param(b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", 400, id="another HTTP"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: other.example\r\n\r\n", 403, id="nobody's host"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\n\r\nx", 403, id="GET with a body"),
        pytest.param(b"PURGE / HTTP/1.1\r\n" + HOST + b"\r\n", 403, id="method not allowed"),
    ],
)
def test_a_malformed_request_gets_a_status_and_never_a_traceback(
    port: int, message: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    answered, text = raw(port, message)
    assert answered == status
    assert "Generated by cloudfront" in text
    assert "Traceback" not in text
    assert "aiohttp" not in text
    assert caplog.records == [], "it is no failure of ours"


def test_a_viewer_that_leaves_amid_its_body_is_no_failure_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 9\r\n\r\n"
    with running() as number:
        with socket.create_connection(("127.0.0.1", number)) as viewer:
            viewer.sendall(head + b"some")
        assert fetch(number).status == 200
    assert caplog.records == []


def test_a_defect_of_ours_is_500_with_the_reason_in_the_log_alone(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    response = fetch(port, "/defect")
    assert response.status == 500
    assert b"RuntimeError" not in response.content  # type: ignore[attr-defined]
    assert "a defect" in caplog.text


@pytest.mark.parametrize("value", [b"caf\xc3\xa9", b"caf\xe9"])
def test_header_values_in_either_encoding_are_taken(port: int, value: bytes) -> None:
    assert raw(port, b"GET / HTTP/1.1\r\n" + HOST + b"x: " + value + b"\r\n\r\n")[0] == 200


def test_many_requests_at_once_are_all_answered(port: int) -> None:
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda n=n: statuses.append(fetch(port, f"/{n}").status)) for n in range(40)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 40


def test_the_admin_calls_answer_beside_the_edge(port: int) -> None:
    assert content(fetch(port, "/_edge/"))["ready"] is True
    broken = fetch(port, "/_edge/faults", "POST", b'{"region": "eu-west-1", "kind": "refuse"}')
    assert (broken.status, content(broken)) == (200, {"eu-west-1": "refuse"})
    assert fetch(port, "/_edges").headers["X-Cache"] == "Miss from cloudfront", (
        "only that very prefix is ours"
    )


def test_a_head_that_never_ends_is_not_waited_for(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as viewer:
        viewer.sendall(b"GET / HTTP/1.1\r\nHost: lo")
        assert viewer.recv(1) == b""


def test_a_connection_that_lies_idle_is_kept(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    for _ in range(2):
        connection.request("GET", "/a.png")
        assert connection.getresponse().read()
        time.sleep(0.7)
    connection.close()


def test_a_closed_server_leaves_nothing_running() -> None:
    before = threading.active_count()
    with running() as number:
        kept_alive = http.client.HTTPConnection("127.0.0.1", number, timeout=5)
        kept_alive.request("GET", "/")
        kept_alive.getresponse().read()
        assert threading.active_count() > before
    kept_alive.close()
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", number), timeout=1)
