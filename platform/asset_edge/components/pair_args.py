"""What a pair of replicated buckets can be asked for, and what it refuses before anything is registered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import pulumi

from asset_edge import naming
from asset_edge.components.bucket_side import Role
from asset_edge.components.choices import check_choice, check_range
from asset_edge.errors import ArgumentError

Part = Literal[
    "versioning",
    "encryption",
    "public_access_block",
    "ownership_controls",
    "policy",
    "lifecycle",
    "replication",
    "logging",
    "cors",
    "notification",
    "metrics",
]
"""A document of a bucket. Each is written whole, so on an adopted bucket it replaces what was there."""

ROLES: tuple[Role, ...] = get_args(Role)
PARTS: tuple[Part, ...] = get_args(Part)

_SETTING_OF: Mapping[str, str] = {
    "logging": "log_buckets",
    "cors": "cors_rules",
    "notification": "eventbridge",
    "metrics": "request_metrics",
}
_CORS_METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE")


@dataclass(frozen=True, kw_only=True)
class CorsRule:
    """One rule of a bucket's CORS configuration, in S3's words."""

    allowed_origins: Sequence[str]
    """Origins that may read, e.g. `https://app.example.com`; `*` is any."""

    allowed_methods: Sequence[str] = ("GET", "HEAD")
    """Of GET, HEAD, PUT, POST, DELETE. OPTIONS is S3's own affair."""

    allowed_headers: Sequence[str] = ()
    """Request headers a preflight may ask for."""

    expose_headers: Sequence[str] = ()
    """Response headers a script may read."""

    max_age_seconds: int = 3600
    """How long a browser keeps the answer to a preflight."""


