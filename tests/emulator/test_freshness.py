"""How long answers are kept: the tables of the developer guide, and headers that nobody can read."""

import os
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator import freshness
from asset_edge.emulator.edge_policies import ALL, CachePolicy, Names
from asset_edge.emulator.freshness import Lifetime
from asset_edge.emulator.messages import to_headers

NOW = 1_700_000_000.0
ZERO = CachePolicy(min_ttl_seconds=0, default_ttl_seconds=100, max_ttl_seconds=1000)
LEAST_50 = CachePolicy(min_ttl_seconds=50, default_ttl_seconds=100, max_ttl_seconds=1000)
LEAST_200 = CachePolicy(min_ttl_seconds=200, default_ttl_seconds=100, max_ttl_seconds=1000)
DISABLED = CachePolicy(min_ttl_seconds=0, default_ttl_seconds=0, max_ttl_seconds=0)

NOTHING = None
"""Not kept."""


def date(seconds_from_now: float) -> str:
    return format_datetime(datetime.fromtimestamp(NOW + seconds_from_now, UTC), usegmt=True)


def lifetime(
    cache_control: str | None = None,
    *,
    status: int = 200,
    policy: CachePolicy = ZERO,
    error_min_ttl_seconds: float = 10,
    s3_origin: bool = False,
    **headers: str,
) -> Lifetime | None:
    told = {} if cache_control is None else {"Cache-Control": cache_control}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return freshness.lifetime(
        status,
        to_headers({**told, **named}),
        policy,
        now=NOW,
        error_min_ttl_seconds=error_min_ttl_seconds,
        s3_origin=s3_origin,
    )


def fresh(
    cache_control: str | None = None, policy: CachePolicy = ZERO, status: int = 200, **headers: Any
) -> float | None:
    found = lifetime(cache_control, policy=policy, status=status, **headers)
    return found.fresh_seconds if found else NOTHING


TTL_TABLE: list[tuple[str | None, float | None, float | None, float | None]] = [
    # origin says; kept with MinTTL 0, MinTTL 50, MinTTL 200
    (None, 100, 100, 200),
    ("public", 100, 100, 200),
    ("max-age=60", 60, 60, 200),
    ("max-age=10", 10, 50, 200),
    ("max-age=5000", 1000, 1000, 1000),
    ("s-maxage=70, max-age=60", 70, 70, 200),
    ("max-age=60, s-maxage=70", 70, 70, 200),
    ("s-maxage=0, max-age=60", NOTHING, 50, 200),
    ("max-age=0", NOTHING, 50, 200),
    ("no-store", NOTHING, 50, 200),
    ("no-cache", NOTHING, 50, 200),
    ("private", NOTHING, 50, 200),
    ("private, max-age=600", NOTHING, 50, 200),
    ("max-age=600, no-store", NOTHING, 50, 200),
    ("no-cache, s-maxage=600", NOTHING, 50, 200),
    ("must-revalidate, max-age=60", 60, 60, 200),
]


@pytest.mark.parametrize(("told", "zero", "least_50", "least_200"), TTL_TABLE)
def test_the_table_of_ttls(
    told: str | None, zero: float | None, least_50: float | None, least_200: float | None
) -> None:
    assert (fresh(told), fresh(told, LEAST_50), fresh(told, LEAST_200)) == (zero, least_50, least_200)


@pytest.mark.parametrize("told", [row[0] for row in TTL_TABLE])
@pytest.mark.parametrize("status", [200, 404, 503])
def test_caching_turned_off_keeps_nothing_whatever_is_said(told: str | None, status: int) -> None:
    assert lifetime(told, policy=DISABLED, status=status, etag='"a"') is NOTHING


@pytest.mark.parametrize(
    ("expires", "zero", "least_50"),
    [(date(60), 60, 60), (date(10), 10, 50), (date(5000), 1000, 1000), (date(-60), NOTHING, 50)],
)
def test_expires_counts_from_now(expires: str, zero: float | None, least_50: float) -> None:
    assert (fresh(expires=expires), fresh(policy=LEAST_50, expires=expires)) == (zero, least_50)


@pytest.mark.parametrize(
    "expires", ["0", "-1", "", "tomorrow", "Thu, 99 Foo 2026 00:00:00 GMT", "Mon, 01 Jan 99999 00:00:00 GMT"]
)
def test_an_expires_that_is_no_date_has_passed(expires: str) -> None:
    assert fresh(expires=expires) is NOTHING


def test_an_expires_without_a_zone_is_in_utc_wherever_the_machine_is() -> None:
    before = os.environ.get("TZ")
    try:
        for zone in ("Etc/GMT+5", "UTC"):
            os.environ["TZ"] = zone
            time.tzset()
            assert fresh(expires=date(60).removesuffix(" GMT")) == 60
    finally:
        os.environ.pop("TZ")
        os.environ.update({} if before is None else {"TZ": before})
        time.tzset()


def test_max_age_wins_over_expires() -> None:
    assert fresh("max-age=60", expires=date(30)) == 60
    assert fresh("max-age=0", expires=date(30)) is NOTHING


