"""Which headers cross the edge, in each direction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator.forwarding import from_origin, to_origin, visible
from asset_edge.emulator.messages import to_headers
from asset_edge.emulator.rulebook import DISALLOWED_HEADERS

NAMES = st.sampled_from([*sorted(DISALLOWED_HEADERS), "Accept", "x-amz-meta-a", "X-Amz-Cf-Pop", "TE", "via"])
PAIRS = st.lists(st.tuples(NAMES, st.text(max_size=5)), max_size=8)


@given(PAIRS)
def test_what_cloudfront_keeps_to_itself_is_never_visible(pairs: list[tuple[str, str]]) -> None:
    seen = visible(pairs)
    assert not seen.keys() & DISALLOWED_HEADERS
    assert not any(name.startswith("x-amz-cf-") for name in seen)
    kept = [(n, v) for n, v in pairs if n in ("Accept", "x-amz-meta-a", "via")]
    assert sorted((v["key"], v["value"]) for values in seen.values() for v in values) == sorted(kept)


FORWARDED = ["Range", "If-None-Match", "If-Modified-Since", "If-Range", "If-Match", "If-Unmodified-Since"]
DROPPED = [
    "Accept",
    "Accept-Language",
    "Referer",
    "Accept-Charset",
    "Cookie",
    "Authorization",
    "Origin",
    "X-Any",
]


@pytest.mark.parametrize("name", FORWARDED)
def test_conditions_and_ranges_go_to_s3(name: str) -> None:
    sent = to_origin(to_headers({name: "x"}), client_ip="192.0.2.1", host="h", via="v")
    assert sent[name.lower()] == [{"key": name, "value": "x"}]


@pytest.mark.parametrize("name", DROPPED)
def test_what_no_policy_asks_for_does_not(name: str) -> None:
    sent = to_origin(to_headers({name: "x"}), client_ip="192.0.2.1", host="h", via="v")
    assert set(sent) == {"host", "user-agent", "via", "x-forwarded-for"}


@pytest.mark.parametrize(
    ("before", "expected"),
    [({}, "192.0.2.1"), ({"X-Forwarded-For": "a, b"}, "a, b, 192.0.2.1")],
)
def test_the_viewers_address_is_appended(before: dict[str, str], expected: str) -> None:
    sent = to_origin(to_headers(before), client_ip="192.0.2.1", host="h", via="v")
    assert sent["x-forwarded-for"] == [{"key": "X-Forwarded-For", "value": expected}]


def test_a_viewer_cannot_speak_for_cloudfront() -> None:
    told = to_headers({"Host": "evil.test", "User-Agent": "curl", "Via": "1.0 me"})
    sent = to_origin(told, client_ip="192.0.2.1", host="bucket.test", via="1.1 cf")
    assert {name: sent[name][0]["value"] for name in ("host", "user-agent", "via")} == {
        "host": "bucket.test",
        "user-agent": "Amazon CloudFront",
        "via": "1.1 cf",
    }


def test_s3s_request_ids_stay_and_its_metadata_goes_on() -> None:
    answered = {
        "x-amz-request-id": "r",
        "x-amz-id-2": "i",
        "Connection": "close",
        "Transfer-Encoding": "chunked",
        "x-amz-version-id": "v",
        "x-amz-meta-owner": "me",
        "ETag": '"1"',
    }
    assert set(from_origin(to_headers(answered))) == {"x-amz-version-id", "x-amz-meta-owner", "etag"}
