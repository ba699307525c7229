"""Whether what holds data in prod outlives a mistake."""

from collections.abc import Iterator

from asset_edge.guardrails import types
from asset_edge.guardrails.resources import Resource, Stack
from asset_edge.guardrails.rule import Rule

PROTECTED_ENVIRONMENT = "prod"

STATEFUL = frozenset(
    {
        types.BUCKET,
        types.TABLE,
        types.TABLE_REPLICA,
        types.KMS_KEY,
        types.KMS_REPLICA_KEY,
        types.ZONE,
    }
)
"""What cannot be made again with what was in it."""


def _is_kept(resource: Resource, stack: Stack) -> Iterator[str]:
    if stack.environment_of(resource) != PROTECTED_ENVIRONMENT:
        return
    if not (resource.options.get("protect") or resource.options.get("retainOnDelete")):
        yield "it holds what cannot be made again, and has neither protect nor retainOnDelete"


def _is_not_emptied(resource: Resource, stack: Stack) -> Iterator[str]:
    if stack.environment_of(resource) == PROTECTED_ENVIRONMENT and resource.told("forceDestroy") is True:
        yield "forceDestroy is on: deleting it deletes all that is in it"


RULES = (
    Rule(
        name="protected-state",
        level="mandatory",
        severity="critical",
        description="Buckets, tables, keys and zones of prod cannot be deleted by a deployment.",
        remediation="Set protect (or retainOnDelete) and leave forceDestroy off",
        source='Pulumi documentation, "Resource options: protect"',
        types=STATEFUL,
        checks=(_is_kept, _is_not_emptied),
    ),
)
