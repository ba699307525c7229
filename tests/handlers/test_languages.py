import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.handlers.edge.languages import MOST_CHARACTERS, MOST_RANGES, language_of

HAVE = ["en", "de", "fr", "pt-BR"]

PREFERRED = [
    ("de", "de"),
    ("DE", "de"),
    ("pt-br", "pt-BR"),
    ("de-AT", "de"),
    ("de-AT-1996", "de"),
    ("pt", "pt-BR"),
    ("pt-BR", "pt-BR"),
    ("pt-PT,pt;q=0.9,de;q=0.8", "pt-BR"),
    ("it,fr;q=0.5,de;q=0.7", "de"),
    ("fr;q=0.5,de;q=0.5", "fr"),
    ("fr;q=0.501,de;q=0.502", "de"),
    ("de;q=0.9,fr", "fr"),
    ("de;q=1.000,fr;q=0.999", "de"),
    ("fr;q=1,de", "fr"),
    ("it, *;q=0.5", "en"),
    ("*", "en"),
    ("*;q=0.5,de;q=0.5", "en"),
    ("de;q=0.5,*;q=0.5", "de"),
    ("*,de;q=0.5", "en"),
    ("de;q=0.5,*;q=0.7", "en"),
    ("en;q=0,*", "de"),
    ("en;q=0,de;q=0,*;q=0.1", "fr"),
    ("en-GB;q=0,en;q=0.2,de;q=0.1", "en"),
    ("de-AT,en;q=0.8,de;q=0.5", "en"),
    ("de-AT;q=0.3,de-CH;q=0.9,fr;q=0.5", "de"),
    ("de-AT;q=0,fr;q=0.1", "fr"),
    ("de-AT;q=0,en;q=0,fr;q=0", "de"),
    ("de-AT;q=0,*;q=0.5,en;q=0", "de"),
    ("en;q=0", "de"),
    ("fr;q=0,en;q=0", "de"),
    ("de;q=0.1,de;q=0.9,fr;q=0.5", "de"),
    ("d,dex,de-,fr;q=0.1", "fr"),
    ("de ; q=0.4 , fr;Q=0.8", "fr"),
    ("\tde\t;\tq=0.4\t,en;q=0.1", "de"),
    (",, ,de,", "de"),
]
NOTHING_SAID = [
    None,
    "",
    ",",
    "it",
    "zz,yy;q=0.1",
    "en;q=0,de;q=0,fr;q=0,pt-BR;q=0",
    "*;q=0",
    "de;q=0",
    "de;q=0.000",
    "de q=1",
    "de_AT",
    "portugues-",
    "portuguese",
    "\x00de",
    "\uff44\uff45",
]
BAD_QUALITIES = [
    "q=2",
    "q=1.5",
    "q=1.001",
    "q=-1",
    "q=.5",
    "q=0.1234",
    "q=",
    "q",
    "q=nan",
    "q=1e0",
    "q =1",
    "q= 1",
    "q=\u0660",
    "v=1",
    "q=0.5;q=0.6",
]


@pytest.mark.parametrize(("header", "expected"), PREFERRED)
def test_a_viewer_gets_the_language_that_is_preferred(header: str, expected: str) -> None:
    assert language_of(header, HAVE) == expected


@pytest.mark.parametrize("header", NOTHING_SAID, ids=ascii)
def test_a_viewer_who_wants_none_of_them_gets_the_first(header: str | None) -> None:
    assert language_of(header, HAVE) == "en"


@pytest.mark.parametrize("parameters", BAD_QUALITIES, ids=ascii)
def test_a_range_with_a_quality_that_is_none_is_left_out(parameters: str) -> None:
    assert language_of(f"de;{parameters},fr;q=0.001", HAVE) == "fr"


@pytest.mark.parametrize(
    ("header", "have", "expected"),
    [
        ("en-US,en;q=0.9", ["en-GB", "en-US"], "en-US"),
        ("en", ["en-GB", "en-US"], "en-GB"),
        ("en-US;q=0,en", ["en-US", "en-GB"], "en-GB"),
        ("en;q=0,en-GB;q=0.1,de;q=0.1", ["en-US", "en-GB"], "en-GB"),
        ("de", ["de-AT"], "de-AT"),
        ("de-CH", ["fr", "de-AT"], "fr"),
        ("fil,fi;q=0.5", ["fi", "fil"], "fil"),
    ],
)
def test_regions_of_a_language_are_told_apart(header: str, have: list[str], expected: str) -> None:
    assert language_of(header, have) == expected


def test_of_no_languages_there_is_none_to_choose() -> None:
    assert not language_of("de", [])


def test_so_many_ranges_are_read_and_no_more() -> None:
    assert (MOST_CHARACTERS, MOST_RANGES) == (500, 20)
    others = ",".join(["it"] * (MOST_RANGES - 1))
    assert language_of(f"{others},de", HAVE) == "de"
    assert language_of(f"{others},it,de", HAVE) == "en"


def test_so_many_characters_are_read_and_no_more() -> None:
    def padded(text: str, length: int) -> str:
        return " " * (length - len(text)) + text

    assert language_of(padded("de", MOST_CHARACTERS), HAVE) == "de"
    assert language_of(padded("de", MOST_CHARACTERS + 1), HAVE) == "en"
    assert language_of("de," + "x" * 100_000, HAVE) == "de"


def test_a_range_that_the_bound_cuts_is_not_taken_for_another() -> None:
    cut = "fr;q=0.1," + " " * (MOST_CHARACTERS - len("fr;q=0.1,de")) + "de-AT;q=0"
    assert cut[:MOST_CHARACTERS].endswith("de")
    assert language_of(cut, HAVE) == "fr"


LIKELY = st.lists(
    st.tuples(
        st.sampled_from(["en", "de", "de-AT", "pt", "pt-PT", "fr", "*", "it", ""]),
        st.sampled_from(["", ";q=0", ";q=0.5", ";q=1", ";q=x", " ; q=0.9"]),
    ).map("".join),
    max_size=8,
).map(",".join)


@given(st.none() | st.text() | LIKELY, st.lists(st.sampled_from(HAVE), min_size=1, unique=True))
def test_the_answer_is_one_of_the_languages_and_always_the_same(header: str | None, have: list[str]) -> None:
    assert language_of(header, have) in have
    assert language_of(header, have) == language_of(header, list(have))


@given(LIKELY, st.lists(st.sampled_from(HAVE), min_size=1, unique=True))
def test_case_does_not_count(header: str, have: list[str]) -> None:
    assert language_of(header.upper(), have) == language_of(header, have)


@given(LIKELY)
def test_a_refused_language_is_the_answer_only_where_all_are(header: str) -> None:
    """But one that the viewer wants in spite of that, by a more specific range or a second time."""
    wanted = language_of(f"de;q=0,fr;q=0.001,{header}", ["de", "fr"])
    assert wanted == "fr" or "de" in header
