from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.handlers.edge import baked, config, library, paths
from asset_edge.handlers.edge.config import (
    CountryLibrary,
    EdgeConfig,
    Libraries,
    RegionalBucket,
    has_room_for_libraries,
)
from asset_edge.handlers.edge.grants import Entitlement
from asset_edge.handlers.edge.registry_rows import Row

BUCKET = RegionalBucket(region="eu-west-1", bucket="b", domain_name="b.example", beacon="b.example")

FILMS = Libraries(
    name="films",
    by_country=(CountryLibrary(country="DE", library="eu"), CountryLibrary(country="US", library="na")),
    default="world",
    granted=("kids",),
    languages=("en", "de", "pt-BR"),
)
CLOSED = Libraries(name="closed", by_country=(CountryLibrary(country="DE", library="eu"),))


def choose(
    libraries: Libraries,
    country: str | None = "DE",
    *,
    claim: str | None = None,
    row: Row | None = None,
    language: str | None = None,
) -> tuple[str, str | None] | None:
    """As the edge does it, with the libraries as they are baked."""
    read: Any = baked.read(config.dumps(EdgeConfig(buckets=(BUCKET,), libraries=(libraries,)))).libraries[0]
    return library.choose(read, country, Entitlement(library=claim), row, language)


@pytest.mark.parametrize(
    ("country", "of_films", "of_closed"),
    [
        ("DE", "eu", "eu"),
        ("US", "na", None),
        ("FR", "world", None),
        (None, "world", None),
        ("", "world", None),
        ("de", "world", None),
        ("DE, US", "world", None),
    ],
)
def test_a_country_has_its_library_or_the_default_or_none(
    country: str | None, of_films: str, of_closed: str | None
) -> None:
    assert choose(FILMS, country) == (of_films, "en")
    assert choose(CLOSED, country) == (of_closed and (of_closed, None))


@pytest.mark.parametrize("country", ["DE", "US", "FR", None])
@pytest.mark.parametrize("claim", ["eu", "na", "world", "kids"])
def test_a_token_is_the_right_to_exactly_its_library(country: str | None, claim: str) -> None:
    assert choose(FILMS, country, claim=claim) == (claim, "en")


@pytest.mark.parametrize("claim", ["other", "", "EU", "../eu", "eu/de"])
@pytest.mark.parametrize("country", ["DE", "FR"])
def test_a_token_for_a_library_that_there_is_not_opens_no_other(country: str, claim: str) -> None:
    assert choose(FILMS, country, claim=claim) is None


def test_without_a_token_nobody_sees_what_only_tokens_open() -> None:
    seen = [choose(FILMS, country) for country in ("DE", "US", "FR", None)]
    assert not any(one and one[0] == "kids" for one in seen)
    read: Any = baked.read(config.dumps(EdgeConfig(buckets=(BUCKET,), libraries=(FILMS,)))).libraries[0]
    assert library.choose(read, "DE", None, None, None) == ("eu", "en")
    assert library.names(read) == ["eu", "na", "world", "kids"]
    assert library.names(CLOSED) == ["eu"]


@pytest.mark.parametrize(
    ("country", "claim", "libraries", "expected"),
    [
        ("DE", None, (), "eu"),
        ("DE", None, ("eu",), "eu"),
        ("DE", None, ("na", "eu"), "eu"),
        ("DE", None, ("na",), None),
        ("FR", None, ("eu", "na"), None),
        ("US", "eu", ("eu",), "eu"),
        ("US", "eu", ("na",), None),
    ],
)
def test_an_asset_is_only_in_the_libraries_of_its_entry(
    country: str, claim: str | None, libraries: tuple[str, ...], expected: str | None
) -> None:
    found = choose(FILMS, country, claim=claim, row=Row("published", libraries=libraries))
    assert found == (expected and (expected, "en"))


@pytest.mark.parametrize(
    ("wanted", "of_the_row", "expected"),
    [
        ("de", (), "de"),
        ("pt-BR", (), "pt-BR"),
        ("fr", (), "en"),
        ("DE", (), "en"),
        ("", (), "en"),
        (None, (), "en"),
        ("de", ("de", "en"), "de"),
        ("en", ("de", "pt-BR"), "de"),
        ("fr", ("fr", "pt-BR"), "pt-BR"),
        (None, ("pt-BR", "de"), "de"),
        ("none", ("de",), "de"),
    ],
)
def test_the_wanted_language_or_the_first_that_there_is(
    wanted: str | None, of_the_row: tuple[str, ...], expected: str
) -> None:
    row = Row("published", languages=of_the_row)
    assert choose(FILMS, row=row, language=wanted) == ("eu", expected)


