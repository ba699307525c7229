"""What every test finds: a current event loop, whatever ran in its thread before, and a hypothesis profile.

The profile is `ci`, or what HYPOTHESIS_PROFILE names: `nightly` tries a hundred thousand events.
"""

import asyncio
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("ci", deadline=None)
settings.register_profile("nightly", deadline=None, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


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
