"""The DNS client of worker processes, against messages of a real DNS library and broken ones."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator.worker_boot.names import (
    AAAA,
    A,
    Found,
    NoAnswerError,
    NoNameError,
    asking,
    question,
    read,
)
from tests.emulator.functions_world import a_record, cname
from tests.emulator.functions_world import dns as dns_server


def response(*records: str, rcode: int = 0, identifier: int = 7, name: str = "a.example.com") -> bytes:
    made = dns.message.make_response(dns.message.from_wire(question(identifier, name, A)))
    for owner, ttl, _, kind, value in (record.split(maxsplit=4) for record in records):
        made.answer.append(dns.rrset.from_text(owner, int(ttl), "IN", kind, value))
    made.set_rcode(dns.rcode.Rcode(rcode))
    return made.to_wire()


def test_a_question_is_what_a_dns_library_reads() -> None:
    asked = dns.message.from_wire(question(7, "Näme.example.com.", AAAA))
    assert asked.id == 7
    assert asked.flags == dns.flags.RD
    assert asked.question[0].to_text() == "xn--nme-qla.example.com. IN AAAA"


@pytest.mark.parametrize("name", ["a..b", "x" * 64 + ".com", "..", "", "\N{SNOWMAN}" * 64, "\ud800.com"])
def test_a_name_that_dns_cannot_carry_does_not_exist(name: str) -> None:
    with pytest.raises(NoNameError):
        question(7, name, A)


@pytest.mark.parametrize(
    ("records", "found"),
    [
        ([], Found(("a.example.com",), ())),
        (["a.example.com. 5 IN A 192.0.2.1"], Found(("a.example.com",), ("192.0.2.1",))),
        (["A.Example.COM. 5 IN A 192.0.2.1"], Found(("a.example.com",), ("192.0.2.1",))),
        (["a.example.com. 5 IN AAAA 2001:db8::1"], Found(("a.example.com",), ())),
        (["b.example.com. 5 IN A 192.0.2.1"], Found(("a.example.com",), ())),
        (
            ["a.example.com. 5 IN CNAME b.example.com.", "b.example.com. 5 IN A 192.0.2.1"],
            Found(("a.example.com", "b.example.com"), ("192.0.2.1",)),
        ),
        (["a.example.com. 5 IN CNAME b.example.org."], Found(("a.example.com", "b.example.org"), ())),
        (
            ["a.example.com. 5 IN TXT text", "a.example.com. 5 IN A 192.0.2.1"],
            Found(("a.example.com",), ("192.0.2.1",)),
        ),
    ],
    ids=lambda value: "; ".join(value) if isinstance(value, list) else "",
)
def test_the_chain_of_an_answer_is_followed(records: list[str], found: Found) -> None:
    assert read(response(*records), 7, "a.example.com.", A) == found


def test_a_circle_of_names_ends() -> None:
    circle = ["a.example.com. 5 IN CNAME b.example.com.", "b.example.com. 5 IN CNAME a.example.com."]
    assert read(response(*circle), 7, "a.example.com", A).addresses == ()


@pytest.mark.parametrize(
    ("message", "error"),
    [
        pytest.param(response(rcode=3), NoNameError, id="NXDOMAIN"),
        pytest.param(response(rcode=2), NoAnswerError, id="SERVFAIL"),
        pytest.param(response(rcode=5), NoAnswerError, id="REFUSED"),
        pytest.param(response(identifier=8), NoAnswerError, id="not ours"),
        pytest.param(b"", NoAnswerError, id="empty"),
        pytest.param(response("a.example.com. 5 IN A 192.0.2.1")[:-2], NoAnswerError, id="cut"),
        pytest.param(b"\0\7\x80\0\0\1\0\0\0\0\0\0\xc0\x0c", NoAnswerError, id="points to itself"),
    ],
)
def test_what_is_no_answer_is_told(message: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(message, 7, "a.example.com", A)


@given(st.binary(max_size=80))
def test_no_message_does_more_than_say_nothing(rest: bytes) -> None:
    try:
        found = read(b"\0\7\x80\0" + rest, 7, "a.example.com", A)
    except (NoAnswerError, NoNameError):
        return
    assert found.names[0] == "a.example.com"


@contextmanager
def scripted(*replies: bytes | None) -> Iterator[tuple[str, int]]:
    """A UDP server that gives these replies in turn, with the question's id in front; None is silence."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)

        def serve() -> None:
            for reply in replies:
                asked, client = server.recvfrom(512)
                if reply is not None:
                    server.sendto(asked[:2] + reply[2:], client)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()
        thread.join()


def test_a_lost_datagram_is_asked_for_again() -> None:
    with scripted(None, response("a.example.com. 5 IN A 192.0.2.1")) as server:
        ask = asking(server, socket.socket, 0.1, 2)
        assert ask("a.example.com", A).addresses == ("192.0.2.1",)


def test_silence_is_no_answer() -> None:
    with scripted(None, None) as server, pytest.raises(NoAnswerError):
        asking(server, socket.socket, 0.05, 2)("a.example.com", A)


def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(NoAnswerError):
        asking(("127.0.0.1", 1), socket.socket, 1, 2)("a.example.com", A)


def test_what_does_not_fit_is_asked_for_over_tcp() -> None:
    many = [f"198.51.100.{number}" for number in range(60)]
    with dns_server(cname("a.example.com", "b.example.com"), a_record("b.example.com", *many)) as server:
        host, _, port = server.address.partition(":")
        ask = asking((host, int(port)), socket.socket, 5, 2)
        assert sorted(ask("a.example.com", A).addresses) == sorted(many)


def test_what_does_not_fit_and_cannot_be_had_is_no_answer() -> None:
    cut = dns.message.from_wire(response())
    cut.flags |= dns.flags.TC
    with scripted(cut.to_wire()) as server, pytest.raises(NoAnswerError):
        asking(server, socket.socket, 1, 1)("a.example.com", A)
