"""What changes between two plans: the base's and the head's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from asset_edge.errors import LocalError
from asset_edge.ops import renames, replacement
from asset_edge.ops.changes import Change, Changes, Neighbour, Operation, Policy, Property, Reason, Resource
from asset_edge.ops.comparing import differences
from asset_edge.ops.hiding import hidden
from asset_edge.ops.reading import number, texts
from asset_edge.ops.sentences import shown
from asset_edge.ops.values import Mask

Plan = Mapping[str, Any]

_FATE = ("protect", "retainOnDelete", "deleteBeforeReplace", "provider", "deletedWith", "replacementTrigger")
"""Options whose change is one of the resource; the others matter only when something else changes."""


def between(old: Plan, new: Plan) -> Changes:
    """The changes from one plan to another. Raises LocalError where they are of different stacks."""
    _check_home(old, new)
    mask = Mask.of([old, new])
    before, after = _by_urn(old), _by_urn(new)
    trees = {True: _Tree.of(after), False: _Tree.of(before)}
    pairs = list(_pairs(before, after))
    names = renames.labels(pairs)
    changes = [_change(renames.renamed(b, names), a, trees[a is not None], mask) for b, a in pairs]
    changes = _cascaded(changes, after)
    found = Changes(
        project=str(new["project"]),
        stack=str(new["stack"]),
        source="two plans",
        changes=tuple(change for change in changes if change.operation != Operation.SAME),
        unchanged=sum(change.operation == Operation.SAME and change.custom for change in changes),
        policies=tuple(policies(new, mask)),
        largest_step_points=_largest_step(old, new),
        notes=tuple(_of_the_step(old, new)),
        before=_neighbours(before, mask),
        after=_neighbours(after, mask),
        whole=True,
    )
    return hidden(found, mask)


def _check_home(old: Plan, new: Plan) -> None:
    homes = [(str(plan["project"]), str(plan["stack"])) for plan in (old, new)]
    if homes[0] != homes[1]:
        told = [shown("/".join(home)) for home in homes]
        raise LocalError(
            f"the first plan is of {told[0]}, the second of {told[1]}; both must be of one stack. "
            "Plan the same stack at the base and at the head"
        )


def _by_urn(plan: Plan) -> dict[str, Mapping[str, Any]]:
    return {str(resource["urn"]): resource for resource in plan["resources"]}


def _pairs(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> Iterator[renames.Pair]:
    """Each resource of either plan once, with what it was: by its URN, else by its aliases."""
    taken: set[str] = set()
    for urn, resource in after.items():
        known = [urn] if urn in before else sorted(renames.former(resource, after) & before.keys())
        was = next((one for one in known if one == urn or (one not in taken and one not in after)), None)
        taken |= {was} if was else set()
        yield (before[was] if was else None), resource
    yield from ((resource, None) for urn, resource in before.items() if urn not in taken)


@dataclass(frozen=True)
class _Tree:
    resources: renames.Resources
    parents: frozenset[str]

    @classmethod
    def of(cls, resources: renames.Resources) -> "_Tree":
        return cls(resources, frozenset(str(one.get("parent") or "") for one in resources.values()))

    def is_component(self, told: Mapping[str, Any]) -> bool:
        """A plan does not say it. AWS's types are never one; another is if it has no inputs but children."""
        if str(told["type"]).startswith(("aws:", "pulumi:")) or told["inputs"]:
            return False
        return told["urn"] in self.parents

    def component_of(self, told: Mapping[str, Any]) -> tuple[str, str]:
        """Name and type of the outermost component around a resource, or of itself if it is one."""
        found, seen = told if self.is_component(told) else None, {str(told["urn"])}
        parent = self.resources.get(str(told.get("parent") or ""))
        while parent is not None and str(parent["urn"]) not in seen:
            seen.add(str(parent["urn"]))
            found, parent = parent, self.resources.get(str(parent.get("parent") or ""))
        return (str(found["name"]), str(found["type"])) if found else ("", "")


def _change(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, tree: _Tree, mask: Mask) -> Change:
    told = new or old or {}
    component = tree.component_of(told)
    change = Change(
        urn=str(told["urn"]),
        type=str(told["type"]),
        name=str(told["name"]),
        component=component[0],
        component_type=component[1],
        operation=Operation.CREATE if old is None else Operation.DELETE,
        custom=not tree.is_component(told),
        old=_resource(old, mask) if old else None,
        new=_resource(new, mask) if new else None,
    )
    if old is None or new is None:
        return replace(change, told_operation=change.operation)
    return _changed(change, old, new, mask)


