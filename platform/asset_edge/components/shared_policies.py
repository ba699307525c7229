"""Which policies a distribution makes itself and which behaviours share one: an account has 20 of a kind."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import pulumi

from asset_edge.components.choices import check_most

MOST_POLICIES = 20
"""Custom policies of each kind in an account (CloudFront Developer Guide, "General quotas on policies")."""

_LONGEST_COMMENT = 128


class PolicySpec(Protocol):
    """What a policy says, and how equal ones are told."""

    @property
    def identity(self) -> Hashable:
        """Equal for specifications that mean the same."""
        ...

    @property
    def managed_id(self) -> str | None:
        """The id of AWS's own policy of the same content."""
        ...


SpecT = TypeVar("SpecT", bound=PolicySpec)

Create = Callable[[str, dict[str, Any]], pulumi.CustomResource]
"""Makes a policy of a name's last part and its inputs."""


@dataclass(frozen=True)
class OwnPolicy(Generic[SpecT]):
    """A policy that AWS does not manage."""

    spec: SpecT
    users: tuple[str, ...]
    """The behaviours that share it, first one first: the resource is named after that one."""


def own_policies(wanted: Mapping[str, object], kind: type[SpecT]) -> list[OwnPolicy[SpecT]]:
    """The policies to make for what behaviours want: one for all that are equal, none for managed ones."""
    users: dict[Hashable, list[str]] = {}
    specs: dict[Hashable, SpecT] = {}
    for key, spec in wanted.items():
        if isinstance(spec, kind) and spec.managed_id is None:
            specs.setdefault(spec.identity, spec)
            users.setdefault(spec.identity, []).append(key)
    return [OwnPolicy(specs[identity], tuple(keys)) for identity, keys in users.items()]


def check_quota(wanted: Mapping[str, object], kind: type[SpecT], what: str) -> None:
    """Refuses more policies of one kind than an account holds."""
    check_most(what, len(own_policies(wanted, kind)), MOST_POLICIES, "Make more of them equal, or pass ids")


def policy_ids(
    wanted: Mapping[str, "SpecT | pulumi.Input[str] | None"],
    kind: type[SpecT],
    inputs: Callable[[SpecT], dict[str, Any]],
    create: Create,
) -> dict[str, Any]:
    """By behaviour, the id of the policy it wants; None where it wants none."""
    made = {
        own.users: create(own.users[0], {"comment": _comment(own.users), **inputs(own.spec)}).id
        for own in own_policies(wanted, kind)
    }
    own_ids = {user: policy_id for users, policy_id in made.items() for user in users}
    return {key: own_ids.get(key, _known_id(spec, kind)) for key, spec in wanted.items()}


def _known_id(spec: object, kind: type[SpecT]) -> object:
    return spec.managed_id if isinstance(spec, kind) else spec


def _comment(users: tuple[str, ...]) -> str:
    return ("For " + ", ".join(users))[:_LONGEST_COMMENT]
