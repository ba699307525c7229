"""Where a request for an origin goes: S3 behind its faults, or a custom origin over HTTP."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor

from asset_edge.emulator.faults import Faults
from asset_edge.emulator.messages import OriginFailure, OriginRequest, OriginResponse
from asset_edge.emulator.origin_http import CustomOrigins
from asset_edge.emulator.s3 import S3


class Origins:
    """Every origin there is; its `fetch` is what a `Performer` wants. For one event loop."""

    def __init__(
        self,
        s3: S3,
        custom: CustomOrigins,
        faults: Faults,
        blocking: Executor,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """S3 is asked in a thread of `blocking`; a region that hangs holds none."""
        self._s3 = s3
        self._custom = custom
        self._faults = faults
        self._blocking = blocking
        self._sleep = sleep

    async def fetch(self, request: OriginRequest) -> OriginResponse | OriginFailure:
        """What the origin answers, or why it does not; never raises."""
        raise NotImplementedError

    async def close(self) -> None:
        """Ends the connections to custom origins."""
        await self._custom.close()
