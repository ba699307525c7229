"""What one request carries through the pipeline, and what the pipeline is told from outside."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TypeVar

from asset_edge.emulator.cache import Cache
from asset_edge.emulator.distribution import Behavior, Distribution
from asset_edge.emulator.messages import Effect, Outcome, ViewerRequest
from asset_edge.handlers.edge.events import Config, Event, EventType

_T = TypeVar("_T")
Steps = Generator[Effect, Outcome, _T]
"""A part of the pipeline that ends in a `_T`."""

Check = Callable[[Event, object], None]
"""Raises `LimitExceeded` where CloudFront would reject what a function returned for an event."""


@dataclass(frozen=True, kw_only=True)
class Undocumented:
    """Behaviours of CloudFront that nobody has written down, as switches; a design must hold either way."""

    edits_survive_failover: bool = False
    """Whether the second origin's run starts from what origin-request made of the request in the first."""

    cache_function_failures: bool = False
    """Whether the 502 or 503 for a function that failed on its way to the origin is kept like an origin's."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the pipeline is told about functions and about CloudFront."""

    check: Check
    undocumented: Callable[[], Undocumented] = Undocumented
    """The switches as they are now; asked for each request, so that they can be thrown while running."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What all requests share."""

    cache: Cache
    clock: Callable[[], float]
    """Epoch seconds."""

    rules: Rules


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """One request under way."""

    distribution: Distribution
    behavior: Behavior
    viewer: ViewerRequest
    request_id: str
    around: Surroundings
    began_at: float
    """Epoch seconds."""

    decisions: list[tuple[str, str]] = field(default_factory=list)
    """What was decided so far and how it came out; the one thing here that grows."""

    def decide(self, what: str, outcome: str) -> None:
        """Notes a decision."""
        self.decisions.append((what, outcome))

    def config(self, event_type: EventType) -> Config:
        """The `config` of an event."""
        return {
            "distributionDomainName": self.distribution.domain_name,
            "distributionId": self.distribution.id,
            "eventType": event_type,
            "requestId": self.request_id,
        }
