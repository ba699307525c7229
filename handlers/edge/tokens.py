"""Whether one compact JSON Web Signature was made with one key (RFC 7515); what it claims is not asked here.

A token is read once and strictly, for two readers must never see two tokens in one text:

- at most 8,192 characters, ASCII, exactly three parts, each canonical base64url without padding;
- the header is one flat JSON object in UTF-8, without a byte order mark, every member a text, none twice;
- it names no key (`jwk`, `jku`, `x5c`, `x5u`) and asks for nothing special (`crit`, `b64`, `enc`, `zip`);
- `typ` is absent, `JWT` or `JOSE`, in any case, as media types are compared (RFC 7515, 4.1.9); other members
  mean nothing here;
- `alg` is one that the key is for. There is no `none`: no key is for it.

ECDSA signatures come in pairs (r with s, r with n - s), and both verify: a token is no identifier.
"""

from __future__ import annotations

import json
from functools import lru_cache

from . import jwk as keys
from .base64url import decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST_TOKEN_CHARACTERS = 8192

_REFUSED_MEMBERS = frozenset(("b64", "crit", "enc", "jku", "jwk", "x5c", "x5u", "zip"))
_TYPES = frozenset(("jwt", "jose"))


class TokenRefused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A token that must not be believed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """What was wrong, in one fixed word: `form`, `header`, `key`, `algorithm`, `signature` or `payload`
        here. For the log, never for the viewer."""


def payload_of(token: str, jwk: Mapping[str, object]) -> bytes:
    """The payload of a compact JWS that the key `jwk` signed; `b""` is a payload like any other.

    `jwk` has the members of RFC 7517; one that is None counts as absent.

    Raises TokenRefused and nothing else, whatever is given.
    """
    at = "form"
    try:
        header, payload, signature = _parts(token)
        at = "header"
        algorithm = _read(header)["alg"]
        at = "key"
        verifiers = keys.verifiers(jwk)
        at = "algorithm"
        verify = verifiers[algorithm]
        at = "signature"
        _check(verify(token[: -len(signature) - 1].encode(), decoded(signature)))
        at = "payload"
        return decoded(payload)
    except Exception:
        raise TokenRefused(at) from None


def header_of(token: str) -> dict[str, str]:
    """The header of a compact JWS, which anybody may have written: good for choosing a key by `kid`.

    Raises TokenRefused and nothing else, whatever is given: for a header that `payload_of` would refuse with
    any key.
    """
    at = "form"
    try:
        header, _, _ = _parts(token)
        at = "header"
        return dict(_read(header))
    except Exception:
        raise TokenRefused(at) from None


def _parts(token: str) -> tuple[str, str, str]:
    _check(type(token) is str and len(token) <= LONGEST_TOKEN_CHARACTERS)
    header, payload, signature = token.split(".", 3)
    _check(signature)
    return header, payload, signature


@lru_cache(maxsize=64)
def _read(header: str) -> Mapping[str, str]:
    """Kept, because an issuer's tokens differ in their payloads and share one header."""
    members = json.loads(decoded(header).decode(), object_pairs_hook=_flat)
    _check(type(members) is dict and "alg" in members)
    _check(_REFUSED_MEMBERS.isdisjoint(members) and members.get("typ", "JWT").lower() in _TYPES)
    read: dict[str, str] = members
    return read


def _flat(pairs: Sequence[tuple[str, object]]) -> dict[str, str]:
    """The members of a JSON object that has only texts, none of them with half a character."""
    members = {name: value for name, value in pairs if type(value) is str and (name + value).encode()}
    _check(len(members) == len(pairs))
    return members


def _check(holds: object) -> None:
    """Raises ValueError; which step it is in says why."""
    if not holds:
        raise ValueError("a token is not what this step allows")
