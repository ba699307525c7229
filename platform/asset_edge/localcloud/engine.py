"""How a Pulumi program is run with no Pulumi engine: each registration goes to a function of ours.

The monitor is the SDK's own gRPC interface as a plain object, so the program cannot tell the difference.
Every run has its own thread, event loop and context, because the SDK keeps its state in context variables.
"""

import asyncio
import contextvars
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pulumi
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.config import set_all_config
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import run_in_stack

from asset_edge.errors import ProgramError, Unsupported
from asset_edge.localcloud import masking
from asset_edge.localcloud.options import options_of

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
    """`urn::id` of its explicit provider; empty for the default one."""
    dependencies: tuple[str, ...] = ()
    secret_outputs: tuple[str, ...] = ()
    """Outputs that are secret whatever they hold."""


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
    # Not the values: the SDK takes the marker off a look-up's secrets.
    raise ProgramError(
        f"the program looked up {token}({', '.join(sorted(args))}); a plan has no account to ask. "
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

    def GetDeploymentInfo(self, request: Any) -> Any:  # noqa: N802 - gRPC's name
        """What the SDK may send us.

        A resource inside a property comes as its id, not as a reference that would have to be looked up;
        state migrations come at all, to be refused in our words.
        """
        offered = set(super().GetDeploymentInfo(request).supportedFeatures)  # type: ignore[no-untyped-call]
        offered.discard(resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES)
        offered.add(resource_pb2.RESOURCE_MONITOR_FEATURE_STATE_MIGRATIONS)
        return resource_pb2.DeploymentInfo(supportedFeatures=sorted(offered))

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
        if request.remote:
            raise Unsupported(
                f"{request.type} {request.name} is a component that another plugin builds; the embedded "
                "engine starts no plugins. Use the component's Python class, or plan with the Pulumi CLI"
            )
        registration = _registration(urn, request)
        self._record(registration)
        state = self._respond(registration) if registration.custom else State(urn, {})
        outputs = _with_secrets(state.outputs, registration.secret_outputs)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=state.id or "", object=_message(outputs))

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - gRPC's name and message
        """Keeps a component's outputs, which the SDK's own monitor throws away."""
        self.component_outputs[request.urn] = rpc.deserialize_properties(request.outputs, keep_unknowns=True)
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]

    def Invoke(self, request: Any) -> Any:  # noqa: N802 - gRPC's name and message
        """Answers a look-up, or refuses it."""
        result = self._invoke(request.tok, rpc.deserialize_properties(request.args))
        fields = {"return": _message(dict(result))}
        return resource_pb2.ResourceInvokeResponse(**fields)

    def ReadResource(self, request: Any) -> NoReturn:  # noqa: N802 - gRPC's name and message
        """Refuses `Resource.get` and stack references: both ask an account."""
        raise ProgramError(
            f"the program reads the existing {request.type} {request.id!r} as {request.name}; a plan has no "
            "account to ask. Take its id, ARN or name as a setting"
        )

    def ExistsResource(self, request: Any) -> NoReturn:  # noqa: N802 - gRPC's name and message
        """Refuses to say whether a resource exists, as `ReadResource` does."""
        raise ProgramError(
            f"the program asks whether {request.type} {request.id!r} exists; a plan has no account to ask. "
            "Make the answer a setting"
        )

    def Call(self, request: Any) -> NoReturn:  # noqa: N802 - gRPC's name and message
        """Refuses a method of a resource: a provider plugin would run it."""
        raise Unsupported(
            f"the program calls the method {request.tok}; a plan runs no provider plugin. "
            "Use one of the resource's outputs"
        )

    def _record(self, registration: Registration) -> None:
        with self._lock:
            if registration.urn in self.registered:
                raise ProgramError(
                    f"two resources have the URN {registration.urn}; a name is used once per type and "
                    "parent. Rename one"
                )
            self.registered[registration.urn] = registration