@pytest.mark.parametrize("wanted", ["fr", "de", None])
def test_an_asset_in_none_of_the_languages_is_nobodys(wanted: str | None) -> None:
    assert choose(FILMS, row=Row("published", languages=("fr", "it")), language=wanted) is None


def test_without_languages_there_is_none_to_choose_whatever_the_entry_has() -> None:
    assert choose(CLOSED, row=Row("published", languages=("fr",)), language="fr") == ("eu", None)


@pytest.mark.parametrize(
    ("path", "language", "expected"),
    [
        ("/video/film/a.m3u8", "de", "/video/eu/de/film/a.m3u8"),
        ("/video/film/a.m3u8", None, "/video/eu/film/a.m3u8"),
        ("/video/a", "pt-BR", "/video/eu/pt-BR/a"),
        ("/video/", "de", "/video/eu/de/"),
        ("/a.jpg", "de", "/a.jpg/eu/de"),
        ("/", "de", "/"),
        ("/%E4%BD%A0/a%2Bb", None, "/%E4%BD%A0/eu/a%2Bb"),
    ],
)
def test_a_library_is_a_folder_after_the_first(path: str, language: str | None, expected: str) -> None:
    assert library.path_in(path, "eu", language) == expected
    assert paths.canonical(expected) == expected


PATH = st.text(max_size=60).map("/".__add__).map(paths.canonical).filter(bool)
NAME = st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True)
LANGUAGE = st.none() | st.from_regex(r"[a-z]{2,3}(-[A-Z]{2})?", fullmatch=True)


@given(PATH, NAME, LANGUAGE)
def test_what_is_canonical_stays_so_and_in_its_first_folder(
    path: str, name: str, language: str | None
) -> None:
    inside = library.path_in(path, name, language)
    assert paths.canonical(inside) == inside
    assert inside.split("/")[1] == path.split("/")[1]


@given(PATH, PATH, NAME, LANGUAGE)
def test_two_assets_never_share_a_place_in_a_library(
    one: str, other: str, name: str, language: str | None
) -> None:
    same = library.path_in(one, name, language) == library.path_in(other, name, language)
    # `/a` and `/a/` differ in a slash at the end, and so do their places.
    assert same == (one == other)


@given(
    country=st.none() | st.text(max_size=3),
    claim=st.none() | st.text(max_size=8) | st.sampled_from(["eu", "kids"]),
    language=st.none() | st.text(max_size=6),
    libraries=st.lists(st.sampled_from(["eu", "na", "kids", "world", "x"])).map(tuple),
    languages=st.lists(st.sampled_from(["en", "de", "fr"])).map(tuple),
)
def test_what_is_chosen_is_configured_claimed_and_licensed(
    country: str | None,
    claim: str | None,
    language: str | None,
    libraries: tuple[str, ...],
    languages: tuple[str, ...],
) -> None:
    row = Row("published", libraries=libraries, languages=languages)
    found = choose(FILMS, country, claim=claim, row=row, language=language)
    if found is not None:
        assert found[0] in {"eu", "na", "world", "kids"}
        assert claim in (None, found[0])
        assert not libraries or found[0] in libraries
        assert found[1] in FILMS.languages
        assert not languages or found[1] in languages


SHORT_PATTERNS = ["".join(letters) for length in range(1, 6) for letters in product("a*?/", repeat=length)]
SHORT_PATHS = ["/a/a", "/a/aa", "/aa/a", "/b/a", "/a/b", "/a/a/a", "/a/a/", "/a/b/a", "/b/a/a/a"]


def test_a_pattern_with_room_covers_an_asset_in_any_library_too() -> None:
    seen = 0
    for pattern, path in product(filter(has_room_for_libraries, SHORT_PATTERNS), SHORT_PATHS):
        if paths.matches(pattern, path):
            seen += 1
            assert paths.matches(pattern, library.path_in(path, "x", None))
            assert paths.matches(pattern, library.path_in(path, "x", "a"))
    assert seen > 100


@pytest.mark.parametrize("pattern", ["/video/*", "video/*.m3u8", "*", "/*", "*.m3u8", "/video/*/a/*"])
def test_there_is_room_behind_the_first_segment_or_nowhere(pattern: str) -> None:
    assert has_room_for_libraries(pattern)


@pytest.mark.parametrize(
    "pattern", ["/video/films/*", "/v*/*", "/vi?eo/*", "/video*", "/video", "*/films/*", "*a?b", "/a%2Fb/*"]
)
def test_elsewhere_the_object_would_lie_out_of_reach(pattern: str) -> None:
    assert not has_room_for_libraries(pattern)
