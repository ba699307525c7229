"""What every test finds: a current event loop, whatever ran in its thread before."""

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def _event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One for all tests, so that none is left behind unclosed."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(autouse=True)
def _current_event_loop(_event_loop: asyncio.AbstractEventLoop) -> None:
    """The SDK makes outputs in the thread's current loop, and `asyncio.run` leaves a thread without one."""
    asyncio.set_event_loop(_event_loop)
