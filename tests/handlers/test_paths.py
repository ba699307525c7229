"""Which object a URI means: vectors, properties, and the standard library as another opinion."""

import json
import posixpath
import random
import sys
import unicodedata
from pathlib import Path
from urllib.parse import quote, unquote, unquote_to_bytes

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asset_edge.handlers.edge import paths

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "paths.json").read_text())
KEYS = [
    ("/", ""),
    ("/a", "a"),
    ("/a%2Bb%20c", "a+b c"),
    ("/a%25/Fb", "a%/Fb"),
    ("/%E4%BD%A0.jpg", "你.jpg"),
    ("/folder/", "folder/"),
]
SEEN_FORMAT = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
"""Signs that Unicode calls format and that are written all the same, around or below numbers."""

HIEROGLYPH_JOINERS = {chr(code) for code in range(0x13430, 0x13440)}
MARKS = "\u200e\u200f\u061c"
"""Direction marks: of a class as letters are, and unseen."""

NASTY = "/.%25eEfF\\+ a\x00é"
ANY_TEXT = st.text() | st.text(alphabet=NASTY).map("/".__add__)
BYTES = st.sampled_from(["%2e", "%2F", "%25", "%5c", "%00", "%c3", "%A9", "%E2%80%AE", "%41", "%", "é", "/"])
ESCAPED = st.lists(BYTES | st.sampled_from(list("./a1\u200b")), max_size=12).map(
    lambda parts: f"/{''.join(parts)}"
)
SEGMENT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cn", "Zl", "Zp"], exclude_characters="\\/"),
    min_size=1,
    max_size=9,
)
KEY = (
    st.lists(SEGMENT.filter(lambda segment: segment not in {".", ".."}), min_size=1)
    .map("/".join)
    .filter(lambda key: unquote_to_bytes(key) == key.encode())
)


def unseen(character: str) -> bool:
    """By what Unicode says of it: a control, a separator of lines, a mark, or neutral at boundaries."""
    return (
        unicodedata.category(character) in {"Cc", "Zl", "Zp"}
        or unicodedata.bidirectional(character) in {"BN", "LRE", "RLE", "LRO", "RLO", "PDF"}
        or unicodedata.bidirectional(character) in {"LRI", "RLI", "FSI", "PDI"}
        or character in MARKS
    )


def oracle(uri: str) -> str | None:
    """The canonical path as the standard library's parts make it."""
    try:
        text = unquote_to_bytes(uri).decode()
    except ValueError:
        return None
    escapes = uri.count("%")
    valid = sum(unquote_to_bytes(uri[at : at + 3]) != uri[at : at + 3].encode() for at in _percents(uri))
    if not uri.startswith("/") or escapes != valid or unquote_to_bytes(text) != text.encode():
        return None
    if "\\" in text or "//" in text or any(map(unseen, text)) or len(uri) > 3073:
        return None
    path = posixpath.normpath(text)
    folder = text.rpartition("/")[2] in {"", ".", ".."} and path != "/"
    key = path[1:] + "/" * folder
    return "/" + quote(key) if len(key.encode()) <= 1024 else None


def _percents(uri: str) -> list[int]:
    return [at for at, character in enumerate(uri) if character == "%"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['uri'][:24]!a} {v['why']}")
def test_a_uri_has_one_canonical_path_or_is_refused(vector: dict[str, str | None]) -> None:
    assert paths.canonical(str(vector["uri"])) == vector["canonical"], vector["why"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['uri'][:24]!a} {v['why']}")
def test_the_standard_library_agrees_with_every_vector(vector: dict[str, str | None]) -> None:
    noncharacter = "\uffff" in str(vector["uri"])
    assert noncharacter or oracle(str(vector["uri"])) == vector["canonical"], vector["why"]


@pytest.mark.parametrize(("path", "key"), KEYS)
def test_a_path_maps_to_the_object_key_of_the_same_name(path: str, key: str) -> None:
    assert paths.object_key(path) == key
    assert paths.path_of(key) == path


def test_nothing_that_unicode_knows_to_be_unseen_gets_through() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    odd = [one for one in every if unicodedata.category(one) in {"Cc", "Cf", "Zl", "Zp", "Zs"}]
    passed = {one for one in odd if paths.canonical(f"/a{one}b") is not None}
    spaces = {one for one in odd if unicodedata.category(one) == "Zs"}
    assert spaces <= passed <= spaces | set(SEEN_FORMAT) | HIEROGLYPH_JOINERS
    assert not any(map(unseen, passed))


