"""What leads from a name to its addresses, asked of one DNS server alone.

No hosts file, no search domains, no cache: a function sees a record change at its next question, as its own
queries do.
"""

import _socket
import os
import struct
from collections.abc import Callable
from typing import Any, NamedTuple

A, CNAME, AAAA = 1, 5, 28
_NXDOMAIN = 3
_TRUNCATED = 0x0200
_MOST_LINKS = 16
_MOST_POINTERS = 32
_POINTER = 0xC0
_LONGEST_BYTES = 4096
_LONGEST_LABEL = 63
_HEADER = struct.Struct("!6H")
_RECORD = struct.Struct("!HHIH")

Address = tuple[str, int]
Ask = Callable[[str, int], "Found"]
"""Asks for the records of a name and a type."""


class Found(NamedTuple):
    """What leads from a name to its addresses."""

    names: tuple[str, ...]
    """The name asked for, then each name that a CNAME leads to."""

    addresses: tuple[str, ...]


class NoAnswerError(Exception):
    """The server is silent, refuses, or fails: asking again may help."""


class NoNameError(Exception):
    """The name does not exist."""


def asking(server: Address, make_socket: Callable[..., Any], timeout_seconds: float, attempts: int) -> Ask:
    """Asks `server` over UDP, then over TCP where the answer does not fit.

    The C library's own patience is 5 s, twice (resolv.conf(5)).
    """

    def ask(name: str, record_type: int) -> Found:
        identifier = int.from_bytes(os.urandom(2), "big")
        message = question(identifier, name, record_type)
        for _ in range(attempts):
            with _closing(make_socket(_socket.AF_INET, _socket.SOCK_DGRAM)) as connection:
                connection.settimeout(timeout_seconds)
                try:
                    answer = _over_udp(connection, server, message)
                except OSError:
                    continue
            if int.from_bytes(answer[2:4], "big") & _TRUNCATED:
                answer = _over_tcp(make_socket, server, message, timeout_seconds)
            return read(answer, identifier, name, record_type)
        raise NoAnswerError(name)

    return ask


def question(identifier: int, name: str, record_type: int) -> bytes:
    """The message that asks for one type of record of `name`; NoNameError where DNS cannot carry the name."""
    labels = [_label(label, name) for label in name.removesuffix(".").split(".")]
    wire = b"".join(bytes([len(label)]) + label for label in labels)
    return _HEADER.pack(identifier, 0x0100, 1, 0, 0, 0) + wire + b"\0" + struct.pack("!HH", record_type, 1)


def _label(label: str, name: str) -> bytes:
    try:
        encoded = label.encode("ascii" if label.isascii() else "idna")
    except UnicodeError as error:
        raise NoNameError(name) from error
    if not 0 < len(encoded) <= _LONGEST_LABEL:
        raise NoNameError(name)
    return encoded


def read(message: bytes, identifier: int, name: str, record_type: int) -> Found:
    """The chain in an answer; NoAnswerError for what is no answer, NoNameError without such a name."""
    try:
        got, flags, questions, answers, _, _ = _HEADER.unpack_from(message)
        if got != identifier or flags & 0xF not in (0, _NXDOMAIN):
            raise NoAnswerError(name)
        if flags & 0xF == _NXDOMAIN:
            raise NoNameError(name)
        return _chain(_records(message, questions, answers), name, record_type)
    except (IndexError, struct.error, ValueError) as error:
        raise NoAnswerError(name) from error


def _chain(records: list[tuple[str, int, str]], name: str, record_type: int) -> Found:
    names = [name.lower().rstrip(".")]
    for _ in range(_MOST_LINKS):
        target = next((value for owner, kind, value in records if (owner, kind) == (names[-1], CNAME)), None)
        if target is None:
            break
        names.append(target)
    found = (value for owner, kind, value in records if (owner, kind) == (names[-1], record_type))
    return Found(tuple(names), tuple(found))


def _records(message: bytes, questions: int, answers: int) -> list[tuple[str, int, str]]:
    at = _HEADER.size
    for _ in range(questions):
        at = _name(message, at)[1] + 4
    found = []
    for _ in range(answers):
        owner, at = _name(message, at)
        kind, _, _, length = _RECORD.unpack_from(message, at)
        at += _RECORD.size
        found.append((owner, kind, _value(message, at, kind, length)))
        at += length
    return found


def _value(message: bytes, at: int, kind: int, length: int) -> str:
    if kind == CNAME:
        return _name(message, at)[0]
    if kind in (A, AAAA):
        family = _socket.AF_INET if kind == A else _socket.AF_INET6
        return _socket.inet_ntop(family, message[at : at + length])
    return ""


def _name(message: bytes, at: int) -> tuple[str, int]:
    """A name in lower case and where it ends; pointers are followed."""
    labels, end, pointers = [], 0, 0
    while length := message[at]:
        if length >= _POINTER:
            pointers += 1
            end = end or at + 2
            at = int.from_bytes(message[at : at + 2], "big") & 0x3FFF
            if pointers > _MOST_POINTERS:
                raise ValueError("a name that points to itself")
            continue
        labels.append(message[at + 1 : at + 1 + length].decode("ascii", "backslashreplace"))
        at += 1 + length
    return ".".join(labels).lower(), end or at + 1


def _over_udp(connection: Any, server: Address, message: bytes) -> bytes:
    connection.connect(server)  # nobody else is heard then
    connection.send(message)
    answer: bytes = connection.recv(_LONGEST_BYTES)
    return answer


def _over_tcp(make_socket: Callable[..., Any], server: Address, message: bytes, seconds: float) -> bytes:
    with _closing(make_socket(_socket.AF_INET, _socket.SOCK_STREAM)) as connection:
        connection.settimeout(seconds)
        try:
            connection.connect(server)
            connection.sendall(len(message).to_bytes(2, "big") + message)
            return _exactly(connection, int.from_bytes(_exactly(connection, 2), "big"))
        except OSError as error:
            raise NoAnswerError(str(error)) from error


def _exactly(connection: Any, length: int) -> bytes:
    taken = b""
    while len(taken) < length:
        part = connection.recv(length - len(taken))
        if not part:
            raise ConnectionResetError("the answer ends before its length")
        taken += part
    return taken


class _closing:  # noqa: N801 - contextlib's, whose import a cold start would pay for
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __enter__(self) -> Any:
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()
