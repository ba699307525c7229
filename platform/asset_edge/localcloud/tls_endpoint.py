"""The AWS endpoint as functions reach it: TLS on a loopback port, under AWS's own names and a local CA."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from asset_edge.emulator.faults import Faults
from asset_edge.emulator.s3 import S3

Front = Callable[[dict[str, Any], Any], Iterable[bytes]]
"""A WSGI application."""


class TlsEndpoint:
    """The front for `*.amazonaws.com`; calls of S3 suffer the region's fault and need a right signature."""

    port: int
    ca_file: Path
    """The local CA's certificate, PEM: all that a client has to trust."""

    def __init__(self, front: Front, s3: S3, faults: Faults, host: str = "127.0.0.1") -> None:
        """Listens on a free port of `host` until `close`."""
        raise NotImplementedError

    def close(self) -> None:
        """Ends every connection, hanging ones too, and frees the port and the files."""
        raise NotImplementedError
