"""What the package schema says: the adapters' arguments and outputs in the words of Pulumi's packages.

Source: Pulumi's documentation, "Package schema".
"""

import inspect
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args, get_origin

from asset_edge.plugin.adapters import ADAPTERS, Adapter
from asset_edge.plugin.shapes import (
    Document,
    ListOf,
    MapOf,
    Property,
    Record,
    Scalar,
    Shape,
    camel_case,
    descriptions,
    properties,
)

NAME = "asset-edge"
VERSION = "0.1.0"
"""The package's own, as in pyproject.toml."""

_LANGUAGES = ("csharp", "go", "java", "nodejs", "python")


def package() -> dict[str, Any]:
    """The schema of everything that is served."""
    return {
        "name": NAME,
        "displayName": "Asset Edge",
        "version": VERSION,
        "description": "Media assets from two AWS regions at once: replicated buckets, a weighted origin, "
        "edge functions, a distribution, a registry.",
        # What the generated SDK asks for is this version, not that of the tool that generates it.
        "language": {language: {"respectSchemaVersion": True} for language in _LANGUAGES},
        "resources": {adapter.token: _resource(adapter) for adapter in ADAPTERS},
        "types": {type_token(cls): _object_type(properties(cls), cls) for cls in record_types()},
    }


def dumps() -> str:
    """The schema as it is stored beside the plugin."""
    return json.dumps(package(), indent=1) + "\n"


def type_token(cls: type[Any]) -> str:
    """The token of an object type."""
    return f"{NAME}:index:{cls.__name__}"


def record_types() -> list[type[Any]]:
    """Every dataclass that stands inside the arguments, by name."""
    found: dict[str, type[Any]] = {}
    for adapter in ADAPTERS:
        for cls in _records(adapter.properties):
            if found.setdefault(cls.__name__, cls) is not cls:
                raise TypeError(f"two dataclasses are named {cls.__name__}; a schema has one. Rename one")
    return [found[name] for name in sorted(found)]


def outputs(adapter: Adapter) -> Mapping[str, Any]:
    """By field, the type of each output."""
    told = inspect.get_annotations(adapter.component)
    return {name: get_args(hint)[0] for name, hint in told.items() if not name.startswith("_")}


def _records(told: Sequence[Property]) -> Iterator[type[Any]]:
    for each in told:
        shape = each.shape
        while isinstance(shape, (ListOf, MapOf)):
            shape = shape.items if isinstance(shape, ListOf) else shape.values
        if isinstance(shape, Record):
            yield shape.cls
            yield from _records(properties(shape.cls))


def _resource(adapter: Adapter) -> dict[str, Any]:
    inputs = _object_type(adapter.properties, adapter.component)
    said = descriptions(adapter.component)
    return {
        "isComponent": True,
        "description": inputs["description"],
        "inputProperties": inputs["properties"],
        "requiredInputs": inputs["required"],
        "type": "object",
        "properties": {
            camel_case(name): _output_type(hint) | {"description": said[name]}
            for name, hint in outputs(adapter).items()
        },
        "required": sorted(camel_case(name) for name in outputs(adapter)),
    }


def _object_type(told: Sequence[Property], cls: type[Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": inspect.getdoc(cls) or "",
        "properties": {each.name: _type(each.shape) | _described(each) for each in told},
        "required": sorted(each.name for each in told if each.required),
    }


def _described(each: Property) -> dict[str, str]:
    return {"description": each.description} if each.description else {}


def _type(shape: Shape) -> dict[str, Any]:
    """A type; `plain` wherever a value must be known before anything is made."""
    match shape:
        case Scalar(type=name):
            eventual = shape.may_be_output or shape.is_baked
            return {"type": name} | ({} if eventual else {"plain": True})
        case ListOf(items):
            return {"type": "array", "items": _type(items), "plain": True}
        case MapOf(values):
            return {"type": "object", "additionalProperties": _type(values), "plain": True}
        case Record(cls):
            return {"$ref": f"#/types/{type_token(cls)}", "plain": True}
        case Document():
            return {"$ref": "pulumi.json#/Any"}


def _output_type(hint: Any) -> dict[str, Any]:
    if hint is str:
        return {"type": "string"}
    origin, told = get_origin(hint), get_args(hint)
    if origin is dict:
        return {"type": "object", "additionalProperties": _output_type(told[1])}
    if origin is Sequence:
        return {"type": "array", "items": _output_type(told[0])}
    raise TypeError(f"an output is {hint}; the schema has texts, lists and maps of them. Add its type")


if __name__ == "__main__":
    sys.stdout.write(dumps())
