"""What differs between two values, one leaf at a time."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from asset_edge.localcloud import masking
from asset_edge.ops.changes import Property
from asset_edge.ops.values import SECRET, Mask

_IDENTITIES = (
    "pathPattern",
    "path_pattern",
    "originId",
    "regionName",
    "setIdentifier",
    "eventType",
    "kid",
    "name",
    "id",
)
"""What tells an element of a list from the others, wherever it stands."""

_MISSING: Any = object()


def differences(old: Any, new: Any, mask: Mask) -> tuple[Property, ...]:
    """The leaves that differ, by path, masked. What is secret on one side is on both."""
    return tuple(_inside("", old, new, mask, ""))


def _inside(path: str, old: Any, new: Any, mask: Mask, name: str) -> Iterator[Property]:
    if old is _MISSING or new is _MISSING or masking.is_secret(old) or masking.is_secret(new):
        yield from _leaf(path, old, new, mask, name)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted(old.keys() | new.keys(), key=str):
            if not str(key).startswith("__"):
                inner = _joined(path, mask.text(str(key)))
                yield from _inside(inner, old.get(key, _MISSING), new.get(key, _MISSING), mask, str(key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _lists(path, old, new, mask, name)
    else:
        yield from _leaf(path, old, new, mask, name)


def _leaf(path: str, old: Any, new: Any, mask: Mask, name: str) -> Iterator[Property]:
    if old is not _MISSING and new is not _MISSING and _same(old, new):
        return
    shown = [None if side is _MISSING else mask.value(side, name) for side in (old, new)]
    if SECRET in shown:
        shown = [None if side is None else SECRET for side in shown]
    yield Property(path=path, old=shown[0], new=shown[1])


def _same(old: Any, new: Any) -> bool:
    """Equal, and not just as Python sees it: true is not 1."""
    return bool(old == new) and isinstance(old, bool) == isinstance(new, bool)


def _lists(path: str, old: list[Any], new: list[Any], mask: Mask, name: str) -> Iterator[Property]:
    key = _identity(old, new)
    if _is_reordered(old, new):
        yield Property(path=f"{path} (order)", old=mask.value(old, name), new=mask.value(new, name))
        return
    if key is None:
        for index in range(max(len(old), len(new))):
            yield from _inside(f"{path}[{index}]", _at(old, index), _at(new, index), mask, name)
        return
    before, after = ({str(item[key]): item for item in side} for side in (old, new))
    for one in sorted(before.keys() | after.keys()):
        inner = f'{path}["{mask.text(one)}"]'
        yield from _inside(inner, before.get(one, _MISSING), after.get(one, _MISSING), mask, name)
    kept = [[one for one in side if one in before.keys() & after.keys()] for side in (before, after)]
    if kept[0] != kept[1]:
        yield Property(path=f"{path} (order)", old=mask.value(kept[0]), new=mask.value(kept[1]))


def _is_reordered(old: Sequence[Any], new: Sequence[Any]) -> bool:
    """The same texts in another order. To AWS nearly every such list is a set, so nothing is made anew."""
    texts = all(isinstance(one, str) for one in (*old, *new))
    return texts and old != new and sorted(old) == sorted(new)


def _identity(old: Sequence[Any], new: Sequence[Any]) -> str | None:
    for key in _IDENTITIES:
        if (old or new) and all(_names(side, key) for side in (old, new)):
            return key
    return None


def _names(side: Sequence[Any], key: str) -> bool:
    told = [item.get(key) for item in side if isinstance(item, Mapping)]
    return len(told) == len(side) and all(isinstance(one, str) for one in told) and len({*told}) == len(side)


def _at(items: Sequence[Any], index: int) -> Any:
    return items[index] if index < len(items) else _MISSING


def _joined(path: str, key: str) -> str:
    if not key.replace("_", "").replace("-", "").isalnum():
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key
