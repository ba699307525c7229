"""A distribution with everything, input by input: whatever changes in it shows in one readable diff.

`python -m tests.components.test_asset_distribution_golden` writes the file anew; read its diff first.
"""

import json
from pathlib import Path

from tests.components.distributions import EVERYTHING, deployed

GOLDEN = Path(__file__).parent / "golden" / "asset-distribution.json"


def told() -> str:
    """Name, type and inputs of every resource, sorted, as text."""
    resources = [
        {"name": r.name, "type": r.type, "inputs": r.inputs}
        for r in sorted(deployed(**EVERYTHING).all, key=lambda r: r.urn)
        if r.custom
    ]
    return json.dumps(resources, indent=2, sort_keys=True) + "\n"


def test_a_distribution_with_everything_is_told_as_the_golden_file_says() -> None:
    assert json.loads(told()) == json.loads(GOLDEN.read_text())


if __name__ == "__main__":
    GOLDEN.write_text(told())
