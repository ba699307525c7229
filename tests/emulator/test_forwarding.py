"""Which headers cross the edge, in each direction."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator import forwarding
from asset_edge.emulator.distribution import Behavior
from asset_edge.emulator.edge_policies import ALL, CachePolicy, Names, OriginRequestPolicy
from asset_edge.emulator.forwarding import from_origin, visible
from asset_edge.emulator.messages import ViewerRequest, to_headers
from asset_edge.emulator.rulebook import DISALLOWED_HEADERS
from asset_edge.handlers.edge.events import Headers, Request
from tests.emulator.world import served

NAMES = st.sampled_from([*sorted(DISALLOWED_HEADERS), "Accept", "x-amz-meta-a", "X-Amz-Cf-Pop", "TE", "via"])
PAIRS = st.lists(st.tuples(NAMES, st.text(max_size=5)), max_size=8)


def behavior(
    *,
    key: CachePolicy | None = None,
    extra: OriginRequestPolicy | None = None,
    cached_methods: tuple[str, ...] = ("GET", "HEAD"),
) -> Behavior:
    """A behaviour with these policies; without any, nothing is in the key and nothing extra is forwarded."""
    return Behavior(
        path_pattern="*",
        target=served().behaviors[0].target,
        viewer_protocol_policy="allow-all",
        allowed_methods=frozenset({"GET", "HEAD"}),
        cached_methods=frozenset(cached_methods),
        cache_policy=key or CachePolicy(),
        origin_request_policy=extra,
    )


def asked(headers: dict[str, str], *, method: str = "GET", query: str = "") -> Request:
    """A viewer's request."""
    return {
        "clientIp": "192.0.2.1",
        "method": method,
        "uri": "/a.png",
        "querystring": query,
        "headers": to_headers(headers),
    }


def to_origin(request: Request, of: Behavior | None = None, *, takes_host: bool = False) -> Headers:
    return forwarding.to_origin(
        request, of or behavior(), host="bucket.test", takes_host=takes_host, via="1.1 cf"
    )


def first(headers: Headers, name: str) -> str | None:
    return headers[name][0]["value"] if name in headers else None


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
    "Accept-Encoding",
    "Accept-Language",
    "Referer",
    "Accept-Charset",
    "Cookie",
    "Authorization",
    "Origin",
    "X-Any",
]


@pytest.mark.parametrize("name", FORWARDED)
def test_conditions_and_ranges_go_to_the_origin(name: str) -> None:
    assert to_origin(asked({name: "x"}))[name.lower()] == [{"key": name, "value": "x"}]


@pytest.mark.parametrize("name", DROPPED)
def test_what_no_policy_asks_for_does_not(name: str) -> None:
    assert set(to_origin(asked({name: "x"}))) == {"host", "user-agent", "via", "x-forwarded-for"}


@pytest.mark.parametrize(
    ("method", "cached_methods", "goes"),
    [
        ("GET", ("GET", "HEAD"), False),
        ("HEAD", ("GET", "HEAD"), False),
        ("POST", ("GET", "HEAD"), True),
        ("PUT", ("GET", "HEAD"), True),
        ("PATCH", ("GET", "HEAD"), True),
        ("DELETE", ("GET", "HEAD"), True),
        ("OPTIONS", ("GET", "HEAD"), True),
        ("OPTIONS", ("GET", "HEAD", "OPTIONS"), False),
    ],
)
def test_a_viewers_authorization_goes_on_only_where_nothing_is_cached(
    method: str, cached_methods: tuple[str, ...], goes: bool
) -> None:
    sent = to_origin(
        asked({"Authorization": "Bearer x"}, method=method), behavior(cached_methods=cached_methods)
    )
    assert (first(sent, "authorization") == "Bearer x") is goes


@pytest.mark.parametrize(
    ("before", "expected"),
    [({}, "192.0.2.1"), ({"X-Forwarded-For": "a, b"}, "a, b, 192.0.2.1")],
)
def test_the_viewers_address_is_appended(before: dict[str, str], expected: str) -> None:
    assert to_origin(asked(before))["x-forwarded-for"] == [{"key": "X-Forwarded-For", "value": expected}]


def test_a_viewer_cannot_speak_for_cloudfront() -> None:
    sent = to_origin(asked({"Host": "evil.test", "User-Agent": "curl", "Via": "1.0 me"}))
    assert {name: first(sent, name) for name in ("host", "user-agent", "via")} == {
        "host": "bucket.test",
        "user-agent": "Amazon CloudFront",
        "via": "1.1 cf",
    }


