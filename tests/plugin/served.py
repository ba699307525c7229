"""The plugin as the engine starts it, and an engine's side of gRPC for it to register its resources with."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import pulumi_aws as aws
from google.protobuf import empty_pb2, struct_pb2  # type: ignore[import-untyped]
from pulumi.runtime import rpc
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    provider_pb2,
    provider_pb2_grpc,
    resource_pb2_grpc,
)

from asset_edge.localcloud import engine
from asset_edge.localcloud.engine import STACK_TYPE, Registration
from tests.engine import responder

# The SDK loads a service when it is first used; outputs are named after its classes.
LOADED = (
    aws.acm.Certificate,
    aws.cloudfront.Distribution,
    aws.cloudwatch.LogGroup,
    aws.dynamodb.Table,
    aws.iam.Role,
    aws.kms.Key,
    aws.lambda_.Function,
    aws.route53.Record,
    aws.s3.Bucket,
    aws.wafv2.WebAcl,
)

PLATFORM = Path(__file__).parents[2] / "platform"
PROJECT, STACK = "asset-edge", "test"

_KEY = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands on the wire for a value that nobody knows yet."""


def output(value: Any = None, *, secret: bool = False, of: Sequence[str] = ()) -> dict[str, Any]:
    """An output of the resources `of`, as engines send it to plugins that take outputs; None: unknown."""
    told = {} if value is None else {"value": value}
    return {_KEY: _OUTPUT, **told, "secret": secret, "dependencies": list(of)}


def old_secret(value: Any) -> dict[str, Any]:
    """A secret as it was sent before outputs were, and still is at the top of the arguments."""
    return {_KEY: _SECRET, "value": value}


class _Monitor(engine.Monitor):
    """The embedded engine's monitor, for a plugin that knows its stack only by what it is told."""

    def __init__(self, respond: engine.Respond) -> None:
        super().__init__(respond, _get_resource)

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        above = parent.split("::")[2] if parent else STACK_TYPE
        qualified = type_ if above == STACK_TYPE else f"{above}${type_}"
        return f"urn:pulumi:{STACK}::{PROJECT}::{qualified}::{name}"


def _get_resource(token: str, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one look-up there is: the SDK asks the engine's own state for a provider it was given by URN."""
    assert token == "pulumi:pulumi:getResource", token
    return {"urn": args["urn"], "id": "id-1", "state": {}}


class _Monitoring(resource_pb2_grpc.ResourceMonitorServicer):
    """gRPC around a monitor."""

    def __init__(self, monitor: _Monitor) -> None:
        self._monitor = monitor
        for name in ("GetDeploymentInfo", "RegisterResource", "RegisterResourceOutputs", "Invoke"):
            setattr(self, name, self._answer(getattr(monitor, name)))

    @staticmethod
    def _answer(method: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
        return lambda request, _context: method(request)


class _Engine(engine_pb2_grpc.EngineServicer):
    """Keeps what the plugin logs for people."""

    def __init__(self) -> None:
        self.logged: list[str] = []

    def Log(self, request: Any, _context: Any) -> Any:  # noqa: N802 - gRPC's name
        if request.severity != engine_pb2.DEBUG:
            self.logged.append(request.message)
        return empty_pb2.Empty()


@dataclass(frozen=True)
class Constructed:
    """What one Construct did."""

    urn: str
    state: dict[str, Any]
    dependencies: dict[str, list[str]]
    registrations: tuple[Registration, ...]

    def named(self, name: str) -> Registration:
        (found,) = [r for r in self.registrations if r.name == name]
        return found


@contextmanager
def plugin(directory: Path, folder: Path = PLATFORM, python: str = sys.executable) -> Iterator["Plugin"]:
    """The plugin in `folder`, started in `directory` as the engine does it, and ended again."""
    logs = _Engine()
    with _serving(engine_pb2_grpc.add_EngineServicer_to_server, logs) as address:
        yield from _started([python, str(folder), address], directory, logs)


def _started(command: list[str], directory: Path, logs: _Engine) -> Iterator["Plugin"]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PULUMI"))}
    process = subprocess.Popen(
        command, cwd=directory, env=clean, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert process.stdout
        port = process.stdout.readline().decode().strip()
        if not port:
            raise AssertionError(f"the plugin did not start: {process.communicate()[1].decode()}")
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Plugin(provider_pb2_grpc.ResourceProviderStub(channel), logs.logged)
    finally:
        process.kill()
        process.communicate()


@dataclass(frozen=True)
class Plugin:
    """A plugin that runs."""

    stub: Any
    logged: list[str]
    """What it told the engine to show."""

    def schema(self) -> str:
        told: str = self.stub.GetSchema(provider_pb2.GetSchemaRequest(version=0), timeout=60).schema
        return told

    def construct(
        self,
        component: str,
        name: str,
        inputs: Mapping[str, Any],
        *,
        preview: bool = False,
        dependencies: Mapping[str, Sequence[str]] | None = None,
        **more: Any,
    ) -> Constructed:
        """Has one component built; whatever it registers is answered, and held against the AWS schema."""
        monitor = _Monitor(responder(preview=preview))
        adding = resource_pb2_grpc.add_ResourceMonitorServicer_to_server
        with _serving(adding, _Monitoring(monitor)) as address:
            request = provider_pb2.ConstructRequest(
                project=PROJECT,
                stack=STACK,
                dryRun=preview,
                monitorEndpoint=address,
                type=f"asset-edge:index:{component}",
                name=name,
                inputs=struct(inputs),
                inputDependencies={
                    key: provider_pb2.ConstructRequest.PropertyDependencies(urns=list(urns))
                    for key, urns in (dependencies or {}).items()
                },
                **more,
            )
            response = self.stub.Construct(request, timeout=60)
        return Constructed(
            urn=response.urn,
            state=rpc.deserialize_properties(response.state, keep_unknowns=True),
            dependencies={k: sorted(v.urns) for k, v in response.stateDependencies.items()},
            registrations=tuple(monitor.registered.values()),
        )

    def refusal(self, component: str, inputs: Mapping[str, Any], **more: Any) -> grpc.RpcError:
        """How the engine is told that a component cannot be built."""
        try:
            self.construct(component, "refused", inputs, **more)
        except grpc.RpcError as error:
            return error
        raise AssertionError(f"{component} was built of {inputs}")


def struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Arguments on the wire, where every number is a float."""
    message = struct_pb2.Struct()
    message.update(dict(values))
    return message


@contextmanager
def _serving(add: Callable[[Any, Any], None], servicer: object) -> Iterator[str]:
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
    add(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()
