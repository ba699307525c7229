"""Runs functions as Lambda does: each instance a process of its own under AWS's runtime client, from the zip alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from asset_edge.emulator.functions import Find
from asset_edge.emulator.messages import Crashed, Returned


@dataclass(frozen=True, kw_only=True)
class Network:
    """What a worker process reaches; everything else refuses it."""

    dns: str
    """`address:port` of the DNS server that all its questions go to."""

    tls_port: int | None = None
    """Where port 443 of a loopback address leads, which AWS's names resolve to; None refuses."""

    ca_file: Path | None = None
    """Who vouches for the certificates there, in PEM."""


class Workers:
    """Functions by ARN, each in up to `most_instances` processes."""

    def __init__(self, find: Find, network: Network, *, most_instances: int = 4) -> None:
        raise NotImplementedError

    @property
    def notes(self) -> tuple[str, ...]:
        """What differs from Lambda here, one sentence each."""
        raise NotImplementedError

    async def start(self, arns: Iterable[str]) -> None:
        """Initialises each function once; LocalError with its name and its own message where one cannot."""
        raise NotImplementedError

    async def invoke(self, arn: str, event: object) -> Returned | Crashed:
        """What the function makes of the event."""
        raise NotImplementedError

    async def close(self) -> None:
        """Ends every process."""
        raise NotImplementedError
