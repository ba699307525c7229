"""How a server is asked over one kept TLS connection so that the time it takes is bounded, whatever it does.

`http.client` and `urllib` bound each read, not the answer: a byte now and then would hold them up for ever.
Every wait here is for what is left until one deadline, the look-up of the name included.
"""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Sequence

    from .dnsquery import Clock

    Resolve = Callable[[str, float], Sequence[str]]
    """The IPv4 addresses of a name, within so many seconds; none where they cannot be had. Never raises."""

LONGEST_HEAD_BYTES = 16 * 1024
LONGEST_BODY_BYTES = 64 * 1024
_READ_BYTES = 16 * 1024
_HTTPS_PORT = 443
_OK = 200
_CLOSED = "connection"


class AskingError(Exception):
    """There is no answer; `reason` is a short fixed word for a log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class KeptAlive:
    """One connection to one host, opened when first needed, and again when it is lost."""

    def __init__(
        self,
        host: str,
        resolve: Resolve,
        *,
        connect_timeout_seconds: float,
        read_timeout_seconds: float,
        port: int = _HTTPS_PORT,
        trust: Callable[[], ssl.SSLContext] | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        """`trust` makes the TLS context, once; without it the system's authorities are trusted."""
        self.host = host
        self._resolve = resolve
        self._connect_timeout_seconds = connect_timeout_seconds
        self._read_timeout_seconds = read_timeout_seconds
        self._port = port
        self._trust = trust or _system_trust
        self._clock = clock
        self._context: ssl.SSLContext | None = None
        self._connection: ssl.SSLSocket | None = None

    def ask(self, request: bytes) -> bytes:
        """The body that answers `request` with 200; AskingError for everything else.

        A connection that is open has `read_timeout_seconds` for the whole answer. A new one has
        `connect_timeout_seconds` for everything, and so have both together where the open one turns out to
        be dead before a byte of an answer came: only then is the request sent again.
        """
        start = self._clock()
        if self._connection is not None and not _has_ended(self._connection):
            body = self._over(self._connection, request, start + self._read_timeout_seconds, may_be_dead=True)
            if body is not None:
                return body
        self.close()
        deadline = start + self._connect_timeout_seconds
        self._connection = self._connected(deadline)
        return self._over(self._connection, request, deadline) or b""

    def close(self) -> None:
        """Lets the connection go; the next question opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _over(
        self, connection: ssl.SSLSocket, request: bytes, deadline: float, *, may_be_dead: bool = False
    ) -> bytes | None:
        """The body of the answer; None where the connection was dead and may have been."""
        answer = _Answer()
        try:
            _wait(connection, self._left(deadline)).sendall(request)
            while not answer.whole:
                answer.take(_wait(connection, self._left(deadline)).recv(_READ_BYTES))
        except (AskingError, OSError) as error:
            self.close()
            failure = _failure(error)
            if may_be_dead and answer.is_empty and failure.reason == _CLOSED:
                return None
            raise failure from error
        if not answer.may_be_followed:
            self.close()
        if answer.status != _OK:
            raise AskingError("status")
        return answer.body

    def _connected(self, deadline: float) -> ssl.SSLSocket:
        addresses = self._resolve(self.host, self._left(deadline))
        failure = AskingError("name")
        for address in addresses:
            try:
                return self._secured(address, deadline)
            except OSError as error:
                failure = _failure(error)
        raise failure

    def _secured(self, address: str, deadline: float) -> ssl.SSLSocket:
        import socket  # noqa: PLC0415 - as dear as all the rest, and needed on a miss alone

        if self._context is None:
            self._context = self._trust()
        plain = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            plain.settimeout(self._left(deadline))
            plain.connect((address, self._port))
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plain.settimeout(self._left(deadline))
            # The timeout of a handshake is for all of it, however many reads it takes.
            return self._context.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def _left(self, deadline: float) -> float:
        left = deadline - self._clock()
        if left <= 0:
            raise AskingError("timeout")
        return left


class _Answer:
    """An HTTP/1.1 answer as it comes in; it must say its length, as AWS's JSON services do."""

    def __init__(self) -> None:
        self._taken = bytearray()
        self._body_at = 0
        self._end = 0
        self.status = 0
        self.may_be_followed = False

    @property
    def is_empty(self) -> bool:
        return not self._taken

    @property
    def whole(self) -> bool:
        return self._body_at > 0 and len(self._taken) >= self._end

    @property
    def body(self) -> bytes:
        return bytes(self._taken[self._body_at : self._end])

    def take(self, part: bytes) -> None:
        """Adds what came; AskingError where it ends early, is too long, or is no such answer."""
        if not part:
            raise AskingError(_CLOSED)
        self._taken += part
        if not self._body_at:
            self._read_head()
        if self._body_at and len(self._taken) > self._end:
            raise AskingError("malformed")

    def _read_head(self) -> None:
        at = self._taken.find(b"\r\n\r\n")
        if max(at, len(self._taken) if at < 0 else 0) > LONGEST_HEAD_BYTES:
            raise AskingError("size")
        if at < 0:
            return
        first, *lines = bytes(self._taken[:at]).decode("latin-1").split("\r\n")
        version, _, rest = first.partition(" ")
        fields = [line.partition(":")[::2] for line in lines]
        told = {name.lower(): value.strip() for name, value in fields}
        lengths = {value.strip() for name, value in fields if name.lower() == "content-length"}
        if version not in {"HTTP/1.1", "HTTP/1.0"} or not _is_number(rest[:3]) or rest[3:4] not in {"", " "}:
            raise AskingError("malformed")
        if len(lengths) != 1 or not _is_number(*lengths) or "transfer-encoding" in told:
            raise AskingError("malformed")
        length = int(*lengths)
        if length > LONGEST_BODY_BYTES:
            raise AskingError("size")
        self.status = int(rest[:3])
        self.may_be_followed = version == "HTTP/1.1" and told.get("connection", "").lower() != "close"
        self._body_at, self._end = at + 4, at + 4 + length


def _is_number(text: str) -> bool:
    """A short run of digits: not all that Python takes for a number, and none that takes long to read."""
    return text.isascii() and text.isdecimal() and len(text) < len(str(LONGEST_BODY_BYTES)) + 4


def _wait(connection: ssl.SSLSocket, seconds: float) -> ssl.SSLSocket:
    connection.settimeout(seconds)
    return connection


def _has_ended(connection: ssl.SSLSocket) -> bool:
    """Whether something came unasked: the other side's goodbye, or what could be taken for an answer."""
    from select import select  # noqa: PLC0415 - comes with `socket`

    try:
        return bool(connection.pending() or select([connection], [], [], 0)[0])
    except (OSError, ValueError):
        return True


def _failure(error: AskingError | OSError) -> AskingError:
    """What the error says of the answer."""
    if isinstance(error, AskingError):
        return AskingError(error.reason)
    return AskingError("timeout" if isinstance(error, TimeoutError) else _CLOSED)


def _system_trust() -> ssl.SSLContext:
    import ssl  # noqa: PLC0415 - as `socket`

    return ssl.create_default_context()
