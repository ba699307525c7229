"""What an answer of the registry says: a whole row, that there is none, or nothing at all."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.handlers.edge.registry import MISSING, UNREACHABLE, LyingRowError, Row, read
from asset_edge.handlers.edge.registry_rows import STATUSES
from tests.handlers.test_registry import KEY, World
from tests.handlers.test_registry_rows import LIES, item


def test_an_empty_object_is_missing_and_an_item_is_a_row() -> None:
    assert read(KEY, b"{}", 0) is MISSING
    row = read(KEY, json.dumps({"Item": item()}).encode(), 0)
    assert isinstance(row, Row)
    assert row.status == "published"


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_an_item_that_is_no_row_is_a_lie(lie: Any) -> None:
    with pytest.raises(LyingRowError):
        read(KEY, json.dumps({"Item": lie}).encode(), 0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"0",
        b'"{}"',
        b"{",
        b"{}{}",
        b"\xff",
        b'{"item": {}}',
        b'{"__type": "com.amazonaws#ThrottlingException"}',
        b'{"Item": NaN}',
        b"[" * 60_000,
    ],
)
def test_what_is_no_answer_is_a_lie_and_never_says_missing(body: bytes) -> None:
    with pytest.raises(LyingRowError):
        read(KEY, body, 0)


@given(st.binary(max_size=200) | st.text(max_size=80).map(lambda text: json.dumps({"Item": text}).encode()))
def test_no_bytes_raise_or_open_anything(body: bytes) -> None:
    world = World()
    world.registry._fetch = lambda key: read(key, body, 0)
    found = world.registry.look_up(KEY)
    assert found is UNREACHABLE or (found is MISSING and json.loads(body) == {})


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_row_with_a_byte_changed_is_still_a_whole_row_or_none(at: int, byte: int) -> None:
    tags = {"SS": ["a", "b"]}
    body = bytearray(json.dumps({"Item": item(tags=tags, countries={"SS": ["DE"]})}).encode())
    body[at % len(body)] = byte
    world = World()
    world.registry._fetch = lambda key: read(key, bytes(body), 0)
    found = world.registry.look_up(KEY)
    if isinstance(found, Row):
        assert found.status in STATUSES
        assert json.loads(body)["Item"]["key"] == {"S": KEY}
    else:
        assert found is UNREACHABLE
