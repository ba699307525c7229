"""What travels through the edge: requests, answers, and the effects a pipeline asks its driver for."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, Protocol

from asset_edge.handlers.edge.events import Event, EventType, Headers, Request

Scheme = Literal["http", "https"]


@dataclass(frozen=True, kw_only=True)
class ViewerRequest:
    """One request as CloudFront took it off the wire."""

    request: Request
    """What a viewer-request function sees."""

    body: bytes = b""
    protocol: Scheme = "https"
    country: str | None = None
    """Where the viewer is, as two letters; unknown when absent."""


@dataclass(frozen=True, kw_only=True)
class EdgeResponse:
    """What the viewer gets."""

    status: int
    headers: Headers = field(default_factory=dict)
    body: bytes = b""
    reason: str = ""
    cache_result: str = "Miss from cloudfront"
    """Becomes `x-cache`."""

    upstream_seconds: float = 0.0
    """How long the origin and its functions took; 0 where they were not asked."""

    decisions: tuple[tuple[str, str], ...] = ()
    """What was decided on the way and how it came out, in order, for a log; never sent."""

    def with_headers(self, headers: Headers, decisions: tuple[tuple[str, str], ...] = ()) -> "EdgeResponse":
        """The same answer with other headers; `dataclasses.replace` takes a quarter of a hit's time."""
        return EdgeResponse(
            status=self.status,
            headers=headers,
            body=self.body,
            reason=self.reason,
            cache_result=self.cache_result,
            upstream_seconds=self.upstream_seconds,
            decisions=decisions,
        )


@dataclass(frozen=True, kw_only=True)
class OriginRequest:
    """One request from the edge to an origin."""

    method: str
    protocol: Scheme
    domain_name: str
    """Where to connect to; the Host header may differ."""

    port: int
    target: str
    """Path and query string, still encoded."""

    headers: Headers
    body: bytes = b""
    signed_for: str | None = None
    """The ARN of the distribution whose origin access control signs; None where nobody does."""

    connection_attempts: int = 3
    connection_timeout_seconds: int = 10
    read_timeout_seconds: int = 30


@dataclass(frozen=True, kw_only=True)
class OriginResponse:
    """What an origin answered, whole."""

    status: int
    headers: Headers = field(default_factory=dict)
    body: bytes = b""


class OriginFailure(StrEnum):
    """Why an origin gave no answer at all."""

    refused = "refused"
    """No connection within the attempts."""

    timeout = "timeout"
    """Connected, and silent for longer than the read timeout."""

    unresolved = "unresolved"
    """Its name does not exist."""

    broken = "broken"
    """Connected, and what came is no whole HTTP answer: a certificate that does not hold, an end amid it."""


@dataclass(frozen=True, kw_only=True)
class Function:
    """An edge function as a behaviour names it."""

    arn: str
    """With its version."""

    event_type: EventType


@dataclass(frozen=True)
class Invoke:
    """Effect: run a function on an event. Its outcome is `Returned` or `Crashed`."""

    function: Function
    event: Event


@dataclass(frozen=True)
class Fetch:
    """Effect: ask an origin. Its outcome is an `OriginResponse` or an `OriginFailure`."""

    request: OriginRequest


@dataclass(frozen=True)
class Returned:
    """What a function returned, as it came through JSON."""

    answer: object


@dataclass(frozen=True)
class Crashed:
    """A function raised, took too long, could not be loaded, or returned what is not JSON."""

    reason: str


@dataclass(frozen=True)
class Throttled(Crashed):
    """A function was not run at all, because a quota of its region is used up."""


class Pending(Protocol):
    """A fetch under way that others want the result of."""

    def when_done(self, call: Callable[[], None]) -> None:
        """Calls `call` once the fetch has ended, well or not; at once where it has."""
        ...


@dataclass(frozen=True)
class Wait:
    """Effect: until a fetch that another request began has ended. Its outcome is `Ended`."""

    pending: Pending


@dataclass(frozen=True)
class Spawn:
    """Effect: do these steps too, beside this request, which does not wait. Its outcome is `Ended`."""

    steps: "Generator[Effect, Outcome, Any]"


@dataclass(frozen=True)
class Ended:
    """Nothing to tell but that it is over."""


Effect = Invoke | Fetch | Wait | Spawn
Outcome = Returned | Crashed | OriginResponse | OriginFailure | Ended


def text_of(raw: bytes) -> str:
    """Bytes of a header: UTF-8 where they are that, else ISO-8859-1, as CloudFront reads them."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def to_headers(pairs: Mapping[str, str]) -> Headers:
    """A header map from names as they go over the wire and single values."""
    return {name.lower(): [{"key": name, "value": value}] for name, value in pairs.items()}
