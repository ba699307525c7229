"""HTTP in, HTTP out: one port that hands every request to the edge, or to the admin calls under `/_edge/`.

Nothing about a request is decided here. The port counts as HTTPS.
"""

import asyncio
import logging
import socket
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler
from multidict import CIMultiDict

from asset_edge.emulator import admin as admin_calls
from asset_edge.emulator.admin import Admin
from asset_edge.emulator.edge import Edge
from asset_edge.emulator.executor import DaemonExecutor
from asset_edge.emulator.messages import EdgeResponse
from asset_edge.emulator.pages import EdgeError, error_page
from asset_edge.emulator.pipeline import Steps
from asset_edge.emulator.viewer import Wire, viewer_request

_LOG = logging.getLogger(__name__)
_WORKERS = 16
_LARGEST_BODY_BYTES = 20 * 1024 * 1024
# Well over CloudFront's own limits, so that it is the edge that answers 414 and 494.
_LARGEST_LINE_BYTES = 128 * 1024
_MOST_HEADERS = 1024
_SHUTDOWN_SECONDS = 2.0


class EdgeServer:
    """Serves an edge on a bound socket from a thread and event loop of its own, until closed."""

    def __init__(self, edge: Edge, admin: Admin, listening: socket.socket) -> None:
        self._edge = edge
        self._admin = admin
        self._socket = listening
        self._pool = DaemonExecutor(_WORKERS, "edge-effect")
        self._loop = _new_event_loop()
        self._ended = asyncio.Event()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), name="edge", daemon=True)
        self._thread.start()
        started.wait()

    def close(self) -> None:
        """Answers what is under way, then stops; frees port, loop and threads."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        self._pool.close(_SHUTDOWN_SECONDS)

    def _run(self, started: threading.Event) -> None:
        try:
            self._loop.run_until_complete(self._serve(started))
        finally:
            self._loop.close()

    async def _serve(self, started: threading.Event) -> None:
        server = _Server(self._answer, self._edge.new_request_id)
        listener = await self._loop.create_server(server, sock=self._socket)
        started.set()
        await self._ended.wait()
        listener.close()
        await server.shutdown(_SHUTDOWN_SECONDS)
        await listener.wait_closed()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            response = await self._answered(await _wire(request))
        except EdgeError as error:
            response = error_page(error, self._edge.new_request_id())
        return _http(response, head=request.method == "HEAD")

    async def _answered(self, wire: Wire) -> EdgeResponse:
        if wire.target == admin_calls.PREFIX or wire.target.startswith(f"{admin_calls.PREFIX}/"):
            return await self._loop.run_in_executor(
                self._pool, self._admin.answer, wire.method, wire.target, wire.body
            )
        return await self._driven(self._edge.steps(viewer_request(wire)))

    async def _driven(self, steps: Steps[EdgeResponse]) -> EdgeResponse:
        try:
            effect = next(steps)
            while True:
                outcome = await self._loop.run_in_executor(self._pool, self._edge.perform, effect)
                effect = steps.send(outcome)
        except StopIteration as end:
            response: EdgeResponse = end.value
            return response


def _new_event_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop  # noqa: PLC0415 - there is none on every platform
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


async def _wire(request: web.BaseRequest) -> Wire:
    return Wire(
        method=request.method,
        target=request.raw_path,
        headers=[(_text(name), _text(value)) for name, value in request.raw_headers],
        peer=request.remote or "127.0.0.1",
        body=await _body(request),
    )


async def _body(request: web.BaseRequest) -> bytes:
    if not request.can_read_body:
        return b""
    chunks = bytearray()
    try:
        async for chunk in request.content.iter_any():
            chunks += chunk
            if len(chunks) > _LARGEST_BODY_BYTES:
                raise EdgeError(413, "The request's body is too large.")
    except ConnectionError:
        raise EdgeError(400, "Bad request: the viewer left amid its body.") from None
    return bytes(chunks)


def _text(raw: bytes) -> str:
    """UTF-8 where it is that, else ISO-8859-1, as CloudFront hands header values to functions."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _http(response: EdgeResponse, *, head: bool) -> web.Response:
    headers: CIMultiDict[str] = CIMultiDict()
    for name, values in response.headers.items():
        for value in values:
            headers.add(value.get("key") or name.title(), value["value"])
    headers.setdefault("Server", "CloudFront")
    if not head:
        headers.popall("Content-Length", None)
    return web.Response(
        status=response.status,
        reason=response.reason or None,
        headers=headers,
        body=None if head else response.body,
    )


class _Server(web.Server):
    """aiohttp's low-level server, with CloudFront's pages for what it refuses itself."""

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
        new_request_id: Callable[[], str],
    ) -> None:
        super().__init__(handler)
        self._new_request_id = new_request_id

    def __call__(self) -> RequestHandler:
        return _Connection(self, self._new_request_id)


class _Connection(RequestHandler):
    __slots__ = ("_new_request_id",)

    def __init__(self, manager: web.Server, new_request_id: Callable[[], str]) -> None:
        super().__init__(
            manager,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]
            auto_decompress=False,
            max_line_size=_LARGEST_LINE_BYTES,
            max_field_size=_LARGEST_LINE_BYTES,
            max_headers=_MOST_HEADERS,
        )
        self._new_request_id = new_request_id

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
        why = "Bad request." if malformed else "The local edge failed; its log says how."
        response = _http(error_page(EdgeError(status, why), self._new_request_id()), head=False)
        response.force_close()
        return response
