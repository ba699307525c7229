"""The local cloud and edge as one thing with a lifetime: what is started, in which order, and ended again."""

import json
import logging
import os
import random
import secrets
import socket
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from asset_edge.emulator.admin import PREFIX, Admin, Setting
from asset_edge.emulator.cache import Cache
from asset_edge.emulator.distribution import Distribution
from asset_edge.emulator.dns import DnsServer
from asset_edge.emulator.driver import Driver
from asset_edge.emulator.edge import Edge
from asset_edge.emulator.executor import DaemonExecutor
from asset_edge.emulator.faults import Faults
from asset_edge.emulator.functions import Invoker
from asset_edge.emulator.identities import Identities
from asset_edge.emulator.loop_thread import LoopThread
from asset_edge.emulator.messages import (
    Crashed,
    Invoke,
    OriginFailure,
    OriginRequest,
    OriginResponse,
    Returned,
)
from asset_edge.emulator.origin_http import CustomOrigins
from asset_edge.emulator.origins import Origins
from asset_edge.emulator.pipeline_context import Rules, Undocumented
from asset_edge.emulator.rules import check_answer
from asset_edge.emulator.s3 import S3
from asset_edge.emulator.server import EdgeServer
from asset_edge.emulator.workers import Network, Workers
from asset_edge.emulator.workers_choice import Mode, choose
from asset_edge.emulator.zones import Chooser
from asset_edge.errors import LimitExceeded, LocalError
from asset_edge.localcloud import bucket_access, deploy, edges, image_services, project, samples
from asset_edge.localcloud.clients import ACCOUNT_ID, DEFAULT_REGION, OWNER, Clients, dummy_environment
from asset_edge.localcloud.front import AwsEndpoint, Front
from asset_edge.localcloud.function_source import FunctionSource
from asset_edge.localcloud.health_runner import HealthRunner
from asset_edge.localcloud.program import LoadedProgram, load
from asset_edge.localcloud.replicator import Replicator
from asset_edge.localcloud.stand_ins import make, wanted
from asset_edge.localcloud.table import ROWS
from asset_edge.localcloud.table_access import TableAccess
from asset_edge.localcloud.tls_endpoint import TlsEndpoint
from asset_edge.localcloud.zonesource import ZoneSource

_LOG = logging.getLogger(__name__)
_HOST = "127.0.0.1"
_PORTS = 65_536
_BLOCKING_THREADS = 16
_SHUTDOWN_SECONDS = 2.0
_FIRST_ROUND_SECONDS = 10.0
_AGAINST_PROBES = "functions run in this process, without the variables and the network that this one needs"
_NAME_SERVERS = "nameServers"
"""The configuration key by which a program lets its functions ask another DNS server."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What to run, and where."""

    program: Path
    stack: str = "local"
    port: int = 8080
    """0 is any free one."""

    config: Mapping[str, str] = field(default_factory=dict)
    """Configuration over the stack file's."""

    pace: float = 1.0
    """How many times faster than declared health checks, alarms and schedules go."""

    functions: Mode = "auto"
    """Where functions run: worker processes where they can be had, else this process."""

    most_instances: int = 4
    """How many requests of one function may be under way at once."""


Tell = Callable[[str], None]
"""Is told what is going on while it starts."""


