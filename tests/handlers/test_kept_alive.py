"""Over real sockets: one connection serves many questions, and no server holds one up beyond its deadline."""

import contextlib
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.handlers.edge.kept_alive import (
    LONGEST_BODY_BYTES,
    LONGEST_HEAD_BYTES,
    AskingError,
    KeptAlive,
    _Answer,
)
from tests.handlers.tls_server import NAME, Play, Played, TlsServer, answer, answering, tls_server

REQUEST = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}"
BOUND_SECONDS = 0.25

# What a loaded machine may add to the bound that is asked for.
GENEROUS_SECONDS = 1.5


@contextmanager
def asking(server: TlsServer, **changed: Any) -> Iterator[KeptAlive]:
    """A client with time enough for every answer that comes."""
    options = {
        "connect_timeout_seconds": 10.0,
        "read_timeout_seconds": 10.0,
        "port": server.port,
        "trust": server.trust,
        **changed,
    }
    made = KeptAlive(NAME, lambda _host, _seconds: ["127.0.0.1"], **options)
    try:
        yield made
    finally:
        made.close()


def refused(made: KeptAlive) -> str:
    with pytest.raises(AskingError) as refusal:
        made.ask(REQUEST)
    return refusal.value.reason


def timed(call: Callable[[], str]) -> tuple[str, float]:
    start = time.monotonic()
    return call(), time.monotonic() - start


def test_one_connection_serves_many_questions() -> None:
    with tls_server(answering(b"1", b"2", b"3")) as server, asking(server) as made:
        assert [made.ask(REQUEST) for _ in range(3)] == [b"1", b"2", b"3"]
    assert server.connections == 1
    assert server.requests == [REQUEST] * 3


def test_an_answer_may_come_in_any_pieces() -> None:
    def play(played: Played) -> None:
        while played.request():
            played.trickle(answer(b'{"Item": 1}'), pause_seconds=0)

    with tls_server(play) as server, asking(server) as made:
        assert [made.ask(REQUEST) for _ in range(2)] == [b'{"Item": 1}'] * 2


def test_a_connection_that_ended_while_nobody_asked_is_opened_anew() -> None:
    def play(played: Played) -> None:
        played.request()
        played.send(answer())

    with tls_server(play) as server, asking(server) as made:
        for _ in range(2):
            assert made.ask(REQUEST) == b"{}"
            time.sleep(0.05)
    assert (server.connections, len(server.requests)) == (2, 2)


def test_what_comes_unasked_is_never_taken_for_an_answer() -> None:
    def play(played: Played) -> None:
        played.request()
        played.send(answer(b"asked"))
        time.sleep(0.05)
        played.send(answer(b"unasked"))
        played.wait()

    with tls_server(play) as server, asking(server) as made:
        assert made.ask(REQUEST) == b"asked"
        time.sleep(0.15)
        assert made.ask(REQUEST) == b"asked", "over a second connection"
    assert server.connections == 2


def dead_at_the_second(played: Played) -> None:
    """Takes a second question over the first connection, and ends it without a word."""
    played.request()
    played.send(answer())
    if played.request() and played.number > 1:
        played.send(answer())


def test_a_question_to_a_dead_connection_is_asked_again_once() -> None:
    with tls_server(dead_at_the_second) as server, asking(server) as made:
        assert [made.ask(REQUEST) for _ in range(2)] == [b"{}"] * 2
    assert (server.connections, len(server.requests)) == (2, 3)


def test_a_connection_that_dies_as_soon_as_it_is_made_is_not_asked_again() -> None:
    def play(played: Played) -> None:
        played.request()

    with tls_server(play) as server, asking(server) as made:
        assert refused(made) == "connection"
    assert len(server.requests) == 1


def test_once_an_answer_has_begun_nothing_is_asked_again() -> None:
    def play(played: Played) -> None:
        played.request()
        played.send(answer())
        played.request()
        played.send(answer()[:9])

    with tls_server(play) as server, asking(server) as made:
        assert made.ask(REQUEST) == b"{}"
        assert refused(made) == "connection"
    assert (server.connections, len(server.requests)) == (1, 2)


