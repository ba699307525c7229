from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asset_edge.emulator import freshness
from asset_edge.emulator.edge_policies import CachePolicy
from asset_edge.handlers.edge import cachedirectives
from asset_edge.handlers.edge.config import CacheRule

YEAR = 31_536_000

RULES: list[tuple[dict[str, Any], str]] = [
    ({}, "public, max-age=0"),
    ({"max_age_seconds": YEAR, "immutable": True}, "public, max-age=31536000, immutable"),
    (
        {"max_age_seconds": 60, "shared_max_age_seconds": 60, "must_revalidate": True},
        "public, max-age=60, s-maxage=60, must-revalidate",
    ),
    ({"max_age_seconds": 5, "shared_max_age_seconds": 0}, "public, max-age=5, s-maxage=0"),
    (
        {"max_age_seconds": 5, "stale_while_revalidate_seconds": 10, "stale_if_error_seconds": 600},
        "public, max-age=5, stale-while-revalidate=10, stale-if-error=600",
    ),
    ({"stale_if_error_seconds": 0}, "public, max-age=0, stale-if-error=0"),
    ({"no_store": True, "max_age_seconds": 5, "immutable": True}, "no-store"),
]


@pytest.mark.parametrize(("fields", "text"), RULES)
def test_a_rule_says(fields: dict[str, Any], text: str) -> None:
    told = cachedirectives.of_rule(CacheRule(name="r", **fields))
    assert cachedirectives.written(told) == text
    assert cachedirectives.read(text) == told


READ: list[tuple[str, dict[str, int | None]]] = [
    ("", {}),
    ("max-age=5", {"max-age": 5}),
    ("MAX-AGE=5, Public", {"max-age": 5, "public": None}),
    ("max-age = 5", {"max-age": 5}),
    ('max-age="5"', {"max-age": 5}),
    ("max-age=5;no-store", {"max-age": 5, "no-store": None}),
    ("public max-age=5 no-store", {"public": None, "max-age": 5, "no-store": None}),
    ("max-age=5, max-age=3", {"max-age": 3}),
    ("max-age=3, max-age=5", {"max-age": 3}),
    ("max-age=0, max-age=5", {"max-age": 0}),
    ("max-age=5, max-age=x", {"max-age": 0}),
    ("max-age", {"max-age": 0}),
    ("max-age=", {"max-age": 0}),
    ("max-age=-1", {"max-age": 0}),
    ("max-age=+1", {"max-age": 0}),
    ("max-age=1.5", {"max-age": 0}),
    ("max-age=1e3", {"max-age": 0}),
    ("max-age=0x10", {"max-age": 0}),
    ("max-age=\u0665", {"max-age": 0}),
    ("max-age=\u00b2", {"max-age": 0}),
    ("max-age=007", {"max-age": 7}),
    ("max-age=000", {"max-age": 0}),
    ("max-age=" + "9" * 5000, {"max-age": 999_999_999}),
    ("s-maxage=5, stale-if-error=6", {"s-maxage": 5, "stale-if-error": 6}),
    ("stale-while-revalidate=7", {"stale-while-revalidate": 7}),
    ('no-cache="set-cookie"', {"no-cache": None}),
    ('private="x-a, no-store"', {"private": None, "no-store": None}),
    ("no-transform, immutable=1", {"no-transform": None, "immutable": None}),
    ("must-understand, proxy-revalidate, x-max-age=9, pragma", {}),
    ("=5, ,;,=,\x00", {}),
]


@pytest.mark.parametrize(("text", "told"), READ, ids=lambda value: ascii(value)[:40])
def test_a_header_says(text: str, told: dict[str, int | None]) -> None:
    assert cachedirectives.read(text) == told


SHORTENED = [
    ("", "max-age=60, must-revalidate"),
    ("max-age=59", "max-age=59, must-revalidate"),
    ("max-age=60", "max-age=60, must-revalidate"),
    ("max-age=61", "max-age=60, must-revalidate"),
    ("max-age=0", "max-age=0, must-revalidate"),
    ("public, max-age=31536000, immutable", "public, max-age=60, must-revalidate"),
    ("max-age=5, s-maxage=3600", "max-age=5, s-maxage=60, must-revalidate"),
    ("max-age=3600, s-maxage=5", "max-age=60, s-maxage=5, must-revalidate"),
    ("s-maxage=5", "max-age=5, s-maxage=5, must-revalidate"),
    ("s-maxage=500", "max-age=60, s-maxage=60, must-revalidate"),
    ("max-age=5, stale-while-revalidate=60, stale-if-error=60", "max-age=5, must-revalidate"),
    ("max-age=5, stale-if-error=0", "max-age=5, must-revalidate, stale-if-error=0"),
    ("max-age=5, stale-while-revalidate=0", "max-age=5, must-revalidate"),
    ("private, max-age=600", "private, max-age=60, must-revalidate"),
    ("private", "private, max-age=60, must-revalidate"),
    ("no-store", "no-store"),
    ("no-store, max-age=600, public", "no-store"),
    ("private, no-cache, no-store", "private, no-store"),
    ("no-cache", "no-cache, max-age=0, must-revalidate"),
    ("no-cache, max-age=9", "no-cache, max-age=9, must-revalidate"),
    ("no-transform, max-age=9", "no-transform, max-age=9, must-revalidate"),
    ("garbage", "max-age=60, must-revalidate"),
]


