"""What a resource type is to the local cloud: a row of functions over inputs and AWS clients."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State

Inputs = Mapping[str, Any]
"""A resource's inputs as the AWS provider gets them, with `region` and the generated name filled in."""

_SECRET_MARK = "4dabf18193072939515e22adb298388d"  # noqa: S105 - the SDK's own name for "this is marked"


@dataclass(frozen=True, kw_only=True)
class Row:
    """How one resource type is handled. Functions speak through AWS's APIs only, and wait for nothing."""

    create: Callable[[Inputs, Clients], State]
    update: Callable[[str, Inputs, Clients], State] | None = None
    """By id; None where every change replaces."""

    read: Callable[[str, Inputs, Clients], State | None] | None = None
    """The resource as it is now; None where it is gone. Of the inputs it takes what an id does not tell."""

    delete: Callable[[str, Inputs, Clients], None] | None = None
    """Of what is gone already it says nothing."""

    replace_on: frozenset[str] = frozenset({"region"})
    """The inputs whose change means a new resource."""

    check: Callable[[Inputs], None] = lambda _: None
    """Raises `Unsupported` for inputs that are not modelled; called before anything is applied."""

    auto_name: str | None = None
    """The input that is generated from the resource's name where the program gives none."""

    effect: bool = True
    """False: it is only recorded, and said to be."""


def plain(value: Any) -> Any:
    """Inputs without the SDK's marks: secrets opened, whole numbers as integers."""
    if isinstance(value, Mapping):
        if _SECRET_MARK in value:
            return plain(value.get("value"))
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def mark(*values: Any, length: int = 13) -> str:
    """A short id that is the same for the same values; an archive counts as its path."""
    text = json.dumps(values, sort_keys=True, default=lambda asset: getattr(asset, "path", repr(type(asset))))
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def pascal(value: Any, names: Mapping[str, str] | None = None) -> Any:
    """A provider's document in the API's words: `maxAgeSeconds` is `MaxAgeSeconds`; `names` has the rest."""
    names = names or {}
    if isinstance(value, Mapping):
        return {names.get(k, k[:1].upper() + k[1:]): pascal(v, names) for k, v in value.items()}
    return [pascal(item, names) for item in value] if isinstance(value, list) else value


def tag_list(tags: Mapping[str, str] | None) -> list[dict[str, str]]:
    """Tags as most APIs want them."""
    return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
