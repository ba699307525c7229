"""Custom origins over real sockets."""

import asyncio
import gzip
import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from asset_edge.emulator.messages import OriginFailure, OriginRequest, OriginResponse, to_headers
from asset_edge.emulator.origin_http import CustomOrigins
from asset_edge.localcloud.authority import Authority
from tests.emulator.http_origins import answering, origin, request_of, silent

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
OURS = "origin.asset-edge.test"


def request(port: int, **changes: Any) -> OriginRequest:
    told: dict[str, Any] = {
        "method": "GET",
        "protocol": "http",
        "domain_name": OURS,
        "port": port,
        "target": "/a.png",
        "headers": {"Host": "www.example.test"},
        "connection_attempts": 1,
        "connection_timeout_seconds": 2,
        "read_timeout_seconds": 2,
        **changes,
    }
    if isinstance(next(iter(told["headers"].values()), ""), str):
        told["headers"] = to_headers(told["headers"])
    return OriginRequest(**told)


def fetch(*asked: OriginRequest, tls: ssl.SSLContext | None = None) -> list[OriginResponse | OriginFailure]:
    async def run() -> list[OriginResponse | OriginFailure]:
        custom = CustomOrigins(lambda name: name.endswith(".asset-edge.test"), tls)
        try:
            return [await custom.fetch(one) for one in asked]
        finally:
            await custom.close()

    return asyncio.run(run())


def fetched(asked: OriginRequest, **told: Any) -> OriginResponse:
    outcome = fetch(asked, **told)[0]
    assert isinstance(outcome, OriginResponse), outcome
    return outcome


def test_a_request_goes_out_as_it_was_composed_and_nothing_is_added() -> None:
    asked: list[bytes] = []
    headers = {
        "Host": "www.example.test",
        "User-Agent": "Amazon CloudFront",
        "X-Amz-Cf-Id": "abc==",
        "x-CASE": "Kept é",
    }
    with origin(answering(OK, asked)) as running:
        assert fetched(request(running.port, headers=headers)).body == b"ok"
    lines = asked[0].decode().split("\r\n")
    assert lines[0] == "GET /a.png HTTP/1.1"
    assert sorted(filter(None, lines[1:])) == sorted(f"{name}: {value}" for name, value in headers.items())


@pytest.mark.parametrize(
    "target",
    [
        "/a%20b/%C3%A9%2Bc",
        "/a+b",
        "//two//slashes/",
        "/a/../b/./c",
        "/%2e%2e/%2F",
        "/a.png?x=1&y=%20&z",
        "/?a=b?c",
        "/%zz",
        '/a|b"<>^`{}',
        "/*",
        "/é",
        "/a?q=é",
    ],
)
def test_the_path_is_not_touched(target: str) -> None:
    asked: list[bytes] = []
    with origin(answering(OK, asked)) as running:
        fetched(request(running.port, target=target))
    assert asked[0].decode().partition("\r\n")[0] == f"GET {target} HTTP/1.1"


def test_a_header_may_come_twice() -> None:
    asked: list[bytes] = []
    twice = {"host": [{"key": "Host", "value": "a.test"}], "x-a": [{"key": "X-A", "value": v} for v in "12"]}
    with origin(answering(OK, asked)) as running:
        fetched(request(running.port, headers=twice))
    assert b"X-A: 1\r\nX-A: 2\r\n" in asked[0]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_a_body_goes_out_with_its_own_length(method: str) -> None:
    asked: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        read = request_of(connection)
        while not read.endswith(b"content"):
            read += connection.recv(100)
        asked.append(read)
        connection.sendall(OK)

    with origin(talk) as running:
        lying = {"Host": "a.test", "Content-Length": "99"}
        fetched(request(running.port, method=method, body=b"content", headers=lying))
    assert asked[0].lower().count(b"content-length: 7\r\n") == 1
    assert b"99" not in asked[0]


def test_an_answer_comes_back_as_it_was_sent() -> None:
    zipped = gzip.compress(b"hello")
    head = (
        b"HTTP/1.1 203 Whatever\r\nX-One: 1\r\nx-One: 2\r\nX-Latin: caf\xe9\r\nX-Utf: caf\xc3\xa9\r\n"
        b"Set-Cookie: a=b\r\nContent-Encoding: gzip\r\nConnection: close\r\n"
        b"Content-Length: " + str(len(zipped)).encode() + b"\r\n\r\n"
    )
    with origin(answering(head + zipped)) as running:
        response = fetched(request(running.port))
    assert (response.status, gzip.decompress(response.body)) == (203, b"hello")
    assert [v["value"] for v in response.headers["x-one"]] == ["1", "2"]
    assert response.headers["x-latin"] == [{"key": "X-Latin", "value": "café"}]
    assert response.headers["x-utf"] == [{"key": "X-Utf", "value": "café"}]


