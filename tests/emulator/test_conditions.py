"""Whether a viewer already has what is in the cache."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator import conditions
from asset_edge.emulator.messages import to_headers
from tests.emulator.stored import MODIFIED, entry, request

EARLIER = "Wed, 21 Oct 2026 07:27:59 GMT"
LATER = "Wed, 21 Oct 2026 07:28:01 GMT"


@pytest.mark.parametrize(
    ("told", "etag", "has_it"),
    [
        ('"a"', '"a"', True),
        ('"b"', '"a"', False),
        ('W/"a"', '"a"', True),
        ('"a"', 'W/"a"', True),
        ('W/"a"', 'W/"a"', True),
        ('"x", W/"y" ,"a"', '"a"', True),
        ('"x","a,b"', '"a,b"', True),
        ('"a,b"', '"a"', False),
        ("*", '"a"', True),
        (" * ", None, True),
        ('"a"', None, False),
        ("a", '"a"', False),
        ('"A"', '"a"', False),
        ('"', '"a"', False),
        ("", '"a"', False),
        ('""', None, False),
        ('""', '""', True),
    ],
)
def test_if_none_match(told: str, etag: str | None, has_it: bool) -> None:
    assert conditions.is_not_modified(entry(etag=etag), request(if_none_match=told)) is has_it


def test_if_none_match_in_two_headers_counts_as_one() -> None:
    sent = request()
    sent["headers"]["if-none-match"] = [{"value": '"x"'}, {"value": '"a"'}]
    assert conditions.is_not_modified(entry(), sent)


@pytest.mark.parametrize(
    ("told", "last_modified", "has_it"),
    [
        (MODIFIED, MODIFIED, True),
        (LATER, MODIFIED, True),
        (EARLIER, MODIFIED, False),
        (MODIFIED, None, False),
        (MODIFIED, "yesterday", False),
        ("yesterday", MODIFIED, False),
        ("", MODIFIED, False),
        (MODIFIED.removesuffix(" GMT"), MODIFIED, True),
        ("Wed, 21 Oct 99999 07:28:00 GMT", MODIFIED, False),
    ],
)
def test_if_modified_since(told: str, last_modified: str | None, has_it: bool) -> None:
    found = conditions.is_not_modified(entry(last_modified=last_modified), request(if_modified_since=told))
    assert found is has_it


def test_if_none_match_decides_where_both_are_sent() -> None:
    told = {"if_none_match": '"b"', "if_modified_since": MODIFIED}
    assert not conditions.is_not_modified(entry(etag='"a"'), request(**told))
    assert conditions.is_not_modified(
        entry(etag='"b"'), request(if_none_match='"b"', if_modified_since=EARLIER)
    )


def test_a_request_without_conditions_gets_the_object() -> None:
    assert not conditions.is_not_modified(entry(), request())
    assert not conditions.is_not_modified(entry(), request(if_match='"b"', if_unmodified_since=EARLIER))


@pytest.mark.parametrize(("method", "has_it"), [("GET", True), ("HEAD", True), ("OPTIONS", False)])
def test_only_get_and_head_are_conditional(method: str, has_it: bool) -> None:
    assert conditions.is_not_modified(entry(), request(method, if_none_match='"a"')) is has_it


@pytest.mark.parametrize("status", [206, 301, 404, 503])
def test_only_an_object_can_be_had_already(status: int) -> None:
    assert not conditions.is_not_modified(entry(status=status), request(if_none_match='"a"'))


def test_a_304_has_no_headers_of_a_body() -> None:
    headers = to_headers(
        {
            "Content-Type": "image/png",
            "Content-Length": "3",
            "Content-Encoding": "gzip",
            "ETag": '"a"',
            "Cache-Control": "max-age=60",
        }
    )
    assert set(conditions.without_body(headers)) == {"etag", "cache-control"}
    assert len(headers) == 5, "the entry's own are as they were"


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_condition_raises(told: str, kept: str) -> None:
    conditions.is_not_modified(entry(etag=kept), request(if_none_match=told))
    conditions.is_not_modified(entry(last_modified=kept), request(if_modified_since=told))
