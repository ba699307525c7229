"""How a value deep inside inputs is found, whatever shape a document gave them."""

from collections.abc import Mapping
from typing import Any

_LARGEST = 10**15


def at(value: Any, *keys: str | int) -> Any:
    """The value under these keys and indexes; None where one of them leads nowhere."""
    for key in keys:
        if isinstance(key, int):
            value = value[key] if isinstance(value, list) and key < len(value) else None
        else:
            value = value.get(key) if isinstance(value, Mapping) else None
    return value


def texts(value: Any) -> tuple[str, ...]:
    """A list's texts, or a text as a list of one; whatever else it is, none."""
    if isinstance(value, str):
        return (value,)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def number(value: Any) -> float | None:
    """A number; none for true, for a text that looks like one, and for one that no service knows."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -_LARGEST < value < _LARGEST else None


def named(value: Any, key: str) -> dict[str, Mapping[str, Any]]:
    """The mappings of a list by what they are called; those without such a name are left out."""
    items = value if isinstance(value, list) else []
    return {str(one[key]): one for one in items if isinstance(one, Mapping) and isinstance(one.get(key), str)}


def gone(old: Any, new: Any) -> tuple[str, ...]:
    """What a list no longer has."""
    after = {*texts(new)}
    return tuple(one for one in texts(old) if one not in after)
