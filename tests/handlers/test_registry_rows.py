"""An item is a row only where every attribute of it is what the layout says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.handlers.edge.registry_rows import MISSING, SETS, STATUSES, UNREACHABLE, Row, row_of

KEY = "demo/a.png"
NOW = 1_000.0


def item(**changed: Any) -> dict[str, Any]:
    return {"key": {"S": KEY}, "status": {"S": "published"}, **changed}


def told(row: object) -> dict[str, Any]:
    assert isinstance(row, Row)
    return {name: getattr(row, name) for name in Row.__slots__}


NOTHING_MORE: dict[str, Any] = {
    **dict.fromkeys(("countries", "languages", "libraries", "tags"), ()),
    "cache_rule": None,
    "content_type": None,
    "status": "published",
    "version": 0,
}


def test_key_and_status_are_enough() -> None:
    assert told(row_of(KEY, item(), NOW)) == NOTHING_MORE


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_is_read(status: str) -> None:
    assert told(row_of(KEY, item(status={"S": status}), NOW))["status"] == status


@pytest.mark.parametrize("kind", ["set", "list"])
def test_every_attribute_is_read_sets_as_sorted_texts(kind: str) -> None:
    def members(*texts: str) -> dict[str, Any]:
        return {"SS": list(texts)} if kind == "set" else {"L": [{"S": text} for text in texts]}

    whole = item(
        countries=members("DE", "CA"),
        libraries=members("kids"),
        languages=members("pt-BR", "de"),
        tags=members("film:42", "a"),
        cacheRule={"S": "long"},
        contentType={"S": "image/svg+xml"},
        version={"N": "7"},
        expiresAt={"N": "1001"},
        somethingElse={"M": {}},
    )
    assert told(row_of(KEY, whole, NOW)) == {
        "status": "published",
        "countries": ("CA", "DE"),
        "libraries": ("kids",),
        "languages": ("de", "pt-BR"),
        "tags": ("a", "film:42"),
        "cache_rule": "long",
        "content_type": "image/svg+xml",
        "version": 7,
    }


LIES: dict[str, Any] = {
    "no item": None,
    "a list": [],
    "empty": {},
    "another asset": item(key={"S": "demo/b.png"}),
    "no status": {"key": {"S": KEY}},
    "an unknown status": item(status={"S": "Published"}),
    "a status that is a number": item(status={"N": "1"}),
    "a status that is null": item(status={"S": None}),
    "a status without its type": item(status="published"),
    "a status of two types": item(status={"S": "published", "N": "1"}),
    "a key that is a list": item(key={"L": [{"S": KEY}]}),
    "an empty set": item(countries={"SS": []}),
    "a set that is a text": item(countries={"SS": "DE"}),
    "a set of numbers": item(countries={"NS": ["1"]}),
    "a member that is a number": item(countries={"SS": [1]}),
    "a member that is null": item(countries={"L": [{"NULL": True}]}),
    "a list of lists": item(countries={"L": [{"L": []}]}),
    "a country in small letters": item(countries={"SS": ["de"]}),
    "a country with a line": item(countries={"SS": ["DE\n"]}),
    "a library with a slash": item(libraries={"SS": ["../kids"]}),
    "a language that is none": item(languages={"SS": ["deutsch!"]}),
    "a tag with a comma": item(tags={"SS": ["a,b"]}),
    "a tag in capitals": item(tags={"SS": ["A"]}),
    "a tag too long": item(tags={"SS": ["a" * 65]}),
    "too many tags": item(tags={"SS": [f"t{n}" for n in range(11)]}),
    "a cache rule with a line": item(cacheRule={"S": "long\r\nset-cookie: a"}),
    "a cache rule that is null": item(cacheRule={"NULL": True}),
    "a content type without a slash": item(contentType={"S": "image"}),
    "a version that is a text": item(version={"S": "1"}),
    "a version below nothing": item(version={"N": "-1"}),
    "a version in part": item(version={"N": "1.5"}),
    "a version without end": item(version={"N": "9" * 6000}),
    "a version that is a number": item(version={"N": 1}),
    "an end that is a text": item(expiresAt={"S": "soon"}),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_what_is_not_as_the_layout_says_is_no_row(lie: Any) -> None:
    with pytest.raises(ValueError, match=r"^(item|[a-z][A-Za-z]+) "):
        row_of(KEY, lie, NOW)


@pytest.mark.parametrize(
    ("status", "expires_at", "gone"),
    [
        ("published", "1000", True),
        ("published", "999", True),
        ("published", "0", True),
        ("published", "1001", False),
        ("embargoed", "999", False),
        ("archived", "999", False),
        ("draft", "999", False),
    ],
)
def test_only_what_was_published_is_missing_once_it_has_expired(
    status: str, expires_at: str, gone: bool
) -> None:
    row = row_of(KEY, item(status={"S": status}, expiresAt={"N": expires_at}), NOW)
    assert (row is MISSING) == gone


@pytest.mark.parametrize("name", SETS)
def test_a_set_may_be_as_large_as_said_and_no_larger(name: str) -> None:
    pattern, most, _ = SETS[name]
    members = [
        (chr(65 + n // 26 % 26) + chr(65 + n % 26)) if name == "countries" else _small(n)
        for n in range(most + 1)
    ]
    row_of(KEY, item(**{name: {"SS": members[:-1]}}), NOW)
    with pytest.raises(ValueError, match="too many"):
        row_of(KEY, item(**{name: {"SS": members}}), NOW)
    assert pattern


def _small(number: int) -> str:
    return chr(97 + number // 26) + chr(97 + number % 26)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["DE", "published", KEY]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["S", "SS", "N", "L", "NULL", "M"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["key", "status", "countries", "tags", "version"]), VALUES))
def test_an_item_of_anything_is_a_row_or_a_value_error(changed: dict[str, Any]) -> None:
    try:
        row = row_of(KEY, {**item(), **changed}, NOW)
    except ValueError:
        return
    assert isinstance(row, Row)
    assert row.status in STATUSES
    assert all(isinstance(text, str) for text in (*row.countries, *row.tags))


def test_the_two_reasons_for_no_row_are_told_apart_in_a_log() -> None:
    assert [repr(why) for why in (MISSING, UNREACHABLE)] == ["NoRow('missing')", "NoRow('unreachable')"]