@given(ANY_TEXT | ESCAPED)
@example("/..//a")
@example("/%2E%2E//%2e")
@example("/%252%35")
def test_the_canonical_path_of_a_canonical_path_is_itself(uri: str) -> None:
    path = paths.canonical(uri)
    assert path is None or paths.canonical(path) == path


@given(st.text(alphabet=NASTY + "\u202e\u200d\ud800").map("/".__add__) | ESCAPED)
def test_the_standard_library_agrees_on_any_uri(uri: str) -> None:
    assert paths.canonical(uri) == oracle(uri)


@given(ANY_TEXT | ESCAPED)
def test_a_canonical_path_is_plain_ascii_without_dot_segments(uri: str) -> None:
    path = paths.canonical(uri) or "/"
    assert path.isascii()
    assert path.startswith("/")
    assert not set(path) & set(" \\?#+*\"<>'")
    assert not {".", ".."} & set(path.split("/"))
    assert "//" not in path


@given(ANY_TEXT | ESCAPED)
def test_whoever_decodes_once_more_finds_the_same_object(uri: str) -> None:
    key = paths.object_key(paths.canonical(uri) or "/")
    assert unquote(key) == unquote(unquote(key)) == key


@given(ANY_TEXT | ESCAPED)
def test_only_the_root_has_the_empty_key(uri: str) -> None:
    path = paths.canonical(uri) or "/"
    assert (paths.object_key(path) == "") == (path == "/")


@given(ANY_TEXT | ESCAPED, ANY_TEXT | ESCAPED)
def test_two_uris_are_one_object_exactly_when_they_have_one_canonical_path(one: str, other: str) -> None:
    both = paths.canonical(one), paths.canonical(other)
    if None not in both:
        keys = [posixpath.normpath(unquote(uri)) + "/" * _is_folder(unquote(uri)) for uri in (one, other)]
        assert (both[0] == both[1]) == (keys[0] == keys[1])


def _is_folder(path: str) -> bool:
    return path.rpartition("/")[2] in {"", ".", ".."} and posixpath.normpath(path) != "/"


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


@given(KEY, st.randoms(use_true_random=False))
def test_every_spelling_of_a_path_means_its_object(key: str, chance: random.Random) -> None:
    spelled = "".join(chance.choice([_plain(byte), f"%{byte:02X}", f"%{byte:02x}"]) for byte in key.encode())
    assert paths.canonical("/" + spelled) == paths.path_of(key)


def _plain(byte: int) -> str:
    return chr(byte) if chr(byte).isascii() and chr(byte) != "%" else f"%{byte:02x}"


@given(KEY, st.sampled_from(["./", "x/../", "%2e/", "%2E/", "x%2F%2e%2e%2f", "../"]), st.data())
def test_a_detour_leads_to_the_same_object(key: str, detour: str, data: st.DataObject) -> None:
    slashes = [0] if detour == "../" else [0, *(at + 1 for at, one in enumerate(key) if one == "/")]
    at = data.draw(st.sampled_from(slashes))
    uri = paths.path_of(key[:at])[1:] + detour + paths.path_of(key[at:])[1:]
    assert paths.canonical("/" + uri) == paths.path_of(key)


@given(KEY, st.data())
def test_a_path_with_any_byte_of_it_escaped_twice_is_refused(key: str, data: st.DataObject) -> None:
    raw = key.encode()
    at = data.draw(st.integers(0, len(raw) - 1))
    uri = "".join(f"%25{byte:02x}" if i == at else f"%{byte:02x}" for i, byte in enumerate(raw))
    assert paths.canonical("/" + uri) is None


@given(
    KEY, st.sampled_from(["//", "\\", "%5C", "%00", "\u202e", "%e2%80%ae", "%ff", "%", "%252f"]), st.data()
)
def test_what_is_refused_is_refused_wherever_it_stands(key: str, bad: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(key)))
    before, after = paths.path_of(key[:at]), paths.path_of(key[at:])[1:]
    assert paths.canonical(before + bad + after.lstrip("0123456789ABCDEFabcdef")) is None


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
