"""How a custom origin is asked: real HTTP, as the pipeline composed it and nothing added."""

import ssl
from collections.abc import Callable

from asset_edge.emulator.messages import OriginFailure, OriginRequest, OriginResponse


class CustomOrigins:
    """HTTP origins by name. For one event loop; opens nothing before the first request."""

    def __init__(self, is_ours: Callable[[str], bool], tls: ssl.SSLContext | None = None) -> None:
        """Names that `is_ours` says yes to (those of the local zones) and `localhost` are this machine.

        `tls` decides which certificates hold; by default what the system trusts.
        """
        self._is_ours = is_ours
        self._tls = tls

    async def fetch(self, request: OriginRequest) -> OriginResponse | OriginFailure:
        """What the origin answers, or why it does not; never raises."""
        raise NotImplementedError

    async def close(self) -> None:
        """Ends every connection."""
        raise NotImplementedError
