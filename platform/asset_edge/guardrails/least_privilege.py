"""Whether a role may do, or may do to everything, more than somebody wrote down."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from asset_edge.guardrails import types
from asset_edge.guardrails.resources import Resource, Stack
from asset_edge.guardrails.rule import Rule
from asset_edge.guardrails.statements import actions, allows, as_list, conditions, resources, statements

# Nobody can say beforehand in which region, and so under which ARN, a function at the edge will log.
_EDGE_LOGS = re.compile(r"arn:aws[a-z-]*:logs:\*:\*:log-group:/aws/lambda/us-east-1\.[A-Za-z0-9_-]+(:\*)?")
_LOG_ACTIONS = {"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}
# Has no resources in IAM; a namespace can be named instead.
_METRIC_ACTION, _METRIC_KEY = "cloudwatch:PutMetricData", "cloudwatch:namespace"
_BROAD_ACTION = re.compile(r"\*|[A-Za-z0-9-]+:\*|\*:.*")
# Everything of a service, of a region or of a kind: nothing is said that could be a name.
_BROAD_RESOURCE = re.compile(r"\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:([a-z-]+[:/])?\*|arn:.*:.*\*:.*")
_OBJECTS = re.compile(r"arn:[^:*]+:s3:::[^*/]+/\*")


def _statements(resource: Resource, _: Stack) -> Iterator[str]:
    for statement in statements(resource.document("policy")):
        if allows(statement):
            yield from _broad(statement)


def _broad(statement: Mapping[str, Any]) -> Iterator[str]:
    called = f"statement {statement.get('Sid', 'without Sid')}"
    wide = [action for action in actions(statement) if _BROAD_ACTION.fullmatch(action)]
    if wide:
        yield f"{called} allows {', '.join(wide)}"
    if not _is_documented(statement):
        told = [one for one in resources(statement) if _is_broad(one)]
        if told:
            yield f"{called} allows {', '.join(actions(statement))} on {', '.join(told)}"


def _is_broad(arn: str) -> bool:
    return bool(_BROAD_RESOURCE.fullmatch(arn)) and not _OBJECTS.fullmatch(arn)


def _is_documented(statement: Mapping[str, Any]) -> bool:
    """The two statements that AWS leaves no narrower way to write."""
    named = conditions(statement, "StringEquals").get(_METRIC_KEY)
    if actions(statement) == [_METRIC_ACTION]:
        return bool(as_list(named)) and "*" not in "".join(as_list(named))
    logs = all(_EDGE_LOGS.fullmatch(arn) for arn in resources(statement))
    return logs and set(actions(statement)) <= _LOG_ACTIONS


def _inline(role: Resource, stack: Stack) -> Iterator[str]:
    for index, _ in enumerate(role.listed("inlinePolicies")):
        document = role.document("inlinePolicies", index, "policy")
        inner = Resource(urn=role.urn, type=role.type, name=role.name, props={"policy": document})
        yield from _statements(inner, stack)
    managed = role.texts("managedPolicyArns")
    wide = [arn for arn in managed if arn.endswith(("/AdministratorAccess", "FullAccess"))]
    if wide:
        yield f"the role has {', '.join(wide)}"


RULES = (
    Rule(
        name="least-privilege",
        level="mandatory",
        severity="high",
        description="No role may do everything, or something to everything, but write an edge function's "
        "logs in whatever region runs it, and metrics of one namespace.",
        remediation="Name the actions and the resources",
        source='AWS Identity and Access Management User Guide, "Security best practices in IAM"; Amazon '
        'CloudFront Developer Guide, "Set up IAM permissions and roles for Lambda@Edge"',
        types=frozenset({types.ROLE_POLICY, types.IAM_POLICY, types.ROLE}),
        checks=(lambda r, s: _inline(r, s) if r.type == types.ROLE else _statements(r, s),),
    ),
)