class Local:
    """A running local cloud and edge. Use it as a context manager; leaving it leaves nothing behind."""

    def __init__(self, options: Options, tell: Tell = lambda _: None) -> None:
        """Returns once the edge answers; raises, with everything ended again, if it cannot."""
        with ExitStack() as parts:
            listening = parts.enter_context(_bound(options.port))
            self._options, self._tell = options, tell
            self._health: HealthRunner | None = None
            self.edge = f"http://{_HOST}:{listening.getsockname()[1]}"
            self._start_cloud(parts)
            self._deploy()
            self._upload(parts)
            self._start_functions(parts)
            self._start_edge(parts, listening)
            self._start_health(parts)
            self._parts = parts.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends every server, process, thread and file, the last started first."""
        self._parts.close()

    @property
    def console(self) -> str:
        """Where the admin calls answer."""
        return f"{self.edge}{PREFIX}/"

    @property
    def served(self) -> Sequence[Distribution]:
        """The distributions as they are now."""
        return self._front.cloudfront.served()

    @property
    def buckets(self) -> dict[str, str]:
        """By region, the bucket that the distributions fetch from."""
        return edges.buckets(self.served)

    @property
    def different(self) -> list[str]:
        """What is not as on AWS, beside what has no effect: of the edge, the functions, the health checks."""
        not_run = self._health.not_run if self._health else {}
        told = [f"declared, not run here: {key}: {why}" for key, why in not_run.items()]
        return [*self.stand_ins, *edges.different(self.served), *told, *self._stood_in_for, *self.notes]

    def ready(self) -> dict[str, Any]:
        """What a ready file says."""
        return {
            "edge": self.edge,
            "console": self.console,
            "aws": self.aws,
            "dns": self.dns,
            "distributions": [
                {"id": d.id, "domain": d.domain_name, "aliases": list(d.aliases)} for d in self.served
            ],
            "buckets": self.buckets,
        }

    def state(self) -> dict[str, Any]:
        """What the admin call tells besides faults: addresses, health by set identifier, the cache."""
        return {
            **self.ready(),
            "health": self._health.statuses() if self._health else {},
            "cache": asdict(self._cache.statistics()),
            "functions": list(self.notes),
            "different": self.different,
        }

    def _start_cloud(self, parts: ExitStack) -> None:
        self._tell("starting the local cloud")
        parts.enter_context(dummy_environment())
        self._front = Front()
        parts.callback(self._front.close)
        endpoint = AwsEndpoint(self._front, _HOST)
        parts.callback(endpoint.close)
        self.aws = endpoint.url
        self.clients = Clients(endpoint.url)
        parts.callback(self.clients.close)
        self._faults = Faults()
        self._identities = Identities(OWNER, secrets.token_bytes(32))
        buckets = bucket_access.buckets(self._front, self.clients)
        self._s3 = S3(buckets, self._identities, ACCOUNT_ID)
        self._images = image_services.stand_in(buckets.store, self._identities, self.clients, self._bucket_of)
        tables = TableAccess(self._identities, buckets.role_policies, ACCOUNT_ID)
        self._tls = TlsEndpoint(self._front, self._s3, self._faults, tables=tables)
        parts.callback(self._tls.close)
        self._start_dns(parts)

    def _start_dns(self, parts: ExitStack) -> None:
        self._zones = ZoneSource(self.clients, lambda: self._front.route53_writes)
        chooser = Chooser(healthy=self._healthy, pick=random.Random().randrange)  # noqa: S311 - a draw
        dns = DnsServer(self._zones.zones, chooser, host=_HOST, silent=lambda: self._faults.dns_silent)
        parts.callback(dns.close)
        self.dns = dns.address

    def _deploy(self) -> None:
        program = self._program()
        self._tell(f"planning {program.project.name} {program.stack}")
        surveyed = deploy.survey(program, ROWS)
        self.only_declared = surveyed.only_declared
        done = 0

        def created(_: object) -> None:
            nonlocal done
            done += 1
            self._tell(f"deploying {done} of {surveyed.resources}")

        region = program.config.values.get("aws:region", DEFAULT_REGION)
        stand_ins = wanted(surveyed.registrations, region)
        make(stand_ins, self._front, self.clients)
        self.stand_ins = list(stand_ins.notes())
        deploy.apply(program, ROWS, self.clients, region=region, created=created)
        edges.deployed(self._front)
        self._zones.zones()  # the first look-up of a function should not pay for reading them
        self.without_effect = edges.without_effect(self._front)

    def _program(self) -> LoadedProgram:
        options, found = self._options, project.read(self._options.program)
        key = f"{found.name}:{_NAME_SERVERS}"
        own = {key: json.dumps([self.dns])} if key in found.declarations else {}
        return load(options.program, options.stack, {**own, **options.config})

    def _upload(self, parts: ExitStack) -> None:
        """The samples differ between the regions, so replication starts after them."""
        self.pictures = samples.upload(self._options.program / "pictures", self.buckets, self.clients)
        self._replicator = Replicator(
            self._front,
            paused=lambda: self._faults.replication_paused,
            reachable=lambda region: self._faults.of(region) is None,
        )
        parts.callback(self._replicator.close)
        self._front.tables.paused = lambda: self._faults.replication_paused
        self._front.tables.reachable = lambda region: self._faults.of_tables(region) is None

    def _start_functions(self, parts: ExitStack) -> None:
        self._tell("starting the functions")
        self._loop = LoopThread("edge")
        parts.callback(self._loop.close)
        folder = parts.enter_context(tempfile.TemporaryDirectory(prefix="asset-edge-"))
        source = FunctionSource(self._front, self.clients, self._identities, Path(folder))
        network = Network(dns=self.dns, tls_port=self._tls.port, ca_file=self._tls.ca_file)
        options = self._options
        self._functions, note = choose(
            source.find, network, mode=options.functions, most_instances=options.most_instances
        )
        parts.callback(lambda: self._loop.run(self._functions.close()))
        arns = edges.functions(self.served, source.find)
        self._stood_in_for = image_services.notes(map(source.find, arns), self.clients)
        self._loop.run(self._functions.start(arns))
        self.notes = (note, *self._functions.notes)

    def _start_edge(self, parts: ExitStack, listening: socket.socket) -> None:
        self._tell("starting the edge")
        self._cache = Cache()
        self._front.cloudfront.on_invalidate = self._cache.invalidate
        self._undocumented = Undocumented()
        blocking = DaemonExecutor(_BLOCKING_THREADS, "edge-blocking")
        parts.callback(lambda: blocking.close(_SHUTDOWN_SECONDS))
        custom = CustomOrigins(self._is_ours)
        origins = Origins(self._s3, custom, self._faults, blocking, images=self._images)
        parts.callback(lambda: self._loop.run(origins.close()))
        edge = Edge(
            distributions=self._front.cloudfront.served,
            cache=self._cache,
            clock=time.time,
            new_request_id=new_request_id,
            rules=Rules(check=_checked, undocumented=lambda: self._undocumented),
        )
        server = EdgeServer(edge, Driver(_Outside(self._functions, origins)), self._admin(), blocking)
        self._loop.run(server.start(listening))
        parts.callback(lambda: self._loop.run(server.close()))

    def _admin(self) -> Admin:
        def lag(seconds: float) -> None:
            self._replicator.lag_seconds = seconds
            self._front.tables.lag_seconds = self._replicator.lag_seconds

        def switch(changes: Mapping[str, bool]) -> None:
            self._undocumented = replace(self._undocumented, **changes)

        return Admin(
            faults=self._faults,
            regions=lambda: self.buckets,
            state=self.state,
            lag_seconds=Setting(read=lambda: self._replicator.lag_seconds, write=lag),
            undocumented=Setting(read=lambda: asdict(self._undocumented), write=switch),
            clear_cache=self._cache.clear,
            table_regions=self._front.tables.regions,
        )

    def _start_health(self, parts: ExitStack) -> None:
        self._tell("asking for health")
        self._health = HealthRunner(
            self.clients,
            self._front.health_checks,
            self._invoke,
            regions=lambda: self._front.regions,
            pace=self._options.pace,
            against_functions=None if isinstance(self._functions, Workers) else _AGAINST_PROBES,
        )
        parts.callback(self._health.close)
        self._health.wait_until_begun(_FIRST_ROUND_SECONDS)

    def _healthy(self, check_id: str) -> bool:
        """Nobody has been asked before the functions run that ask."""
        return self._health is None or self._health.healthy(check_id)

    def _bucket_of(self, region: str) -> str | None:
        return self.buckets.get(region)

    def _is_ours(self, name: str) -> bool:
        """Whether a name lies in one of the program's zones."""
        return any(f".{name}".endswith(f".{zone.name}") for zone in self._zones.zones())

    def _invoke(self, arn: str, event: object) -> object:
        """What a function that nobody waits for in the loop returns; LocalError where it failed."""
        outcome = self._loop.run(self._functions.invoke(arn, event))
        if isinstance(outcome, Crashed):
            raise LocalError(f"function {arn} failed: {outcome.reason}; its log says more. Mend it")
        return outcome.answer


