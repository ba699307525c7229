"""What a viewer-request function on every behaviour would cost a month, and whether that is worth saying."""

from collections.abc import Iterator

from asset_edge.guardrails import types
from asset_edge.guardrails.behaviors import behaviors
from asset_edge.guardrails.resources import Resource, Stack
from asset_edge.guardrails.rule import Rule

DOLLARS_PER_MILLION_REQUESTS = 0.60
DOLLARS_PER_GB_SECOND = 0.00005001
"""Lambda@Edge's prices, without free tier ("AWS Lambda pricing", Lambda@Edge)."""

MEMORY_GB = 0.125
"""128 MB, all that a function on a viewer event gets."""

BILLED_SECONDS = 0.001
"""A warm decision takes less than the millisecond that is billed at least."""

WORTH_SAYING_DOLLARS = 100
_MINUTES_A_MONTH = 60 * 24 * 30


def dollars_a_month(requests_per_minute: int) -> float:
    """What a function costs that every viewer request passes, in US dollars for 30 days."""
    requests = requests_per_minute * _MINUTES_A_MONTH
    return _for_requests(requests) + _for_time(requests)


def _for_requests(requests: int) -> float:
    return requests / 1_000_000 * DOLLARS_PER_MILLION_REQUESTS


def _for_time(requests: int) -> float:
    return requests * MEMORY_GB * BILLED_SECONDS * DOLLARS_PER_GB_SECOND


def arithmetic(requests_per_minute: int) -> str:
    """How the cost comes about, for a reader to check."""
    requests = requests_per_minute * _MINUTES_A_MONTH
    return (
        f"{requests_per_minute:,} requests a minute are {requests:,} in 30 days; "
        f"{requests / 1_000_000:,.0f} million x ${DOLLARS_PER_MILLION_REQUESTS:.2f} = "
        f"${_for_requests(requests):,.0f}, and {requests * MEMORY_GB * BILLED_SECONDS:,.0f} GB-s x "
        f"${DOLLARS_PER_GB_SECOND:.8f} = ${_for_time(requests):,.0f}: "
        f"${dollars_a_month(requests_per_minute):,.0f} a month"
    )


def _viewer_request(distribution: Resource, stack: Stack) -> Iterator[str]:
    everywhere = all(
        any(association.event == "viewer-request" for association in behavior.associations())
        for behavior in behaviors(distribution)
    )
    if everywhere and dollars_a_month(stack.requests_per_minute) >= WORTH_SAYING_DOLLARS:
        yield (
            "a viewer-request function runs on every behaviour, for cache hits too: "
            f"{arithmetic(stack.requests_per_minute)}"
        )


RULES = (
    Rule(
        name="edge-cost",
        level="advisory",
        severity="medium",
        description="No viewer-request function runs on every request, unless that is cheap.",
        remediation="Leave it to the behaviours that need it, or set requestsPerMinute to what is expected",
        source='"AWS Lambda pricing", Lambda@Edge',
        types=frozenset({types.DISTRIBUTION}),
        checks=(_viewer_request,),
        reckons_with_requests=True,
    ),
)
