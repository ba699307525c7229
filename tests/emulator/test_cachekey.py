"""Which requests are one to the cache, and what of them an origin sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator import cachekey
from asset_edge.emulator.cachekey import Key
from asset_edge.emulator.edge_policies import ALL, CachePolicy, Names, OriginRequestPolicy
from asset_edge.emulator.messages import to_headers
from asset_edge.handlers.edge.events import Headers, Request

PATH_ALONE = CachePolicy()


def only(*names: str) -> Names:
    return Names("whitelist", names)


def but(*names: str) -> Names:
    return Names("allExcept", names)


def request(target: str = "/a.png", method: str = "GET", **headers: str) -> Request:
    uri, _, query = target.partition("?")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "clientIp": "192.0.2.1",
        "method": method,
        "uri": uri,
        "querystring": query,
        "headers": to_headers({"Host": "assets.example.test", **named}),
    }


def key(of: Request, policy: CachePolicy = PATH_ALONE, distribution_id: str = "E1") -> Key:
    return cachekey.key(distribution_id, of, policy)


SAME: dict[str, tuple[CachePolicy, Request, Request]] = {
    "GET and HEAD": (PATH_ALONE, request(), request(method="HEAD")),
    "what the policy does not name": (
        PATH_ALONE,
        request("/a.png?x=1", cookie="a=1", accept="image/webp", accept_encoding="gzip"),
        request("/a.png?x=2", cookie="a=2", accept="*/*"),
    ),
    "an empty query and none": (CachePolicy(query_strings=ALL), request("/a.png"), request("/a.png?")),
    "other query strings than those named": (
        CachePolicy(query_strings=only("w")),
        request("/a.png?w=1&token=one"),
        request("/a.png?token=two&w=1&policy=x"),
    ),
    "excepted query strings": (
        CachePolicy(query_strings=but("token")),
        request("/a.png?token=one&w=1"),
        request("/a.png?w=1"),
    ),
    "a header sent twice and one with both values": (
        CachePolicy(headers=only("x-a")),
        {**request(), "headers": {"x-a": [{"value": "1"}, {"value": "2"}]}},
        request(x_a="1,2"),
    ),
    "other cookies than those named": (
        CachePolicy(cookies=only("country")),
        request(cookie="session=1; country=DE"),
        request(cookie="country=DE;other=2"),
    ),
    "ways to accept the same encodings": (
        CachePolicy(gzip=True, brotli=True),
        request(accept_encoding="gzip, deflate, br"),
        request(accept_encoding="br;q=0.8,GZIP ; q=1.0, zstd"),
    ),
    "encodings that the policy does not look at": (
        CachePolicy(gzip=True),
        request(accept_encoding="br, gzip"),
        request(accept_encoding="gzip"),
    ),
    "a coding refused by its weight and one not named": (
        CachePolicy(gzip=True, brotli=True),
        request(accept_encoding="gzip, br;q=0.0"),
        request(accept_encoding="gzip"),
    ),
    "a weight nobody can read and none": (
        CachePolicy(gzip=True),
        request(accept_encoding="gzip;q=x"),
        request(accept_encoding="gzip;level=0"),
    ),
}


@pytest.mark.parametrize("what", SAME)
def test_these_are_the_same_to_the_cache(what: str) -> None:
    policy, one, other = SAME[what]
    assert key(one, policy) == key(other, policy)
    assert hash(key(one, policy)) == hash(key(other, policy))


DIFFERENT: dict[str, tuple[CachePolicy, Request, Request]] = {
    "GET and OPTIONS": (PATH_ALONE, request(), request(method="OPTIONS")),
    "paths that differ in case": (PATH_ALONE, request("/a.png"), request("/A.png")),
    "paths that differ in their escapes": (PATH_ALONE, request("/a%20b"), request("/a+b")),
    "query strings": (CachePolicy(query_strings=ALL), request("/a?x=1"), request("/a?x=2")),
    "the order of query strings": (
        CachePolicy(query_strings=ALL),
        request("/a?x=1&y=2"),
        request("/a?y=2&x=1"),
    ),
    "the case of a query string's name": (
        CachePolicy(query_strings=ALL),
        request("/a?w=1"),
        request("/a?W=1"),
    ),
    "a named query string's presence": (
        CachePolicy(query_strings=only("w")),
        request("/a?w"),
        request("/a"),
    ),
    "a header's value": (CachePolicy(headers=only("x-a")), request(x_a="1"), request(x_a="2")),
    "a header's absence": (CachePolicy(headers=only("x-a")), request(x_a=""), request()),
    "the same value in another header": (
        CachePolicy(headers=only("x-a", "x-b")),
        request(x_a="1"),
        request(x_b="1"),
    ),
    "a cookie's value": (CachePolicy(cookies=ALL), request(cookie="a=1"), request(cookie="a=2")),
    "the case of a cookie's name": (
        CachePolicy(cookies=only("a")),
        request(cookie="a=1"),
        request(cookie="A=1"),
    ),
    "an accepted encoding": (
        CachePolicy(gzip=True),
        request(accept_encoding="gzip"),
        request(accept_encoding="identity"),
    ),
    "brotli besides gzip": (
        CachePolicy(gzip=True, brotli=True),
        request(accept_encoding="gzip, br"),
        request(accept_encoding="gzip"),
    ),
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_these_are_different_to_the_cache(what: str) -> None:
    policy, one, other = DIFFERENT[what]
    assert key(one, policy) != key(other, policy)


def test_distributions_share_nothing() -> None:
    assert key(request(), distribution_id="E1") != key(request(), distribution_id="E2")


def test_an_answer_to_head_and_a_part_are_kept_beside_the_whole() -> None:
    whole = key(request())
    assert len({whole, whole.for_head(), whole.for_range("bytes=0-1"), whole.for_range("bytes=0-2")}) == 4
    assert whole.for_head().uri == whole.uri


@pytest.mark.parametrize(
    ("sent", "both", "gzip", "brotli"),
    [
        ("gzip, deflate, br", "br,gzip", "gzip", "br"),
        ("gzip", "gzip", "gzip", ""),
        ("br", "br", "", "br"),
        ("identity", "", "", ""),
        ("*", "", "", ""),
        ("x-gzip, brotli", "", "", ""),
        ("", "", "", ""),
        (",,;q=1,", "", "", ""),
        ("gzip;q=0", "", "", ""),
        ("gzip;q=0.000, br;q=0.001", "br", "", "br"),
    ],
)
def test_the_normal_form_of_accept_encoding(sent: str, both: str, gzip: str, brotli: str) -> None:
    headers = request(accept_encoding=sent)["headers"]
    assert cachekey.accept_encoding(headers, CachePolicy(gzip=True, brotli=True)) == both
    assert cachekey.accept_encoding(headers, CachePolicy(gzip=True)) == gzip
    assert cachekey.accept_encoding(headers, CachePolicy(brotli=True)) == brotli
    assert cachekey.accept_encoding(headers, PATH_ALONE) == ""


def test_accept_encoding_in_two_headers_counts_as_one() -> None:
    headers: Headers = {"accept-encoding": [{"value": "br"}, {"value": "gzip"}]}
    assert cachekey.accept_encoding(headers, CachePolicy(gzip=True, brotli=True)) == "br,gzip"


QUERIES: list[tuple[Names, Names | None, str]] = [
    (Names(), None, ""),
    (ALL, None, "w=1&token=t&&w=2&x"),
    (only("w"), None, "w=1&w=2"),
    (only("w"), only("token"), "w=1&token=t&w=2"),
    (Names(), ALL, "w=1&token=t&&w=2&x"),
    (only("w"), but("token"), "w=1&&w=2&x"),
    (Names(), but("w", ""), "token=t&x"),
]


@pytest.mark.parametrize(("in_key", "more", "expected"), QUERIES)
def test_the_query_that_goes_to_the_origin(in_key: Names, more: Names | None, expected: str) -> None:
    policy = OriginRequestPolicy(query_strings=more) if more else None
    sent = request("/a?w=1&token=t&&w=2&x")
    assert cachekey.forwarded_query(sent, CachePolicy(query_strings=in_key), policy) == expected


def names(headers: Headers) -> set[str]:
    return set(headers)


def test_no_header_goes_to_the_origin_unless_a_policy_takes_it() -> None:
    assert cachekey.forwarded_headers(request(accept="a", accept_encoding="gzip"), PATH_ALONE) == {}


def test_headers_of_the_key_and_of_the_other_policy_go_to_the_origin_as_they_came() -> None:
    sent = request(X_A="1", x_b="2", x_c="3")
    policy = OriginRequestPolicy(headers=only("x-b"))
    found = cachekey.forwarded_headers(sent, CachePolicy(headers=only("x-a")), policy)
    assert found == to_headers({"X-A": "1", "x-b": "2"})


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (Names("allViewer"), {"host", "x-a"}),
        (but("host"), {"x-a", "cloudfront-viewer-country"}),
        (
            Names("allViewerAndWhitelistCloudFront", ("cloudfront-viewer-country",)),
            {"host", "x-a", "cloudfront-viewer-country"},
        ),
        (only("host"), {"host"}),
    ],
)
def test_what_all_means_for_headers(headers: Names, expected: set[str]) -> None:
    sent = request(x_a="1", cloudfront_viewer_country="DE", cookie="a=1")
    policy = OriginRequestPolicy(headers=headers)
    assert names(cachekey.forwarded_headers(sent, PATH_ALONE, policy)) == expected


def test_accept_encoding_goes_to_the_origin_in_its_normal_form() -> None:
    policy = CachePolicy(gzip=True, brotli=True)
    everything = OriginRequestPolicy(headers=Names("allViewer"))
    sent = request(accept_encoding="deflate, gzip, br")
    found = cachekey.forwarded_headers(sent, policy, everything)
    assert found["accept-encoding"] == [{"key": "Accept-Encoding", "value": "br,gzip"}]
    assert sent["headers"]["accept-encoding"][0]["value"] == "deflate, gzip, br", "the request is as it was"


def test_accept_encoding_stays_behind_where_its_normal_form_is_nothing() -> None:
    everything = OriginRequestPolicy(headers=Names("allViewer"))
    found = cachekey.forwarded_headers(request(accept_encoding="deflate"), CachePolicy(gzip=True), everything)
    assert "accept-encoding" not in found


def test_accept_encoding_goes_as_sent_where_the_policy_does_not_look_at_it() -> None:
    everything = OriginRequestPolicy(headers=Names("allViewer"))
    found = cachekey.forwarded_headers(request(accept_encoding="deflate"), PATH_ALONE, everything)
    assert found["accept-encoding"][0]["value"] == "deflate"


@pytest.mark.parametrize(
    ("in_key", "more", "expected"),
    [
        (Names(), None, ""),
        (ALL, None, "a=1; b=2; c"),
        (only("a"), only("c"), "a=1; c"),
        (Names(), but("a"), "b=2; c"),
    ],
)
def test_the_cookies_that_go_to_the_origin(in_key: Names, more: Names | None, expected: str) -> None:
    sent = request()
    sent["headers"]["cookie"] = [{"value": "a=1;b=2 ; "}, {"value": "c"}]
    policy = OriginRequestPolicy(cookies=more) if more else None
    assert cachekey.forwarded_cookies(sent, CachePolicy(cookies=in_key), policy) == expected


NAME = st.sampled_from(["w", "h", "token", "W"])
QUERY = st.lists(st.tuples(NAME, st.sampled_from(["1", "2", ""])), max_size=5)
POLICY = st.builds(
    CachePolicy,
    query_strings=st.sampled_from([Names(), ALL, only("w"), but("token"), only("w", "h")]),
    cookies=st.sampled_from([Names(), ALL, only("w")]),
    headers=st.sampled_from([Names(), only("accept-language"), only("accept-language", "origin")]),
)
SENT = st.fixed_dictionaries(
    {}, optional={"accept_language": st.sampled_from(["de", "en"]), "origin": st.just("https://o.test")}
)


def asked(query: list[tuple[str, str]], cookies: list[tuple[str, str]], headers: dict[str, str]) -> Request:
    target = "/a?" + "&".join(f"{name}={value}" for name, value in query)
    cookie = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies)} if cookies else {}
    return request(target, **headers, **cookie)


ASKED = st.builds(asked, QUERY, QUERY, SENT)


@given(POLICY, ASKED, ASKED)
def test_what_the_origin_sees_by_the_cache_policy_decides_the_key(
    policy: CachePolicy, one: Request, other: Request
) -> None:
    """Two requests with one key look alike to the origin: neither can fill the cache for the other."""

    def seen(of: Request) -> tuple[str, str, Headers]:
        return (
            cachekey.forwarded_query(of, policy),
            cachekey.forwarded_cookies(of, policy),
            cachekey.forwarded_headers(of, policy),
        )

    assert (key(one, policy) == key(other, policy)) is (seen(one) == seen(other))
