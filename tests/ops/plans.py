"""A small stack as its plan tells it, with everything in it whose change is dangerous."""

import copy
import json
from collections.abc import Callable
from typing import Any

from asset_edge.ops import judging, plan_changes
from asset_edge.ops.judging import Verdict

Plan = dict[str, Any]
CONFIG = "handlers/edge/config.json"
REGIONS = ("eu-west-1", "us-east-1")
PAIR = "asset-edge:index:ReplicatedBucketPair"
ORIGIN = "asset-edge:index:WeightedS3Origin"
EDGE = "asset-edge:index:AssetDistribution"
FUNCTION = "asset-edge:index:EdgeFunction"
REGISTRY = "asset-edge:index:AssetRegistry"


def resource(kind: str, name: str, parent: Plan | None = None, **told: Any) -> Plan:
    """A resource of a plan; `told` has its inputs, options and configurations."""
    above = f"{parent['type']}$" if parent else ""
    return {
        "urn": f"urn:pulumi:prod::asset-edge::{above}{kind}::{name}",
        "type": kind,
        "name": name,
        "parent": parent["urn"] if parent else "",
        "inputs": told.get("inputs", {}),
        "options": told.get("options", {}),
        **({"configurations": told["configurations"]} if "configurations" in told else {}),
    }


def document(*resources: Plan, **told: Any) -> Plan:
    """A plan of these."""
    ordered = sorted(resources, key=lambda one: str(one["urn"]))
    return {"project": "asset-edge", "stack": "prod", "resources": ordered, "outputs": {}, **told}


def statement(sid: str, effect: str = "Allow", **told: Any) -> dict[str, Any]:
    """A statement of a policy."""
    return {
        "Sid": sid,
        "Effect": effect,
        "Principal": "*",
        "Action": ["s3:GetObject"],
        "Resource": ["a"],
        **told,
    }


def policy(*statements: dict[str, Any]) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def base() -> Plan:
    """The stack as it is."""
    pair, origin = resource(PAIR, "assets"), resource(ORIGIN, "origin")
    edge, function = resource(EDGE, "edge"), resource(FUNCTION, "origin-request")
    registry = resource(REGISTRY, "registry")
    return document(
        *(pair, origin, edge, function, registry),
        *(one for region in REGIONS for one in [*_bucket(pair, region), *_records(origin, region)]),
        *_edge(edge),
        *_function(function),
        _table(registry),
        outputs={"largestWeightStepPoints": 25},
    )


