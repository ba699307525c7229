"""What a change of a bucket's documents means: who may see it, what is kept, and for how long."""

from collections.abc import Iterator, Mapping
from typing import Any

from asset_edge.ops.changes import Change, Changes, Operation
from asset_edge.ops.reading import at, gone, named, number, texts
from asset_edge.ops.sentences import Risk, Sentence, say

_BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_WITHOUT = "AES256"
"""What S3 encrypts with where nobody says."""

_NOTHING: Mapping[str, Any] = {}


def of_public_access(change: Change, _around: Changes) -> Iterator[Sentence]:
    """What of the block on public access would be off."""
    old, new = _sides(change)
    weaker = tuple(name for name in _BLOCKS if old.get(name) and new.get(name) is not True)
    if change.operation == Operation.DELETE:
        yield say(
            Risk.HIGH, "the block on public access would be gone: a policy or an ACL could open the bucket"
        )
    elif weaker:
        yield say(Risk.HIGH, "public access would be blocked less: {} off", weaker, of=weaker)


def of_versioning(change: Change, _around: Changes) -> Iterator[Sentence]:
    """What ends with the resource that turns versioning on."""
    if change.operation == Operation.DELETE:
        yield say(Risk.LOSS, "loses its protection: the bucket's versioning would be suspended with it")
    elif change.operation == Operation.REPLACE:
        # That of another bucket: what happens to this one is said of the bucket itself.
        yield say(Risk.HIGH, "versioning would be suspended where it is on now, and turned on anew")


def of_ownership(change: Change, _around: Changes) -> Iterator[Sentence]:
    """Whether ACLs would count again."""
    old, new = (at(side, "rule", "objectOwnership") for side in _sides(change))
    if old == "BucketOwnerEnforced" and new != old:
        yield say(Risk.HIGH, "ACLs would count again: object ownership {} → {}", old, new, of=("rule",))


def of_encryption(change: Change, _around: Changes) -> Iterator[Sentence]:
    """Whether objects would be encrypted otherwise; those that are there stay as they are."""
    old, new = (
        at(side, "rules", 0, "applyServerSideEncryptionByDefault", "sseAlgorithm") for side in _sides(change)
    )
    # Amazon S3 User Guide, "Setting default server-side encryption behavior": AES256 where none is asked for.
    if old and old != (new or _WITHOUT):
        yield say(
            Risk.HIGH, "new objects would be encrypted with {} and no longer with {}", new or _WITHOUT, old
        )


def of_lifecycle(change: Change, _around: Changes) -> Iterator[Sentence]:
    """How long objects and their old versions would be kept."""
    old, new = (named(side.get("rules"), "id") for side in _sides(change))
    for rule in sorted(old.keys() | new.keys()):
        yield from _kept(rule, old.get(rule, _NOTHING), new.get(rule, _NOTHING))


def _kept(rule: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Sentence]:
    for what, path in (
        ("objects", ("expiration", "days")),
        ("overwritten and deleted objects", ("noncurrentVersionExpiration", "noncurrentDays")),
    ):
        before, after = (number(at(side, *path)) if _is_on(side) else None for side in (old, new))
        if before == after:
            continue
        shorter = after is not None and (before is None or after < before)
        yield say(
            Risk.HIGH if shorter else Risk.LOW,
            f"{what} would be deleted after {{}} and not after {{}} (rule {{}})",
            _days(after),
            _days(before),
            rule,
            of=(f'rules["{rule}"].{path[0]}',),
        )


def _is_on(rule: Mapping[str, Any]) -> bool:
    return rule.get("status") == "Enabled"


def _days(days: float | None) -> str:
    return "no time at all, but kept," if days is None else f"{days:g} days"


def of_replication(change: Change, _around: Changes) -> Iterator[Sentence]:
    """What would no longer be copied to the other region."""
    if change.operation == Operation.DELETE:
        yield say(Risk.HIGH, "nothing would be copied to the other region any more")
        return
    old, new = (named(side.get("rules"), "id") for side in _sides(change))
    for rule, before in sorted(old.items()):
        after = new.get(rule, _NOTHING)
        if _is_on(before) and not _is_on(after):
            yield say(Risk.HIGH, "rule {} would copy nothing to the other region any more", rule)
        elif _marks(before) and not _marks(after):
            yield say(Risk.HIGH, "rule {} would no longer copy deletions", rule)


def _marks(rule: Mapping[str, Any]) -> bool:
    return bool(at(rule, "deleteMarkerReplication", "status") == "Enabled")


def of_cors(change: Change, _around: Changes) -> Iterator[Sentence]:
    """Which web pages may read the bucket's answers."""
    old, new = (_origins(side) for side in _sides(change))
    if added := tuple(one for one in new if one not in old):
        risk = Risk.HIGH if "*" in added else Risk.MEDIUM
        yield say(risk, "pages of {} could read its answers", added)
    if removed := gone(list(old), list(new)):
        yield say(Risk.MEDIUM, "pages of {} could no longer read its answers", removed)


def _origins(inputs: Mapping[str, Any]) -> tuple[str, ...]:
    rules = inputs.get("corsRules")
    told = [rule for rule in rules if isinstance(rule, Mapping)] if isinstance(rules, list) else []
    return tuple(origin for rule in told for origin in texts(rule.get("allowedOrigins")))


def _sides(change: Change) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return (
        change.old.inputs if change.old else _NOTHING,
        change.new.inputs if change.new else _NOTHING,
    )
