"""Whether anybody at all may read or write what only the edge should: buckets, queues, topics, functions."""

from collections.abc import Iterator, Mapping
from typing import Any

from asset_edge.guardrails import types
from asset_edge.guardrails.resources import Resource, Stack, Unseen, refers
from asset_edge.guardrails.rule import Rule
from asset_edge.guardrails.statements import actions, allows, as_list, conditions, statements

_BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_PUBLIC_ACLS = ("public-read", "public-read-write", "authenticated-read")
_DOCUMENTS = (types.BUCKET_POLICY, types.QUEUE_POLICY, types.TOPIC_POLICY)
# What makes "anybody" an account or one resource (IAM User Guide, "AWS global condition context keys").
_NARROWING = (
    *("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:principalarn", "aws:principalaccount"),
    *("aws:principalorgid", "aws:sourcevpce", "aws:sourcevpc"),
)
_NARROW_OPERATORS = ("StringEquals", "StringLike", "ArnEquals", "ArnLike")


def _four_blocks(bucket: Resource, stack: Stack) -> Iterator[str]:
    found = stack.beside(bucket, "bucket", types.BUCKET_PUBLIC_ACCESS_BLOCK)
    if not found:
        yield "the bucket has no public access block"
    for block in found:
        off = [name for name in _BLOCKS if block.told(name) is not True]
        if off:
            yield f"{block.name} leaves {', '.join(off)} off"


def _acl(resource: Resource, _: Stack) -> Iterator[str]:
    acl = resource.told("acl")
    if acl in _PUBLIC_ACLS:
        yield f"acl is {acl}"


def _policy(resource: Resource, _: Stack) -> Iterator[str]:
    if resource.props.get("policy") is None:
        return
    for statement in statements(resource.document("policy")):
        if allows(statement) and _is_anybody(statement.get("Principal")) and not _is_narrowed(statement):
            yield f"the policy lets anybody do {', '.join(actions(statement))}"


def _is_anybody(principal: Any) -> bool:
    if isinstance(principal, Mapping):
        return any("*" in as_list(value) for value in principal.values())
    return "*" in as_list(principal)


def _is_narrowed(statement: Mapping[str, Any]) -> bool:
    return any(
        key.lower() in _NARROWING and "*" not in as_list(value)
        for operator in _NARROW_OPERATORS
        for key, value in conditions(statement, operator).items()
    )


def _tls_only(bucket: Resource, stack: Stack) -> Iterator[str]:
    policies = stack.beside(bucket, "bucket", types.BUCKET_POLICY)
    if not any(
        _refuses_plain_http(one) for policy in policies for one in statements(policy.document("policy"))
    ):
        yield "no policy of the bucket refuses requests that do not come over TLS"


def _refuses_plain_http(statement: Mapping[str, Any]) -> bool:
    told = conditions(statement, "Bool")
    return (
        statement.get("Effect") == "Deny"
        and _is_anybody(statement.get("Principal"))
        and bool({"*", "s3:*"} & set(actions(statement)))
        and any(k.lower() == "aws:securetransport" and as_list(v) == ["false"] for k, v in told.items())
    )


def _url(url: Resource, stack: Stack) -> Iterator[str]:
    if url.told("authorizationType") != "AWS_IAM" and not _is_probed(url, stack):
        yield f"authorizationType is {url.told('authorizationType')}, so that anybody may call the function"


def _permission(permission: Resource, stack: Stack) -> Iterator[str]:
    if permission.told("principal") != "*":
        return
    probed = (url for url in stack.of(types.FUNCTION_URL) if _is_probed(url, stack))
    if not any(_same_function(url, permission, stack) for url in probed):
        yield f"anybody may {permission.told('action')}"


def _same_function(url: Resource, permission: Resource, stack: Stack) -> bool:
    return any(_is_of(permission, "function", function) for function in _functions_of(url, stack))


def _is_probed(url: Resource, stack: Stack) -> bool:
    """Whether it is a probe's: Route 53 asks it and cannot sign, and few copies of it run at once."""
    is_asked = any(_is_asked(url, check) for check in stack.of(types.HEALTH_CHECK))
    return is_asked and any(_is_reserved(function) for function in _functions_of(url, stack))


def _is_asked(url: Resource, check: Resource) -> bool:
    called = check.props.get("fqdn")
    if isinstance(called, Unseen):
        return check.is_made_from(url, "fqdn")
    # The host of a URL is a part of it; of a plan's symbol, all of it.
    known = str(url.props.get("functionUrl", "")).removeprefix("https://").rstrip("/")
    return called is not None and (called == known or refers(called, url))


def _functions_of(url: Resource, stack: Stack) -> list[Resource]:
    return [one for one in stack.of(types.FUNCTION) if _is_of(url, "functionName", one)]


def _is_of(one: Resource, link: str, function: Resource) -> bool:
    called = one.props.get(link)
    return one.is_made_from(function, link) if isinstance(called, Unseen) else refers(called, function)


def _is_reserved(function: Resource) -> bool:
    reserved = function.told("reservedConcurrentExecutions")
    return isinstance(reserved, int) and reserved > 0


RULES = (
    Rule(
        name="public-access",
        level="mandatory",
        severity="critical",
        description="Nobody outside reads or writes a bucket, a queue or a topic: all four blocks, no public "
        "ACL, no policy for anybody.",
        remediation="Block all public access, and name who may in the policy",
        source='Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage"',
        types=frozenset({types.BUCKET, types.BUCKET_ACL, types.BUCKET_OBJECT, *_DOCUMENTS}),
        checks=(
            lambda r, s: _four_blocks(r, s) if r.type == types.BUCKET else iter(()),
            _acl,
            _policy,
        ),
        needs_whole_stack=True,
    ),
    Rule(
        name="bucket-tls-only",
        level="mandatory",
        severity="high",
        description="A bucket refuses whatever does not come over TLS.",
        remediation="Deny s3:* to everybody where aws:SecureTransport is false",
        source='Amazon S3 User Guide, "Security best practices for Amazon S3"',
        types=frozenset({types.BUCKET}),
        checks=(_tls_only,),
        needs_whole_stack=True,
    ),
    Rule(
        name="function-url-iam",
        level="mandatory",
        severity="critical",
        description="Function URLs take signed requests only, but for a probe that Route 53 asks and whose "
        "concurrency is reserved.",
        remediation="Set authorizationType AWS_IAM and let the callers' roles in, or reserve the concurrency "
        "of the probe that a health check asks",
        source='AWS Lambda Developer Guide, "Control access to Lambda function URLs"',
        types=frozenset({types.FUNCTION_URL, types.PERMISSION}),
        checks=(lambda r, s: _url(r, s) if r.type == types.FUNCTION_URL else _permission(r, s),),
        needs_whole_stack=True,
    ),
)
