"""The local cloud and edge as one thing with a lifetime: what is started, in which order, and ended again."""

import json
import logging
import os
import random
import secrets
import socket
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from asset_edge.emulator.admin import PREFIX, Admin
from asset_edge.emulator.dns import DnsServer
from asset_edge.emulator.edge import Edge
from asset_edge.emulator.faults import Faults
from asset_edge.emulator.origins import S3, Buckets
from asset_edge.emulator.pipeline import Rules
from asset_edge.emulator.rules import check_answer
from asset_edge.emulator.server import EdgeServer
from asset_edge.emulator.zones import Chooser
from asset_edge.errors import LimitExceeded, LocalError
from asset_edge.localcloud import deploy, edges, project, samples
from asset_edge.localcloud.clients import DEFAULT_REGION, Clients, dummy_environment
from asset_edge.localcloud.front import AwsEndpoint, Front
from asset_edge.localcloud.program import LoadedProgram, load
from asset_edge.localcloud.table import ROWS
from asset_edge.localcloud.zonesource import ZoneSource

_LOG = logging.getLogger(__name__)
_HOST = "127.0.0.1"
_PORTS = 65_536
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


Tell = Callable[[str], None]
"""Is told what is going on while it starts."""


class Local:
    """A running local cloud and edge. Use it as a context manager; leaving it leaves nothing behind."""

    def __init__(self, options: Options, tell: Tell = lambda _: None) -> None:
        """Returns once the edge answers; raises, with everything ended again, if it cannot."""
        with ExitStack() as parts:
            listening = parts.enter_context(_bound(options.port))
            self._options, self._tell = options, tell
            self.edge = f"http://{_HOST}:{listening.getsockname()[1]}"
            self._start_cloud(parts)
            self._deploy()
            self._start_edge(parts, listening)
            self._parts = parts.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends every server, thread and file, the last started first."""
        self._parts.close()

    @property
    def console(self) -> str:
        """Where the admin calls answer."""
        return f"{self.edge}{PREFIX}/"

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
        zones = ZoneSource(self.clients, lambda: self._front.route53_writes)
        # Health checks are not run yet: every one of them is healthy.
        chooser = Chooser(healthy=lambda _check: True, pick=random.Random().randrange)  # noqa: S311 - a draw
        dns = DnsServer(zones.zones, chooser, host=_HOST)
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
        deploy.apply(program, ROWS, self.clients, region=region, created=created)

    def _program(self) -> LoadedProgram:
        options, found = self._options, project.read(self._options.program)
        key = f"{found.name}:{_NAME_SERVERS}"
        own = {key: json.dumps([self.dns])} if key in found.declarations else {}
        return load(options.program, options.stack, {**own, **options.config})

    def _start_edge(self, parts: ExitStack, listening: socket.socket) -> None:
        self._tell("starting the edge")
        self.served = edges.deployed(self._front)
        self.without_effect = edges.without_effect(self._front)
        self.buckets = edges.buckets(self.served)
        self.pictures = samples.upload(self._options.program / "pictures", self.buckets, self.clients)
        functions, faults = edges.functions(self._front, self.served, parts), Faults()
        edge = Edge(
            distributions=self.served,
            invoke=functions.invoke,
            fetch=S3(_buckets(self._front), faults).fetch,
            new_request_id=new_request_id,
            rules=Rules(check=_checked),
        )
        admin = Admin(faults=faults, regions=tuple(self.buckets), state=self.ready)
        server = EdgeServer(edge, admin, listening)
        parts.callback(server.close)


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


def _buckets(front: Front) -> Buckets:
    return Buckets(region_of=front.region_of, permits=front.policies.permits, store=front.object_store)


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
