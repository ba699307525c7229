"""Origins on loopback ports that answer as they are told, byte by byte."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Talk = Callable[[socket.socket], None]
"""What an origin does with one connection."""


class HttpOrigin:
    """Listens, hands each connection to `talk`, and keeps the heads of the requests it read."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.connections = 0
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._socket.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._served, args=(connection,))
            thread.start()
            self._threads.append(thread)

    def _served(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(10)
            try:
                self._talk(connection)
            except OSError:
                return


def request_of(connection: socket.socket) -> bytes:
    """A request to the end of its head."""
    read = b""
    while b"\r\n\r\n" not in read:
        more = connection.recv(65536)
        if not more:
            return read
        read += more
    return read


def answering(response: bytes, asked: list[bytes] | None = None) -> Talk:
    """Answers every connection once."""

    def talk(connection: socket.socket) -> None:
        request = request_of(connection)
        if asked is not None:
            asked.append(request)
        connection.sendall(response)

    return talk


def silent(connection: socket.socket) -> None:
    """Reads until the other side leaves, and says nothing."""
    while connection.recv(65536):
        pass


@contextmanager
def origin(talk: Talk) -> Iterator[HttpOrigin]:
    running = HttpOrigin(talk)
    try:
        yield running
    finally:
        running.close()
