"""HTTP in, HTTP out: one port that hands every request to the edge, or to the admin calls under `/_edge/`.

Nothing about a request is decided here. The port counts as HTTPS.
"""

import asyncio
import socket
from concurrent.futures import Executor

from aiohttp import web
from multidict import CIMultiDict

from asset_edge.emulator import admin as admin_calls
from asset_edge.emulator.admin import Admin
from asset_edge.emulator.connection import HEAD_SECONDS, Connections
from asset_edge.emulator.driver import Driver
from asset_edge.emulator.edge import Edge
from asset_edge.emulator.messages import EdgeResponse, text_of
from asset_edge.emulator.pages import EdgeError, error_page
from asset_edge.emulator.viewer import Wire, viewer_request

_LARGEST_BODY_BYTES = 20 * 1024 * 1024
_SHUTDOWN_SECONDS = 2.0
_ADMIN = (admin_calls.PREFIX, f"{admin_calls.PREFIX}/", f"{admin_calls.PREFIX}?")


class EdgeServer:
    """Serves an edge on a bound socket in the running event loop, from `start` to `close`."""

    def __init__(
        self,
        edge: Edge,
        driver: Driver,
        admin: Admin,
        blocking: Executor,
        *,
        head_seconds: float = HEAD_SECONDS,
    ) -> None:
        """Admin calls run in a thread of `blocking`."""
        self._edge = edge
        self._driver = driver
        self._admin = admin
        self._blocking = blocking
        self._head_seconds = head_seconds

    async def start(self, listening: socket.socket) -> None:
        """Answers from now on."""
        loop = asyncio.get_running_loop()
        self._connections = Connections(self._answer, self._page, head_seconds=self._head_seconds)
        self._listener = await loop.create_server(self._connections, sock=listening)

    async def close(self) -> None:
        """Answers what is under way, then stops and frees the port."""
        self._listener.close()
        await self._connections.shutdown(_SHUTDOWN_SECONDS)
        await self._listener.wait_closed()
        await self._driver.close()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            response = await self._answered(await _wire(request))
        except EdgeError as error:
            return self._page(error, head=request.method == "HEAD")
        return _http(response, head=request.method == "HEAD")

    async def _answered(self, wire: Wire) -> EdgeResponse:
        if wire.target == _ADMIN[0] or wire.target.startswith(_ADMIN[1:]):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(
                self._blocking, self._admin.answer, wire.method, wire.target, wire.body
            )
        return await self._driver.drive(self._edge.steps(viewer_request(wire)))

    def _page(self, error: EdgeError, *, head: bool = False) -> web.Response:
        return _http(error_page(error, self._edge.new_request_id()), head=head)


async def _wire(request: web.BaseRequest) -> Wire:
    return Wire(
        method=request.method,
        target=request.raw_path,
        headers=[(text_of(name), text_of(value)) for name, value in request.raw_headers],
        peer=request.remote or "127.0.0.1",
        body=await _body(request) if request.can_read_body else b"",
    )


async def _body(request: web.BaseRequest) -> bytes:
    chunks = bytearray()
    try:
        async for chunk in request.content.iter_any():
            chunks += chunk
            if len(chunks) > _LARGEST_BODY_BYTES:
                raise EdgeError(413, "The request's body is too large.")
    except ConnectionError:
        raise EdgeError(400, "Bad request: the viewer left amid its body.") from None
    return bytes(chunks)


def _http(response: EdgeResponse, *, head: bool) -> web.Response:
    pairs = [
        (value.get("key") or name.title(), value["value"])
        for name, values in response.headers.items()
        if head or name != "content-length"
        for value in values
    ]
    headers: CIMultiDict[str] = CIMultiDict(pairs)
    headers.setdefault("Server", "CloudFront")
    return web.Response(
        status=response.status,
        reason=response.reason or None,
        headers=headers,
        body=None if head else response.body,
    )
