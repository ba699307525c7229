"""That no secret is told by a text that is not a value: a name, an address, a path, a policy's URN."""

from dataclasses import replace

from asset_edge.ops.changes import Change, Changes
from asset_edge.ops.values import Mask


def hidden(changes: Changes, mask: Mask) -> Changes:
    """The changes with the document's secrets masked in every text about them.

    It comes last: until then a URN tells resources apart, and two may differ in their secret alone.
    """
    return replace(
        changes,
        project=mask.text(changes.project),
        stack=mask.text(changes.stack),
        changes=tuple(_change(one, mask) for one in changes.changes),
        policies=tuple(
            replace(
                one,
                policy=mask.text(one.policy),
                level=mask.text(one.level),
                message=mask.text(one.message),
                urn=mask.text(one.urn),
            )
            for one in changes.policies
        ),
        diagnostics=tuple(
            replace(
                one, severity=mask.text(one.severity), message=mask.text(one.message), urn=mask.text(one.urn)
            )
            for one in changes.diagnostics
        ),
    )


def _change(change: Change, mask: Mask) -> Change:
    return replace(
        change,
        urn=mask.text(change.urn),
        was=mask.text(change.was),
        name=mask.text(change.name),
        component=mask.text(change.component),
        reasons=tuple(
            replace(one, path=mask.text(one.path), source=mask.text(one.source)) for one in change.reasons
        ),
    )
