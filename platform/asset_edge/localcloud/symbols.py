"""What an output is called before anything exists: `<type name property>`, in the shape its type asks for."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args, get_origin

import pulumi
from pulumi import _types

from asset_edge.localcloud.engine import Registration, State

_DEEPEST = 4


def symbolic_state(registration: Registration) -> State:
    """The state of a resource that was only planned: its inputs, and a readable name for every other output.

    Numbers and booleans that are not inputs stay unset: nothing readable has their type.
    """
    label = f"{registration.type} {registration.name}"
    outputs = dict(_symbols(registration.type, label))
    return State(f"<{label} id>", outputs | registration.inputs)


def _symbols(resource_type: str, label: str) -> Iterator[tuple[str, Any]]:
    cls = _resource_class(resource_type)
    for name, kind in (_types.resource_types(cls) if cls else {}).items():
        symbol = _symbol(kind, f"{label} {name}")
        if symbol is not None:
            yield name, symbol


def _resource_class(resource_type: str) -> type | None:
    return next(
        (c for c in _subclasses(pulumi.CustomResource) if vars(c).get("pulumi_type") == resource_type), None
    )


def _subclasses(cls: type) -> Iterator[type]:
    children: list[type] = cls.__subclasses__()
    for child in children:
        yield child
        yield from _subclasses(child)


def _symbol(kind: Any, label: str, depth: int = 0) -> Any:
    kind = _types.unwrap_type(kind)
    if kind is str:
        return f"<{label}>"
    if depth >= _DEEPEST:
        return None
    if get_origin(kind) in (list, Sequence):
        inner = _symbol(get_args(kind)[0], f"{label}[0]", depth + 1)
        return None if inner is None else [inner]
    if isinstance(kind, type) and _types.is_output_type(kind):
        told = {k: _symbol(v, f"{label}.{k}", depth + 1) for k, v in _types.output_type_types(kind).items()}
        return {k: v for k, v in told.items() if v is not None}
    return None
