"""What of a plan a release is remembered by: every resource, where it belongs, and what would replace it.

`python -m tests.upgrades.plans 0.2.0` remembers the present program as that release.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from asset_edge.localcloud import plan as plans
from asset_edge.localcloud.program import load
from asset_edge.localcloud.table import ROWS
from asset_edge.ops import renames

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent
STACKS = ("dev", "prod")

Resource = Mapping[str, Any]


def present(stack: str) -> list[dict[str, Any]]:
    """The resources of the program as it is."""
    resources: list[dict[str, Any]] = plans.plan(load(ROOT, stack))["resources"]
    return resources


def reduced(resources: Iterable[Resource]) -> list[dict[str, Any]]:
    """What is remembered of them: inputs only where a change would replace the resource."""
    return [
        {
            "urn": one["urn"],
            "type": one["type"],
            "name": one["name"],
            "parent": one["parent"],
            "replacing": {
                name: one["inputs"][name]
                for name in sorted(_replace_on(one["type"]))
                if one["inputs"].get(name) is not None
            },
        }
        for one in resources
    ]


def losses(before: Iterable[Resource], now: Iterable[Resource]) -> Iterator[str]:
    """What an upgrade would delete or make anew, in words."""
    by_urn = {str(one["urn"]): one for one in now}
    inherited = {old: one for one in by_urn.values() for old in renames.former(one, by_urn)}
    for one in before:
        found = by_urn.get(one["urn"]) or inherited.get(one["urn"])
        if found is None:
            yield f"{one['name']} ({one['type']}) would be deleted: nothing has its URN or an alias of it"
            continue
        for name, value in one["replacing"].items():
            if found["inputs"].get(name) != value:
                yield (
                    f"{one['name']} ({one['type']}) would be replaced: {name} was {value!r} and is "
                    f"{found['inputs'].get(name)!r}"
                )


def _replace_on(resource_type: str) -> Iterable[str]:
    row = ROWS.get(resource_type)
    return row.replace_on if row else ()


if __name__ == "__main__":
    remembered = {stack: reduced(present(stack)) for stack in STACKS}
    file = FOLDER / f"plan-{sys.argv[1]}.json"
    file.write_text(json.dumps(remembered, indent=1, sort_keys=True) + "\n", encoding="utf-8")
