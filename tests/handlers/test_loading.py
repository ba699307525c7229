"""What an edge function loads at each cold start: nothing that costs more than it is worth."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEAR = {"dataclasses", "inspect", "logging", "pathlib", "pkgutil", "socket", "typing", "urllib"}


def loaded(statements: str) -> set[str]:
    """The modules of a bare interpreter after these statements."""
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{statements}\nprint(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", program], capture_output=True, check=True, text=True
    )
    return set(ran.stdout.split())


@pytest.mark.parametrize("entry", ["viewer_request", "origin_request", "origin_response"])
def test_a_cold_start_loads_nothing_dear(entry: str) -> None:
    assert not loaded(f"import handlers.edge.{entry}") & DEAR


def test_an_event_is_read_without_its_types() -> None:
    read = "from handlers.edge import events; events.request_of({})"
    assert "handlers.edge.event_types" not in loaded(read)
    assert "handlers.edge.event_types" in loaded(f"{read}; from handlers.edge.events import Request")
