"""What holds something that a deployment cannot bring back, and what counts as losing its protection."""

from collections.abc import Iterator, Mapping
from typing import Any

from asset_edge.localcloud.table import ROWS
from asset_edge.ops.changes import Change, Operation, Resource
from asset_edge.ops.sentences import Risk, Sentence, say
from asset_edge.ops.values import is_dark

STATEFUL: Mapping[str, str] = {
    "aws:s3/bucket:Bucket": "its objects go with it, and its name may be taken by others",
    "aws:dynamodb/table:Table": "its items go with it",
    "aws:dynamodb/globalTable:GlobalTable": "its items go with it",
    "aws:dynamodb/tableReplica:TableReplica": "the items of its region go with it",
    "aws:kms/key:Key": "whatever it encrypted can never be read again",
    "aws:kms/replicaKey:ReplicaKey": "whatever it encrypted in its region cannot be read there",
    "aws:route53/zone:Zone": "its records go with it, and a new one has other name servers",
    "aws:cloudfront/distribution:Distribution": "a new one has another domain name, and an empty cache",
    "aws:cloudwatch/logGroup:LogGroup": "its logs go with it",
    "aws:sqs/queue:Queue": "its messages go with it",
    "aws:cloudfront/keyValueStore:KeyValueStore": "its entries go with it",
    "aws:secretsmanager/secret:Secret": "its versions go with it",
    "aws:rds/instance:Instance": "its data goes with it",
    "aws:rds/cluster:Cluster": "its data goes with it",
    "aws:efs/fileSystem:FileSystem": "its files go with it",
}
"""By type, what is lost."""

STATELESS: Mapping[str, str] = {
    "aws:acm/certificate:Certificate": "Amazon issues another, and the same records validate it",
    "aws:s3/bucketObjectv2:BucketObjectv2": "its content is in the program",
    "aws:lambda/function:Function": "its code is in the program",
    "aws:iam/role:Role": "it holds nothing, though policies that name it must be written anew",
    "aws:cloudfront/publicKey:PublicKey": "its key is in the program",
    "aws:ssm/parameter:Parameter": "its value is in the program",
}
"""What one might take for stateful, and why it is not."""

_VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
_UNKNOWN = "nobody has said whether this type holds data"


def what_is_lost(resource_type: str) -> str | None:
    """What goes with a resource of the type; None where nothing does. Of an unknown type something may."""
    if resource_type in STATEFUL:
        return STATEFUL[resource_type]
    if resource_type in ROWS or resource_type in STATELESS or resource_type.startswith("pulumi:"):
        return None
    return _UNKNOWN


def losses(change: Change) -> Iterator[Sentence]:
    """What of a change could be regretted for ever."""
    if not change.custom:
        return
    yield from _ending(change)
    if change.old is not None and change.new is not None:
        yield from _options(change, change.old, change.new)
        yield from _inputs(change, change.old.inputs, change.new.inputs)


def _ending(change: Change) -> Iterator[Sentence]:
    lost = what_is_lost(change.type)
    if lost is None or (change.operation == Operation.MAY_REPLACE and change.type not in STATEFUL):
        return
    options = change.old.options if change.old else {}
    if change.operation == Operation.DELETE and options.get("retainOnDelete"):
        yield say(Risk.MEDIUM, "would be forgotten: it stays in the account, and no program knows it")
    elif change.operation == Operation.DELETE:
        yield say(Risk.LOSS, f"would be DELETED: {lost}")
        yield from _refused(options)
    elif change.operation == Operation.REPLACE:
        yield say(Risk.LOSS, f"would be REPLACED: {lost}")
        yield from _refused(options)
    elif change.operation == Operation.MAY_REPLACE:
        yield say(Risk.LOSS, f"may be REPLACED: {lost}")
    elif change.operation == Operation.UNKNOWN:
        yield say(Risk.LOSS, f"something unknown would happen to it; if it were deleted, {lost}")


def _refused(options: Mapping[str, Any]) -> Iterator[Sentence]:
    if options.get("protect"):
        yield say(Risk.HIGH, "it is protected: Pulumi will refuse, and the deployment stops half way")


def _options(change: Change, old: Resource, new: Resource) -> Iterator[Sentence]:
    risk = Risk.MEDIUM if what_is_lost(change.type) is None else Risk.LOSS
    for option, meaning in _PROTECTING.items():
        if old.options.get(option) and not new.options.get(option):
            yield say(risk, f"loses its protection: {option} would be off, {meaning}")


_PROTECTING = {
    "protect": "and Pulumi would no longer refuse to delete it",
    "retainOnDelete": "and leaving the program would delete it",
}


def _inputs(change: Change, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Sentence]:
    for path, wanted, sentence in _GUARDS.get(change.type, ()):
        before, after = _at(old, path), _at(new, path)
        if _is(before, wanted) and not _is(after, wanted) and not is_dark(after):
            yield say(Risk.LOSS, f"loses its protection: {sentence}", of=(".".join(path),))


def _is(value: Any, wanted: Any) -> bool:
    """A value that is not there is the default of a guard that is off: false."""
    return bool((value or False) == wanted)


_GUARDS: Mapping[str, tuple[tuple[tuple[str, ...], Any, str], ...]] = {
    "aws:s3/bucket:Bucket": (
        (
            ("forceDestroy",),
            False,
            "forceDestroy would be on, so that deleting the bucket deletes its objects",
        ),
        (("objectLockEnabled",), True, "objectLockEnabled would be off"),
    ),
    _VERSIONING: (
        (
            ("versioningConfiguration", "status"),
            "Enabled",
            "versioning would be off, so that what is overwritten or deleted is gone",
        ),
    ),
    "aws:dynamodb/table:Table": (
        (("deletionProtectionEnabled",), True, "deletionProtectionEnabled would be off"),
        (("pointInTimeRecovery", "enabled"), True, "point-in-time recovery would be off"),
    ),
    "aws:cloudfront/distribution:Distribution": (
        (("retainOnDelete",), True, "retainOnDelete would be off, so that AWS deletes it with the resource"),
    ),
    "aws:cloudwatch/logGroup:LogGroup": (
        (("skipDestroy",), True, "skipDestroy would be off, so that its logs go with the resource"),
        (("deletionProtectionEnabled",), True, "deletionProtectionEnabled would be off"),
    ),
    "aws:rds/instance:Instance": ((("deletionProtection",), True, "deletionProtection would be off"),),
    "aws:rds/cluster:Cluster": ((("deletionProtection",), True, "deletionProtection would be off"),),
}
"""By type, the inputs that guard it, what they are while they do, and what it means when they do not."""


def _at(inputs: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = inputs
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
