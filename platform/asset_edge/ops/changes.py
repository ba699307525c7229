"""What a change of a stack is, whichever document tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

STACK_TYPE = "pulumi:pulumi:Stack"
_TYPE_OF_URN, _NAME_OF_URN, _PARTS_OF_URN = 2, 3, 4


class Operation(StrEnum):
    """What the engine would do with a resource."""

    CREATE = "create"
    UPDATE = "update"
    MAY_REPLACE = "may replace"
    """Nobody has read in the provider's documentation that what changes can change in place."""

    REPLACE = "replace"
    DELETE = "delete"
    IMPORT = "import"
    READ = "read"
    REFRESH = "refresh"
    DISCARD = "discard"
    SAME = "same"
    UNKNOWN = "unknown"
    """A word of a newer CLI."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One side of a change, its secrets masked. What was not told is empty."""

    inputs: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    """In the engine's words: protect, retainOnDelete, aliases and so on."""

    configurations: Mapping[str, Any] = field(default_factory=dict)
    """Of an edge function: by input, by path in the bundle, what it is configured with."""


@dataclass(frozen=True, kw_only=True)
class Property:
    """One value that changes; None is one that is not there."""

    path: str
    """As the engine writes it: `origins[0].domainName`."""

    old: Any = None
    new: Any = None

    @property
    def top(self) -> str:
        """The input it is a part of."""
        return self.path.partition(".")[0].partition("[")[0]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a resource would be made anew."""

    path: str
    source: str
    """Who says so."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What happens to one resource."""

    urn: str
    type: str
    name: str
    component: str
    """Name of the component it belongs to, the outermost that is known; empty for a child of the stack."""

    component_type: str = ""
    operation: Operation
    told_operation: str = ""
    """The operation as the document has it."""

    custom: bool = True
    """False for a component: nothing of it is in AWS."""

    old: Resource | None = None
    new: Resource | None = None
    properties: tuple[Property, ...] = ()
    reasons: tuple[Reason, ...] = ()
    was: str = ""
    """The URN it had, where an alias says that it was renamed."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What a policy says of a resource or of the stack."""

    policy: str
    level: str
    """advisory, mandatory, remediate or disabled."""

    message: str
    urn: str = ""


@dataclass(frozen=True, kw_only=True)
class Diagnostic:
    """What the engine, a provider or the program said."""

    severity: str
    message: str
    urn: str = ""


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """A resource as the others see it, changed or not."""

    type: str
    name: str
    inputs: Mapping[str, Any]


Neighbours = Mapping[str, Neighbour]
"""By URN."""


@dataclass(frozen=True, kw_only=True)
class Changes:
    """All that a deployment would change."""

    project: str
    stack: str
    source: str
    """What kind of document told it."""

    changes: tuple[Change, ...] = ()
    unchanged: int | None = None
    """How many resources stay as they are; None where nobody counted."""

    policies: tuple[Policy, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    failed: bool = False
    """Whether the preview did not come to its end: there may be more changes than are told."""

    notes: tuple[str, ...] = ()
    """What a reader must know of the document itself."""

    largest_step_points: float | None = None
    """The most, in points of share, that one change of weights may move; None where nobody told."""

    before: Neighbours = field(default_factory=dict)
    after: Neighbours = field(default_factory=dict)
    whole: bool = False
    """Whether `before` and `after` hold what stays as it is, too."""


def type_of(urn: str) -> str:
    """A resource's type, from its URN; empty for a text that is none."""
    parts = urn.split("::")
    return parts[_TYPE_OF_URN].rpartition("$")[2] if len(parts) >= _PARTS_OF_URN else ""


def name_of(urn: str) -> str:
    """A resource's name, which may hold `::` itself."""
    return "::".join(urn.split("::")[_NAME_OF_URN:])


def home_of(urn: str) -> tuple[str, str]:
    """Project and stack, from a URN; empty for a text that is none."""
    parts = urn.split("::")
    if len(parts) < _PARTS_OF_URN or not parts[0].startswith("urn:pulumi:"):
        return "", ""
    return parts[1], parts[0].removeprefix("urn:pulumi:")
