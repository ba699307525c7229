from typing import Any

import pytest

from asset_edge.handlers.edge.config import CacheRule, HeaderIs
from tests.handlers.cached import decide, sent, typed


def marked(value: str | list[str]) -> dict[str, Any]:
    return {"headers": sent(x_a=value)}


def marked_as(name: str, value: str) -> dict[str, Any]:
    return {"headers": (HeaderIs(name=name, value=value),)}


MATCHES: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    ("nothing named", {}, {}, True),
    ("path", {"path_pattern": "/a/*"}, {}, True),
    ("other path", {"path_pattern": "/b/*"}, {}, False),
    ("path as it is meant", {"path_pattern": "/a b"}, {"path": "/a%20b"}, True),
    ("path that is not canonical", {"path_pattern": "/b"}, {"path": "/a/../b"}, True),
    ("path that is none", {"path_pattern": "/"}, {"path": "/%zz"}, True),
    ("type", {"content_types": ("image/png",)}, typed("image/png"), True),
    ("type, not its start", {"content_types": ("image/p",)}, typed("image/png"), False),
    ("type, any image", {"content_types": ("image/*",)}, typed("IMAGE/PNG"), True),
    ("type in capitals", {"content_types": ("Image/*",)}, typed("image/png"), True),
    ("type, any", {"content_types": ("*/*",)}, typed("a/b;c=d"), True),
    ("other type", {"content_types": ("image/*",)}, typed("text/css"), False),
    ("second type", {"content_types": ("a/a", "b/b")}, typed("b/b"), True),
    ("type with a space", {"content_types": ("a/a",)}, typed(" a/a ;b"), True),
    ("type in a parameter", {"content_types": ("*png",)}, typed("a/a;b=png"), False),
    ("no type", {"content_types": ("*",)}, {}, False),
    ("status", {"statuses": ("200",)}, {}, True),
    ("status class", {"statuses": ("2xx",)}, {}, True),
    ("other status", {"statuses": ("204", "3xx")}, {}, False),
    ("a success if not named", {}, {"status": "299"}, True),
    ("no redirect if not named", {}, {"status": "300"}, False),
    ("failure if not named", {}, {"status": "400"}, False),
    ("failure", {"statuses": ("404",)}, {"status": "404"}, True),
    ("failure class", {"statuses": ("4xx",)}, {"status": "404"}, True),
    ("other failure class", {"statuses": ("5xx",)}, {"status": "404"}, False),
    ("a part", {}, {"status": "206"}, True),
    ("a part of a 200", {"statuses": ("200",)}, {"status": "206"}, True),
    ("a part by name", {"statuses": ("206",)}, {"status": "206"}, True),
    ("a whole is no part", {"statuses": ("206",)}, {"status": "200"}, False),
    ("confirmed", {}, {"status": "304"}, True),
    ("confirmed 200", {"statuses": ("2xx",)}, {"status": "304"}, True),
    ("confirmed by name", {"statuses": ("304",)}, {"status": "304"}, True),
    ("confirmed is no redirect", {"statuses": ("3xx",)}, {"status": "304"}, False),
    ("redirect", {"statuses": ("3xx",)}, {"status": "302"}, True),
    ("header", marked_as("X-A", "b"), marked("B"), True),
    ("header, any value", marked_as("x-a", "*"), marked(""), True),
    ("header, second value", marked_as("x-a", "c"), marked(["b", "c"]), True),
    ("header, other value", marked_as("x-a", "c"), marked("b"), False),
    ("no header", marked_as("x-a", "*"), {}, False),
    (
        "one header of two",
        {"headers": (HeaderIs(name="x-a", value="*"), HeaderIs(name="x-b", value="*"))},
        marked("1"),
        False,
    ),
    ("parameter", {"parameters": ("w",)}, {"query": "fm=webp&w=10"}, True),
    ("one of the parameters", {"parameters": ("w", "h")}, {"query": "h=10"}, True),
    ("other parameter", {"parameters": ("w",)}, {"query": "h=10"}, False),
    ("parameter's value", {"parameters": ("w",)}, {"query": "h=w"}, False),
    ("no parameter", {"parameters": ("w",)}, {}, False),
    ("path but not type", {"path_pattern": "*", "content_types": ("a/a",)}, typed("b/b"), False),
    ("type but not path", {"path_pattern": "/x", "content_types": ("a/a",)}, typed("a/a"), False),
]


