"""How the local cloud and edge start and end, and what is left when they cannot start."""

import os
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from asset_edge.errors import LocalError, ProgramError, Unsupported
from asset_edge.localcloud.up import Local, Options
from tests.localcloud.test_up import options


def running_threads() -> set[str]:
    """Threads that are ours to end; the SDK's own executors are the process's."""
    ours = ("edge", "aws", "dns", "Thread-")
    return {t.name for t in threading.enumerate() if t.name.startswith(ours)}


def ended(before: set[str]) -> bool:
    deadline = time.monotonic() + 5
    while running_threads() - before and time.monotonic() < deadline:
        time.sleep(0.05)
    return not running_threads() - before


def test_ending_leaves_no_thread_port_or_variable() -> None:
    before, environment, folder = running_threads(), dict(os.environ), Path.cwd()
    with Local(options()) as running:
        addresses = [running.edge, running.aws]
        assert running_threads() > before
    assert ended(before)
    assert dict(os.environ) == environment
    assert Path.cwd() == folder
    for address in addresses:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=1)


def test_a_failed_start_frees_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for _ in range(2):
        with pytest.raises(Unsupported):
            Local(options(port=port, config={"unhandled": "true"}))


@pytest.mark.parametrize(
    ("given", "error", "named"),
    [
        pytest.param(
            options(config={"unhandled": "true"}), Unsupported, "vpcOrigin:VpcOrigin", id="unhandled"
        ),
        pytest.param(options(program=Path("/nowhere")), ProgramError, "Pulumi.yaml", id="no program"),
        pytest.param(options(stack="prod"), ProgramError, "no stack 'prod'", id="no such stack"),
        pytest.param(options(port=70_000), LocalError, "port is 70000", id="no such port"),
    ],
)
def test_what_cannot_start_says_why_and_leaves_nothing(given: Options, error: Any, named: str) -> None:
    before = running_threads()
    with pytest.raises(error, match=named):
        Local(given)
    assert ended(before)


def test_a_busy_port_is_named_before_anything_starts() -> None:
    told: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(LocalError, match=f"port {port} on 127.0.0.1 cannot be used"):
            Local(options(port=port), told.append)
    assert told == []


def test_progress_is_told_in_order() -> None:
    told: list[str] = []
    with Local(options(), told.append):
        pass
    first_words = list(dict.fromkeys(line.split()[0] for line in told))
    assert first_words == ["starting", "planning", "deploying", "asking"]
    assert told[-3:] == ["starting the functions", "starting the edge", "asking for health"]