def _changed(change: Change, old: Mapping[str, Any], new: Mapping[str, Any], mask: Mask) -> Change:
    ignored = texts(_options(new).get("ignoreChanges"))
    properties = tuple(
        one
        for one in differences(old["inputs"], new["inputs"], mask)
        if not any(replacement.covers(path, one.path) for path in ignored)
    )
    operation, reasons = _judged(change.type, properties, old, new)
    baked = differences(old.get("configurations", {}), new.get("configurations", {}), mask)
    fate = any(_options(old).get(option) != _options(new).get(option) for option in _FATE)
    was = str(old["urn"]) if old["urn"] != new["urn"] else ""
    if not (properties or fate or baked or was):
        operation = Operation.SAME
    return replace(
        change, operation=operation, told_operation=operation, properties=properties, reasons=reasons, was=was
    )


def _judged(
    resource_type: str, properties: tuple[Property, ...], old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[Operation, tuple[Reason, ...]]:
    operation, reasons = replacement.judged(resource_type, properties, _options(new))
    if _options(old).get("replacementTrigger") != _options(new).get("replacementTrigger"):
        return Operation.REPLACE, (*reasons, Reason(path="replacementTrigger", source="the program"))
    if _options(old).get("provider") != _options(new).get("provider") and operation != Operation.REPLACE:
        unknown = Reason(path="provider", source="another provider may mean another account or region")
        return Operation.MAY_REPLACE, (*reasons, unknown)
    return operation, reasons


def _options(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    options: Mapping[str, Any] = resource.get("options") or {}
    return options


def _resource(told: Mapping[str, Any], mask: Mask) -> Resource:
    return Resource(
        inputs=mask.mapping(told["inputs"]),
        options=mask.mapping(_options(told)),
        configurations=mask.mapping(told.get("configurations") or {}),
    )


def _cascaded(changes: list[Change], after: Mapping[str, Mapping[str, Any]]) -> list[Change]:
    """What holds a value of a replaced resource gets another one, and may have to be replaced itself."""
    by_urn = {change.urn: change for change in changes}
    waiting = [change for change in changes if change.operation == Operation.REPLACE]
    done: set[str] = set()
    while waiting:
        replaced = waiting.pop()
        done.add(replaced.urn)
        label = f"<{replaced.type} {replaced.name} "
        for urn, resource in after.items():
            if urn in done or urn == replaced.urn:
                continue
            followed = _following(by_urn[urn], resource, label, replaced.name)
            if followed is not by_urn[urn]:
                newly = followed.operation == Operation.REPLACE != by_urn[urn].operation
                by_urn[urn] = followed
                waiting += [followed] if newly else []
    return [by_urn[change.urn] for change in changes]


def _following(change: Change, resource: Mapping[str, Any], label: str, name: str) -> Change:
    tops = [top for top, value in resource["inputs"].items() if _holds(value, label)]
    forced = [reason for top in tops if (reason := replacement.forces(change.type, top))]
    if not forced or change.operation in (Operation.CREATE, Operation.DELETE):
        return change
    reasons = tuple(
        Reason(path=one.path, source=f"{name} would be replaced, whose value it holds; {one.source}")
        for one in forced
        if one.path not in {reason.path for reason in change.reasons}
    )
    if not reasons:
        return change
    return replace(change, operation=Operation.REPLACE, reasons=(*change.reasons, *reasons))


def _holds(value: Any, label: str) -> bool:
    if isinstance(value, str):
        return label in value
    if isinstance(value, Mapping):
        return any(_holds(item, label) for item in value.values())
    return isinstance(value, list) and any(_holds(item, label) for item in value)


def policies(document: Mapping[str, Any], mask: Mask) -> Iterator[Policy]:
    """The policy results that a document carries; optional, and read leniently."""
    for told in document.get("policies") or ():
        if isinstance(told, Mapping):
            yield Policy(
                policy=mask.text(str(told.get("policy", ""))),
                level=mask.text(str(told.get("level", ""))),
                message=mask.text(str(told.get("message", ""))),
                urn=str(told.get("urn") or ""),
            )


def step_of(outputs: Any) -> float | None:
    """The posture's largest step of weights, as the program exports it."""
    return number(outputs.get("largestWeightStepPoints")) if isinstance(outputs, Mapping) else None


def _largest_step(old: Plan, new: Plan) -> float | None:
    """The base's: a change cannot allow itself."""
    before = step_of(old.get("outputs"))
    return step_of(new.get("outputs")) if before is None else before


def _of_the_step(old: Plan, new: Plan) -> Iterator[str]:
    before, after = step_of(old.get("outputs")), step_of(new.get("outputs"))
    if before is not None and after is not None and before != after:
        yield f"the posture's largest step of weights would be {after:g} points, which is {before:g} now"


def _neighbours(resources: Mapping[str, Mapping[str, Any]], mask: Mask) -> dict[str, Neighbour]:
    return {
        urn: Neighbour(type=str(told["type"]), name=str(told["name"]), inputs=mask.mapping(told["inputs"]))
        for urn, told in resources.items()
        if told["type"] == "aws:route53/record:Record"
    }
