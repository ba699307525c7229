"""What changes, as the engine itself previews it: one document, or its events one by one."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from asset_edge.ops import engine_steps
from asset_edge.ops.changes import Changes, Diagnostic, Policy
from asset_edge.ops.hiding import hidden
from asset_edge.ops.plan_changes import policies
from asset_edge.ops.values import Mask

_COLOUR = re.compile(r"<\{%.*?%\}>|\x1b\[[0-9;?]*[ -/]*[@-~]")
_WORST_FIRST = ("error", "warning")

_EVENTS = frozenset(
    {
        *("cancelEvent", "diagnosticEvent", "errorEvent", "policyAnalyzeStackSummaryEvent"),
        *("policyAnalyzeSummaryEvent", "policyEvent", "policyLoadEvent", "policyRemediateSummaryEvent"),
        *("policyRemediationEvent", "preludeEvent", "progressEvent", "resOpFailedEvent", "resOutputsEvent"),
        *("resourcePreEvent", "startDebuggingEvent", "stdoutEvent", "summaryEvent"),
    }
)


def is_event(document: Mapping[str, Any]) -> bool:
    """Whether an object is an event of the engine, one that we know or a newer one."""
    return bool(document.keys() & _EVENTS) or {"sequence", "timestamp"} <= document.keys()


def of_preview(document: Mapping[str, Any], *, home: str = "") -> Changes:
    """The changes that a `pulumi preview --json` tells; `home` names the stack where it does not.

    Raises LocalError for steps of more than one stack.
    """
    mask = Mask.of(document)
    steps = [
        engine_steps.step(one, one.get("oldState"), one.get("newState"), engine_steps.PREVIEW)
        for one in document.get("steps") or ()
    ]
    told = [_diagnostic(one, mask) for one in document.get("diagnostics") or ()]
    summary = document.get("changeSummary")
    notes = ["the engine says that its state may be corrupt"] if document.get("maybeCorrupt") else []
    found = engine_steps.changes(steps, mask, home, "a preview", engine_steps.count(summary))
    whole = replace(
        found,
        policies=tuple(policies(document, mask)),
        diagnostics=_shown(told),
        # Even where nothing changes, the stack itself is a step.
        failed=not steps or any(one.severity == "error" for one in told),
        notes=(*notes, *found.notes),
    )
    return hidden(whole, mask)


def of_events(events: Iterable[Mapping[str, Any]], *, home: str = "") -> Changes:
    """The changes that a stream of events tells. One without a summary did not come to its end."""
    events = list(events)
    mask = Mask.of(events)
    steps = [
        engine_steps.step(one, one.get("old"), one.get("new"), engine_steps.EVENTS)
        for one in _metadata(events)
    ]
    told = list(_diagnostics_of(events, mask))
    summaries = [event["summaryEvent"] for event in events if isinstance(event.get("summaryEvent"), Mapping)]
    summary = summaries[-1] if summaries else {}
    notes = [] if summaries else ["the stream ends without a summary: the preview did not come to its end"]
    failed = (
        not summaries
        or summary.get("result") in ("failed", "canceled", "cancelled")
        or any(
            "cancelEvent" in event or "errorEvent" in event or "resOpFailedEvent" in event for event in events
        )
        or any(one.severity == "error" for one in told)
    )
    found = engine_steps.changes(
        steps, mask, home, "a stream of events", engine_steps.count(summary.get("resourceChanges"))
    )
    whole = replace(
        found,
        policies=tuple(_policies_in(events, mask)),
        diagnostics=_shown(told),
        failed=failed,
        notes=(*notes, *found.notes),
    )
    return hidden(whole, mask)


def _metadata(events: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for event in events:
        told = event.get("resourcePreEvent")
        if isinstance(told, Mapping) and isinstance(told.get("metadata"), Mapping):
            yield told["metadata"]


def _diagnostics_of(events: list[Mapping[str, Any]], mask: Mask) -> Iterator[Diagnostic]:
    for event in events:
        told = event.get("diagnosticEvent")
        if isinstance(told, Mapping) and not told.get("ephemeral"):
            yield _diagnostic(told, mask)
        if isinstance(event.get("errorEvent"), Mapping):
            yield Diagnostic(severity="error", message=_plain(event["errorEvent"].get("error"), mask))
        failed = event.get("resOpFailedEvent")
        if isinstance(failed, Mapping) and isinstance(failed.get("metadata"), Mapping):
            urn = str(failed["metadata"].get("urn") or "")
            yield Diagnostic(severity="error", message="the engine could not do its step", urn=urn)


def _diagnostic(told: Mapping[str, Any], mask: Mask) -> Diagnostic:
    severity, prefix = str(told.get("severity") or ""), _plain(told.get("prefix"), mask)
    said = "" if prefix == f"{severity}:" else prefix
    message = f"{said} {_plain(told.get('message'), mask)}".strip()
    return Diagnostic(severity=severity, message=message, urn=str(told.get("urn") or ""))


def _plain(text: Any, mask: Mask) -> str:
    return mask.text(_COLOUR.sub("", str(text or ""))).strip()


def _shown(told: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Errors, then warnings; what a program prints is `info`, and would bury them."""
    return tuple(one for severity in _WORST_FIRST for one in told if one.severity == severity)


def _policies_in(events: list[Mapping[str, Any]], mask: Mask) -> Iterator[Policy]:
    for event in events:
        told = event.get("policyEvent")
        if isinstance(told, Mapping):
            yield Policy(
                policy=mask.text(str(told.get("policyName") or "")),
                level=mask.text(str(told.get("enforcementLevel") or "")),
                message=_plain(told.get("message"), mask),
                urn=str(told.get("resourceUrn") or ""),
            )
