"""How viewer-request tells origin-request what a token opened: one canonical text, in the cache key.

| text                            | what it says                                                 |
|---------------------------------|--------------------------------------------------------------|
| `none`                          | no token, no grant                                           |
| `any`                           | a grant that names neither country nor library               |
| `country=CA+DE`                 | a grant for viewers in one of these countries, in A-Z order  |
| `library=kids`                  | a grant for this library                                     |
| `country=CA+DE;library=kids`    | both                                                         |

Each grant has one text and each text one meaning: another spelling is no grant, so that what is cached under
one text never differs. When a token ends is not in it: the cache would keep a copy for each second.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NONE = "none"
"""The text where there is no grant."""

MOST_COUNTRIES = 50
"""That a grant may name: the text is a header, and a cache key."""

_ANY = "any"
_COUNTRY = "country="
_LIBRARY = "library="
_CODE = "[A-Z]{2}"
_LABEL = "[a-z0-9][a-z0-9-]{0,31}"
_ISO_CODE = re.compile(_CODE)
_NAME = re.compile(_LABEL)
_TEXT = re.compile(rf"any|(?:country=({_CODE}(?:\+{_CODE})*))?;?(?:library=({_LABEL}))?")


class Entitlement:
    """What the grant header says: the countries and the library that a token is limited to."""

    __slots__ = ("countries", "library")

    def __init__(self, countries: Iterable[str] = (), library: str | None = None) -> None:
        self.countries = tuple(sorted(set(countries)))
        """ISO 3166-1 codes in A-Z order; empty means any."""

        self.library = library
        """None means any."""


class Grant(Entitlement):
    """What a token opened, as its verifier knows it."""

    __slots__ = ("expires_at", "path_prefix")

    def __init__(
        self,
        countries: Iterable[str] = (),
        library: str | None = None,
        path_prefix: str | None = None,
        expires_at: int = 0,
    ) -> None:
        super().__init__(countries, library)
        self.path_prefix = path_prefix
        """Where the token opens all below a folder, its canonical path with a slash at the end."""

        self.expires_at = expires_at
        """Seconds since 1970, without leeway."""


def text_of(grant: Entitlement | None) -> str:
    """The canonical text, ASCII, at most 198 characters."""
    if grant is None:
        return NONE
    countries = [_COUNTRY + "+".join(grant.countries)] if grant.countries else []
    library = [_LIBRARY + grant.library] if grant.library is not None else []
    return ";".join(countries + library) or _ANY


def entitlement_of(text: str | None) -> Entitlement | None:
    """What the text says; None where it says `none`, is not canonical, or is not there."""
    found = _TEXT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    entitlement = Entitlement(found[1].split("+") if found[1] else (), found[2])
    return (
        entitlement if len(entitlement.countries) <= MOST_COUNTRIES and text_of(entitlement) == text else None
    )


def is_countries(countries: Sequence[object]) -> bool:
    """Whether a grant may name these: 1 to 50 ISO codes in capitals."""
    return 0 < len(countries) <= MOST_COUNTRIES and all(
        isinstance(country, str) and _ISO_CODE.fullmatch(country) for country in countries
    )


def is_library(name: str) -> bool:
    """Whether a grant may name it."""
    return _NAME.fullmatch(name) is not None
