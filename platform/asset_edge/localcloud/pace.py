"""How fast declared time passes: schedules, intervals and periods may outrun the clock, for drills."""

from dataclasses import dataclass

from asset_edge.errors import LocalError

FASTEST = 20
"""A period of a minute is then 3 s long; datapoints are told apart by the second."""

_FIRST_SECONDS = 30.0


@dataclass(frozen=True)
class Pace:
    """Declared seconds as a function of the clock's, which are seconds since the epoch."""

    began_at: float
    times: float = 1.0
    """How many declared seconds pass in one, more than 0 and up to 20."""

    def __post_init__(self) -> None:
        if not 0 < self.times <= FASTEST:
            raise LocalError(
                f"pace is {self.times}; more than 0 and up to {FASTEST} is allowed, where 1 is as declared. "
                "Choose another"
            )

    def declared(self, at_seconds: float) -> float:
        """The declared time at an instant.

        It begins half a minute in: what runs every minute then runs in the middle of one, and a run that
        takes a little longer than another still falls into its own.
        """
        return _FIRST_SECONDS + (at_seconds - self.began_at) * self.times

    def instant(self, declared_seconds: float) -> float:
        """The instant of a declared time."""
        return self.began_at + (declared_seconds - _FIRST_SECONDS) / self.times
