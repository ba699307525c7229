"""How names are asked over UDP so that the time it takes is bounded, whatever the servers do.

The C library alone would block for ten seconds on a silent server, and hides the TTL.
"""

from __future__ import annotations

import os
import time

from .dnsmessage import NoAddressError, StrayMessageError, links, query

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from socket import socket

    from .dnsmessage import Links

    Clock = Callable[[], float]
    """Seconds that only ever grow."""

RESOLV_CONF = "/etc/resolv.conf"
_MOST_SERVERS = 3
_LONGEST_ANSWER_BYTES = 4096
_DNS_PORT = 53


def ask(
    names: Sequence[str],
    servers: Sequence[str],
    timeout_seconds: float,
    *,
    clock: Clock = time.monotonic,
    entropy: Callable[[int], bytes] = os.urandom,
) -> dict[str, Links]:
    """What leads from each name to its address; a name without a usable answer is left out. Never raises.

    `servers` are addresses, each with `:port` or without (`[address]:port` for IPv6). All names go to the
    first at once; those without an answer go to the next when its share of the time is up, or as soon as
    the first is known to be of no use. A single server is asked twice, because datagrams get lost.
    """
    look_up = _LookUp(names, entropy)
    tries = list(servers)[:_MOST_SERVERS]
    tries *= 2 if len(tries) == 1 else 1
    start = clock()
    try:
        for turn, server in enumerate(tries, 1):
            look_up.send(server)
            look_up.receive(clock, start + timeout_seconds * turn / len(tries))
    finally:
        look_up.close()
    return look_up.answers


def system_servers(path: str = RESOLV_CONF) -> tuple[str, ...]:
    """The name servers that the system is configured with; none where the file cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - pathlib costs an import
            words = [line.split() for line in file]
    except OSError:
        return ()
    return tuple(line[1] for line in words if len(line) > 1 and line[0] == "nameserver")


class _LookUp:
    """Names in flight: which still wait, and over which sockets."""

    def __init__(self, names: Sequence[str], entropy: Callable[[int], bytes]) -> None:
        self.answers: dict[str, Links] = {}
        self.waiting = _queries(names, entropy)
        self.sockets: list[socket] = []
        self.of_no_use: set[int] = set()

    def send(self, server: str) -> None:
        """Asks one more server for everything that still waits."""
        self.of_no_use = set()
        try:
            connection = _connected(server)
        except (OSError, ValueError):  # not an address, or no way to it
            return
        self.sockets.append(connection)
        try:
            for _, message in self.waiting.values():
                connection.send(message)
        except OSError:
            self._give_up(connection)

    def receive(self, clock: Clock, until: float) -> None:
        """Takes answers until the time is up, or nothing is left to wait for."""
        from select import select  # noqa: PLC0415 - comes with `socket`

        while self.sockets and self.waiting.keys() - self.of_no_use and (left := until - clock()) > 0:
            for connection in select(self.sockets, [], [], left)[0]:
                self._take(connection)

    def close(self) -> None:
        """Gives the sockets back; answers that still come are lost."""
        for connection in self.sockets:
            connection.close()

    def _take(self, connection: socket) -> None:
        try:
            message = connection.recv(_LONGEST_ANSWER_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self._give_up(connection)
            return
        self._read(message, last_asked=connection is self.sockets[-1])

    def _give_up(self, connection: socket) -> None:
        """Nobody listens there: the kernel said so in answer to something sent before."""
        self.sockets.remove(connection)
        connection.close()

    def _read(self, message: bytes, *, last_asked: bool) -> None:
        identifier = int.from_bytes(message[:2], "big")
        if identifier not in self.waiting:
            return
        name, _ = self.waiting[identifier]
        try:
            self.answers[name] = links(message, identifier, name)
            del self.waiting[identifier]
        except NoAddressError:
            self.of_no_use |= {identifier} if last_asked else set()
        except StrayMessageError:
            return


def _queries(names: Sequence[str], entropy: Callable[[int], bytes]) -> dict[int, tuple[str, bytes]]:
    """Name and query by an identifier nobody can guess; a name that DNS cannot carry is left out."""
    queries: dict[int, tuple[str, bytes]] = {}
    for name in names:
        identifier = int.from_bytes(entropy(2), "big")
        while identifier in queries:
            identifier = (identifier + 1) & 0xFFFF
        try:
            queries[identifier] = name, query(identifier, name)
        except ValueError:
            continue
    return queries


def _connected(server: str) -> socket:
    """A socket that hears nobody but `server`: the kernel drops what comes from another address."""
    import socket  # noqa: PLC0415 - its import is a fifth of the budget, and static origins never need it

    host, port = _host_and_port(server)
    numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    family, kind, protocol, _, peer = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM, flags=numeric)[0]
    connection = socket.socket(family, kind, protocol)
    try:
        connection.setblocking(False)
        connection.connect(peer)
    except OSError:
        connection.close()
        raise
    return connection


def _host_and_port(server: str) -> tuple[str, int]:
    if server.startswith("["):
        host, _, port = server[1:].partition("]")
        return host, int(port[1:] or _DNS_PORT)
    host, colon, port = server.partition(":")
    if ":" in port:
        return server, _DNS_PORT
    return host, int(port) if colon else _DNS_PORT
