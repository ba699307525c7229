"""Viewers that ask as fast as they are answered, cheaper than any server they could ask."""

import asyncio
import time
from collections.abc import Callable
from typing import cast

import uvloop

CONNECTIONS = 32
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"


class _Viewer(asyncio.Protocol):
    """One connection: the next request goes out when the answer to the last is whole."""

    def __init__(self, request: bytes, answered: Callable[[bytes], bool]) -> None:
        self._request = request
        self._answered = answered
        self._received = bytearray()
        self._whole = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._whole and (end := self._received.find(_END_OF_HEAD)) >= 0:
            self._whole = end + len(_END_OF_HEAD) + _length(bytes(self._received[:end]).lower())
        if self._whole and len(self._received) >= self._whole:
            head = bytes(self._received[:64])
            self._received.clear()
            self._whole = 0
            if self._answered(head):
                self._transport.write(self._request)
            else:
                self._transport.close()


def _length(head: bytes) -> int:
    start = head.index(_LENGTH) + len(_LENGTH)
    return int(head[start : start + 12].split(b"\r")[0])


def rate(port: int, path: str, *, seconds: float = 1.0, host: str = "localhost") -> float:
    """Answers a second, all of them 200; RuntimeError where one is not."""
    return uvloop.run(_rate(port, f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(), seconds))


async def _rate(port: int, request: bytes, seconds: float) -> float:
    loop, count, refused = asyncio.get_running_loop(), 0, set()
    ended = asyncio.Event()
    end = time.perf_counter() + seconds

    def answered(head: bytes) -> bool:
        nonlocal count
        count += 1
        if not head.startswith(b"HTTP/1.1 200"):
            refused.add(head)
        if time.perf_counter() >= end or refused:
            ended.set()
            return False
        return True

    start = time.perf_counter()
    made = [
        await loop.create_connection(lambda: _Viewer(request, answered), "127.0.0.1", port)
        for _ in range(CONNECTIONS)
    ]
    await ended.wait()
    elapsed = time.perf_counter() - start
    for transport, _ in made:
        transport.close()
    if refused:
        raise RuntimeError(f"the edge answered {refused}")
    return count / elapsed
