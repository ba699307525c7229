"""Which behaviour of the configuration holds for a path, and what may happen there when a function fails."""

from __future__ import annotations

from types import SimpleNamespace

from .paths import covers, object_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .config import Behavior, EdgeConfig

PLAIN: Any = SimpleNamespace(embargo="off", registry=False, territory=None, library=None, transforms=False)
"""What holds where no behaviour does: nothing is decided but the bucket."""


def behavior_of(config: EdgeConfig, path: str) -> Behavior | None:
    """The first whose pattern covers the canonical path; None where nothing but a bucket is decided."""
    key = object_key(path)
    for one in config.behaviors:
        if covers(one.path_pattern, key):
            return one
    return None


def failed_status(behavior: Behavior | None) -> str | None:
    """What a failure of ours is answered with; None where assets are public and served nevertheless."""
    if behavior is None:
        return None
    if behavior.embargo in {"unpublished", "all"}:
        return "403"
    return "451" if behavior.territory or behavior.library else None
