"""A real name server on a loopback port, as honest or as bad as a test wants it."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import dns.flags
import dns.message
import dns.rrset

Reply = Callable[[dns.message.Message], Iterable[bytes]]
"""The datagrams that go back for a query."""

Zone = Mapping[str, Sequence[str]]
"""Name -> its records as in a zone file: `60 IN A 127.0.0.70`."""


class Server(NamedTuple):
    address: str
    asked: list[tuple[int, str]]
    """Port of the asker and name, in the order of arrival."""


@contextmanager
def name_server(reply: Reply, *, host: str = "127.0.0.1", elsewhere: bool = False) -> Iterator[Server]:
    """Serves until the block ends; `elsewhere` sends the replies from another port than was asked."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    done = threading.Event()
    with (
        socket.socket(family, socket.SOCK_DGRAM) as listening,
        socket.socket(family, socket.SOCK_DGRAM) as other,
    ):
        listening.bind((host, 0))
        listening.settimeout(0.02)
        port = listening.getsockname()[1]
        server = Server(f"[{host}]:{port}" if family == socket.AF_INET6 else f"{host}:{port}", [])
        speaking = other if elsewhere else listening
        thread = threading.Thread(target=_serve, args=(listening, speaking, reply, server.asked, done))
        thread.start()
        try:
            yield server
        finally:
            done.set()
            thread.join()


def _serve(
    listening: socket.socket,
    speaking: socket.socket,
    reply: Reply,
    asked: list[tuple[int, str]],
    done: threading.Event,
) -> None:
    while not done.is_set():
        try:
            wire, peer = listening.recvfrom(4096)
        except OSError:
            continue
        query = dns.message.from_wire(wire)
        asked.append((peer[1], query.question[0].name.to_text(omit_final_dot=True)))
        for datagram in reply(query):
            if done.is_set():
                break
            speaking.sendto(datagram, peer)


def closed_port() -> str:
    """An address at which nobody listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"


def answer(query: dns.message.Message, zone: Zone) -> dns.message.Message:
    """The zone's answer, aliases followed, as a recursive server gives it."""
    response = dns.message.make_response(query, recursion_available=True)
    name = query.question[0].name.to_text(omit_final_dot=True).lower()
    while records := zone.get(name):
        rrset = dns.rrset.from_text_list(name + ".", *_columns(records))
        response.answer.append(rrset)
        name = str(rrset[0]).rstrip(".")
    return response


def _columns(records: Sequence[str]) -> tuple[int, str, str, list[str]]:
    ttl, rdclass, rdtype, _ = records[0].split()
    return int(ttl), rdclass, rdtype, [record.split()[3] for record in records]


def honest(zone: Zone) -> Reply:
    return lambda query: [answer(query, zone).to_wire()]


def silent(query: dns.message.Message) -> Iterable[bytes]:
    del query
    return ()


def truncating(zone: Zone) -> Reply:
    def reply(query: dns.message.Message) -> Iterable[bytes]:
        response = answer(query, zone)
        response.flags |= dns.flags.TC
        return [response.to_wire()]

    return reply
