from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator import freshness
from asset_edge.emulator.edge_policies import CachePolicy
from asset_edge.handlers.edge import cachetags
from asset_edge.handlers.edge.config import Behavior, CacheRule, HeaderIs
from tests.handlers.cached import KINDS, MANIFEST, PUBLIC, REVOCABLE, SEGMENT, VIDEO, decide, sent, typed

OTHER = CacheRule(name="other", max_age_seconds=1)


@pytest.mark.parametrize(
    ("path", "content_type", "expected"),
    [
        ("/film/a.m3u8", "application/vnd.apple.mpegurl", MANIFEST),
        ("/film/a.m3u8", "Application/VND.Apple.MPEGURL; charset=utf-8", MANIFEST),
        ("/film/a.mpd", "application/dash+xml", MANIFEST),
        ("/film/a.ts", "video/mp2t", SEGMENT),
        ("/film/a.m4s", "video/iso.segment", SEGMENT),
        ("/film/a.m4s", "application/octet-stream", SEGMENT),
        ("/film/a.m4s", None, SEGMENT),
        ("/film/a.mp4", "video/mp4", None),
        ("/film/a.m3u8", "text/plain", None),
        ("/film/a", None, None),
    ],
)
def test_a_video_library_keeps_manifests_shortly_and_segments_long(
    path: str, content_type: str | None, expected: str | None
) -> None:
    headers = sent(content_type=content_type) if content_type else {}
    assert decide(*VIDEO, path=path, headers=headers).cache_control == expected


@pytest.mark.parametrize("status", ["400", "403", "404", "410", "416", "500", "503", "599", "", "2", "odd"])
@pytest.mark.parametrize("behavior", [PUBLIC, *REVOCABLE])
def test_a_failure_is_kept_by_nobody(status: str, behavior: Behavior) -> None:
    told = decide(OTHER, behavior=behavior, status=status, headers=sent(cache_control="max-age=60"))
    assert told.cache_control == "no-store"
    assert not told.removes_cache_control


@pytest.mark.parametrize("status", ["200", "204", "206", "301", "304"])
def test_without_a_rule_the_origins_word_stays(status: str) -> None:
    told = decide(status=status, headers=sent(cache_control="max-age=9999, immutable"))
    assert (told.cache_control, told.removes_cache_control, told.rule) == (None, False, None)


SHORT_RULES = [
    ({"max_age_seconds": 31_536_000, "immutable": True}, "public, max-age=60, must-revalidate"),
    (
        {"max_age_seconds": 5, "shared_max_age_seconds": 600, "stale_if_error_seconds": 60},
        "public, max-age=5, s-maxage=60, must-revalidate",
    ),
    ({"no_store": True}, "no-store"),
    ({"statuses": ("404",)}, "public, max-age=60, must-revalidate"),
]


@pytest.mark.parametrize("behavior", REVOCABLE, ids=KINDS)
@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (sent(), "max-age=60, must-revalidate"),
        (sent(cache_control="max-age=86400"), "max-age=60, must-revalidate"),
        (sent(cache_control=["max-age=86400", "s-maxage=5"]), "max-age=60, s-maxage=5, must-revalidate"),
        (sent(cache_control="private"), "private, max-age=60, must-revalidate"),
        (sent(expires="Thu, 01 Jan 2099 00:00:00 GMT"), "max-age=0, must-revalidate"),
        (sent(cache_control="max-age=9", expires="0"), "max-age=9, must-revalidate"),
    ],
)
def test_what_can_be_revoked_is_kept_for_a_minute_whatever_the_origin_says(
    behavior: Behavior, origin: Any, expected: str
) -> None:
    for status in ("200", "206", "304"):
        assert decide(behavior=behavior, headers=origin, status=status).cache_control == expected
    assert decide(headers=origin).cache_control is None


@pytest.mark.parametrize("behavior", REVOCABLE, ids=KINDS)
@pytest.mark.parametrize(("fields", "expected"), SHORT_RULES)
def test_what_can_be_revoked_is_kept_for_a_minute_whatever_a_rule_says(
    behavior: Behavior, fields: dict[str, Any], expected: str
) -> None:
    fields = {"max_age_seconds": 600, **fields}
    status = "404" if "statuses" in fields else "200"
    headers = sent(cache_control="max-age=1", expires="0")
    told = decide(CacheRule(name="r", **fields), behavior=behavior, headers=headers, status=status)
    assert told.cache_control == expected


FILM = Behavior(path_pattern="*", library="l", territory="t", embargo="all")
STAYING = CacheRule(
    name="staying", statuses=("2xx", "304", "404"), shared_max_age_seconds=86_400, tags=("v",)
)


