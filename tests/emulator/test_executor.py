"""Threads for what blocks."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import wait

import pytest

from asset_edge.emulator.executor import DaemonExecutor


@pytest.fixture
def executor() -> Iterator[DaemonExecutor]:
    made = DaemonExecutor(2, "tested")
    yield made
    made.close(5)


def test_a_call_has_its_result(executor: DaemonExecutor) -> None:
    assert executor.submit(divmod, 7, 2).result(5) == (3, 1)
    assert executor.submit(int, "11", base=2).result(5) == 3


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_what_a_call_raises_is_its_outcome_and_the_thread_goes_on(
    executor: DaemonExecutor, error: type[BaseException]
) -> None:
    def fail() -> None:
        raise error

    assert [type(executor.submit(fail).exception(5)) for _ in range(3)] == [error] * 3


def test_as_many_calls_run_at_once_as_there_are_threads(executor: DaemonExecutor) -> None:
    meeting = threading.Barrier(2)
    assert not wait([executor.submit(meeting.wait, 5) for _ in range(2)], 10).not_done


def test_a_call_that_was_cancelled_before_its_turn_is_not_made(executor: DaemonExecutor) -> None:
    go, made = threading.Event(), list[int]()
    for _ in range(2):
        executor.submit(go.wait, 5)
    assert executor.submit(made.append, 1).cancel()
    go.set()
    executor.submit(made.append, 2).result(5)
    assert made == [2]


def test_closing_does_what_was_asked_and_ends_the_threads() -> None:
    before = threading.active_count()
    made = DaemonExecutor(2, "tested")
    last = [made.submit(time.sleep, 0.01) for _ in range(4)][-1]
    made.close(5)
    assert last.done()
    assert threading.active_count() == before


HANGING = """
import threading
from asset_edge.emulator.executor import DaemonExecutor
executor = DaemonExecutor(1, "hangs")
executor.submit(threading.Event().wait)
executor.close(0.1)
"""


def test_a_call_that_hangs_does_not_hold_the_process() -> None:
    ended = subprocess.run([sys.executable, "-c", HANGING], check=False, timeout=30)
    assert ended.returncode == 0
