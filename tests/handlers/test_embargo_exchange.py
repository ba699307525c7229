"""A manifest's token becomes a cookie for its folder, and the cookie opens what the token does."""

import re
from http.cookies import SimpleCookie
from typing import Any

import pytest

from asset_edge.handlers.edge import embargo
from asset_edge.handlers.edge.event_types import Headers
from asset_edge.handlers.edge.grants import Grant
from asset_edge.handlers.edge.presented import Presented, taken
from tests.handlers import keys
from tests.handlers.keys import HOST, NOW, asset_key, issued

MANIFEST = "/space/film/main.m3u8"
SEGMENT = "/space/film/de/001.ts"
FOLDER = {"sub": f"https://{HOST}/space/film/*"}


def exchanged(token: str, policy: str | None = None, path: str = MANIFEST, **others: Any) -> list[str] | None:
    presented = Presented(token, policy, **others)
    grant = embargo.verify(keys.as_baked(), HOST, path, presented, NOW, None)
    return embargo.exchange(grant, presented, path, NOW)


def attributes(value: str) -> tuple[str, str, dict[str, str]]:
    name, _, rest = value.partition("=")
    content, _, tail = rest.partition("; ")
    pairs = [attribute.partition("=") for attribute in tail.split("; ")]
    return name, content, {key: value for key, _, value in pairs}


def sent_back(cookies: list[str]) -> Headers:
    """As a browser sends them with the next request: those that live on."""
    kept = [value for value in cookies if "Max-Age=0" not in value]
    return {"cookie": [{"key": "Cookie", "value": "; ".join(value.partition(";")[0] for value in kept)}]}


def test_a_folders_token_becomes_a_cookie_for_the_folder() -> None:
    token = issued(FOLDER)
    cookies = exchanged(token)
    assert cookies is not None
    flags = {"Path": "/space/film/", "Secure": "", "HttpOnly": "", "SameSite": "None"}
    assert [attributes(cookie) for cookie in cookies] == [
        ("asset-edge-token", token, {**flags, "Max-Age": "3600"}),
        ("asset-edge-policy", "", {**flags, "Max-Age": "0"}),
    ]


def test_with_an_asset_key_the_policy_goes_along() -> None:
    key = asset_key()
    token = key.token(FOLDER)
    cookies = exchanged(token, key.policy)
    assert cookies is not None
    assert [attributes(cookie)[:2] for cookie in cookies] == [
        ("asset-edge-token", token),
        ("asset-edge-policy", key.policy),
    ]
    assert {attributes(cookie)[2]["Max-Age"] for cookie in cookies} == {"86400"}


@pytest.mark.parametrize("scheme", ["jwt", "asset-key"])
def test_what_the_browser_sends_back_opens_a_segment(scheme: str) -> None:
    key = asset_key()
    token, policy = (issued(FOLDER), None) if scheme == "jwt" else (key.token(FOLDER), key.policy)
    cookies = exchanged(token, policy)
    assert cookies is not None
    presented, _, left = taken("", sent_back(cookies))
    grant = embargo.verify(keys.as_baked(), HOST, SEGMENT, presented, NOW, None)
    assert (grant.path_prefix, left) == ("/space/film/", {})
    assert embargo.exchange(grant, presented, MANIFEST, NOW) is None, "or the redirect would never end"


@pytest.mark.parametrize("place", [0, 1], ids=["token", "policy"])
def test_a_cookie_is_one_to_others_too(place: int) -> None:
    cookies = exchanged(issued(FOLDER))
    assert cookies is not None
    cookie = cookies[place]
    (morsel,) = SimpleCookie(cookie).values()
    assert (morsel["path"], morsel["secure"], morsel["httponly"]) == ("/space/film/", True, True)
    assert re.fullmatch(r"[!-~]+( [!-~]+)*", cookie)


@pytest.mark.parametrize(
    "path", ["/space/film/a.m3u8", "/space/film/a.MPD", "/space/film/x/b.mpd", "/space/film/.m3u8"]
)
def test_manifests_are_exchanged(path: str) -> None:
    assert exchanged(issued(FOLDER), path=path)


@pytest.mark.parametrize(
    "path", ["/space/film/a.ts", "/space/film/m3u8", "/space/film/a.m3u8/x", "/space/film/a.mpd.jpg"]
)
def test_other_objects_are_not(path: str) -> None:
    assert exchanged(issued(FOLDER), path=path) is None


def test_a_token_for_the_manifest_alone_is_not_exchanged() -> None:
    assert exchanged(issued({"sub": f"https://{HOST}{MANIFEST}"})) is None


def test_a_token_that_lives_on_in_the_leeway_alone_is_not_exchanged() -> None:
    assert exchanged(issued({**FOLDER, "exp": NOW})) is None
    cookies = exchanged(issued({**FOLDER, "exp": NOW + 1}))
    assert cookies is not None
    assert "Max-Age=1;" in cookies[0]


def test_a_cookie_never_outlives_its_token() -> None:
    grant = Grant((), None, "/a/", NOW + 10)
    (cookie, _) = embargo.exchange(grant, Presented("made-up"), "/a/b.mpd", NOW + 0.5) or ("", "")
    assert "Max-Age=9;" in cookie


@pytest.mark.parametrize(("characters", "is_exchanged"), [(4096, True), (4097, False)])
def test_a_cookie_that_browsers_would_drop_is_not_set(characters: int, *, is_exchanged: bool) -> None:
    token = "t" * (characters - len("asset-edge-token"))
    grant = Grant((), None, "/a/", NOW + 10)
    assert bool(embargo.exchange(grant, Presented(token), "/a/b.mpd", NOW)) is is_exchanged


@pytest.mark.parametrize(
    ("folder", "path"),
    [
        ("/", "/"),
        ("/a/", "/a/"),
        ("/a/b-_.~9/", "/a/b-_.~9/"),
        ("/a/b%20c/d/", "/a/"),
        ("/a/%281%29/", "/a/"),
        ("/%E4%BD%A0/", "/"),
        ("/a/" + "b" * 1100 + "/", "/a/"),
    ],
)
def test_a_cookie_goes_to_the_deepest_folder_with_one_spelling(folder: str, path: str) -> None:
    grant = Grant((), None, folder, NOW + 10)
    (cookie, _) = embargo.exchange(grant, Presented("made-up"), folder + "b.mpd", NOW) or ("", "")
    assert attributes(cookie)[2]["Path"] == path
