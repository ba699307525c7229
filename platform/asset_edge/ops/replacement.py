"""Which changes make a resource anew, and who says so.

The rows of the local cloud know it for every type that the stacks use; for others any change may.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from asset_edge.localcloud.rows import Row
from asset_edge.localcloud.table import ROWS
from asset_edge.ops.changes import Operation, Property, Reason
from asset_edge.ops.reading import texts

_NOT_READ = "nobody has read in the provider's documentation what replaces this type"
_PROGRAM = "the program's replaceOnChanges"


def judged(
    resource_type: str,
    properties: Iterable[Property],
    options: Mapping[str, Any],
    rows: Mapping[str, Row] = ROWS,
) -> tuple[Operation, tuple[Reason, ...]]:
    """What changing these inputs means: update, replace, or may replace, with the reasons."""
    properties = tuple(properties)
    reasons = tuple(dict.fromkeys(_certain(resource_type, properties, options, rows)))
    if reasons:
        return Operation.REPLACE, reasons
    if not properties:
        return Operation.UPDATE, ()
    row = rows.get(resource_type)
    if row is None or not row.replace_source:
        paths = tuple(dict.fromkeys(one.top for one in properties))
        return Operation.MAY_REPLACE, tuple(Reason(path=path, source=_NOT_READ) for path in paths)
    return Operation.UPDATE, ()


def forces(resource_type: str, top: str, rows: Mapping[str, Row] = ROWS) -> Reason | None:
    """Why a change of this input makes the resource anew; None where it does not, or nobody knows."""
    row = rows.get(resource_type)
    if row is None or top not in row.replace_on:
        return None
    return Reason(path=top, source=row.replace_source or f"a guess: {_NOT_READ}")


def _certain(
    resource_type: str, properties: tuple[Property, ...], options: Mapping[str, Any], rows: Mapping[str, Row]
) -> Iterator[Reason]:
    asked = texts(options.get("replaceOnChanges"))
    for one in properties:
        reason = forces(resource_type, one.top, rows)
        if reason is not None:
            yield reason
        elif any(covers(path, one.path) for path in asked):
            yield Reason(path=one.path, source=_PROGRAM)


def covers(pattern: str, path: str) -> bool:
    """Whether a path of an option (`ignoreChanges`, `replaceOnChanges`) means this one or what it is in."""
    pattern = pattern.removesuffix(".*").removesuffix("[*]")
    return pattern in ("*", path) or path.startswith((f"{pattern}.", f"{pattern}["))
