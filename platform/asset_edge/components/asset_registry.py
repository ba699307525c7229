"""Where the status of every asset is kept: one DynamoDB global table, and what the edge may do with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from asset_edge import naming, policies
from asset_edge.components.choices import check_range
from asset_edge.errors import ArgumentError
from asset_edge.handlers.edge.registry_rows import EXPIRES_AT, KEY

_TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}")
"""Source: Amazon DynamoDB Developer Guide, "Naming rules and data types"."""


@dataclass(frozen=True, kw_only=True)
class AssetRegistryArgs:
    """A registry. Defaults are those of a production stack."""

    table: str
    """The table's name, everywhere. Plain text: the edge functions carry it, so a preview must know it."""

    regions: Sequence[str]
    """Where replicas are, each written and read like any other. The first is the region the table is made
    in: another one there means another table, while the rest come and go."""

    account_id: str
    """The account the table is in, 12 digits: the ARNs of the replicas name it."""

    recovery_period_in_days: int = 35
    """How far back the table can be restored to any second: 1 to 35 days. Replicas have 35."""

    kms_key_arns: Mapping[str, str] = field(default_factory=dict)
    """By region, the KMS key that encrypts: all regions, or none for the key that AWS manages there."""

    deletion_protection: bool = True
    """Whether DynamoDB itself refuses to delete a replica."""

    protect: bool = True
    """Whether Pulumi refuses to delete the table."""

    retain_on_delete: bool = False
    """Whether the table stays in the account when it leaves the program."""

    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of every replica."""

    def __post_init__(self) -> None:
        if not _TABLE.fullmatch(self.table):
            raise ArgumentError(
                f"table is {self.table!r}; DynamoDB takes 3 to 255 letters, digits, _, . and -. Rename it"
            )
        _check_regions(self.regions)
        naming.checked_account_id(self.account_id)
        check_range("recovery_period_in_days", self.recovery_period_in_days, 1, 35)
        _check_keys(self.regions, self.kms_key_arns)


class AssetRegistry(pulumi.ComponentResource):
    """One table that every region of a list reads and writes; items are laid out as `registry_rows` says."""

    table_name: pulumi.Output[str]
    """The table's name, the same in every region."""

    table_arns: pulumi.Output[Sequence[str]]
    """The ARN of each replica, in the order of `regions`."""

    regions: pulumi.Output[Sequence[str]]
    """Where the replicas are."""

    def __init__(
        self, name: str, args: AssetRegistryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("asset-edge:index:AssetRegistry", name, None, opts)
        self._settings = args
        table = self._table()
        self.table_name = table.name
        self._arns = [
            pulumi.Output.concat(f"arn:aws:dynamodb:{region}:{args.account_id}:table/", table.name)
            for region in args.regions
        ]
        self.table_arns = pulumi.Output.all(*self._arns)
        self.regions = pulumi.Output.from_input(list(args.regions))
        self.register_outputs(
            {"table_name": self.table_name, "table_arns": self.table_arns, "regions": self.regions}
        )

    def read_statements(self) -> list[policies.Statement]:
        """What the own policy of a role needs for it to read one entry at a time, wherever it runs."""
        read = policies.allow("ReadAssetRegistry", ["dynamodb:GetItem"], self._arns)
        keys = list(self._settings.kms_key_arns.values())
        if not keys:
            return [read]
        through = {"StringLike": {"kms:ViaService": "dynamodb.*.amazonaws.com"}}
        return [read, policies.allow("DecryptAssetRegistry", ["kms:Decrypt"], keys, Condition=through)]

    def _table(self) -> aws.dynamodb.Table:
        args = self._settings
        first, *others = args.regions
        return aws.dynamodb.Table(
            f"{self.pulumi_resource_name}-table",
            name=args.table,
            region=first,
            billing_mode="PAY_PER_REQUEST",
            hash_key=KEY,
            attributes=[{"name": KEY, "type": "S"}],
            ttl={"attribute_name": EXPIRES_AT, "enabled": True},
            # Replicas copy each other through their streams, which must say all there was and is.
            stream_enabled=True,
            stream_view_type="NEW_AND_OLD_IMAGES",
            point_in_time_recovery={
                "enabled": True,
                "recovery_period_in_days": args.recovery_period_in_days,
            },
            server_side_encryption={"enabled": True, "kms_key_arn": args.kms_key_arns.get(first)},
            deletion_protection_enabled=args.deletion_protection,
            replicas=[self._replica(region) for region in others],
            tags=args.tags,
            # Unset rather than off, so that what the caller set on the whole component still holds.
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.protect or None,
                retain_on_delete=args.retain_on_delete or None,
            ),
        )

    def _replica(self, region: str) -> aws.dynamodb.TableReplicaArgs:
        args = self._settings
        return aws.dynamodb.TableReplicaArgs(
            region_name=region,
            point_in_time_recovery=True,
            deletion_protection_enabled=args.deletion_protection,
            propagate_tags=True,
            kms_key_arn=args.kms_key_arns.get(region),
        )


def _check_regions(regions: Sequence[str]) -> None:
    if isinstance(regions, str) or not regions:
        raise ArgumentError(f"regions is {regions!r}; a list of at least one is needed. Write ['eu-west-1']")
    if len(set(regions)) < len(regions):
        raise ArgumentError(f"regions is {list(regions)}; each may stand there once. Drop the second")
    for region in regions:
        naming.checked_region(region)


def _check_keys(regions: Sequence[str], keys: Mapping[str, str]) -> None:
    for region in keys:
        if region not in regions:
            raise ArgumentError(
                f"kms_key_arns names {region!r}; replicas are in {', '.join(regions)}. Drop it, or add the "
                "region"
            )
    for region in regions if keys else ():
        if not keys.get(region, "").startswith(f"arn:aws:kms:{region}:"):
            raise ArgumentError(
                f"kms_key_arns[{region!r}] is {keys.get(region)!r}, not the ARN of a key in {region}; either "
                "every replica has a key of its region, or none has. Name one there"
            )
