"""What a rule sees of a resource: its properties, and honestly which of them nobody can know yet."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

_SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"
_SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the wire format's marker of a secret

# The engine's words for a value of each type that only a deployment knows (Pulumi SDK, plugin/rpc.go).
_UNKNOWN_TEXTS = frozenset(
    {
        "<unknown>",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
_SYMBOL = re.compile(r"<(\S+:\S+:\S+) (.+) ([A-Za-z0-9_.\[\]]+)>")

Files = Callable[[str], bytes | None]
"""A file of the archive that a function's code is, by its name inside; None where it has none of that name.

Raises NotKnown where the archive cannot be read.
"""


class NotKnown(Exception):  # noqa: N818 - no error: a rule could not be asked
    """A rule would have to know what cannot be known here."""


@dataclass(frozen=True)
class Unseen:
    """Stands for a value that a rule cannot look at."""

    why: str


BEFORE_DEPLOY = Unseen("cannot be known before deploy")
SECRET = Unseen("is a secret, at which no policy looks")


def _no_archive(name: str) -> bytes | None:
    raise NotKnown(f"code: {name} in it cannot be read from here")


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of a plan or a stack."""

    urn: str
    type: str
    name: str
    props: Mapping[str, Any]
    """Inputs under the provider's names; what cannot be seen is an `Unseen`."""

    options: Mapping[str, Any] = field(default_factory=dict)
    """`protect`, `retainOnDelete` and the rest, those that are set."""

    dependencies: tuple[str, ...] | None = None
    """URNs of what it is made from; None where nobody told, as in a plan document."""

    files: Files = _no_archive

    def told(self, *path: str | int) -> Any:
        """The value at a path of the properties; None where there is none. Raises NotKnown if unseen."""
        found: Any = self.props
        for index, step in enumerate(path):
            found = _step(found, step)
            seen(found, *path[: index + 1])
        return found

    def listed(self, *path: str | int) -> list[Any]:
        """The list at a path; empty where there is none. Raises NotKnown if it or an item is unseen."""
        items = self.told(*path) or []
        if not isinstance(items, list):
            raise NotKnown(f"{dotted(path)} is no list that could be read")
        return [seen(item, *path, index) for index, item in enumerate(items)]

    def texts(self, *path: str | int) -> list[str]:
        """The list at a path, as texts; raises as `listed` does."""
        return [str(item) for item in self.listed(*path)]

    def number(self, *path: str | int) -> int | None:
        """The whole number at a path; None where there is none. NotKnown for what is no number."""
        found = self.told(*path)
        if found is not None and not isinstance(found, int):
            raise NotKnown(f"{dotted(path)} is no whole number")
        return found

    def is_made_from(self, other: "Resource", through: str) -> bool:
        """Whether it depends on the other; NotKnown, naming the property, where nobody told."""
        if self.dependencies is None:
            raise NotKnown(f"{through} of {self.name} {BEFORE_DEPLOY.why}")
        return other.urn in self.dependencies

    def document(self, *path: str | int) -> dict[str, Any]:
        """The JSON object at a path, such as a policy; NotKnown if it is no JSON text."""
        text = self.told(*path)
        try:
            found = json.loads(text) if isinstance(text, str) else text
        except ValueError:
            found = None
        if not isinstance(found, Mapping):
            raise NotKnown(f"{dotted(path)} is no JSON object that could be read")
        return {str(key): value for key, value in found.items()}


def _step(value: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else None
    return value.get(step) if isinstance(value, Mapping) else None


def dotted(path: tuple[str | int, ...]) -> str:
    """`origins[0].domainName` of its parts."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).removeprefix(".")


def seen(value: Any, *path: str | int) -> Any:
    """The value; raises NotKnown, naming the path, where it is an `Unseen`."""
    if isinstance(value, Unseen):
        raise NotKnown(f"{dotted(path)} {value.why}")
    return value


def normal(value: Any) -> Any:
    """A value in the one form that rules read.

    From the SDK, a plan document or the policy analyzer: what is unknown or secret becomes an `Unseen`, whole
    numbers are integers.
    """
    if isinstance(value, pulumi.output.Unknown) or (isinstance(value, str) and value in _UNKNOWN_TEXTS):
        return BEFORE_DEPLOY
    if value == "[secret]":
        return SECRET
    if isinstance(value, Mapping):
        if value.get(_SIGNATURE_KEY) == _SECRET_SIGNATURE:
            return SECRET
        return {key: normal(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [normal(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


@dataclass(frozen=True, kw_only=True)
class Stack:
    """All resources of a stack, or as many as can be seen, and what a rule needs to know besides them."""

    name: str
    resources: tuple[Resource, ...]
    requests_per_minute: int = 1_000_000
    """What the distribution is built for; the setting `requestsPerMinute`."""

    def of(self, *types: str) -> Iterator[Resource]:
        """The resources of these types."""
        return (resource for resource in self.resources if resource.type in types)

    def environment_of(self, resource: Resource) -> str:
        """Which environment a resource belongs to: its tag says; without one, the stack's name."""
        tags = resource.props.get("tags")
        tag = tags.get("environment") if isinstance(tags, Mapping) else None
        return tag if isinstance(tag, str) else self.name

    def referred(self, value: Any, *types: str) -> Resource | None:
        """The resource of these types whose id, ARN or name `value` is; None where it is not of the stack."""
        return next((r for r in self.of(*types) if refers(value, r)), None)

    def beside(self, subject: Resource, link: str, *types: str) -> list[Resource]:
        """The resources of these types that name `subject` in the property `link`."""
        return [one for one in self.of(*types) if _names(one, link, subject)]


def _names(one: Resource, link: str, subject: Resource) -> bool:
    value = one.props.get(link)
    if isinstance(value, Unseen):
        return one.is_made_from(subject, link)
    return value is not None and refers(value, subject)


def refers(value: Any, resource: Resource) -> bool:
    """Whether a value is what a resource is called: by a plan's symbol of it, or in AWS's words."""
    symbol = _SYMBOL.fullmatch(value) if isinstance(value, str) else None
    if symbol:
        return (symbol[1], symbol[2]) == (resource.type, resource.name)
    names = ("id", "arn", "qualifiedArn", "name", "bucket", "functionName", "functionUrl")
    return isinstance(value, str) and value in [resource.props.get(name) for name in names]


def symbol_property(value: object) -> str | None:
    """The output that a plan's symbol stands for: `qualifiedArn` of `<type name qualifiedArn>`."""
    symbol = _SYMBOL.fullmatch(value) if isinstance(value, str) else None
    return symbol[3] if symbol else None
