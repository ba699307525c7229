"""Which document a file holds: a plan, a preview, or the events of one; and what is wrong with it if none."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from asset_edge.errors import LocalError
from asset_edge.ops import plan_changes, preview_changes
from asset_edge.ops.changes import Changes

LARGEST_BYTES = 256 * 1024 * 1024
"""Of one file: reading it takes eight times as much memory."""

DEEPEST = 60
"""Levels of nesting; AWS's deepest inputs, of a web ACL, have about twenty."""

_TOO_DEEP = f"the document is nested deeper than {DEEPEST} levels, which no plan or preview is. Write it anew"
_PREVIEW_KEYS = frozenset({"steps", "changeSummary", "diagnostics", "duration", "maybeCorrupt"})
_OTHERS: Mapping[str, str] = {
    "resourcePlans": "an update plan (`pulumi preview --save-plan`)",
    "deployment": "an exported state (`pulumi stack export`)",
    "plan": "a wrapped update plan (`pulumi preview --save-plan`)",
}
_WANTED = "Give two plans of `asset-edge plan --json`, or one preview of `pulumi preview --json`"

Document = tuple[str, Any]
"""`plan`, `preview` or `events`, and what the file holds."""


def changes_of(first: Path, second: Path | None = None, *, home: str = "") -> Changes:
    """What changes, from two plans or one preview.

    `home` is the PROJECT/STACK that it must be of, and what a preview is called that names none.
    Raises LocalError for files that cannot be judged: a reviewer would take silence for safety.
    """
    kind, document = opened(first)
    if second is None:
        found = _alone(first, kind, document, home)
    else:
        found = _between(first, (kind, document), second, opened(second))
    told = f"{found.project}/{found.stack}"
    if home and told != home:
        raise LocalError(f"{first} is of {told}, not of {home}. Give the document of that stack")
    return found


def _alone(file: Path, kind: str, document: Any, home: str) -> Changes:
    if kind == "plan":
        raise LocalError(
            f"{file} is a plan, and alone says nothing of change. Give the base's plan first, then the head's"
        )
    read = preview_changes.of_preview if kind == "preview" else preview_changes.of_events
    return read(document, home=home)


def _between(first: Path, old: Document, second: Path, new: Document) -> Changes:
    kinds = (old[0], new[0])
    if kinds == ("plan", "plan"):
        return plan_changes.between(old[1], new[1])
    if "plan" in kinds:
        raise LocalError(
            f"{first} is a {_called(old[0])}, {second} a {_called(new[0])}; both must be plans. {_WANTED}"
        )
    raise LocalError(
        f"{first} and {second} are both previews, and one tells what changes already. Give one of them"
    )


def _called(kind: str) -> str:
    return "stream of events" if kind == "events" else kind


def opened(file: Path) -> Document:
    """What a file holds. Raises LocalError where it is none of ours, or not whole."""
    text = _text(file)
    try:
        return _recognised(file, _parsed(text))
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" or _is_line_of_events(text):
            return _lines(file, text)
        where = f"line {error.lineno}, column {error.colno}"
        cut = _is_cut_off(text, error)
        raise LocalError(
            f"{file} is cut off at {where}: it ends within a value. Write it anew, and whole"
            if cut
            else f"{file} is no JSON: {error.msg} at {where}. {_WANTED}"
        ) from error


def _text(file: Path) -> str:
    size_bytes = file.stat().st_size
    if size_bytes > LARGEST_BYTES:
        raise LocalError(
            f"{file} has {size_bytes:,} bytes; at most {LARGEST_BYTES:,} are read. Leave out --show-sames"
        )
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LocalError(
            f"{file} is not UTF-8 (byte {error.start}). Write it with a shell that does not change encodings"
        ) from error
    if not text.strip():
        raise LocalError(
            f"{file} is empty: whatever wrote it failed. Look at its messages, then write it anew"
        )
    return text


