"""How large the zips of the edge functions are, as the stacks deploy them."""

from asset_edge import bundle
from asset_edge.handlers.edge.config import CONFIG_FILE, dumps
from benchmarks.edge_functions import example_config
from benchmarks.figures import Figure, absolute

BUDGETS_BYTES = {"viewer_request": 260_000, "origin_request": 200_000, "origin_response": 200_000}


def measure() -> list[Figure]:
    """One figure a function, its configuration included."""
    return [
        absolute(f"zip of {entry}", "bytes", _size(entry), budget) for entry, budget in BUDGETS_BYTES.items()
    ]


def _size(entry: str) -> int:
    files = {CONFIG_FILE: dumps(example_config())}
    return len(bundle.build(f"handlers.edge.{entry}", files=files).zip_bytes())
