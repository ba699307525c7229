"""Which behaviour serves a path: patterns in their order, matched on the normalised path.

Source: Amazon CloudFront Developer Guide, "Cache behavior settings", path pattern: patterns are
case-sensitive, `*` is any run of characters and `?` is one; the path is normalised as RFC 3986 says before it
is matched, while functions and origins get it as the viewer sent it.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")


class HasPattern(Protocol):
    """Anything with a path pattern; the default behaviour's is `*`."""

    @property
    def path_pattern(self) -> str:
        """The pattern as declared."""
        ...


_B = TypeVar("_B", bound=HasPattern)


def choose(behaviors: Sequence[_B], uri: str) -> _B:
    """The first behaviour whose pattern matches; the last one is the default and matches everything."""
    path = normalised(uri)
    return next((b for b in behaviors[:-1] if _pattern(b.path_pattern).fullmatch(path)), behaviors[-1])


def normalised(uri: str) -> str:
    """The path with unreserved characters decoded and dot segments taken out (RFC 3986, 6.2.2 and 5.2.4)."""
    return _without_dot_segments(_ESCAPE.sub(_decoded_if_unreserved, uri))


def _decoded_if_unreserved(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else f"%{escape[1].upper()}"


def _without_dot_segments(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


@lru_cache(maxsize=1024)
def _pattern(path_pattern: str) -> re.Pattern[str]:
    rooted = path_pattern if path_pattern.startswith(("/", "*")) else f"/{path_pattern}"
    return re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in rooted), re.DOTALL)
