"""What stands beside each bucket of a pair: one document a resource, each in its bucket's region."""

from collections.abc import Callable, Mapping

import pulumi
import pulumi_aws as aws

from asset_edge.components.bucket_side import BucketSide
from asset_edge.components.pair_args import CorsRule, Part, ReplicatedBucketPairArgs

Args = ReplicatedBucketPairArgs
Options = pulumi.ResourceOptions


def add(name: str, side: BucketSide, args: Args, parent: pulumi.Resource) -> dict[Part, pulumi.Resource]:
    """Registers every part of one bucket that the pair writes and that needs no other bucket."""
    made: dict[Part, pulumi.Resource] = {}
    for part, make in _MAKERS.items():
        if args.writes(side.role, part):
            opts = Options(parent=parent, depends_on=_before(part, made))
            made[part] = make(f"{name}-{part.replace('_', '-')}-{side.role}", side, args, opts)
    return made


def _before(part: Part, made: Mapping[Part, pulumi.Resource]) -> list[pulumi.Resource]:
    """Rules about old versions come after versioning: they mean something else without it."""
    return [made["versioning"]] if part == "lifecycle" and "versioning" in made else []


def _versioning(name: str, side: BucketSide, _: Args, opts: Options) -> pulumi.Resource:
    enabled = aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled")
    return aws.s3.BucketVersioning(
        name, bucket=side.name, region=side.region, versioning_configuration=enabled, opts=opts
    )


def _encryption(name: str, side: BucketSide, args: Args, opts: Options) -> pulumi.Resource:
    rule = aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
        apply_server_side_encryption_by_default=(
            aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                sse_algorithm=args.encryption, kms_master_key_id=side.kms_key_arn
            )
        ),
        # A bucket key is one call to KMS for many objects; SSE-S3 has no use for it.
        bucket_key_enabled=side.kms_key_arn is not None,
    )
    return aws.s3.BucketServerSideEncryptionConfiguration(
        name, bucket=side.name, region=side.region, rules=[rule], opts=opts
    )


def _public_access_block(name: str, side: BucketSide, _: Args, opts: Options) -> pulumi.Resource:
    return aws.s3.BucketPublicAccessBlock(
        name,
        bucket=side.name,
        region=side.region,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=opts,
    )


def _ownership_controls(name: str, side: BucketSide, _: Args, opts: Options) -> pulumi.Resource:
    rule = aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced")
    return aws.s3.BucketOwnershipControls(name, bucket=side.name, region=side.region, rule=rule, opts=opts)


def _lifecycle(name: str, side: BucketSide, args: Args, opts: Options) -> pulumi.Resource:
    return aws.s3.BucketLifecycleConfiguration(
        name, bucket=side.name, region=side.region, rules=lifecycle_rules(args), opts=opts
    )


def lifecycle_rules(args: Args) -> list[aws.s3.BucketLifecycleConfigurationRuleArgs]:
    """Three rules for every key, named for what they remove.

    Source: Amazon S3 User Guide, "Lifecycle configuration elements".
    """
    rule = aws.s3.BucketLifecycleConfigurationRuleArgs
    every_key = aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="")
    versions = aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
        noncurrent_days=args.noncurrent_version_days
    )
    markers = aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(expired_object_delete_marker=True)
    uploads = aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
        days_after_initiation=args.abort_multipart_days
    )
    on = "Enabled"
    return [
        rule(id="noncurrent-versions", status=on, filter=every_key, noncurrent_version_expiration=versions),
        rule(id="expired-delete-markers", status=on, filter=every_key, expiration=markers),
        rule(id="incomplete-uploads", status=on, filter=every_key, abort_incomplete_multipart_upload=uploads),
    ]


def _logging(name: str, side: BucketSide, args: Args, opts: Options) -> pulumi.Resource:
    by_event_date = aws.s3.BucketLoggingTargetObjectKeyFormatPartitionedPrefixArgs(
        partition_date_source="EventTime"
    )
    return aws.s3.BucketLogging(
        name,
        bucket=side.name,
        region=side.region,
        target_bucket=args.log_buckets[side.region],
        target_prefix=args.log_prefix,
        target_object_key_format=aws.s3.BucketLoggingTargetObjectKeyFormatArgs(
            partitioned_prefix=by_event_date
        ),
        opts=opts,
    )


def _cors(name: str, side: BucketSide, args: Args, opts: Options) -> pulumi.Resource:
    rules = [_cors_rule(rule) for rule in args.cors_rules]
    return aws.s3.BucketCorsConfiguration(
        name, bucket=side.name, region=side.region, cors_rules=rules, opts=opts
    )


def _cors_rule(rule: CorsRule) -> aws.s3.BucketCorsConfigurationCorsRuleArgs:
    return aws.s3.BucketCorsConfigurationCorsRuleArgs(
        allowed_headers=list(rule.allowed_headers) or None,
        allowed_methods=list(rule.allowed_methods),
        allowed_origins=list(rule.allowed_origins),
        expose_headers=list(rule.expose_headers) or None,
        max_age_seconds=rule.max_age_seconds,
    )


def _notification(name: str, side: BucketSide, _: Args, opts: Options) -> pulumi.Resource:
    return aws.s3.BucketNotification(name, bucket=side.name, region=side.region, eventbridge=True, opts=opts)


def _metrics(name: str, side: BucketSide, _: Args, opts: Options) -> pulumi.Resource:
    return aws.s3.BucketMetric(name, bucket=side.name, region=side.region, name="EntireBucket", opts=opts)


_MAKERS: Mapping[Part, Callable[[str, BucketSide, Args, Options], pulumi.Resource]] = {
    "versioning": _versioning,
    "encryption": _encryption,
    "public_access_block": _public_access_block,
    "ownership_controls": _ownership_controls,
    "lifecycle": _lifecycle,
    "logging": _logging,
    "cors": _cors,
    "notification": _notification,
    "metrics": _metrics,
}
