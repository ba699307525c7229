"""Small programs whose resources keep every policy, for tests to spoil one thing at a time."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from asset_edge import policies
from asset_edge.guardrails import plans
from asset_edge.guardrails.rule import Violation
from asset_edge.handlers.edge.config import (
    CONFIG_FILE,
    EdgeConfig,
    ImageService,
    RegionalBucket,
    Territory,
    dumps,
)
from asset_edge.localcloud import plan
from tests.engine import deploy

TAGS = {"environment": "prod", "component": "planted"}
REGION = "us-east-1"
OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"


def judged(build: Callable[[], Any], *, preview: bool = False, **options: Any) -> list[Violation]:
    """What the policies say of a program's plan, made by the engine that makes every plan."""
    run = deploy(build, project="planted", stack="prod", preview=preview).run
    told = plan.document(run, project="planted", stack="prod", directory=Path())
    return plans.judged(json.loads(plan.dumps(told)), **options)


def known(violations: list[Violation]) -> set[str]:
    """The policies that are broken for sure."""
    return {violation.policy for violation in violations if violation.is_known}


def bucket(
    *, without: tuple[str, ...] = (), opts: pulumi.ResourceOptions | None = None, **changed: Any
) -> None:
    """A bucket with all that keeps it to itself; `changed` by part, as `block={...}`."""
    name = "planted-111122223333"
    made = aws.s3.Bucket(
        "b",
        bucket=name,
        region=REGION,
        **({"tags": TAGS} | changed.get("bucket", {})),
        opts=opts or pulumi.ResourceOptions(protect=True),
    )
    beside: dict[str, Any] = {"bucket": made.bucket, "region": REGION}
    parts: dict[str, Callable[[], Any]] = {
        "block": lambda: aws.s3.BucketPublicAccessBlock(
            "block", **beside, **blocks(**changed.get("block", {}))
        ),
        "encryption": lambda: aws.s3.BucketServerSideEncryptionConfiguration(
            "encryption",
            **beside,
            rules=[
                {
                    "apply_server_side_encryption_by_default": {
                        "sse_algorithm": changed.get("algorithm", "AES256")
                    }
                }
            ],
        ),
        "policy": lambda: aws.s3.BucketPolicy(
            "policy",
            **beside,
            policy=policies.document(
                *changed.get("statements", ()), *([] if "tls" in without else [policies.tls_only(made.arn)])
            ),
        ),
    }
    for part, make in parts.items():
        if part not in without:
            make()


def blocks(**changed: bool) -> dict[str, Any]:
    all_on = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    return dict.fromkeys(all_on, True) | changed


