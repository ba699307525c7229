"""Which way functions are run here: in worker processes, or in this process where those cannot be had."""

from typing import Literal, NamedTuple

from asset_edge.emulator import workers_view
from asset_edge.emulator.functions import Find, Invoker
from asset_edge.emulator.in_process import InProcess
from asset_edge.emulator.workers import Network, Workers
from asset_edge.errors import LocalError

Mode = Literal["auto", "workers", "in-process"]


class Choice(NamedTuple):
    """Who runs functions, and a sentence for the start-up output."""

    functions: Invoker
    note: str


def choose(
    find: Find,
    network: Network,
    *,
    mode: Mode = "auto",
    most_instances: int = 4,
    against: str | None = workers_view.missing(),
) -> Choice:
    """Worker processes on Linux with awslambdaric, else this process, and says so.

    `against` is what stands against workers on this machine. Raises LocalError where `mode` asks for them
    nevertheless.
    """
    if mode == "workers" and against:
        raise LocalError(
            f"functions cannot run in worker processes: {against}. Let them run in this process "
            "(in-process), or let the mode choose (auto)"
        )
    if mode == "in-process" or against:
        why = "as asked" if mode == "in-process" else against
        return Choice(InProcess(find, most_instances=most_instances), f"functions run in this process: {why}")
    return Choice(
        Workers(find, network, most_instances=most_instances),
        "functions run in worker processes under AWS's runtime client, from their zips alone",
    )
