"""Functions run from their zips, in this process."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asset_edge.emulator.functions import Deployed, Functions
from asset_edge.emulator.messages import Crashed, Function, Invoke, Returned

ARN = "arn:aws:lambda:us-east-1:123456789012:function:tested:3"

COUNTER = """
import itertools, time
from . import words
numbers = itertools.count(1)
def handler(event, context):
    time.sleep(0.02)
    event["changed"] = True
    return {"said": words.SAID, "number": next(numbers), "context": vars(context)}
"""


def deployed(folder: Path, handler: str, **files: str) -> Functions:
    for name, text in files.items():
        file = folder / (name.replace("__", "/") + ".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return Functions({ARN: Deployed(folder=folder, handler=handler, name="tested")})


@pytest.fixture
def counting(tmp_path: Path) -> Iterator[Functions]:
    functions = deployed(
        tmp_path,
        "handlers.edge.counter.handler",
        handlers__edge__counter=COUNTER,
        handlers__edge__words="SAID = 'hi'",
    )
    yield functions
    functions.close()


def event(request_id: str = "r1") -> Any:
    return {"Records": [{"cf": {"config": {"requestId": request_id}}}]}


def invoke(functions: Functions, sent: Any = None, arn: str = ARN) -> Any:
    outcome = functions.invoke(Invoke(Function(arn=arn, event_type="origin-request"), sent or event()))
    return outcome.answer if isinstance(outcome, Returned) else outcome


def test_a_function_runs_from_its_zip_with_its_siblings(counting: Functions) -> None:
    assert invoke(counting)["said"] == "hi"


def test_the_event_is_the_functions_own_copy(counting: Functions) -> None:
    sent = event()
    invoke(counting, sent)
    assert sent == event()


def test_an_instance_keeps_its_state_between_requests(counting: Functions) -> None:
    assert [invoke(counting)["number"] for _ in range(3)] == [1, 2, 3]


def test_requests_at_once_get_instances_with_states_of_their_own(counting: Functions) -> None:
    numbers: list[int] = []
    threads = [threading.Thread(target=lambda: numbers.append(invoke(counting)["number"])) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [1, 1, 1]


def test_the_context_says_what_runs(counting: Functions) -> None:
    assert invoke(counting, event("an-id"))["context"] == {
        "function_name": "tested",
        "function_version": "3",
        "invoked_function_arn": ARN,
        "memory_limit_in_mb": "128",
        "aws_request_id": "an-id",
    }


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param("def handler(event, context): raise ValueError('no')", "ValueError: no", id="raises"),
        pytest.param("def handler(event, context): return {1, 2}", "not JSON serializable", id="no JSON"),
        pytest.param("raise OSError('at import')", "at import", id="raises at import"),
        pytest.param("def handler(event, context): raise SystemExit(3)", "SystemExit: 3", id="exits"),
        pytest.param("raise KeyboardInterrupt('at import')", "KeyboardInterrupt", id="exits at import"),
        pytest.param("def other(event, context): ...", "handler", id="has no such function"),
        pytest.param("def handler(", "SyntaxError", id="does not compile"),
    ],
)
def test_a_function_that_fails_crashed_and_says_why(tmp_path: Path, code: str, reason: str) -> None:
    functions = deployed(tmp_path, "main.handler", main=code)
    outcome = invoke(functions)
    functions.close()
    assert isinstance(outcome, Crashed)
    assert reason in outcome.reason


def test_an_instance_that_crashed_serves_the_next_request(tmp_path: Path) -> None:
    code = "calls = []\ndef handler(event, context):\n    calls.append(1)\n    return 1 / (len(calls) - 1)"
    functions = deployed(tmp_path, "main.handler", main=code)
    assert isinstance(invoke(functions), Crashed)
    assert invoke(functions) == 1
    functions.close()


def test_an_arn_that_nobody_deployed_crashed(counting: Functions) -> None:
    assert isinstance(invoke(counting, arn="arn:other:1"), Crashed)


def test_nothing_of_a_closed_function_stays_behind(counting: Functions) -> None:
    before = {name for name in sys.modules if name.startswith("_edge_function_")}
    invoke(counting)
    assert {name for name in sys.modules if name.startswith("_edge_function_")} > before
    counting.close()
    assert {name for name in sys.modules if name.startswith("_edge_function_")} == before
