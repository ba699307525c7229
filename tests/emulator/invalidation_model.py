"""What may be left of the cache's states after an invalidation, written from the developer guide alone.

Source: Amazon CloudFront Developer Guide, "Invalidate files" and "Invalidate files by tag".
"""

from dataclasses import replace

from tests.emulator.cache_model import Entry, State


def invalidated(state: State, item: str) -> set[State]:
    """What may be left: gone is what the item names surely, and perhaps what it may be taken to name."""
    left: set[State] = {state}
    if state.whole and (named := names(item, state.whole)):
        left = _without(left, {replace(s, whole=None) for s in left}, named)
    if state.head and (named := names(item, state.head)):
        left = _without(left, {replace(s, head=None) for s in left}, named)
    for part in state.parts:
        if named := names(item, part[1]):
            left = _without(left, {replace(s, parts=s.parts - {part}) for s in left}, named)
    return left


def _without(left: set[State], gone: set[State], named: str) -> set[State]:
    return gone if named == "surely" else left | gone


def names(item: str, entry: Entry) -> str:
    """Whether an invalidation's item names an entry: "surely", "perhaps" or ""."""
    if item.startswith("#"):
        tag = item[1:].lower()
        if tag in {t.lower() for t in entry.answer.tags}:
            return "surely"
        return "perhaps" if tag in {t.lower() for t in entry.old_tags} else ""
    spelt = {matches(item, target) for target in entry.targets}
    if spelt == {True}:
        return "surely"
    # Without a query string it may be meant to cover all of them.
    bare = matches(item, entry.targets[0].partition("?")[0])
    return "perhaps" if True in spelt or bare else ""


def matches(item: str, target: str) -> bool:
    return target.startswith(item[:-1]) if item.endswith("*") else target == item