@dataclass(frozen=True)
class _Outside:
    """The functions and origins of the edge."""

    functions: Invoker
    origins: Origins

    async def invoke(self, effect: Invoke) -> Returned | Crashed:
        return await self.functions.invoke(effect.function.arn, effect.event)

    async def fetch(self, request: OriginRequest) -> OriginResponse | OriginFailure:
        return await self.origins.fetch(request)


def new_request_id() -> str:
    """An id as CloudFront's: 56 characters, of which the last two are padding."""
    return urlsafe_b64encode(secrets.token_bytes(40)).decode()


def _checked(event: object, answer: object) -> None:
    """As CloudFront checks it, and with the reason in our log: the viewer's page has but a sentence."""
    try:
        check_answer(event, answer)
    except LimitExceeded as error:
        _LOG.error("%s", error)
        raise


def _bound(port: int) -> socket.socket:
    if port not in range(_PORTS):
        raise LocalError(f"port is {port}; 0 to {_PORTS - 1} is allowed. Choose another with --port")
    try:
        return socket.create_server((_HOST, port))
    except OSError as error:
        raise LocalError(
            f"port {port} on {_HOST} cannot be used: {os.strerror(error.errno or 0)}; a free port is needed. "
            "End what listens there, or choose another with --port"
        ) from error


def first_urls(local: Local) -> list[str]:
    """Where to look first."""
    return [f"{local.edge}/{key}" for key in samples.KEYS] if local.pictures else [f"{local.edge}/"]
