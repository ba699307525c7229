"""Worker processes, or this process and why."""

import asyncio
from pathlib import Path

import pytest

from asset_edge.emulator import workers_view
from asset_edge.emulator.in_process import InProcess
from asset_edge.emulator.messages import Returned
from asset_edge.emulator.workers import Workers
from asset_edge.emulator.workers_choice import Mode, choose
from asset_edge.errors import LocalError
from tests.emulator.functions_world import ARN, NOBODY, function, handler


@pytest.mark.parametrize(
    ("mode", "against", "chosen", "note"),
    [
        ("auto", None, Workers, "in worker processes"),
        ("workers", None, Workers, "in worker processes"),
        ("in-process", None, InProcess, "in this process: as asked"),
        ("auto", "no such thing", InProcess, "in this process: no such thing"),
        ("in-process", "no such thing", InProcess, "in this process: as asked"),
    ],
)
def test_workers_are_taken_where_nothing_stands_against_them(
    tmp_path: Path, mode: Mode, against: str | None, chosen: type, note: str
) -> None:
    async def steps() -> None:
        choice = choose(
            {ARN: function(tmp_path, handler("return 1"))}.get, NOBODY, mode=mode, against=against
        )
        assert isinstance(choice.functions, chosen)
        assert note in choice.note
        await choice.functions.start([ARN])
        assert await choice.functions.invoke(ARN, {}) == Returned(1)
        await choice.functions.close()

    asyncio.run(steps())


def test_workers_asked_for_and_not_to_be_had_are_an_error() -> None:
    with pytest.raises(LocalError, match=r"worker processes: no such thing\. Let them run in this process"):
        choose(lambda _: None, NOBODY, mode="workers", against="no such thing")


def test_nothing_stands_against_workers_here() -> None:
    assert workers_view.missing() is None


@pytest.mark.parametrize(
    ("system", "module", "said"),
    [("darwin", "awslambdaric", "is for Linux"), ("linux", "no_such_module", "not installed")],
)
def test_what_stands_against_workers_is_named(system: str, module: str, said: str) -> None:
    assert said in str(workers_view.missing(system, module))
