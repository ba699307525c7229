"""Nothing that opens an asset goes on with the request, and nothing else is lost."""

import re
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.handlers.edge.event_types import Headers
from asset_edge.handlers.edge.presented import Presented, taken

Shown = tuple[str | None, str | None, bool, bool]


def shown(presented: Presented) -> Shown:
    return (presented.token, presented.policy, presented.from_cookie, presented.doubled)


def cookies(*values: str) -> Headers:
    return {"cookie": [{"key": "Cookie", "value": value} for value in values]} if values else {}


QUERIES: list[tuple[str, Shown, str]] = [
    ("", (None, None, False, False), ""),
    ("w=1", (None, None, False, False), "w=1"),
    ("token=t", ("t", None, False, False), ""),
    ("token=t&policy=p", ("t", "p", False, False), ""),
    ("policy=p&token=t", ("t", "p", False, False), ""),
    ("policy=p", (None, "p", False, False), ""),
    ("w=1&token=t&h=2", ("t", None, False, False), "w=1&h=2"),
    ("token=t&w=%2F+&w", ("t", None, False, False), "w=%2F+&w"),
    ("w=1&token=t", ("t", None, False, False), "w=1"),
    ("token=t&&w=1", ("t", None, False, False), "&w=1"),
    ("&w=1", (None, None, False, False), "&w=1"),
    ("a;token=t;b", ("t", None, False, False), "a;b"),
    ("a&token=t;b", ("t", None, False, False), "a;b"),
    ("token", ("", None, False, False), ""),
    ("token=", ("", None, False, False), ""),
    ("token=a=b", ("a=b", None, False, False), ""),
    ("token=a%2Eb", ("a.b", None, False, False), ""),
    ("%74oken=t", ("t", None, False, False), ""),
    ("%74%6F%6b%65%6E=t", ("t", None, False, False), ""),
    ("TOKEN=t", ("t", None, False, False), ""),
    ("Policy=p", (None, "p", False, False), ""),
    ("+token=t", ("t", None, False, False), ""),
    ("%20token%09=t", ("t", None, False, False), ""),
    ("token[]=t", ("t", None, False, False), ""),
    ("token%5B0%5D=t", ("t", None, False, False), ""),
    ("token%00x=t", ("t", None, False, False), ""),
    ("token=t&token=t", ("t", None, False, True), ""),
    ("token=t&%74oken=u", ("t", None, False, True), ""),
    ("policy=p&token=t&policy=q", ("t", "p", False, True), ""),
    ("%2574oken=t", (None, None, False, False), "%2574oken=t"),
    ("tokens=t&mytoken=t&token2=t", (None, None, False, False), "tokens=t&mytoken=t&token2=t"),
    ("next=/a%26token=t", (None, None, False, False), "next=/a%26token=t"),
    ("asset-edge-token=t", (None, None, False, False), "asset-edge-token=t"),
    ("%", (None, None, False, False), "%"),
]
COOKIES: list[tuple[tuple[str, ...], Shown, tuple[str, ...]]] = [
    ((), (None, None, False, False), ()),
    (("a=1; b=2",), (None, None, False, False), ("a=1; b=2",)),
    (("asset-edge-token=t",), ("t", None, True, False), ()),
    (("asset-edge-token=t; asset-edge-policy=p",), ("t", "p", True, False), ()),
    (("a=1; asset-edge-token=t; b=2",), ("t", None, True, False), ("a=1; b=2",)),
    (("asset-edge-token=t; b= 2",), ("t", None, True, False), ("b= 2",)),
    (("a=1;asset-edge-token=t;b=2",), ("t", None, True, False), ("a=1;b=2",)),
    (("a=1", "asset-edge-token=t", "b=2"), ("t", None, True, False), ("a=1", "b=2")),
    (('asset-edge-token="t"',), ("t", None, True, False), ()),
    (("ASSET-EDGE-TOKEN=t",), ("t", None, True, False), ()),
    (("asset%2Dedge-token=t",), ("t", None, True, False), ()),
    (("asset-edge-token=deep; asset-edge-token=shallow",), ("deep", None, True, False), ()),
    (("asset-edge-token=deep", "asset-edge-token=shallow"), ("deep", None, True, False), ()),
    (("token=t; policy=p",), (None, None, False, False), ("token=t; policy=p",)),
    (("my-asset-edge-token=t",), (None, None, False, False), ("my-asset-edge-token=t",)),
]


@pytest.mark.parametrize(("query", "expected", "left"), QUERIES, ids=[row[0] for row in QUERIES])
def test_a_query_string_is_read_and_cleaned(query: str, expected: Shown, left: str) -> None:
    presented, query_left, headers_left = taken(query, {})
    assert (shown(presented), query_left, headers_left) == (expected, left, {})


