"""The grant's text: one for each grant, one grant for each text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asset_edge.handlers.edge import grants
from asset_edge.handlers.edge.grants import Entitlement, Grant

COUNTRIES = st.lists(st.from_regex("[A-Z]{2}", fullmatch=True), max_size=50)
LIBRARY = st.none() | st.from_regex("[a-z0-9][a-z0-9-]{0,31}", fullmatch=True)
ANY_TEXT = (
    st.text() | st.text("anycoutrlib=;+-,CADE ds0").map(str) | st.text("CADE+=;").map("country=".__add__)
)

TEXTS = [
    (None, "none"),
    (Grant(), "any"),
    (Grant(["CA"]), "country=CA"),
    (Grant(["DE", "CA"]), "country=CA+DE"),
    (Grant(["DE", "CA", "DE"]), "country=CA+DE"),
    (Grant([], "kids"), "library=kids"),
    (Grant(["DE"], "kids-2"), "country=DE;library=kids-2"),
    (Grant(["DE"], None, "/space/", 7), "country=DE"),
]
NO_GRANT = {
    "absent": None,
    "none": "none",
    "empty": "",
    "capitals": "ANY",
    "blank": "any ",
    "line end": "any\n",
    "unsorted": "country=DE+CA",
    "twice": "country=CA+CA",
    "small letters": "country=de",
    "three letters": "country=DEU",
    "no country": "country=",
    "no second country": "country=DE+",
    "no library": "library=",
    "nothing beside the semicolon": ";",
    "a semicolon at the end": "country=DE;",
    "a semicolon first": ";library=kids",
    "no semicolon": "country=DElibrary=kids",
    "the wrong order": "library=kids;country=DE",
    "any and more": "any;library=kids",
    "a library that begins with a dash": "library=-kids",
    "a long library": "library=" + "k" * 33,
    "two libraries": "library=kids;library=kids",
    "51 countries": "country=" + "+".join(sorted(a + b for a in "ABC" for b in "ABCDEFGHIJKLMNOPQ")),
    "foreign digits": "library=k\u0661",
    "something else": "country=DE;plan=gold",
}


@pytest.mark.parametrize(("grant", "text"), TEXTS, ids=[text for _, text in TEXTS])
def test_a_grant_has_its_text(grant: Grant | None, text: str) -> None:
    assert grants.text_of(grant) == text


@pytest.mark.parametrize("text", NO_GRANT.values(), ids=NO_GRANT)
def test_what_is_not_canonical_is_no_grant(text: str | None) -> None:
    assert grants.entitlement_of(text) is None


def test_what_is_no_text_is_no_grant() -> None:
    assert grants.entitlement_of(7) is None  # type: ignore[arg-type]


def test_fifty_countries_and_a_long_library_are_the_longest_text() -> None:
    countries = sorted(a + b for a in "ABCDE" for b in "ABCDEFGHIJ")
    text = grants.text_of(Grant(countries, "k" * 32))
    found = grants.entitlement_of(text)
    assert found is not None
    assert (len(text), list(found.countries)) == (198, countries)


@given(COUNTRIES, LIBRARY)
def test_a_grants_text_reads_back_to_its_entitlement(countries: list[str], library: str | None) -> None:
    found = grants.entitlement_of(grants.text_of(Grant(countries, library)))
    assert found is not None
    assert (found.countries, found.library) == (tuple(sorted(set(countries))), library)


@given(COUNTRIES, LIBRARY, COUNTRIES, LIBRARY)
def test_two_grants_share_a_text_only_if_they_say_the_same(
    countries: list[str], library: str | None, others: list[str], other: str | None
) -> None:
    same = (set(countries), library) == (set(others), other)
    assert (grants.text_of(Grant(countries, library)) == grants.text_of(Grant(others, other))) == same


@given(ANY_TEXT)
@example("country=AA;library=a")
def test_any_text_is_no_grant_or_the_one_spelling_of_one(text: str) -> None:
    found = grants.entitlement_of(text)
    assert found is None or grants.text_of(found) == text


@given(ANY_TEXT)
def test_what_is_read_can_be_named_in_a_claim(text: str) -> None:
    found = grants.entitlement_of(text) or Entitlement()
    assert not found.countries or grants.is_countries(found.countries)
    assert found.library is None or grants.is_library(found.library)


@pytest.mark.parametrize("countries", [[], ["de"], ["DEU"], ["D"], [7], [None], ["DE\n"], ["DE"] * 51])
def test_these_countries_no_grant_names(countries: list[object]) -> None:
    assert not grants.is_countries(countries)
