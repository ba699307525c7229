"""How a secret is recognised among a program's values, and what is shown in its place."""

from collections.abc import Mapping
from typing import Any

SHOWN = "[secret]"
"""What stands where a secret would; the Pulumi CLI shows the same."""

_SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"
_SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the wire format's marker of a secret


_SECRET_MEMBERS = frozenset({"secret", "k", "d", "p", "q", "dp", "dq", "qi", "oth"})
"""Never told of a configuration: shared secrets, and the private members of a JWK (RFC 7518, section 6)."""


def public(document: Any) -> Any:
    """A configuration with every secret masked, whatever marks it: its marker or its member's name."""
    if is_secret(document):
        return SHOWN
    if isinstance(document, Mapping):
        return {
            key: SHOWN if key in _SECRET_MEMBERS and value is not None else public(value)
            for key, value in document.items()
        }
    return [public(item) for item in document] if isinstance(document, list) else document


def is_secret(value: object) -> bool:
    """Whether a value, as it crosses the SDK's interface, is marked secret."""
    return isinstance(value, Mapping) and value.get(_SIGNATURE_KEY) == _SECRET_SIGNATURE


def marked(value: Any) -> Any:
    """The value with the marker that makes the SDK treat it as a secret."""
    return value if is_secret(value) else {_SIGNATURE_KEY: _SECRET_SIGNATURE, "value": value}
