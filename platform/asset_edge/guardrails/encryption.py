"""Whether everything that is kept is encrypted where it lies: objects, entries, messages, archived logs."""

from collections.abc import Iterator

from asset_edge.guardrails import types
from asset_edge.guardrails.resources import Resource, Stack
from asset_edge.guardrails.rule import Rule

_ALGORITHMS = ("AES256", "aws:kms", "aws:kms:dsse")


def _bucket(bucket: Resource, stack: Stack) -> Iterator[str]:
    found = stack.beside(bucket, "bucket", types.BUCKET_ENCRYPTION)
    if not found:
        yield "the bucket has no encryption configuration"
    for one in found:
        for index, _ in enumerate(one.listed("rules") or [None]):
            told = one.told("rules", index, "applyServerSideEncryptionByDefault", "sseAlgorithm")
            if told not in _ALGORITHMS:
                yield f"{one.name} encrypts with {told}; allowed are {', '.join(_ALGORITHMS)}"


def _table(table: Resource, _: Stack) -> Iterator[str]:
    if table.told("serverSideEncryption", "enabled") is not True:
        yield "serverSideEncryption is not enabled, so that no KMS key protects the table"


def _queue(queue: Resource, _: Stack) -> Iterator[str]:
    if not queue.told("kmsMasterKeyId") and queue.told("sqsManagedSseEnabled") is not True:
        yield "the queue has neither kmsMasterKeyId nor sqsManagedSseEnabled"


def _topic(topic: Resource, _: Stack) -> Iterator[str]:
    if not topic.told("kmsMasterKeyId"):
        yield "the topic has no kmsMasterKeyId"


_CHECKS = {types.BUCKET: _bucket, types.TABLE: _table, types.QUEUE: _queue, types.TOPIC: _topic}

RULES = (
    Rule(
        name="encryption-at-rest",
        level="mandatory",
        severity="high",
        description="Buckets (of logs, too), tables, queues and topics are encrypted where they lie.",
        remediation="Declare the encryption beside the resource",
        source='Amazon S3 User Guide, "Protecting data with encryption"; Amazon DynamoDB Developer Guide, '
        '"Encryption at rest"; Amazon SQS and Amazon SNS Developer Guides, "Encryption at rest"',
        types=frozenset(_CHECKS),
        checks=(lambda resource, stack: _CHECKS[resource.type](resource, stack),),
        needs_whole_stack=True,
    ),
)
