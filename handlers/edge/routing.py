"""Which region answers: weighted rendezvous hashing over the regions that may.

Every instance with the same view of the weights agrees, without talking to another; when a weight changes,
only the keys that the change is about move.
"""

from __future__ import annotations

import hashlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

UNNOTED = ""
"""As `tried`: this is a second run, but which region the first run took is not known."""


class Candidate:
    """A region as this instance knows it at the moment.

    `weight` is its share relative to the others, 0 to 255.
    """

    __slots__ = ("healthy", "region", "weight")

    def __init__(self, region: str, weight: int, healthy: bool) -> None:
        self.region = region
        self.weight = weight
        self.healthy = healthy


def choose(candidates: Sequence[Candidate], affinity_key: str, tried: str | None = None) -> str:
    """The region for `affinity_key`; `ValueError` without candidates.

    `tried` is None in a first run. In the second run of an origin group it is the region that the first run
    noted, which is never taken again, whatever this instance believes of its health; or `UNNOTED`: then
    another than this instance's first choice, but none known to be down while one is up.
    """
    if not candidates:
        raise ValueError("candidates is empty; at least one region is needed. Pass every bucket's region")
    first = _first_choice(candidates, affinity_key)
    if tried is None:
        return first
    others = [candidate for candidate in candidates if candidate.region != (tried or first)]
    if tried == UNNOTED and _only_up(first, candidates):
        return first
    return _first_choice(others or candidates, affinity_key)


def _only_up(region: str, candidates: Sequence[Candidate]) -> bool:
    return [candidate.region for candidate in candidates if candidate.healthy] == [region]


def _first_choice(candidates: Sequence[Candidate], affinity_key: str) -> str:
    weights = _effective_weights(candidates)
    return max(weights, key=lambda region: (_score(affinity_key, region, weights[region]), region))


def _effective_weights(candidates: Sequence[Candidate]) -> dict[str, int]:
    """Route 53's own rules: the unhealthy leave unless all are; zero weights count, equally, when alone.

    Source: Amazon Route 53 Developer Guide, "How Amazon Route 53 chooses records when health checking is
    configured".
    """
    healthy = [candidate for candidate in candidates if candidate.healthy] or candidates
    weighted = {candidate.region: candidate.weight for candidate in healthy if candidate.weight > 0}
    return weighted or {candidate.region: 1 for candidate in healthy}


def _score(affinity_key: str, region: str, weight: int) -> float:
    """Distributed as the largest of `weight` even draws: the highest falls on each region by its share."""
    digest = hashlib.sha256(f"{region}\n{affinity_key}".encode("utf-8", "surrogatepass")).digest()
    return float((int.from_bytes(digest[:8], "big") / (1 << 64)) ** (1 / weight))
