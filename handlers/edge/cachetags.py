"""Which cache tags an answer gets: the asset's own first, then those of whoever else has something to say.

The asset's own tag is `key:` and the first 32 hexadecimal digits of the SHA-256 of its object key, so that it
can be purged in all its variants and at every path that leads to it:

    printf %s 'space/asset/random/cat.jpg' | sha256sum | cut -c 1-32

Source: Amazon CloudFront Developer Guide, "What you need to know when invalidating tags".
"""

from __future__ import annotations

import hashlib
import re

from .paths import canonical, object_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_TAGS = 50
"""That CloudFront takes of one answer; it forgets the rest."""

_TAG = re.compile(r"[!-+\--~]{1,256}")
"""Visible ASCII but commas, at most 256 of it."""

_DIGITS = 32


def tags_of(path: str, *groups: Iterable[str]) -> tuple[str, ...]:
    """The tag of the asset at a path, then those of the groups in their order. Never raises.

    Each once (case does not count), at most 50; what CloudFront would not take as a tag is left out.
    """
    told = [tag.strip() for group in groups for tag in group]
    unique: dict[str, str] = {}
    for tag in (tag_of_key(object_key(canonical(path) or "/")), *told):
        if _TAG.fullmatch(tag):
            unique.setdefault(tag.lower(), tag)
    return tuple(unique.values())[:MOST_TAGS]


def tag_of_key(key: str) -> str:
    """The tag of an object key, 36 characters."""
    return "key:" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
