"""Runs functions in this process, where worker processes cannot be had."""

from collections.abc import Iterable

from asset_edge.emulator.functions import Find
from asset_edge.emulator.messages import Crashed, Returned


class InProcess:
    """Functions by ARN, each in up to `most_instances` copies, which run in threads."""

    def __init__(self, find: Find, *, most_instances: int = 4) -> None:
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
        """Forgets every copy."""
        raise NotImplementedError
