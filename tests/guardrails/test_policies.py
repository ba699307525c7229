"""Every policy has a program that keeps it and programs that break it, each in one way."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from asset_edge.guardrails.rules import RULES
from asset_edge.handlers.edge.config import Behavior
from tests.guardrails.planted import (
    REGION,
    TAGS,
    anybody,
    baked,
    bucket,
    cache_policy,
    calls,
    custom_origin,
    distribution,
    function,
    judged,
    known,
    messages,
    permission,
    role,
    url,
)

Program = Callable[[], Any]
GRANT, COUNTRY = "x-asset-edge-grant", "CloudFront-Viewer-Country"
TLS_PLAIN = {"origin_protocol_policy": "http-only"}


def queue(**more: Any) -> None:
    aws.sqs.Queue("q", region=REGION, tags=TAGS, **more)


def topic(**more: Any) -> None:
    aws.sns.Topic("t", region=REGION, tags=TAGS, **more)


def table(opts: pulumi.ResourceOptions | None = None, **more: Any) -> None:
    given = {"server_side_encryption": {"enabled": True}} | more
    aws.dynamodb.Table(
        "t", region=REGION, tags=TAGS, hash_key="k", billing_mode="PAY_PER_REQUEST",
        attributes=[{"name": "k", "type": "S"}], **given,
        opts=opts or pulumi.ResourceOptions(protect=True),
    )  # fmt: skip


def queue_for_anybody(**condition: Any) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": "sqs:SendMessage", "Resource": "q"}
    text = pulumi.Output.json_dumps({"Statement": {**statement, **condition}})
    aws.sqs.QueuePolicy("p", region=REGION, queue_url="q", policy=text)


def edge(event: str = "origin-request", **changed: Any) -> None:
    """A distribution that calls one function."""
    made = function(event, **changed)
    distribution(default={"lambda_function_associations": calls(**{event.replace("-", "_"): made})})


def edge_by(arn: str) -> None:
    associations = [{"event_type": "origin-request", "lambda_arn": arn}]
    distribution(default={"lambda_function_associations": associations})


def edge_of(output: str) -> None:
    edge_arn = getattr(function(), output)
    distribution(
        default={"lambda_function_associations": [{"event_type": "origin-request", "lambda_arn": edge_arn}]}
    )


def decided(
    *headers: str, viewer: bool = True, query_strings: tuple[str, ...] = (), ttl: int = 60, **told: Any
) -> None:
    """A distribution under whose /p/* functions decide, with these in the key."""
    config = baked(Behavior(path_pattern="/p/*", **told))
    made = {"origin_request": function("origin-request", config)}
    if viewer:
        made["viewer_request"] = function("viewer-request", config)
    key = cache_policy("key", *headers, query_strings=query_strings, default_ttl=0, max_ttl=ttl)
    distribution(
        {"path_pattern": "/p/*", "cache_policy_id": key.id, "lambda_function_associations": calls(**made)}
    )


def viewer_everywhere() -> None:
    made = calls(viewer_request=function("viewer-request"))
    distribution(
        {"path_pattern": "/p/*", "lambda_function_associations": made},
        default={"lambda_function_associations": made},
    )


def viewer_somewhere() -> None:
    made = calls(viewer_request=function("viewer-request"))
    distribution({"path_pattern": "/p/*", "lambda_function_associations": made})


def says(*actions: str, on: str = "arn:aws:s3:::b/key", **more: Any) -> Program:
    statement = {"Sid": "S", "Effect": "Allow", "Action": list(actions), "Resource": [on], **more}
    return partial(role, "role", statement)


EDGE_LOGS = "arn:aws:logs:*:*:log-group:/aws/lambda/us-east-1.name:*"
NAMESPACE = {"StringEquals": {"cloudwatch:namespace": "N"}}
UNPROTECTED = pulumi.ResourceOptions

KEPT: list[tuple[str, str, Program]] = [
    ("public-access", "all-blocked", bucket),
    (
        "public-access",
        "narrowed",
        partial(queue_for_anybody, Condition={"ArnEquals": {"aws:SourceArn": "arn:x"}}),
    ),
    ("bucket-tls-only", "denied", bucket),
    ("function-url-iam", "signed", partial(url, authorization_type="AWS_IAM", asked=False)),
    ("function-url-iam", "probe", lambda: permission(url())),
    ("function-url-iam", "service", lambda: permission(function(), "events.amazonaws.com")),
    ("encryption-at-rest", "bucket", bucket),
    ("encryption-at-rest", "bucket-kms", partial(bucket, algorithm="aws:kms")),
    ("encryption-at-rest", "table", table),
    ("encryption-at-rest", "queue", partial(queue, sqs_managed_sse_enabled=True)),
    ("encryption-at-rest", "queue-kms", partial(queue, kms_master_key_id="alias/aws/sqs")),
    ("encryption-at-rest", "topic", partial(topic, kms_master_key_id="alias/aws/sns")),
    ("viewer-tls", "https", distribution),
    (
        "viewer-tls",
        "https-only",
        partial(distribution, {"path_pattern": "/a", "viewer_protocol_policy": "https-only"}),
    ),
    ("viewer-certificate", "own", distribution),
    ("origin-tls", "https", distribution),
    ("edge-function-limits", "viewer", partial(edge, "viewer-request")),
    ("edge-function-limits", "origin", partial(edge, memory_size=10_240, timeout=30)),
    ("edge-function-limits", "arn", partial(edge_by, "arn:aws:lambda:us-east-1:111122223333:function:f:7")),
    ("decisions-in-cache-key", "grant", partial(decided, GRANT, embargo="all")),
    ("decisions-in-cache-key", "country", partial(decided, COUNTRY, country_claims=True, viewer=False)),
    (
        "decisions-in-cache-key",
        "territory",
        partial(decided, COUNTRY.lower(), territory="licensed", viewer=False),
    ),
    (
        "decisions-in-cache-key",
        "parameters",
        partial(decided, transforms=True, query_strings=("bg", "f", "fit", "fl", "fm", "h", "q", "r", "w")),
    ),
    ("decisions-in-cache-key", "nothing-decided", partial(decided, viewer=False)),
    ("protected-state", "bucket", bucket),
    ("protected-state", "table", partial(table, pulumi.ResourceOptions(retain_on_delete=True))),
    (
        "protected-state",
        "dev",
        partial(bucket, bucket={"tags": TAGS | {"environment": "dev"}}, opts=UNPROTECTED()),
    ),
    ("least-privilege", "named", says("s3:GetObject", "s3:ListBucket")),
    ("least-privilege", "objects", says("s3:GetObject", on="arn:aws:s3:::b/*")),
    ("least-privilege", "edge-logs", says("logs:PutLogEvents", on=EDGE_LOGS)),
    ("least-privilege", "metrics", says("cloudwatch:PutMetricData", on="*", Condition=NAMESPACE)),
    ("least-privilege", "deny", says("s3:*", on="*", Effect="Deny")),
    ("tags", "bucket", bucket),
    ("edge-cost", "somewhere", viewer_somewhere),
]

BROKEN: list[tuple[str, str, Program, str]] = [
    ("public-access", "no-block", partial(bucket, without=("block",)), "no public access block"),
    *(
        ("public-access", off, partial(bucket, block={off: False}), "block leaves")
        for off in (
            "block_public_acls",
            "block_public_policy",
            "ignore_public_acls",
            "restrict_public_buckets",
        )
    ),
    ("public-access", "acl", partial(bucket, bucket={"acl": "public-read"}), "acl is public-read"),
    ("public-access", "policy", partial(bucket, statements=[anybody()]), "anybody do s3:GetObject"),
    ("public-access", "queue", queue_for_anybody, "anybody do sqs:SendMessage"),
    (
        "public-access",
        "not-narrow",
        partial(queue_for_anybody, Condition={"ArnLike": {"aws:SourceArn": "*"}}),
        "anybody do",
    ),
    ("bucket-tls-only", "no-statement", partial(bucket, without=("tls",)), "do not come over TLS"),
    ("bucket-tls-only", "no-policy", partial(bucket, without=("policy",)), "do not come over TLS"),
    ("function-url-iam", "open", partial(url, asked=False), "authorizationType is NONE"),
    ("function-url-iam", "unlimited", partial(url, probe={"reserved_concurrent_executions": 0}), "is NONE"),
    (
        "function-url-iam",
        "permission",
        lambda: permission(function()),
        "anybody may lambda:InvokeFunctionUrl",
    ),
    ("encryption-at-rest", "bucket", partial(bucket, without=("encryption",)), "no encryption"),
    ("encryption-at-rest", "algorithm", partial(bucket, algorithm="rot13"), "with rot13"),
    ("encryption-at-rest", "table", partial(table, server_side_encryption={"enabled": False}), "not enabled"),
    ("encryption-at-rest", "queue", queue, "neither kmsMasterKeyId"),
    ("encryption-at-rest", "topic", topic, "no kmsMasterKeyId"),
    (
        "viewer-tls",
        "allow-all",
        partial(distribution, {"path_pattern": "/a", "viewer_protocol_policy": "allow-all"}),
        "the behaviour of /a has viewerProtocolPolicy allow-all",
    ),
    (
        "viewer-tls",
        "old",
        partial(
            distribution, certificate={"acm_certificate_arn": "a", "minimum_protocol_version": "TLSv1.1_2016"}
        ),
        "minimumProtocolVersion is TLSv1.1_2016",
    ),
    (
        "viewer-certificate",
        "cloudfronts",
        partial(distribution, certificate={"cloudfront_default_certificate": True}),
        "CloudFront's own certificate",
    ),
    ("origin-tls", "http", partial(distribution, origin=custom_origin(**TLS_PLAIN)), "http-only"),
    (
        "origin-tls",
        "old",
        partial(distribution, origin=custom_origin(origin_ssl_protocols=["TLSv1", "TLSv1.2"])),
        "speaks TLSv1, TLSv1.2",
    ),
    ("edge-function-limits", "arm", partial(edge, architectures=["arm64"]), "runs on arm64"),
    ("edge-function-limits", "node", partial(edge, runtime="nodejs22.x"), "runtime nodejs22.x"),
    ("edge-function-limits", "region", partial(edge, region="eu-west-1"), "is in eu-west-1"),
    ("edge-function-limits", "unpublished", partial(edge, publish=False), "not a numbered version"),
    ("edge-function-limits", "latest", partial(edge_of, "arn"), "not a numbered version"),
    (
        "edge-function-limits",
        "alias",
        partial(edge_by, "arn:aws:lambda:us-east-1:111122223333:function:f:live"),
        "not a numbered version",
    ),
    (
        "edge-function-limits",
        "environment",
        partial(edge, environment={"variables": {"A": "b"}}),
        "environment",
    ),
    ("edge-function-limits", "layers", partial(edge, layers=["arn"]), "has layers"),
    (
        "edge-function-limits",
        "vpc",
        partial(edge, vpc_config={"security_group_ids": ["a"], "subnet_ids": ["b"]}),
        "has vpcConfig",
    ),
    ("edge-function-limits", "image", partial(edge, package_type="Image"), "packed as Image"),
    ("edge-function-limits", "memory", partial(edge, "viewer-request", memory_size=256), "at most 128"),
    ("edge-function-limits", "origin-memory", partial(edge, memory_size=10_241), "at most 10240"),
    ("edge-function-limits", "timeout", partial(edge, timeout=31), "at most 30"),
    ("decisions-in-cache-key", "grant", partial(decided, embargo="all"), f"lacks header {GRANT}"),
    (
        "decisions-in-cache-key",
        "country",
        partial(decided, GRANT, embargo="all", country_claims=True),
        f"lacks header {COUNTRY}",
    ),
    (
        "decisions-in-cache-key",
        "territory",
        partial(decided, territory="licensed", viewer=False),
        f"lacks header {COUNTRY}",
    ),
    (
        "decisions-in-cache-key",
        "parameters",
        partial(decided, transforms=True),
        "query string bg, query string f",
    ),
    (
        "decisions-in-cache-key",
        "no-writer",
        partial(decided, GRANT, embargo="all", viewer=False),
        "no viewer-request function",
    ),
    (
        "decisions-in-cache-key",
        "uncached",
        partial(decided, GRANT, embargo="all", ttl=0),
        f"lacks header {GRANT}",
    ),
    ("protected-state", "bucket", partial(bucket, opts=UNPROTECTED()), "neither protect nor"),
    ("protected-state", "table", partial(table, UNPROTECTED()), "neither protect nor"),
    ("protected-state", "emptied", partial(bucket, bucket={"force_destroy": True}), "forceDestroy is on"),
    (
        "protected-state",
        "zone",
        lambda: aws.route53.Zone("z", name="example.com", tags=TAGS),
        "neither protect nor",
    ),
    ("least-privilege", "everything", says("*", on="*"), "allows *"),
    ("least-privilege", "service", says("s3:*"), "allows s3:*"),
    ("least-privilege", "all-resources", says("dynamodb:GetItem", on="*"), "GetItem on *"),
    (
        "least-privilege",
        "all-tables",
        says("dynamodb:GetItem", on="arn:aws:dynamodb:eu-west-1:1:table/*"),
        "table/*",
    ),
    ("least-privilege", "all-buckets", says("s3:GetObject", on="arn:aws:s3:::*"), "on arn:aws:s3:::*"),
    ("least-privilege", "all-regions", says("logs:DeleteLogGroup", on=EDGE_LOGS), "DeleteLogGroup on"),
    ("least-privilege", "all-metrics", says("cloudwatch:PutMetricData", on="*"), "PutMetricData on *"),
    (
        "least-privilege",
        "managed",
        partial(role, managed_policy_arns=["arn:aws:iam::aws:policy/AdministratorAccess"]),
        "AdministratorAccess",
    ),
    ("tags", "none", partial(bucket, bucket={"tags": None}), "no tag environment and no tag component"),
    ("tags", "one", partial(bucket, bucket={"tags": {"environment": "prod"}}), "no tag component"),
    ("edge-cost", "everywhere", viewer_everywhere, "on every behaviour"),
]


@pytest.mark.parametrize(("policy", "program"), [pytest.param(p, b, id=f"{p}-{i}") for p, i, b in KEPT])
def test_a_program_keeps_the_policy(policy: str, program: Program) -> None:
    assert list(messages(judged(program), policy)) == []


@pytest.mark.parametrize(
    ("policy", "program", "words"), [pytest.param(p, b, w, id=f"{p}-{i}") for p, i, b, w in BROKEN]
)
def test_a_program_breaks_the_policy(policy: str, program: Program, words: str) -> None:
    found = judged(program)
    assert policy in known(found)
    assert any(words in message for message in messages(found, policy)), found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_kept_by_one_program_and_broken_by_another(rule: Any) -> None:
    assert rule.name in {policy for policy, *_ in KEPT}
    assert rule.name in {policy for policy, *_ in BROKEN}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_tells_what_to_do_and_where_it_comes_from(rule: Any) -> None:
    assert rule.remediation
    assert rule.source
    assert not rule.remediation.endswith(".")
    assert rule.description.endswith(".")


def test_names_of_rules_are_their_own() -> None:
    names = [rule.name for rule in RULES]
    assert sorted(set(names)) == sorted(names)
