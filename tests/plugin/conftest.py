"""One plugin for all the tests of a process: starting it takes seconds, and it keeps nothing."""

from collections.abc import Iterator

import pytest

from tests.plugin.served import Plugin, plugin


@pytest.fixture(scope="package")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plugin]:
    with plugin(tmp_path_factory.mktemp("program")) as running:
        yield running
