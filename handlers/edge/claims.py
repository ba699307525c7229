"""What the payload of a verified token opens: where, for whom, how long. Nothing here checks a signature.

| claim       | what it must be                                                                             |
|-------------|---------------------------------------------------------------------------------------------|
| `sub`       | where: see `places`                                                                         |
| `exp`       | needed: whole seconds since 1970; good until `exp` and the leeway, that moment not included |
| `nbf`,`iat` | whole seconds since 1970; good from there on, less the leeway                               |
| `ip`        | see `addresses`: the viewer's must be in it                                                 |
| `countries` | 1 to 50 ISO 3166-1 codes in capitals: goes into the grant, origin-request decides           |
| `library`   | a library's name: likewise; where there are no libraries, as where no country is in the key,|
|             | the token opens nothing, for what limits it could not hold there                            |
| `aud`       | `asset-edge`, or a list with it: an issuer's tokens for others open nothing here            |

Every other claim is ignored. A claim that is there and is not what it must be refuses the token.
"""

from __future__ import annotations

import json
from functools import cache

from . import places
from .grants import Grant, is_countries, is_library
from .tokens import TokenRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    Claims = dict[str, Any]

AUDIENCE = "asset-edge"

MOST_BRACKETS = 32
"""Opening brackets in a payload, which bounds its depth before anything is parsed."""

LATEST = 253_402_300_799
"""The last second of the year 9999; what is later was meant in milliseconds."""


class Asked:
    """What a token is held against."""

    __slots__ = ("client_ip", "host", "leeway_seconds", "now", "path")

    def __init__(
        self, host: str, path: str, now: float, client_ip: str | None, leeway_seconds: float
    ) -> None:
        self.host = host
        self.path = path
        """Canonical."""

        self.now = now
        """Seconds since 1970."""

        self.client_ip = client_ip
        self.leeway_seconds = leeway_seconds


def read(payload: bytes) -> Claims:
    """The claims, each once; TokenRefused for what is no JSON object or is nested too deeply."""
    if payload.count(b"{") + payload.count(b"[") > MOST_BRACKETS:
        raise TokenRefused("nesting")
    try:
        claims = _decoder().decode(payload.decode())
    except (ValueError, RecursionError):
        raise TokenRefused("payload") from None
    if not isinstance(claims, dict):
        raise TokenRefused("payload")
    return claims


def expiry(claims: Claims, asked: Asked) -> int:
    """`exp`, when the times in the claims hold; TokenRefused otherwise."""
    if "exp" not in claims:
        raise TokenRefused("no expiry")
    expires_at = _instant(claims["exp"])
    if not asked.now < expires_at + asked.leeway_seconds:
        raise TokenRefused("expired")
    return expires_at


def check_begun(claims: Claims, asked: Asked) -> None:
    """TokenRefused where `nbf` or `iat` is still to come."""
    for name in ("nbf", "iat"):
        if name in claims and not asked.now >= _instant(claims[name]) - asked.leeway_seconds:
            raise TokenRefused("not yet")


def granted(claims: Claims, asked: Asked, expires_at: int) -> Grant:
    """What the claims open until then for what is asked; TokenRefused where that is nothing."""
    check_begun(claims, asked)
    if "aud" in claims and not _is_for_us(claims["aud"]):
        raise TokenRefused("audience")
    place = places.read(claims.get("sub"))
    if place is None or not place.opens(asked.host, asked.path):
        raise TokenRefused("place")
    if "ip" in claims:
        _check_address(claims["ip"], asked.client_ip)
    countries = _countries(claims["countries"]) if "countries" in claims else ()
    library = _library(claims["library"]) if "library" in claims else None
    return Grant(countries, library, place.path if place.is_folder else None, expires_at)


def _is_for_us(audience: object) -> bool:
    return audience == AUDIENCE or (isinstance(audience, list) and AUDIENCE in audience)


def _countries(value: object) -> list[str]:
    if not isinstance(value, list) or not is_countries(value):
        raise TokenRefused("countries")
    return value


def _library(value: object) -> str:
    if not isinstance(value, str) or not is_library(value):
        raise TokenRefused("library")
    return value


def _instant(value: object) -> int:
    """Not a bool, though Python counts it among the whole numbers."""
    if type(value) is not int or not 0 <= value <= LATEST:
        raise TokenRefused("time")
    return value


def _check_address(claimed: object, client_ip: str | None) -> None:
    from .addresses import covers  # noqa: PLC0415 - few tokens need it, and `ipaddress` is dear

    if not covers(claimed, client_ip):
        raise TokenRefused("address")


@cache
def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refused)


def _object(pairs: list[tuple[str, Any]]) -> Claims:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member stands twice")
    return members


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
