"""What is broken on purpose: S3 or DynamoDB in a region, the name server, replication; set while running."""

import threading
from enum import StrEnum

from asset_edge.errors import LocalError

DNS = "dns"
"""The target that is the name server; it can be silent."""

REPLICATION = "replication"
"""The target that is the copying between buckets, and between tables; it can be paused."""

TABLES = "dynamodb"
"""The target that is DynamoDB everywhere; `dynamodb/eu-west-1` is that of one region."""


class Kind(StrEnum):
    """How a region's S3 fails."""

    refuse = "refuse"
    """It takes no connection."""

    forbidden = "forbidden"
    """It answers 403 to everything."""

    unavailable = "unavailable"
    """It answers 503 to everything."""

    hang = "hang"
    """It takes connections and never answers."""

    black_hole = "black-hole"
    """Nothing comes back at all, not even a refusal."""


class TableKind(StrEnum):
    """How a region's DynamoDB fails."""

    refuse = "refuse"
    """It takes no connection."""

    forbidden = "forbidden"
    """It says that the caller may not."""

    unavailable = "unavailable"
    """It answers 500 to everything."""

    hang = "hang"
    """It takes connections and never answers."""

    black_hole = "black-hole"
    """Nothing comes back at all, not even a refusal."""

    slow = "slow"
    """It answers, but two seconds late."""

    lying = "lying"
    """It answers 200 with what is no item of the key."""


_ONLY = {DNS: "silent", REPLICATION: "paused"}


class Faults:
    """The faults in force, by target. Any thread may ask and set.

    A target is a region (its S3), `dns`, `replication`, `dynamodb`, or `dynamodb/` and a region.
    """

    def __init__(self) -> None:
        self._kinds: dict[str, str] = {}
        self._lock = threading.Lock()

    def set(self, target: str, kind: object) -> None:
        """Breaks `target` in the way of `kind`, instead of however it was broken before.

        Raises `LocalError` for a kind that this target does not know.
        """
        known = kinds_of(target)
        if not isinstance(kind, str) or kind not in known:
            raise LocalError(
                f"kind is {kind!r}; known faults of {target} are {', '.join(known)}. Choose one of them"
            )
        with self._lock:
            self._kinds[target] = str(kind)

    def clear(self, target: str) -> bool:
        """Mends `target`; whether anything was broken."""
        with self._lock:
            return self._kinds.pop(target, None) is not None

    def of(self, region: str) -> Kind | None:
        """How the S3 of `region` is broken now."""
        kind = None if region in _ONLY or is_of_tables(region) else self._kinds.get(region)
        return Kind(kind) if kind else None

    def of_tables(self, region: str) -> TableKind | None:
        """How the DynamoDB of `region` is broken now; its own fault before the one everywhere."""
        kind = self._kinds.get(f"{TABLES}/{region}") or self._kinds.get(TABLES)
        return TableKind(kind) if kind else None

    @property
    def dns_silent(self) -> bool:
        """Whether the name server gives no answer."""
        return DNS in self._kinds

    @property
    def replication_paused(self) -> bool:
        """Whether nothing is copied for the time being."""
        return REPLICATION in self._kinds

    def all(self) -> dict[str, str]:
        """Every fault in force, by target."""
        with self._lock:
            return dict(sorted(self._kinds.items()))


def kinds_of(target: str) -> tuple[str, ...]:
    """The ways in which `target` can be broken; any name that is none of our own is taken for a region."""
    if is_of_tables(target):
        return tuple(TableKind)
    return (_ONLY[target],) if target in _ONLY else tuple(Kind)


def is_of_tables(target: str) -> bool:
    """Whether it is DynamoDB, everywhere or in a region."""
    return target.partition("/")[0] == TABLES
