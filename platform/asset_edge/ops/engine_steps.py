"""What the engine's steps say of each resource, whether they come in one document or as events."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from asset_edge.errors import LocalError
from asset_edge.ops.changes import (
    STACK_TYPE,
    Change,
    Changes,
    Neighbour,
    Operation,
    Property,
    Reason,
    Resource,
    home_of,
    name_of,
    type_of,
)
from asset_edge.ops.comparing import differences
from asset_edge.ops.plan_changes import step_of
from asset_edge.ops.reading import texts
from asset_edge.ops.sentences import shown
from asset_edge.ops.values import SECRET, Mask

_ENGINE = "the engine's preview"

OPERATIONS: Mapping[str, Operation] = {
    "same": Operation.SAME,
    "create": Operation.CREATE,
    "update": Operation.UPDATE,
    "delete": Operation.DELETE,
    "replace": Operation.REPLACE,
    "create-replacement": Operation.REPLACE,
    "delete-replaced": Operation.REPLACE,
    "import-replacement": Operation.REPLACE,
    "read-replacement": Operation.REPLACE,
    "remove-pending-replace": Operation.REPLACE,
    "discard-replaced": Operation.REPLACE,
    "import": Operation.IMPORT,
    "read": Operation.READ,
    "refresh": Operation.REFRESH,
    "discard": Operation.DISCARD,
}
"""The engine's words. One of a newer CLI is unknown, and dangerous."""

_STRONGEST_FIRST = (
    Operation.UNKNOWN,
    Operation.REPLACE,
    Operation.DELETE,
    Operation.CREATE,
    Operation.IMPORT,
    Operation.UPDATE,
    Operation.READ,
    Operation.REFRESH,
    Operation.DISCARD,
    Operation.SAME,
)
"""Several steps of one resource are one change: the first of these."""


@dataclass(frozen=True)
class Names:
    """What a document calls the parts of a step."""

    changed: str
    replacing: str
    kind: str


PREVIEW = Names(changed="diffReasons", replacing="replaceReasons", kind="kind")
EVENTS = Names(changed="diffs", replacing="keys", kind="diffKind")


@dataclass(frozen=True)
class Step:
    """One step, whichever document it comes from."""

    operation: str
    urn: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    changed: tuple[str, ...]
    replacing: tuple[str, ...]
    detailed: Mapping[str, str]
    """By path, the kind of its change."""


def step(told: Mapping[str, Any], old: Any, new: Any, names: Names) -> Step:
    """A step as it is told under these names, between an old and a new state."""
    detailed = told.get("detailedDiff")
    kinds = {
        str(path): str(one.get(names.kind) or "") if isinstance(one, Mapping) else ""
        for path, one in (detailed.items() if isinstance(detailed, Mapping) else ())
    }
    return Step(
        operation=str(told.get("op") or ""),
        urn=str(told.get("urn") or ""),
        old=old if isinstance(old, Mapping) else {},
        new=new if isinstance(new, Mapping) else {},
        changed=texts(told.get(names.changed)),
        replacing=texts(told.get(names.replacing)),
        detailed=kinds,
    )


def changes(steps: list[Step], mask: Mask, home: str, source: str, same: int | None) -> Changes:
    """All changes of a preview, its steps gathered by resource. Raises LocalError for steps of two stacks."""
    project, stack = _home(steps, home)
    by_urn: dict[str, list[Step]] = {}
    for step in steps:
        by_urn.setdefault(step.urn, []).append(step)
    parents = {urn: _parent(group) for urn, group in by_urn.items()}
    changes = [_change(urn, group, parents, mask) for urn, group in by_urn.items()]
    shown = sum(change.operation == Operation.SAME for change in changes)
    return Changes(
        project=project,
        stack=stack,
        source=source,
        changes=tuple(c for c in changes if c.operation != Operation.SAME and c.type != STACK_TYPE),
        unchanged=same,
        notes=tuple(_notes(home, project)),
        largest_step_points=_largest_step(steps),
        before=_neighbours(steps, mask, new=False),
        after=_neighbours(steps, mask, new=True),
        whole=same is not None and shown >= same,
    )


def _home(steps: list[Step], home: str) -> tuple[str, str]:
    homes = sorted({home_of(step.urn) for step in steps})
    if len(homes) > 1:
        told = ", ".join(shown("/".join(one)) for one in homes)
        raise LocalError(f"the preview holds steps of more than one stack: {told}. Give the preview of one")
    if homes and homes[0] != ("", ""):
        return homes[0]
    project, _, stack = home.partition("/")
    return project, stack


def _notes(home: str, project: str) -> Iterator[str]:
    if not home and not project:
        yield "the preview does not say of which stack it is: name it with --stack PROJECT/STACK"


