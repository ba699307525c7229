"""Which of several regions is the nearest to another, as the crow flies.

Where a region is: AWS Global Infrastructure, "Regions and Availability Zones", to the degree; who is nearer
depends on no more.
"""

from __future__ import annotations

import math

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_PLACES = {  # latitude and longitude in degrees, north and east positive
    "af-south-1": (-34, 18),
    "ap-east-1": (22, 114),
    "ap-east-2": (25, 122),
    "ap-northeast-1": (36, 140),
    "ap-northeast-2": (38, 127),
    "ap-northeast-3": (35, 136),
    "ap-south-1": (19, 73),
    "ap-south-2": (17, 78),
    "ap-southeast-1": (1, 104),
    "ap-southeast-2": (-34, 151),
    "ap-southeast-3": (-6, 107),
    "ap-southeast-4": (-38, 145),
    "ap-southeast-5": (3, 102),
    "ap-southeast-6": (-37, 175),
    "ap-southeast-7": (14, 101),
    "ca-central-1": (46, -74),
    "ca-west-1": (51, -114),
    "eu-central-1": (50, 9),
    "eu-central-2": (47, 9),
    "eu-north-1": (59, 18),
    "eu-south-1": (45, 9),
    "eu-south-2": (42, -1),
    "eu-west-1": (53, -6),
    "eu-west-2": (52, 0),
    "eu-west-3": (49, 2),
    "il-central-1": (32, 35),
    "me-central-1": (24, 54),
    "me-south-1": (26, 51),
    "mx-central-1": (21, -100),
    "sa-east-1": (-24, -47),
    "us-east-1": (39, -77),
    "us-east-2": (40, -83),
    "us-west-1": (37, -122),
    "us-west-2": (46, -120),
}


def nearest(region: str | None, others: Sequence[str]) -> str:
    """The one of `others` (at least one) nearest to `region`; the first where it is not known where that is.

    One whose place is not known is the farthest; of equals the first is taken.
    """
    if region in others:
        return str(region)
    here = _PLACES.get(region or "")
    return others[0] if here is None else min(others, key=lambda other: _angle(here, _PLACES.get(other)))


def _angle(one: tuple[int, int], other: tuple[int, int] | None) -> float:
    """Between two places, in radians; more than there is for a place that is not known."""
    if other is None:
        return 2 * math.pi
    north, south = math.radians(one[0]), math.radians(other[0])
    apart = math.radians(one[1] - other[1])
    cosine = math.sin(north) * math.sin(south) + math.cos(north) * math.cos(south) * math.cos(apart)
    return math.acos(max(-1.0, min(1.0, cosine)))
