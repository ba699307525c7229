"""One viewer's connection: how long and how large a request's head may be, and what a malformed one gets."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import HttpVersion10, HttpVersion11, StreamReader, web
from aiohttp.http import RawRequestMessage
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_protocol import RequestHandler

from asset_edge.emulator.pages import EdgeError

_LOG = logging.getLogger(__name__)

# Well over CloudFront's own limits, so that it is the edge that answers 414 and 494.
_LARGEST_LINE_BYTES = 128 * 1024
_LARGEST_FIELD_BYTES = _LARGEST_LINE_BYTES + 1  # another figure, so that an error tells which it was
_MOST_HEADERS = 1024
_VERSIONS = (HttpVersion11, HttpVersion10)

HEAD_SECONDS = 30.0
"""How long a viewer may take to send a request's head.

Source: Amazon CloudFront Developer Guide, "Request and response behavior", which names no figure: ours.
"""

KEEPALIVE_SECONDS = 75.0
"""How long a connection may lie idle."""

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
ErrorPage = Callable[[EdgeError], web.Response]


class Connections(web.Server):
    """aiohttp's low-level server, with CloudFront's pages for what it refuses itself."""

    def __init__(self, handler: Handler, page: ErrorPage, *, head_seconds: float = HEAD_SECONDS) -> None:
        super().__init__(handler, request_factory=_request)
        self._page = page
        self._head_seconds = head_seconds

    def __call__(self) -> RequestHandler:
        """A new viewer's."""
        return Connection(self, self._page, self._head_seconds)


def _request(
    message: RawRequestMessage, payload: StreamReader, protocol: RequestHandler, writer: Any, task: Any
) -> web.BaseRequest:
    """A request as aiohttp reads it; one of another HTTP is such that the edge finds it malformed."""
    if message.version not in _VERSIONS:
        message = message._replace(version=HttpVersion11, path="")
    return web.BaseRequest(message, payload, protocol, writer, task, asyncio.get_running_loop())


class Connection(RequestHandler):
    """One connection; what is not HTTP is answered with a page and ended."""

    __slots__ = ("_head_seconds", "_overdue", "_page")

    def __init__(self, manager: web.Server, page: ErrorPage, head_seconds: float) -> None:
        super().__init__(
            manager,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]
            auto_decompress=False,
            keepalive_timeout=KEEPALIVE_SECONDS,
            max_line_size=_LARGEST_LINE_BYTES,
            max_field_size=_LARGEST_FIELD_BYTES,
            max_headers=_MOST_HEADERS,
        )
        self._page = page
        self._head_seconds = head_seconds
        self._overdue: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        """Bytes from the viewer: a head that has begun must end in time."""
        super().data_received(data)
        if self._messages or self._current_request is not None:
            self._in_time()
        elif self._overdue is None:
            self._overdue = asyncio.get_running_loop().call_later(self._head_seconds, self.force_close)

    def connection_lost(self, exc: BaseException | None) -> None:
        """The viewer is gone."""
        self._in_time()
        super().connection_lost(exc)

    def handle_error(
        self,
        request: Any,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - the base class's signature
    ) -> web.StreamResponse:
        """A malformed request, or a defect of ours; never a traceback to the viewer."""
        malformed = status < 500  # noqa: PLR2004 - the class of a status
        if not malformed:
            _LOG.error("the edge failed on %s", request.raw_path, exc_info=exc)
        response = self._page(_malformed(exc) if malformed else _DEFECT)
        response.force_close()
        return response

    def _in_time(self) -> None:
        if self._overdue is not None:
            self._overdue.cancel()
            self._overdue = None


_DEFECT = EdgeError(500, "The local edge failed; its log says how.")


def _malformed(error: BaseException | None) -> EdgeError:
    """What CloudFront gives: 494 for headers over its limit, 414 for a URL, else 400."""
    if not isinstance(error, LineTooLong):
        return EdgeError(400, "Bad request.")
    if error.args[1] == _LARGEST_LINE_BYTES:
        return EdgeError(414, "The URL is too long.")
    return EdgeError(494, "The headers are too large.")
