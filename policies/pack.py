"""How a rule becomes a policy of the Pulumi engine's, and what the engine tells becomes a rule's resource."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError

from asset_edge.guardrails import archives, plans
from asset_edge.guardrails.resources import Resource, Stack, normal
from asset_edge.guardrails.rule import Rule, Violation, asked
from asset_edge.guardrails.rules import RULES

Report = Callable[[str, str | None], None]

_CHECKOUT = Path(__file__).resolve().parents[1]
_CONFIG = PolicyConfigSchema(properties={plans.SETTING: {"type": "integer", "minimum": 1}})


def policies(rules: Iterable[Rule] = RULES) -> list[Policy]:
    """One policy a rule; a rule that other resources decide, too, is asked once all are known."""
    return [_of_stack(rule) if rule.needs_whole_stack else _of_resource(rule) for rule in rules]


def _of_resource(rule: Rule) -> Policy:
    def validate(args: ResourceValidationArgs, report: Report) -> None:
        resource = _resource(args, ())
        _tell(asked(rule, resource, _stack([resource], args)), report)

    return ResourceValidationPolicy(**_described(rule), validate=validate)


def _of_stack(rule: Rule) -> Policy:
    def validate(args: StackValidationArgs, report: Report) -> None:
        stack = _stack([_resource(one, [d.urn for d in one.dependencies]) for one in args.resources], args)
        _tell([v for one in stack.resources for v in asked(rule, one, stack)], report)

    return StackValidationPolicy(**_described(rule), validate=validate)


def _described(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "description": f"{rule.description} Source: {rule.source}.",
        "enforcement_level": EnforcementLevel(rule.level),
        "severity": Severity(rule.severity),
        "remediation_steps": rule.remediation,
        "config_schema": _CONFIG if rule.reckons_with_requests else None,
    }


def _tell(violations: Iterable[Violation], report: Report) -> None:
    """Reports what is known at the rule's level; the engine tells the rest as an advice of its own."""
    unknown = []
    for violation in violations:
        if violation.is_known:
            report(violation.message, violation.urn)
        else:
            unknown.append(f"{violation.urn.rpartition('::')[2]} {violation.message}")
    if unknown:
        error = UnknownValueError(UNKNOWN_STRING_VALUE, [])
        error.message = "; ".join(unknown)
        raise error


def _stack(resources: Sequence[Resource], args: ResourceValidationArgs | StackValidationArgs) -> Stack:
    _, _, rest = (resources[0].urn if resources else "urn:pulumi:::").partition("urn:pulumi:")
    name, project = [*rest.split("::"), ""][:2]
    told = args.get_config().get(plans.SETTING)
    expected = int(told) if told else plans.requests_per_minute(pulumi.runtime.get_config_env(), project)
    return Stack(name=name, resources=tuple(resources), requests_per_minute=expected)


def _resource(told: Any, dependencies: Iterable[str]) -> Resource:
    """The engine does not say whether a resource is retained on delete; it says whether it is protected."""
    props = _bare(told.props)
    return Resource(
        urn=told.urn,
        type=told.resource_type,
        name=told.name,
        props=normal(props),
        options={"protect": True} if told.opts.protect else {},
        dependencies=tuple(dependencies),
        files=archives.files_of(props.get("code"), Path.cwd(), _CHECKOUT),
    )


def _bare(value: Any) -> Any:
    """The value without the proxies that raise at whatever is unknown: rules tell that themselves."""
    if isinstance(value, Mapping):
        inner = value if isinstance(value, dict) else value["__target"]
        return {key: _bare(item) for key, item in inner.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        inner = value if isinstance(value, list) else value["__target"]
        return [_bare(item) for item in inner]
    return value