@pytest.mark.parametrize("status", ["200", "206", "304"])
def test_the_edge_keeps_a_librarys_segments_as_long_as_a_rule_says(status: str) -> None:
    told = decide(STAYING, behavior=FILM, status=status, tag_header="x-tags")
    assert told.cache_control == "public, max-age=0, s-maxage=86400, must-revalidate"
    assert told.tags[1:] == ("v",)


@pytest.mark.parametrize(
    "unless",
    [
        {"tag_header": None},
        {"status": "404"},
        {"behavior": REVOCABLE[0]},
        {"behavior": REVOCABLE[2]},
        {"behavior": REVOCABLE[3]},
    ],
    ids=["no tag purges it", "a failure", "preparing", "all", "territory"],
)
def test_nothing_else_that_can_be_revoked_stays_at_the_edge(unless: dict[str, Any]) -> None:
    told = decide(STAYING, **{"behavior": FILM, "tag_header": "x-tags", **unless})
    assert told.cache_control == "public, max-age=0, s-maxage=60, must-revalidate"


def test_nothing_stays_at_the_edge_by_the_origins_word_or_by_a_rule_for_browsers() -> None:
    long = CacheRule(name="long", max_age_seconds=86_400, immutable=True)
    told = decide(long, behavior=FILM, tag_header="x-tags")
    assert told.cache_control == "public, max-age=60, must-revalidate"
    origins = sent(cache_control="max-age=600, s-maxage=86400")
    told = decide(behavior=FILM, headers=origins, tag_header="x-tags")
    assert told.cache_control == "max-age=60, s-maxage=60, must-revalidate"


CONFIRMED: list[tuple[dict[str, Any], bool, str | None]] = [
    ({"path": "/a.m4s", "headers": {}}, True, "segment-file"),
    ({"path": "/a.ts", "headers": sent(content_type="video/mp2t")}, True, "segment"),
    ({"path": "/a.ts", "headers": sent(content_type="text/css")}, True, None),
    ({"path": "/a.ts", "headers": {}}, False, None),
]


@pytest.mark.parametrize(("answer", "sure", "rule"), CONFIRMED)
def test_a_304_says_what_its_200_did_or_nothing(answer: dict[str, Any], sure: bool, rule: str | None) -> None:
    """A manifest's rule needs the type, which a 304 may lack: then no other rule may hold instead."""
    by_path_first = (VIDEO[1], VIDEO[0], VIDEO[2])
    told = decide(*by_path_first, status="304", tag_header="x-tags", **answer)
    assert told.rule == rule
    assert told.removes_cache_control == (not sure)
    assert (told.cache_control is not None) == (rule is not None)
    assert bool(told.tags) == sure


def test_a_304_that_is_not_sure_of_the_first_rule_does_not_take_the_second() -> None:
    told = decide(*VIDEO, status="304", path="/a.m4s")
    assert (told.cache_control, told.removes_cache_control, told.rule) == (None, True, None)
    assert decide(*VIDEO, status="304", path="/a.m4s", row_rule="segment").cache_control == SEGMENT


@pytest.mark.parametrize("behavior", REVOCABLE, ids=KINDS)
def test_a_304_of_what_can_be_revoked_says_the_shortest_that_may_hold(behavior: Behavior) -> None:
    told = decide(*VIDEO, status="304", path="/a.m4s", behavior=behavior)
    assert told.cache_control == "public, max-age=5, must-revalidate"
    assert not told.removes_cache_control
    stored = CacheRule(name="unkept", content_types=("a/a",), max_age_seconds=9, no_store=True)
    assert decide(*VIDEO, stored, status="304", behavior=behavior).cache_control == "no-store"


def test_an_answer_that_is_no_304_is_sure_of_what_it_lacks() -> None:
    assert decide(*VIDEO, status="206", path="/a.ts").removes_cache_control is False


METADATA = sent(content_type="a/a", x_amz_meta_tags="a")
CONFIRMING: dict[str, Any] = {"status": "304", **typed("a/a")}
OWN = cachetags.tag_of_key("a/b.bin")


@pytest.mark.parametrize(
    ("header", "answer", "expected"),
    [
        (None, {"row_tags": ("a",)}, ()),
        ("x-tags", {}, (OWN,)),
        ("X-Tags", {"row_tags": ("a", "b")}, (OWN, "a", "b")),
        ("x-tags", {"row_tags": ("",)}, (OWN,)),
        ("x-tags", {"row_tags": ("a",), "status": "404"}, (OWN, "a")),
        ("x-tags", {"row_tags": ("a",), **typed("video/mp2t")}, (OWN, "a", "segments", "video")),
        ("x-tags", {"headers": sent(x_tags="own, b")}, (OWN, "own", "b")),
        ("X-Tags", {"row_tags": ("b",), "headers": sent(x_tags=["a,B", "c"])}, (OWN, "b", "a", "c")),
        ("x-amz-meta-tags", {"headers": sent(x_amz_meta_tags="a")}, (OWN, "a")),
        ("x-amz-meta-tags", {}, (OWN,)),
        ("x-amz-meta-tags", CONFIRMING, ()),
        ("X-Amz-Meta-Tags", CONFIRMING, ()),
        ("x-tags", CONFIRMING, (OWN,)),
        ("x-amz-meta-tags", {"status": "304", "headers": METADATA}, (OWN, "a")),
    ],
)
def test_an_answer_has_the_tags_of_asset_registry_rule_and_publisher(
    header: str | None, answer: dict[str, Any], expected: tuple[str, ...]
) -> None:
    assert decide(*VIDEO, tag_header=header, **answer).tags == expected