def anybody(**more: Any) -> dict[str, Any]:
    """A statement that lets everybody read."""
    return {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::b/*",
        **more,
    }


def role(name: str = "role", *statements: dict[str, Any], **more: Any) -> aws.iam.Role:
    made = aws.iam.Role(name, assume_role_policy=policies.trust("lambda.amazonaws.com"), tags=TAGS, **more)
    if statements:
        aws.iam.RolePolicy(f"{name}-policy", role=made.name, policy=policies.document(*statements))
    return made


def baked(*behaviors: Any) -> str:
    """The configuration of functions that decide this."""
    regions = ("eu-west-1", "us-east-1")
    places = [f"b-{region}.s3.{region}.amazonaws.com" for region in regions]
    return dumps(
        EdgeConfig(
            buckets=tuple(
                RegionalBucket(region=r, bucket=f"b-{r}", domain_name=d, beacon=f"{r}.beacon.example.com")
                for r, d in zip(regions, places, strict=True)
            ),
            behaviors=behaviors,
            territories=(Territory(name="licensed", allow=("DE",)),),
            image_services=tuple(ImageService(region=r, domain_name=f"{r}.example.com") for r in regions),
        )
    )


def function(
    event: str = "origin-request", config: str | None = None, **changed: Any
) -> aws.lambda_.Function:
    """A function that Lambda@Edge takes."""
    entry = f"handlers.edge.{event.replace('-', '_')}"
    name = f"{event}-function"
    given: dict[str, Any] = {
        "region": REGION,
        "role": role(f"{event}-role").arn,
        "runtime": "python3.13",
        "architectures": ["x86_64"],
        "handler": f"{entry}.handler",
        "code": pulumi.AssetArchive({CONFIG_FILE: pulumi.StringAsset(baked() if config is None else config)}),
        "memory_size": 128,
        "timeout": 3,
        "publish": True,
        "tags": TAGS,
    }
    return aws.lambda_.Function(name, **given | changed)


def calls(**functions: aws.lambda_.Function) -> list[dict[str, Any]]:
    """A behaviour's associations: `calls(viewer_request=function)`."""
    return [
        {"event_type": event.replace("_", "-"), "lambda_arn": one.qualified_arn}
        for event, one in functions.items()
    ]


def behavior(**changed: Any) -> dict[str, Any]:
    return {
        "target_origin_id": "o",
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
        "cache_policy_id": OPTIMIZED,
    } | changed


def custom_origin(**changed: Any) -> dict[str, Any]:
    told = {
        "http_port": 80,
        "https_port": 443,
        "origin_protocol_policy": "https-only",
        "origin_ssl_protocols": ["TLSv1.2"],
    }
    return {"origin_id": "o", "domain_name": "o.example.com", "custom_origin_config": told | changed}


def distribution(
    *ordered: dict[str, Any],
    default: dict[str, Any] | None = None,
    certificate: dict[str, Any] | None = None,
    origin: dict[str, Any] | None = None,
) -> None:
    """A distribution that keeps every policy."""
    own: dict[str, Any] = {
        "acm_certificate_arn": "arn:aws:acm:us-east-1:111122223333:certificate/a",
        "minimum_protocol_version": "TLSv1.2_2021",
        "ssl_support_method": "sni-only",
    }
    told: dict[str, Any] = {
        "origins": [origin or custom_origin()],
        "default_cache_behavior": behavior(**(default or {})),
        "ordered_cache_behaviors": [behavior(**one) for one in ordered],
        "restrictions": {"geo_restriction": {"restriction_type": "none"}},
        "viewer_certificate": own if certificate is None else certificate,
    }
    aws.cloudfront.Distribution("d", enabled=True, tags=TAGS, **told)


def cache_policy(name: str, *headers: str, query_strings: tuple[str, ...] = (), **changed: Any) -> Any:
    """A cache policy that has these in its key."""

    def taken(kind: str, names: tuple[str, ...]) -> dict[str, Any]:
        listed = {f"{kind}s": {"items": list(names)}} if names else {}
        return {f"{kind}_behavior": "whitelist" if names else "none", **listed}

    ttls: dict[str, Any] = {"min_ttl": 0, "default_ttl": 60, "max_ttl": 60} | changed
    key: Any = {
        "headers_config": taken("header", headers),
        "cookies_config": {"cookie_behavior": "none"},
        "query_strings_config": taken("query_string", query_strings),
    }
    return aws.cloudfront.CachePolicy(name, **ttls, parameters_in_cache_key_and_forwarded_to_origin=key)


def url(**changed: Any) -> aws.lambda_.Function:
    """A probe with a public URL, as WeightedS3Origin makes one, spoilt as told."""
    asked: bool = changed.pop("asked", True)
    probe = function(
        "probe", handler="probe.handler", **{"reserved_concurrent_executions": 5} | changed.pop("probe", {})
    )
    made = aws.lambda_.FunctionUrl(
        "url", function_name=probe.name, region=REGION, **{"authorization_type": "NONE"} | changed
    )
    if asked:
        aws.route53.HealthCheck(
            "check", type="HTTPS", fqdn=made.function_url, port=443, tags=TAGS,
            failure_threshold=3, request_interval=10,
        )  # fmt: skip
    return probe


def permission(of: aws.lambda_.Function, principal: str = "*") -> None:
    aws.lambda_.Permission(
        "permission", function=of.name, region=REGION, action="lambda:InvokeFunctionUrl", principal=principal
    )


def messages(violations: list[Violation], policy: str) -> Iterator[str]:
    return (violation.message for violation in violations if violation.policy == policy)
