"""An edited request at the quotas and one over, and queries that viewers did not encode."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator import rules
from asset_edge.handlers.edge import fitting
from asset_edge.handlers.edge.events import request_of
from tests.handlers import golden

EVENT = golden.event("viewer-request.root")
REQUEST: Any = request_of(EVENT)


misfit: Any = fitting.misfit


def edited(**changes: Any) -> Any:
    return {**REQUEST, **changes}


@pytest.mark.parametrize(
    ("uri", "query", "status"),
    [(8191, 0, None), (8192, 0, "414"), (4000, 4190, None), (4000, 4191, "414"), (1, 8190, "414")],
)
def test_a_changed_url_has_8191_characters_with_its_question_mark(
    uri: int, query: int, status: str | None
) -> None:
    long = edited(uri="/" + "a" * (uri - 1), querystring="q" * query)
    assert misfit(long, REQUEST) == status
    if status is None:
        rules.check_answer(EVENT, long)


def test_a_url_that_came_so_goes_on() -> None:
    long = edited(uri="/" + "a" * 9000)
    assert misfit(long, long) is None
    assert misfit({**long, "headers": {}}, long) is None


@pytest.mark.parametrize("letter", ["x", "ü"])
@pytest.mark.parametrize("query", ["", "q=1"])
def test_changed_headers_and_the_query_have_32_768_bytes(letter: str, query: str) -> None:
    request = edited(querystring=query)
    sizes = [len(name) + len(one["value"]) for name, many in request["headers"].items() for one in many]
    room = 32_768 - sum(sizes) - len(query) - len("x-full")
    value = letter * (room // len(letter.encode())) + "." * (room % len(letter.encode()))
    full = {**request, "headers": {**request["headers"], "x-full": [{"value": value}]}}
    assert misfit(full, request) is None
    rules.check_answer(EVENT, full)
    over = {**full, "headers": {**full["headers"], "x-full": [{"value": f"{value}."}]}}
    assert misfit(over, request) == "431"
    assert misfit(over, over) is None


def test_another_query_counts_with_headers_that_are_the_same() -> None:
    request = edited(headers={"x-full": [{"value": "x" * 32_761}]})
    assert misfit({**request, "querystring": "q"}, request) is None
    assert misfit({**request, "querystring": "qq"}, request) == "431"


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("", ""),
        ("a=1&b=%20;c[]=ü", "a=1&b=%20;c[]=ü"),
        ("a b", "a%20b"),
        ("a\r\nb", "a%0D%0Ab"),
        ("#", "%23"),
        ("\x85\xa0\u2028\u3000", "%C2%85%C2%A0%E2%80%A8%E3%80%80"),
        ("\x00\x7f", "%00%7F"),
    ],
)
def test_what_may_not_stand_in_a_query_is_encoded(query: str, written: str) -> None:
    assert fitting.written(query) == written


@given(st.text(st.characters()))
def test_whatever_was_in_a_query_cloudfront_takes_what_is_written(query: str) -> None:
    written = fitting.written(query)
    rules.check_answer(EVENT, edited(querystring=written))
    assert fitting.written(written) == written
