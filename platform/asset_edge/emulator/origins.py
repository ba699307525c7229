"""Where a request for an origin goes: S3 or a function URL behind its region's fault, or HTTP to the rest.

Whoever waits on a broken region holds no thread.
Source: Amazon CloudFront Developer Guide, "All distribution settings reference", connection attempts,
connection timeout, response timeout.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import TypeVar

from asset_edge.emulator.endpoints import region_of_url, s3_host
from asset_edge.emulator.faults import Faults, Kind
from asset_edge.emulator.image_stand_in import ImageStandIn
from asset_edge.emulator.messages import OriginFailure, OriginRequest, OriginResponse
from asset_edge.emulator.origin_http import CustomOrigins
from asset_edge.emulator.s3 import S3
from asset_edge.emulator.s3_errors import S3Error

_LOG = logging.getLogger(__name__)
Sleep = Callable[[float], Awaitable[object]]
_A = TypeVar("_A")
_R = TypeVar("_R")

ERRORS = {
    Kind.forbidden: S3Error(403, "AccessDenied", "the region answers 403 to everything, as it was told to"),
    Kind.unavailable: S3Error(503, "ServiceUnavailable", "the region answers 503, as it was told to"),
}
"""What a region with such a fault answers."""


class Origins:
    """Every origin there is; its `fetch` is what a `Performer` wants. For one event loop."""

    def __init__(
        self,
        s3: S3,
        custom: CustomOrigins,
        faults: Faults,
        blocking: Executor,
        sleep: Sleep = asyncio.sleep,
        *,
        images: ImageStandIn | None = None,
    ) -> None:
        """S3 and `images` are asked in a thread of `blocking`; a region that hangs holds none.

        Without `images`, nothing answers under a function URL.
        """
        self._s3 = s3
        self._custom = custom
        self._faults = faults
        self._blocking = blocking
        self._sleep = sleep
        self._images = images

    async def fetch(self, request: OriginRequest) -> OriginResponse | OriginFailure:
        """What the origin answers, or why it does not; never raises."""
        try:
            if s3_host(request.domain_name):
                return await self._behind_fault(await self._region(request), request, self._s3.answer)
            url_region = region_of_url(request.domain_name)
            if url_region and self._images:
                return await self._behind_fault(url_region, request, self._images.answer)
            return await self._custom.fetch(request)
        except Exception:  # noqa: BLE001 - a defect of ours or the store's is one answer, not the edge's end
            _LOG.exception("%s %s%s failed", request.method, request.domain_name, request.target)
            return OriginFailure.broken

    async def close(self) -> None:
        """Ends the connections to custom origins."""
        await self._custom.close()

    async def _behind_fault(
        self, region: str, request: OriginRequest, answer: Callable[[OriginRequest], _R]
    ) -> _R | OriginResponse | OriginFailure:
        match self._faults.of(region):
            case Kind.refuse:
                return OriginFailure.refused
            case Kind.black_hole:
                await self._sleep(request.connection_attempts * request.connection_timeout_seconds)
                return OriginFailure.refused
            case Kind.hang:
                # An S3 origin is not asked again once it was silent; a custom one would be.
                await self._sleep(request.read_timeout_seconds)
                return OriginFailure.timeout
            case Kind.forbidden | Kind.unavailable as kind:
                return ERRORS[kind].response(request.method)
        return await self._blocked(answer, request)

    async def _region(self, request: OriginRequest) -> str:
        """The region that the endpoint is in; names without one lead to the bucket's."""
        host = s3_host(request.domain_name)
        if host is None or host.region is None:
            bucket = host.bucket if host else None
            return (await self._blocked(self._s3.region_of, bucket) if bucket else None) or "us-east-1"
        return host.region

    async def _blocked(self, call: Callable[[_A], _R], argument: _A) -> _R:
        return await asyncio.get_running_loop().run_in_executor(self._blocking, call, argument)