ODD: list[tuple[str, float | None]] = [
    ("MAX-AGE=60", 60),
    ("max-age = 60", 60),
    ('max-age="60"', 60),
    ("max-age=060", 60),
    ("public max-age=60", 60),
    (",,max-age=60,", 60),
    ("max-age=60, max-age=600", 60),
    ("max-age", NOTHING),
    ("max-age=", NOTHING),
    ("max-age=-60", NOTHING),
    ("max-age=6.5", NOTHING),
    ("max-age=\u0666\u0660", NOTHING),
    ("max-age=sixty", NOTHING),
    ("s-maxage=x, max-age=60", NOTHING),
    ("max-age=" + "9" * 400, 1000),
    ("max-age=" + "9" * 15, 1000),
    ('foo="max-age=60"', 100),
    ('foo="a\\"b, no-store", max-age=60', 60),
    ('foo="open, max-age=60', 60),
    ("xmax-age=60", 100),
    ("=60", 100),
]


@pytest.mark.parametrize(("told", "expected"), ODD)
def test_directives_written_oddly(told: str, expected: float | None) -> None:
    assert fresh(told) == expected


def test_directives_in_two_headers_count_as_one() -> None:
    headers: Any = {"cache-control": [{"value": "public"}, {"value": "max-age=60"}]}
    found = freshness.lifetime(200, headers, ZERO, now=NOW)
    assert found is not None
    assert found.fresh_seconds == 60


@pytest.mark.parametrize("told", ['no-cache="Set-Cookie"', 'private="x-user, Set-Cookie"'])
def test_a_directive_that_names_headers_is_about_these_alone(told: str) -> None:
    assert fresh(f"{told}, max-age=60") == 60


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ('no-cache="Set-Cookie"', {"set-cookie"}),
        ('private="X-User , Set-Cookie", max-age=1', {"x-user", "set-cookie"}),
        ("no-cache=set-cookie", {"set-cookie"}),
        ("no-cache, private", set()),
        ('no-store="x"', set()),
        ("", set()),
    ],
)
def test_which_headers_are_not_to_be_kept(told: str, expected: set[str]) -> None:
    assert freshness.uncached_headers(to_headers({"Cache-Control": told})) == expected


STALE: list[tuple[str, float, float | None]] = [
    # origin says; seconds while revalidating, seconds on error
    ("max-age=60", 0, None),
    ("max-age=60, stale-while-revalidate=30", 30, None),
    ("max-age=60, stale-if-error=40", 0, 40),
    ("max-age=60, stale-if-error=0", 0, 0),
    ("max-age=60, stale-while-revalidate=5000, stale-if-error=5000", 1000, 1000),
    ("max-age=60, stale-while-revalidate=x, stale-if-error=-1", 0, None),
    ("stale-while-revalidate=30", 30, None),
]


@pytest.mark.parametrize(("told", "behind", "on_error"), STALE)
def test_how_long_an_expired_object_is_served(told: str, behind: float, on_error: float | None) -> None:
    found = lifetime(told)
    assert found is not None
    assert (found.stale_while_revalidate_seconds, found.stale_if_error_seconds) == (behind, on_error)


@pytest.mark.parametrize("told", ["no-cache", "no-store", "private"])
def test_what_is_kept_against_its_will_is_not_served_while_revalidating(told: str) -> None:
    found = lifetime(f"{told}, stale-while-revalidate=30", policy=LEAST_50)
    assert found == Lifetime(fresh_seconds=50)


@pytest.mark.parametrize("validator", [{"etag": '"a"'}, {"last_modified": date(-100)}])
@pytest.mark.parametrize("told", ["max-age=0", "no-cache", "s-maxage=0"])
def test_what_is_never_fresh_is_kept_for_its_validator(told: str, validator: Any) -> None:
    assert lifetime(told, **validator) == Lifetime(fresh_seconds=0, revalidatable=True)


@pytest.mark.parametrize("told", ["no-store", "private"])
def test_a_validator_keeps_nothing_that_must_not_be_kept(told: str) -> None:
    assert lifetime(told, etag='"a"') is NOTHING


@pytest.mark.parametrize("told", ["max-age=0, stale-while-revalidate=9", "max-age=0, stale-if-error=9"])
def test_what_is_never_fresh_is_kept_where_it_may_be_served_stale(told: str) -> None:
    found = lifetime(told)
    assert found is not None
    assert found.fresh_seconds == 0


@pytest.mark.parametrize("cookies", [ALL, Names("whitelist", ("a",)), Names("allExcept", ("a",))])
def test_nothing_is_revalidated_where_cookies_are_forwarded(cookies: Names) -> None:
    found = lifetime("max-age=60", policy=CachePolicy(cookies=cookies), etag='"a"')
    assert found == Lifetime(fresh_seconds=60)


@pytest.mark.parametrize("status", [206, 301, 404])
def test_only_a_whole_object_is_revalidated(status: int) -> None:
    found = lifetime("max-age=60", status=status, etag='"a"')
    assert found is not None
    assert not found.revalidatable


