"""Functions run from their zips in real processes under AWS's runtime client."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Coroutine
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import uvloop

from asset_edge import bundle
from asset_edge.emulator.functions import Deployed
from asset_edge.emulator.messages import Crashed, Returned
from asset_edge.emulator.workers import Workers
from asset_edge.errors import LocalError
from tests.emulator.functions_world import (
    ARN,
    NOBODY,
    answer,
    answers,
    function,
    handler,
    is_alive,
    plain,
    run,
    soon,
    until,
    workers,
)

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

EVENTS = Path(__file__).parents[1] / "events"
LOOPS = pytest.mark.parametrize("run_in_loop", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
InLoop = Callable[[Coroutine[Any, Any, Any]], Any]


@LOOPS
def test_event_and_answer_pass_as_json_in_any_loop(tmp_path: Path, run_in_loop: InLoop) -> None:
    deployed = function(tmp_path, handler("event['seen'] = True", "return event"))
    sent = {"text": "näive \N{SNOWMAN} \x00", "numbers": [1, 2.5, None]}

    async def steps() -> None:
        async with workers(deployed) as running:
            assert await running.invoke(ARN, sent) == Returned({**sent, "seen": True})

    run_in_loop(steps())
    assert "seen" not in sent


def test_an_instance_keeps_its_state_between_requests(tmp_path: Path) -> None:
    assert answers(function(tmp_path, COUNTER), 1, 1, 1) == [1, 2, 3]


def test_the_context_says_what_runs_and_for_how_long(tmp_path: Path) -> None:
    code = handler(
        "c = context",
        "return [c.function_name, c.function_version, c.invoked_function_arn, c.memory_limit_in_mb,",
        "    c.aws_request_id, c.log_group_name, 0 < c.get_remaining_time_in_millis() <= 7000]",
    )
    deployed = function(tmp_path, code, memory_size_mb=256, timeout_seconds=7)
    said = answers(deployed, {}, new_request_id=lambda: "an-id")[0]
    assert said == ["tested", "3", ARN, "256", "an-id", "/aws/lambda/tested", True]


def test_a_bundle_of_ours_runs_as_it_is(tmp_path: Path) -> None:
    made = bundle.build("handlers.edge.viewer_request")
    zipfile.ZipFile(BytesIO(made.zip_bytes())).extractall(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    event = json.loads((EVENTS / "viewer-request.query.json").read_text())
    deployed = Deployed(folder=tmp_path, handler=made.handler, name="viewer")
    assert answer(deployed, event)["uri"] == event["Records"][0]["cf"]["request"]["uri"]
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert after == before, "nothing is written into the zip's folder"


def test_a_function_imports_its_zip_the_standard_library_and_what_lambda_ships_alone(tmp_path: Path) -> None:
    code = handler(
        "found = []",
        "for name in event:",
        "    try: importlib.import_module(name)",
        "    except ImportError: continue",
        "    found.append(name)",
        "return found",
        before=["import importlib"],
    )
    installed_here = ["asset_edge", "aiohttp", "cryptography", "dns", "moto", "pytest", "uvloop", "yaml"]
    ours = ["worker_boot", "worker_boot.network", "boot", "network", "names", "messages"]
    given = ["main", "json", "sqlite3", "boto3", "botocore.config", "awslambdaric", "urllib3"]
    assert answer(function(tmp_path, code), [*installed_here, *ours, *given]) == given


def test_no_folder_of_this_environment_is_on_the_path(tmp_path: Path) -> None:
    path = answer(function(tmp_path, handler("return sys.path", before=["import sys"])))
    assert path[0] == str(tmp_path)
    assert not any("site-packages" in folder or "platform" in folder for folder in path)


def test_a_zips_own_copy_of_what_lambda_ships_is_the_functions(tmp_path: Path) -> None:
    code = handler("return simplejson.MINE", before=["import simplejson"])
    deployed = function(tmp_path, code)
    (tmp_path / "simplejson.py").write_text("MINE = True")
    assert isinstance(answer(deployed), Crashed), "the runtime client's was loaded before it, as in Lambda"
    (tmp_path / "jmespath.py").write_text("MINE = True")
    deployed = function(tmp_path, code.replace("simplejson", "jmespath"))
    assert answer(deployed) is True


def test_a_library_comes_after_the_zip(tmp_path: Path) -> None:
    layer = tmp_path / "layer"
    layer.mkdir()
    (layer / "both.py").write_text("WHERE = 'layer'")
    (layer / "alone.py").write_text("WHERE = 'layer'")
    code = handler("return [both.WHERE, alone.WHERE]", before=["import both, alone"])
    deployed = function(tmp_path / "zip", code, libraries=(layer,))
    (tmp_path / "zip" / "both.py").write_text("WHERE = 'zip'")
    assert answer(deployed) == ["zip", "layer"]


def test_the_environment_is_lambdas_and_what_the_function_declares(tmp_path: Path) -> None:
    os.environ["LEFT_OVER_OF_THE_TESTS"] = "1"
    code = handler("return dict(os.environ)", before=["import os"])
    deployed = function(
        tmp_path, code, environment={"PROBE": "x", "AWS_REGION": "not-mine"}, region="eu-west-1"
    )
    seen = answer(deployed)
    del os.environ["LEFT_OVER_OF_THE_TESTS"]
    assert "LEFT_OVER_OF_THE_TESTS" not in seen
    assert seen["PROBE"] == "x"
    assert seen["AWS_REGION"] == "eu-west-1"
    assert seen["LAMBDA_TASK_ROOT"] == str(tmp_path)
    assert seen["_X_AMZN_TRACE_ID"].startswith("Root=1-")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param(handler("raise ValueError('no')"), "ValueError: no", id="raises"),
        pytest.param(handler("return {1, 2}"), "Runtime.MarshalError: Unable to marshal", id="no JSON"),
        pytest.param(handler("return float('nan')"), "not JSON", id="NaN"),
        pytest.param(handler("return b'\\xff'"), "not JSON", id="bytes"),
        pytest.param(handler("return 'x' * 6_291_600"), "ResponseSizeTooLarge", id="too long"),
        pytest.param("raise OSError('at import')", "OSError: at import", id="raises at import"),
        pytest.param("import aiohttp", "Runtime.ImportModuleError", id="imports what is not there"),
        pytest.param("def other(event, context): ...", "Runtime.HandlerNotFound", id="no such function"),
        pytest.param("def handler(", "Runtime.UserCodeSyntaxError", id="does not compile"),
        pytest.param(handler("raise SystemExit(3)"), "exit status 3", id="exits"),
        pytest.param(handler("exit()"), "Runtime exited without providing a reason", id="quits"),
        pytest.param("import os\nos._exit(4)", "exit status 4", id="exits at import"),
        pytest.param(
            handler("os.kill(os.getpid(), 11)", before=["import os"]), "signal: SIGSEGV", id="segfault"
        ),
    ],
)
def test_a_function_that_fails_crashed_and_says_why(tmp_path: Path, code: str, reason: str) -> None:
    outcome = answer(function(tmp_path, code))
    assert isinstance(outcome, Crashed)
    assert reason in outcome.reason


def test_a_fresh_instance_takes_the_place_of_one_that_exited(tmp_path: Path) -> None:
    code = handler("return os._exit(1) if event else os.getpid()", before=["import os"])
    first, crashed, second = answers(function(tmp_path, code), None, 1, None)
    assert isinstance(crashed, Crashed)
    assert first != second


def test_an_instance_that_raised_serves_on(tmp_path: Path) -> None:
    code = handler("return 1 / event * os.getpid()", before=["import os"])
    first, crashed, second = answers(function(tmp_path, code), 1, 0, 1)
    assert isinstance(crashed, Crashed)
    assert first == second


@pytest.mark.parametrize("hang", ["while True: pass", "time.sleep(60)", "signal.pause()"])
def test_a_function_that_hangs_is_killed_and_the_next_request_served(tmp_path: Path, hang: str) -> None:
    code = handler(
        "if not event: return os.getpid()",
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))",
        hang,
        before=["import os, signal, time"],
    )
    first, hung, second = answers(function(tmp_path, code, timeout_seconds=0.3), 0, 1, 0)
    assert hung == Crashed("Task timed out after 0.30 seconds")
    assert first != second
    assert not is_alive(first)


def test_what_a_function_started_ends_with_it(tmp_path: Path) -> None:
    code = handler(
        "if event: time.sleep(60)",
        "return subprocess.Popen(['sleep', '60']).pid",
        before=["import subprocess, time"],
    )
    started, hung = answers(function(tmp_path, code, timeout_seconds=0.3), 0, 1)
    assert isinstance(hung, Crashed)
    assert until(lambda: not is_alive(started))


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


def test_close_while_instances_begin_leaves_none(tmp_path: Path) -> None:
    async def steps() -> None:
        running = Workers({ARN: function(tmp_path, PID)}.get, NOBODY)
        calls = [asyncio.ensure_future(running.invoke(ARN, {})) for _ in range(4)]
        await asyncio.sleep(0)
        await running.close()
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
    with subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(children) == 2
        assert all(is_alive(pid) for pid in children)
        parent.kill()
    assert until(lambda: not any(is_alive(pid) for pid in children))


def test_what_a_function_writes_becomes_log_records(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    code = handler(
        "print('plain')",
        "print(json.dumps({'level': 'WARN', 'message': 'json'}))",
        "print('to stderr', file=sys.stderr)",
        "raise ValueError('mine')",
        before=["import json, sys"],
    )
    with caplog.at_level("INFO", "asset_edge.function.tested"):
        answer(function(tmp_path, code))
    said = [(r.levelname, r.getMessage()) for r in caplog.records if r.name == "asset_edge.function.tested"]
    assert said[:3] == [
        ("INFO", "plain"),
        ("WARNING", '{"level": "WARN", "message": "json"}'),
        ("INFO", "to stderr"),
    ]
    assert said[3][0] == "ERROR"
    assert "ValueError: mine" in said[3][1]
    assert "main.py" in said[3][1]
