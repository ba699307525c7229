"""How a program gets into the local cloud: a first run that only refuses, then the same again, applied.

Nothing is applied before every resource of the program is known to be handled.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from asset_edge.errors import LocalError, Unsupported
from asset_edge.localcloud.clients import DEFAULT_REGION, Clients
from asset_edge.localcloud.engine import Registration, Respond, Run, State
from asset_edge.localcloud.rows import Inputs, Row, mark, plain
from asset_edge.localcloud.symbols import symbolic_state

_PROVIDER = "pulumi:providers:aws"
_SUFFIX_LENGTH = 7


class Program(Protocol):
    """A program that can be run any number of times."""

    def run(self, respond: Respond) -> Run:
        """Runs it once."""
        ...


@dataclass(frozen=True)
class Survey:
    """What a program would register."""

    registrations: tuple[Registration, ...]
    only_declared: Mapping[str, int]
    """Types that are recorded and have no effect, with how many there are, sorted."""

    @property
    def resources(self) -> int:
        """How many resources there are to make; components are none."""
        return sum(r.custom for r in self.registrations)


def survey(program: Program, rows: Mapping[str, Row]) -> Survey:
    """Runs the program with symbolic outputs; `Unsupported` names every resource whose type has no row."""
    registrations = program.run(symbolic_state).registrations
    resources = [r for r in registrations if r.custom]
    if unknown := [r for r in resources if r.type not in rows]:
        raise Unsupported(_unhandled(unknown))
    regions = Regions(DEFAULT_REGION)
    for resource in resources:
        with _named(resource):
            rows[resource.type].check(filled(resource, rows[resource.type], regions))
    declared = Counter(r.type for r in resources if not rows[r.type].effect and r.type != _PROVIDER)
    return Survey(registrations, dict(sorted(declared.items())))


def apply(
    program: Program,
    rows: Mapping[str, Row],
    clients: Clients,
    *,
    region: str = DEFAULT_REGION,
    created: Callable[[Registration], None] = lambda _: None,
) -> Run:
    """Runs the program and creates every resource through its row.

    `region` is where a resource goes that names none, nor has a provider that does. Raises LocalError where
    the local cloud refuses a resource, as AWS might.
    """
    regions = Regions(region)

    def respond(registration: Registration) -> State:
        row = rows[registration.type]
        try:
            with _named(registration):
                state = row.create(filled(registration, row, regions), clients)
        except (ClientError, BotoCoreError) as error:
            why = str(error).rstrip(".")
            raise LocalError(
                f"{registration.type} {registration.name!r} was refused by the local cloud: {why}. "
                "Mend its inputs; what this stack does not declare itself does not exist here"
            ) from error
        regions.note(registration, state)
        created(registration)
        return state

    return program.run(respond)


@contextmanager
def _named(registration: Registration) -> Iterator[None]:
    """Names the resource whose inputs are not modelled, or of which a row looked for one in vain.

    Of the inputs within others, the SDK misses none.
    """
    try:
        yield
    except Unsupported as error:
        raise Unsupported(f"{registration.type} {registration.name!r}: {error}") from error
    except KeyError as error:
        raise LocalError(
            f"{registration.type} {registration.name!r} has no {error}; AWS's provider wants one. Add it"
        ) from error


class Regions:
    """The region of a resource that names none: its provider's, else the stack's."""

    def __init__(self, default: str) -> None:
        self._default = default
        self._of_provider: dict[str, str] = {}
        self._lock = threading.Lock()

    def note(self, registration: Registration, state: State) -> None:
        """Remembers the region of a provider that the program made."""
        if registration.type == _PROVIDER and state.outputs.get("region"):
            with self._lock:
                self._of_provider[registration.urn] = state.outputs["region"]

    def of(self, registration: Registration) -> str:
        """Where the resource goes."""
        urn = registration.provider.rpartition("::")[0]
        return self._of_provider.get(urn, self._default)


def filled(registration: Registration, row: Row, regions: Regions) -> Inputs:
    """The inputs as a provider gets them: plain values, a region, and a name where it is generated.

    The generated ending follows the URN, so a second deployment gives the same names. It stands behind the
    prefix where one is given (`namePrefix`), else behind the resource's own name.
    """
    inputs: dict[str, Any] = {"region": regions.of(registration), **plain(registration.inputs)}
    if row.auto_name and not inputs.get(row.auto_name):
        prefix = inputs.get(f"{row.auto_name}Prefix") or f"{registration.name}-"
        inputs[row.auto_name] = f"{prefix}{mark(registration.urn, length=_SUFFIX_LENGTH)}"
    return inputs


def _unhandled(unknown: Sequence[Registration]) -> str:
    named = ", ".join(f"{r.type} ({r.name})" for r in sorted(unknown, key=lambda r: r.urn))
    return (
        f"the local cloud has no handler for {named}; nothing has been applied. "
        "Leave it out of this stack, or add a row for its type"
    )
