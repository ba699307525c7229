"""What a rule is, and what becomes of asking one: violations, and what could not be known."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from asset_edge.guardrails.resources import NotKnown, Resource, Stack

Level = Literal["mandatory", "advisory"]
Check = Callable[[Resource, Stack], Iterator[str]]
"""One sentence for each way in which a resource breaks a rule; may raise NotKnown."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that a plan must not show."""

    name: str
    level: Level
    """mandatory: a plan that breaks it is refused. advisory: it is told."""

    severity: Literal["low", "medium", "high", "critical"]
    description: str
    """What holds where the rule is kept."""

    remediation: str
    """What to do where it is broken."""

    source: str
    """Where it comes from, a page by its title."""

    types: frozenset[str]
    """Which resources are asked."""

    checks: tuple[Check, ...]
    """Each is asked by itself, so that what one cannot know hides nothing that another sees."""

    needs_whole_stack: bool = False
    """Whether the other resources of the stack decide, too."""

    reckons_with_requests: bool = False
    """Whether the number of requests that the distribution is built for decides, too."""


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A resource that breaks a rule, or about which the rule could not be asked."""

    policy: str
    level: Level
    """advisory for what could not be known, whatever the rule's own is."""

    message: str
    urn: str
    is_known: bool = True

    def told(self) -> dict[str, str]:
        """As a plan document has it."""
        return {"policy": self.policy, "level": self.level, "message": self.message, "urn": self.urn}


def judge(rules: Iterable[Rule], stack: Stack) -> list[Violation]:
    """Every violation of the rules, mandatory ones first, then by URN and policy."""
    found = {v for rule in rules for resource in stack.resources for v in asked(rule, resource, stack)}
    return sorted(found, key=lambda v: (v.level != "mandatory", v.urn, v.policy, v.message))


def asked(rule: Rule, resource: Resource, stack: Stack) -> Iterator[Violation]:
    """What one rule says of one resource."""
    if resource.type in rule.types:
        for check in rule.checks:
            yield from _asked(rule, check, resource, stack)


def _asked(rule: Rule, check: Check, resource: Resource, stack: Stack) -> Iterator[Violation]:
    try:
        for sentence in check(resource, stack):
            message = f"{sentence}. {rule.remediation}"
            yield Violation(policy=rule.name, level=rule.level, message=message, urn=resource.urn)
    except NotKnown as unknown:
        message = f"not checked, because {unknown}. {rule.remediation}"
        yield Violation(policy=rule.name, level="advisory", message=message, urn=resource.urn, is_known=False)