@pytest.mark.parametrize(("rule", "answer", "fits"), [m[1:] for m in MATCHES], ids=[m[0] for m in MATCHES])
def test_a_rule_fits(rule: dict[str, Any], answer: dict[str, Any], fits: bool) -> None:
    told = decide(CacheRule(name="r", max_age_seconds=7, **rule), **answer)
    assert (told.rule == "r") == fits
    assert (told.cache_control == "public, max-age=7") == fits


LIKE = [
    ("", "", True),
    ("a", "a", True),
    ("a", "ab", False),
    ("*", "", True),
    ("**", "a", True),
    ("a*", "a", True),
    ("*a", "ba", True),
    ("*a", "ab", False),
    ("a*b", "ab", True),
    ("a*b", "acb", True),
    ("a*a", "a", False),
    ("a*b*c", "axbxc", True),
    ("a*b*c", "axc", False),
    ("ab*bc", "abc", False),
    ("*b*b*", "abab", True),
    ("*b*b*", "ab", False),
    ("a*bb*b", "abb", False),
    ("a?c", "abc", False),
    ("a.c", "abc", False),
    ("[a]", "a", False),
]


@pytest.mark.parametrize(("pattern", "value", "is_like"), LIKE)
def test_a_star_stands_for_anything(pattern: str, value: str, is_like: bool) -> None:
    rule = CacheRule(name="r", headers=(HeaderIs(name="x-a", value=pattern),))
    assert (decide(rule, headers=sent(x_a=value)).rule == "r") == is_like


def test_many_stars_take_no_long_time() -> None:
    rule = CacheRule(name="r", headers=(HeaderIs(name="x-a", value="*a" * 30 + "b"),))
    assert decide(rule, headers=sent(x_a="a" * 8000)).rule is None


def test_the_first_rule_that_fits_holds() -> None:
    one, two = CacheRule(name="one", path_pattern="/a/*"), CacheRule(name="two")
    assert decide(one, two).rule == "one"
    assert decide(two, one).rule == "two"
    assert decide(one, two, path="/b").rule == "two"


LONG = CacheRule(name="long", path_pattern="/never", max_age_seconds=3600)
OTHER = CacheRule(name="other", max_age_seconds=1)
FAILING = CacheRule(name="failing", statuses=("404",), max_age_seconds=3)


@pytest.mark.parametrize(
    ("row_rule", "status", "rule", "text", "unknown"),
    [
        (None, "200", "other", "public, max-age=1", False),
        ("long", "200", "long", "public, max-age=3600", False),
        ("long", "206", "long", "public, max-age=3600", False),
        ("long", "304", "long", "public, max-age=3600", False),
        ("none", "200", "other", "public, max-age=1", True),
        ("", "200", "other", "public, max-age=1", True),
        ("LONG", "200", "other", "public, max-age=1", True),
        ("long", "404", "failing", "public, max-age=3", False),
        ("long", "500", None, "no-store", False),
        ("none", "500", None, "no-store", True),
        ("failing", "200", "other", "public, max-age=1", False),
        ("failing", "404", "failing", "public, max-age=3", False),
    ],
)
def test_the_registry_may_name_the_rule(
    row_rule: str | None, status: str, rule: str | None, text: str, unknown: bool
) -> None:
    told = decide(LONG, FAILING, OTHER, row_rule=row_rule, status=status)
    assert (told.rule, told.cache_control, told.unknown_rule) == (rule, text, unknown)
