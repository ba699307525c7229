"""Where access logs of one region land: a private bucket that only AWS's two log writers may add to."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from asset_edge import naming, policies
from asset_edge.errors import ArgumentError


@dataclass(frozen=True, kw_only=True)
class LogBucketArgs:
    """What a log bucket is."""

    region: str
    """Region of the bucket; S3 writes access logs only within a region."""

    bucket: str
    """Name of the bucket."""

    account_id: str
    """The account whose buckets and distributions may log here, 12 digits."""

    expiration_days: int = 90
    """Days until a log is deleted."""

    protect: bool = True
    """Whether Pulumi refuses to delete the bucket."""

    force_destroy: bool = False
    """Whether deleting the bucket deletes the logs in it."""


class LogBucket(pulumi.ComponentResource):
    """A bucket for S3 server access logs and CloudFront standard logs (v2)."""

    bucket_name: pulumi.Output[str]
    """Name of the bucket, known once writers may write to it."""

    arn: pulumi.Output[str]
    """ARN of the bucket, known once writers may write to it."""

    def __init__(self, name: str, args: LogBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        check(args)
        super().__init__("asset-edge:index:LogBucket", name, None, opts)
        bucket = aws.s3.Bucket(
            f"{name}-bucket",
            bucket=args.bucket,
            region=args.region,
            force_destroy=args.force_destroy,
            # Unset rather than off, so that what the caller set on the whole component still holds.
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect or None),
        )
        block = self._close(name, bucket, args.region)
        self._expire(name, bucket, args)
        policy = aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.bucket,
            region=args.region,
            policy=policies.document(policies.tls_only(bucket.arn), *_writers(bucket.arn, args.account_id)),
            # A policy put while the block on public access is being put is refused as a conflicting change.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[block]),
        )
        self.bucket_name = policy.bucket
        self.arn = pulumi.Output.all(bucket.arn, policy.id).apply(lambda known: str(known[0]))
        self.register_outputs({"bucket_name": self.bucket_name, "arn": self.arn})

    def _close(self, name: str, bucket: aws.s3.Bucket, region: str) -> pulumi.Resource:
        child = pulumi.ResourceOptions(parent=self)
        aws.s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=bucket.bucket,
            region=region,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=child,
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=bucket.bucket,
            region=region,
            rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
            opts=child,
        )
        return aws.s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=bucket.bucket,
            region=region,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )

    def _expire(self, name: str, bucket: aws.s3.Bucket, args: LogBucketArgs) -> None:
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=bucket.bucket,
            region=args.region,
            rules=[
                {
                    "id": "expire",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": args.expiration_days},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
                }
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )


def check(args: LogBucketArgs) -> None:
    """Raises ArgumentError for arguments that can never work, before anything is registered."""
    naming.checked_region(args.region)
    naming.checked_bucket_name(args.bucket)
    naming.checked_account_id(args.account_id)
    if args.expiration_days < 1:
        raise ArgumentError(
            f"expiration_days is {args.expiration_days}; S3 counts whole days from 1. Raise it to 1 or more"
        )
    if args.force_destroy and args.protect:
        raise ArgumentError(
            "force_destroy and protect are both on; one deletes the logs, the other keeps the bucket. "
            "Turn one off"
        )


def _writers(arn: pulumi.Output[str], account_id: str) -> list[policies.Statement]:
    """The services that write logs, each for this account alone.

    Sources: S3 User Guide, "Enabling server access logging"; CloudFront, "Configure standard logging (v2)".
    """
    everything = pulumi.Output.concat(arn, "/*")
    same_account = {"aws:SourceAccount": account_id}
    return [
        policies.allow(
            "S3AccessLogs",
            ["s3:PutObject"],
            [everything],
            Principal={"Service": "logging.s3.amazonaws.com"},
            Condition={"StringEquals": same_account},
        ),
        policies.allow(
            "CloudFrontStandardLogs",
            ["s3:PutObject"],
            [everything],
            Principal={"Service": "delivery.logs.amazonaws.com"},
            Condition={
                "StringEquals": same_account | {"s3:x-amz-acl": "bucket-owner-full-control"},
                "ArnLike": {"aws:SourceArn": f"arn:aws:logs:us-east-1:{account_id}:delivery-source:*"},
            },
        ),
    ]
