"""How objects get from one bucket of a pair to the other: the rules, and all that S3's role may do for them.

Source: Amazon S3 User Guide, "Replicating objects within and across Regions" and its pages on permissions,
encrypted objects and S3 Replication Time Control.
"""

import pulumi_aws as aws

from asset_edge import policies
from asset_edge.components.bucket_policy import through_s3
from asset_edge.components.bucket_side import BucketSide
from asset_edge.components.pair_args import ReplicatedBucketPairArgs
from asset_edge.policies import Statement

RTC_MINUTES = 15
"""The only threshold that S3 Replication Time Control takes."""


def role_statements(source: BucketSide, destination: BucketSide) -> list[Statement]:
    """What the role of one direction may do: read versions here, write copies there, with both keys."""
    return [
        policies.allow("ReadRules", ["s3:GetReplicationConfiguration", "s3:ListBucket"], [source.arn]),
        policies.allow(
            "ReadVersions",
            [
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionTagging",
            ],
            [source.object_arns],
        ),
        policies.allow(
            "WriteCopies",
            ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
            [destination.object_arns],
        ),
        *_key_statements(source, destination),
    ]


def _key_statements(source: BucketSide, destination: BucketSide) -> list[Statement]:
    if source.kms_key_arn is None or destination.kms_key_arn is None:
        return []
    return [
        policies.allow(
            "DecryptVersions", ["kms:Decrypt"], [source.kms_key_arn], Condition=through_s3(source.region)
        ),
        # S3 decrypts its bucket key at the destination, to verify it, before it encrypts a copy with it.
        policies.allow(
            "EncryptCopies",
            ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
            [destination.kms_key_arn],
            Condition=through_s3(destination.region),
        ),
    ]


def rules(
    args: ReplicatedBucketPairArgs, destination: BucketSide
) -> list[aws.s3.BucketReplicationConfigRuleArgs]:
    """One rule per prefix. Filter, priority and delete markers make it a rule of the second version."""
    return [
        aws.s3.BucketReplicationConfigRuleArgs(
            id=f"to-{destination.role}-{priority}",
            status="Enabled",
            priority=priority,
            filter=aws.s3.BucketReplicationConfigRuleFilterArgs(prefix=prefix),
            delete_marker_replication=aws.s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs(
                status=_status(args.delete_marker_replication)
            ),
            source_selection_criteria=_source_selection(args, destination),
            destination=_destination(args, destination),
        )
        for priority, prefix in enumerate(args.replicated_prefixes, start=1)
    ]


def _source_selection(
    args: ReplicatedBucketPairArgs, destination: BucketSide
) -> aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs:
    encrypted = aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs(
        status="Enabled"
    )
    return aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs(
        replica_modifications=aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaReplicaModificationsArgs(
            status=_status(args.replica_modifications)
        ),
        sse_kms_encrypted_objects=encrypted if destination.kms_key_arn is not None else None,
    )


def _destination(
    args: ReplicatedBucketPairArgs, destination: BucketSide
) -> aws.s3.BucketReplicationConfigRuleDestinationArgs:
    return aws.s3.BucketReplicationConfigRuleDestinationArgs(
        bucket=destination.arn,
        encryption_configuration=_encryption(destination),
        metrics=_metrics(args),
        replication_time=_replication_time() if args.replication_time_control else None,
    )


def _encryption(
    destination: BucketSide,
) -> aws.s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs | None:
    if destination.kms_key_arn is None:
        return None
    return aws.s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs(
        replica_kms_key_id=destination.kms_key_arn
    )


def _metrics(
    args: ReplicatedBucketPairArgs,
) -> aws.s3.BucketReplicationConfigRuleDestinationMetricsArgs | None:
    if not args.replication_metrics:
        return None
    late = aws.s3.BucketReplicationConfigRuleDestinationMetricsEventThresholdArgs(minutes=RTC_MINUTES)
    return aws.s3.BucketReplicationConfigRuleDestinationMetricsArgs(
        status="Enabled", event_threshold=late if args.replication_time_control else None
    )


def _replication_time() -> aws.s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs:
    return aws.s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs(
        status="Enabled",
        time=aws.s3.BucketReplicationConfigRuleDestinationReplicationTimeTimeArgs(minutes=RTC_MINUTES),
    )


def _status(on: bool) -> str:
    return "Enabled" if on else "Disabled"
