"""What a deployed function is, and what whoever runs functions must do."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from asset_edge.emulator.messages import Crashed, Returned


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A published version of a function."""

    folder: Path
    """Where its zip was unpacked, as Lambda does."""

    handler: str
    """`package.module.function`, as Lambda is told."""

    name: str
    memory_size_mb: int = 128
    timeout_seconds: float = 3.0
    """How long one request may take; Lambda's own default."""

    environment: Mapping[str, str] = field(default_factory=dict)
    """What it declares, and its role's credentials; Lambda's own variables are added."""

    region: str = "us-east-1"
    libraries: tuple[Path, ...] = ()
    """More folders it may import from, after its zip: what layers are to Lambda."""


Find = Callable[[str], Deployed | None]
"""What is deployed under an ARN just now; None where nothing is."""


class Invoker(Protocol):
    """Whoever runs functions. All is called in one event loop, which `start` or the first `invoke` fixes."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What differs from Lambda here, one sentence each; grows as functions are first looked at."""
        ...

    async def start(self, arns: Iterable[str]) -> None:
        """Initialises each function once, so that none fails first under a viewer's request.

        Raises LocalError with the function's name and its own message.
        """
        ...

    async def invoke(self, arn: str, event: object) -> Returned | Crashed:
        """What the function makes of the event; both pass as JSON. Never raises."""
        ...

    async def close(self) -> None:
        """Ends whatever runs; requests under way have crashed then."""
        ...
