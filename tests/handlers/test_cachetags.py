import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator import invalidations
from asset_edge.handlers.edge import cachetags

CAT = "/space/asset/random/cat.jpg"
CAT_TAG = "key:" + hashlib.sha256(b"space/asset/random/cat.jpg").hexdigest()[:32]


def test_an_assets_own_tag_is_what_the_runbooks_command_prints() -> None:
    """`printf %s 'a' | sha256sum | cut -c 1-32`, run by hand."""
    assert cachetags.tag_of_key("a") == "key:ca978112ca1bbdcafac231b39a23dc4d"
    assert cachetags.tags_of(CAT) == (CAT_TAG,)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/a", "a"),
        ("/a%20b", "a b"),
        ("/%E4%BD%A0", "你"),
        ("/%61", "a"),
        ("/x/../a", "a"),
        ("/", ""),
        ("no path", ""),
        ("/%zz", ""),
        ("", ""),
    ],
)
def test_the_own_tag_is_of_the_object_that_the_path_means(path: str, key: str) -> None:
    assert cachetags.tags_of(path) == (cachetags.tag_of_key(key),)


def test_a_key_that_no_encoding_has_still_has_a_tag() -> None:
    assert cachetags.tag_of_key("\ud800") != cachetags.tag_of_key("\ud801")


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([["b", "a"], ["c"]], ["b", "a", "c"]),
        ([["a"], ["b", "a"]], ["a", "b"]),
        ([["Brand"], ["brand", "BRAND", "x"]], ["Brand", "x"]),
        ([[" a ", "\tb"]], ["a", "b"]),
        ([[""], ["", "  "]], []),
        ([["a,b", "c"]], ["c"]),
        ([["a b", "a\nb", "a\x00", "é", "\x7f", "c"]], ["c"]),
        ([["!", "~", "#x", "+", "-", "a:b"]], ["!", "~", "#x", "+", "-", "a:b"]),
        ([["x" * 256, "y" * 257]], ["x" * 256]),
        ([[CAT_TAG.upper(), "a"]], ["a"]),
    ],
)
def test_others_follow_in_their_order_each_once(groups: list[list[str]], expected: list[str]) -> None:
    assert cachetags.tags_of(CAT, *groups) == (CAT_TAG, *expected)


def test_of_more_than_fifty_the_first_are_kept_and_the_own_one_is_first() -> None:
    many = [f"t{number}" for number in range(60)]
    assert cachetags.tags_of(CAT, many) == (CAT_TAG, *many[:49])
    assert cachetags.tags_of(CAT, many[:49]) == (CAT_TAG, *many[:49])


TAGS = st.lists(st.text(max_size=5) | st.sampled_from(["a", "A", "b,c", "x" * 256, "x" * 300]), max_size=70)


@given(st.text(), TAGS, TAGS)
def test_whatever_is_told_the_tags_are_ones_that_cloudfront_takes(
    path: str, one: list[str], other: list[str]
) -> None:
    tags = cachetags.tags_of(path, one, other)
    assert 1 <= len(tags) <= 50
    assert len({tag.lower() for tag in tags}) == len(tags)
    for tag in tags:
        assert 1 <= len(tag) <= 256
        assert all(33 <= ord(letter) <= 126 and letter != "," for letter in tag)


@given(st.text(), TAGS)
def test_the_edge_reads_from_the_header_what_was_written(path: str, told: list[str]) -> None:
    tags = cachetags.tags_of(path, told)
    assert invalidations.tags(",".join(tags)) == {tag.lower() for tag in tags}
