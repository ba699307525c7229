"""Functions run from their zips in real processes under AWS's runtime client."""

import asyncio
import json
import os
import zipfile
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import uvloop

from asset_edge import bundle
from asset_edge.emulator.functions import Deployed
from asset_edge.emulator.messages import Crashed, Returned
from tests.emulator.functions_world import (
    ARN,
    answer,
    answers,
    function,
    handler,
    is_alive,
    until,
    workers,
)

COUNTER = handler("return next(numbers)", before=["import itertools", "numbers = itertools.count(1)"])
EVENTS = Path(__file__).parents[1] / "events"
InLoop = Callable[[Coroutine[Any, Any, Any]], Any]


def in_a_thread(run_in_loop: InLoop) -> InLoop:
    """As the server has its loop."""

    def run_there(steps: Coroutine[Any, Any, Any]) -> Any:
        with ThreadPoolExecutor(1) as threads:
            return threads.submit(run_in_loop, steps).result()

    return run_there


LOOPS = pytest.mark.parametrize(
    "run_in_loop",
    [asyncio.run, uvloop.run, in_a_thread(asyncio.run), in_a_thread(uvloop.run)],
    ids=["asyncio", "uvloop", "asyncio in a thread", "uvloop in a thread"],
)


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
    config = (EVENTS.parent / "handlers" / "config.json").read_text()
    made = bundle.build("handlers.edge.viewer_request", files={"handlers/edge/config.json": config})
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
