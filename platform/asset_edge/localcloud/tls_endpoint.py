"""The AWS endpoint as functions reach it: TLS on a loopback port, under AWS's own names and a local CA.

Calls of S3 and DynamoDB suffer their region's fault and need a right signature and permission. Other services
are the front's, which asks for neither; the front's own port, for developers, knows no faults at all.
"""

import logging
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request, Response

from asset_edge.emulator.endpoints import S3Host, s3_host, tables_region
from asset_edge.emulator.faults import Faults, Kind, TableKind
from asset_edge.emulator.messages import OriginRequest, OriginResponse, to_headers
from asset_edge.emulator.origins import ERRORS
from asset_edge.emulator.s3 import S3
from asset_edge.localcloud.authority import Authority
from asset_edge.localcloud.table_access import TableAccess, broken

_LOG = logging.getLogger(__name__)
_AWS = ".amazonaws.com"
_GLANCE_SECONDS = 0.05
_IDLE_SECONDS = 60
_SLOW_SECONDS = 2.0
"""How late a slow DynamoDB answers: no function at the edge waits as long for it."""

_HOP = frozenset({"Transfer-Encoding", "Connection", "Expect"})
"""What a request says of this connection alone."""

_LEFT = getattr(select, "POLLRDHUP", 0) | select.POLLHUP | select.POLLERR

_REFUSING = (Kind.refuse, TableKind.refuse)
_CLOSED = (*_REFUSING, Kind.black_hole, TableKind.black_hole)
"""The faults in which not even a handshake comes about."""

Front = Callable[[dict[str, Any], Any], Iterable[bytes]]
"""A WSGI application."""


