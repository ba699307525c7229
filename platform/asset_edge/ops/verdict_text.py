"""How a verdict is told to a person at a terminal, and to a program."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

from asset_edge.ops.changes import name_of
from asset_edge.ops.comment import counted, headline
from asset_edge.ops.judging import Judged, Verdict
from asset_edge.ops.sentences import Risk, shown

_STYLES: Mapping[Risk, str] = {
    Risk.LOSS: "bold white on red",
    Risk.HIGH: "bold red",
    Risk.MEDIUM: "yellow",
    Risk.LOW: "dim",
}
_MESSAGE = 1_000


def lines(verdict: Verdict) -> Iterator[Text]:
    """The verdict line by line, the riskiest first; nothing in a value can move the cursor."""
    changes = verdict.changes
    yield Text(f"{shown(changes.project) or 'unnamed'} / {shown(changes.stack)}", "bold")
    yield Text(headline(verdict), _STYLES[max([Risk.LOW, *(one.risk for one in verdict.judged)])])
    yield Text(counted(verdict))
    if changes.failed:
        yield Text("The preview did not come to its end: there may be more changes than these.", "bold red")
    yield from (Text(f"note: {shown(note)}", "yellow") for note in changes.notes)
    for diagnostic in changes.diagnostics:
        yield Text(f"{shown(diagnostic.severity)}: {shown(diagnostic.message, _MESSAGE)}", "red")
    for policy in changes.policies:
        whose = shown(name_of(policy.urn) or "of the stack")
        told = f"policy {shown(policy.level)} {shown(policy.policy)} {whose}"
        yield Text(f"{told}: {shown(policy.message, _MESSAGE)}", "magenta")
    yield from _listed(verdict)


def _listed(verdict: Verdict) -> Iterator[Text]:
    if verdict.losses:
        yield from (Text(), Text("What could be lost", "bold underline"))
        for one in verdict.losses:
            yield from _change(one)
    for (name, kind), group in verdict.components().items():
        rest = [one for one in group if one.risk != Risk.LOSS]
        if rest:
            yield Text()
            yield Text.assemble(
                (shown(name or "outside of components"), "bold cyan"), " ", (shown(kind), "dim")
            )
            for one in rest:
                yield from _change(one)


def _change(one: Judged) -> Iterator[Text]:
    change = one.change
    yield Text.assemble(
        "  ",
        (str(change.operation), _STYLES[one.risk]),
        f" {shown(change.name)} ",
        (shown(change.type), "dim"),
    )
    for told in one.sentences:
        yield Text.assemble("    ", (told.risk.name.lower(), _STYLES[told.risk]), f" {told.plain()}")


def dumps(verdict: Verdict) -> str:
    """The verdict as JSON: everything, nothing left out, secrets masked."""
    return json.dumps(document(verdict), indent=2, sort_keys=True) + "\n"


def document(verdict: Verdict) -> dict[str, Any]:
    """The verdict as plain data."""
    changes = verdict.changes
    return {
        "project": changes.project,
        "stack": changes.stack,
        "source": changes.source,
        "failed": changes.failed,
        "exitCode": verdict.exit_code,
        "headline": headline(verdict),
        "counts": verdict.counts(),
        "unchanged": changes.unchanged,
        "largestWeightStepPoints": changes.largest_step_points,
        "notes": list(changes.notes),
        "policies": [vars(one) for one in changes.policies],
        "diagnostics": [vars(one) for one in changes.diagnostics],
        "changes": [_as_data(one) for one in verdict.judged],
    }


def _as_data(one: Judged) -> dict[str, Any]:
    change = one.change
    return {
        "urn": change.urn,
        "type": change.type,
        "name": change.name,
        "component": change.component,
        "operation": str(change.operation),
        "risk": one.risk.name.lower(),
        "sentences": [{"risk": told.risk.name.lower(), "text": told.plain()} for told in one.sentences],
        "properties": [vars(value) for value in change.properties],
        "reasons": [vars(reason) for reason in change.reasons],
    }
