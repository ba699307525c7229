"""Parts of an object in the cache."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator import ranges
from asset_edge.emulator.ranges import Part
from tests.emulator.stored import MODIFIED, entry, request


@pytest.mark.parametrize(
    ("wanted", "content_range", "body"),
    [
        ("bytes=0-0", "bytes 0-0/10", b"0"),
        ("bytes=2-4", "bytes 2-4/10", b"234"),
        ("bytes=0-9", "bytes 0-9/10", b"0123456789"),
        ("bytes=8-", "bytes 8-9/10", b"89"),
        ("bytes=0-", "bytes 0-9/10", b"0123456789"),
        ("bytes=8-99", "bytes 8-9/10", b"89"),
        ("bytes=-3", "bytes 7-9/10", b"789"),
        ("bytes=-99", "bytes 0-9/10", b"0123456789"),
        ("Bytes= 2-4 ", "bytes 2-4/10", b"234"),
        ("bytes=9-" + "9" * 18, "bytes 9-9/10", b"9"),
    ],
)
def test_a_part_of_the_object(wanted: str, content_range: str, body: bytes) -> None:
    assert ranges.part_of(entry(), request(range=wanted)) == Part(206, content_range, body)


@pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=" + "9" * 18 + "-"])
def test_a_part_outside_the_object_is_not_satisfiable(wanted: str) -> None:
    assert ranges.part_of(entry(), request(range=wanted)) == Part(416, "bytes */10", b"")


@pytest.mark.parametrize("wanted", ["bytes=0-", "bytes=-5", "bytes=0-0"])
def test_an_empty_object_has_no_parts(wanted: str) -> None:
    assert ranges.part_of(entry(b""), request(range=wanted)) == Part(416, "bytes */0", b"")


@pytest.mark.parametrize(
    "wanted",
    [
        "bytes=4-2",
        "bytes=-",
        "bytes=",
        "bytes=a-b",
        "bytes=1-2,4-5",
        "bytes=+1-2",
        "bytes=1 - 2",
        "bytes=\u0661-\u0662",
        "bytes=1-2-3",
        "bytes=" + "9" * 5000 + "-",
        "items=0-1",
        "0-1",
        "",
    ],
)
def test_a_range_that_nobody_can_read_or_of_several_parts_gets_the_whole(wanted: str) -> None:
    assert ranges.part_of(entry(), request(range=wanted)) is None


def test_no_range_gets_the_whole() -> None:
    assert ranges.part_of(entry(), request()) is None


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_only_a_get_is_answered_in_part(method: str) -> None:
    assert ranges.part_of(entry(), request(method, range="bytes=0-1")) is None


@pytest.mark.parametrize("status", [204, 301, 404, 206])
def test_only_a_whole_object_has_parts(status: int) -> None:
    assert ranges.part_of(entry(status=status), request(range="bytes=0-1")) is None


@pytest.mark.parametrize(
    ("told", "etag", "holds"),
    [
        ('"a"', '"a"', True),
        ('"b"', '"a"', False),
        ('W/"a"', 'W/"a"', False),
        ('"a"', 'W/"a"', False),
        ('"a"', None, False),
        (MODIFIED, '"a"', True),
        ("Wed, 21 Oct 2026 07:28:01 GMT", '"a"', False),
        ("", '"a"', False),
    ],
)
def test_if_range_gets_the_part_only_of_the_very_same_object(
    told: str, etag: str | None, holds: bool
) -> None:
    found = ranges.part_of(entry(etag=etag), request(range="bytes=0-1", if_range=told))
    assert (found is not None) is holds


@given(st.binary(min_size=1, max_size=40), st.integers(0, 50), st.integers(0, 50))
def test_a_part_is_the_slice_that_its_content_range_names(body: bytes, one: int, other: int) -> None:
    first, last = sorted((one, other))
    found = ranges.part_of(entry(body), request(range=f"bytes={first}-{last}"))
    assert found is not None
    if first >= len(body):
        assert found.status == 416
    else:
        assert found.body == body[first : last + 1]
        assert found.content_range == f"bytes {first}-{first + len(found.body) - 1}/{len(body)}"


@given(st.text(max_size=30))
def test_no_range_raises(wanted: str) -> None:
    ranges.part_of(entry(), request(range=wanted, if_range=wanted))
