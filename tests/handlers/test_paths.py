import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asset_edge.handlers.edge import paths

SAME = [
    ("/", "/"),
    ("/a", "/a"),
    ("/space/asset/random/cat.jpg", "/space/asset/random/cat.jpg"),
    ("/a/", "/a/"),
    ("//a", "//a"),
    ("/a//b", "/a//b"),
    ("/...", "/..."),
    ("/.well-known/x", "/.well-known/x"),
]
DECODED = [
    ("/a+b", "/a%2Bb"),
    ("/a b", "/a%20b"),
    ("/a%20b", "/a%20b"),
    ("/%61", "/a"),
    ("/%7Euser", "/~user"),
    ("/%e4%bd%a0", "/%E4%BD%A0"),
    ("/你", "/%E4%BD%A0"),
    ("/(1)!", "/%281%29%21"),
    ("/a%3Fb", "/a%3Fb"),
    ("/a?b#c", "/a%3Fb%23c"),
    ("/100%25", "/100%25"),
]
SLASHES = [
    ("/a%2Fb", "/a/b"),
    ("/a%2fb", "/a/b"),
    ("/a%252Fb", "/a%252Fb"),
    ("/%2Fa", "//a"),
]
DOTS = [
    ("/a/../b", "/b"),
    ("/a/./b", "/a/b"),
    ("/a/%2e%2E/b", "/b"),
    ("/public%2F..%2Fprivate/x", "/private/x"),
    ("/public/..%2fprivate/x", "/private/x"),
    ("/..", "/"),
    ("/../../etc/passwd", "/etc/passwd"),
    ("/a/..", "/"),
    ("/a/b/..", "/a/"),
    ("/a/b/.", "/a/b/"),
    ("/a//..", "/a/"),
    ("/a/%252e%252e/b", "/a/%252e%252e/b"),
]
REFUSED = [
    "",
    "a",
    "*",
    "%2Fa",
    "https://example.com/a",
    "/a%",
    "/a%4",
    "/a%zz",
    "/%%34",
    "/%+1",
    "/%ff",
    "/%c0%ae%c0%ae/x",
    "/%ed%a0%80",
    "/\ud800",
    "/a\x00b",
    "/a%00b",
    "/a%0d%0aSet-Cookie:x",
    "/a\tb",
    "/%7F",
    "/%C2%85",
    "/a\\b",
    "/a%5cb",
    "/a/..%5c..%5cb",
    "/" + "x" * 1025,
    "/" + "%C3%A9" * 513,
]
KEYS = [
    ("/", ""),
    ("/a", "a"),
    ("//a", "/a"),
    ("/a%2Bb%20c", "a+b c"),
    ("/a%252Fb", "a%2Fb"),
    ("/%E4%BD%A0.jpg", "你.jpg"),
    ("/folder/", "folder/"),
]
ANY_TEXT = st.text() | st.text(alphabet="/.%25eEfF\\+ a\x00é").map("/".__add__)
SEGMENT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\\/"), max_size=9
)
KEY = st.lists(SEGMENT.filter(lambda segment: segment not in {".", ".."}), min_size=1).map("/".join)


@pytest.mark.parametrize(("uri", "path"), [*SAME, *DECODED, *SLASHES, *DOTS])
def test_a_uri_has_one_canonical_path(uri: str, path: str) -> None:
    assert paths.canonical(uri) == path


@pytest.mark.parametrize("uri", REFUSED, ids=lambda uri: ascii(uri[:24]))
def test_a_uri_that_cannot_name_an_object_is_refused(uri: str) -> None:
    assert paths.canonical(uri) is None


@pytest.mark.parametrize(("path", "key"), KEYS)
def test_a_path_maps_to_the_object_key_of_the_same_name(path: str, key: str) -> None:
    assert paths.object_key(path) == key
    assert paths.path_of(key) == path


def test_the_longest_key_that_s3_takes_is_taken() -> None:
    assert paths.canonical("/" + "x" * 1024) == "/" + "x" * 1024
    assert paths.canonical("/" + "é" * 512) == "/" + "%C3%A9" * 512


@given(ANY_TEXT)
@example("/..//a")
@example("/%2E%2E//%2e")
def test_the_canonical_path_of_a_canonical_path_is_itself(uri: str) -> None:
    path = paths.canonical(uri)
    assert path is None or paths.canonical(path) == path


@given(ANY_TEXT)
def test_a_canonical_path_is_plain_ascii_without_dot_segments(uri: str) -> None:
    path = paths.canonical(uri) or "/"
    assert path.isascii()
    assert path.startswith("/")
    assert not set(path) & set(" \\?#+*\"<>'")
    assert not {".", ".."} & set(path.split("/"))


@given(ANY_TEXT)
def test_only_the_root_has_the_empty_key(uri: str) -> None:
    path = paths.canonical(uri) or "/"
    assert (paths.object_key(path) == "") == (path == "/")


@given(KEY)
def test_every_object_is_reached_by_its_own_path(key: str) -> None:
    assert paths.canonical(paths.path_of(key)) == paths.path_of(key)
    assert paths.object_key(paths.path_of(key)) == key


@given(KEY, KEY)
def test_two_keys_never_share_a_path(one: str, other: str) -> None:
    assert (paths.path_of(one) == paths.path_of(other)) == (one == other)


@given(KEY)
def test_what_a_browser_leaves_unescaped_means_the_same_object(key: str) -> None:
    escaped = key.replace("%", "%25")
    assert paths.canonical("/" + escaped) == paths.path_of(key)


COVERED = [
    ("*", "/"),
    ("*", "/a/b"),
    ("/*", "/a/b"),
    ("/demo/*", "/demo/a/b.jpg"),
    ("demo/*", "/demo/a"),
    ("/demo/*", "/demo/"),
    ("*.jpg", "/a/b.jpg"),
    ("/a?.jpg", "/a1.jpg"),
    ("/a?.jpg", "/a%20.jpg"),
    ("/a*b", "/a%0Ab"),
    ("/a+b/*", "/a%2Bb/c"),
    ("/a%20b", "/a%20b"),
    ("/100%", "/100%25"),
    ("/[a].jpg", "/%5Ba%5D.jpg"),
]
NOT_COVERED = [
    ("/demo/*", "/demo"),
    ("/demo/*", "/Demo/a"),
    ("/demo/*", "//demo/a"),
    ("/demo", "/demo/"),
    ("/a?.jpg", "/a.jpg"),
    ("/a.jpg", "/axjpg"),
    ("/[a].jpg", "/a.jpg"),
    ("*.jpg", "/a.jpg.png"),
]


@pytest.mark.parametrize(("pattern", "path"), COVERED)
def test_a_path_pattern_covers(pattern: str, path: str) -> None:
    assert paths.matches(pattern, path)


@pytest.mark.parametrize(("pattern", "path"), NOT_COVERED)
def test_a_path_pattern_does_not_cover(pattern: str, path: str) -> None:
    assert not paths.matches(pattern, path)


@given(KEY, st.text())
def test_a_pattern_means_the_same_without_its_leading_slash(key: str, pattern: str) -> None:
    bare = pattern.removeprefix("/").removeprefix("/")
    assert paths.matches(bare, paths.path_of(key)) == paths.matches("/" + bare, paths.path_of(key))


@given(KEY)
def test_a_path_is_covered_by_the_pattern_that_escapes_it(key: str) -> None:
    assert paths.matches(paths.path_of(key), paths.path_of(key))
