"""Which behaviour serves a path."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator.behaviors import choose, normalised


@dataclass(frozen=True)
class Named:
    path_pattern: str


def chosen(uri: str, *patterns: str) -> str:
    return choose([*map(Named, patterns), Named("*")], uri).path_pattern


@pytest.mark.parametrize(
    ("pattern", "uri", "matches"),
    [
        ("/demo/*", "/demo/a.png", True),
        ("/demo/*", "/demo/", True),
        ("/demo/*", "/demo", False),
        ("/demo/*", "/x/demo/a.png", False),
        ("demo/*", "/demo/a.png", True),
        ("*.jpg", "/deep/er/a.jpg", True),
        ("*.jpg", "/a.JPG", False),
        ("/a?.png", "/ab.png", True),
        ("/a?.png", "/a.png", False),
        ("/a.png", "/axpng", False),
        ("/[a]/*", "/a/b", False),
        ("/a+b", "/a+b", True),
        ("/private/*", "/demo/../private/x", True),
        ("/private/*", "/./private/x", True),
        ("/private/*", "/%70rivate/x", True),
        ("/private/*", "/private%2Fx", False),
        ("/caf%C3%A9/*", "/caf%c3%a9/x", True),
    ],
)
def test_a_pattern_is_matched_on_the_normalised_path(pattern: str, uri: str, matches: bool) -> None:
    assert (chosen(uri, pattern) == pattern) is matches


def test_the_first_match_wins_and_the_default_takes_the_rest() -> None:
    patterns = ("/a/*.png", "/a/*", "*.png")
    assert chosen("/a/x.png", *patterns) == "/a/*.png"
    assert chosen("/a/x.gif", *patterns) == "/a/*"
    assert chosen("/b/x.png", *patterns) == "*.png"
    assert chosen("/b/x.gif", *patterns) == "*"


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("/", "/"),
        ("/a/./b", "/a/b"),
        ("/a/../b", "/b"),
        ("/../../b", "/b"),
        ("/a/b/..", "/a/"),
        ("/a/.", "/a/"),
        ("/a//b", "/a//b"),
        ("/%41%2d%7E", "/A-~"),
        ("/%2e%2e/b", "/b"),
        ("/%2f%zz", "/%2F%zz"),
    ],
)
def test_a_path_is_normalised_as_rfc_3986_says(uri: str, expected: str) -> None:
    assert normalised(uri) == expected


SEGMENTS = st.lists(st.sampled_from(["a", "..", ".", "", "%2e", "%2E%2e", "b%20c", "%41"]))


@given(SEGMENTS)
def test_normalising_again_changes_nothing_and_leaves_no_dot_segment(segments: list[str]) -> None:
    once = normalised("/" + "/".join(segments))
    assert normalised(once) == once
    assert not {".", ".."} & set(once.split("/"))
