"""Which library a viewer sees, in which language, and where in the bucket that is.

A token's library is the right to exactly that one: it comes before the country's, and where the asset is not
in it, or nobody has configured it, there is no other.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .config import Libraries
    from .grants import Entitlement
    from .registry_rows import Row


def choose(
    libraries: Libraries,
    country: str | None,
    entitlement: Entitlement | None,
    row: Row | None,
    language: str | None,
) -> tuple[str, str | None] | None:
    """The library and the language, which is None where `libraries` has none; None alone: neither (451).

    A country that is not listed, or not known, has the default library. `row` is None where the registry
    says nothing: then every library has the asset. `language` is the wanted one. Never raises.
    """
    library = _library(libraries, country, entitlement)
    if library is None or (row and row.libraries and library not in row.libraries):
        return None
    if not libraries.languages:
        return library, None
    spoken = [one for one in libraries.languages if not (row and row.languages) or one in row.languages]
    if not spoken:
        return None
    return library, language if language in spoken else spoken[0]


def path_in(path: str, library: str, language: str | None) -> str:
    """The path of an asset in its library: `/video/film/a.m3u8` is `/video/eu/de/film/a.m3u8`.

    What is put in comes after the first segment, also where that is the last: `/a.jpg` is `/a.jpg/eu`, where
    no object is, and never in another folder. `/`, which is no asset, stays what it is. Canonical if `path`
    is, unless the key grows over 1,024 bytes, which S3 refuses.
    """
    if path == "/":
        return path
    first, slash, rest = path[1:].partition("/")
    inserted = f"{library}/{language}" if language else library
    return f"/{first}/{inserted}{slash}{rest}"


def names(libraries: Libraries) -> list[str]:
    """Every library that there is."""
    by_country = [one.library for one in libraries.by_country]
    default = [] if libraries.default is None else [libraries.default]
    return [*by_country, *default, *libraries.granted]


def _library(libraries: Libraries, country: str | None, entitlement: Entitlement | None) -> str | None:
    if entitlement and entitlement.library is not None:
        return entitlement.library if entitlement.library in names(libraries) else None
    listed = (one.library for one in libraries.by_country if one.country == country)
    return next(listed, libraries.default)
