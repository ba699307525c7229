"""Which object a URI means: one canonical path for each object key, and whether a path pattern covers it.

The mapping, in order:

1. the URI is percent-decoded once, so `%2F` is a slash and `+` a plus;
2. dot segments are resolved as in RFC 3986, 5.2.4, and end at the root;
3. what is left after the first slash is the object key, as S3 would name it: case and Unicode form are kept,
   and so is a slash at the end;
4. the canonical path is that key, every byte but unreserved characters and slashes percent-encoded in upper
   case, exactly once. This is also S3's canonical URI for a signature, and the one spelling of which S3 does
   not take `+` for a space.

Refused, because two readers could disagree on what is meant, or because no object can have the name:

- a path without a leading slash, a bad percent escape, bytes that are not UTF-8, surrogates;
- control characters, and characters that nobody sees or that turn the text around them: zero width, line and
  paragraph separators, direction marks, tags. A list of our own, so that no Unicode version changes it;
- any backslash, and empty segments (`//`): one reader folds what another keeps;
- double encoding: a path that still holds an escape once it is decoded, as `%252e%252e` and `%2541` do.
  Whoever decodes once more than S3 therefore finds the same object. The price: a key in which a percent sign
  stands before two hex digits (`a%20b`) cannot be reached. Any other percent sign can, as `%25`;
- a key over 1,024 bytes (Amazon S3 User Guide, "Naming Amazon S3 objects"), a URI longer than such a key is
  with every byte of it escaped.

`urllib` is avoided on purpose: importing it would cost more than this whole module.
"""

from __future__ import annotations

import re
from functools import cache

LONGEST_KEY_BYTES = 1024

_PLAIN = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
_ESCAPE = rb"%([0-9A-Fa-f]{2}|)"
_LONGEST_URI = 1 + 3 * LONGEST_KEY_BYTES
_UNSEEN = (
    r"\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
_FORBIDDEN = rf"[\x00-\x1f\x7f-\x9f\\{_UNSEEN}]|//|%[0-9A-Fa-f]{{2}}"
_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"
_ENCODED = tuple(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in range(256))


def canonical(uri: str) -> str | None:
    """The one path that stands for what `uri` names; None where nothing can be meant (answer 400).

    Idempotent: the canonical path of a canonical path is itself.
    """
    if len(uri) <= LONGEST_KEY_BYTES and _PLAIN.fullmatch(uri):
        return uri
    if len(uri) > _LONGEST_URI:
        return None
    try:
        text = decoded(uri)
    except ValueError:
        return None
    if not uri.startswith("/") or re.search(_FORBIDDEN, text):
        return None
    key = _without_dot_segments(text)[1:]
    return path_of(key) if len(key.encode()) <= LONGEST_KEY_BYTES else None


def object_key(path: str) -> str:
    """The S3 object key of a canonical path.

    Empty for `/`, and only for it: never send that to S3, which answers with a list of the bucket.
    """
    return decoded(path)[1:]


def path_of(key: str) -> str:
    """The path under which an object is served; canonical, unless the key is one that cannot be reached."""
    return "/" + "".join(_ENCODED[byte] for byte in key.encode())


def matches(path_pattern: str, path: str) -> bool:
    """Whether a cache behaviour's path pattern covers a canonical path.

    `*` is any run of characters, slashes included; `?` is exactly one; case counts; a leading slash of the
    pattern may be left out. Characters are those of the key: `?` covers `%20`.
    Source: Amazon CloudFront Developer Guide, "Cache behavior settings", path pattern.
    """
    return covers(path_pattern, object_key(path))


def covers(path_pattern: str, key: str) -> bool:
    """Whether it covers the path of an object key: for whoever asks of several patterns."""
    return _compiled(path_pattern).fullmatch(key) is not None


def decoded(uri: str) -> str:
    """What `uri`, or a part of one, says with its escapes decoded once.

    Raises ValueError for a bad escape and for what is not UTF-8, surrogates included.
    """
    raw = uri.encode()
    if b"%" not in raw:
        return uri
    return re.sub(_ESCAPE, lambda escape: bytes([int(escape[1], 16)]), raw).decode()


def _without_dot_segments(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


@cache
def _compiled(path_pattern: str) -> re.Pattern[str]:
    wild = {"*": ".*", "?": "."}
    parts = re.split(r"([*?])", path_pattern.removeprefix("/"))
    return re.compile("".join(wild.get(part) or re.escape(_literal(part)) for part in parts), re.DOTALL)


def _literal(part: str) -> str:
    try:
        return decoded(part)
    except ValueError:
        return part
