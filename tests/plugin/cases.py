"""Every component told to the plugin and to its class: with outputs, secrets and values not known yet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.output import Unknown

from asset_edge import bundle, policies
from asset_edge.components.access_logs import S3AccessLogs
from asset_edge.components.asset_distribution import (
    AssetDistribution,
    AssetDistributionArgs,
    Behavior,
    S3Origin,
)
from asset_edge.components.asset_registry import AssetRegistry, AssetRegistryArgs
from asset_edge.components.cache_policies import CachePolicySpec, only
from asset_edge.components.edge_function import EdgeFunction, EdgeFunctionArgs
from asset_edge.components.error_pages import ErrorPage
from asset_edge.components.log_bucket import LogBucket, LogBucketArgs
from asset_edge.components.origin_probes import UrlProbe
from asset_edge.components.replicated_bucket_pair import (
    CorsRule,
    ReplicatedBucketPair,
    ReplicatedBucketPairArgs,
)
from asset_edge.components.response_headers_policies import ResponseHeadersPolicySpec, SecurityHeaders
from asset_edge.components.weighted_s3_origin import OriginTarget, WeightedS3Origin, WeightedS3OriginArgs
from asset_edge.plugin.bucket_grant import BucketGrant, BucketGrantArgs
from tests.components.distributions import FUNCTION, LOG_BUCKET, PEM
from tests.plugin.served import UNKNOWN, old_secret, output

ACCOUNT = "111122223333"
US, EU = "us-east-1", "eu-west-1"
OTHER = "urn:pulumi:test::asset-edge::aws:s3/bucket:Bucket::other"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/edge"

known: Callable[[Any], pulumi.Output[Any]] = pulumi.Output.from_input
secret: Callable[[Any], pulumi.Output[Any]] = pulumi.Output.secret


def not_known_yet() -> pulumi.Output[Any]:
    """What a preview has for an output of something that is not there."""
    return known(Unknown())  # type: ignore[no-untyped-call] # the SDK's own


@dataclass(frozen=True)
class Case:
    """A component told to the plugin, and the same one told to its class."""

    component: str
    told: Mapping[str, Any]
    native: Callable[[], pulumi.ComponentResource]
    preview: bool = False


def endpoint(region: str) -> str:
    return f"acme-{region}.s3.{region}.amazonaws.com"


def pair() -> pulumi.ComponentResource:
    return ReplicatedBucketPair(
        "it",
        ReplicatedBucketPairArgs(
            primary_region=US,
            replica_region=EU,
            primary_bucket="acme-us",
            replica_bucket="acme-eu",
            noncurrent_version_days=7,
            log_buckets={US: known("logs-us"), EU: known("logs-eu")},
            cors_rules=[CorsRule(allowed_origins=["https://app.example.com"], max_age_seconds=60)],
            protect=False,
            tags={"team": "media"},
        ),
    )


PAIR = {
    "primaryRegion": US,
    "replicaRegion": EU,
    "primaryBucket": "acme-us",
    "replicaBucket": "acme-eu",
    "noncurrentVersionDays": 7,
    "logBuckets": {US: output("logs-us", of=[OTHER]), EU: output("logs-eu")},
    "corsRules": [{"allowedOrigins": ["https://app.example.com"], "maxAgeSeconds": 60}],
    "protect": False,
    "tags": {"team": "media"},
}


def grant(distribution: Callable[[], Any]) -> Callable[[], pulumi.ComponentResource]:
    return lambda: BucketGrant(
        "it",
        BucketGrantArgs(
            buckets={US: known("acme-us"), EU: "acme-eu"}, distributions=[distribution()], roles=[ROLE]
        ),
    )


def granted(distribution: Any) -> dict[str, Any]:
    return {
        "buckets": {US: output("acme-us", of=[OTHER]), EU: "acme-eu"},
        "distributions": [distribution],
        "roles": [ROLE],
    }


def origin() -> pulumi.ComponentResource:
    return WeightedS3Origin(
        "it",
        WeightedS3OriginArgs(
            zone_id=secret("Z0123456789"),
            record_name="assets.example.com",
            targets=[
                OriginTarget(
                    region=region,
                    weight=weight,
                    bucket=known(f"acme-{region}"),
                    bucket_arn=known(f"arn:aws:s3:::acme-{region}"),
                    domain_name=endpoint(region),
                )
                for region, weight in ((US, 200), (EU, 55))
            ],
            probe=UrlProbe(secret_path=secret("lSnWzvNQ5lUcaPbYQ4wqYd5SJcD1v3rZ"), interval_seconds=30),
        ),
    )


ORIGIN = {
    "zoneId": old_secret("Z0123456789"),
    "recordName": "assets.example.com",
    "targets": [
        {
            "region": region,
            "weight": weight,
            "bucket": output(f"acme-{region}", of=[OTHER]),
            "bucketArn": output(f"arn:aws:s3:::acme-{region}"),
            "domainName": endpoint(region),
        }
        for region, weight in ((US, 200), (EU, 55))
    ],
    "urlProbe": {
        "secretPath": output("lSnWzvNQ5lUcaPbYQ4wqYd5SJcD1v3rZ", secret=True),
        "intervalSeconds": 30,
    },
}


def function() -> pulumi.ComponentResource:
    return EdgeFunction(
        "it",
        EdgeFunctionArgs(
            function_name="it",
            bundle=bundle.build("handlers.edge.origin_request", files={"keys.json": '{"k": "s3cr3t"}'}),
            event_types=["origin-request"],
            log_regions=[EU],
            retention_in_days=14,
            statements=[policies.allow("Read", ["s3:GetObject"], [known("arn:aws:s3:::acme-us/*")])],
            holds_secrets=True,
        ),
    )


FUNCTION_TOLD = {
    "functionName": "it",
    "entry": "handlers.edge.origin_request",
    "files": {"keys.json": output('{"k": "s3cr3t"}', secret=True)},
    "eventTypes": ["origin-request"],
    "logRegions": [EU],
    "retentionInDays": 14,
    "statements": [
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": [output("arn:aws:s3:::acme-us/*", of=[OTHER])],
        }
    ],
}


def distribution(arn: Callable[[], Any]) -> Callable[[], pulumi.ComponentResource]:
    def build() -> pulumi.ComponentResource:
        return AssetDistribution(
            "it",
            AssetDistributionArgs(
                origins=[
                    S3Origin(role="primary", region=US, domain_name=known(endpoint(US))),
                    S3Origin(role="replica", region=EU, domain_name=endpoint(EU)),
                ],
                default_behavior=Behavior(functions={"origin-request": arn()}, response_headers_policy=None),
                behaviors=[
                    Behavior(
                        path_pattern="/private/*",
                        cache_policy=CachePolicySpec(
                            max_ttl_seconds=86_400, headers=("x-a",), query_strings=only("b")
                        ),
                        response_headers_policy=ResponseHeadersPolicySpec(
                            security=SecurityHeaders(frame_options=None, override=frozenset())
                        ),
                        trusted_key_groups=["editors"],
                        allowed_methods=("GET", "HEAD"),
                    ),
                    Behavior(path_pattern="/own/*", cache_policy=known("5f0e")),
                ],
                key_groups={"editors": [PEM]},
                access_logs=S3AccessLogs(bucket_arn=known(LOG_BUCKET)),
                error_pages=[ErrorPage(error_code=404, response_page_path="/404.html")],
                default_root_object=None,
            ),
        )

    return build


def distribution_told(arn: Any) -> dict[str, Any]:
    return {
        "origins": [
            {"role": "primary", "region": US, "domainName": output(endpoint(US), of=[OTHER])},
            {"role": "replica", "region": EU, "domainName": endpoint(EU)},
        ],
        "defaultBehavior": {"functions": {"origin-request": arn}, "without": ["responseHeadersPolicy"]},
        "behaviors": [
            {
                "pathPattern": "/private/*",
                "cachePolicy": {
                    "maxTtlSeconds": 86_400,
                    "headers": ["x-a"],
                    "queryStrings": {"behavior": "whitelist", "names": ["b"]},
                },
                "responseHeadersPolicy": {"security": {"without": ["frameOptions"], "override": []}},
                "trustedKeyGroups": ["editors"],
                "allowedMethods": ["GET", "HEAD"],
            },
            {"pathPattern": "/own/*", "cachePolicyId": output("5f0e")},
        ],
        "keyGroups": {"editors": [PEM]},
        "s3AccessLogs": {"bucketArn": output(LOG_BUCKET)},
        "errorPages": [{"errorCode": 404, "responsePagePath": "/404.html"}],
        "without": ["defaultRootObject"],
    }


def registry() -> pulumi.ComponentResource:
    return AssetRegistry("it", AssetRegistryArgs(table="assets", regions=[EU, US], account_id=ACCOUNT))


def logs() -> pulumi.ComponentResource:
    return LogBucket("it", LogBucketArgs(region=EU, bucket="logs-eu", account_id=ACCOUNT, expiration_days=3))


ARN = f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1"
CASES = {
    "pair": Case("ReplicatedBucketPair", PAIR, pair),
    "grant": Case("BucketGrant", granted(output(ARN, of=[OTHER])), grant(lambda: known(ARN))),
    "grant-of-what-is-not-there-yet": Case(
        "BucketGrant", granted(output()), grant(not_known_yet), preview=True
    ),
    "origin": Case("WeightedS3Origin", ORIGIN, origin),
    "function": Case("EdgeFunction", FUNCTION_TOLD, function),
    "distribution": Case(
        "AssetDistribution", distribution_told(output(FUNCTION)), distribution(lambda: known(FUNCTION))
    ),
    "distribution-of-a-function-to-be": Case(
        "AssetDistribution",
        distribution_told(UNKNOWN),
        distribution(not_known_yet),
        preview=True,
    ),
    "registry": Case(
        "AssetRegistry", {"table": "assets", "regions": [EU, US], "accountId": ACCOUNT}, registry
    ),
    "logs": Case(
        "LogBucket", {"region": EU, "bucket": "logs-eu", "accountId": ACCOUNT, "expirationDays": 3}, logs
    ),
}
