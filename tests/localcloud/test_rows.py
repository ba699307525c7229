"""A provider's words and the API's, and what rows share: tags, refusals, and what is gone."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given as drawn
from hypothesis import strategies as st

from asset_edge.errors import Unsupported
from asset_edge.localcloud.rows import (
    camel,
    given,
    kept,
    mark,
    only,
    pascal,
    plain,
    retag,
    same_json,
    tag_list,
    tag_map,
    tagged,
    told,
    unless_gone,
)

NAMES = {"id": "ID", "arn": "ARN"}
WORDS = st.sampled_from(["id", "arn", "maxAgeSeconds", "rules", "x"])
DOCUMENTS = st.recursive(
    st.text() | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
TAGS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xyz"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3.0, 3),
        (0.5, 0.5),
        (True, True),
        ({"a": [1.0, {"b": 2.0}]}, {"a": [1, {"b": 2}]}),
        ({"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": 1.0}, 1),
    ],
)
def test_inputs_lose_the_sdks_marks(value: Any, expected: Any) -> None:
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)


def test_documents_get_the_apis_words() -> None:
    document = {"maxAgeSeconds": 1, "rules": [{"sseAlgorithm": "x"}]}
    assert pascal(document, {"sseAlgorithm": "SSEAlgorithm"}) == {
        "MaxAgeSeconds": 1,
        "Rules": [{"SSEAlgorithm": "x"}],
    }


def test_tags_are_a_list_for_most_apis() -> None:
    assert tag_list({"a": "b"}) == [{"Key": "a", "Value": "b"}]
    assert tag_list(None) == []


def test_marks_follow_values_and_length() -> None:
    assert mark("a") != mark("b")
    assert len(mark("a", length=5)) == 5
    assert mark(Path("x")) == mark(Path("x"))


@drawn(DOCUMENTS)
def test_a_document_comes_back_in_the_providers_words(document: Any) -> None:
    assert camel(pascal(document, NAMES), NAMES) == document


def test_an_input_that_was_not_given_is_not_sent() -> None:
    names = {"maxAge": "MaxAge", "off": "Off", "absent": "Absent", "none": "None"}
    sent = given({"maxAge": 0, "off": False, "none": None, "other": 1}, names)
    assert sent == {"MaxAge": 0, "Off": False}


def test_what_the_api_tells_empty_was_not_given() -> None:
    names = {"a": "A", "b": "B", "c": "C", "d": "D", "e": "E"}
    assert told({"A": 0, "B": "", "C": [], "D": None, "F": 1, "E": False}, names) == {"a": 0, "e": False}


def test_what_nobody_is_told_stays_as_declared() -> None:
    assert kept({"a": False, "b": None, "c": 1}, "a", "b", "d") == {"a": False}


@drawn(TAGS, TAGS)
def test_afterwards_there_are_the_wanted_tags_and_no_others(
    wanted: dict[str, str], before: dict[str, str]
) -> None:
    now, calls = dict(before), list[str]()

    def add(tags: dict[str, str]) -> None:
        calls.append("add")
        now.update(tags)

    def remove(keys: list[str]) -> None:
        calls.append("remove")
        for key in keys:
            del now[key]

    retag(wanted, before, add=add, remove=remove)
    assert now == wanted
    assert not calls or wanted != before, "nothing is called for nothing"


def test_nothing_wanted_takes_every_tag_away() -> None:
    removed = list[str]()
    retag(None, {"a": "b"}, add=lambda _: pytest.fail("nothing is to be added"), remove=removed.extend)
    assert removed == ["a"]


@drawn(TAGS)
def test_a_list_of_tags_is_a_map_of_them(tags: dict[str, str]) -> None:
    assert tag_map(tag_list(tags)) == tags
    assert tagged(tags)["tagsAll"] == tags
    assert tagged(tags).get("tags", {}) == tags


@pytest.mark.parametrize(
    ("declared", "found", "expected"),
    [
        pytest.param('{"a":  1}', {"a": 1}, '{"a":  1}', id="the same, spaced otherwise"),
        pytest.param('{"a": 1}', {"a": 2}, '{"a": 2}', id="another"),
        pytest.param({"a": 1}, {"a": 1}, {"a": 1}, id="declared as a document"),
        pytest.param(None, {"a": 1}, '{"a": 1}', id="not declared"),
    ],
)
def test_a_document_that_says_the_same_is_told_as_it_was_declared(
    declared: Any, found: Any, expected: Any
) -> None:
    assert same_json(declared, found) == expected


def refused(code: str) -> Any:
    raise ClientError({"Error": {"Code": code, "Message": "m"}}, "GetThing")


def test_what_is_gone_is_none_and_other_errors_are_errors() -> None:
    assert unless_gone(lambda: "there", "Gone") == "there"
    assert unless_gone(lambda: refused("Gone"), "Lost", "Gone") is None
    with pytest.raises(ClientError, match="Denied"):
        unless_gone(lambda: refused("Denied"), "Gone")


@pytest.mark.parametrize(
    ("inputs", "name"),
    [
        ({"name": "n", "b": 1, "a": [1]}, "n"),
        ({"domainName": "d.test", "b": 1, "a": True}, "d.test"),
        ({"b": 1, "a": "x"}, "without a name"),
    ],
)
def test_a_refusal_names_the_resource_the_inputs_and_what_to_do(inputs: Any, name: str) -> None:
    check = only("thing", {"name", "domainName", "known"}, instead="Use another")
    with pytest.raises(Unsupported) as error:
        check(inputs)
    assert str(error.value) == f"thing {name} has a, b; the local cloud models none. Use another"


def test_inputs_that_say_nothing_are_not_refused() -> None:
    only("thing", {"known"})({"known": 1, "region": "r", "tags": {"a": "b"}, "a": None, "b": [], "c": False})
