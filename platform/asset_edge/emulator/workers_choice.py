"""Which way functions are run here: in worker processes, or in this process where those cannot be had."""

from typing import Literal, NamedTuple

from asset_edge.emulator.functions import Find, Invoker
from asset_edge.emulator.workers import Network

Mode = Literal["auto", "workers", "in-process"]


class Choice(NamedTuple):
    """Who runs functions, and a sentence for the start-up output."""

    functions: Invoker
    note: str


def choose(find: Find, network: Network, *, mode: Mode = "auto", most_instances: int = 4) -> Choice:
    """Worker processes on Linux with awslambdaric, else this process, and says so.

    Raises LocalError where `mode` asks for workers and they cannot be had.
    """
    raise NotImplementedError
