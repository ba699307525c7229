"""What a change of a policy document means: who may do what, to what, and who no longer."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from asset_edge.ops.changes import Change, Changes, Operation
from asset_edge.ops.reading import at, texts
from asset_edge.ops.sentences import Risk, Sentence, say
from asset_edge.ops.values import is_dark

_DOCUMENTS = ("policy", "assumeRolePolicy")
_PARTS = ("Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource")
_NEGATED = ("NotPrincipal", "NotAction", "NotResource")
_ADMINISTRATOR = "policy/AdministratorAccess"

Statement = Mapping[str, Any]


def of_documents(change: Change, _around: Changes) -> Iterator[Sentence]:
    """What would be allowed, or denied, that is not now, and the other way round."""
    for name in _DOCUMENTS:
        old, new = (side.inputs.get(name) if side else None for side in (change.old, change.new))
        if old != new:
            yield from _document(name, old, new)


def _document(name: str, old: Any, new: Any) -> Iterator[Sentence]:
    before, after = _statements(old), _statements(new)
    if before is None or after is None:
        if is_dark(old) or is_dark(new):
            yield say(Risk.HIGH, f"{name}: who may do what is known only after apply", of=(name,))
        return
    told = [*_removed(before, after), *_added(before, after)]
    yield from told
    if not told and before != after:
        yield say(Risk.LOW, f"{name}: the same statements in another order", of=(name,))
    elif told:
        # The whole text of a document says less than the sentences about it.
        yield say(Risk.LOW, f"{name}: {{}} statements, {{}} now", len(after), len(before), of=(name,))


def _statements(document: Any) -> list[Statement] | None:
    """None for what cannot be read."""
    if document is None:
        return []
    try:
        read = json.loads(document) if isinstance(document, str) else document
    except (ValueError, RecursionError):
        return None
    told = at(read, "Statement")
    told = [told] if isinstance(told, Mapping) else told
    return [one for one in told if isinstance(one, Mapping)] if isinstance(told, list) else None


def _removed(before: list[Statement], after: list[Statement]) -> Iterator[Sentence]:
    kept = {(str(one["Sid"]), one.get("Effect")) for one in after if one.get("Sid")}
    for one in before:
        if one in after or (str(one.get("Sid")), one.get("Effect")) in kept:
            continue
        if one.get("Effect") == "Deny":
            yield say(Risk.HIGH, "would no longer DENY {}", _told(one))
        else:
            yield say(Risk.MEDIUM, "would no longer allow {}", _told(one))


def _added(before: list[Statement], after: list[Statement]) -> Iterator[Sentence]:
    known = {str(one["Sid"]): one for one in before if one.get("Sid")}
    for one in after:
        if one in before:
            continue
        was = known.get(str(one.get("Sid")))
        if was is not None and was.get("Effect") == one.get("Effect"):
            yield from _widened(was, one)
        elif one.get("Effect") == "Deny":
            yield say(Risk.MEDIUM, "would deny {}", _told(one))
        else:
            yield say(_danger(one), "would allow {}", _told(one))


def _widened(old: Statement, new: Statement) -> Iterator[Sentence]:
    """A statement that keeps its name. What widens an Allow narrows nothing but a Deny."""
    sid, denies = new.get("Sid"), new.get("Effect") == "Deny"
    for part in _PARTS:
        before, after = _flat(old.get(part)), _flat(new.get(part))
        for one, verb in ((after - before, "gain"), (before - after, "lose")):
            opens = (denies == (part in _NEGATED)) == (verb == "gain") or _appears(part, before, verb)
            if one:
                words = f"statement {{}}, which {'denies' if denies else 'allows'}, would {verb} {part} {{}}"
                yield say(
                    _danger_of_part(one, part, opens=opens, denies=denies), words, sid, tuple(sorted(one))
                )
    conditions = tuple(side.get("Condition") or "always" for side in (new, old))
    if conditions[0] != conditions[1]:
        # A denial that holds on a condition denies less, one on another condition may.
        narrowed = new.get("Condition") if denies else old.get("Condition")
        risk = Risk.HIGH if narrowed else Risk.MEDIUM
        yield say(risk, "statement {} would hold if {}, and no longer if {}", sid, *conditions)


def _appears(part: str, before: frozenset[str], verb: str) -> bool:
    """Whether a statement would now mean all but these, which it did not: more than anybody lists."""
    return part in _NEGATED and not before and verb == "gain"


def _danger_of_part(values: frozenset[str], part: str, *, opens: bool, denies: bool) -> Risk:
    if not opens:
        return Risk.MEDIUM
    return Risk.HIGH if denies or part in _NEGATED else _danger_of(values)


def _told(statement: Statement) -> str:
    parts = [f"{part} {', '.join(sorted(_flat(statement[part])))}" for part in _PARTS if part in statement]
    condition = (
        f" if {json.dumps(statement['Condition'], sort_keys=True)}" if statement.get("Condition") else ""
    )
    return "; ".join(parts) + condition


def _flat(value: Any) -> frozenset[str]:
    """Principals by kind, actions and resources, as texts."""
    if isinstance(value, Mapping):
        return frozenset(f"{kind}:{one}" for kind, told in value.items() for one in texts(told))
    return frozenset(texts(value))


def _danger(statement: Statement) -> Risk:
    if any(part in statement for part in _NEGATED):
        return Risk.HIGH
    anyone = {"*", "AWS:*"} & _flat(statement.get("Principal"))
    if anyone and not statement.get("Condition"):
        return Risk.HIGH
    return _danger_of(_flat(statement.get("Action")))


def _danger_of(widened: frozenset[str]) -> Risk:
    return Risk.HIGH if any(one in ("*", "AWS:*") or one.endswith(":*") for one in widened) else Risk.MEDIUM


def of_attachment(change: Change, _around: Changes) -> Iterator[Sentence]:
    """Which managed policy a role would get."""
    told = change.new.inputs.get("policyArn") if change.new else None
    if change.operation in (Operation.CREATE, Operation.REPLACE, Operation.UPDATE) and told is not None:
        risk = Risk.HIGH if _ADMINISTRATOR in str(told) else Risk.MEDIUM
        yield say(risk, "would give a role {}", told, of=("policyArn",))


def of_permission(change: Change, _around: Changes) -> Iterator[Sentence]:
    """Who could call a function."""
    new = change.new.inputs if change.new else {}
    old = change.old.inputs if change.old else {}
    if new.get("principal") == "*" and old.get("principal") != "*":
        yield say(Risk.HIGH, "anybody could call the function {}", new.get("function"), of=("principal",))


def of_function_url(change: Change, _around: Changes) -> Iterator[Sentence]:
    """Whether a function's URL would ask who calls."""
    new = change.new.inputs if change.new else {}
    old = change.old.inputs if change.old else {}
    if new.get("authorizationType") == "NONE" and old.get("authorizationType") != "NONE":
        yield say(
            Risk.HIGH,
            "its URL would ask nobody who they are: authorization {} → NONE",
            old.get("authorizationType"),
            of=("authorizationType",),
        )
