"""Two distributions that share a pair of buckets: one for everybody, one for editors with signed URLs."""

import pulumi

from asset_edge import bundle, naming
from asset_edge.components.asset_distribution import (
    AssetDistribution,
    AssetDistributionArgs,
    Behavior,
    S3Origin,
)
from asset_edge.components.cache_policies import CACHING_DISABLED
from asset_edge.components.edge_function import EdgeFunction, EdgeFunctionArgs
from asset_edge.components.replicated_bucket_pair import ReplicatedBucketPair, ReplicatedBucketPairArgs
from asset_edge.components.weighted_s3_origin import OriginTarget, WeightedS3Origin, WeightedS3OriginArgs
from asset_edge.handlers.edge.config import CONFIG_FILE, EdgeConfig, RegionalBucket, dumps

settings = pulumi.Config()
WEIGHTS = {"eu-central-1": 128, "us-west-2": 128}
ORIGIN = "origin.news.example.com"


def bucket(region: str) -> str:
    """The bucket of a region, known before it exists, because the edge function has it baked in."""
    return f"news-111122223333-{region}"


pair = ReplicatedBucketPair(
    "news",
    ReplicatedBucketPairArgs(
        primary_region="eu-central-1",
        replica_region="us-west-2",
        primary_bucket=bucket("eu-central-1"),
        replica_bucket=bucket("us-west-2"),
    ),
)
WeightedS3Origin(
    "news-origin",
    WeightedS3OriginArgs(
        zone_id=settings.require("zoneId"),
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
    "news-origin-request",
    EdgeFunctionArgs(
        function_name="news-origin-request",
        bundle=bundle.build("handlers.edge.origin_request", files={CONFIG_FILE: dumps(config)}),
        event_types=["origin-request"],
        statements=pair.read_statements(),
        log_regions=list(WEIGHTS),
        retention_in_days=14,
    ),
)
chosen = {"origin-request": function.qualified_arn}
origins = [S3Origin(role=side.role, region=side.region, domain_name=side.domain_name) for side in pair.sides]
readers = AssetDistribution(
    "news-readers",
    AssetDistributionArgs(origins=origins, default_behavior=Behavior(functions=chosen)),
)
editors = AssetDistribution(
    "news-editors",
    AssetDistributionArgs(
        origins=origins,
        default_behavior=Behavior(
            functions=chosen, trusted_key_groups=["editors"], cache_policy=CACHING_DISABLED
        ),
        key_groups={"editors": [settings.require("editorsKey")]},
        price_class="PriceClass_100",
    ),
)
# Once, with every reader: a bucket has one policy.
pair.grant(distributions=[readers.arn, editors.arn], roles=[function.role_arn])
pulumi.export("readers", readers.domain_name)
pulumi.export("editors", editors.domain_name)