@dataclass(frozen=True, kw_only=True)
class ReplicatedBucketPairArgs:
    """Two buckets that copy each other. Defaults are those of a production stack."""

    primary_region: str
    """Where the first bucket is."""

    replica_region: str
    """Where the second is; must differ from `primary_region`."""

    primary_bucket: str
    """The first bucket's name. Plain text: the edge functions carry it, so a preview must know it."""

    replica_bucket: str
    """The second bucket's name."""

    existing: Sequence[Role] = ()
    """Which of the two exist already. Such a bucket is adopted by name: never looked up or deleted, and not
    changed but for the parts in `manage`. Its objects from before are copied by S3 Batch Replication only."""

    manage: Sequence[Part] = ()
    """Which parts of the adopted buckets the pair writes; nothing by default, because each write replaces a
    whole document. Replication needs versioning at both ends, whoever turns it on."""

    encryption: Literal["AES256", "aws:kms"] = "AES256"
    """`AES256` is SSE-S3; `aws:kms` makes one multi-region key, unless `existing_keys` has them."""

    account_id: str | None = None
    """The account that administers the key; needed where the pair makes one."""

    existing_keys: Mapping[Role, str] = field(default_factory=dict)
    """ARNs of KMS keys you have already, one per region: what adopted buckets are encrypted with, say. Their
    policies stay yours, and must let IAM policies and the distributions use them."""

    key_deletion_days: int = 30
    """How long a deleted key can be brought back: 7 to 30."""

    noncurrent_version_days: int = 30
    """How long an overwritten or deleted version is kept."""

    abort_multipart_days: int = 7
    """After how many days the parts of an unfinished upload are dropped."""

    replicated_prefixes: Sequence[str] = ("",)
    """Which keys are copied, one rule per prefix; everything by default. A filter can only include."""

    delete_marker_replication: bool = True
    """Whether a delete without a version is copied. Deletes of versions and by lifecycle rules never are."""

    replica_modifications: bool = True
    """Whether changed tags, ACLs and metadata travel back from a replica, too."""

    replication_time_control: bool = True
    """S3's promise of 15 minutes for 99.9 % of objects; implies `replication_metrics`."""

    replication_metrics: bool = True
    """Bytes and operations pending, and latency, as CloudWatch metrics."""

    log_buckets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """By region, the bucket that takes the access logs: both regions, or none for no logs."""

    log_prefix: str = "s3-access/"
    """What the keys of access logs start with; account, region, bucket and date of the event follow."""

    cors_rules: Sequence[CorsRule] = ()
    """Who may read from a browser on another origin; none by default."""

    eventbridge: bool = True
    """Whether S3 tells EventBridge about every change; costs nothing without a rule there."""

    request_metrics: bool = False
    """Whether CloudWatch counts requests, errors and latency per minute; billed as custom metrics."""

    protect: bool = True
    """Whether Pulumi refuses to delete the buckets and keys that the pair made."""

    retain_on_delete: bool = False
    """Whether the buckets and keys stay in the account when they leave the program."""

    force_destroy: bool = False
    """Whether deleting a bucket deletes its objects first: for stacks that hold nothing of worth."""

    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of buckets, keys and roles."""

    def __post_init__(self) -> None:
        _check_names(self)
        _check_adoption(self)
        _check_keys(self)
        _check_numbers(self)
        _check_replication(self)
        _check_logs(self)
        _check_cors(self.cors_rules)
        _check_fate(self)

    def region(self, role: Role) -> str:
        """The region of one bucket."""
        return self.primary_region if role == "primary" else self.replica_region

    def bucket(self, role: Role) -> str:
        """The name of one bucket."""
        return self.primary_bucket if role == "primary" else self.replica_bucket

    def writes(self, role: Role, part: Part) -> bool:
        """Whether the pair writes this part of this bucket: it may, and there is something to write."""
        ours = role not in self.existing or part in self.manage
        return ours and self.has_setting(part)

    def has_setting(self, part: Part) -> bool:
        """Whether the arguments ask for this part at all."""
        return part not in _SETTING_OF or bool(getattr(self, _SETTING_OF[part]))

    @property
    def makes_keys(self) -> bool:
        """Whether the pair makes its own KMS key, and so writes its policy."""
        return self.encryption == "aws:kms" and not self.existing_keys


def _check_names(args: ReplicatedBucketPairArgs) -> None:
    for role in ROLES:
        naming.checked_region(args.region(role))
        naming.checked_bucket_name(args.bucket(role))
    if args.primary_region == args.replica_region:
        raise ArgumentError(
            f"replica_region is {args.replica_region!r}, as primary_region; a copy in the same region "
            "survives nothing. Choose another"
        )
    if args.primary_bucket == args.replica_bucket:
        raise ArgumentError(
            f"replica_bucket is {args.replica_bucket!r}, as primary_bucket; bucket names are unique in the "
            "world. Put the region into them"
        )


def _check_adoption(args: ReplicatedBucketPairArgs) -> None:
    _check_words("existing", args.existing, ROLES)
    _check_words("manage", args.manage, PARTS)
    if args.manage and not args.existing:
        raise ArgumentError(
            f"manage is {list(args.manage)} but existing is empty; a bucket the pair makes has every part. "
            "Name the adopted buckets in existing, or drop manage"
        )
    for part in args.manage:
        if not args.has_setting(part):
            raise ArgumentError(
                f"manage names {part!r} but {_SETTING_OF[part]} is not set; there is nothing to write. "
                f"Set {_SETTING_OF[part]}, or drop {part!r}"
            )


def _check_list(setting: str, told: Sequence[str]) -> None:
    if isinstance(told, str):
        raise ArgumentError(f"{setting} is the text {told!r}, not a list; write [{told!r}]")
    if len(set(told)) < len(told):
        raise ArgumentError(f"{setting} is {list(told)}; each may stand there once. Drop the second")


def _check_words(setting: str, told: Sequence[str], allowed: Iterable[str]) -> None:
    _check_list(setting, told)
    for word in told:
        if word not in allowed:
            raise ArgumentError(f"{setting} names {word!r}; allowed are {', '.join(allowed)}. Correct it")


def _check_keys(args: ReplicatedBucketPairArgs) -> None:
    check_choice("encryption", args.encryption, ("AES256", "aws:kms"))
    _check_words("existing_keys", list(args.existing_keys), ROLES)
    if args.account_id is not None:
        naming.checked_account_id(args.account_id)
    if args.existing_keys:
        _check_existing_keys(args)
    if args.makes_keys and args.account_id is None:
        raise ArgumentError(
            "encryption is 'aws:kms' but account_id is not set; the key's policy names the account that "
            "administers it. Set account_id"
        )


def _check_existing_keys(args: ReplicatedBucketPairArgs) -> None:
    if args.encryption != "aws:kms":
        raise ArgumentError(
            f"existing_keys is set but encryption is {args.encryption!r}, which uses no key. "
            "Set encryption to 'aws:kms', or drop existing_keys"
        )
    for role in ROLES:
        if role not in args.existing_keys:
            raise ArgumentError(
                f"existing_keys lacks {role!r}; S3 copies KMS-encrypted objects only to a key in the other "
                "region. Name a key for both"
            )
        if not args.existing_keys[role].startswith(f"arn:aws:kms:{args.region(role)}:"):
            raise ArgumentError(
                f"existing_keys[{role!r}] is {args.existing_keys[role]!r}, not the ARN of a key in "
                f"{args.region(role)}; S3 takes keys of the bucket's region only. Name one there"
            )


def _check_numbers(args: ReplicatedBucketPairArgs) -> None:
    for setting in ("noncurrent_version_days", "abort_multipart_days"):
        if getattr(args, setting) < 1:
            raise ArgumentError(
                f"{setting} is {getattr(args, setting)}; S3 counts whole days from 1. Raise it to 1 or more"
            )
    check_range("key_deletion_days", args.key_deletion_days, 7, 30)


def _check_replication(args: ReplicatedBucketPairArgs) -> None:
    if args.replication_time_control and not args.replication_metrics:
        raise ArgumentError(
            "replication_time_control is on but replication_metrics is off; S3 sells the first only with the "
            "second. Turn both on, or both off"
        )
    _check_list("replicated_prefixes", args.replicated_prefixes)
    if not args.replicated_prefixes:
        raise ArgumentError(
            "replicated_prefixes is empty; nothing would be copied. Write [''] for everything"
        )


def _check_logs(args: ReplicatedBucketPairArgs) -> None:
    regions = (args.primary_region, args.replica_region)
    _check_words("log_buckets", list(args.log_buckets), regions)
    missing = [region for region in regions if args.log_buckets and region not in args.log_buckets]
    if missing:
        raise ArgumentError(
            f"log_buckets lacks {missing[0]!r}; S3 delivers access logs within a region only. "
            "Name a bucket there"
        )
    for target in args.log_buckets.values():
        if target in (args.primary_bucket, args.replica_bucket):
            raise ArgumentError(
                f"log_buckets names {target!r}, a bucket of the pair; every log would be logged. Name another"
            )


def _check_cors(rules: Sequence[CorsRule]) -> None:
    for rule in rules:
        _check_words("allowed_methods", rule.allowed_methods, _CORS_METHODS)
        _check_list("allowed_origins", rule.allowed_origins)
        if not (rule.allowed_origins and rule.allowed_methods):
            raise ArgumentError(
                f"a rule of cors_rules has the origins {list(rule.allowed_origins)} and the methods "
                f"{list(rule.allowed_methods)}; S3 asks for one of each at least. Name them"
            )


def _check_fate(args: ReplicatedBucketPairArgs) -> None:
    for setting in ("protect", "retain_on_delete"):
        if args.force_destroy and getattr(args, setting):
            raise ArgumentError(
                f"force_destroy and {setting} are both on; one deletes the objects, the other keeps the "
                "bucket. Turn one off"
            )
