"""How a region's health is measured: the two kinds of probe, what each may be told, how soon it notices.

A private bucket answers 403 to Route 53's checkers, so in both a function of the region reads an object.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import pulumi

from asset_edge.components.choices import check_choice
from asset_edge.errors import ArgumentError

PERIOD_SECONDS = 60
"""One probe and one datapoint a period: Route 53 follows standard-resolution metrics only."""

READ_AGE_SECONDS = 5
"""The oldest read from which a function URL answers its checkers."""

CHECKER_REGIONS = (
    "ap-northeast-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "eu-west-1",
    "sa-east-1",
    "us-east-1",
    "us-west-1",
    "us-west-2",
)
"""Where Route 53 has checkers (Route 53 API reference, "HealthCheckConfig", Regions)."""

HealthStatus = Literal["Healthy", "Unhealthy", "LastKnownStatus"]
"""What a check may be while its alarm has no data; a new one without a last status is healthy."""

_FEWEST_CHECKER_REGIONS = 3
_LONGEST_SEARCH_STRING = 255
_MOST_PERIODS = 10
_SECRET_PATH = re.compile(r"[A-Za-z0-9_-]{22,200}")


@dataclass(frozen=True, kw_only=True)
class ScheduledProbe:
    """Reads the object once a minute and tells CloudWatch, whose alarm Route 53 follows: nothing public."""

    evaluation_periods: int = 2
    """Minutes in a row, 1 to 10, that must fail or be silent; 1 takes a single late run for a lost region."""

    insufficient_data_health_status: HealthStatus = "Unhealthy"
    """What the region is while CloudWatch there tells Route 53 nothing, a new check's first minutes included.

    A region that cannot report counts as lost; if none can, every reader falls back to equal weights.
    """


@dataclass(frozen=True, kw_only=True)
class UrlProbe:
    """Answers Route 53's own checkers under a function URL: faster than a schedule, and public.

    Whoever learns the URL can use up its concurrency and so make the region look lost.
    """

    secret_path: pulumi.Input[str] = field(repr=False)
    """What the checkers ask for, without a leading slash: 22 to 200 letters, digits, `_` and `-`; secret."""

    interval_seconds: int = 10
    """10, or 30, which Route 53 charges less for; changing it replaces the check."""

    failure_threshold: int = 3
    """Checks in a row, 1 to 10, that change a checker's opinion."""

    checker_regions: Sequence[str] = ()
    """At least three of `CHECKER_REGIONS`; empty: all of them."""

    search_string: str | None = None
    """What the first 5,120 bytes of the answer must hold, up to 255 characters; None: its status decides."""

    reserved_concurrency: int = 5
    """Runs at a time that the region's account sets aside for the checkers, and that bound the bill."""


Probe = ScheduledProbe | UrlProbe
"""How every region of one weighted origin is measured."""


def check_probe(probe: Probe) -> None:
    """Raises ArgumentError for a probe that Route 53, CloudWatch or Lambda would refuse."""
    if isinstance(probe, ScheduledProbe):
        _check_number("evaluation_periods", probe.evaluation_periods, 1, _MOST_PERIODS)
        check_choice(
            "insufficient_data_health_status",
            probe.insufficient_data_health_status,
            get_args(HealthStatus),
        )
    else:
        check_choice("interval_seconds", probe.interval_seconds, (10, 30))
        _check_number("failure_threshold", probe.failure_threshold, 1, 10)
        _check_number("reserved_concurrency", probe.reserved_concurrency, 1, 100)
        _check_checkers(probe.checker_regions)
        _check_search_string(probe.search_string)
        _check_secret_path(probe.secret_path)


def check_probe_key(key: str) -> None:
    """Raises ArgumentError for a key that a policy naming one object cannot name."""
    if not key or any(character in key for character in "*?$"):
        raise ArgumentError(
            f"probe_key is {key!r}; the probe's role names one object, and IAM reads *, ? and $ as patterns. "
            "Name another object, or leave it out to have one written"
        )


def detection_seconds(probe: Probe, ttl_seconds: int) -> int:
    """The longest from the loss of a region to the last resolver letting go of it, AWS's own delays apart.

    A schedule sees a loss in the minute after its last good read; a checker may be told of a good read just
    before the loss. No request need fail meanwhile: an origin group retries in the other region at once.
    """
    if isinstance(probe, ScheduledProbe):
        return PERIOD_SECONDS * (probe.evaluation_periods + 1) + ttl_seconds
    return READ_AGE_SECONDS + probe.interval_seconds * probe.failure_threshold + ttl_seconds


def alarm(probe: ScheduledProbe) -> Mapping[str, Any]:
    """The arithmetic of a region's alarm: it fires when every one of the last periods failed or was silent.

    Route 53 follows no alarm with `M out of N` datapoints, percentiles, metric math or high resolution
    (Route 53 Developer Guide, "Monitoring a CloudWatch alarm"), so none of these appear.
    """
    return {
        "statistic": "Minimum",
        "comparison_operator": "LessThanThreshold",
        "threshold": 1,
        "period": PERIOD_SECONDS,
        "evaluation_periods": probe.evaluation_periods,
        "treat_missing_data": "breaching",
    }


def _check_number(name: str, value: int, least: int, most: int) -> None:
    if type(value) is not int or not least <= value <= most:  # True is an int, and no number
        raise ArgumentError(
            f"{name} of the probe is {value!r}; allowed are {least} to {most}. Pick one of these"
        )


def _check_checkers(regions: Sequence[str]) -> None:
    for region in regions:
        check_choice("checker_regions", region, CHECKER_REGIONS)
    if regions and len(set(regions)) < max(_FEWEST_CHECKER_REGIONS, len(regions)):
        raise ArgumentError(
            f"checker_regions of the probe are {', '.join(regions)}; Route 53 wants "
            f"{_FEWEST_CHECKER_REGIONS} or more different ones. Add some, or leave it empty for all"
        )


def _check_search_string(text: str | None) -> None:
    if text is not None and not 0 < len(text) <= _LONGEST_SEARCH_STRING:
        raise ArgumentError(
            f"search_string of the probe has {len(text)} characters; Route 53 takes 1 to "
            f"{_LONGEST_SEARCH_STRING}. Shorten it, or leave it out"
        )


def _check_secret_path(path: pulumi.Input[str]) -> None:
    if isinstance(path, str) and not _SECRET_PATH.fullmatch(path):
        raise ArgumentError(
            f"secret_path of the probe has {len(path)} characters and is not shown; allowed are 22 to 200 "
            "letters, digits, _ and -. Draw one with Python's secrets.token_urlsafe(32)"
        )
