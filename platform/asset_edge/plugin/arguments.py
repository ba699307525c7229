"""What arrives from another language, read into our dataclasses or refused with the argument's name.

Numbers arrive as floats, whatever they were; secrets, outputs and values not known yet arrive as outputs.
An output is taken where our component takes one; anywhere else the component would be built of nothing.
"""

import difflib
from collections.abc import Collection, Mapping
from typing import Any

import pulumi
from pulumi.output import Unknown

from asset_edge.plugin.shapes import (
    WITHOUT,
    Document,
    ListOf,
    MapOf,
    Property,
    Record,
    Scalar,
    Shape,
    properties,
)

_LONGEST_SHOWN = 60
_PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int, float),
    "number": (int, float),
}


class Reader:
    """Reads the arguments of one component, and remembers whether a secret was among what is baked."""

    def __init__(self) -> None:
        self.has_seen_secret = False

    def fields(
        self, cls: type[Any], told: Mapping[str, Any], path: str = "", left_out: frozenset[str] = frozenset()
    ) -> dict[str, Any]:
        """The values of a dataclass's fields by name, those alone that were told.

        Raises InputPropertyError for what is missing, unknown, of another type, or told in two ways.
        """
        known = properties(cls, left_out)
        check_names(told, [each.name for each in known], path)
        found: dict[str, Any] = {}
        for each in known:
            if each.name in told:
                self._add(each, told[each.name], path, found)
            elif each.required:
                raise refused(f"{path}{each.name}", "is missing; it is needed. Add it")
        return found

    def record(self, cls: type[Any], told: Mapping[str, Any], path: str) -> Any:
        """The dataclass itself; what it refuses is refused in its own words."""
        fields = self.fields(cls, told, f"{path}.")
        try:
            return cls(**fields)
        except ValueError as error:
            raise refused(path, f"cannot be so: {error}") from error

    def value(self, shape: Shape, told: Any, path: str) -> Any:
        """One value in its shape."""
        match shape:
            case Scalar():
                return self._scalar(shape, told, path)
            case ListOf(items, collect):
                return collect(
                    [self.value(items, v, f"{path}[{i}]") for i, v in enumerate(_list(told, path))]
                )
            case MapOf(values):
                entries = _object(self._known(told, path) if _is_baked(values) else told, path)
                return {key: self.value(values, v, f"{path}.{key}") for key, v in entries.items()}
            case Record(cls):
                return self.record(cls, _object(told, path), path)
            case Document():
                return _document(_object(told, path))

    def _add(self, each: Property, told: Any, path: str, found: dict[str, Any]) -> None:
        value = self.value(each.shape, told, f"{path}{each.name}")
        given = dict.fromkeys(_fields_of(value)) if each.name == WITHOUT else {each.field: value}
        for field in given:
            if field in found:
                raise refused(
                    f"{path}{each.name}", f"is told, and {field} is told already; one of them holds. Drop one"
                )
        found.update(given)

    def _scalar(self, shape: Scalar, told: Any, path: str) -> Any:
        value = self._known(told, path) if shape.is_baked else told
        if isinstance(value, (pulumi.Output, Unknown)):
            if not shape.may_be_output:
                raise _eventual(path)
            return pulumi.Output.from_input(value).apply(lambda known: _once_known(shape, known, path))
        return plain(shape, value, path, is_shown=not shape.is_baked)

    def _known(self, told: Any, path: str) -> Any:
        """The value in an output whose value came along with it."""
        if isinstance(told, Unknown):
            raise _not_known_yet(path)
        if not isinstance(told, pulumi.Output):
            return told
        # Nothing public tells what an output holds without waiting, and what came over the wire is there.
        data = told._data  # noqa: SLF001
        if not data.done() or not data.result().is_known:
            raise _not_known_yet(path)
        self.has_seen_secret = self.has_seen_secret or data.result().is_secret
        return data.result().value


def check_names(told: Collection[str], known: Collection[str], path: str) -> None:
    """Refuses an argument that there is not: the SDK would drop it, and its default would hold instead."""
    for name in told:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            remedy = f"Did you mean {close[0]}?" if close else f"Known are {', '.join(known)}"
            raise refused(f"{path}{name}", f"is no argument here; it would have no effect. {remedy}")


