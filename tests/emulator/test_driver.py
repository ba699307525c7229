"""Who performs what a pipeline asks for, at once and one after the other."""

import asyncio
from collections.abc import Callable

import pytest

from asset_edge.emulator.driver import Driver, drive
from asset_edge.emulator.messages import (
    Crashed,
    Ended,
    Fetch,
    Function,
    Invoke,
    OriginFailure,
    OriginRequest,
    OriginResponse,
    Outcome,
    Returned,
    Spawn,
    Wait,
)
from asset_edge.emulator.pipeline_context import Steps

CALL = Invoke(Function(arn="arn:f:1", event_type="viewer-request"), {"Records": []})
ASK = Fetch(
    OriginRequest(method="GET", protocol="https", domain_name="o.test", port=443, target="/", headers={})
)
ANSWER = OriginResponse(status=200)


class Gate:
    """A fetch under way that ends when a test says so."""

    def __init__(self) -> None:
        self.calls: list[Callable[[], None]] = []

    def when_done(self, call: Callable[[], None]) -> None:
        self.calls.append(call)


class Outside:
    """Functions and origins that answer once they may."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()

    async def invoke(self, effect: Invoke) -> Returned | Crashed:
        return Returned(effect.function.arn)

    async def fetch(self, _: OriginRequest) -> OriginResponse | OriginFailure:
        await self.open.wait()
        return ANSWER


def both(log: list[object]) -> Steps[str]:
    """Asks for one effect of each kind that reaches outside."""
    log.append((yield CALL))
    log.append((yield ASK))
    return "done"


def test_effects_are_performed_in_turn_and_their_outcomes_sent_back() -> None:
    async def driven() -> list[object]:
        log: list[object] = []
        assert await Driver(Outside()).drive(both(log)) == "done"
        return log

    in_turn: list[object] = []
    assert drive(both(in_turn), lambda _: Returned("arn:f:1"), lambda _: ANSWER) == "done"
    assert asyncio.run(driven()) == in_turn == [Returned("arn:f:1"), ANSWER]


def waiting(gate: Gate) -> Steps[Outcome]:
    return (yield Wait(gate))


def test_a_request_waits_until_what_it_waits_for_has_ended() -> None:
    async def driven() -> Outcome:
        gate = Gate()
        task = asyncio.ensure_future(Driver(Outside()).drive(waiting(gate)))
        await asyncio.sleep(0)
        assert not task.done()
        gate.calls[0]()
        return await task

    assert asyncio.run(driven()) == Ended()


def test_alone_there_is_nothing_to_wait_for() -> None:
    with pytest.raises(RuntimeError, match="there is none"):
        drive(waiting(Gate()), lambda _: Crashed(""), lambda _: ANSWER)


def spawning(steps: Steps[object]) -> Steps[str]:
    assert (yield Spawn(steps)) == Ended()
    return "answered"


def test_nobody_waits_for_what_is_spawned() -> None:
    async def driven() -> None:
        outside, log = Outside(), list[object]()
        outside.open.clear()
        driver = Driver(outside)
        assert await driver.drive(spawning(both(log))) == "answered"
        assert ANSWER not in log
        outside.open.set()
        await driver.settle()
        assert ANSWER in log

    asyncio.run(driven())


def test_alone_what_is_spawned_comes_first() -> None:
    log: list[object] = []
    assert drive(spawning(both(log)), lambda _: Returned(1), lambda _: ANSWER) == "answered"
    assert log == [Returned(1), ANSWER]


def closing(log: list[str]) -> Steps[str]:
    try:
        yield ASK
    finally:
        log.append("closed")
    return "never"


def test_a_viewer_that_leaves_closes_its_pipeline_at_once() -> None:
    async def driven() -> list[str]:
        outside, log = Outside(), list[str]()
        outside.open.clear()
        task = asyncio.ensure_future(Driver(outside).drive(closing(log)))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        return log

    assert asyncio.run(driven()) == ["closed"]


def test_a_closed_driver_leaves_nothing_running() -> None:
    async def driven() -> list[str]:
        outside, log = Outside(), list[str]()
        outside.open.clear()
        driver = Driver(outside)
        await driver.drive(spawning(closing(log)))
        await asyncio.sleep(0)
        await driver.close()
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return log

    assert asyncio.run(driven()) == ["closed"]


def broken() -> Steps[object]:
    yield CALL
    raise ZeroDivisionError("a defect")


def test_a_defect_in_what_is_spawned_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def driven() -> None:
        driver = Driver(Outside())
        assert await driver.drive(spawning(broken())) == "answered"
        await driver.settle()

    asyncio.run(driven())
    assert "a defect" in caplog.text


def test_a_defect_in_a_request_is_its_drivers() -> None:
    with pytest.raises(ZeroDivisionError):
        asyncio.run(Driver(Outside()).drive(broken()))
    with pytest.raises(ZeroDivisionError):
        drive(broken(), lambda _: Returned(1), lambda _: ANSWER)
