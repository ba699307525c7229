"""What a token's `sub` opens: one URL, or all below a folder, on one host or on any.

| `sub`                       | opens                                                        |
|-----------------------------|--------------------------------------------------------------|
| `https://host/a/b.mp4`      | this URL, whatever its query                                 |
| `https://host/a/*`          | everything below `/a/`, folders below it included, not `/ab` |
| `/a/b.mp4`, `/a/*`          | the same on every host of the distribution                   |

A host is compared without regard to case, port 443 being the one of https; another port must be the same. A
path is compared in its canonical form, so that another percent-encoding neither opens a neighbour nor locks
out the right one; case and a slash at the end count. A star anywhere but as the whole last segment is itself.
Another scheme, a query, a fragment and, in a folder, dot segments are refused: who builds a folder from other
people's words would open its neighbours with `..`.
"""

from __future__ import annotations

from .paths import canonical, object_key

_SCHEME = "https://"
_PORT = ":443"


class Place:
    """A `sub` that could be read."""

    __slots__ = ("host", "is_folder", "path")

    def __init__(self, host: str | None, path: str, *, is_folder: bool) -> None:
        self.host = host
        """In lower case, without port 443; None is any."""

        self.path = path
        """Canonical; a folder's ends with a slash."""

        self.is_folder = is_folder

    def opens(self, host: str, path: str) -> bool:
        """Whether the canonical path on that host is in it."""
        if self.host is not None and self.host != _plain(host):
            return False
        return path.startswith(self.path) if self.is_folder else path == self.path


def read(sub: object) -> Place | None:
    """The place; None where the text names none."""
    if not isinstance(sub, str) or "?" in sub or "#" in sub:
        return None
    if sub.startswith("/"):
        return _below(None, sub)
    if sub[: len(_SCHEME)].lower() != _SCHEME:
        return None
    host, slash, path = sub[len(_SCHEME) :].partition("/")
    # Beyond ASCII, two texts can be one in lower case.
    return _below(_plain(host), slash + path) if host and host.isascii() else None


def _below(host: str | None, text: str) -> Place | None:
    is_folder = text.endswith("/*")
    path = canonical(text[:-1] if is_folder else text)
    if path is None or (is_folder and _has_dot_segments(text)):
        return None
    return Place(host, path, is_folder=is_folder)


def _has_dot_segments(path: str) -> bool:
    segments = object_key(path).split("/")
    return "." in segments or ".." in segments


def _plain(host: str) -> str:
    return host.lower().removesuffix(_PORT)
