"""The same requests through two other versions: the original approach, and the ordinary one.

All three have the same events, decoded from text each time, the same configuration, and their network's
answers in memory. Before anything is timed they must agree. Import time and zip size of all three are in
`cold_start` and `bundle_sizes`.
"""

import time
from collections.abc import Mapping
from typing import Any

from benchmarks.edge_calls import SCHEMES, made
from benchmarks.figures import Figure, against_floor

REPEATS = 300
PAIRS: Mapping[str, str] = {
    "viewer-request, public asset": "ordinary viewer-request, public asset",
    **{f"viewer-request, {scheme} token": f"ordinary viewer-request, {scheme} token" for scheme in SCHEMES},
    "origin-request from text, public asset": "ordinary origin-request, public asset",
    "origin-request from text, every decision": "ordinary origin-request, every decision",
    "registry's row asked for": "boto3's row asked for",
}


def measure() -> list[Figure]:
    """Ours against each; a ratio below one is ours being faster."""
    calls = {name: (made(name), made(other)) for name, other in PAIRS.items()}
    for name, (mine, theirs) in calls.items():
        _check_agreement(name, mine(), theirs())
    ordinary = [
        against_floor(
            f"{name}, against ordinary",
            None,
            mine,
            theirs,
            repeats=REPEATS,
            clock=time.process_time,
        )
        for name, (mine, theirs) in calls.items()
    ]
    return [*ordinary, _against_the_original()]


def _against_the_original() -> Figure:
    """It signs nothing, and asks DNS with every request: its time without that is shown."""
    mine, theirs = made("origin-request from text, public asset"), made("original approach")
    name = "origin-request from text, against the original"
    return against_floor(name, None, mine, theirs, repeats=REPEATS, clock=time.process_time)


def _check_agreement(name: str, mine: Any, theirs: Any) -> None:
    if isinstance(mine, dict) and decided(mine) != decided(theirs):
        raise RuntimeError(f"{name} is {decided(mine)}, and {decided(theirs)} in the ordinary version")


def decided(request: Any) -> tuple[Any, ...]:
    """What both must have decided: where the request goes, as whom, and what the cache is to see."""
    origin = request.get("origin", {}).get("custom", {}).get("domainName")
    grant = request["headers"].get("x-asset-edge-grant", [{}])[0].get("value")
    return request["uri"], request["method"], origin, grant
