"""Runs edge functions in this process, from the very zip that was deployed.

Each instance is a copy of the function's modules with state of its own and takes one request at a time, as in
Lambda; instances are made as requests come together. Absolute imports of vendored packages find this
environment's copies, which are the same pins.
"""

import importlib
import itertools
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from asset_edge.emulator.messages import Crashed, Invoke, Returned

_LOG = logging.getLogger(__name__)
_NUMBERS = itertools.count(1)

Handler = Callable[[Any, object], object]


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A published version of a function."""

    folder: Path
    """Where its zip was unpacked, as Lambda does."""

    handler: str
    """`package.module.function`, as Lambda is told."""

    name: str
    memory_size_mb: int = 128
    timeout_seconds: float = 3.0
    """How long one request may take; Lambda's own default."""

    environment: Mapping[str, str] = field(default_factory=dict)
    """What it declares, and its role's credentials; Lambda's own variables are added."""

    region: str = "us-east-1"
    libraries: tuple[Path, ...] = ()
    """More folders it may import from, after its zip: what layers are to Lambda."""


Find = Callable[[str], Deployed | None]
"""What is deployed under an ARN just now; None where nothing is."""


class Invoker(Protocol):
    """Whoever runs functions. All is called in one event loop, which `start` or the first `invoke` fixes."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What differs from Lambda here, one sentence each; grows as functions are first looked at."""
        ...

    async def start(self, arns: Iterable[str]) -> None:
        """Initialises each function once, so that none fails first under a viewer's request.

        Raises LocalError with the function's name and its own message.
        """
        ...

    async def invoke(self, arn: str, event: object) -> Returned | Crashed:
        """What the function makes of the event; both pass as JSON. Never raises."""
        ...

    async def close(self) -> None:
        """Ends whatever runs; requests under way have crashed then."""
        ...


@dataclass(frozen=True, kw_only=True)
class Context:
    """Lambda's context object, as far as it makes sense at the edge."""

    function_name: str
    function_version: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    aws_request_id: str


class Instance:
    """One loaded copy of a function."""

    def __init__(self, deployed: Deployed) -> None:
        self.package = f"_edge_function_{next(_NUMBERS)}"
        module_name, _, attribute = deployed.handler.rpartition(".")
        root = ModuleType(self.package)
        root.__path__ = [str(deployed.folder)]
        sys.modules[self.package] = root
        try:
            module = importlib.import_module(f"{self.package}.{module_name.replace('/', '.')}")
            self.handler: Handler = getattr(module, attribute)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Forgets the modules."""
        for name in [n for n in sys.modules if n == self.package or n.startswith(f"{self.package}.")]:
            del sys.modules[name]


class Functions:
    """All deployed functions by qualified ARN; `invoke` may be called from several threads."""

    def __init__(self, deployed: Mapping[str, Deployed]) -> None:
        self._deployed = deployed
        self._idle: dict[str, list[Instance]] = {arn: [] for arn in deployed}
        self._all: list[Instance] = []
        self._lock = threading.Lock()

    def invoke(self, effect: Invoke) -> Returned | Crashed:
        """Runs the function on the event; the event and the answer pass through JSON, as in Lambda."""
        arn = effect.function.arn
        try:
            instance = self._taken(arn)
            try:
                answer = instance.handler(json.loads(json.dumps(effect.event)), self._context(effect))
            finally:
                self._idle[arn].append(instance)
            return Returned(json.loads(json.dumps(answer)))
        except BaseException as error:  # noqa: BLE001 - whatever a function raises is a 503, its exit too
            _LOG.exception("%s failed", arn)
            return Crashed(f"{type(error).__name__}: {error}")

    def close(self) -> None:
        """Forgets every instance."""
        for instance in self._all:
            instance.close()
        self._all.clear()

    def _taken(self, arn: str) -> Instance:
        with self._lock:
            if self._idle[arn]:
                return self._idle[arn].pop()
            instance = Instance(self._deployed[arn])
            self._all.append(instance)
            return instance

    def _context(self, effect: Invoke) -> Context:
        deployed = self._deployed[effect.function.arn]
        return Context(
            function_name=deployed.name,
            function_version=effect.function.arn.rpartition(":")[2],
            invoked_function_arn=effect.function.arn,
            memory_limit_in_mb=str(deployed.memory_size_mb),
            aws_request_id=effect.event["Records"][0]["cf"]["config"]["requestId"],
        )
