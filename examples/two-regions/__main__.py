"""Assets from Frankfurt and Oregon: two buckets, one weighted origin, one edge function, one distribution."""

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
from asset_edge.components.weighted_s3_origin import OriginTarget, WeightedS3Origin, WeightedS3OriginArgs
from asset_edge.handlers.edge.config import CONFIG_FILE, EdgeConfig, RegionalBucket, dumps

WEIGHTS = {"eu-central-1": 200, "us-west-2": 55}
ORIGIN = "origin.pictures.example.com"


def bucket(region: str) -> str:
    """The bucket of a region, known before it exists, because the edge function has it baked in."""
    return f"pictures-111122223333-{region}"


pair = ReplicatedBucketPair(
    "pictures",
    ReplicatedBucketPairArgs(
        primary_region="eu-central-1",
        replica_region="us-west-2",
        primary_bucket=bucket("eu-central-1"),
        replica_bucket=bucket("us-west-2"),
    ),
)
origin = WeightedS3Origin(
    "pictures-origin",
    WeightedS3OriginArgs(
        zone_id=pulumi.Config().require("zoneId"),
        record_name=ORIGIN,
        targets=[
            OriginTarget(
                region=side.region,
                weight=WEIGHTS[side.region],
                bucket=side.name,
                bucket_arn=side.arn,
                domain_name=side.domain_name,
            )
            for side in pair.sides
        ],
    ),
)
config = EdgeConfig(
    buckets=tuple(
        RegionalBucket(
            region=region,
            bucket=bucket(region),
            domain_name=naming.regional_endpoint(bucket(region), region),
            beacon=naming.beacon_name(ORIGIN, region),
        )
        for region in WEIGHTS
    )
)
function = EdgeFunction(
    "pictures-origin-request",
    EdgeFunctionArgs(
        function_name="pictures-origin-request",
        bundle=bundle.build("handlers.edge.origin_request", files={CONFIG_FILE: dumps(config)}),
        event_types=["origin-request"],
        statements=pair.read_statements(),
        log_regions=["us-east-1", "eu-central-1"],
        retention_in_days=14,
    ),
)
distribution = AssetDistribution(
    "pictures-edge",
    AssetDistributionArgs(
        origins=[
            S3Origin(role=side.role, region=side.region, domain_name=side.domain_name) for side in pair.sides
        ],
        default_behavior=Behavior(functions={"origin-request": function.qualified_arn}),
    ),
)
pair.grant(distributions=[distribution.arn], roles=[function.role_arn])
pulumi.export("domainName", distribution.domain_name)
