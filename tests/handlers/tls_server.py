"""A real TLS server on a loopback port whose every connection is played as a test wants it."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.emulator.certificates import Certificates

NAME = "dynamodb.eu-west-1.amazonaws.com"
PATIENCE_SECONDS = 5.0

Play = Callable[["Played"], None]
"""What the server does with one connection; it is closed afterwards."""


@dataclass
class TlsServer:
    port: int
    authority: bytes
    """PEM of whoever signed the server's certificate."""

    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    done: threading.Event = field(default_factory=threading.Event)

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=self.authority.decode())


@dataclass
class Played:
    """One connection at the server."""

    server: TlsServer
    connection: socket.socket
    number: int
    """Counted from 1."""

    def request(self) -> bytes:
        """The next whole request; empty at the end of the connection."""
        taken = b""
        while not _is_whole(taken):
            part = self.connection.recv(65536)
            if not part:
                return b""
            taken += part
        self.server.requests.append(taken)
        return taken

    def send(self, message: bytes) -> None:
        self.connection.sendall(message)

    def wait(self) -> None:
        """Says nothing until the test is over."""
        self.server.done.wait(PATIENCE_SECONDS)

    def trickle(self, message: bytes, pause_seconds: float = 0.02) -> None:
        for byte in message:
            if self.server.done.is_set():
                return
            self.send(bytes([byte]))
            time.sleep(pause_seconds)


def answer(body: bytes = b"{}", status: str = "200 OK", **headers: str) -> bytes:
    """An answer as DynamoDB gives it."""
    told = {"Content-Length": str(len(body)), "Content-Type": "application/x-amz-json-1.0", **headers}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in told.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def answering(*bodies: bytes) -> Play:
    """Answers request after request, with the last body from then on."""

    def play(played: Played) -> None:
        turn = 0
        while played.request():
            played.send(answer(bodies[min(turn, len(bodies) - 1)]))
            turn += 1

    return play


@contextmanager
def tls_server(play: Play, *, secure: bool = True, name: str = NAME) -> Iterator[TlsServer]:
    """Serves until the block ends; without `secure` connections are played as they are, before any TLS."""
    certificates = Certificates()
    with TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listening:
        context = _context(Path(folder), certificates, name) if secure else None
        server = TlsServer(listening.getsockname()[1], certificates.authority)
        threads: list[threading.Thread] = []
        opened: list[socket.socket] = []

        def begin(connection: socket.socket) -> None:
            opened.append(connection)
            played = Played(server, connection, server.connections)
            threads.append(threading.Thread(target=_played, args=(played, play)))
            threads[-1].start()

        accepting = threading.Thread(target=_accept, args=(listening, context, server, begin))
        accepting.start()
        try:
            yield server
        finally:
            server.done.set()
            for connection in (listening, *opened):
                with contextlib.suppress(OSError):
                    # The plain socket's own: below TLS it ends from any thread.
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
            accepting.join()
            for thread in threads:
                thread.join()


def _accept(
    listening: socket.socket,
    context: ssl.SSLContext | None,
    server: TlsServer,
    begin: Callable[[socket.socket], None],
) -> None:
    while not server.done.is_set():
        try:
            plain, _ = listening.accept()
        except OSError:
            return
        server.connections += 1
        plain.settimeout(PATIENCE_SECONDS)
        wrap = context and context.wrap_socket
        begin(wrap(plain, server_side=True, do_handshake_on_connect=False) if wrap else plain)


def _played(played: Played, play: Play) -> None:
    with played.connection as connection, contextlib.suppress(OSError):
        if isinstance(connection, ssl.SSLSocket):
            connection.do_handshake()
        play(played)


def _is_whole(request: bytes) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(end) and len(body) >= int(lengths[0].partition(b":")[2])


def _context(folder: Path, certificates: Certificates, name: str) -> ssl.SSLContext:
    certificate, key = certificates.for_name(name)
    (folder / "certificate.pem").write_bytes(certificate + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem")
    return context
