"""What Lambda@Edge lets a function be: quotas by event type, names, regions.

What a function may answer is another matter, checked while it runs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from asset_edge import naming
from asset_edge.errors import ArgumentError
from asset_edge.policies import Statement

EventType = Literal["viewer-request", "origin-request", "origin-response", "viewer-response"]
"""When CloudFront calls a function."""

EDGE_REGION = "us-east-1"
"""Where every edge function lives ("Restrictions on Lambda@Edge")."""

LOG_SID = "WriteLogs"
"""The statement every function's policy has."""

SMALLEST_MEMORY_MB = 128
"""Lambda gives no function less ("Lambda quotas")."""


@dataclass(frozen=True, kw_only=True)
class Quota:
    """What a function of one event type may have, and what it gets when nothing is said."""

    memory_size_mb: int
    timeout_seconds: int
    default_memory_size_mb: int
    default_timeout_seconds: int
    source: str
    """The page of the Amazon CloudFront Developer Guide."""


# "Quotas" gives viewer functions as much memory as Lambda does, the other page 128 MB: 128 suits both.
_VIEWER = Quota(
    memory_size_mb=128,
    timeout_seconds=30,
    default_memory_size_mb=128,
    default_timeout_seconds=3,
    source="Differences between CloudFront Functions and Lambda@Edge",
)
_ORIGIN = Quota(
    memory_size_mb=10_240,
    timeout_seconds=30,
    default_memory_size_mb=256,
    default_timeout_seconds=10,
    source="Quotas",
)
QUOTAS: dict[EventType, Quota] = {
    "viewer-request": _VIEWER,
    "origin-request": _ORIGIN,
    "origin-response": _ORIGIN,
    "viewer-response": _VIEWER,
}

LARGEST_ZIP_BYTES = 50 * 1024 * 1024
"""Of every edge function, libraries included ("Quotas", Amazon CloudFront Developer Guide)."""

RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180),
    *(365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""What a log group may keep (Amazon CloudWatch Logs API, PutRetentionPolicy)."""

LONGEST_DESCRIPTION = 256
"""Characters (AWS Lambda API, CreateFunction)."""

_FUNCTION_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def log_group_name(function_name: str) -> str:
    """Where a function's logs go in every region, the one that made it included.

    It is the name Lambda@Edge itself chooses where it runs a function. Said aloud, it holds for direct calls
    in us-east-1 too, and one name finds everything ("Edge function logs", Amazon CloudFront Developer Guide).
    """
    return f"/aws/lambda/{EDGE_REGION}.{function_name}"


def strictest(event_types: Sequence[EventType]) -> Quota:
    """The quota that a function on all of these event types must keep."""
    return min((QUOTAS[event_type] for event_type in event_types), key=lambda quota: quota.memory_size_mb)


def check_event_types(event_types: Sequence[str]) -> None:
    """Refuses none at all, an unknown one, and one said twice."""
    known = get_args(EventType)
    wrong = [e for e in event_types if e not in known] or sorted(_repeated(event_types))
    if wrong or not event_types:
        raise ArgumentError(
            f"event_types is {list(event_types)}; it holds one or more of {', '.join(known)}, each once. "
            f"{'Take out or mend ' + ', '.join(map(repr, wrong)) if wrong else 'Name when the function runs'}"
        )


def check_sizes(event_types: Sequence[EventType], memory_size_mb: int, timeout_seconds: int) -> None:
    """Refuses more memory or time than the strictest of the event types has."""
    quota = strictest(event_types)
    for what, value, least, most in (
        ("memory_size_mb", memory_size_mb, SMALLEST_MEMORY_MB, quota.memory_size_mb),
        ("timeout_seconds", timeout_seconds, 1, quota.timeout_seconds),
    ):
        if not least <= value <= most:
            allowed = f"from {least} to {most}" if least < most else f"exactly {most}"
            raise ArgumentError(
                f"{what} is {value} for {', '.join(event_types)}; Lambda@Edge allows {allowed} "
                f"(CloudFront Developer Guide, {quota.source!r}). Change it, or take another event type"
            )


def check_zip(entry: str, zip_bytes: int) -> None:
    """Refuses a bundle that is too large for the edge."""
    if zip_bytes > LARGEST_ZIP_BYTES:
        raise ArgumentError(
            f"the bundle of {entry} has {zip_bytes:,} bytes; Lambda@Edge takes {LARGEST_ZIP_BYTES:,}. "
            "Import less, or leave packages out of the bundle's `include`"
        )


def check_texts(function_name: str, description: str) -> None:
    """Refuses what Lambda does not take as a function's name or description."""
    if not _FUNCTION_NAME.fullmatch(function_name):
        raise ArgumentError(
            f"function_name is {function_name!r}; Lambda takes 1 to 64 letters, digits, hyphens and "
            "underscores. Rename it"
        )
    if len(description) > LONGEST_DESCRIPTION:
        raise ArgumentError(
            f"description has {len(description)} characters; Lambda takes {LONGEST_DESCRIPTION}. Shorten it"
        )


def check_logs(log_regions: Sequence[str], retention_in_days: int) -> None:
    """Refuses a region said twice, what is no region, and a retention CloudWatch does not know."""
    twice = sorted(_repeated([naming.checked_region(region) for region in log_regions]))
    if twice:
        raise ArgumentError(f"log_regions has {', '.join(twice)} twice; each may stand once. Drop the second")
    if retention_in_days not in RETENTION_DAYS:
        raise ArgumentError(
            f"retention_in_days is {retention_in_days}; CloudWatch keeps logs for "
            f"{', '.join(map(str, RETENTION_DAYS))} days. Take one of these"
        )


def check_statements(statements: Sequence[Statement]) -> None:
    """Refuses two statements with one Sid, which IAM does not take in one policy."""
    wrong = sorted(_repeated([LOG_SID, *(str(s["Sid"]) for s in statements if "Sid" in s)]))
    if wrong:
        raise ArgumentError(
            f"statements use the Sid {', '.join(map(repr, wrong))} twice; a Sid stands once in a policy, and "
            f"{LOG_SID!r} is the function's own. Rename one"
        )


def _repeated(values: Sequence[str]) -> set[str]:
    return {value for value in values if values.count(value) > 1}