def count(summary: Any) -> int | None:
    """How many resources stay as they are, of a summary that counts by operation."""
    if not isinstance(summary, Mapping):
        return None
    same = summary.get("same", 0)
    return same if isinstance(same, int) else None


def _parent(group: list[Step]) -> str:
    states = [state for step in group for state in (step.new, step.old)]
    return next((str(state["parent"]) for state in states if state.get("parent")), "")


def _component(urn: str, parents: Mapping[str, str]) -> tuple[str, str]:
    """The outermost component whose parents the document names; a parent that stays the same it does not."""
    found, above, seen = "", parents.get(urn, ""), {urn}
    while above and type_of(above) != STACK_TYPE and above not in seen:
        seen.add(above)
        found, above = above, parents.get(above, "")
    return (name_of(found), type_of(found)) if found else ("", "")


def _change(urn: str, group: list[Step], parents: Mapping[str, str], mask: Mask) -> Change:
    operations = [OPERATIONS.get(step.operation, Operation.UNKNOWN) for step in group]
    operation = min(operations, key=_STRONGEST_FIRST.index)
    old = next((step.old for step in group if step.old), {})
    new = next((step.new for step in reversed(group) if step.new), {})
    resource_type = str(new.get("type") or old.get("type") or type_of(urn))
    custom = (new or old).get("custom")
    before, after = _resource(old, mask), _resource(new, mask)
    if operation == Operation.SAME and old and new and before.options != after.options:
        operation = Operation.UPDATE
    component, component_type = _component(urn, parents)
    return Change(
        urn=urn,
        type=resource_type,
        name=name_of(urn),
        component=component or (name_of(urn) if custom is False else ""),
        component_type=component_type or (resource_type if custom is False else ""),
        operation=operation,
        told_operation=mask.text(", ".join(dict.fromkeys(step.operation for step in group))),
        custom=custom is not False,
        old=None if operation == Operation.CREATE else before,
        new=None if operation == Operation.DELETE else after,
        properties=_properties(group, old, new, mask) if operation != Operation.SAME else (),
        reasons=tuple(_reasons(group)),
    )


def _resource(state: Mapping[str, Any], mask: Mask) -> Resource:
    fate = ("protect", "retainOnDelete")
    return Resource(
        inputs=mask.mapping(_inputs(state)), options={name: True for name in fate if state.get(name)}
    )


def _inputs(state: Mapping[str, Any]) -> Mapping[str, Any]:
    """A state's inputs, those marked that are secret whatever they hold."""
    inputs = state.get("inputs")
    if not isinstance(inputs, Mapping):
        return {}
    secret = state.get("additionalSecretOutputs")
    hidden = {*secret} if isinstance(secret, list) else set()
    return {key: SECRET if key in hidden else value for key, value in inputs.items()}


def _properties(
    group: list[Step], old: Mapping[str, Any], new: Mapping[str, Any], mask: Mask
) -> tuple[Property, ...]:
    """What differs in the inputs, and what the provider alone sees: both sides of a secret look the same."""
    if not old or not new:
        return ()
    found = differences(_inputs(old), _inputs(new), mask)
    tops = {one.top for one in found}
    told = dict.fromkeys(path for step in group for path in (*step.detailed, *step.replacing, *step.changed))
    seen = [Property(path=mask.text(path)) for path in told]
    before, after = _inputs(old), _inputs(new)
    others = (
        replace(
            one, old=mask.value(before.get(one.top), one.top), new=mask.value(after.get(one.top), one.top)
        )
        for one in seen
        if one.top not in tops
    )
    return (*found, *others)


def _reasons(group: list[Step]) -> Iterator[Reason]:
    told = [path for step in group for path in step.replacing]
    told += [path for step in group for path, kind in step.detailed.items() if kind.endswith("-replace")]
    yield from (Reason(path=path, source=_ENGINE) for path in dict.fromkeys(told))


def _largest_step(steps: list[Step]) -> float | None:
    """As the stack's outputs tell it: what it is now, before what it would be."""
    stacks = [step for step in steps if type_of(step.urn) == STACK_TYPE]
    told = [
        step_of(state.get("outputs"))
        for side in ("old", "new")
        for step in stacks
        for state in [getattr(step, side)]
    ]
    return next((step for step in told if step is not None), None)


def _neighbours(steps: list[Step], mask: Mask, *, new: bool) -> dict[str, Neighbour]:
    sides = [(step.urn, step.new if new else step.old) for step in steps]
    return {
        urn: Neighbour(type=type_of(urn), name=name_of(urn), inputs=mask.mapping(_inputs(state)))
        for urn, state in sides
        if state and type_of(urn) == "aws:route53/record:Record"
    }
