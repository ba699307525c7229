"""How a Pulumi program is run with no Pulumi engine: each registration goes to a function of ours.

The monitor is the SDK's own gRPC interface as a plain object, so the program cannot tell the difference.
Every run has its own thread, event loop and context, because the SDK keeps its state in context variables.
"""

import asyncio
import contextvars
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pulumi
from google.protobuf import empty_pb2
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.config import set_all_config
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import run_in_stack
from pulumi.runtime.sync_await import _ensure_event_loop, _sync_await

from asset_edge.errors import ProgramError

STACK_TYPE = "pulumi:pulumi:Stack"

Program = Callable[[], Awaitable[None] | None]
"""Registers resources when called, as a program's `__main__.py` does when it is run."""


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One resource as the program registered it."""

    urn: str
    type: str
    name: str
    parent: str
    """URN of the parent, empty for a child of the stack."""
    custom: bool
    """False for a component."""
    inputs: dict[str, Any]
    """Camel-case names; numbers as the SDK sends them; assets as SDK objects; secrets as marked dicts."""
    options: dict[str, Any]
    """The options that decide its fate, in the engine's words; only those that were set."""
    provider: str = ""
    dependencies: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """What creating a resource gave: its physical id and its outputs. `id=None` is unknown until deployed."""

    id: str | None
    outputs: dict[str, Any]


Respond = Callable[[Registration], State]
"""Creates a resource. Called from several threads at once; must not wait for another resource."""

Invoke = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
"""Answers a look-up: token and arguments to results."""


def refuse_lookup(token: str, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """The default for look-ups: a program that makes one cannot be planned without credentials."""
    raise ProgramError(
        f"the program looked up {token} with {dict(args)}; a plan has no account to ask. "
        "Make the value a setting, or use a resource's output"
    )


@dataclass(frozen=True)
class Run:
    """What a program did: its resources in the order they were registered, and its stack outputs."""

    registrations: tuple[Registration, ...]
    outputs: dict[str, Any]
    component_outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By URN, what each component passed to `register_outputs`."""


class Monitor(mocks.MockMonitor):
    """The engine's side of the SDK's resource interface; asks `respond` for every resource's state."""

    def __init__(self, respond: Respond, invoke: Invoke = refuse_lookup) -> None:
        super().__init__(_NoMocks())
        self._respond = respond
        self._invoke = invoke
        self._lock = threading.Lock()
        self.registered: dict[str, Registration] = {}
        self.component_outputs: dict[str, dict[str, Any]] = {}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The URN the real engine gives: parents' types joined with `$`, the stack's left out."""
        parent_types = parent.split("::")[2] if parent else STACK_TYPE
        qualified = type_ if parent_types == STACK_TYPE else f"{parent_types}${type_}"
        return f"urn:pulumi:{settings.get_stack()}::{settings.get_project()}::{qualified}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - gRPC's name and message
        """Records the resource and answers with the state `respond` gives it."""
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == STACK_TYPE:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        _ensure_event_loop()
        registration = _registration(urn, request)
        self._record(registration)
        state = self._respond(registration) if registration.custom else State(urn, {})
        self.resources[urn] = mocks.MockMonitor.ResourceRegistration(urn, state.id or "", state.outputs)
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id=state.id or "", object=_sync_await(rpc.serialize_properties(state.outputs, {}))
        )

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - gRPC's name and message
        """Keeps a component's outputs, which the SDK's own monitor throws away."""
        _ensure_event_loop()
        self.component_outputs[request.urn] = rpc.deserialize_properties(request.outputs)
        return empty_pb2.Empty()

    def Invoke(self, request: Any) -> Any:  # noqa: N802 - gRPC's name and message
        """Answers a look-up, or refuses it."""
        _ensure_event_loop()
        result = self._invoke(request.tok, rpc.deserialize_properties(request.args))
        fields = {"return": _sync_await(rpc.serialize_properties(dict(result), {}))}
        return resource_pb2.ResourceInvokeResponse(**fields)

    def _record(self, registration: Registration) -> None:
        with self._lock:
            if registration.urn in self.registered:
                raise ProgramError(
                    f"two resources have the URN {registration.urn}; a name is used once per type and parent. "
                    "Rename one"
                )
            self.registered[registration.urn] = registration


class _NoMocks(mocks.Mocks):
    def call(self, args: mocks.MockCallArgs) -> Any:
        raise NotImplementedError(args.token)

    def new_resource(self, args: mocks.MockResourceArgs) -> Any:
        raise NotImplementedError(args.name)


def run(  # the seam every caller goes through
    program: Program,
    *,
    project: str,
    stack: str,
    respond: Respond,
    config: Mapping[str, str] | None = None,
    secret_keys: Sequence[str] = (),
    organization: str = "organization",
    preview: bool = False,
    invoke: Invoke = refuse_lookup,
) -> Run:
    """Runs `program` to its end and returns all it registered.

    `config` has full keys (`project:key`) and the values as the CLI passes them: strings, JSON for the rest.
    Whatever the program or `respond` raises comes out unchanged.
    """
    monitor = Monitor(respond, invoke)

    def body() -> dict[str, Any]:
        set_all_config(dict(config or {}), list(secret_keys))
        _configure(monitor, project, stack, organization, preview=preview)
        asyncio.run(run_in_stack(program))
        return monitor.component_outputs.get(monitor.make_urn("", STACK_TYPE, f"{project}-{stack}"), {})

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="pulumi-program") as thread:
        outputs = thread.submit(contextvars.Context().run, body).result()
    return Run(tuple(monitor.registered.values()), outputs, monitor.component_outputs)


def _configure(monitor: Monitor, project: str, stack: str, organization: str, *, preview: bool) -> None:
    settings.configure(
        mocks.MockSettings(
            monitor=monitor,
            monitor_features=set(monitor.GetDeploymentInfo(empty_pb2.Empty()).supportedFeatures),
            engine=mocks.MockEngine(logging.getLogger("pulumi")),
            project=project,
            stack=stack,
            organization=organization,
            dry_run=preview,
            callbacks=None,
            outputs=set(),
            lock=threading.Lock(),
            package_refs={},
            base_providers_by_ref={},
            root_directory=".",
            legacy_apply_enabled=False,
        )
    )
    settings.ROOT.set(None)


def _registration(urn: str, request: Any) -> Registration:
    parent = "" if f"::{STACK_TYPE}::" in request.parent else request.parent
    return Registration(
        urn=urn,
        type=request.type,
        name=request.name,
        parent=parent,
        custom=request.custom,
        inputs=rpc.deserialize_properties(request.object, keep_unknowns=True),
        options=_options(request),
        provider=request.provider,
        dependencies=tuple(sorted(request.dependencies)),
    )


def _options(request: Any) -> dict[str, Any]:
    told = {
        "protect": request.protect,
        "retainOnDelete": request.retainOnDelete,
        "deleteBeforeReplace": request.deleteBeforeReplace,
        "ignoreChanges": sorted(request.ignoreChanges),
        "replaceOnChanges": sorted(request.replaceOnChanges),
        "aliases": sorted(str(alias.urn or alias.spec.name) for alias in request.aliases),
        "deletedWith": request.deletedWith,
        "import": request.importId,
        "additionalSecretOutputs": sorted(request.additionalSecretOutputs),
    }
    return {key: value for key, value in told.items() if value}


def is_unknown(value: object) -> bool:
    """Whether an input is not known before deployment."""
    return isinstance(value, pulumi.output.Unknown)
