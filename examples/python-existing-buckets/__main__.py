"""One distribution over two buckets that are there already: nothing of them is changed but their policies."""

import pulumi

from asset_edge import bundle, naming
from asset_edge.components.asset_distribution import (
    AssetDistribution,
    AssetDistributionArgs,
    Behavior,
    S3Origin,
)
from asset_edge.components.edge_function import EdgeFunction, EdgeFunctionArgs
from asset_edge.components.replicated_bucket_pair import ReplicatedBucketPair, ReplicatedBucketPairArgs
from asset_edge.handlers.edge.config import CONFIG_FILE, CacheRule, EdgeConfig, RegionalBucket, dumps

settings = pulumi.Config()
BUCKETS = {
    "eu-west-1": settings.require("primaryBucket"),
    "us-east-2": settings.require("replicaBucket"),
}
PRIMARY, REPLICA = BUCKETS

pair = ReplicatedBucketPair(
    "media",
    ReplicatedBucketPairArgs(
        primary_region=PRIMARY,
        replica_region=REPLICA,
        primary_bucket=BUCKETS[PRIMARY],
        replica_bucket=BUCKETS[REPLICA],
        existing=["primary", "replica"],
        # The one document that is written, as a whole: what stands in it now goes. Without this line it is
        # left alone, and `pair.policy_statements` says what it needs.
        manage=["policy"],
    ),
)
# How long browsers and the edge keep what the buckets say nothing about.
config = EdgeConfig(
    origin_auth="static",
    buckets=tuple(
        RegionalBucket(
            region=region,
            bucket=bucket,
            domain_name=naming.regional_endpoint(bucket, region),
            beacon=naming.beacon_name("media.example.com", region),
        )
        for region, bucket in BUCKETS.items()
    ),
    cache_rules=(CacheRule(name="pictures", path_pattern="/pictures/*", max_age_seconds=86_400),),
)
function = EdgeFunction(
    "media-origin-response",
    EdgeFunctionArgs(
        function_name="media-origin-response",
        bundle=bundle.build("handlers.edge.origin_response", files={CONFIG_FILE: dumps(config)}),
        event_types=["origin-response"],
        log_regions=[PRIMARY, REPLICA],
        retention_in_days=14,
    ),
)
distribution = AssetDistribution(
    "media-edge",
    AssetDistributionArgs(
        origins=[
            S3Origin(role=side.role, region=side.region, domain_name=side.domain_name) for side in pair.sides
        ],
        default_behavior=Behavior(functions={"origin-response": function.qualified_arn}),
    ),
)
pair.grant(distributions=[distribution.arn])
pulumi.export("domainName", distribution.domain_name)
