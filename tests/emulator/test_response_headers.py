"""What a response headers policy takes from an answer and puts on it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator import response_headers
from asset_edge.emulator.messages import to_headers
from asset_edge.emulator.response_headers import ResponseHeadersPolicy, Timing
from asset_edge.handlers.edge.events import Headers

TIMING = Timing(
    cache_result="Miss from cloudfront",
    request_id="an-id==",
    pop="FRA60-P1",
    sample=50.0,
    upstream_ms=177,
    downstream_ms=436,
)


def listed(*items: Any) -> dict[str, Any]:
    return {"Quantity": len(items), "Items": list(items)}


def policy(**config: Any) -> ResponseHeadersPolicy:
    return response_headers.read({"Id": "p", "ResponseHeadersPolicyConfig": {"Name": "n", **config}})


def security(**parts: Any) -> ResponseHeadersPolicy:
    return policy(SecurityHeadersConfig=parts)


def custom(name: str = "X-A", value: str = "policy", *, override: bool = True) -> dict[str, Any]:
    return {"Header": name, "Value": value, "Override": override}


def removing(*names: str) -> dict[str, Any]:
    return {"RemoveHeadersConfig": listed(*({"Header": name} for name in names))}


def applied(
    the_policy: ResponseHeadersPolicy,
    headers: Headers,
    *,
    asked: Headers | None = None,
    timing: Timing | None = None,
) -> Headers:
    return response_headers.apply(
        the_policy, headers, viewer_request_headers=asked or {}, method="GET", timing=timing
    )


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param(
            {"ContentTypeOptions": {"Override": True}}, ("X-Content-Type-Options", "nosniff"), id="type"
        ),
        pytest.param(
            {"FrameOptions": {"FrameOption": "DENY", "Override": True}},
            ("X-Frame-Options", "DENY"),
            id="frame",
        ),
        pytest.param(
            {"ReferrerPolicy": {"ReferrerPolicy": "no-referrer", "Override": True}},
            ("Referrer-Policy", "no-referrer"),
            id="referrer",
        ),
        pytest.param(
            {"ContentSecurityPolicy": {"ContentSecurityPolicy": "default-src 'self'", "Override": True}},
            ("Content-Security-Policy", "default-src 'self'"),
            id="content security",
        ),
        pytest.param(
            {"StrictTransportSecurity": {"AccessControlMaxAgeSec": 5, "Override": True}},
            ("Strict-Transport-Security", "max-age=5"),
            id="transport",
        ),
        pytest.param(
            {
                "StrictTransportSecurity": {
                    "AccessControlMaxAgeSec": 5,
                    "IncludeSubdomains": True,
                    "Preload": True,
                    "Override": True,
                }
            },
            ("Strict-Transport-Security", "max-age=5; includeSubDomains; preload"),
            id="transport in full",
        ),
        pytest.param(
            {"XSSProtection": {"Protection": False, "Override": True}}, ("X-XSS-Protection", "0"), id="no xss"
        ),
        pytest.param(
            {"XSSProtection": {"Protection": True, "ModeBlock": True, "Override": True}},
            ("X-XSS-Protection", "1; mode=block"),
            id="xss",
        ),
        pytest.param(
            {"XSSProtection": {"Protection": True, "ReportUri": "/r", "Override": True}},
            ("X-XSS-Protection", "1; report=/r"),
            id="xss reported",
        ),
    ],
)
def test_a_security_header_is_written_as_cloudfront_writes_it(
    parts: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert applied(security(**parts), {}) == to_headers(dict([expected]))


ORIGINS = to_headers({"x-a": "origin"})
POLICYS = to_headers({"X-A": "policy"})


@pytest.mark.parametrize(
    ("override", "before", "after"),
    [
        pytest.param(True, ORIGINS, POLICYS, id="it wins"),
        pytest.param(False, ORIGINS, ORIGINS, id="the origin wins"),
        pytest.param(False, {}, POLICYS, id="nothing to win over"),
    ],
)
def test_override_decides_who_wins(override: bool, before: Headers, after: Headers) -> None:
    the_policy = policy(CustomHeadersConfig=listed(custom(override=override)))
    assert applied(the_policy, before) == after
    frame = security(FrameOptions={"FrameOption": "DENY", "Override": override})
    kept = to_headers({"x-frame-options": "SAMEORIGIN"})
    assert applied(frame, kept) == (to_headers({"X-Frame-Options": "DENY"}) if override else kept)


def test_one_overriding_header_replaces_several_values() -> None:
    several: Headers = {"x-a": [{"key": "x-a", "value": "1"}, {"key": "x-a", "value": "2"}]}
    assert applied(policy(CustomHeadersConfig=listed(custom())), several) == POLICYS


def test_a_custom_header_may_be_empty() -> None:
    assert applied(policy(CustomHeadersConfig=listed(custom(value=""))), {}) == to_headers({"X-A": ""})


def test_removal_comes_first_and_names_have_no_case() -> None:
    the_policy = policy(**removing("x-A", "VARY"), CustomHeadersConfig=listed(custom(override=False)))
    before = ORIGINS | to_headers({"Vary": "Accept", "ETag": '"e"'})
    assert applied(the_policy, before) == POLICYS | to_headers({"ETag": '"e"'})


def test_a_removed_server_gives_way_to_cloudfronts() -> None:
    before = to_headers({"Server": "AmazonS3"})
    assert applied(policy(**removing("Server")), before) == to_headers({"Server": "CloudFront"})


@given(
    st.dictionaries(st.sampled_from(["x-a", "vary", "etag", "server"]), st.text(max_size=3)),
    st.sets(st.sampled_from(["X-A", "Vary", "ETag", "x-none"])),
)
def test_the_answer_it_is_given_is_never_changed(told: dict[str, str], removed: set[str]) -> None:
    before = to_headers(told)
    kept = to_headers(told)
    after = applied(policy(**removing(*removed), CustomHeadersConfig=listed(custom("x-b"))), before)
    assert before == kept
    assert not {name.lower() for name in removed} & after.keys() - {"x-b"}
    assert after["x-b"] == [{"key": "x-b", "value": "policy"}]


def timed(rate: float | None, **asked: Any) -> Headers:
    """The answer under a policy with this sampling rate."""
    config = {"Enabled": True} if rate is None else {"Enabled": True, "SamplingRate": rate}
    return applied(policy(ServerTimingHeadersConfig=config), {}, timing=TIMING, **asked)


@pytest.mark.parametrize(
    ("rate", "is_timed"), [(100.0, True), (50.1, True), (50.0, False), (0.0, False), (None, False)]
)
def test_the_sampling_rate_says_how_many_answers_are_timed(rate: float | None, is_timed: bool) -> None:
    assert ("server-timing" in timed(rate)) is is_timed


@pytest.mark.parametrize("rate", [0.0, None])
def test_a_viewer_that_asks_is_always_told(rate: float | None) -> None:
    assert "server-timing" in timed(rate, asked=to_headers({"Pragma": "Server-Timing"}))
    assert "server-timing" not in timed(rate, asked=to_headers({"Pragma": "no-cache"}))


def test_without_the_setting_nobody_is_told() -> None:
    asked = to_headers({"Pragma": "server-timing"})
    for off in (policy(), policy(ServerTimingHeadersConfig={"Enabled": False, "SamplingRate": 100.0})):
        assert applied(off, {}, asked=asked, timing=TIMING) == {}


PLACE = 'cdn-pop;desc="FRA60-P1",cdn-rid;desc="an-id=="'
UPSTREAM = (
    'cdn-upstream-layer;desc="EDGE",cdn-upstream-dns;dur=0,cdn-upstream-connect;dur=0,'
    "cdn-upstream-fbl;dur=177"
)


@pytest.mark.parametrize(
    ("cache_result", "expected"),
    [
        pytest.param(
            "Hit from cloudfront",
            f'cdn-cache-hit,{PLACE},cdn-hit-layer;desc="EDGE",cdn-downstream-fbl;dur=436',
            id="hit",
        ),
        pytest.param(
            "RefreshHit from cloudfront",
            f"cdn-cache-refresh,{PLACE},cdn-downstream-fbl;dur=436",
            id="refresh",
        ),
        pytest.param(
            "Miss from cloudfront",
            f"{UPSTREAM},cdn-cache-miss,{PLACE},cdn-downstream-fbl;dur=436,db;dur=53",
            id="miss",
        ),
        pytest.param(
            "Error from cloudfront",
            f"{UPSTREAM},cdn-cache-miss,{PLACE},cdn-downstream-fbl;dur=436,db;dur=53",
            id="error",
        ),
    ],
)
def test_the_metrics_are_those_of_the_exchange(cache_result: str, expected: str) -> None:
    """On a miss the origin's own metrics follow; those that were stored with the object are dropped."""
    timing = Timing(
        cache_result=cache_result,
        request_id="an-id==",
        pop="FRA60-P1",
        sample=0.0,
        upstream_ms=177,
        downstream_ms=436,
    )
    every = policy(ServerTimingHeadersConfig={"Enabled": True, "SamplingRate": 100.0})
    after = applied(every, to_headers({"server-timing": "db;dur=53"}), timing=timing)
    assert after == to_headers({"Server-Timing": expected})


def test_a_policy_without_parts_changes_nothing() -> None:
    assert applied(policy(), ORIGINS, asked=to_headers({"Origin": "https://a.test"})) == ORIGINS
