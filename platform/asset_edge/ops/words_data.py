"""What a change of a table, a log group or a key means for what is in it."""

from collections.abc import Iterator

from asset_edge.ops.changes import Change, Changes
from asset_edge.ops.reading import at, named, number
from asset_edge.ops.sentences import Risk, Sentence, say


def of_table(change: Change, _around: Changes) -> Iterator[Sentence]:
    """In which regions the table would be, and what would be deleted by itself."""
    if change.old is None or change.new is None:
        return
    old, new = (named(side.inputs.get("replicas"), "regionName") for side in (change.old, change.new))
    for region in sorted(old.keys() - new.keys()):
        words = "the replica in {} would be deleted: reads from there go to another region"
        yield say(Risk.HIGH, words, region, of=_replica(region))
    for region in sorted(new.keys() - old.keys()):
        yield say(Risk.MEDIUM, "a replica in {} would be made", region, of=_replica(region))
    for region in sorted(old.keys() & new.keys()):
        if old[region].get("pointInTimeRecovery") and not new[region].get("pointInTimeRecovery"):
            yield say(Risk.LOSS, "loses its protection: point-in-time recovery in {} would be off", region)
        if old[region].get("deletionProtectionEnabled") and not new[region].get("deletionProtectionEnabled"):
            yield say(Risk.LOSS, "loses its protection: deletion protection in {} would be off", region)
    before, after = (
        at(side.inputs, "pointInTimeRecovery", "recoveryPeriodInDays") for side in (change.old, change.new)
    )
    if number(before) and number(after) and after < before:
        yield say(Risk.HIGH, "it could be recovered for {} days and no longer for {}", after, before)
    if not at(change.old.inputs, "ttl", "enabled") and at(change.new.inputs, "ttl", "enabled"):
        yield say(Risk.HIGH, "items would expire by {}", at(change.new.inputs, "ttl", "attributeName"))


def _replica(region: str) -> tuple[str, ...]:
    return (f'replicas["{region}"]',)


def of_log_group(change: Change, _around: Changes) -> Iterator[Sentence]:
    """How long logs would be kept; no retention is for ever."""
    if change.old is None or change.new is None:
        return
    before, after = (number(side.inputs.get("retentionInDays")) or 0 for side in (change.old, change.new))
    if before == after:
        return
    if after and (not before or after < before):
        yield say(
            Risk.HIGH,
            "logs would be kept for {} days and no longer {}: what is older is deleted",
            after,
            f"{before:g} days" if before else "for ever",
            of=("retentionInDays",),
        )
    else:
        kept = f"for {after:g} days" if after else "for ever"
        yield say(Risk.LOW, "logs would be kept longer: {}", kept, of=("retentionInDays",))


def of_key(change: Change, _around: Changes) -> Iterator[Sentence]:
    """Whether the key is renewed, and how long its deletion can be taken back."""
    if change.old is None or change.new is None:
        return
    old, new = change.old.inputs, change.new.inputs
    if old.get("enableKeyRotation") and not new.get("enableKeyRotation"):
        yield say(Risk.HIGH, "the key would no longer be rotated", of=("enableKeyRotation",))
    if old.get("isEnabled") is not False and new.get("isEnabled") is False:
        yield say(Risk.HIGH, "the key would be disabled: nothing can be decrypted with it", of=("isEnabled",))
    before, after = number(old.get("deletionWindowInDays")), number(new.get("deletionWindowInDays"))
    if before and after and after < before:
        yield say(
            Risk.HIGH, "its deletion could be taken back for {} days and no longer for {}", after, before
        )
