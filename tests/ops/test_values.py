"""Secrets are masked by marker, by name and wherever their text stands; what differs is a leaf."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.ops.comparing import differences
from asset_edge.ops.sentences import LONGEST_VALUE, shown
from asset_edge.ops.values import LATER, SECRET, Mask

MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
ARCHIVE = {"4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7"}
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (MARK, SECRET),
        ({**MARK, "plaintext": '"x"'}, SECRET),
        ({**MARK, "ciphertext": "v1:a:b"}, SECRET),
        ({"a": [{"b": {**MARK, "value": "x"}}]}, {"a": [{"b": SECRET}]}),
        ({"masterPassword": "x"}, {"masterPassword": SECRET}),
        ({"passwords": ["x", "y"]}, {"passwords": SECRET}),
        ({"privateKey": None}, {"privateKey": None}),
        ({"clientSecret": "x", "secretary": "y"}, {"clientSecret": SECRET, "secretary": "y"}),
        ({"__defaults": [], "a": {"__meta": 1, "b": 2}}, {"a": {"b": 2}}),
        (UNKNOWN, LATER),
        (f"arn:{UNKNOWN}/x", f"arn:{LATER}/x"),
        ("<unknown>", LATER),
        ({**ARCHIVE, "hash": "abc", "path": "/home/me"}, {"archive": "abc"}),
        (3, 3),
        (True, True),
    ],
)
def test_a_value_is_seen_as_it_may_be(value: Any, wanted: Any) -> None:
    assert Mask().value(value) == wanted


@pytest.mark.parametrize("told", ['"hunter2"', "hunter2", '["hunter2"]', '{"a": {"b": "hunter2"}}'])
def test_a_secret_in_plain_beside_its_marker_is_masked_everywhere(told: str) -> None:
    mask = Mask.of([{**MARK, "plaintext": told}, "hunter2 is it"])
    assert mask.text("hunter2 is it") == "[secret] is it"
    assert mask.value({"hunter2": ["x-hunter2"]}) == {"[secret]": ["x-[secret]"]}


def test_a_short_secret_is_masked_where_it_is_the_value_and_a_number_as_well() -> None:
    mask = Mask.of([{**MARK, "value": "ab"}, {**MARK, "plaintext": "12345"}])
    assert mask.value(["ab", "about", 12345, 123456]) == [SECRET, "about", SECRET, 123456]


def test_the_longest_secret_is_masked_first() -> None:
    assert Mask.of([{**MARK, "value": ["abcd", "abcdef"]}]).text("x abcdef y") == "x [secret] y"


def test_a_mapping_that_is_secret_as_a_whole_shows_nothing() -> None:
    assert Mask().mapping(MARK) == {}
    assert Mask().mapping({"a": 1}) == {"a": 1}


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("a", 1, 2)]),
        ({"a": 1}, {"a": True}, [("a", 1, True)]),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, [("a.b[1]", 2, 3)]),
        ({"a": [1]}, {"a": [1, 2]}, [("a[1]", None, 2)]),
        ({"a": 1}, {}, [("a", 1, None)]),
        ({}, {"a": {"b": 1}}, [("a", None, {"b": 1})]),
        ({"a.b": 1}, {"a.b": 2}, [('["a.b"]', 1, 2)]),
        ({"t": {"x/y": 1}}, {"t": {"x/y": 2}}, [('t["x/y"]', 1, 2)]),
        ({"a": "x"}, {"a": MARK}, [("a", SECRET, SECRET)]),
        ({"a": {**MARK, "value": "x"}}, {"a": {**MARK, "value": "y"}}, [("a", SECRET, SECRET)]),
        ({"a": MARK}, {}, [("a", SECRET, None)]),
        ({"__defaults": ["a"]}, {"__defaults": []}, []),
    ],
)
def test_what_differs_is_told_leaf_by_leaf(old: Any, new: Any, wanted: list[Any]) -> None:
    assert [(one.path, one.old, one.new) for one in differences(old, new, Mask())] == wanted


def test_elements_with_a_name_are_compared_by_it_wherever_they_stand() -> None:
    old = {"b": [{"pathPattern": "/a", "x": 1}, {"pathPattern": "/b", "x": 1}]}
    new = {"b": [{"pathPattern": "/c", "x": 9}, {"pathPattern": "/a", "x": 2}, {"pathPattern": "/b", "x": 1}]}
    assert [(one.path, one.old, one.new) for one in differences(old, new, Mask())] == [
        ('b["/a"].x', 1, 2),
        ('b["/c"]', None, {"pathPattern": "/c", "x": 9}),
    ]
    turned = {"b": list(reversed(old["b"]))}
    assert [one.path for one in differences(old, turned, Mask())] == ["b (order)"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_a_value_does_not_differ_from_itself(value: Any) -> None:
    assert differences(value, value, Mask()) == ()


@given(JSON, JSON)
def test_what_differs_one_way_differs_the_other_way_round(old: Any, new: Any) -> None:
    there = {(one.path, repr(one.old), repr(one.new)) for one in differences(old, new, Mask())}
    back = {(one.path, repr(one.new), repr(one.old)) for one in differences(new, old, Mask())}
    assert there == back


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (None, "nothing"),
        (True, "true"),
        ({"b": 1, "a": "ü"}, '{"a": "ü", "b": 1}'),
        (("a", "b"), "a, b"),
        ([], "nothing"),
        ("", '""'),
        ("a\nb", "a\\nb"),
        ("a\u202eb", "a\\u202eb"),
        ("\ud800", "\\ud800"),
        ("x" * 200, "x" * (LONGEST_VALUE - 1) + "…"),
    ],
)
def test_a_value_is_shown_in_one_line(value: Any, wanted: str) -> None:
    assert shown(value) == wanted