def shortened(text: str, *, has_expires: bool = False) -> str:
    told = cachedirectives.read(text)
    return cachedirectives.written(cachedirectives.shortened(told, has_expires=has_expires))


@pytest.mark.parametrize(("text", "expected"), SHORTENED)
def test_what_can_be_revoked_is_kept_for_a_minute_at_most(text: str, expected: str) -> None:
    assert shortened(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "max-age=0, must-revalidate"),
        ("public", "public, max-age=0, must-revalidate"),
        ("max-age=9", "max-age=9, must-revalidate"),
        ("s-maxage=9", "max-age=9, s-maxage=9, must-revalidate"),
        ("no-store", "no-store"),
    ],
)
def test_a_date_that_is_not_read_is_never_made_longer(text: str, expected: str) -> None:
    assert shortened(text, has_expires=True) == expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0),
        ("max-age=5", 5),
        ("s-maxage=7, max-age=5", 7),
        ("s-maxage=0, max-age=5", 0),
        ("no-store, max-age=5", 0),
    ],
)
def test_cloudfront_keeps_what_is_told_for(text: str, seconds: int) -> None:
    assert cachedirectives.kept_seconds(cachedirectives.read(text)) == seconds


NAMES = [
    "public",
    "private",
    "no-cache",
    "no-store",
    "no-transform",
    "max-age",
    "s-maxage",
    "immutable",
    "must-revalidate",
    "stale-while-revalidate",
    "stale-if-error",
]
LIKELY = st.lists(
    st.tuples(
        st.sampled_from([*NAMES, "Max-Age", "proxy-revalidate", "must-understand", "x"]),
        st.sampled_from(["", "=", " = ", '="', "=="]),
        st.integers(-2, 10**12).map(str) | st.sampled_from(["", "x", "60", "61", "0", '1"', "9" * 400]),
    ).map("".join),
    max_size=6,
).flatmap(lambda parts: st.sampled_from([", ", ",", " ", ";", ",,"]).map(lambda mark: mark.join(parts)))
ANY = st.text() | LIKELY
POLICY = CachePolicy(default_ttl_seconds=86_400, max_ttl_seconds=YEAR)


def promised(text: str) -> dict[str, int | None]:
    """A reader of our own: strict, because it reads only what was written by the code under test."""
    told: dict[str, int | None] = {}
    for part in text.split(", "):
        name, _, value = part.partition("=")
        assert name not in told
        told[name] = int(value) if value else None
    return told


@given(ANY, st.booleans())
@example("max-age=60 , max-age=999999", False)
@example("public max-age=86400", False)
def test_whatever_the_origin_says_nobody_keeps_what_can_be_revoked_longer(
    text: str, has_expires: bool
) -> None:
    told = promised(shortened(text, has_expires=has_expires))
    assert "immutable" not in told
    assert "stale-while-revalidate" not in told
    assert told.get("stale-if-error", 0) == 0
    if "no-store" not in told:
        assert 0 <= (told["max-age"] or 0) <= 60
        assert 0 <= (told.get("s-maxage") or 0) <= 60
        assert "must-revalidate" in told


@given(ANY, st.booleans())
def test_the_edge_keeps_what_can_be_revoked_for_a_minute_at_most(text: str, has_expires: bool) -> None:
    said = shortened(text, has_expires=has_expires)
    headers: Any = {"cache-control": [{"key": "Cache-Control", "value": said}]}
    kept = freshness.lifetime(200, headers, POLICY, now=0.0)
    if kept is not None:
        assert kept.fresh_seconds <= 60
        assert kept.stale_while_revalidate_seconds == 0
        assert not kept.stale_if_error_seconds


@given(LIKELY)
def test_shortening_never_makes_longer_nor_opens_what_was_closed(text: str) -> None:
    """But for a text without any age, where others would take a longer one of their own."""
    before, after = cachedirectives.read(text), promised(shortened(text))
    for name in ("max-age", "s-maxage"):
        if name in before and name in after:
            assert (after[name] or 0) <= (before[name] or 0)
    closed = {"private", "no-store"} & set(before)
    assert closed <= set(after)
    assert "no-cache" in after or "no-cache" not in before or "no-store" in after
    assert "public" in before or "public" not in after


@given(ANY)
def test_what_was_shortened_stays_as_it_is(text: str) -> None:
    assert shortened(shortened(text)) == shortened(text)


@given(ANY)
def test_what_was_read_can_be_written_and_read_again(text: str) -> None:
    told = cachedirectives.read(text)
    assert cachedirectives.read(cachedirectives.written(told)) == told
