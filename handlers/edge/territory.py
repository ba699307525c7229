"""Whether an asset may be seen in a country: the licence first, and only then the host of that country.

Four lists may name countries, and each that does must allow the viewer's: those that the territory denies,
those that it allows, those of the registry's entry, and those of the token. Where any of them does, a viewer
of whom no country is known is refused.

Source: Amazon CloudFront Developer Guide, "Add CloudFront request headers" (the viewer's location).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .config import Territory
    from .grants import Entitlement

_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_CODE_LETTERS = 2


class Decision:
    """Allowed, refused (answer `status`), or redirected to `host`."""

    __slots__ = ("host", "kind", "status")

    def __init__(self, kind: str, status: str | None = None, host: str | None = None) -> None:
        self.kind = kind
        self.status = status
        self.host = host


ALLOWED = Decision("allowed")
REFUSED = Decision("refused", status="451")


def decide(
    territory: Territory | None,
    country: str | None,
    entitlement: Entitlement | None,
    row_countries: Sequence[str],
) -> Decision:
    """What a viewer from `country` gets; `country` is the header as CloudFront sent it. Never raises."""
    country = known(country)
    if not _is_licensed(territory, country, entitlement, row_countries):
        return REFUSED
    host = _host(territory, country)
    return Decision("redirect", status="302", host=host) if host else ALLOWED


def known(country: str | None) -> str | None:
    """The country, if that is what the text is: two capitals, as CloudFront writes them."""
    return country if country and len(country) == _CODE_LETTERS and _LETTERS.issuperset(country) else None


def _is_licensed(
    territory: Territory | None,
    country: str | None,
    entitlement: Entitlement | None,
    row_countries: Sequence[str],
) -> bool:
    allowed = (
        territory.allow if territory else (),
        row_countries,
        entitlement.countries if entitlement else (),
    )
    return not _is_denied(territory, country) and all(
        not countries or country in countries for countries in allowed
    )


def _is_denied(territory: Territory | None, country: str | None) -> bool:
    """So is nobody's country, where any is: it could be that one."""
    deny = territory.deny if territory else ()
    return bool(deny) and (country is None or country in deny)


def _host(territory: Territory | None, country: str | None) -> str | None:
    redirects = territory.redirects if territory else ()
    return next((one.host for one in redirects if one.country == country), None)