EVERYTHING = OriginRequestPolicy(headers=Names("allViewer"), cookies=ALL, query_strings=ALL)


def test_an_origin_request_policy_sends_more() -> None:
    viewer = {"Host": "me.test", "User-Agent": "curl", "Accept": "*/*", "Cookie": "a=b", "Via": "1.0 me"}
    sent = to_origin(asked(viewer, query="w=1"), behavior(extra=EVERYTHING), takes_host=True)
    assert {name: first(sent, name) for name in ("host", "user-agent", "accept", "cookie", "via")} == {
        "host": "me.test",
        "user-agent": "curl",
        "accept": "*/*",
        "cookie": "a=b",
        "via": "1.1 cf",
    }
    assert sent["x-forwarded-for"] == [{"key": "X-Forwarded-For", "value": "192.0.2.1"}]


def test_a_bucket_never_gets_the_viewers_host() -> None:
    sent = to_origin(asked({"Host": "me.test"}), behavior(extra=EVERYTHING), takes_host=False)
    assert first(sent, "host") == "bucket.test"


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        pytest.param({}, "", id="no policy"),
        pytest.param({"key": CachePolicy(query_strings=Names("whitelist", ("w",)))}, "w=1", id="the key's"),
        pytest.param({"extra": EVERYTHING}, "w=1&token=t", id="all"),
    ],
)
def test_the_query_string_goes_on_as_far_as_a_policy_says(of: dict[str, Any], expected: str) -> None:
    assert forwarding.query_to_origin(asked({}, query="w=1&token=t"), behavior(**of)) == expected


def test_what_is_in_the_key_goes_to_the_origin_in_its_normal_form() -> None:
    policy = CachePolicy(gzip=True, brotli=True, headers=Names("whitelist", ("x-grant",)))
    sent = to_origin(
        asked({"Accept-Encoding": "zstd, gzip;q=0.8, br", "x-grant": "none"}), behavior(key=policy)
    )
    assert (first(sent, "accept-encoding"), first(sent, "x-grant")) == ("br,gzip", "none")


@pytest.mark.parametrize("name", ["If-None-Match", "If-Modified-Since"])
@pytest.mark.parametrize(
    "of", [{"key": CachePolicy(cookies=ALL)}, {"extra": OriginRequestPolicy(cookies=ALL)}]
)
def test_what_depends_on_cookies_is_not_asked_for_conditionally(of: dict[str, Any], name: str) -> None:
    assert name.lower() not in to_origin(asked({name: "x"}), behavior(**of))


COUNTRY = CachePolicy(headers=Names("whitelist", ("cloudfront-viewer-country",)))
ADDRESS = OriginRequestPolicy(
    headers=Names("whitelist", ("cloudfront-viewer-address", "cloudfront-forwarded-proto"))
)


def told(of: Behavior, *, country: str | None = "DE", **headers: str) -> dict[str, str | None]:
    """The CloudFront-* headers of a request after they were added."""
    pairs = {name.replace("_", "-"): value for name, value in headers.items()}
    viewer = ViewerRequest(request=asked(pairs), country=country)
    request = forwarding.with_cloudfront_headers(viewer.request, of, viewer)
    assert viewer.request["headers"] == to_headers(pairs), "what viewer-response sees stays as it was"
    return {name: first(request["headers"], name) for name in request["headers"]}


def test_cloudfront_tells_about_the_viewer_what_a_policy_asks_for() -> None:
    assert told(behavior()) == {}
    assert told(behavior(key=COUNTRY)) == {"cloudfront-viewer-country": "DE"}
    assert told(behavior(extra=ADDRESS)) == {
        "cloudfront-viewer-address": "192.0.2.1:0",
        "cloudfront-forwarded-proto": "https",
    }


def test_where_nobody_knows_the_country_there_is_no_header_and_none_of_the_viewers() -> None:
    assert told(behavior(key=COUNTRY), country=None) == {}
    assert told(behavior(key=COUNTRY), country=None, CloudFront_Viewer_Country="FR") == {}
    assert told(behavior(key=COUNTRY), CloudFront_Viewer_Country="FR") == {"cloudfront-viewer-country": "DE"}


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


@pytest.mark.parametrize("cookies", [True, False])
def test_a_cookie_that_an_origin_sets_passes_only_where_cookies_are_forwarded(cookies: bool) -> None:
    assert ("set-cookie" in from_origin(to_headers({"Set-Cookie": "a=b"}), cookies=cookies)) is cookies