def _bucket(pair: Plan, region: str) -> list[Plan]:
    bucket = {"bucket": f"assets-{region}", "region": region}
    policy_ = policy(statement("TlsOnly", "Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}))
    blocks = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    return [
        resource(
            "aws:s3/bucket:Bucket",
            f"assets-bucket-{region}",
            pair,
            inputs={**bucket, "forceDestroy": False},
            options={"protect": True},
        ),
        resource(
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            f"assets-public-access-{region}",
            pair,
            inputs={**bucket, **dict.fromkeys(blocks, True)},
        ),
        resource(
            "aws:s3/bucketPolicy:BucketPolicy",
            f"assets-policy-{region}",
            pair,
            inputs={**bucket, "policy": policy_},
        ),
        resource(
            "aws:s3/bucketVersioning:BucketVersioning",
            f"assets-versioning-{region}",
            pair,
            inputs={**bucket, "versioningConfiguration": {"status": "Enabled"}},
        ),
    ]


def _records(origin: Plan, region: str) -> list[Plan]:
    name = "assets-origin.example.com"
    told = {"ttl": 60, "zoneId": "Z1", "healthCheckId": f"check-{region}"}
    record = "aws:route53/record:Record"
    return [
        resource(
            record,
            f"origin-cname-{region}",
            origin,
            inputs={
                **told,
                "name": name,
                "type": "CNAME",
                "setIdentifier": region,
                "records": [f"assets-{region}.s3.{region}.amazonaws.com"],
                "weightedRoutingPolicies": [{"weight": 50}],
            },
        ),
        resource(
            record,
            f"origin-beacon-{region}",
            origin,
            inputs={
                **told,
                "name": f"{region}.beacon.{name}",
                "type": "A",
                "setIdentifier": "weight",
                "records": ["127.0.0.50"],
                "weightedRoutingPolicies": [{"weight": 1}],
            },
        ),
    ]


def _edge(edge: Plan) -> list[Plan]:
    certificate = resource(
        "aws:acm/certificate:Certificate",
        "edge-certificate",
        edge,
        inputs={"domainName": "assets.example.com", "region": "us-east-1", "validationMethod": "DNS"},
    )
    validation = resource(
        "aws:acm/certificateValidation:CertificateValidation",
        "edge-certificate-validation",
        edge,
        inputs={
            "certificateArn": "<aws:acm/certificate:Certificate edge-certificate arn>",
            "region": "us-east-1",
        },
    )
    key = {
        "headersConfig": {"headerBehavior": "whitelist", "headers": {"items": ["x-asset-edge-grant"]}},
        "cookiesConfig": {"cookieBehavior": "none"},
        "queryStringsConfig": {"queryStringBehavior": "none"},
    }
    cache = resource(
        "aws:cloudfront/cachePolicy:CachePolicy",
        "edge-cache-policy",
        edge,
        inputs={
            "minTtl": 0,
            "defaultTtl": 86400,
            "maxTtl": 31536000,
            "parametersInCacheKeyAndForwardedToOrigin": key,
        },
    )
    triggers = [{"eventType": event, "lambdaArn": event} for event in ("viewer-request", "origin-request")]
    behavior = {
        "cachePolicyId": "one",
        "viewerProtocolPolicy": "redirect-to-https",
        "lambdaFunctionAssociations": triggers,
    }
    distribution = resource(
        "aws:cloudfront/distribution:Distribution",
        "edge-distribution",
        edge,
        inputs={
            "aliases": ["assets.example.com"],
            "enabled": True,
            "webAclId": "acl",
            "defaultCacheBehavior": behavior,
            "orderedCacheBehaviors": [{**behavior, "pathPattern": "/secure/*"}],
            "restrictions": {"geoRestriction": {"restrictionType": "none", "locations": []}},
            "viewerCertificate": {"minimumProtocolVersion": "TLSv1.2_2021"},
        },
        options={"protect": True},
    )
    return [certificate, validation, cache, distribution]


def configuration() -> dict[str, Any]:
    """What the functions are configured with."""
    return {
        "strategy": "rendezvous",
        "behaviors": [
            {"path_pattern": "/secure/*", "embargo": "all", "registry": True, "territory": None},
            {"path_pattern": "/licensed/*", "embargo": "off", "registry": False, "territory": "licensed"},
        ],
        "territories": [{"name": "licensed", "allow": ["DE", "FR"], "deny": [], "redirects": []}],
        "cache_rules": [{"name": "images", "max_age_seconds": 3600, "path_pattern": "/images/*"}],
        "registry": {"table": "registry", "regions": list(REGIONS), "unknown": "refuse"},
        "embargo": None,
    }


def _function(function: Plan) -> list[Plan]:
    files = {
        CONFIG: "1" * 64,
        "handlers/edge/origin_request.py": "2" * 64,
        "handlers/edge/sigv4.py": "3" * 64,
    }
    return [
        resource(
            "aws:lambda/function:Function",
            "origin-request-function",
            function,
            inputs={"code": {"archive": files}, "name": "origin-request", "sourceCodeHash": "one"},
            configurations={"code": {CONFIG: configuration()}},
        ),
        resource(
            "aws:iam/rolePolicy:RolePolicy",
            "origin-request-policy",
            function,
            inputs={
                "role": "role",
                "policy": policy({**statement("Read"), "Resource": ["arn:aws:s3:::assets/*"]}),
            },
        ),
        resource(
            "aws:cloudwatch/logGroup:LogGroup",
            "origin-request-logs",
            function,
            inputs={"name": "/aws/lambda/origin-request", "region": "us-east-1", "retentionInDays": 30},
        ),
    ]


def _table(registry: Plan) -> Plan:
    return resource(
        "aws:dynamodb/table:Table",
        "registry-table",
        registry,
        inputs={
            "name": "registry",
            "region": "eu-west-1",
            "hashKey": "key",
            "deletionProtectionEnabled": True,
            "pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 35},
            "replicas": [
                {"regionName": region, "pointInTimeRecovery": True, "deletionProtectionEnabled": True}
                for region in ("us-east-1", "ap-southeast-2")
            ],
            "ttl": {"attributeName": "expiresAt", "enabled": True},
        },
        options={"protect": True},
    )


class Edited:
    """A plan that differs from the base where one says."""

    def __init__(self) -> None:
        self.plan = copy.deepcopy(base())

    def named(self, name: str) -> Plan:
        found: Plan = next(one for one in self.plan["resources"] if one["name"] == name)
        return found

    def inputs(self, name: str) -> dict[str, Any]:
        inputs: dict[str, Any] = self.named(name)["inputs"]
        return inputs

    def config(self) -> dict[str, Any]:
        told: dict[str, Any] = self.named("origin-request-function")["configurations"]["code"][CONFIG]
        return told

    def without(self, name: str) -> None:
        self.plan["resources"] = [one for one in self.plan["resources"] if one["name"] != name]

    def add(self, *resources: Plan) -> None:
        self.plan["resources"] += resources


def verdict(edit: Callable[[Edited], object], **told: Any) -> Verdict:
    """What is said of the base with this edit."""
    edited = Edited()
    edit(edited)
    return judging.judge(plan_changes.between(base(), {**edited.plan, **told}))


def said(found: Verdict, name: str) -> str:
    """All sentences about a resource, each with its risk."""
    (one,) = [one for one in found.judged if one.change.name == name]
    return "\n".join(f"{told.risk.name} {told.plain()}" for told in one.sentences)
