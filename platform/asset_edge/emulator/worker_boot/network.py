"""Where a worker's connections really lead: DNS to our server, AWS to our TLS port, and nowhere else.

It is Python's sockets that are held: programs that a function starts, and compiled code with sockets of its
own, are outside.
"""

import _socket
import errno
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from .lookups import Lookups, is_numeric
from .names import Address, asking

if TYPE_CHECKING:
    from _socket import socket as _Socket  # noqa: N812 - stands for a class
else:
    _Socket = object  # the real one's layout comes with the class that is put in its place

_DNS_PORT = 53
_TLS_PORT = 443
_HERE = "127.0.0.1"
_INTERNET = (_socket.AF_INET, _socket.AF_INET6)


class Routes(NamedTuple):
    """What can be reached."""

    dns: Address
    tls_port: int | None
    runtime_api: Address
    """AWS's client itself goes there."""

    resolve: Callable[[str], str]
    """The address of a name; OSError where it has none."""

    def lead(self, family: int, kind: int, wanted: Any) -> tuple[Any, ...]:
        """Where a connection to `wanted` goes; ConnectionRefusedError for what there is none to."""
        if family in _INTERNET and isinstance(wanted, tuple) and len(wanted) > 1:
            if wanted[1] == _DNS_PORT or tuple(wanted[:2]) == self.dns:
                return _of(family, self.dns)
            if kind == _socket.SOCK_STREAM and (there := self._stream(*wanted[:2])):
                return _of(family, there)
        raise ConnectionRefusedError(
            errno.ECONNREFUSED,
            f"no connection to {wanted!r} from a function run locally; it reaches DNS (port 53) and "
            "AWS's own names (port 443) only",
        )

    def _stream(self, host: str, port: int) -> Address | None:
        if (host, port) == self.runtime_api:
            return self.runtime_api
        if port == _TLS_PORT and self.tls_port and self._is_here(host):
            return _HERE, self.tls_port
        return None

    def _is_here(self, host: str) -> bool:
        address = host if is_numeric(host) else self.resolve(host)
        return address.removeprefix("::ffff:").startswith("127.") or address == "::1"


def _of(family: int, address: Address) -> tuple[Any, ...]:
    """An IPv4 address as sockets of the family take it."""
    host, port = address
    return (f"::ffff:{host}", port, 0, 0) if family == _socket.AF_INET6 else address


class Guard(_Socket):
    """What a socket class does differently so that it connects where its `routes` lead.

    To the program it looks as if it were connected where it wanted: resolvers check whom an answer is from.
    """

    __slots__ = ()
    routes: ClassVar[Routes]
    _wanted: tuple[Any, tuple[Any, ...]]

    def connect(self, address: Any, /) -> None:
        """As the socket's own."""
        super().connect(self._led(address))

    def connect_ex(self, address: Any, /) -> int:
        """As the socket's own."""
        try:
            return super().connect_ex(self._led(address))
        except ConnectionRefusedError:
            return errno.ECONNREFUSED

    def sendto(self, data: Any, flags_or_address: Any, address: Any = None, /) -> int:
        """As the socket's own."""
        if address is None:
            return super().sendto(data, self._led(flags_or_address))
        return super().sendto(data, flags_or_address, self._led(address))

    def sendmsg(self, buffers: Any, ancdata: Any = (), flags: int = 0, address: Any = None, /) -> int:
        """As the socket's own."""
        there = address if address is None else self._led(address)
        return super().sendmsg(buffers, ancdata, flags, there)

    def recvfrom(self, *arguments: Any) -> Any:
        """As the socket's own."""
        data, sender = super().recvfrom(*arguments)
        return data, self._seen(sender)

    def recvfrom_into(self, *arguments: Any, **named: Any) -> Any:
        """As the socket's own."""
        length, sender = super().recvfrom_into(*arguments, **named)
        return length, self._seen(sender)

    def recvmsg(self, *arguments: Any) -> Any:
        """As the socket's own."""
        *parts, sender = super().recvmsg(*arguments)
        return (*parts, self._seen(sender))

    def recvmsg_into(self, *arguments: Any) -> Any:
        """As the socket's own."""
        *parts, sender = super().recvmsg_into(*arguments)
        return (*parts, self._seen(sender))

    def getpeername(self) -> Any:
        """As the socket's own."""
        return self._seen(super().getpeername())

    def _led(self, address: Any) -> tuple[Any, ...]:
        there = self.routes.lead(self.family, self.type, address)
        self._wanted = address, there
        return there

    def _seen(self, sender: Any) -> Any:
        wanted, there = getattr(self, "_wanted", (None, None))
        return wanted if there and sender and sender[:2] == there[:2] else sender


def guarded(base: type, routes: Routes) -> type:
    """A class in the place of `base`, `_socket.socket`, that connects where `routes` lead."""
    return type(
        "socket", (Guard, base), {"__slots__": ("_wanted",), "__module__": "_socket", "routes": routes}
    )


def install(dns: str, tls_port: int | None, runtime_api: str) -> None:
    """Puts the worker's network in the place of the real one, before `socket` is first imported."""
    real = _socket.socket
    timeout_seconds, attempts = patience(os.environ.get("RES_OPTIONS", ""))
    lookups = Lookups(asking(_address(dns), real, timeout_seconds, attempts))
    routes = Routes(_address(dns), tls_port, _address(runtime_api), lookups.gethostbyname)
    replaced = {name: getattr(lookups, name) for name in dir(Lookups) if name.startswith("get")}
    replaced["socket"] = replaced["SocketType"] = guarded(real, routes)
    for name, value in replaced.items():
        setattr(_socket, name, value)


def patience(options: str) -> tuple[float, int]:
    """Seconds and attempts of a look-up, as RES_OPTIONS gives them (resolv.conf(5))."""
    given = dict(option.partition(":")[::2] for option in options.split())
    return _number(given.get("timeout"), 5, 30), _number(given.get("attempts"), 2, 5)


def _number(text: str | None, otherwise: int, most: int) -> int:
    return max(1, min(int(text), most)) if text and text.isdecimal() else otherwise


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    return host, int(port)
