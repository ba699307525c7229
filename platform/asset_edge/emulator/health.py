"""Whether a Route 53 health check is healthy, from what checkers, an alarm's data or other checks say.

Sources: Amazon Route 53 Developer Guide, "How Amazon Route 53 determines whether a health check is healthy"
and "Values that you specify when you create or update health checks". One checker stands for all of them.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class AlarmState(StrEnum):
    """What an alarm makes of its metric."""

    ok = "OK"
    alarm = "ALARM"
    insufficient_data = "INSUFFICIENT_DATA"


@dataclass(frozen=True, kw_only=True)
class Check:
    """What of a health check's configuration decides its status."""

    type: str = "HTTP"
    failure_threshold: int = 3
    """Answers in a row, good or bad, that change an endpoint's status."""

    inverted: bool = False
    disabled: bool = False
    """Nothing is measured, and the check counts as healthy; inverted, as unhealthy."""

    children: tuple[str, ...] = ()
    health_threshold: int = 0
    """Of a calculated check: how many children must be healthy; 0 is always healthy."""

    insufficient_data_health_status: str = "LastKnownStatus"


def check(config: Mapping[str, Any]) -> Check:
    """A check of the API's `HealthCheckConfig` shape."""
    return Check(
        type=config["Type"],
        failure_threshold=config.get("FailureThreshold", Check.failure_threshold),
        inverted=config.get("Inverted", False),
        disabled=config.get("Disabled", False),
        children=tuple(config.get("ChildHealthChecks") or ()),
        health_threshold=config.get("HealthThreshold", 0),
        insufficient_data_health_status=config.get(
            "InsufficientDataHealthStatus", Check.insufficient_data_health_status
        ),
    )


@dataclass(frozen=True)
class Streak:
    """An endpoint's status and how many answers in a row have spoken against it."""

    healthy: bool = True
    """A new check is, until enough answers say otherwise."""

    against: int = 0


def after(streak: Streak, *, succeeded: bool, threshold: int) -> Streak:
    """The streak once one more answer is in."""
    if succeeded == streak.healthy:
        return Streak(streak.healthy)
    against = streak.against + 1
    return Streak(succeeded) if against >= threshold else Streak(streak.healthy, against)


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One look at what a check watches."""

    at_seconds: float
    """Since the epoch."""

    succeeded: bool
    text: str
    """What was seen, in a sentence."""


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What is known of one check."""

    check: Check
    streak: Streak = Streak()
    followed: bool | None = None
    """What the alarm's data last said, None before it said anything."""

    has_data: bool = False
    last: Observation | None = None
    last_failure: Observation | None = None


class Health:
    """Every health check with what was seen of it; may be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}

    def declare(self, check_id: str, declared: Check) -> None:
        """Adds a check, or changes one, which keeps what was seen of it."""
        with self._lock:
            known = self._known.get(check_id)
            self._known[check_id] = replace(known, check=declared) if known else _Known(check=declared)

    def forget(self, check_id: str) -> None:
        """Drops a check; what it says from then on is that it is healthy."""
        with self._lock:
            self._known.pop(check_id, None)

    def observe(self, check_id: str, seen: Observation) -> None:
        """Takes what a checker saw at an endpoint; of a check that is gone it takes nothing."""
        with self._lock:
            if known := self._known.get(check_id):
                threshold = known.check.failure_threshold
                streak = after(known.streak, succeeded=seen.succeeded, threshold=threshold)
                self._known[check_id] = _seen(replace(known, streak=streak), seen)

    def follow(self, check_id: str, state: AlarmState, at_seconds: float) -> None:
        """Takes what an alarm's arithmetic makes of its data."""
        with self._lock:
            if known := self._known.get(check_id):
                has_data = state is not AlarmState.insufficient_data
                followed = state is AlarmState.ok if has_data else known.followed
                text = f"the metric that the alarm watches says {state}"
                seen = Observation(at_seconds=at_seconds, succeeded=state is AlarmState.ok, text=text)
                self._known[check_id] = _seen(replace(known, followed=followed, has_data=has_data), seen)

    def healthy(self, check_id: str) -> bool:
        """Whether the check is healthy; one that does not exist is."""
        with self._lock:
            return self._healthy(check_id)

    def last(self, check_id: str) -> Observation | None:
        """The last look; None before the first."""
        with self._lock:
            known = self._known.get(check_id)
            return known.last if known else None

    def last_failure(self, check_id: str) -> Observation | None:
        """The last look that saw a failure; None where all went well."""
        with self._lock:
            known = self._known.get(check_id)
            return known.last_failure if known else None

    def _healthy(self, check_id: str) -> bool:
        known = self._known.get(check_id)
        if known is None:
            return True
        measured = known.check.disabled or self._measured(known)
        return measured != known.check.inverted

    def _measured(self, known: _Known) -> bool:
        if known.check.type == "CALCULATED":
            # Children are no calculated checks themselves, so this goes one level deep.
            healthy = sum(map(self._healthy, known.check.children))
            return healthy >= known.check.health_threshold
        return _followed(known) if known.check.type == "CLOUDWATCH_METRIC" else known.streak.healthy


def _seen(known: _Known, seen: Observation) -> _Known:
    failure = known.last_failure if seen.succeeded else seen
    return replace(known, last=seen, last_failure=failure)


def _followed(known: _Known) -> bool:
    """What the data say; without any, what the check was told to be. No last status counts as healthy."""
    if known.has_data or known.check.insufficient_data_health_status == "LastKnownStatus":
        return known.followed is not False
    return known.check.insufficient_data_health_status == "Healthy"