def test_a_chunked_answer_is_put_together() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    with origin(answering(chunked)) as running:
        assert fetched(request(running.port)).body == b"abcde"


def test_a_redirect_is_passed_on() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://localhost:1/\r\nContent-Length: 0\r\n\r\n"
    with origin(answering(moved)) as running:
        response = fetched(request(running.port))
    assert response.status == 302
    assert response.headers["location"][0]["value"] == "http://localhost:1/"


def test_a_head_keeps_the_length_of_what_it_stands_for() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"
    with origin(answering(head)) as running:
        response = fetched(request(running.port, method="HEAD"))
    assert response.headers["content-length"][0]["value"] == "5000"
    assert response.body == b""


def test_no_cookie_of_one_answer_reaches_the_next_request() -> None:
    asked: list[bytes] = []
    cookie = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with origin(answering(cookie, asked)) as running:
        fetch(request(running.port), request(running.port))
    assert len(asked) == 2
    assert b"a=b" not in asked[1]


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "app.localhost", OURS, "127.0.0.1"])
def test_names_of_this_machine_and_of_our_zones_are_here(name: str) -> None:
    with origin(answering(OK)) as running:
        assert fetched(request(running.port, domain_name=name)).status == 200


@pytest.mark.parametrize(
    "name",
    [
        "abc.lambda-url.eu-west-1.on.aws",
        "one.s3-website-eu-west-1.amazonaws.com",
        "x.execute-api.eu-west-1.AMAZONAWS.com",
        "d111111abcdef8.cloudfront.net",
        "nowhere.invalid",
    ],
)
def test_what_is_neither_ours_nor_anywhere_does_not_resolve(name: str) -> None:
    assert fetch(request(1, domain_name=name)) == [OriginFailure.unresolved]


def test_no_name_of_aws_is_looked_up_whoever_would_know_it() -> None:
    async def run() -> OriginResponse | OriginFailure:
        custom = CustomOrigins(lambda _: True)
        try:
            return await custom.fetch(request(1, domain_name="abc.lambda-url.eu-west-1.on.aws"))
        finally:
            await custom.close()

    assert asyncio.run(run()) is OriginFailure.unresolved


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_a_closed_port_refuses() -> None:
    assert fetch(request(free_port(), connection_attempts=3)) == [OriginFailure.refused]


@pytest.mark.parametrize(
    ("method", "attempts", "connections"), [("GET", 1, 1), ("GET", 2, 2), ("HEAD", 2, 2), ("POST", 2, 1)]
)
def test_a_silent_origin_is_tried_again_where_that_is_safe(
    method: str, attempts: int, connections: int
) -> None:
    with origin(silent) as running:
        asked = request(running.port, method=method, connection_attempts=attempts, read_timeout_seconds=0.1)
        assert fetch(asked) == [OriginFailure.timeout]
        assert running.connections == connections


def test_an_origin_that_stops_amid_its_body_has_timed_out() -> None:
    def talk(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome")
        silent(connection)

    with origin(talk) as running:
        assert fetch(request(running.port, read_timeout_seconds=0.1)) == [OriginFailure.timeout]


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"no http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 9999 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nNo colon\r\n\r\n",
    ],
)
def test_what_is_no_whole_answer_is_broken(response: bytes) -> None:
    with origin(answering(response)) as running:
        assert fetch(request(running.port)) == [OriginFailure.broken]


def secure(folder: Path, name: str) -> tuple[Any, ssl.SSLContext]:
    """What an origin of that name does over TLS, and whom to trust for it."""
    authority = Authority(folder, datetime.now(UTC))

    def talk(connection: socket.socket) -> None:
        with authority.context(name).wrap_socket(connection, server_side=True) as wrapped:
            answering(OK)(wrapped)

    return talk, ssl.create_default_context(cafile=authority.file)


def test_https_is_spoken_with_whom_one_trusts(tmp_path: Path) -> None:
    talk, tls = secure(tmp_path, OURS)
    with origin(talk) as running:
        assert fetched(request(running.port, protocol="https"), tls=tls).body == b"ok"


def test_a_certificate_that_does_not_hold_is_no_answer(tmp_path: Path) -> None:
    talk, tls = secure(tmp_path, "another.asset-edge.test")
    with origin(talk) as running:
        assert fetch(request(running.port, protocol="https"), tls=tls) == [OriginFailure.broken]
        assert fetch(request(running.port, protocol="https")) == [OriginFailure.broken], "nobody's we know"


def test_what_cannot_be_sent_is_broken_and_not_sent() -> None:
    with origin(answering(OK)) as running:
        bad = {"host": [{"key": "Host", "value": "a\r\nx: y"}]}
        assert fetch(request(running.port, headers=bad)) == [OriginFailure.broken]


def test_closing_before_anything_was_asked_is_fine() -> None:
    assert fetch() == []
