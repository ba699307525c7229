"""What is broken on purpose: per region, the way its S3 misbehaves; set and cleared while running."""

import threading
from enum import StrEnum

from asset_edge.errors import LocalError


class Kind(StrEnum):
    """How a region's S3 fails."""

    refuse = "refuse"
    """It takes no connection."""


class Faults:
    """The faults in force, by region."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}
        self._lock = threading.Lock()

    def set(self, region: str, kind: str) -> None:
        """Breaks `region` in the way of `kind`, instead of however it was broken before."""
        if kind not in list(Kind):
            raise LocalError(f"kind is {kind!r}; known faults are {', '.join(Kind)}. Choose one of them")
        with self._lock:
            self._kinds[region] = Kind(kind)

    def clear(self, region: str) -> bool:
        """Mends `region`; whether anything was broken."""
        with self._lock:
            return self._kinds.pop(region, None) is not None

    def of(self, region: str) -> Kind | None:
        """How `region` is broken now."""
        return self._kinds.get(region)

    def all(self) -> dict[str, str]:
        """Every fault in force."""
        with self._lock:
            return {region: str(kind) for region, kind in sorted(self._kinds.items())}
