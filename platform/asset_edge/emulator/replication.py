"""What replication does about one write to a bucket: which rules take it up, and what a copy is to be.

Sources: Amazon S3 User Guide, "What does Amazon S3 replicate?", "Replication configuration file elements",
"Replicating delete markers between buckets", "Replicating metadata changes with replica modification sync".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

ARN_PREFIX = "arn:aws:s3:::"

_ENABLED = "Enabled"


class Kind(StrEnum):
    """What a call did to an object."""

    object = "object"
    """It has a new version: PutObject, CopyObject or CompleteMultipartUpload."""

    tagging = "tagging"
    """A version has other tags."""

    acl = "acl"
    """A version has another access control list."""

    delete_marker = "delete marker"
    """Its newest version is a delete marker."""

    deletion = "deletion"
    """A version, or an object that has none, is gone for good."""


class Status(StrEnum):
    """What `x-amz-replication-status` says of a version."""

    pending = "PENDING"
    completed = "COMPLETED"
    failed = "FAILED"
    replica = "REPLICA"


@dataclass(frozen=True, kw_only=True)
class ObjectWrite:
    """One successful write to an object."""

    region: str
    """The bucket's."""

    bucket: str
    key: str
    kind: Kind
    version_id: str | None = None
    """Of the version that was written or deleted; None in a bucket without versions."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """What a rule looks at in the version that was written."""

    key: str
    tags: frozenset[tuple[str, str]] = frozenset()
    kms_encrypted: bool = False
    replica: bool = False
    """It was made by replication."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One enabled rule of a bucket's replication configuration."""

    id: str
    priority: int
    destination: str
    """The bucket's name."""

    prefix: str = ""
    tags: frozenset[tuple[str, str]] = frozenset()
    storage_class: str | None = None
    replica_kms_key_id: str | None = None
    delete_markers: bool = False
    replica_modifications: bool = False
    kms_encrypted_objects: bool = False


def rules(configuration: Mapping[str, Any]) -> tuple[Rule, ...]:
    """The enabled rules of a `ReplicationConfiguration` of the API, the highest priority first."""
    enabled = (_rule(rule) for rule in configuration["Rules"] if rule["Status"] == _ENABLED)
    return tuple(sorted(enabled, key=lambda rule: -rule.priority))


def taken_up(candidates: Iterable[Rule], kind: Kind, version: Version) -> list[Rule]:
    """The rules by which a write travels: at most one for each destination, that of the highest priority."""
    chosen: dict[str, Rule] = {}
    for rule in candidates:
        if _covers(rule, kind, version):
            chosen.setdefault(rule.destination, rule)
    return [rule for rule in chosen.values() if _carries(rule, kind, version)]


def needs_tags(candidates: Iterable[Rule]) -> bool:
    """Whether a version's tags must be known to tell which rules take it up."""
    return any(rule.tags for rule in candidates)


def _covers(rule: Rule, kind: Kind, version: Version) -> bool:
    """Whether the rule's filter is for it. Tags count when a version is made: later ones change nothing."""
    in_prefix = version.key.startswith(rule.prefix)
    return in_prefix and (kind in (Kind.tagging, Kind.acl) or rule.tags <= version.tags)


def _carries(rule: Rule, kind: Kind, version: Version) -> bool:
    match kind:
        case Kind.object:
            return not version.replica and (rule.kms_encrypted_objects or not version.kms_encrypted)
        case Kind.tagging | Kind.acl:
            return rule.replica_modifications or not version.replica
        case Kind.delete_marker:
            return rule.delete_markers
        case Kind.deletion:
            # Never: whoever may delete here for good could otherwise delete everywhere.
            return False


def _rule(rule: Mapping[str, Any]) -> Rule:
    destination, selection = rule["Destination"], rule.get("SourceSelectionCriteria") or {}
    return Rule(
        id=rule.get("ID", ""),
        priority=int(rule.get("Priority", 0)),
        destination=destination["Bucket"].removeprefix(ARN_PREFIX),
        prefix=_prefix(rule),
        tags=_tags(rule.get("Filter") or {}),
        storage_class=destination.get("StorageClass"),
        replica_kms_key_id=(destination.get("EncryptionConfiguration") or {}).get("ReplicaKmsKeyID"),
        delete_markers=_delete_markers(rule),
        replica_modifications=_enabled(selection, "ReplicaModifications"),
        kms_encrypted_objects=_enabled(selection, "SseKmsEncryptedObjects"),
    )


def _prefix(rule: Mapping[str, Any]) -> str:
    filtered = rule.get("Filter") or {}
    return str(
        filtered.get("Prefix") or (filtered.get("And") or {}).get("Prefix") or rule.get("Prefix") or ""
    )


def _tags(filtered: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    single = [filtered["Tag"]] if filtered.get("Tag") else []
    several = (filtered.get("And") or {}).get("Tags") or []
    return frozenset((tag["Key"], tag["Value"]) for tag in [*single, *several])


def _delete_markers(rule: Mapping[str, Any]) -> bool:
    """A rule without a filter is of the first version of the schema, which always carries them."""
    return "Filter" not in rule or _enabled(rule, "DeleteMarkerReplication")


def _enabled(element: Mapping[str, Any], name: str) -> bool:
    return (element.get(name) or {}).get("Status") == _ENABLED
