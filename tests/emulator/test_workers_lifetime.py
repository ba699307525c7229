"""How many processes there are, for how long, and what becomes of who waits for them."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asset_edge.emulator.messages import Crashed, Returned
from asset_edge.emulator.workers import Workers
from asset_edge.errors import LocalError
from tests.emulator.functions_world import (
    ARN,
    NOBODY,
    function,
    handler,
    is_alive,
    plain,
    run,
    soon,
    until,
    workers,
)

if TYPE_CHECKING:
    from asset_edge.emulator.functions import Deployed

COUNTER = handler("return next(numbers)", before=["import itertools", "numbers = itertools.count(1)"])
PID = handler("return os.getpid()", before=["import os"])
TOGETHER = handler(
    "folder, number = event",
    "pathlib.Path(folder, str(os.getpid())).touch()",
    "while len(os.listdir(folder)) < number: time.sleep(0.002)",
    "return os.getpid()",
    before=["import os, pathlib, time"],
)
"""Answers once so many instances are busy at the same time."""


def test_requests_at_once_get_up_to_four_instances(tmp_path: Path) -> None:
    (tmp_path / "busy").mkdir()

    async def steps() -> None:
        async with workers(function(tmp_path / "zip", TOGETHER)) as running:
            calls = (running.invoke(ARN, [str(tmp_path / "busy"), 4]) for _ in range(4))
            seen = sorted(plain(outcome) for outcome in await asyncio.gather(*calls))
            assert seen == running.process_ids(ARN)
            assert len(set(seen)) == 4

    run(steps)


def test_more_requests_than_instances_wait_and_all_are_served(tmp_path: Path) -> None:
    async def steps() -> None:
        code = handler("time.sleep(0.02)", "return [os.getpid(), event]", before=["import os, time"])
        async with workers(function(tmp_path, code), most_instances=2) as running:
            outcomes = await asyncio.gather(*(running.invoke(ARN, number) for number in range(9)))
            assert [plain(outcome)[1] for outcome in outcomes] == list(range(9))
            assert len({plain(outcome)[0] for outcome in outcomes}) <= 2

    run(steps)


def test_the_instance_that_was_busy_last_is_taken_first(tmp_path: Path) -> None:
    (tmp_path / "busy").mkdir()

    async def steps() -> None:
        async with workers(function(tmp_path / "zip", TOGETHER)) as running:
            event = [str(tmp_path / "busy"), 2]
            await asyncio.gather(running.invoke(ARN, event), running.invoke(ARN, event))
            seen = {plain(await running.invoke(ARN, event)) for _ in range(5)}
            assert len(running.process_ids(ARN)) == 2
            assert len(seen) == 1

    run(steps)


def test_a_caller_that_leaves_does_not_end_the_function(tmp_path: Path) -> None:
    code = handler(
        "time.sleep(0.1)", "return next(numbers)", before=[*COUNTER.splitlines()[:2], "import time"]
    )

    async def steps() -> None:
        async with workers(function(tmp_path, code), most_instances=1) as running:
            await running.start([ARN])
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(running.invoke(ARN, {}), 0.02)
            assert await running.invoke(ARN, {}) == Returned(2)

    run(steps)


def test_an_idle_instance_that_dies_is_not_asked_any_more(tmp_path: Path) -> None:
    async def steps() -> None:
        async with workers(function(tmp_path, PID)) as running:
            first = plain(await running.invoke(ARN, {}))
            os.kill(first, signal.SIGKILL)
            assert await soon(lambda: running.process_ids(ARN) == [])
            assert plain(await running.invoke(ARN, {})) not in (first, None)

    run(steps)


def test_start_has_every_function_initialised_before_any_request(tmp_path: Path) -> None:
    other = ARN.replace(":3", ":4")

    async def steps() -> None:
        found = {ARN: function(tmp_path / "a", PID), other: function(tmp_path / "b", PID)}
        async with workers(found) as running:
            await running.start([ARN, other, ARN])
            before = [running.process_ids(arn) for arn in (ARN, other)]
            assert [len(ids) for ids in before] == [1, 1]
            await running.start([ARN])
            assert plain(await running.invoke(ARN, {})) == before[0][0]

    run(steps)


def test_start_says_which_function_cannot_be_initialised_and_why(tmp_path: Path) -> None:
    async def steps() -> None:
        async with workers(function(tmp_path, "raise KeyError('SETTING')", name="broken")) as running:
            with pytest.raises(LocalError, match=r"broken .*KeyError: 'SETTING'"):
                await running.start([ARN])

    run(steps)


def test_a_function_is_found_at_its_first_request_and_again_when_deployed_anew(tmp_path: Path) -> None:
    found: dict[str, Deployed] = {}

    async def steps() -> None:
        async with workers(found) as running:
            assert "no function" in plain(await running.invoke(ARN, {})).reason
            found[ARN] = function(tmp_path / "1", handler("return 'one'"))
            assert await running.invoke(ARN, {}) == Returned("one")
            [old] = running.process_ids(ARN)
            found[ARN] = function(tmp_path / "2", handler("return 'two'"))
            assert await running.invoke(ARN, {}) == Returned("two")
            assert await soon(lambda: not is_alive(old))

    run(steps)


def test_close_ends_every_process_and_answers_who_waits(tmp_path: Path) -> None:
    async def steps() -> None:
        running = Workers(
            {ARN: function(tmp_path, handler("import time; time.sleep(60)"), timeout_seconds=60)}.get,
            NOBODY,
            most_instances=1,
        )
        calls = [asyncio.ensure_future(running.invoke(ARN, {})) for _ in range(3)]
        await running.start([ARN])
        ids = running.process_ids(ARN)
        await running.close()
        assert all(isinstance(outcome, Crashed) for outcome in await asyncio.gather(*calls))
        assert ids
        assert not any(is_alive(pid) for pid in ids)
        assert isinstance(await running.invoke(ARN, {}), Crashed)
        await running.close()

    run(steps)


@pytest.mark.parametrize("turns_of_the_loop", range(6))
def test_close_while_instances_begin_leaves_none_and_waits_for_none(
    tmp_path: Path, turns_of_the_loop: int
) -> None:
    async def steps() -> None:
        deployed = function(tmp_path, "import time; time.sleep(60)\n" + PID)
        running = Workers({ARN: deployed}.get, NOBODY)
        calls = [asyncio.ensure_future(running.invoke(ARN, {})) for _ in range(3)]
        for _ in range(turns_of_the_loop):
            await asyncio.sleep(0)
        await asyncio.wait_for(running.close(), 8)
        assert all(isinstance(outcome, Crashed) for outcome in await asyncio.gather(*calls))
        assert running.process_ids(ARN) == []

    run(steps)


PARENT = """
import asyncio, sys
from pathlib import Path
from asset_edge.emulator.functions import Deployed
from asset_edge.emulator.workers import Network, Workers

async def main():
    deployed = Deployed(folder=Path(sys.argv[1]), handler="main.handler", name="f", timeout_seconds=60)
    workers = Workers(lambda arn: deployed, Network(dns="127.0.0.1:1"))
    await workers.start(["idle", "busy"])
    call = asyncio.ensure_future(workers.invoke("busy", True))
    await asyncio.sleep(0.1)
    print(*workers.process_ids("idle"), *workers.process_ids("busy"), flush=True)
    await call

asyncio.run(main())
"""


def test_a_parent_killed_by_sigkill_leaves_no_child(tmp_path: Path) -> None:
    function(tmp_path, handler("while event: pass"))
    command = [sys.executable, "-c", PARENT, str(tmp_path)]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}  # it cannot tidy up after itself
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(children) == 2
        assert all(is_alive(pid) for pid in children)
        parent.kill()
    assert until(lambda: not any(is_alive(pid) for pid in children))
