"""Functions run from their zips in this process, as they do in worker processes."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from asset_edge.emulator.functions import Deployed
from asset_edge.emulator.in_process import InProcess
from asset_edge.emulator.messages import Crashed, Returned
from asset_edge.errors import LocalError
from tests.emulator.functions_world import ARN, function, handler, plain

COUNTER = """
import itertools, time
from . import words
numbers = itertools.count(1)
def handler(event, context):
    time.sleep(0.02)
    event["changed"] = True
    return {"said": words.SAID, "number": next(numbers), "context": vars(context)}
"""


def counting(folder: Path) -> Deployed:
    package = folder / "handlers" / "edge"
    package.mkdir(parents=True)
    (package / "counter.py").write_text(COUNTER)
    (package / "words.py").write_text("SAID = 'hi'")
    return Deployed(folder=folder, handler="handlers.edge.counter.handler", name="tested")


def with_functions(deployed: Deployed, steps: Callable[[InProcess], Awaitable[None]], **options: Any) -> None:
    async def all_of_them() -> None:
        functions = InProcess({ARN: deployed}.get, **options)
        try:
            await asyncio.wait_for(steps(functions), 20)
        finally:
            await functions.close()

    asyncio.run(all_of_them())


def answers(deployed: Deployed, *events: object, **options: Any) -> list[Any]:
    found: list[Any] = []

    async def steps(functions: InProcess) -> None:
        found.extend([plain(await functions.invoke(ARN, event)) for event in events])

    with_functions(deployed, steps, **options)
    return found


def test_a_function_runs_from_its_zip_with_its_siblings(tmp_path: Path) -> None:
    assert answers(counting(tmp_path), {})[0]["said"] == "hi"


def test_the_event_is_the_functions_own_copy(tmp_path: Path) -> None:
    sent: dict[str, object] = {}
    answers(counting(tmp_path), sent)
    assert sent == {}


def test_an_instance_keeps_its_state_between_requests(tmp_path: Path) -> None:
    assert [said["number"] for said in answers(counting(tmp_path), {}, {}, {})] == [1, 2, 3]


def test_requests_at_once_get_instances_with_states_of_their_own(tmp_path: Path) -> None:
    async def steps(functions: InProcess) -> None:
        outcomes = await asyncio.gather(*(functions.invoke(ARN, {}) for _ in range(3)))
        assert [plain(outcome)["number"] for outcome in outcomes] == [1, 1, 1]

    with_functions(counting(tmp_path), steps)


def test_the_context_says_what_runs(tmp_path: Path) -> None:
    said = answers(counting(tmp_path), {}, new_request_id=lambda: "an-id")[0]
    assert said["context"] == {
        "function_name": "tested",
        "function_version": "3",
        "invoked_function_arn": ARN,
        "memory_limit_in_mb": "128",
        "aws_request_id": "an-id",
    }


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param(handler("raise ValueError('no')"), "ValueError: no", id="raises"),
        pytest.param(handler("raise StopIteration"), "StopIteration", id="stops"),
        pytest.param(handler("return {1, 2}"), "not JSON serializable", id="no JSON"),
        pytest.param(handler("return float('inf')"), "Infinity is not JSON", id="infinity"),
        pytest.param("raise OSError('at import')", "at import", id="raises at import"),
        pytest.param("raise StopIteration('at import')", "at import", id="stops at import"),
        pytest.param(handler("raise SystemExit(3)"), "SystemExit: 3", id="exits"),
        pytest.param("raise KeyboardInterrupt('at import')", "KeyboardInterrupt", id="exits at import"),
        pytest.param("def other(event, context): ...", "handler", id="has no such function"),
        pytest.param("def handler(", "SyntaxError", id="does not compile"),
    ],
)
def test_a_function_that_fails_crashed_and_says_why(tmp_path: Path, code: str, reason: str) -> None:
    outcome = answers(function(tmp_path, code), {})[0]
    assert isinstance(outcome, Crashed)
    assert reason in outcome.reason


def test_an_instance_that_raised_serves_on_and_one_that_exited_does_not(tmp_path: Path) -> None:
    code = handler(
        "number = next(numbers)",
        "if event: raise event_errors[event]",
        "return number",
        before=[
            "import itertools",
            "numbers = itertools.count(1)",
            "event_errors = {1: ValueError(), 2: SystemExit()}",
        ],
    )
    found = answers(function(tmp_path, code), 0, 1, 0, 2, 0)
    assert [said if isinstance(said, int) else "crashed" for said in found] == [1, "crashed", 3, "crashed", 1]


def test_a_function_that_hangs_is_answered_for_and_the_next_request_served(tmp_path: Path) -> None:
    code = handler("time.sleep(1 if event else 0)", "return 'served'", before=["import time"])
    found = answers(function(tmp_path, code, timeout_seconds=0.1), 1, 0, most_instances=1)
    assert found == [Crashed("Task timed out after 0.10 seconds"), "served"]


def test_start_says_which_function_cannot_be_initialised(tmp_path: Path) -> None:
    async def steps(functions: InProcess) -> None:
        with pytest.raises(LocalError, match=r"broken .*KeyError: 'x'"):
            await functions.start([ARN])

    with_functions(function(tmp_path, "raise KeyError('x')", name="broken"), steps)


def test_an_arn_that_nobody_deployed_crashed(tmp_path: Path) -> None:
    async def steps(functions: InProcess) -> None:
        outcome = await functions.invoke("arn:other:1", {})
        assert outcome == Crashed(
            "no function arn:other:1 is deployed here; a version's ARN ends with its number"
        )

    with_functions(counting(tmp_path), steps)


def test_nothing_of_a_closed_function_stays_behind(tmp_path: Path) -> None:
    def loaded() -> set[str]:
        return {name for name in sys.modules if name.startswith("_edge_function_")}

    before = loaded()

    async def steps(functions: InProcess) -> None:
        assert isinstance(await functions.invoke(ARN, {}), Returned)
        assert loaded() > before

    with_functions(counting(tmp_path), steps)
    assert loaded() == before


def test_close_answers_who_waits(tmp_path: Path) -> None:
    code = handler("time.sleep(0.3)", before=["import time"])

    async def steps(functions: InProcess) -> None:
        calls = [asyncio.ensure_future(functions.invoke(ARN, {})) for _ in range(3)]
        await functions.start([ARN])
        await functions.close()
        assert all(isinstance(outcome, Crashed) for outcome in await asyncio.gather(*calls))

    with_functions(function(tmp_path, code), steps, most_instances=1)


@pytest.mark.parametrize("begun_for_seconds", [0, 0.05])
def test_close_while_a_function_is_loaded_forgets_it(tmp_path: Path, begun_for_seconds: float) -> None:
    async def steps(functions: InProcess) -> None:
        call = asyncio.ensure_future(functions.invoke(ARN, {}))
        await asyncio.sleep(0)
        await asyncio.sleep(begun_for_seconds)
        await functions.close()
        assert isinstance(await call, Crashed)

    code = "import time; time.sleep(0.1)\n" + handler("return 1")
    with_functions(function(tmp_path, code if begun_for_seconds else handler("return 1")), steps)
    assert not any(name.startswith("_edge_function_") for name in sys.modules)


def test_it_says_what_differs_from_lambda() -> None:
    assert any("network" in note for note in InProcess(lambda _: None).notes)
