"""What a `sub` opens, and what looks like it and stays shut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.handlers.edge import paths, places

HOST = "assets.example.com"
SEGMENT = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="\\/%?#*"), max_size=5
)
KEY = st.lists(SEGMENT.filter(lambda s: s not in {"", ".", ".."}), min_size=1, max_size=4).map("/".join)

OPENED = [
    ("https://assets.example.com/a/b.jpg", "/a/b.jpg"),
    ("https://ASSETS.Example.COM/a/b.jpg", "/a/b.jpg"),
    ("HTTPS://assets.example.com/a/b.jpg", "/a/b.jpg"),
    ("https://assets.example.com:443/a/b.jpg", "/a/b.jpg"),
    ("https://assets.example.com/a/你", "/a/%E4%BD%A0"),
    ("/a/b.jpg", "/a/b.jpg"),
    ("/a/%62.jpg", "/a/b.jpg"),
    ("/a%2Fb.jpg", "/a/b.jpg"),
    ("/a/c%20d", "/a/c%20d"),
    ("/a/c d", "/a/c%20d"),
    ("/a/c+d", "/a/c%2Bd"),
    ("/a/%e4%bd%a0", "/a/%E4%BD%A0"),
    ("/a/你", "/a/%E4%BD%A0"),
    ("/a/(1)", "/a/%281%29"),
    ("/a/%3Fw", "/a/%3Fw"),
    ("/x/../a/b.jpg", "/a/b.jpg"),
    ("/a/%2A", "/a/%2A"),
    ("/a/*/b", "/a/%2A/b"),
    ("/a/b*", "/a/b%2A"),
    ("/a/**", "/a/%2A%2A"),
    ("/", "/"),
    ("/a/", "/a/"),
    ("/*", "/a/b.jpg"),
    ("/*", "/"),
    ("/a/*", "/a/b.jpg"),
    ("/a/*", "/a/b/c/d"),
    ("/a/*", "/a/"),
    ("/a%62/*", "/ab/c"),
    ("/c%20d/*", "/c%20d/e"),
    ("https://assets.example.com/*", "/a/b.jpg"),
    ("https://assets.example.com/a/*", "/a/b.jpg"),
]
SHUT = [
    ("https://other.example.com/a/b.jpg", "/a/b.jpg"),
    ("https://assets.example.com.evil.example/a/b.jpg", "/a/b.jpg"),
    ("https://assets.example.com@evil.example/a/b.jpg", "/a/b.jpg"),
    ("https://user@assets.example.com/a/b.jpg", "/a/b.jpg"),
    ("https://assets.example.com:8443/a/b.jpg", "/a/b.jpg"),
    ("https://assets.example.com./a/b.jpg", "/a/b.jpg"),
    ("https://as\u017fets.example.com/a/b.jpg", "/a/b.jpg"),
    ("https://\u212aassets.example.com/a/b.jpg", "/a/b.jpg"),
    ("https:///a/b.jpg", "/a/b.jpg"),
    ("https://assets.example.com", "/"),
    ("https://assets.example.com*", "/a/b.jpg"),
    ("https://*/a/b.jpg", "/a/b.jpg"),
    ("https://*.example.com/a/b.jpg", "/a/b.jpg"),
    ("http://assets.example.com/a/b.jpg", "/a/b.jpg"),
    ("//assets.example.com/a/b.jpg", "/a/b.jpg"),
    ("assets.example.com/a/b.jpg", "/a/b.jpg"),
    ("https://assets.example.com/a/b.jpg?w=1", "/a/b.jpg"),
    ("https://assets.example.com/a/b.jpg#t", "/a/b.jpg"),
    ("https://assets.example.com/a/b.jpg?", "/a/b.jpg"),
    ("https://assets.example.com/a/b.jpg?w", "/a/b.jpg%3Fw"),
    ("https://assets.example.com/a/b.jpg#t", "/a/b.jpg%23t"),
    ("", "/a/b.jpg"),
    ("*", "/a/b.jpg"),
    ("a/b.jpg", "/a/b.jpg"),
    ("/a/b.jpg ", "/a/b.jpg"),
    ("/a/c.jpg", "/a/b.jpg"),
    ("/a/B.jpg", "/a/b.jpg"),
    ("/a/b.jpg/", "/a/b.jpg"),
    ("/a/b", "/a/b/"),
    ("/a/b/", "/a/b"),
    ("/a/c%2520d", "/a/c%20d"),
    ("/a/c%20d", "/a/c%2520d"),
    ("/a/%", "/a/%25"),
    ("/a/b\\..\\c", "/a/c"),
    ("/a/b%00.jpg", "/a/b"),
    ("/a/\ud800", "/a/"),
    ("/a/b/*", "/a/bc"),
    ("/a/b/*", "/a/b"),
    ("/a/b/*", "/a/c"),
    ("/a/b/*", "/A/b/c"),
    ("/a/b/*", "/x/a/b/c"),
    ("/a/b*", "/a/bc"),
    ("/a/%2A", "/a/b.jpg"),
    ("/a%2F*", "/a/b.jpg"),
    ("/a/*/", "/a/b.jpg"),
    ("/a/b/../*", "/a/c"),
    ("/a/b/%2e%2E/*", "/a/c"),
    ("/a/b/..%2F*", "/a/c"),
    ("/a/./*", "/a/c"),
    ("/a//*", "/a/c"),
    ("/a/%252e%252e/*", "/a/c"),
    ("https://assets.example.com*/", "/a/b.jpg"),
]


def opens(sub: object, path: str, host: str = HOST) -> bool:
    place = places.read(sub)
    return place is not None and place.opens(host, path)


@pytest.mark.parametrize(("sub", "path"), OPENED, ids=[f"{s} {p}" for s, p in OPENED])
def test_a_sub_opens(sub: str, path: str) -> None:
    assert opens(sub, path)


@pytest.mark.parametrize(("sub", "path"), SHUT, ids=[ascii(f"{s} {p}") for s, p in SHUT])
def test_a_sub_does_not_open(sub: str, path: str) -> None:
    assert not opens(sub, path)


@pytest.mark.parametrize("sub", [None, 7, True, ["/a"], {"path": "/a"}, b"/a"])
def test_what_is_no_text_opens_nothing(sub: object) -> None:
    assert places.read(sub) is None


@pytest.mark.parametrize("host", ["ASSETS.EXAMPLE.COM", "assets.example.com:443", HOST])
def test_the_requests_host_is_read_alike(host: str) -> None:
    assert opens(f"https://{HOST}/a", "/a", host)


@pytest.mark.parametrize(("sub", "host"), [("https://\u212a.example/a", "k.example"), ("https:///a", "")])
def test_a_sub_without_a_plain_host_opens_nothing_on_a_host_that_looks_like_it(sub: str, host: str) -> None:
    assert not opens(sub, "/a", host)


@pytest.mark.parametrize("host", ["", "assets.example.com:80", "other.example.com", "example.com"])
def test_another_host_is_shut(host: str) -> None:
    assert not opens(f"https://{HOST}/a", "/a", host)


@given(KEY, KEY)
def test_one_urls_token_opens_one_object(key: str, other: str) -> None:
    sub = f"https://{HOST}{paths.path_of(key)}"
    assert opens(sub, paths.path_of(other)) == (key == other)


@given(KEY, st.text(max_size=8))
def test_a_folder_opens_what_is_below_it_and_nothing_beside_it(folder: str, more: str) -> None:
    path = paths.canonical("/" + folder.replace("%", "%25") + more)
    sub = paths.path_of(folder) + "/*"
    assert path is None or opens(sub, path) == paths.object_key(path).startswith(folder + "/")


@given(st.text() | st.text("/.*%2eEfFaA?#:@ h").map("https://a".__add__), KEY)
def test_any_sub_opens_only_what_its_own_path_names(sub: str, key: str) -> None:
    place = places.read(sub)
    if place is not None and place.opens("a", paths.path_of(key)):
        assert paths.path_of(key).startswith(place.path)
        assert place.path.endswith("/") or place.path == paths.path_of(key)
