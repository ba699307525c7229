"""HTTP as one runtime client speaks it: requests one after the other, bodies with their length.

A web framework would take three times as long on the loop that serves the viewers; there are two of these
requests in each run of a function.
"""

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import NamedTuple, cast

_LONGEST_HEAD_BYTES = 2 * 1024 * 1024
"""AWS's client puts up to 1 MB about an error into one header."""

_END = b"\r\n\r\n"


class Request(NamedTuple):
    """One request of the client."""

    path: str
    body: bytes


class Connection(asyncio.Protocol):
    """One connection of the client; `respond` may answer at once or later, by `send`."""

    def __init__(self, respond: Callable[["Connection", Request], None]) -> None:
        self._respond = respond
        self._taken = bytearray()
        self._head: tuple[str, int] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As asyncio calls it."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """As asyncio calls it."""
        self._taken += data
        try:
            while request := self._request():
                self._respond(self, request)
        except ValueError:
            self.abort()  # not HTTP, or of a kind that no runtime client speaks

    def send(self, status: HTTPStatus, body: bytes, headers: Mapping[str, str]) -> None:
        """Answers the request; lost where the client has gone."""
        lines = [f"HTTP/1.1 {status.value} {status.phrase}", "Content-Type: application/json"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines.append(f"Content-Length: {len(body)}")
        if self._transport:
            self._transport.write("\r\n".join(lines).encode() + _END + body)

    def abort(self) -> None:
        """Ends the connection without a word."""
        if self._transport:
            self._transport.abort()

    def _request(self) -> Request | None:
        if self._head is None:
            self._head = self._taken_head()
        if self._head is None or len(self._taken) < self._head[1]:
            return None
        path, length = self._head
        body = bytes(self._taken[:length])
        del self._taken[:length]
        self._head = None
        return Request(path, body)

    def _taken_head(self) -> tuple[str, int] | None:
        end = self._taken.find(_END)
        if end > _LONGEST_HEAD_BYTES or (end < 0 and len(self._taken) > _LONGEST_HEAD_BYTES):
            raise ValueError("a head without an end")
        if end < 0:
            return None
        first, *fields = bytes(self._taken[:end]).decode("latin-1").split("\r\n")
        del self._taken[: end + len(_END)]
        _, path, _ = first.split(" ")
        return path, _length(fields)


def _length(fields: list[str]) -> int:
    given = {name.lower(): value for name, _, value in (field.partition(":") for field in fields)}
    if "transfer-encoding" in given:
        raise ValueError("a body in chunks")
    return int(given.get("content-length", 0))
