"""How long an answer may be kept and served, from its headers and the behaviour's TTLs.

Sources: Amazon CloudFront Developer Guide, "Manage how long content stays in the cache (expiration)" and "How
CloudFront processes HTTP 4xx and 5xx status codes from your origin".
"""

from dataclasses import dataclass

from asset_edge.emulator.edge_policies import CachePolicy
from asset_edge.handlers.edge.events import Headers


@dataclass(frozen=True, kw_only=True)
class Lifetime:
    """How long something in the cache is served, from the moment it was stored."""

    fresh_seconds: float
    """Served without asking the origin."""

    stale_while_revalidate_seconds: float = 0
    """After that: served at once, while the origin is asked behind the viewer's back."""

    stale_if_error_seconds: float | None = None
    """After `fresh_seconds`: served where the origin answers 5xx. None: not said, then it is, without end, but
    the origin is asked again each time the error caching time is over. 0: never.
    """

    revalidatable: bool = False
    """Whether the origin may be asked for it conditionally."""


def lifetime(
    status: int,
    headers: Headers,
    policy: CachePolicy,
    *,
    now: float,
    error_min_ttl_seconds: float = 10,
    s3_origin: bool = False,
) -> Lifetime | None:
    """How long this answer is kept; None where it is not. `now` is epoch seconds. Never raises.

    `headers` are those after origin-response. A lifetime of 0 fresh seconds is given where the answer can be
    revalidated: it is kept for its validators alone.
    """
    raise NotImplementedError


def error_seconds(error_min_ttl_seconds: float, *, s3_origin: bool) -> float:
    """How long an error is kept at least, and how long the origin is not asked again for a stale object."""
    raise NotImplementedError
