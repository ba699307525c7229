"""Which CORS headers a policy adds, to whom."""

from typing import Any

import pytest

from asset_edge.emulator.cors import read_cors
from asset_edge.emulator.messages import to_headers


def listed(*items: str) -> dict[str, Any]:
    return {"Quantity": len(items), "Items": list(items)}


def config(*origins: str, **changes: Any) -> dict[str, Any]:
    return {
        "AccessControlAllowOrigins": listed(*(origins or ("*",))),
        "AccessControlAllowHeaders": listed("X-A", "X-B"),
        "AccessControlAllowMethods": listed("GET", "HEAD"),
        "AccessControlAllowCredentials": False,
        "OriginOverride": True,
        **changes,
    }


def added(
    cors: dict[str, Any],
    *,
    origin: str = "https://a.test",
    method: str = "GET",
    preflight: bool = False,
    before: dict[str, str] | None = None,
) -> dict[str, str]:
    """The answer's headers by name, for a viewer with this Origin."""
    asked = {"Origin": origin}
    if preflight:
        asked["Access-Control-Request-Method"] = "PUT"
    answer = to_headers(before or {})
    read_cors(cors).add_to(answer, to_headers(asked), method)
    return {values[0]["key"]: values[0]["value"] for values in answer.values()}


def test_anybody_is_told_with_a_star() -> None:
    assert added(config()) == {"Access-Control-Allow-Origin": "*"}


def test_somebody_is_told_by_name() -> None:
    assert added(config("https://b.test", "https://a.test")) == {
        "Access-Control-Allow-Origin": "https://a.test"
    }


def test_a_stranger_is_told_nothing() -> None:
    assert added(config("https://b.test")) == {}


PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "X-A, X-B",
    "Access-Control-Allow-Methods": "GET, HEAD",
}


def test_a_preflight_is_told_methods_and_headers() -> None:
    assert added(config(), method="OPTIONS", preflight=True) == PREFLIGHT
    aged = config(AccessControlMaxAgeSec=0)
    assert added(aged, method="OPTIONS", preflight=True) == PREFLIGHT | {"Access-Control-Max-Age": "0"}


@pytest.mark.parametrize(("method", "preflight"), [("OPTIONS", False), ("GET", True)])
def test_what_only_looks_like_a_preflight_is_none(method: str, preflight: bool) -> None:
    assert added(config(), method=method, preflight=preflight) == {"Access-Control-Allow-Origin": "*"}


def test_all_stands_for_every_method() -> None:
    told = added(config(AccessControlAllowMethods=listed("ALL")), method="OPTIONS", preflight=True)
    assert set(told["Access-Control-Allow-Methods"].split(", ")) == {
        "GET",
        "DELETE",
        "HEAD",
        "OPTIONS",
        "PATCH",
        "POST",
        "PUT",
    }


def test_credentials_and_exposed_headers_go_to_every_request() -> None:
    cors = config(
        "https://a.test",
        AccessControlAllowCredentials=True,
        AccessControlExposeHeaders=listed("ETag", "X-C"),
    )
    expected = {
        "Access-Control-Allow-Origin": "https://a.test",
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "ETag, X-C",
    }
    assert added(cors) == expected
    assert expected.items() <= added(cors, method="OPTIONS", preflight=True).items()


OWN = {"Access-Control-Allow-Origin": "https://own.test"}


@pytest.mark.parametrize(
    "own", [OWN, {"Access-Control-Max-Age": "1"}], ids=["the same header", "any of them"]
)
def test_without_override_one_cors_header_of_the_origin_turns_all_off(own: dict[str, str]) -> None:
    assert added(config(OriginOverride=False), before=own) == own


def test_without_override_an_answer_without_any_gets_them() -> None:
    etag = {"ETag": '"e"'}
    assert added(config(OriginOverride=False), before=etag) == etag | {"Access-Control-Allow-Origin": "*"}


def test_with_override_the_policys_win() -> None:
    assert added(config(), before=OWN) == {"Access-Control-Allow-Origin": "*"}


@pytest.mark.parametrize(
    ("pattern", "origin", "matches"),
    [
        ("https://a.test", "https://a.test", True),
        ("https://a.test", "https://A.test", True),
        ("https://a.test", "http://a.test", False),
        ("https://a.test", "https://a.test:8443", False),
        ("https://a.test", "https://xa.test", False),
        ("https://a.test", "https://a.test.evil", False),
        ("https://a.test", "https://aXtest", False),
        ("a.test", "https://a.test", True),
        ("a.test", "http://a.test", True),
        ("a.test", "https://b.a.test", False),
        ("https://*.a.test", "https://b.a.test", True),
        ("https://*.a.test", "https://c.b.a.test", True),
        ("https://*.a.test", "https://a.test", False),
        ("https://*.a.test", "https://evil/b.a.test", False),
        ("https://*.a.test", "http://b.a.test", False),
        ("*.a.test", "http://b.a.test", True),
        ("https://a.test:8443", "https://a.test:8443", True),
        ("https://a.test:8443", "https://a.test", False),
        ("https://a.test:*", "https://a.test:8443", True),
        ("https://a.test:*", "https://a.test", True),
        ("https://a.test:*", "https://a.test:8443x", False),
        ("null", "null", False),
        ("https://a.test/path", "https://a.test/path", True),
        ("https://a.test/path", "https://a.test", False),
    ],
)
def test_an_origin_is_matched_whole(pattern: str, origin: str, matches: bool) -> None:
    assert bool(added(config(pattern), origin=origin)) is matches
