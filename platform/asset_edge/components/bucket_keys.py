"""The KMS key of a pair of buckets: one multi-region key, its replica, and an alias in both regions.

S3 uses each of the two as if it were a key of that region only; what one key in two regions gains is one
identity to rotate and audit. Source: Amazon S3 User Guide, "Replicating encrypted objects".
"""

import pulumi
import pulumi_aws as aws

from asset_edge.components.bucket_side import Role
from asset_edge.components.pair_args import ReplicatedBucketPairArgs

Key = aws.kms.Key | aws.kms.ReplicaKey
Args = ReplicatedBucketPairArgs


def add(name: str, args: Args, parent: pulumi.Resource, stateful: pulumi.ResourceOptions) -> dict[Role, Key]:
    """Registers the keys and aliases. The keys have KMS's default policy until someone writes another."""
    primary = _primary(name, args, stateful)
    keys: dict[Role, Key] = {"primary": primary, "replica": _replica(name, args, primary, stateful)}
    for role, key in keys.items():
        aws.kms.Alias(
            f"{name}-alias-{role}",
            name=f"alias/{args.bucket(role)}",
            target_key_id=key.key_id,
            region=args.region(role),
            opts=pulumi.ResourceOptions(parent=parent),
        )
    return keys


def _primary(name: str, args: Args, stateful: pulumi.ResourceOptions) -> aws.kms.Key:
    return aws.kms.Key(
        f"{name}-key-primary",
        description=_description(args),
        multi_region=True,
        enable_key_rotation=True,
        deletion_window_in_days=args.key_deletion_days,
        region=args.primary_region,
        tags=args.tags,
        opts=stateful,
    )


def _replica(
    name: str, args: Args, primary: aws.kms.Key, stateful: pulumi.ResourceOptions
) -> aws.kms.ReplicaKey:
    return aws.kms.ReplicaKey(
        f"{name}-key-replica",
        primary_key_arn=primary.arn,
        description=_description(args),
        deletion_window_in_days=args.key_deletion_days,
        region=args.replica_region,
        tags=args.tags,
        opts=stateful,
    )


def _description(args: Args) -> str:
    return f"Objects of {args.primary_bucket} and {args.replica_bucket}"
