"""What of a value may be seen: secrets are masked, what is known after a deployment is said to be."""

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

from asset_edge.localcloud import masking

SECRET = masking.SHOWN
LATER = "known after apply"

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_ARCHIVES = {"0def7320c3a5731c473e5ecbe6d01bc7": "archive", "c44067f5952c0a294b673a41bacd8c17": "asset"}
_UNKNOWNS = (
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
)
"""Text, boolean, number, list, asset, archive and object that only a deployment knows."""

_UNKNOWN = re.compile("|".join((*_UNKNOWNS, "<unknown>")))
_SECRET_NAME = re.compile(
    r"(?i)password|passphrase|secretstring|private_?key|(client|shared|api)_?(secret|key)$"
)
"""Inputs that hold secrets whether the program says so or not."""

_SHORTEST_SEARCHED = 4
"""A shorter text is in every other: it is masked where it is a value, not where it is a part of one."""


@dataclass(frozen=True)
class Mask:
    """Masks a document's values, and every text that holds one of its secrets."""

    secrets: tuple[str, ...] = ()
    """What the document has in plain beside a secret's marker."""

    @classmethod
    def of(cls, document: Any) -> "Mask":
        """The mask for a document and all that comes out of it."""
        found = {form for text in set(_plain_secrets(document)) for form in _forms(text)}
        return cls(tuple(sorted(found, key=lambda text: (-len(text), text))))

    def value(self, value: Any, name: str = "") -> Any:
        """The value as it may be seen; `name` is the input's."""
        if masking.is_secret(value) or (_SECRET_NAME.search(name) and value not in (None, "")):
            return SECRET
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, list):
            return [self.value(item, name) for item in value]
        if isinstance(value, bool | int | float) and str(value) in self.secrets:
            return SECRET
        return self.text(value) if isinstance(value, str) else value

    def mapping(self, value: Any) -> Mapping[str, Any]:
        """A mapping as it may be seen; of one that is secret as a whole, nothing."""
        masked = self.value(value)
        return masked if isinstance(masked, Mapping) else {}

    def text(self, text: str) -> str:
        """The text without a secret in it."""
        if text in self.secrets:
            return SECRET
        for secret in self.secrets:
            if len(secret) >= _SHORTEST_SEARCHED:
                text = text.replace(secret, SECRET)
        return _UNKNOWN.sub(LATER, text)

    def _mapping(self, value: Mapping[str, Any]) -> Any:
        kind = _ARCHIVES.get(str(value.get(_SIGNATURE)))
        if kind is not None:
            return {kind: str(value.get("hash", ""))}
        # The provider's own notes, such as `__defaults`.
        return {
            self.text(str(key)): self.value(item, str(key))
            for key, item in value.items()
            if not str(key).startswith("__")
        }


def is_dark(value: Any) -> bool:
    """Whether nobody can say of a value that it stays the same."""
    return value in (SECRET, LATER)


def _plain_secrets(value: Any) -> Iterator[str]:
    if masking.is_secret(value):
        for told in (value.get("value"), _decoded(value.get("plaintext"))):
            yield from _texts(told)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _plain_secrets(item)
    elif isinstance(value, list):
        for item in value:
            yield from _plain_secrets(item)


def _forms(text: str) -> Iterator[str]:
    """A secret, and as it stands in an address, in JSON, in markup and in base64 ("Basic" credentials)."""
    yield text
    if len(text) < _SHORTEST_SEARCHED:
        return
    content = text.encode("utf-8", "surrogatepass")
    yield from (quote(content, safe=""), quote(content), quote_plus(content))
    yield from (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])
    yield from (html.escape(text), html.escape(text, quote=False))
    for encoded in (b64encode(content), urlsafe_b64encode(content)):
        # Some leave the padding off.
        yield encoded.decode().rstrip("=")


def _decoded(plaintext: Any) -> Any:
    """The engine writes a secret's plain text as JSON."""
    if not isinstance(plaintext, str):
        return plaintext
    try:
        return [plaintext, json.loads(plaintext)]
    except ValueError:
        return plaintext


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str) and value not in ("", SECRET):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
