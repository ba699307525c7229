"""The one strict mock engine: runs a build, holds every input against the AWS schema, refuses look-ups."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asset_edge.localcloud import engine
from asset_edge.localcloud.engine import Registration, State
from asset_edge.localcloud.symbols import symbolic_state
from tests.schema import problems


@dataclass(frozen=True)
class Deployment:
    """All that a build registered."""

    run: engine.Run
    built: Any
    """What the build function returned."""

    @property
    def all(self) -> tuple[Registration, ...]:
        return self.run.registrations

    @property
    def urns(self) -> set[str]:
        return {r.urn for r in self.all}

    def of(self, resource_type: str) -> list[Registration]:
        """The registrations of one type, e.g. `aws:s3/bucket:Bucket`, sorted by name."""
        return sorted((r for r in self.all if r.type == resource_type), key=lambda r: r.name)

    def named(self, name: str, resource_type: str | None = None) -> Registration:
        """The one registration of that name."""
        found = [r for r in self.all if r.name == name and resource_type in (None, r.type)]
        assert len(found) == 1, f"{len(found)} resources are named {name}: {sorted(r.name for r in self.all)}"
        return found[0]

    def outputs_of(self, name: str) -> dict[str, Any]:
        """What the component of that name passed to `register_outputs`."""
        component = next(r for r in self.all if r.name == name and not r.custom)
        return self.run.component_outputs[component.urn]


def deploy(
    build: Callable[[], Any],
    *,
    project: str = "asset-edge",
    stack: str = "test",
    config: dict[str, str] | None = None,
    preview: bool = False,
) -> Deployment:
    """Runs `build` under the engine with symbolic outputs; with `preview` outputs are unknown instead.

    Every input of every resource must fit the schema; a misfit raises with the path to it.
    """
    built: list[Any] = []
    result = engine.run(
        lambda: built.append(build()),
        project=project,
        stack=stack,
        config=config,
        preview=preview,
        respond=responder(preview=preview),
    )
    return Deployment(result, built[0])


def responder(*, preview: bool) -> Callable[[Registration], State]:
    """What answers a registration: with symbolic outputs, or in a preview with unknown ones.

    Fails where an input does not fit the schema.
    """
    return _unknown if preview else _strict


def _strict(registration: Registration) -> State:
    _check(registration)
    return symbolic_state(registration)


def _unknown(registration: Registration) -> State:
    _check(registration)
    return State(None, dict(registration.inputs))


def _check(registration: Registration) -> None:
    found = problems(registration.type, registration.inputs)
    assert not found, f"{registration.name}: " + "; ".join(found)
