"""The look-ups of Python's `socket` module, answered by whom we say instead of by the C library."""

import _socket
from collections.abc import Callable
from typing import Any

from .names import AAAA, A, Ask, Found, NoAnswerError, NoNameError

_Host = str | bytes | bytearray | None
_HOST_NOT_FOUND, _TRY_AGAIN = 1, 2  # netdb.h


class Lookups:
    """`socket`'s functions by their own names.

    `getaddrinfo` and `getnameinfo` are the C library's, and only ever get addresses.
    """

    def __init__(
        self,
        ask: Ask,
        getaddrinfo: Callable[..., list[Any]] = _socket.getaddrinfo,
        getnameinfo: Callable[..., Any] = _socket.getnameinfo,
    ) -> None:
        self._ask = ask
        self._addresses = getaddrinfo
        self._written = getnameinfo

    def getaddrinfo(  # noqa: PLR0917 - as callers pass them
        self,
        host: _Host,
        port: str | bytes | int | None,
        family: int = 0,
        type: int = 0,  # noqa: A002 - the name callers use
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        """As `socket.getaddrinfo`; `gaierror` where there is no such name, or no answer."""
        numeric = flags | _socket.AI_NUMERICHOST
        if host is None or is_numeric(name := _text(host)) or flags & _socket.AI_NUMERICHOST:
            return self._addresses(host, port, family, type, proto, numeric)
        found = [self._found(name, wanted) for wanted in _families(family)]
        rows = [
            row
            for part in found
            for address in part.addresses
            for row in self._addresses(address, port, family, type, proto, numeric & ~_socket.AI_CANONNAME)
        ]
        if not rows:
            raise _socket.gaierror(_socket.EAI_NODATA, "No address associated with hostname")
        if flags & _socket.AI_CANONNAME:
            rows[0] = (*rows[0][:3], found[0].names[-1], rows[0][4])
        return rows

    def gethostbyname(self, hostname: _Host) -> str:
        """As `socket.gethostbyname`."""
        rows = self.getaddrinfo(hostname, None, _socket.AF_INET, _socket.SOCK_STREAM)
        address: str = rows[0][4][0]
        return address

    def gethostbyname_ex(self, hostname: _Host) -> tuple[str, list[str], list[str]]:
        """As `socket.gethostbyname_ex`: the last name of the chain, the names before it, the addresses."""
        name = _text(hostname or "")
        if is_numeric(name):
            return name, [], [name]
        try:
            found = self._found(name, _socket.AF_INET)
        except _socket.gaierror as error:
            again = error.errno == _socket.EAI_AGAIN
            code, text = (_TRY_AGAIN, "Host name lookup failure") if again else _UNKNOWN
            raise _socket.herror(code, text) from error
        if not found.addresses:
            raise _socket.herror(*_UNKNOWN)
        return found.names[-1], list(found.names[:-1]), list(found.addresses)

    def gethostbyaddr(self, _: str) -> tuple[str, list[str], list[str]]:
        """No address has a name here."""
        raise _socket.herror(*_UNKNOWN)

    def getnameinfo(self, sockaddr: tuple[Any, ...], flags: int, /) -> tuple[str, str]:
        """As `socket.getnameinfo`, for the address as it is written."""
        if flags & _socket.NI_NAMEREQD:
            raise _socket.gaierror(_socket.EAI_NONAME, "Name or service not known")
        written: tuple[str, str] = self._written(sockaddr, flags | _socket.NI_NUMERICHOST)
        return written

    def _found(self, name: str, family: int) -> Found:
        if name.lower().rstrip(".") == "localhost":
            return Found((name,), ("127.0.0.1",) if family == _socket.AF_INET else ("::1",))
        try:
            return self._ask(name, A if family == _socket.AF_INET else AAAA)
        except NoNameError as error:
            raise _socket.gaierror(_socket.EAI_NONAME, "Name or service not known") from error
        except NoAnswerError as error:
            raise _socket.gaierror(_socket.EAI_AGAIN, "Temporary failure in name resolution") from error


_UNKNOWN = (_HOST_NOT_FOUND, "Unknown host")


def is_numeric(host: str) -> bool:
    """Whether `host` is an address already, or the empty name that stands for any."""
    if not host:
        return True
    for family in (_socket.AF_INET, _socket.AF_INET6):
        try:
            _socket.inet_pton(family, host.partition("%")[0])
        except OSError:
            continue
        return True
    return False


def _families(family: int) -> tuple[int, ...]:
    return (family,) if family else (_socket.AF_INET, _socket.AF_INET6)


def _text(host: str | bytes | bytearray) -> str:
    return host if isinstance(host, str) else bytes(host).decode("ascii", "surrogateescape")
