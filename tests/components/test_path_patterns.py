"""Path patterns against every short path there is."""

import re
from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.components.path_patterns import covers, overlap

LONGEST_PATTERN = 4
PATHS = [
    "".join(letters) for length in range(2 * LONGEST_PATTERN + 1) for letters in product("ab", repeat=length)
]
"""Enough: a path that fits two patterns can do without every character that a star of both takes."""

PATTERNS = st.text("ab*?", max_size=LONGEST_PATTERN)


@cache
def matched(pattern: str) -> frozenset[str]:
    wild = {"*": ".*", "?": "."}
    compiled = re.compile("".join(wild.get(character, character) for character in pattern))
    return frozenset(path for path in PATHS if compiled.fullmatch(path))


@given(PATTERNS, PATTERNS)
def test_two_patterns_overlap_exactly_if_a_path_fits_both(one: str, other: str) -> None:
    assert overlap(one, other) == bool(matched(one) & matched(other))


@given(PATTERNS, PATTERNS)
def test_a_pattern_covers_another_only_if_all_its_paths_fit(wide: str, narrow: str) -> None:
    assert not covers(wide, narrow) or matched(narrow) <= matched(wide)


@given(PATTERNS, PATTERNS)
def test_without_question_marks_covering_is_seen_always(wide: str, narrow: str) -> None:
    """Stars alone leave no doubt, as soon as there is a third letter for what they take."""
    wide, narrow = wide.replace("?", "a"), narrow.replace("?", "b")
    if not covers(wide, narrow):
        compiled = re.compile(wide.replace("*", ".*"))
        assert not compiled.fullmatch(narrow.replace("*", "c"))


@given(PATTERNS)
def test_a_pattern_covers_and_overlaps_itself_and_the_default_covers_all(pattern: str) -> None:
    assert overlap(pattern, pattern)
    assert covers(pattern, pattern)
    assert covers("*", pattern)


@pytest.mark.parametrize(
    ("one", "other", "overlaps", "is_covered"),
    [
        ("/video/*", "video/*", True, True),
        ("/video/*", "/video/film/*", True, True),
        ("/video/film/*", "/video/*", True, False),
        ("/video/*", "/videos/*", False, False),
        ("*.jpg", "/video/*", True, False),
        ("*.jpg", "/video/*.jpg", True, True),
        ("*.jpg", "/video/*.png", False, False),
        ("/a?c", "/a*", True, False),
        ("/a*", "/a?c", True, True),
        ("/a?c", "/ac", False, False),
        ("/*", "*", True, True),
        ("*", "/a.b$c", True, True),
        ("/a.b", "/a-b", False, False),
        ("/A/*", "/a/*", False, False),
    ],
)
def test_patterns_of_a_distribution(one: str, other: str, overlaps: bool, is_covered: bool) -> None:
    assert (overlap(one, other), covers(one, other)) == (overlaps, is_covered)
    assert overlap(other, one) == overlaps


def test_the_longest_patterns_are_compared_at_once() -> None:
    """A look at every way to share out the stars would never end."""
    one, other = "*a" * 127 + "b", "a*" * 127
    assert not overlap(one, other + "c")
    assert overlap(one, other)
    assert not covers(one, other)