def _parsed(text: str) -> Any:
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise LocalError(_TOO_DEEP) from error
    if _is_deeper(document, DEEPEST):
        raise LocalError(_TOO_DEEP)
    return document


def _is_deeper(document: Any, most: int) -> bool:
    level = [document]
    for _ in range(most):
        level = [
            inner
            for value in level
            for inner in (
                value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
            )
        ]
    return bool(level)


def _is_cut_off(text: str, error: json.JSONDecodeError) -> bool:
    return error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated string")


def _is_line_of_events(text: str) -> bool:
    """Whether the first line is an event of its own: then what is wrong is a later line."""
    try:
        first = json.loads(text.lstrip().partition("\n")[0])
    except (json.JSONDecodeError, RecursionError):
        return False
    return isinstance(first, Mapping) and preview_changes.is_event(first)


def _recognised(file: Path, document: Any) -> Document:
    if not isinstance(document, Mapping):
        raise LocalError(f"{file} holds a {type(document).__name__}, not an object. {_WANTED}")
    if isinstance(document.get("resources"), list) and "project" in document:
        return "plan", _checked_plan(file, document)
    if preview_changes.is_event(document):
        return "events", [document]
    for key, what in _OTHERS.items():
        if key in document:
            raise LocalError(f"{file} is {what}. {_WANTED}")
    if document.keys() & _PREVIEW_KEYS:
        return "preview", _checked_preview(file, document)
    keys = ", ".join(sorted(document)[:5]) or "none"
    raise LocalError(f"{file} is neither a plan nor a preview; its keys are {keys}. {_WANTED}")


def _checked_plan(file: Path, plan: Mapping[str, Any]) -> Mapping[str, Any]:
    wanted = {"urn": str, "type": str, "name": str, "inputs": Mapping}
    for index, resource in enumerate(plan["resources"]):
        whole = isinstance(resource, Mapping) and all(
            isinstance(resource.get(k), t) for k, t in wanted.items()
        )
        if not whole:
            raise LocalError(
                f"{file}: resource {index} lacks one of {', '.join(wanted)}. Write the plan anew with this "
                "version's `asset-edge plan --json`"
            )
        if not all(isinstance(resource.get(key) or {}, Mapping) for key in ("options", "configurations")):
            raise LocalError(
                f"{file}: options or configurations of resource {index} are no object. Write it anew"
            )
    urns = [resource["urn"] for resource in plan["resources"]]
    if len({*urns}) != len(urns):
        raise LocalError(f"{file} names a resource twice; a plan names each once. Write it anew")
    if not isinstance(plan.get("project"), str) or not isinstance(plan.get("stack"), str):
        raise LocalError(f"{file} does not say whose plan it is. Write it anew with `asset-edge plan --json`")
    return plan


def _checked_preview(file: Path, preview: Mapping[str, Any]) -> Mapping[str, Any]:
    for key in ("steps", "diagnostics"):
        told = preview.get(key) or []
        if not isinstance(told, list) or not all(isinstance(one, Mapping) for one in told):
            raise LocalError(f"{file}: {key} is no list of objects. {_WANTED}")
    return preview


def _lines(file: Path, text: str) -> Document:
    """One event a line; or more than one document, which is none of ours."""
    events = list(_events(file, text))
    return "events", events


def _events(file: Path, text: str) -> Iterator[Mapping[str, Any]]:
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    for number, line in lines:
        try:
            event = _parsed(line)
        except json.JSONDecodeError as error:
            if number == 1 or not _is_line_of_events(text):
                raise LocalError(f"{file} holds more than one document. {_WANTED}") from error
            what = "cut off" if number == lines[-1][0] else "no JSON"
            raise LocalError(
                f"{file}: the event in line {number} is {what}. Write the stream anew"
            ) from error
        if not isinstance(event, Mapping) or not preview_changes.is_event(event):
            raise LocalError(f"{file}: line {number} is no event of the engine. {_WANTED}")
        yield event
