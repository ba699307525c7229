"""Holds every registered input against the schema of pulumi-aws, at any depth."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pulumi

SCHEMA_FILES = tuple(
    Path(__file__).parent / name for name in ("aws-schema-subset.json", "aws-schema-additions.json")
)
_PRIMITIVES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int, float),
    "number": (int, float),
}


@cache
def schema() -> Any:
    """The subset and what has been added to it, as one: resources and types by token."""
    files = [json.loads(file.read_text()) for file in SCHEMA_FILES]
    return {part: {k: v for file in files for k, v in file[part].items()} for part in ("resources", "types")}


def problems(resource_type: str, inputs: dict[str, Any]) -> list[str]:
    """Every misfit between the inputs and the schema, each with the path to it."""
    if not resource_type.startswith("aws:"):
        return []
    resource = schema()["resources"].get(resource_type)
    if resource is None:
        return [f"{resource_type}: not in {' or '.join(file.name for file in SCHEMA_FILES)}"]
    return _object(resource_type, inputs, resource["inputProperties"], resource["requiredInputs"])


def _object(path: str, value: Any, properties: dict[str, Any], required: list[str]) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is not an object"]
    missing = [f"{path}.{key}: missing" for key in required if key not in value]
    unknown = [f"{path}.{key}: no such property" for key in value if key not in properties]
    nested = [p for k, v in value.items() if k in properties for p in _value(f"{path}.{k}", v, properties[k])]
    return missing + unknown + nested


def _value(path: str, value: Any, kind: dict[str, Any]) -> list[str]:
    if isinstance(value, pulumi.output.Unknown) or value in (None, "[secret]", "<unknown>"):
        return []
    if isinstance(value, dict) and "4dabf18193072939515e22adb298388d" in value:
        return _value(path, value.get("value"), kind)
    if "oneOf" in kind:
        return min((_value(path, value, option) for option in kind["oneOf"]), key=len)
    if "$ref" in kind:
        return _reference(path, value, kind["$ref"])
    return _BY_TYPE.get(kind["type"], _primitive)(path, value, kind)


def _reference(path: str, value: Any, ref: str) -> list[str]:
    if ref.startswith("pulumi.json#/"):
        return [] if ref.endswith("Any") or _is_content(value) else [f"{path}: {value!r} is no {ref}"]
    kind = schema()["types"].get(ref.removeprefix("#/types/"))
    if kind is None:
        return [f"{path}: the schema lacks the type {ref}"]
    if "enum" in kind:
        return _primitive(path, value, {"type": kind.get("type", "string")})
    return _object(path, value, kind["properties"], kind.get("required", []))


def _is_content(value: Any) -> bool:
    """Whether it is an asset or archive: of the SDK, or as a plan document tells it."""
    if isinstance(value, dict):
        return len(value) == 1 and value.keys() <= {"asset", "archive", "uri"}
    return isinstance(value, pulumi.Archive | pulumi.Asset)


def _array(path: str, value: Any, kind: dict[str, Any]) -> list[str]:
    if not isinstance(value, list):
        return [f"{path}: {value!r} is not a list"]
    return [p for i, item in enumerate(value) for p in _value(f"{path}[{i}]", item, kind["items"])]


def _mapping(path: str, value: Any, kind: dict[str, Any]) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is not a map"]
    inner = kind.get("additionalProperties", {"type": "string"})
    return [p for key, item in value.items() for p in _value(f"{path}[{key}]", item, inner)]


def _primitive(path: str, value: Any, kind: dict[str, Any]) -> list[str]:
    allowed = _PRIMITIVES[kind["type"]]
    fits = isinstance(value, allowed) and (kind["type"] == "boolean") == isinstance(value, bool)
    return [] if fits else [f"{path}: {value!r} is not a {kind['type']}"]


_BY_TYPE = {"array": _array, "object": _mapping}