def plain(shape: Scalar, value: Any, path: str, *, is_shown: bool = True) -> Any:
    """A value of the shape's type: whole floats as integers, no boolean as a number."""
    is_of_type = isinstance(value, _PYTHON_TYPES[shape.type])
    if not is_of_type or (isinstance(value, bool) and shape.type != "boolean"):
        raise refused(path, f"is {_shown(value, is_shown)}, not {_a(shape.type)}. {_remedy(shape, value)}")
    if shape.type == "integer" and not float(value).is_integer():
        raise refused(path, f"is {_shown(value, is_shown)}; it is a whole number. Round it")
    if shape.choices and value not in shape.choices:
        raise refused(
            path, f"is {_shown(value, is_shown)}; it may be {', '.join(shape.choices)}. Use one of them"
        )
    return int(value) if shape.type == "integer" else value


def refused(path: str, reason: str) -> pulumi.InputPropertyError:
    """The error that names an argument to whoever wrote the program."""
    return pulumi.InputPropertyError(path, f"{path} {reason}")


def refusal(message: str, *arguments: pulumi.InputPropertyError) -> pulumi.InputPropertiesError:
    """What the engine is told: a message that stands alone, and the arguments it is about."""
    # A list even where it is empty: with None the SDK stumbles and the message is lost.
    return pulumi.InputPropertiesError(
        message, [{"property_path": one.property_path, "reason": one.reason} for one in arguments]
    )


def _once_known(shape: Scalar, value: Any, path: str) -> Any:
    try:
        return plain(shape, value, path, is_shown=False)
    except pulumi.InputPropertyError as error:
        raise refusal(error.reason, error) from error


def _eventual(path: str) -> pulumi.InputPropertyError:
    return refused(
        path,
        "is an output or a secret; it decides names and numbers of what is made, so it must be plain and "
        "known before anything is. Write it out, or take it from the configuration as it is",
    )


def _not_known_yet(path: str) -> pulumi.InputPropertyError:
    return refused(
        path,
        "is not known before the deploy; it is read while the component is built, at a preview too. Make it "
        "of text and configuration, secret or not",
    )


def _list(told: Any, path: str) -> list[Any]:
    if isinstance(told, (pulumi.Output, Unknown)):
        raise _whole(path)
    if not isinstance(told, list):
        raise refused(path, f"is {_shown(told, is_shown=True)}, not a list. Put it into brackets")
    return told


def _object(told: Any, path: str) -> Mapping[str, Any]:
    if isinstance(told, (pulumi.Output, Unknown)):
        raise _whole(path)
    if not isinstance(told, dict):
        raise refused(path, f"is {_shown(told, is_shown=True)}, not an object. Write its fields by name")
    return told


def _whole(path: str) -> pulumi.InputPropertyError:
    return refused(
        path,
        "is an output or a secret as a whole; what is made depends on what is in it. Write it out, with "
        "outputs and secrets only as the values inside that take them",
    )


def _document(told: Any) -> Any:
    """Free-form, with outputs inside as they are."""
    match told:
        case dict():
            return {key: _document(value) for key, value in told.items()}
        case list():
            return [_document(value) for value in told]
        case Unknown():
            return pulumi.Output.from_input(told)
    return told


def _is_baked(shape: Shape) -> bool:
    return isinstance(shape, Scalar) and shape.is_baked


def _fields_of(names: Collection[str]) -> list[str]:
    """`defaultRootObject` as the field it is."""
    return ["".join(f"_{c.lower()}" if c.isupper() else c for c in name) for name in names]


def _shown(value: Any, is_shown: bool) -> str:
    match value:
        case list():
            return "a list"
        case dict():
            return "an object"
        case str() | bool() | int() | float() if is_shown and len(str(value)) <= _LONGEST_SHOWN:
            return f"{value!r}" if not isinstance(value, bool) else str(value).lower()
        case str():
            return "a text"
        case bool() | int() | float():
            return "a number or boolean"
    return f"a {type(value).__name__}"


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _remedy(shape: Scalar, value: Any) -> str:
    if shape.type == "string" and isinstance(value, (int, float)):
        return "Put it into quotes, leading zeros included"
    if isinstance(value, str):
        return "Write it without quotes"
    return "Give one value"
