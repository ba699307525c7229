"""Where connections lead, decided on values and on real sockets of this process."""

import _socket
import errno
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from asset_edge.emulator.worker_boot.network import Routes, guarded, patience

DNS = ("127.0.0.1", 5353)
API = ("127.0.0.1", 9001)
ADDRESSES = {"s3.amazonaws.com": "127.0.0.1", "far.example.com": "198.51.100.7"}
V4, V6, UNIX = socket.AF_INET, socket.AF_INET6, socket.AF_UNIX
TCP, UDP, RAW = socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW


def routes(dns: tuple[str, int] = DNS, tls_port: int | None = 8443) -> Routes:
    return Routes(dns, tls_port, API, ADDRESSES.__getitem__)


@pytest.mark.parametrize(
    ("family", "kind", "wanted", "there"),
    [
        (V4, UDP, ("8.8.8.8", 53), DNS),
        (V4, TCP, ("8.8.8.8", 53), DNS),
        (V4, UDP, ("some.name", 53), DNS),
        (V6, UDP, ("2001:4860:4860::8888", 53, 0, 0), ("::ffff:127.0.0.1", 5353, 0, 0)),
        (V4, TCP, ("127.0.0.1", 443), ("127.0.0.1", 8443)),
        (V4, TCP, ("127.3.4.5", 443), ("127.0.0.1", 8443)),
        (V4, TCP, ("s3.amazonaws.com", 443), ("127.0.0.1", 8443)),
        (V6, TCP, ("::1", 443), ("::ffff:127.0.0.1", 8443, 0, 0)),
        (V6, TCP, ("::ffff:127.0.0.1", 443), ("::ffff:127.0.0.1", 8443, 0, 0)),
        (V4, TCP, API, API),
        (V4, UDP, API, None),
        (V4, UDP, ("127.0.0.1", 443), None),
        (V4, TCP, ("127.0.0.1", 80), None),
        (V4, TCP, DNS, DNS),
        (V4, UDP, DNS, DNS),
        (V4, TCP, ("127.0.0.1", 5354), None),
        (V4, TCP, ("127.0.0.1", 8443), None),
        (V4, TCP, ("198.51.100.7", 443), None),
        (V4, TCP, ("far.example.com", 443), None),
        (V4, TCP, ("", 443), None),
        (V6, TCP, ("2001:db8::1", 443), None),
        (V4, UDP, ("8.8.8.8", 123), None),
        (UNIX, TCP, "/var/run/docker.sock", None),
        (UNIX, TCP, b"\0abstract", None),
        (V4, TCP, ("127.0.0.1",), None),
    ],
)
def test_a_connection_leads_to_dns_to_aws_or_nowhere(
    family: int, kind: int, wanted: Any, there: tuple[Any, ...] | None
) -> None:
    if there is None:
        with pytest.raises(ConnectionRefusedError, match="reaches DNS"):
            routes().lead(family, kind, wanted)
    else:
        assert routes().lead(family, kind, wanted) == there


def test_without_a_tls_port_aws_is_nowhere() -> None:
    with pytest.raises(ConnectionRefusedError):
        routes(tls_port=None).lead(V4, TCP, ("127.0.0.1", 443))


@contextmanager
def asked(kind: int, family: int = V4) -> Iterator[tuple[Any, socket.socket]]:
    """A guarded socket, and the socket that is its DNS server."""
    with socket.socket(V4, kind) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        if kind == TCP:
            server.listen()
        made = guarded(_socket.socket, routes(server.getsockname()))(family, kind)
        with closing(made):
            made.settimeout(5)
            yield made, server


def test_a_class_in_the_place_of_the_sockets_looks_like_it() -> None:
    made = guarded(_socket.socket, routes())
    assert (made.__module__, made.__qualname__) == ("_socket", "socket")
    assert issubclass(made, _socket.socket)


def test_datagrams_go_to_the_server_and_come_back_as_from_whom_they_went_to() -> None:
    with asked(UDP) as (guarded_socket, server):
        sent = [
            guarded_socket.sendto(b"1", ("192.0.2.1", 53)),
            guarded_socket.sendto(b"2", 0, ("192.0.2.1", 53)),
            guarded_socket.sendmsg([b"3"], [], 0, ("192.0.2.1", 53)),
        ]
        taken = [server.recvfrom(10) for _ in sent]
        for data, client in [*taken, taken[0]]:
            server.sendto(data, client)
        buffer = bytearray(10)
        assert guarded_socket.recvfrom(10) == (b"1", ("192.0.2.1", 53))
        assert guarded_socket.recvfrom_into(buffer, 10) == (1, ("192.0.2.1", 53))
        assert guarded_socket.recvmsg(10)[3] == ("192.0.2.1", 53)
        assert guarded_socket.recvmsg_into([buffer])[3] == ("192.0.2.1", 53)


def test_somebody_else_is_who_they_are() -> None:
    with asked(UDP) as (guarded_socket, server), socket.socket(V4, UDP) as stranger:
        stranger.bind(("127.0.0.1", 0))
        guarded_socket.sendto(b"1", ("192.0.2.1", 53))
        _, client = server.recvfrom(10)
        stranger.sendto(b"x", client)
        assert guarded_socket.recvfrom(10) == (b"x", stranger.getsockname())


def test_a_connected_datagram_socket_shows_whom_it_wanted() -> None:
    with asked(UDP) as (guarded_socket, server):
        guarded_socket.connect(("192.0.2.1", 53))
        guarded_socket.send(b"1")
        guarded_socket.sendmsg([b"2"])
        assert [server.recvfrom(10)[0] for _ in range(2)] == [b"1", b"2"]
        assert guarded_socket.getpeername() == ("192.0.2.1", 53)


@pytest.mark.parametrize("way", ["connect", "connect_ex"])
def test_a_stream_to_port_53_is_the_servers(way: str) -> None:
    with asked(TCP) as (guarded_socket, server):
        assert not getattr(guarded_socket, way)(("192.0.2.1", 53))
        accepted, _ = server.accept()
        with accepted:
            guarded_socket.sendall(b"1")
            assert accepted.recv(10) == b"1"
        assert guarded_socket.getpeername() == ("192.0.2.1", 53)


def test_a_socket_of_the_other_family_gets_there_too() -> None:
    with asked(TCP, V6) as (guarded_socket, server):
        guarded_socket.connect(("2001:db8::1", 53))
        accepted, _ = server.accept()
        accepted.close()


def test_refusal_is_an_exception_or_its_number() -> None:
    with asked(UDP) as (guarded_socket, _):
        assert guarded_socket.connect_ex(("192.0.2.1", 80)) == errno.ECONNREFUSED
        for call in (guarded_socket.connect, lambda a: guarded_socket.sendto(b"", a)):
            with pytest.raises(ConnectionRefusedError):
                call(("192.0.2.1", 80))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", (5, 2)),
        ("timeout:1 attempts:1", (1, 1)),
        ("ndots:2 attempts:3", (5, 3)),
        ("timeout:0", (1, 2)),
        ("timeout:600 attempts:99", (30, 5)),
        ("timeout:soon attempts", (5, 2)),
    ],
)
def test_patience_is_the_c_librarys_unless_res_options_say_otherwise(
    options: str, expected: tuple[int, int]
) -> None:
    assert patience(options) == expected