@pytest.mark.parametrize(("given_", "expected", "left"), COOKIES, ids=[str(row[0]) for row in COOKIES])
def test_cookies_are_read_and_cleaned(
    given_: tuple[str, ...], expected: Shown, left: tuple[str, ...]
) -> None:
    presented, _, headers = taken("", cookies(*given_))
    assert (shown(presented), headers) == (expected, cookies(*left))


def test_the_query_wins_whole_and_the_cookie_is_taken_out_too() -> None:
    presented, query, headers = taken("token=bad", cookies("asset-edge-token=good; asset-edge-policy=p"))
    assert (shown(presented), query, headers) == (("bad", None, False, False), "", {})


def test_a_policy_in_the_query_is_not_joined_to_the_cookies_token() -> None:
    presented, _, _ = taken("policy=p", cookies("asset-edge-token=t"))
    assert shown(presented) == (None, "p", False, False)


def test_what_is_given_is_not_changed_and_other_headers_stay() -> None:
    headers: Headers = {"host": [{"key": "Host", "value": "h"}], **cookies("asset-edge-token=t; a=1")}
    _, _, left = taken("", headers)
    assert headers["cookie"] == [{"key": "Cookie", "value": "asset-edge-token=t; a=1"}]
    assert left == {"host": [{"key": "Host", "value": "h"}], "cookie": [{"key": "Cookie", "value": "a=1"}]}


def test_without_a_token_the_very_same_headers_come_back() -> None:
    headers = cookies("a=1;  b=2 ;")
    assert taken("", headers)[2] is headers


@pytest.mark.parametrize(("query", "is_shown"), [("", False), ("token=", True), ("policy=p", True)])
def test_what_shows_anything_is_true(query: str, is_shown: bool) -> None:
    assert bool(taken(query, {})[0]) is is_shown


def test_what_is_presented_does_not_show_in_its_repr() -> None:
    assert "made-up" not in repr(Presented("made-up-token", "made-up-policy"))


def escaped(name: str) -> st.SearchStrategy[str]:
    """Every mix of plain and percent-encoded characters, in any case."""
    one = [st.sampled_from([c, c.upper(), f"%{ord(c):02x}", f"%{ord(c):02X}"]) for c in name]
    return st.tuples(*one).map("".join)


NAME = st.sampled_from(["token", "policy"]).flatmap(escaped)
VALUE = st.text("abc._-%2E=", max_size=6)
SECRET = st.tuples(NAME, VALUE).map("=".join)
OTHER = st.tuples(st.sampled_from(["w", "fm", "tok", "polic%79y", "%zz", "x[token]"]), VALUE).map("=".join)
OTHER_COOKIE = st.from_regex("[a-d]=[a-z%+]{0,4}", fullmatch=True)
SECRET_COOKIE = st.sampled_from(["asset-edge-token=t", "asset-edge-policy=p", "Asset-Edge-Token=t"])


@given(st.lists(SECRET | OTHER, max_size=6))
def test_no_token_is_left_and_other_parameters_keep_their_bytes(parameters: list[str]) -> None:
    presented, left, _ = taken("&".join(parameters), {})
    read = {name.lower() for name, _ in parse_qsl(left, keep_blank_values=True)}
    assert not read & {"token", "policy"}
    others = [p for p in parameters if not re.match("(token|policy)=", _plain(p), re.IGNORECASE)]
    assert left == "&".join(others)
    assert bool(presented) == (len(others) < len(parameters))


@given(st.lists(st.lists(SECRET_COOKIE | OTHER_COOKIE, min_size=1, max_size=4), max_size=3))
def test_no_token_is_left_and_other_cookies_keep_their_bytes(lines: list[list[str]]) -> None:
    _, _, headers = taken("", cookies(*["; ".join(line) for line in lines]))
    kept = [[pair for pair in line if not pair.lower().startswith("asset-edge")] for line in lines]
    assert headers == cookies(*["; ".join(line) for line in kept if line])


@given(st.text(), st.text())
def test_any_text_is_read_and_a_second_reading_finds_nothing(query: str, cookie: str) -> None:
    _, left, headers = taken(query, cookies(cookie))
    again, left_again, headers_again = taken(left, headers)
    assert not again
    assert (left_again, headers_again) == (left, headers)


def _plain(parameter: str) -> str:
    return re.sub("%([0-9A-Fa-f]{2})", lambda e: chr(int(e[1], 16)), parameter.partition("=")[0]) + "="
