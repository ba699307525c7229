"""The edge as one object: which distribution a host means, and who performs the pipeline's effects."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from asset_edge.emulator import pipeline
from asset_edge.emulator.distribution import Distribution
from asset_edge.emulator.messages import (
    Crashed,
    EdgeResponse,
    Effect,
    Fetch,
    Invoke,
    OriginFailure,
    OriginRequest,
    OriginResponse,
    Outcome,
    Returned,
    ViewerRequest,
)
from asset_edge.emulator.pages import EdgeError, error_page
from asset_edge.emulator.pipeline import Rules, Steps
from asset_edge.handlers.edge.events import set_header

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True, kw_only=True)
class Edge:
    """Serves distributions. All that reaches outside is passed in."""

    distributions: Sequence[Distribution]
    invoke: Callable[[Invoke], Returned | Crashed]
    fetch: Callable[[OriginRequest], OriginResponse | OriginFailure]
    new_request_id: Callable[[], str]
    rules: Rules

    def steps(self, viewer: ViewerRequest) -> Steps[EdgeResponse]:
        """The pipeline for one request, for whoever drives it."""
        request_id = self.new_request_id()
        host = viewer.request["headers"]["host"][0]["value"]
        distribution = self._distribution(host)
        if distribution is None:
            why = "No distribution has this host name."
            return error_page(EdgeError(403, why), request_id)
        if _name(host) in LOOPBACK:
            set_header(
                viewer.request["headers"], "Host", (distribution.aliases or (distribution.domain_name,))[0]
            )
        return (yield from pipeline.serve(distribution, viewer, request_id=request_id, rules=self.rules))

    def perform(self, effect: Effect) -> Outcome:
        """The outcome of one effect; blocks."""
        match effect:
            case Invoke():
                return self.invoke(effect)
            case Fetch(request):
                return self.fetch(request)
            case _:
                raise RuntimeError(f"{effect} is performed by a driver")

    def send(self, viewer: ViewerRequest) -> EdgeResponse:
        """The answer to one request, effects performed one after the other."""
        steps = self.steps(viewer)
        try:
            effect = next(steps)
            while True:
                effect = steps.send(self.perform(effect))
        except StopIteration as end:
            response: EdgeResponse = end.value
            return response

    def _distribution(self, host: str) -> Distribution | None:
        name = _name(host)
        enabled = [d for d in self.distributions if d.enabled]
        if name in LOOPBACK:
            return enabled[0] if enabled else None
        return next((d for d in enabled if name == d.domain_name or _alias(name, d.aliases)), None)


def _name(host: str) -> str:
    """The host without its port, lower case."""
    head, colon, port = host.lower().rpartition(":")
    return head if colon and port.isdigit() else host.lower()


def _alias(name: str, aliases: Sequence[str]) -> bool:
    """Exact, or a wildcard for the first label.

    Source: Amazon CloudFront Developer Guide, "Using the * wildcard in alternate domain names".
    """
    return name in aliases or f"*.{name.partition('.')[2]}" in aliases