class _NoMocks(mocks.Mocks):
    def call(self, args: mocks.MockCallArgs) -> Any:
        raise NotImplementedError(args.token)

    def new_resource(self, args: mocks.MockResourceArgs) -> Any:
        raise NotImplementedError(args.name)


class _Engine(mocks.MockEngine):
    """Logs go to Python's logger `pulumi`."""

    def RequirePulumiVersion(self, _: Any) -> None:  # noqa: N802 - gRPC's name
        """No CLI takes part, so none is too old."""


class _NoCallbacks:
    """Stands where the SDK would start a server for the engine to call the program back on."""

    def __getattr__(self, registration: str) -> Callable[[Any], NoReturn]:
        what = registration.removeprefix("do_").removeprefix("register_").replace("_", " ")

        def refuse(callback: Any) -> NoReturn:
            name = getattr(callback, "name", getattr(callback, "__qualname__", repr(callback)))
            raise Unsupported(
                f"the program registers the {what} {name}; the embedded engine does not run those, and a "
                "plan without it would not be the truth. Put what it does where the resource is made, or "
                "plan with the Pulumi CLI"
            )

        return refuse


def run(  # the seam every caller goes through
    program: Program,
    *,
    project: str,
    stack: str,
    respond: Respond,
    config: Mapping[str, str] | None = None,
    secret_keys: Sequence[str] = (),
    organization: str = "organization",
    root_directory: str = ".",
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
        _configure(monitor, project, stack, organization, root_directory, preview=preview)
        asyncio.run(_to_its_end(program))
        return monitor.component_outputs.get(monitor.make_urn("", STACK_TYPE, f"{project}-{stack}"), {})

    outputs = _in_own_thread(body)
    return Run(tuple(monitor.registered.values()), outputs, monitor.component_outputs)


def _in_own_thread(body: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Runs `body` in a thread and context of its own; a daemon, so that Ctrl-C ends a program that hangs."""
    result: Future[dict[str, Any]] = Future()

    def settle() -> None:
        try:
            result.set_result(contextvars.Context().run(body))
        except BaseException as error:  # noqa: BLE001 - handed on whole, SystemExit included
            result.set_exception(error)

    thread = threading.Thread(target=settle, name="pulumi-program", daemon=True)
    thread.start()
    thread.join()
    return result.result()


async def _to_its_end(program: Program) -> None:
    # What fails is raised by the run; asyncio would also print every task that waited for it.
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    await run_in_stack(program)


def _configure(
    monitor: Monitor, project: str, stack: str, organization: str, root_directory: str, *, preview: bool
) -> None:
    settings.configure(
        mocks.MockSettings(  # type: ignore[no-untyped-call]
            monitor=monitor,
            monitor_features=set(monitor.GetDeploymentInfo(None).supportedFeatures),
            engine=_Engine(logging.getLogger("pulumi")),
            project=project,
            stack=stack,
            organization=organization,
            dry_run=preview,
            callbacks=_NoCallbacks(),
            outputs=set(),
            lock=threading.Lock(),
            package_refs={},
            base_providers_by_ref={},
            root_directory=root_directory,
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
        options=options_of(request),
        provider=request.provider,
        dependencies=tuple(sorted(request.dependencies)),
        secret_outputs=tuple(sorted(request.additionalSecretOutputs)),
    )


def _with_secrets(outputs: dict[str, Any], secret: Sequence[str]) -> dict[str, Any]:
    return outputs | {name: masking.marked(outputs[name]) for name in secret if name in outputs}


def _message(properties: dict[str, Any]) -> Any:
    """The properties as the SDK's wire format; plain values, so nothing is awaited and no loop needed."""
    coroutine = rpc.serialize_properties(properties, {})
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise TypeError(f"a resource's state holds what must be awaited: {sorted(properties)}; give its value")


def is_unknown(value: object) -> bool:
    """Whether an input is not known before deployment."""
    return isinstance(value, pulumi.output.Unknown)
