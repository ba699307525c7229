"""Who may read the buckets of a pair, for programs that cannot call a method: `grant` as a component.

A method of a Python class is nothing that another language can call, and the distributions that read a pair
are made after it, of its outputs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from asset_edge import naming, policies
from asset_edge.components import bucket_policy
from asset_edge.components.bucket_side import BucketSide
from asset_edge.errors import ArgumentError


@dataclass(frozen=True, kw_only=True)
class BucketGrantArgs:
    """The buckets, and all who read them."""

    buckets: Mapping[str, pulumi.Input[str]]
    """By region, the bucket whose whole policy this writes: give a bucket to one grant only."""

    distributions: Sequence[pulumi.Input[str]] = ()
    """ARNs of the distributions that read through their origin access control, staging ones included."""

    roles: Sequence[pulumi.Input[str]] = ()
    """ARNs of the roles that read: those of edge functions, say."""

    def __post_init__(self) -> None:
        if not self.buckets:
            raise ArgumentError("buckets is empty; a grant writes one policy a bucket. Name them by region")
        for region in self.buckets:
            naming.checked_region(region)


class BucketGrant(pulumi.ComponentResource):
    """The one writer of the policies of a pair's buckets: TLS only, and these readers alone."""

    buckets: pulumi.Output[dict[str, str]]
    """By region, the bucket, known once its policy is there."""

    def __init__(self, name: str, args: BucketGrantArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("asset-edge:index:BucketGrant", name, None, opts)
        written = {
            region: self._write(name, region, bucket, args) for region, bucket in sorted(args.buckets.items())
        }
        self.buckets = pulumi.Output.all(**{region: policy.bucket for region, policy in written.items()})
        self.register_outputs({"buckets": self.buckets})

    def _write(
        self, name: str, region: str, bucket: pulumi.Input[str], args: BucketGrantArgs
    ) -> aws.s3.BucketPolicy:
        side = BucketSide(role="primary", region=region, name=pulumi.Output.from_input(bucket))
        statements = bucket_policy.bucket_statements(side, args.distributions, args.roles)
        return aws.s3.BucketPolicy(
            f"{name}-policy-{region}",
            bucket=side.name,
            region=region,
            policy=policies.document(*statements),
            opts=pulumi.ResourceOptions(parent=self),
        )