class TlsEndpoint:
    """The front for `*.amazonaws.com`, until closed."""

    def __init__(
        self,
        front: Front,
        s3: S3,
        faults: Faults,
        host: str = "127.0.0.1",
        *,
        tables: TableAccess | None = None,
    ) -> None:
        """Listens on a free port of `host`. Without `tables`, whoever asks may do everything with them."""
        self._front = front
        self._s3 = s3
        self._faults = faults
        self._tables = tables
        self._closing = threading.Event()
        self._folder = TemporaryDirectory(prefix="asset-edge-ca-")
        self._authority = Authority(Path(self._folder.name))
        self.ca_file = self._authority.file
        """The local CA's certificate, PEM: all that a client has to trust."""

        self._server = _Server(host, self._answer, self._greet)
        self.port: int = self._server.server_port
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_GLANCE_SECONDS,), name="aws-tls", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Ends every connection, hanging ones too, and frees the port and the files."""
        self._closing.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()
        self._folder.cleanup()

    def _greet(self, connection: ssl.SSLSocket, name: str | None) -> int | None:
        """Shows the certificate for `name`, or breaks the handshake off with the alert that is returned."""
        if name is None or not name.lower().endswith(_AWS):
            _LOG.warning("no host of AWS was asked for at its TLS port, but %s", name)
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        fault = self._fault(name)
        if fault in _CLOSED:
            self._drop(connection, silent=fault not in _REFUSING)
            return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR
        connection.context = self._authority.context(name.lower())
        return None

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["wsgi.url_scheme"] = "https"
        name = str(environ.get("HTTP_HOST", ""))
        if region := tables_region(name):
            answering: Front = self._of_tables(region, environ)
            return answering(environ, start_response)
        host = s3_host(name)
        if host is None:
            return self._front(environ, start_response)
        connection: ssl.SSLSocket = environ["werkzeug.socket"]
        fault = self._faults.of(self._region(host))
        if fault in (Kind.refuse, Kind.black_hole, Kind.hang):
            self._drop(connection, silent=fault is not Kind.refuse)
            raise ConnectionAbortedError(f"the region is broken: {fault}")
        response = self._from_s3(environ, connection, fault)
        return _wsgi(response, str(environ["REQUEST_METHOD"]))(environ, start_response)

    def _from_s3(
        self, environ: dict[str, Any], connection: ssl.SSLSocket, fault: Kind | None
    ) -> OriginResponse:
        request = _origin_request(Request(environ))
        if fault is not None:
            return ERRORS[fault].response(request.method)
        return self._s3.answer(request, (connection.version() or "").removeprefix("TLSv"))

    def _of_tables(self, region: str, environ: dict[str, Any]) -> Any:
        """Who answers a call of DynamoDB: the front, unless it is broken or refuses."""
        fault = self._faults.of_tables(region)
        if fault in (*_CLOSED, TableKind.hang):
            self._drop(environ["werkzeug.socket"], silent=fault not in _REFUSING)
            raise ConnectionAbortedError(f"DynamoDB of the region is broken: {fault}")
        if fault is TableKind.slow:
            self._closing.wait(_SLOW_SECONDS)
        asked = Request(environ)
        request = _origin_request(asked)
        environ["wsgi.input"] = BytesIO(request.body)
        refused = broken(fault) if fault else None
        if refused is None and self._tables is not None:
            refused = self._tables.refusal(request, region)
        return self._front if refused is None else _wsgi(refused, request.method)

    def _fault(self, name: str) -> Kind | TableKind | None:
        if region := tables_region(name):
            return self._faults.of_tables(region)
        host = s3_host(name)
        return self._faults.of(self._region(host)) if host else None

    def _region(self, host: S3Host) -> str:
        return host.region or (self._s3.region_of(host.bucket) if host.bucket else None) or "us-east-1"

    def _drop(self, connection: ssl.SSLSocket, *, silent: bool) -> None:
        """Ends a connection without a word: at once, or once the other side or we have had enough."""
        poll = select.poll()
        poll.register(connection.fileno(), _LEFT)
        while silent and not poll.poll(0):
            silent = not self._closing.wait(_GLANCE_SECONDS)
        _shut(connection)


class _Server(ThreadedWSGIServer):
    """A thread for each connection, its handshake included; all of them end with it."""

    daemon_threads = False
    block_on_close = True

    def __init__(
        self, host: str, app: Front, greet: Callable[[ssl.SSLSocket, str | None], int | None]
    ) -> None:
        super().__init__(host, 0, app, handler=_Handler)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Only sockets are ever wrapped here.
        self._context.sni_callback = lambda connection, name, _: greet(
            cast("ssl.SSLSocket", connection), name
        )
        self._open: set[ssl.SSLSocket] = set()
        self._lock = threading.Lock()
        self._ended = False

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serves one connection to its end."""
        request.settimeout(_IDLE_SECONDS)
        with self._context.wrap_socket(request, server_side=True, do_handshake_on_connect=False) as secure:
            with self._lock:
                self._open.add(secure)
                if self._ended:
                    _shut(secure)
            try:
                secure.do_handshake()
                super().finish_request(secure, client_address)
            except OSError as error:
                _LOG.debug("a connection ended: %r", error)
            finally:
                with self._lock:
                    self._open.discard(secure)

    def hang_up(self) -> None:
        """Ends every open connection, and those still to come."""
        with self._lock:
            self._ended = True
            for connection in self._open:
                _shut(connection)


class _Handler(WSGIRequestHandler):
    timeout = _IDLE_SECONDS

    def make_environ(self) -> Any:
        """With the target as it came: the library folds slashes at its start."""
        parts = self.raw_requestline.decode("latin-1").split()
        return {**super().make_environ(), "RAW_URI": parts[1]}

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002, ARG002 - as in the base class
        _LOG.debug(message, *args)


def _shut(connection: ssl.SSLSocket) -> None:
    """Below TLS, so that it may be done from any thread and amid a handshake."""
    try:
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:
        _LOG.debug("a connection had ended already")


def _origin_request(request: Request) -> OriginRequest:
    return OriginRequest(
        method=request.method,
        protocol="https",
        domain_name=request.host.partition(":")[0],
        port=443,
        target=str(request.environ["RAW_URI"]),
        headers=to_headers({name: value for name, value in request.headers.items() if name not in _HOP}),
        body=request.get_data(),
    )


def _wsgi(response: OriginResponse, method: str) -> Response:
    """A HEAD keeps the length that it tells; that of the others is counted."""
    head = method == "HEAD"
    headers = [
        (value.get("key", name), value["value"])
        for name, values in response.headers.items()
        if head or name != "content-length"
        for value in values
    ]
    answer = Response(None if head else response.body, status=response.status, headers=headers)
    answer.automatically_set_content_length = not head
    return answer
