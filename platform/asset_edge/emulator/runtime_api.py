"""The Lambda runtime API for one instance: what AWS's runtime client is told, and what it tells.

Each instance has a port of its own, so nobody need say who asks, and none can take another's request.
Source: AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes".
"""

import asyncio
import contextlib
import json
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NoReturn

from asset_edge.emulator.messages import Crashed, Returned
from asset_edge.emulator.runtime_wire import Connection, Request

_HOST = "127.0.0.1"
_RUNTIME = "/2018-06-01/runtime"
_NEXT = f"{_RUNTIME}/invocation/next"
_INIT_ERROR = f"{_RUNTIME}/init/error"
_OK = b'{"status":"OK"}'
_UNKNOWN = b'{"errorType":"InvalidRequestID","errorMessage":"no such request is under way"}'
LONGEST_ANSWER_BYTES = 6_291_556
"""6 MB and 100 bytes: "Lambda quotas", invocation payload, as the service's own message says it."""

LONGEST_INIT_SECONDS = 10.0
"""Lambda's bound on the init phase ("Understanding the Lambda execution environment lifecycle")."""

NOT_INITIALISED = f"not initialised within {LONGEST_INIT_SECONDS:.0f} seconds"

Outcome = Returned | Crashed


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """One request on its way through an instance."""

    request_id: str
    body: bytes
    arn: str
    answer: asyncio.Future[Outcome]


class RuntimeApi:
    """Serves one instance from `open` to `close`."""

    def __init__(self) -> None:
        self.address = ""
        """`address:port`, for AWS_LAMBDA_RUNTIME_API."""

        self.initialised: asyncio.Future[Crashed | None] = asyncio.get_running_loop().create_future()
        """Done when the function asks for its first request, or could not be loaded."""

        self._asking: Connection | None = None
        self._given: tuple[Invocation, float] | None = None
        self._current: Invocation | None = None
        self._listener: asyncio.Server | None = None
        self._connections: weakref.WeakSet[Connection] = weakref.WeakSet()

    async def open(self) -> None:
        """Listens on a free port of the loopback address."""
        self._listener = await asyncio.get_running_loop().create_server(self._connected, _HOST, 0)
        self.address = f"{_HOST}:{self._listener.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Leaves the port; a client that still waits is cut off."""
        if self._listener:
            self._listener.close()
            for connection in list(self._connections):
                connection.abort()
            await self._listener.wait_closed()

    def give(self, invocation: Invocation, deadline_epoch_seconds: float) -> None:
        """Hands the instance its next request; its answer future is done when it has answered."""
        self._current = invocation
        self._given = invocation, deadline_epoch_seconds
        self._hand_over()

    def fail(self, failure: Crashed) -> None:
        """The instance has ended: so have its initialisation and its request."""
        _settle(self.initialised, failure)
        self._done(failure)

    def _connected(self) -> Connection:
        connection = Connection(self._respond)
        self._connections.add(connection)
        return connection

    def _respond(self, connection: Connection, request: Request) -> None:
        if request.path == _NEXT:
            _settle(self.initialised, None)
            self._asking = connection
            self._hand_over()
            return
        known = self._told(request)
        status, body = (HTTPStatus.ACCEPTED, _OK) if known else (HTTPStatus.BAD_REQUEST, _UNKNOWN)
        connection.send(status, body, {})

    def _told(self, request: Request) -> bool:
        """What the client says of its request, or of its initialisation."""
        path = f"{_RUNTIME}/invocation/{self._current.request_id}" if self._current else ""
        match request.path.removeprefix(path) if path else request.path:
            case "/response":
                self._done(answer_of(request.body))
            case "/error":
                self._done(failure_of(request.body))
            case path if path == _INIT_ERROR:
                _settle(self.initialised, failure_of(request.body))
            case _:
                return False
        return True

    def _hand_over(self) -> None:
        """Once there are both a request and somebody who asks for it."""
        if self._asking and self._given:
            (invocation, deadline), self._given = self._given, None
            asking, self._asking = self._asking, None
            # Without a content type, which the connection adds, AWS's client hands the function bytes.
            asking.send(HTTPStatus.OK, invocation.body, _headers(invocation, deadline))

    def _done(self, outcome: Outcome) -> None:
        current, self._current = self._current, None
        if current:
            _settle(current.answer, outcome)


def _headers(invocation: Invocation, deadline_epoch_seconds: float) -> dict[str, str]:
    return {
        "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
        "Lambda-Runtime-Deadline-Ms": str(int(deadline_epoch_seconds * 1000)),
        "Lambda-Runtime-Invoked-Function-Arn": invocation.arn,
        "Lambda-Runtime-Trace-Id": trace_id(invocation.request_id, deadline_epoch_seconds),
    }


def answer_of(content: bytes) -> Outcome:
    """What a function returned; it crashed where that is too long or not JSON."""
    if len(content) > LONGEST_ANSWER_BYTES:
        return Crashed(
            "Function.ResponseSizeTooLarge: Response payload size exceeded maximum allowed payload size "
            f"({LONGEST_ANSWER_BYTES} bytes)."
        )
    try:
        return Returned(json.loads(content, parse_constant=_refuse))
    except (ValueError, RecursionError) as error:
        return Crashed(f"the function's answer is not JSON: {error}")


def failure_of(content: bytes) -> Crashed:
    """Why a function failed, in its own words: type and message."""
    found: Any = None
    with contextlib.suppress(ValueError):
        found = json.loads(content)
    if not isinstance(found, Mapping):
        return Crashed("the function failed and did not say why")
    return Crashed(f"{found.get('errorType')}: {found.get('errorMessage')}")


def trace_id(request_id: str, epoch_seconds: float) -> str:
    """An X-Ray trace header for a request that is not traced."""
    return f"Root=1-{int(epoch_seconds):08x}-{request_id.replace('-', '')[:24]:0<24};Sampled=0"


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _settle(future: asyncio.Future[Any], result: object) -> None:
    if not future.done():
        future.set_result(result)
