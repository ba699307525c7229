"""What CloudFront and Lambda@Edge allow at most, as rows that say where each figure comes from.

Sources are pages of the Amazon CloudFront Developer Guide. KB and MB are binary.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from asset_edge.handlers.edge.events import EventType

Unit = Literal["bytes", "characters", "seconds", "requests per second", "count", "port"]

KB = 1024
MB = 1024 * KB

QUOTAS = "Quotas"
RESTRICTIONS = "Restrictions on Lambda@Edge"
EDGE_RESTRICTIONS = "Restrictions on edge functions"
STRUCTURE = "Lambda@Edge event structure"
CHOOSING = "Choose between CloudFront Functions and Lambda@Edge"


@dataclass(frozen=True)
class Limit:
    """One quota; the bounds themselves are still allowed."""

    what: str
    value: int
    unit: Unit
    source: str
    """The page that states it."""

    trigger: EventType | None = None
    """Where it holds; None where the trigger makes no difference."""

    least: int = 0

    def allows(self, value: int) -> bool:
        """Whether `value`, in the row's unit, is within the limit."""
        return self.least <= value <= self.value

    def __str__(self) -> str:
        """The row in a message: figure, unit, trigger, source."""
        least = f"{self.least} to " if self.least else "at most "
        at = f" at {self.trigger}" if self.trigger else ""
        return f"{least}{self.value} {self.unit}{at} ({self.source})"


def _at(trigger: EventType, what: str, value: int, source: str) -> tuple[EventType, Limit]:
    return trigger, Limit(what, value, "bytes", source, trigger)


GENERATED_RESPONSE: Mapping[EventType, Limit] = dict(
    [
        _at("viewer-request", "generated response, headers and body", 40 * KB, QUOTAS),
        _at("viewer-response", "generated response, headers and body", 40 * KB, QUOTAS),
        _at("origin-request", "generated response, headers and body", 1 * MB, QUOTAS),
        _at("origin-response", "generated response, headers and body", 1 * MB, QUOTAS),
    ]
)
MEMORY: Mapping[EventType, Limit] = dict(
    [
        # Another page gives viewer functions as much as origin functions: the smaller satisfies both.
        _at("viewer-request", "memory of a function", 128 * MB, CHOOSING),
        _at("viewer-response", "memory of a function", 128 * MB, CHOOSING),
        _at("origin-request", "memory of a function", 10_240 * MB, QUOTAS),
        _at("origin-response", "memory of a function", 10_240 * MB, QUOTAS),
    ]
)
EXPOSED_BODY: Mapping[EventType, Limit] = dict(
    [
        _at("viewer-request", "request body shown to a function, cut beyond", 40 * KB, RESTRICTIONS),
        _at("origin-request", "request body shown to a function, cut beyond", 1 * MB, RESTRICTIONS),
    ]
)
REPLACED_BODY_TEXT: Mapping[EventType, Limit] = dict(
    [
        _at("viewer-request", "replaced request body, text", 40 * KB, RESTRICTIONS),
        _at("origin-request", "replaced request body, text", 1 * MB, RESTRICTIONS),
    ]
)
REPLACED_BODY_BASE64: Mapping[EventType, Limit] = dict(
    [
        _at("viewer-request", "replaced request body, base64", int(53.2 * KB), RESTRICTIONS),
        _at("origin-request", "replaced request body, base64", int(1.33 * MB), RESTRICTIONS),
    ]
)

BUNDLE = Limit("zip of a function, libraries included", 50 * MB, "bytes", QUOTAS)
TIMEOUT = Limit("timeout of a function", 30, "seconds", QUOTAS, least=1)
URL = Limit("URL of a request", 8192, "characters", QUOTAS)
EDITED_URL = Limit("URI and query string after an edit", 8191, "characters", EDGE_RESTRICTIONS)
REQUEST_SIZE = Limit("headers and query string of a request", 32_768, "bytes", QUOTAS)
STATUS = Limit("status", 599, "count", "Generate HTTP responses in request triggers", least=200)

CUSTOM_DOMAIN_NAME = Limit("domainName of a custom origin", 253, "characters", STRUCTURE, least=1)
S3_DOMAIN_NAME = Limit("domainName of an S3 origin", 128, "characters", STRUCTURE, least=1)
ORIGIN_PATH = Limit("path of an origin", 255, "characters", STRUCTURE)
KEEPALIVE_TIMEOUT = Limit("keepaliveTimeout", 120, "seconds", STRUCTURE, least=1)
READ_TIMEOUT = Limit("readTimeout", 120, "seconds", STRUCTURE, least=1)
HIGH_PORT = Limit("port other than 80 and 443", 65_535, "port", STRUCTURE, least=1024)

CONCURRENCY = Limit("instances of all functions of an account in a region, adjustable", 1000, "count", QUOTAS)
INSTANCE_RATE = Limit("requests to one instance", 10, "requests per second", QUOTAS)
REGION_RATE = Limit("requests to functions in a region", 10_000, "requests per second", QUOTAS)
FUNCTIONS = Limit("edge functions of a distribution", 100, "count", QUOTAS)
FUNCTION_DISTRIBUTIONS = Limit("distributions of a function", 500, "count", QUOTAS)
BEHAVIORS = Limit("cache behaviours of a distribution, adjustable", 75, "count", QUOTAS)

LIMITS: tuple[Limit, ...] = tuple(
    row
    for named in list(globals().values())
    for row in (named.values() if isinstance(named, dict) else [named])
    if isinstance(row, Limit)
)
"""Every row above, for a page or a test that lists them."""