ODD_HEADERS: list[Any] = [
    {"cache-control": None},
    {"cache-control": []},
    {"cache-control": "max-age=5"},
    {"cache-control": [None, "x", {}, {"key": "Cache-Control"}, {"value": 5}, {"value": None}]},
    {"content-type": [{"value": ["a"]}], "expires": 5},
]


@pytest.mark.parametrize("headers", ODD_HEADERS)
@pytest.mark.parametrize("behavior", [PUBLIC, *REVOCABLE])
def test_headers_of_an_odd_shape_count_as_none(headers: Any, behavior: Behavior) -> None:
    assert decide(*VIDEO, headers=headers, behavior=behavior) is not None
    assert decide(behavior=behavior, headers=headers).cache_control in (None, "max-age=60, must-revalidate")


RULES = st.lists(
    st.builds(
        CacheRule,
        name=st.sampled_from(["a", "b"]),
        path_pattern=st.none() | st.text(max_size=5),
        content_types=st.lists(st.text(max_size=5) | st.just("image/*"), max_size=2).map(tuple),
        statuses=st.lists(st.sampled_from(["200", "4xx", "404", "2xx", "304"]), max_size=2).map(tuple),
        headers=st.lists(st.builds(HeaderIs, name=st.text(max_size=5), value=st.text(max_size=5))).map(tuple),
        parameters=st.lists(st.sampled_from(["w", "h"]), max_size=1).map(tuple),
        max_age_seconds=st.integers(0, 31_536_000),
        shared_max_age_seconds=st.none() | st.integers(0, 31_536_000),
        stale_while_revalidate_seconds=st.none() | st.integers(0, 31_536_000),
        stale_if_error_seconds=st.none() | st.integers(0, 31_536_000),
        immutable=st.booleans(),
        no_store=st.booleans(),
        tags=st.lists(st.sampled_from(["a", "A", "key:0", "x" * 256]), max_size=2).map(tuple),
    ),
    max_size=3,
    unique_by=lambda rule: rule.name,
)
HEADERS = st.dictionaries(
    st.sampled_from(["cache-control", "content-type", "expires", "x-tags"]) | st.text(max_size=4),
    st.lists(
        st.fixed_dictionaries({"value": st.text(max_size=30) | st.just("max-age=99999999, immutable")}),
        max_size=2,
    ),
)
STATUS = st.sampled_from(["200", "206", "304", "404", "500"]) | st.text(max_size=4)
ANSWERS = st.fixed_dictionaries(
    {
        "path": st.text(),
        "status": STATUS,
        "headers": HEADERS,
        "query": st.text(),
        "row_rule": st.none() | st.sampled_from(["a", "b"]) | st.text(),
        "row_tags": st.lists(st.text()).map(tuple),
    }
)
POLICY = CachePolicy(default_ttl_seconds=86_400, max_ttl_seconds=31_536_000)


@given(RULES, st.sampled_from(REVOCABLE), ANSWERS)
def test_nothing_that_can_be_revoked_is_ever_kept_for_longer_than_a_minute(
    rules: list[CacheRule], behavior: Behavior, answer: dict[str, Any]
) -> None:
    told = decide(*rules, behavior=behavior, tag_header="x-tags", **answer)
    assert told.cache_control is not None
    assert "immutable" not in told.cache_control
    said = {**answer["headers"], "cache-control": [{"key": "Cache-Control", "value": told.cache_control}]}
    kept = freshness.lifetime(200, said, POLICY, now=0.0)
    if kept is not None:
        assert kept.fresh_seconds <= 60
        assert kept.stale_while_revalidate_seconds == 0
        assert not kept.stale_if_error_seconds


@given(RULES, ANSWERS)
def test_whatever_is_told_there_is_an_answer(rules: list[CacheRule], answer: dict[str, Any]) -> None:
    told = decide(*rules, tag_header="x-tags", **answer)
    assert told.rule in {None, "a", "b"}
    assert not (told.removes_cache_control and told.cache_control)
    assert told.removes_cache_control <= (answer["status"] == "304")
