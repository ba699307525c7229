"""Two buckets in two regions that hold the same objects, and the one writer of their policies."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from asset_edge import policies
from asset_edge.components import bucket_keys, bucket_parts, bucket_policy, replication
from asset_edge.components.bucket_side import BucketSide, Role
from asset_edge.components.pair_args import ROLES, CorsRule, ReplicatedBucketPairArgs
from asset_edge.errors import ArgumentError

__all__ = ["BucketSide", "CorsRule", "ReplicatedBucketPair", "ReplicatedBucketPairArgs"]


class ReplicatedBucketPair(pulumi.ComponentResource):
    """Two private, versioned, encrypted buckets, each of which copies to the other what it was given.

    Writers may use either; the last write of a key wins in both. Call `grant` once, when the distributions
    and roles that read are known: until then no bucket has a policy, not even one that refuses plain HTTP.
    """

    primary_name: pulumi.Output[str]
    """Name of the bucket in the first region."""

    replica_name: pulumi.Output[str]
    """Name of the bucket in the second region."""

    primary_arn: pulumi.Output[str]
    """ARN of the bucket in the first region."""

    replica_arn: pulumi.Output[str]
    """ARN of the bucket in the second region."""

    primary_domain_name: pulumi.Output[str]
    """Host name of the first bucket's regional endpoint: what an origin is set to."""

    replica_domain_name: pulumi.Output[str]
    """Host name of the second bucket's regional endpoint."""

    def __init__(
        self, name: str, args: ReplicatedBucketPairArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("asset-edge:index:ReplicatedBucketPair", name, None, opts)
        self._settings = args
        self._granted = False
        self._keys = bucket_keys.add(name, args, self, self._stateful()) if args.makes_keys else {}
        primary, replica = self.sides = (self._side("primary"), self._side("replica"))
        self._parts = {side.role: bucket_parts.add(name, side, args, parent=self) for side in self.sides}
        self._replicate(primary, replica)
        self._replicate(replica, primary)
        self.primary_name, self.replica_name = primary.name, replica.name
        self.primary_arn, self.replica_arn = primary.arn, replica.arn
        self.primary_domain_name, self.replica_domain_name = primary.domain_name, replica.domain_name
        self.register_outputs(
            {
                "primary_name": self.primary_name,
                "replica_name": self.replica_name,
                "primary_arn": self.primary_arn,
                "replica_arn": self.replica_arn,
                "primary_domain_name": self.primary_domain_name,
                "replica_domain_name": self.replica_domain_name,
            }
        )

    def grant(
        self,
        distributions: Sequence[pulumi.Input[str]] = (),
        roles: Sequence[pulumi.Input[str]] = (),
    ) -> None:
        """Writes the policies of buckets and keys: these distributions (by OAC) and roles read, nobody else.

        Takes ARNs, of staging distributions too. Called exactly once, because a bucket has one policy; with
        nothing to grant it still refuses plain HTTP. An adopted bucket's policy is written only with
        "policy" in `manage`; otherwise this says so and leaves `policy_statements` to whoever writes it.
        """
        if self._granted:
            raise ArgumentError(
                f"{self.pulumi_resource_name} was granted before; a bucket has one policy, and this call "
                "would replace it. Pass every distribution and role in one call of grant"
            )
        self._granted = True
        for side in self.sides:
            self._write_bucket_policy(side, distributions, roles)
            self._write_key_policy(side, distributions, roles)

    def policy_statements(
        self,
        role: Role,
        distributions: Sequence[pulumi.Input[str]] = (),
        roles: Sequence[pulumi.Input[str]] = (),
    ) -> list[policies.Statement]:
        """What `grant` writes into the policy of one bucket, for those who write that policy themselves."""
        side = self.sides[ROLES.index(role)]
        return bucket_policy.bucket_statements(side, distributions, roles)

    def read_statements(self) -> list[policies.Statement]:
        """What the own policy of a role needs for it to read both buckets."""
        return bucket_policy.read_statements(self.sides)

    def _child(self, what: str, role: Role) -> str:
        return f"{self.pulumi_resource_name}-{what}-{role}"

    def _stateful(self) -> pulumi.ResourceOptions:
        # Unset rather than off, so that what the caller set on the whole component still holds.
        return pulumi.ResourceOptions(
            parent=self,
            protect=self._settings.protect or None,
            retain_on_delete=self._settings.retain_on_delete or None,
        )

    def _side(self, role: Role) -> BucketSide:
        args = self._settings
        name = pulumi.Output.from_input(args.bucket(role)) if role in args.existing else self._bucket(role)
        return BucketSide(role=role, region=args.region(role), name=name, kms_key_arn=self._key_arn(role))

    def _bucket(self, role: Role) -> pulumi.Output[str]:
        args = self._settings
        return aws.s3.Bucket(
            self._child("bucket", role),
            bucket=args.bucket(role),
            region=args.region(role),
            force_destroy=args.force_destroy,
            tags=args.tags,
            opts=self._stateful(),
        ).bucket

    def _key_arn(self, role: Role) -> pulumi.Output[str] | None:
        if role in self._keys:
            return self._keys[role].arn
        existing = self._settings.existing_keys.get(role)
        return None if existing is None else pulumi.Output.from_input(existing)

    def _replicate(self, source: BucketSide, destination: BucketSide) -> None:
        if not self._settings.writes(source.role, "replication"):
            return
        role, permissions = self._replication_role(source, destination)
        # S3 refuses the rules unless both ends have versions.
        versionings = [made["versioning"] for made in self._parts.values() if "versioning" in made]
        aws.s3.BucketReplicationConfig(
            self._child("replication", source.role),
            bucket=source.name,
            region=source.region,
            role=role.arn,
            rules=replication.rules(self._settings, destination),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permissions, *versionings]),
        )

    def _replication_role(
        self, source: BucketSide, destination: BucketSide
    ) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        role = aws.iam.Role(
            self._child("replication-role", source.role),
            description=f"S3 copies {self._settings.bucket(source.role)} to {destination.region}",
            assume_role_policy=policies.trust("s3.amazonaws.com"),
            tags=self._settings.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        permissions = aws.iam.RolePolicy(
            self._child("replication-role-policy", source.role),
            role=role.name,
            policy=policies.document(*replication.role_statements(source, destination)),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return role, permissions

    def _write_bucket_policy(
        self, side: BucketSide, distributions: bucket_policy.Arns, roles: bucket_policy.Arns
    ) -> None:
        if not self._settings.writes(side.role, "policy"):
            self._leave_policy(side)
            return
        # A policy put while the block on public access is being put is refused as a conflicting change.
        block = self._parts[side.role].get("public_access_block")
        aws.s3.BucketPolicy(
            self._child("policy", side.role),
            bucket=side.name,
            region=side.region,
            policy=policies.document(*bucket_policy.bucket_statements(side, distributions, roles)),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[block] if block else None),
        )

    def _leave_policy(self, side: BucketSide) -> None:
        bucket = self._settings.bucket(side.role)
        pulumi.log.info(
            f'{bucket} is adopted and "policy" is not in manage: its policy is left as it is. Make sure it '
            f"has the statements of policy_statements({side.role!r}, ...), or nobody new can read it",
            resource=self,
        )

    def _write_key_policy(
        self, side: BucketSide, distributions: bucket_policy.Arns, roles: bucket_policy.Arns
    ) -> None:
        account_id = self._settings.account_id
        if side.role not in self._keys or account_id is None:
            return
        statements = bucket_policy.key_statements(side, account_id, distributions, roles)
        aws.kms.KeyPolicy(
            self._child("key-policy", side.role),
            key_id=self._keys[side.role].key_id,
            region=side.region,
            policy=policies.document(*statements),
            opts=pulumi.ResourceOptions(parent=self),
        )
