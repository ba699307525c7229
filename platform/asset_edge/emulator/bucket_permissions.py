"""Whether policies permit a call on a bucket: of IAM's evaluation, what buckets and their readers need.

Everybody is of one account. What is not understood - a condition's operator or key, a policy variable - never
opens: an Allow with it does not apply, a Deny with it does, and the decision names it.
Source: AWS IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements: Condition operators".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from asset_edge.emulator.policy_conditions import Verdict, holds, wild

Document = Mapping[str, Any]
"""A policy document as IAM's JSON says it."""


@dataclass(frozen=True)
class Principal:
    """Who asks."""

    kind: Literal["owner", "role", "service", "anybody"]
    name: str = ""
    """The ARN of a role or of the account's root; the name of a service."""

    @property
    def account_id(self) -> str:
        """The account that an ARN names."""
        return self.name.split(":")[4] if self.name.startswith("arn:") else ""


@dataclass(frozen=True, kw_only=True)
class Access:
    """One thing that somebody wants to do."""

    principal: Principal
    action: str
    """As `s3:GetObject`."""

    resource: str
    """An ARN."""

    context: Mapping[str, str] = field(default_factory=dict)
    """The condition keys that have a value, in lower case."""


@dataclass(frozen=True)
class Decision:
    """What the policies say together."""

    allowed: bool
    not_understood: frozenset[str] = frozenset()
    """What was read to the asker's disadvantage."""


def decide(access: Access, bucket_policy: Document | None, own_policies: Sequence[Document]) -> Decision:
    """Whether `access` is permitted by the bucket's policy and by the policies of whoever asks.

    The account's owner needs no Allow. A role is let in by either side, a service and anybody by the
    bucket's policy alone; a Deny of either side ends it.
    """
    puzzles: set[str] = set()
    allows = denies = False
    for statement, is_bucket in _applicable(access, bucket_policy, own_policies):
        verdict = holds(statement.get("Condition", {}), access.context)
        puzzles |= verdict.not_understood
        if statement.get("Effect") == "Deny":
            denies |= verdict.holds
        elif statement.get("Effect") == "Allow":
            allows |= _opens(verdict) and not (is_bucket and _only_account(statement, access.principal))
    return Decision((allows or access.principal.kind == "owner") and not denies, frozenset(puzzles))


def _opens(verdict: Verdict) -> bool:
    return verdict.holds and not verdict.not_understood


def _applicable(
    access: Access, bucket_policy: Document | None, own_policies: Sequence[Document]
) -> Iterator[tuple[Document, bool]]:
    """The statements about this access, conditions aside, and whether it is the bucket that has them."""
    for statement in statements(bucket_policy or {}):
        if _about(statement, access) and _names(statement, access.principal):
            yield statement, True
    for policy in own_policies:
        yield from ((s, False) for s in statements(policy) if _about(s, access))


def statements(policy: Document) -> list[Document]:
    """The statements of a policy, be it one or a list."""
    return [s for s in _list(policy.get("Statement")) if isinstance(s, Mapping)]


def _about(statement: Document, access: Access) -> bool:
    # IAM compares actions without regard to case, and resources with.
    action = access.action.lower()
    return _covers(statement, "Action", lambda told: wild(told.lower(), action)) and _covers(
        statement, "Resource", lambda told: wild(told, access.resource)
    )


def _covers(statement: Document, element: str, matches: Callable[[str], bool]) -> bool:
    if f"Not{element}" in statement:
        return not any(matches(str(told)) for told in _list(statement[f"Not{element}"]))
    return any(matches(str(told)) for told in _list(statement.get(element)))


def _names(statement: Document, principal: Principal) -> bool:
    if "NotPrincipal" in statement:
        return not _is_among(statement["NotPrincipal"], principal)
    return _is_among(statement.get("Principal"), principal)


def _is_among(told: object, principal: Principal) -> bool:
    if not isinstance(told, Mapping):
        return told == "*"
    if "*" in _list(told.get("AWS")):
        return True
    if principal.kind == "service":
        return principal.name in _list(told.get("Service"))
    return bool({principal.name, *_accounts(principal)} & set(map(str, _list(told.get("AWS")))) - {""})


def _accounts(principal: Principal) -> Iterable[str]:
    """The ways to name the account of whoever asks."""
    account = principal.account_id
    return (account, f"arn:aws:iam::{account}:root") if account else ()


def _only_account(statement: Document, principal: Principal) -> bool:
    """Whether a role is named by its account alone: then its own policies decide, and this opens nothing."""
    told = statement.get("Principal")
    if principal.kind != "role" or not isinstance(told, Mapping):
        return False
    return not {"*", principal.name} & set(map(str, _list(told.get("AWS"))))


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
