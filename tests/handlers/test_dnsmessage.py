"""Queries and answers on the wire, with dnspython as the oracle."""

import struct
from collections.abc import Sequence

import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.handlers.edge.dnsmessage import Links, NoAddressError, StrayMessageError, links, query

NAME = "assets.example.test"
LABEL = st.from_regex(r"[A-Za-z0-9_-]{1,63}", fullmatch=True)
NAMES = st.lists(LABEL, min_size=1, max_size=4).map(".".join).filter(lambda name: len(name) <= 253)


def response(*records: str, name: str = NAME, flags: int = 0) -> bytes:
    message = dns.message.make_response(dns.message.make_query(name, "A", id=7))
    message.answer = [dns.rrset.from_text(*_parts(record)) for record in records]
    message.flags |= flags
    return message.to_wire()


def _parts(record: str) -> tuple[str, int, str, str, str]:
    owner, ttl, rdclass, rdtype, value = record.split()
    return owner, int(ttl), rdclass, rdtype, value


@given(st.integers(0, 0xFFFF), NAMES)
def test_a_query_is_what_dnspython_would_send(identifier: int, name: str) -> None:
    read = dns.message.from_wire(query(identifier, name))
    assert read.id == identifier
    assert read.flags == dns.flags.RD
    assert [(str(question.name), question.rdtype) for question in read.question] == [
        (name.lower() + ".", dns.rdatatype.A)
    ]


def test_a_final_dot_makes_no_difference() -> None:
    assert query(7, NAME + ".") == query(7, NAME)


@pytest.mark.parametrize("name", ["", ".", "a..b", ".a", "x" * 64, "a." * 127 + "a", "ü.test"])
def test_a_name_that_dns_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"name|ascii"):
        query(7, name)


ANSWERS: dict[str, tuple[Sequence[str], tuple[tuple[int, str], ...]]] = {
    "an address": ([f"{NAME}. 60 IN A 127.0.0.70"], ((60, "127.0.0.70"),)),
    "two addresses": (
        [f"{NAME}. 60 IN A 127.0.0.70", f"{NAME}. 60 IN A 127.0.0.71"],
        ((60, "127.0.0.70"), (60, "127.0.0.71")),
    ),
    "an alias alone": ([f"{NAME}. 60 IN CNAME b.test."], ((60, "b.test"),)),
    "a chain": (
        [f"{NAME}. 60 IN CNAME B.test.", "b.test. 9 IN CNAME c.test.", "c.test. 5 IN A 192.0.2.1"],
        ((60, "b.test"), (9, "c.test"), (5, "192.0.2.1")),
    ),
    "a chain out of order": (
        ["c.test. 5 IN A 192.0.2.1", "b.test. 9 IN CNAME c.test.", f"{NAME}. 60 IN CNAME b.test."],
        ((60, "b.test"), (9, "c.test"), (5, "192.0.2.1")),
    ),
    "a circle": (
        [f"{NAME}. 60 IN CNAME b.test.", f"b.test. 60 IN CNAME {NAME}."],
        ((60, "b.test"), (60, NAME)),
    ),
    "strangers beside it": (
        ["evil.test. 60 IN A 127.0.0.1", f"{NAME}. 60 IN A 127.0.0.70", f"{NAME}. 60 IN TXT x"],
        ((60, "127.0.0.70"),),
    ),
    "another class": ([f"{NAME}. 60 CH TXT x", f"{NAME}. 60 IN A 127.0.0.70"], ((60, "127.0.0.70"),)),
}


@pytest.mark.parametrize(("records", "expected"), ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_leads_from_the_name_to_its_addresses(
    records: Sequence[str], expected: tuple[tuple[int, str], ...]
) -> None:
    assert links(response(*records), 7, NAME) == expected


@given(name=NAMES, ttl=st.integers(0, 0x7FFFFFFF), address=st.ip_addresses(v=4).map(str))
def test_whatever_dnspython_answers_is_read(name: str, ttl: int, address: str) -> None:
    wire = response(f"{name}. {ttl} IN A {address}", name=name)
    assert links(wire, 7, name.swapcase()) == ((ttl, address),)


def test_a_ttl_with_its_top_bit_set_counts_as_zero() -> None:
    wire = response(f"{NAME}. 1 IN A 127.0.0.70")
    at = wire.rindex(struct.pack("!I", 1))
    assert links(wire[:at] + b"\x80\x00\x00\x01" + wire[at + 4 :], 7, NAME) == ((0, "127.0.0.70"),)


USELESS = {
    "truncated": response(f"{NAME}. 60 IN A 127.0.0.70", flags=dns.flags.TC),
    "server failure": response(flags=2),
    "no such name": response(flags=3),
    "no record": response(),
    "only other names": response("evil.test. 60 IN A 127.0.0.1"),
}


@pytest.mark.parametrize("wire", USELESS.values(), ids=USELESS.keys())
def test_the_servers_own_answer_without_an_address_says_so(wire: bytes) -> None:
    with pytest.raises(NoAddressError):
        links(wire, 7, NAME)


GOOD = response(f"{NAME}. 60 IN A 127.0.0.70")
HEADER, QUESTION = GOOD[:12], GOOD[12 : 12 + len(NAME) + 6]
RECORD_BODY = struct.pack("!HHIH", 1, 1, 60, 4) + b"\x7f\0\0F"

STRAYS = {
    "empty": b"",
    "header cut": GOOD[:8],
    "another identifier": b"\0\x08" + GOOD[2:],
    "a query": query(7, NAME),
    "another opcode": GOOD[:2] + bytes([GOOD[2] | 0x10]) + GOOD[3:],
    "no question": GOOD[:5] + b"\0" + GOOD[6:],
    "another question": response(f"{NAME}. 60 IN A 127.0.0.70", name="evil.test"),
    "another type asked": GOOD.replace(b"\0\x01\0\x01\xc0", b"\0\x1c\0\x01\xc0"),
    "record cut": GOOD[:-1],
    "a name that points at itself": HEADER + QUESTION + struct.pack("!H", 0xC000 | len(HEADER + QUESTION)),
    "a name that points forwards": HEADER + QUESTION + b"\xc0\xff" + RECORD_BODY + bytes(300),
    "a label past the end": HEADER + QUESTION + b"\x3fabc",
}


@pytest.mark.parametrize("wire", STRAYS.values(), ids=STRAYS.keys())
def test_what_answers_something_else_is_told_from_a_useless_answer(wire: bytes) -> None:
    assert links(GOOD, 7, NAME), "the base of every row is a good answer"
    with pytest.raises(StrayMessageError):
        links(wire, 7, NAME)


def read(wire: bytes) -> Links:
    try:
        return links(wire, 7, NAME)
    except (StrayMessageError, NoAddressError):
        return ()


@given(st.binary(max_size=600))
def test_no_message_makes_the_reader_fail_otherwise(wire: bytes) -> None:
    assert read(wire) == ()


@given(st.lists(st.tuples(st.integers(12, len(GOOD) - 1), st.integers(0, 255)), max_size=6))
def test_no_damage_to_a_good_answer_makes_the_reader_fail_otherwise(damage: list[tuple[int, int]]) -> None:
    wire = bytearray(GOOD)
    for at, byte in damage:
        wire[at] = byte
    assert all(ttl_seconds >= 0 for ttl_seconds, _ in read(bytes(wire)))
    assert read(bytes(wire)) == read(GOOD) or bytes(wire) != GOOD
