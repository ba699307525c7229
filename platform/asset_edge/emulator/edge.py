"""The edge as one object: which distribution a host means, and the pipeline for one request.

Source: Amazon CloudFront Developer Guide, "Using the * wildcard in alternate domain names".
"""

from collections.abc import Callable, Iterator, Sequence

from asset_edge.emulator import pipeline
from asset_edge.emulator.cache import Cache
from asset_edge.emulator.distribution import Distribution
from asset_edge.emulator.messages import EdgeResponse, ViewerRequest
from asset_edge.emulator.pages import EdgeError, error_page
from asset_edge.emulator.pipeline_context import Rules, Steps, Surroundings
from asset_edge.handlers.edge.events import Request, set_header

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Edge:
    """Serves distributions. All that reaches outside is passed in, or asked for as an effect."""

    def __init__(
        self,
        *,
        distributions: Callable[[], Sequence[Distribution]],
        cache: Cache,
        clock: Callable[[], float],
        new_request_id: Callable[[], str],
        rules: Rules,
    ) -> None:
        """`distributions` gives the same object until something changes; `clock` gives epoch seconds."""
        self.new_request_id = new_request_id
        self._distributions = distributions
        self._around = Surroundings(cache=cache, clock=clock, rules=rules)
        self._hosts = _Hosts(())

    def steps(self, viewer: ViewerRequest) -> Steps[EdgeResponse]:
        """The pipeline for one request, for whoever drives it."""
        request_id = self.new_request_id()
        name = _name(viewer.request["headers"]["host"][0]["value"])
        distribution = self._known_hosts().distribution(name)
        if distribution is None:
            why = "No distribution has this host name."
            return error_page(EdgeError(403, why), request_id)
        if name in LOOPBACK:
            _call_by_own_name(viewer.request, distribution)
        return (yield from pipeline.serve(distribution, viewer, request_id=request_id, around=self._around))

    def _known_hosts(self) -> "_Hosts":
        distributions = self._distributions()
        if distributions is not self._hosts.distributions:
            self._hosts = _Hosts(distributions)
        return self._hosts


class _Hosts:
    """The enabled ones of some distributions, by the names they answer to."""

    def __init__(self, distributions: Sequence[Distribution]) -> None:
        self.distributions = distributions
        enabled = [d for d in distributions if d.enabled]
        self._by_name = dict(reversed([(name, d) for d in enabled for name in _names(d)]))
        self._first = enabled[0] if enabled else None

    def distribution(self, name: str) -> Distribution | None:
        """Whose name it is: exactly, or by a wildcard for the first label; loopback means the first one."""
        if name in LOOPBACK:
            return self._first
        found = self._by_name.get(name)
        return found if found is not None else self._by_name.get(f"*.{name.partition('.')[2]}")


def _names(distribution: Distribution) -> Iterator[str]:
    yield distribution.domain_name
    yield from distribution.aliases


def _name(host: str) -> str:
    """The host without its port, lower case."""
    head, colon, port = host.lower().rpartition(":")
    return head if colon and port.isdigit() else host.lower()


def _call_by_own_name(request: Request, distribution: Distribution) -> None:
    set_header(request["headers"], "Host", (distribution.aliases or (distribution.domain_name,))[0])