@pytest.mark.parametrize("status", [200, 203, 206, 301, 302, 307, 308])
def test_every_answer_that_is_no_error_is_kept_alike(status: int) -> None:
    assert fresh(status=status) == 100
    assert fresh("max-age=60", status=status) == 60
    assert fresh("no-store", status=status) is NOTHING


ALWAYS = [404, 410, 414, 500, 501, 502, 503, 504]
IF_TOLD = [400, 403, 405, 412, 415]
NEVER = [401, 406, 409, 416, 418, 429, 505, 599]

ERRORS: list[tuple[list[int], str | None, float | None]] = [
    (ALWAYS, None, 10),
    (ALWAYS, "max-age=60", 60),
    (ALWAYS, "max-age=3", 10),
    (ALWAYS, "s-maxage=60, max-age=3", 60),
    (ALWAYS, "max-age=5000", 1000),
    (ALWAYS, "private", 10),
    (ALWAYS, "no-cache", 10),
    (IF_TOLD, None, NOTHING),
    (IF_TOLD, "public", NOTHING),
    (IF_TOLD, "max-age=60", 60),
    (IF_TOLD, "s-maxage=60", 60),
    (IF_TOLD, "max-age=0", 10),
    (IF_TOLD, "max-age=60, no-store", NOTHING),
    (NEVER, None, NOTHING),
    (NEVER, "max-age=60", NOTHING),
    ([404, 410, 414, 501], "no-store", NOTHING),
    ([404, 410, 414, 501], "no-store, max-age=60", NOTHING),
    ([500, 502, 503, 504], "no-store", 10),
]


@pytest.mark.parametrize(
    ("status", "told", "expected"), [(status, told, kept) for some, told, kept in ERRORS for status in some]
)
def test_the_table_of_errors(status: int, told: str | None, expected: float | None) -> None:
    assert fresh(told, status=status) == expected


def test_an_error_is_kept_until_it_expires_where_that_is_longer() -> None:
    assert fresh(status=404, expires=date(60)) == 60
    assert fresh(status=403, expires=date(60)) is NOTHING, "only max-age and s-maxage count for a 403"


def test_the_least_ttl_is_no_matter_for_errors() -> None:
    assert fresh(status=404, policy=LEAST_200) == 10


@pytest.mark.parametrize(
    ("error_min_ttl_seconds", "s3_origin", "expected"),
    [(0, False, NOTHING), (0, True, 1), (0.5, True, 1), (5, True, 5), (5, False, 5)],
)
def test_an_error_of_s3_is_kept_for_a_second_at_least(
    error_min_ttl_seconds: float, s3_origin: bool, expected: float | None
) -> None:
    found = lifetime(status=404, error_min_ttl_seconds=error_min_ttl_seconds, s3_origin=s3_origin)
    assert (found.fresh_seconds if found else NOTHING) == expected
    assert freshness.error_seconds(error_min_ttl_seconds, s3_origin=s3_origin) == (expected or 0)


@pytest.mark.parametrize("status", ALWAYS)
def test_an_expired_error_is_served_to_nobody(status: int) -> None:
    found = lifetime("max-age=60, stale-while-revalidate=9, stale-if-error=9", status=status, etag='"a"')
    assert found == Lifetime(fresh_seconds=60, stale_if_error_seconds=0)


DIRECTIVE = st.sampled_from(
    ["max-age", "s-maxage", "no-store", "no-cache", "private", "stale-if-error", "stale-while-revalidate"]
)
VALUE = st.one_of(st.just(""), st.integers().map(str), st.text(max_size=8), st.just('"'), st.just('"1"'))
CONTROL = st.one_of(
    st.text(max_size=40),
    st.lists(st.tuples(DIRECTIVE, VALUE), max_size=5).map(lambda all_: ",".join(f"{n}={v}" for n, v in all_)),
)
POLICY = st.builds(
    lambda least, default, most: CachePolicy(
        min_ttl_seconds=least, default_ttl_seconds=least + default, max_ttl_seconds=least + default + most
    ),
    st.integers(0, 500),
    st.integers(0, 500),
    st.integers(0, 500),
)


@given(CONTROL, st.one_of(st.none(), st.text(max_size=30)), st.integers(200, 599), POLICY)
def test_whatever_an_origin_says_stays_within_the_policy(
    control: str, expires: str | None, status: int, policy: CachePolicy
) -> None:
    headers = to_headers({"Cache-Control": control} | ({} if expires is None else {"Expires": expires}))
    found = freshness.lifetime(status, headers, policy, now=NOW)
    if found is None:
        assert policy.min_ttl_seconds == 0 or status >= 400, "a MinTTL keeps every answer that is no error"
        return
    assert found.fresh_seconds <= max(policy.max_ttl_seconds, 10)
    assert found.stale_while_revalidate_seconds <= policy.max_ttl_seconds
    assert found.stale_if_error_seconds is None or found.stale_if_error_seconds <= policy.max_ttl_seconds
    if status < 400:
        assert found.fresh_seconds >= policy.min_ttl_seconds
