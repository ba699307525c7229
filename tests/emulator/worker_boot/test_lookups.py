"""The look-ups of Python's socket module, with an answer that is made up."""

import _socket
import socket

import pytest

from asset_edge.emulator.worker_boot.lookups import Lookups, is_numeric
from asset_edge.emulator.worker_boot.names import AAAA, A, Found, NoAnswerError, NoNameError

KNOWN = {
    ("a.example.com", A): Found(("a.example.com", "b.example.com"), ("192.0.2.1", "192.0.2.2")),
    ("a.example.com", AAAA): Found(("a.example.com", "b.example.com"), ("2001:db8::1",)),
    ("empty.example.com", A): Found(("empty.example.com",), ()),
    ("empty.example.com", AAAA): Found(("empty.example.com",), ()),
}


def ask(name: str, record_type: int) -> Found:
    if name == "silent.example.com":
        raise NoAnswerError(name)
    try:
        return KNOWN[name, record_type]
    except KeyError:
        raise NoNameError(name) from None


LOOKUPS = Lookups(ask)


def test_both_families_are_looked_up_unless_one_is_asked_for() -> None:
    def addresses(family: int) -> list[str]:
        return [row[4][0] for row in LOOKUPS.getaddrinfo("a.example.com", 443, family, socket.SOCK_STREAM)]

    assert addresses(socket.AF_UNSPEC) == ["192.0.2.1", "192.0.2.2", "2001:db8::1"]
    assert addresses(socket.AF_INET) == ["192.0.2.1", "192.0.2.2"]
    assert addresses(socket.AF_INET6) == ["2001:db8::1"]


def test_the_rows_are_the_c_librarys() -> None:
    mine = LOOKUPS.getaddrinfo(b"a.example.com", "https", socket.AF_INET)
    wanted = [
        row for a in ("192.0.2.1", "192.0.2.2") for row in socket.getaddrinfo(a, "https", socket.AF_INET)
    ]
    assert mine == [tuple(row) for row in wanted]


def test_the_canonical_name_is_the_last_of_the_chain() -> None:
    rows = LOOKUPS.getaddrinfo("a.example.com", 443, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME)
    assert [row[3] for row in rows] == ["b.example.com", "", ""]


@pytest.mark.parametrize("host", [None, "192.0.2.9", "2001:db8::9", "fe80::1%lo", b"192.0.2.9"])
def test_what_is_an_address_is_not_asked_for(host: str | bytes | None) -> None:
    assert LOOKUPS.getaddrinfo(host, 80)


def test_a_name_is_no_address_where_only_addresses_are_taken() -> None:
    with pytest.raises(_socket.gaierror) as error:
        LOOKUPS.getaddrinfo("a.example.com", 80, flags=socket.AI_NUMERICHOST)
    assert error.value.errno == socket.EAI_NONAME


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("no.example.com", socket.EAI_NONAME),
        ("silent.example.com", socket.EAI_AGAIN),
        ("empty.example.com", socket.EAI_NODATA),
    ],
)
def test_what_has_no_address_fails_as_in_the_c_library(name: str, number: int) -> None:
    for look_up in (lambda: LOOKUPS.getaddrinfo(name, 80), lambda: LOOKUPS.gethostbyname(name)):
        with pytest.raises(_socket.gaierror) as error:
            look_up()
        assert error.value.errno == number


@pytest.mark.parametrize(
    ("name", "number"), [("no.example.com", 1), ("silent.example.com", 2), ("empty.example.com", 1)]
)
def test_the_older_look_up_has_errors_of_its_own(name: str, number: int) -> None:
    with pytest.raises(_socket.herror) as error:
        LOOKUPS.gethostbyname_ex(name)
    assert error.value.errno == number


def test_the_older_look_up_tells_the_chain() -> None:
    found = LOOKUPS.gethostbyname_ex("a.example.com")
    assert found == ("b.example.com", ["a.example.com"], ["192.0.2.1", "192.0.2.2"])
    assert LOOKUPS.gethostbyname_ex("192.0.2.9") == ("192.0.2.9", [], ["192.0.2.9"])


@pytest.mark.parametrize("name", ["localhost", "LocalHost."])
def test_localhost_is_here(name: str) -> None:
    assert LOOKUPS.gethostbyname(name) == "127.0.0.1"
    assert LOOKUPS.getaddrinfo(name, 80, socket.AF_INET6)[0][4][0] == "::1"


def test_no_address_has_a_name() -> None:
    with pytest.raises(_socket.herror):
        LOOKUPS.gethostbyaddr("127.0.0.1")
    with pytest.raises(_socket.gaierror):
        LOOKUPS.getnameinfo(("127.0.0.1", 80), socket.NI_NAMEREQD)
    assert LOOKUPS.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICSERV) == ("127.0.0.1", "80")


@pytest.mark.parametrize(
    ("host", "numeric"), [("1.2.3.4", True), ("::1", True), ("", True), ("1.2.3", False), ("a.b", False)]
)
def test_an_address_is_told_from_a_name(host: str, numeric: bool) -> None:
    assert is_numeric(host) is numeric
