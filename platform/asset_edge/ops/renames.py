"""Which URNs a resource of a plan once had, as its own and its parents' aliases say."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from asset_edge.ops.changes import STACK_TYPE, home_of, name_of, type_of

Resources = Mapping[str, Mapping[str, Any]]
"""A plan's resources by URN."""

Pair = tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]
"""A resource before and after, where it is there."""

_DEEPEST = 20


def former(resource: Mapping[str, Any], resources: Resources, depth: int = 0) -> set[str]:
    """Every URN that an alias gives the resource; the rules of the engine ("Resource option: aliases").

    A child of a renamed component is found under the component's old URN, its name changed along.
    """
    urn = str(resource["urn"])
    if depth >= _DEEPEST:
        return set()
    specs: list[Mapping[str, str]] = [{}]
    found: set[str] = set()
    for alias in resource.get("options", {}).get("aliases") or ():
        if str(alias).startswith("urn:"):
            found.add(str(alias))
        else:
            specs.append(_spec(str(alias)))
    parent = resources.get(str(resource.get("parent") or ""))
    for spec in specs:
        found |= {_urn(urn, one, spec, parent) for one in _parents(resource, parent, spec, resources, depth)}
    return found - {urn}


def _spec(told: str) -> Mapping[str, str]:
    """`name=a parent=b`, or a type alone."""
    if "=" not in told:
        return {"type": told}
    words = [word.partition("=") for word in told.split(" ")]
    return {key: value for key, _, value in words}


def _parents(
    resource: Mapping[str, Any],
    parent: Mapping[str, Any] | None,
    spec: Mapping[str, str],
    resources: Resources,
    depth: int,
) -> Sequence[str]:
    if "parent" in spec:
        return ["" if spec["parent"] == "none" else spec["parent"]]
    own = str(resource.get("parent") or "")
    return [own, *(former(parent, resources, depth + 1) if parent else ())]


def _urn(urn: str, parent_urn: str, spec: Mapping[str, str], parent: Mapping[str, Any] | None) -> str:
    project, stack = home_of(urn)
    name, resource_type = spec.get("name", ""), spec.get("type") or type_of(urn)
    if not name:
        name = _inherited(name_of(urn), parent_urn, parent)
    above = parent_urn.split("::")[2] if parent_urn.count("::") >= 2 else ""  # noqa: PLR2004 - a URN's parts
    qualified = f"{above}${resource_type}" if above and above != STACK_TYPE else resource_type
    return f"urn:pulumi:{spec.get('stack', stack)}::{spec.get('project', project)}::{qualified}::{name}"


def _inherited(name: str, parent_urn: str, parent: Mapping[str, Any] | None) -> str:
    now = str(parent["name"]) if parent else ""
    before = name_of(parent_urn)
    return before + name.removeprefix(now) if now and before and name.startswith(now) else name


def labels(pairs: Sequence[Pair]) -> Mapping[str, str]:
    """How a plan writes a value of a resource before it was renamed, and how afterwards."""
    return {
        f"<{old['type']} {old['name']} ": f"<{new['type']} {new['name']} "
        for old, new in pairs
        if old and new and (old["type"], old["name"]) != (new["type"], new["name"])
    }


def renamed(resource: Mapping[str, Any] | None, names: Mapping[str, str]) -> Mapping[str, Any] | None:
    """The resource with such values under their new names: one that is only renamed keeps its values."""
    if resource is None or not names:
        return resource
    return {**resource, "inputs": _replaced(resource["inputs"], names)}


def _replaced(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _with_new_names(value, names)
    if isinstance(value, Mapping):
        return {key: _replaced(item, names) for key, item in value.items()}
    return [_replaced(item, names) for item in value] if isinstance(value, list) else value


def _with_new_names(text: str, names: Mapping[str, str]) -> str:
    """All at once: two that swapped their names must not become one."""
    pattern = "|".join(re.escape(old) for old in sorted(names, key=len, reverse=True))
    return re.sub(pattern, lambda found: names[found.group()], text)
