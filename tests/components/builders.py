"""Every component once, or once per shape worth its own: what `test_every_component` holds all of them to.

A builder takes the component's name, with a default, builds it inside a running program and returns it.
Whatever must be unique in an account (bucket names, record names) it derives from that name. To add a
component: write its builder below, with `@builder` above it; nothing else is needed.
"""

from collections.abc import Callable
from typing import Any

import pulumi

from asset_edge import bundle, policies
from asset_edge.components.asset_distribution import AssetDistribution
from asset_edge.components.asset_registry import AssetRegistry, AssetRegistryArgs
from asset_edge.components.edge_function import EdgeFunction, EdgeFunctionArgs
from asset_edge.components.log_bucket import LogBucket, LogBucketArgs
from asset_edge.components.replicated_bucket_pair import CorsRule, ReplicatedBucketPair
from asset_edge.components.weighted_s3_origin import WeightedS3Origin
from tests.components import distributions, pairs, weighted_origins

Builder = Callable[..., pulumi.ComponentResource]
"""`build()` and `build(name="other")` both build the component."""

BUILDERS: dict[str, Builder] = {}
"""By the id that a failing test shows."""


def builder(build: Builder) -> Builder:
    """Registers a builder under its own name: `@builder` above `def edge_function(name: str = "edge")`."""
    BUILDERS[build.__name__.replace("_", "-")] = build
    return build


@builder
def weighted_s3_origin(name: str = "origin") -> WeightedS3Origin:
    return WeightedS3Origin(name, weighted_origins.args(record_name=f"{name}.example.com"))


@builder
def weighted_s3_origin_with_url_probes(name: str = "origin") -> WeightedS3Origin:
    probe = weighted_origins.URL_PROBE
    return WeightedS3Origin(name, weighted_origins.args(record_name=f"{name}.example.com", probe=probe))


@builder
def edge_function(name: str = "edge-origin-request") -> EdgeFunction:
    return EdgeFunction(
        name,
        EdgeFunctionArgs(
            function_name=name,
            bundle=bundle.build("handlers.edge.origin_request"),
            event_types=["origin-request"],
            log_regions=["eu-west-1", "us-west-2"],
            retention_in_days=14,
            statements=[policies.allow("Read", ["s3:GetObject"], ["arn:aws:s3:::assets/*"])],
            description="Chooses the bucket",
            tags={"service": "assets"},
        ),
    )


def _granted_pair(name: str, **changes: Any) -> ReplicatedBucketPair:
    buckets = {"primary_bucket": f"{name}-us", "replica_bucket": f"{name}-eu"}
    pair = pairs.pair(name, **buckets, **changes)
    pair.grant([pairs.DISTRIBUTION], [pairs.EDGE_ROLE])
    return pair


@builder
def replicated_bucket_pair(name: str = "assets") -> ReplicatedBucketPair:
    return _granted_pair(name)


@builder
def replicated_bucket_pair_with_everything(name: str = "assets") -> ReplicatedBucketPair:
    return _granted_pair(
        name,
        cors_rules=[CorsRule(allowed_origins=["*"])],
        log_buckets={pairs.US: "logs-us", pairs.EU: "logs-eu"},
        request_metrics=True,
        **pairs.KMS,
    )


@builder
def replicated_bucket_pair_half_adopted(name: str = "assets") -> ReplicatedBucketPair:
    return _granted_pair(name, existing=["primary"], manage=["versioning", "replication", "policy"])


@builder
def asset_distribution(name: str = "edge") -> AssetDistribution:
    return distributions.build(name)()


@builder
def asset_distribution_with_everything(name: str = "edge") -> AssetDistribution:
    aliases = (f"{name}.example.com", f"*.{name}.example.com")
    return distributions.build(name, **{**distributions.EVERYTHING, "aliases": aliases})()


@builder
def log_bucket(name: str = "logs") -> LogBucket:
    return LogBucket(name, LogBucketArgs(region=pairs.EU, bucket=f"{name}-eu", account_id=pairs.ACCOUNT))


@builder
def asset_registry(name: str = "registry") -> AssetRegistry:
    settings = AssetRegistryArgs(
        table=f"{name}-assets", regions=[pairs.EU, pairs.US], account_id=pairs.ACCOUNT, tags={"a": "b"}
    )
    return AssetRegistry(name, settings)
