"""Which sentences a change deserves: what is lost, what its type means, what nobody translates."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from asset_edge.ops import (
    words_access,
    words_buckets,
    words_data,
    words_distribution,
    words_dns,
    words_functions,
)
from asset_edge.ops.changes import Change, Changes, Operation, Reason
from asset_edge.ops.replacement import covers
from asset_edge.ops.sentences import Risk, Sentence, say
from asset_edge.ops.stateful import losses
from asset_edge.ops.words_dangers import danger

Translator = Callable[[Change, Changes], Iterable[Sentence]]

TRANSLATORS: Mapping[str, tuple[Translator, ...]] = {
    "aws:cloudfront/cachePolicy:CachePolicy": (words_distribution.of_cache_policy,),
    "aws:cloudfront/distribution:Distribution": (words_distribution.of_distribution,),
    "aws:cloudwatch/logGroup:LogGroup": (words_data.of_log_group,),
    "aws:dynamodb/table:Table": (words_data.of_table,),
    "aws:iam/policy:Policy": (words_access.of_documents,),
    "aws:iam/role:Role": (words_access.of_documents,),
    "aws:iam/rolePolicy:RolePolicy": (words_access.of_documents,),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": (words_access.of_attachment,),
    "aws:kms/key:Key": (words_data.of_key, words_access.of_documents),
    "aws:kms/keyPolicy:KeyPolicy": (words_access.of_documents,),
    "aws:kms/replicaKey:ReplicaKey": (words_access.of_documents,),
    "aws:lambda/function:Function": (words_functions.of_function,),
    "aws:lambda/functionUrl:FunctionUrl": (words_access.of_function_url,),
    "aws:lambda/permission:Permission": (words_access.of_permission,),
    "aws:route53/record:Record": (words_dns.of_record,),
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": (words_buckets.of_cors,),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (words_buckets.of_lifecycle,),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": (words_buckets.of_ownership,),
    "aws:s3/bucketPolicy:BucketPolicy": (words_access.of_documents,),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": (words_buckets.of_public_access,),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": (words_buckets.of_replication,),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        words_buckets.of_encryption,
    ),
    "aws:s3/bucketVersioning:BucketVersioning": (words_buckets.of_versioning,),
    "aws:sns/topicPolicy:TopicPolicy": (words_access.of_documents,),
    "aws:sqs/queuePolicy:QueuePolicy": (words_access.of_documents,),
    "aws:wafv2/webAcl:WebAcl": (words_distribution.of_web_acl,),
}
"""By type, who puts its changes into words."""

_MOST_LEFTOVERS = 20
_MOST_REASONS = 5


def sentences(change: Change, around: Changes) -> Iterator[Sentence]:
    """All that is to be said of a change, unordered."""
    lost = list(losses(change))
    yield from lost
    yield from _renamed(change)
    yield from _reasons(change)
    if change.operation == Operation.UNKNOWN:
        words = "this version does not know the engine's operation {}: look at the preview itself"
        yield say(Risk.HIGH, words, change.told_operation)
    told = [one for translate in TRANSLATORS.get(change.type, ()) for one in translate(change, around)]
    yield from told
    yield from _rest(change, {path for one in (*lost, *told) for path in one.of})


def _renamed(change: Change) -> Iterator[Sentence]:
    if change.was:
        kept = "" if change.operation == Operation.REPLACE else ", and nothing is made anew for it"
        yield say(Risk.LOW, f"was {{}} before; an alias says so{kept}", change.was)


def _reasons(change: Change) -> Iterator[Sentence]:
    word = "may be made anew" if change.operation == Operation.MAY_REPLACE else "is made anew"
    risk = Risk.HIGH if change.operation == Operation.MAY_REPLACE else Risk.MEDIUM
    for reason in change.reasons[:_MOST_REASONS]:
        yield say(risk, f"{word} because {{}} changes ({{}})", *_of(reason))
    if len(change.reasons) > _MOST_REASONS:
        yield say(risk, "and for {} more reasons", len(change.reasons) - _MOST_REASONS)


def _of(reason: Reason) -> tuple[str, str]:
    return reason.path, reason.source


def _rest(change: Change, told: set[str]) -> Iterator[Sentence]:
    """Values that no sentence tells, one by one; those that are dangerous are never summed up."""
    rest = [one for one in change.properties if not any(covers(path, one.path) for path in told)]
    weighed = sorted(((danger(change.type, one), one) for one in rest), key=lambda row: -row[0][0])
    least = sum(risk > Risk.LOW for (risk, _), _ in weighed)
    most = max(_MOST_LEFTOVERS, least)
    for (risk, meaning), one in weighed[:most]:
        yield say(risk, "{}: {} → {}" + (meaning and f": {meaning}"), one.path, one.old, one.new)
    if len(weighed) > most:
        yield say(Risk.LOW, "and {} more values", len(weighed) - most)