@pytest.mark.parametrize("sent", [answer(Connection="Close"), answer().replace(b"1.1", b"1.0")])
def test_a_server_that_says_goodbye_is_not_asked_over_the_same_connection(sent: bytes) -> None:
    def play(played: Played) -> None:
        while played.request():
            played.send(sent)

    with tls_server(play) as server, asking(server) as made:
        assert [made.ask(REQUEST) for _ in range(2)] == [b"{}"] * 2
    assert server.connections == 2


@pytest.mark.parametrize(
    "status", ["400 Bad Request", "404 Not Found", "500", "503 Slow Down", "204 No Content"]
)
def test_any_status_but_200_is_no_answer_and_keeps_the_connection(status: str) -> None:
    def play(played: Played) -> None:
        played.request()
        played.send(answer(status=status))
        played.request()
        played.send(answer(b"well"))
        played.wait()

    with tls_server(play) as server, asking(server) as made:
        assert refused(made) == "status"
        assert made.ask(REQUEST) == b"well"
    assert server.connections == 1


HEAD = b"HTTP/1.1 200 OK\r\n"
BAD = {
    "nothing of HTTP": (b"hello\r\n\r\n", "malformed"),
    "another version": (b"HTTP/2 200\r\nContent-Length: 0\r\n\r\n", "malformed"),
    "no status": (b"HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n", "malformed"),
    "a long status": (b"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n", "malformed"),
    "no length": (HEAD + b"\r\n{}", "malformed"),
    "two lengths": (HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "malformed"),
    "a negative length": (HEAD + b"Content-Length: -1\r\n\r\n", "malformed"),
    "a length that is a sum": (HEAD + b"Content-Length: 1_0\r\n\r\n{}", "malformed"),
    "a length without end": (HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", "malformed"),
    "chunks": (HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", "malformed"),
    "more than its length": (HEAD + b"Content-Length: 2\r\n\r\n{}{}", "malformed"),
    "a body too long": (HEAD + f"Content-Length: {LONGEST_BODY_BYTES + 1}\r\n\r\n".encode(), "size"),
    "a head too long": (HEAD + b"a: b\r\n" * (LONGEST_HEAD_BYTES // 6 + 1), "size"),
}


@pytest.mark.parametrize(("sent", "reason"), BAD.values(), ids=BAD.keys())
def test_what_is_no_answer_is_refused_and_ends_the_connection(sent: bytes, reason: str) -> None:
    def play(played: Played) -> None:
        played.request()
        played.send(sent)
        played.wait()

    with tls_server(play) as server, asking(server) as made:
        assert refused(made) == reason
        assert made._connection is None


def test_the_longest_body_is_taken() -> None:
    with tls_server(answering(b"x" * LONGEST_BODY_BYTES)) as server, asking(server) as made:
        assert len(made.ask(REQUEST)) == LONGEST_BODY_BYTES


def never(played: Played) -> None:
    played.request()
    played.wait()


def a_byte_now_and_then(played: Played) -> None:
    played.request()
    played.trickle(HEAD + b"a: b\r\n" * 1000)


def body_a_byte_now_and_then(played: Played) -> None:
    played.request()
    played.send(answer(b"x" * 1000)[:-1000])
    played.trickle(b"x" * 1000)


def garbage_now_and_then(played: Played) -> None:
    """The head of a TLS record, whose body then comes byte by byte."""
    played.connection.recv(65536)
    played.send(b"\x16\x03\x03\x3f\xff")
    played.trickle(b"\x02" * 1000)


SLOW: dict[str, tuple[Play, bool]] = {
    "accepts and never speaks TLS": (Played.wait, False),
    "never ends the handshake": (garbage_now_and_then, False),
    "never answers": (never, True),
    "answers a byte at a time": (a_byte_now_and_then, True),
    "has a body that comes a byte at a time": (body_a_byte_now_and_then, True),
}


@pytest.mark.parametrize(("play", "secure"), SLOW.values(), ids=SLOW.keys())
def test_a_new_connection_is_given_its_time_and_no_more(play: Play, secure: bool) -> None:
    with (
        tls_server(play, secure=secure) as server,
        asking(server, connect_timeout_seconds=BOUND_SECONDS) as made,
    ):
        reason, seconds = timed(lambda: refused(made))
    assert reason == "timeout"
    assert seconds < BOUND_SECONDS + GENEROUS_SECONDS


@pytest.mark.parametrize("play", [never, a_byte_now_and_then, body_a_byte_now_and_then])
def test_an_open_connection_is_given_its_own_time_and_no_retry(play: Play) -> None:
    def first_well(played: Played) -> None:
        played.request()
        played.send(answer())
        play(played)

    with tls_server(first_well) as server, asking(server, read_timeout_seconds=BOUND_SECONDS) as made:
        assert made.ask(REQUEST) == b"{}"
        reason, seconds = timed(lambda: refused(made))
        assert made._connection is None, "what comes too late answers nothing"
    assert reason == "timeout"
    assert seconds < BOUND_SECONDS + GENEROUS_SECONDS
    assert server.connections == 1


def test_the_second_try_has_what_is_left_of_the_time_for_a_new_connection() -> None:
    def play(played: Played) -> None:
        if played.number == 1:
            played.request()
            played.send(answer())
            played.request()
        else:
            never(played)

    with tls_server(play) as server, asking(server) as made:
        made.ask(REQUEST)
        made._connect_timeout_seconds = BOUND_SECONDS
        reason, seconds = timed(lambda: refused(made))
    assert reason == "timeout"
    assert seconds < BOUND_SECONDS + GENEROUS_SECONDS
    assert server.connections == 2


def test_the_look_up_of_the_name_is_told_how_long_it_may_take_and_counts() -> None:
    ticks = itertools.chain([100.0, 100.25, 101.5], itertools.repeat(101.5))
    told: list[tuple[str, float]] = []

    def resolve(host: str, seconds: float) -> list[str]:
        told.append((host, seconds))
        return ["127.0.0.1"]

    made = KeptAlive(
        NAME, resolve, connect_timeout_seconds=1.0, read_timeout_seconds=1.0, clock=lambda: next(ticks)
    )
    assert refused(made) == "timeout", "the look-up took all there was"
    assert told == [(NAME, 0.75)]


def test_a_name_without_an_address_is_no_way_to_anybody() -> None:
    made = KeptAlive(NAME, lambda _host, _seconds: [], connect_timeout_seconds=1.0, read_timeout_seconds=1.0)
    assert refused(made) == "name"


def test_the_next_address_is_tried_where_nobody_listens() -> None:
    with tls_server(answering(b"well")) as server, asking(server) as made:
        made._resolve = lambda _host, _seconds: ["127.0.0.2", "127.0.0.1"]
        assert made.ask(REQUEST) == b"well"


def test_a_stranger_under_the_name_is_not_believed() -> None:
    with (
        tls_server(answering(b"{}")) as other,
        tls_server(answering(b"{}")) as server,
        asking(server, trust=other.trust) as made,
    ):
        assert refused(made) == "connection"
    assert server.requests == []


def test_a_server_of_another_name_is_not_believed() -> None:
    with tls_server(answering(b"{}"), name="example.test") as server, asking(server) as made:
        assert refused(made) == "connection"
    assert server.requests == []


@given(st.lists(st.binary(max_size=60), max_size=6), st.booleans())
def test_whatever_comes_is_an_answer_or_refused(parts: list[bytes], begins_well: bool) -> None:
    taken = _Answer()
    with contextlib.suppress(AskingError):
        for part in [HEAD] * begins_well + parts:
            taken.take(part)
    if taken.whole:
        assert len(taken.body) <= LONGEST_BODY_BYTES


@given(st.binary(max_size=300), st.data())
def test_an_answer_is_the_same_however_it_is_cut(body: bytes, data: st.DataObject) -> None:
    wire = answer(body)
    cuts = sorted(data.draw(st.lists(st.integers(1, len(wire) - 1), max_size=5)))
    taken = _Answer()
    for start, end in itertools.pairwise([0, *cuts, len(wire)]):
        if start < end:
            assert not taken.whole
            taken.take(wire[start:end])
    assert taken.whole
    assert (taken.status, taken.body, taken.may_be_followed) == (200, body, True)
