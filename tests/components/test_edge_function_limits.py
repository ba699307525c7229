"""What cannot work at the edge is refused when it is said, in the words it was said in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.bundle import Bundle
from asset_edge.components import edge_limits
from asset_edge.components.edge_function import EdgeFunctionArgs, check
from asset_edge.components.edge_limits import LARGEST_ZIP_BYTES, QUOTAS, RETENTION_DAYS, EventType
from asset_edge.errors import ArgumentError

SMALL = Bundle("e", {"e.py": b""})
ZIP_OVERHEAD = len(SMALL.zip_bytes())


def args(**changed: Any) -> EdgeFunctionArgs:
    good = {
        "function_name": "f",
        "bundle": SMALL,
        "event_types": ["origin-request"],
        "log_regions": [],
        "retention_in_days": 1,
    }
    return EdgeFunctionArgs(**{**good, **changed})


def sid(name: str) -> dict[str, Any]:
    return {"Sid": name, "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}


REFUSED = {
    "no event": ({"event_types": []}, "event_types is []", "Name when the function runs"),
    "unknown event": ({"event_types": ["viewer"]}, "event_types is ['viewer']", "mend 'viewer'"),
    "one event twice": (
        {"event_types": ["origin-request", "origin-request"]},
        "each once",
        "mend 'origin-request'",
    ),
    "viewer memory": (
        {"event_types": ["viewer-request"], "memory_size_mb": 256},
        "memory_size_mb is 256 for viewer-request; Lambda@Edge allows exactly 128",
        "take another event type",
    ),
    "shared viewer memory": (
        {"event_types": ["origin-request", "viewer-response"], "memory_size_mb": 129},
        "memory_size_mb is 129 for origin-request, viewer-response",
        "exactly 128",
    ),
    "origin memory": ({"memory_size_mb": 10_241}, "memory_size_mb is 10241", "from 128 to 10240"),
    "too little memory": ({"memory_size_mb": 127}, "memory_size_mb is 127", "from 128 to 10240"),
    "no memory": ({"memory_size_mb": 0}, "memory_size_mb is 0", "from 128 to 10240"),
    "timeout": ({"timeout_seconds": 31}, "timeout_seconds is 31", "from 1 to 30"),
    "no time": ({"timeout_seconds": 0}, "timeout_seconds is 0", "from 1 to 30"),
    "viewer timeout": (
        {"event_types": ["viewer-response"], "timeout_seconds": 31},
        "timeout_seconds is 31 for viewer-response",
        "from 1 to 30",
    ),
    "no name": ({"function_name": ""}, "function_name is ''", "Rename it"),
    "a dot in the name": ({"function_name": "a.b"}, "function_name is 'a.b'", "1 to 64 letters"),
    "a long name": ({"function_name": "x" * 65}, "1 to 64 letters", "Rename it"),
    "a long description": ({"description": "x" * 257}, "description has 257 characters", "Lambda takes 256"),
    "one region twice": (
        {"log_regions": ["eu-west-1"] * 2},
        "log_regions has eu-west-1 twice",
        "Drop the second",
    ),
    "a zone": ({"log_regions": ["eu-west-1a"]}, "region 'eu-west-1a'", "as AWS does, eu-west-1"),
    "all regions": ({"log_regions": ["*"]}, "region '*'", "as AWS does, eu-west-1"),
    "China": ({"log_regions": ["cn-north-1"]}, "region 'cn-north-1'", "commercial regions"),
    "odd retention": ({"retention_in_days": 31}, "retention_in_days is 31", "30, 60, 90"),
    "no end": ({"retention_in_days": 0}, "retention_in_days is 0", "Take one of these"),
    "one Sid twice": ({"statements": [sid("Read"), sid("Read")]}, "the Sid 'Read' twice", "Rename one"),
    "our Sid": ({"statements": [sid("WriteLogs")]}, "the Sid 'WriteLogs'", "the function's own"),
}


@pytest.mark.parametrize(("changed", "what", "next_step"), REFUSED.values(), ids=REFUSED)
def test_the_impossible_is_refused_with_the_value_and_what_to_do(
    changed: dict[str, Any], what: str, next_step: str
) -> None:
    with pytest.raises(ArgumentError) as refusal:
        check(args(**changed))
    message = str(refusal.value)
    assert what in message
    assert next_step in message
    assert not message.endswith(".")


ALLOWED = {
    "least of all": {},
    "the most an origin function has": {"memory_size_mb": 10_240, "timeout_seconds": 30},
    "the most a viewer function has": {
        "event_types": ["viewer-request"],
        "memory_size_mb": 128,
        "timeout_seconds": 30,
    },
    "all events": {"event_types": list(QUOTAS), "memory_size_mb": 128},
    "a long name": {"function_name": "x" * 64},
    "regions of all kinds": {"log_regions": ["us-east-1", "ap-southeast-2"]},
    "the longest retention": {"retention_in_days": 3653},
    "statements without a Sid": {"statements": [{"Effect": "Allow"}, {"Effect": "Allow"}]},
}


@pytest.mark.parametrize("changed", ALLOWED.values(), ids=ALLOWED)
def test_the_possible_is_let_through(changed: dict[str, Any]) -> None:
    check(args(**changed))
    assert edge_limits.strictest(args(**changed).event_types) in QUOTAS.values()


@pytest.mark.parametrize(("spare", "fits"), [(0, True), (-1, False)])
def test_a_zip_of_exactly_50_mb_is_the_largest(spare: int, fits: bool) -> None:
    padding = bytes(LARGEST_ZIP_BYTES - ZIP_OVERHEAD - spare)
    bundle = Bundle("e", {"e.py": padding})
    assert len(bundle.zip_bytes()) == LARGEST_ZIP_BYTES - spare
    if fits:
        check(args(bundle=bundle))
    else:
        with pytest.raises(ArgumentError, match=r"the bundle of e has 52,428,801 bytes; .* `include`"):
            check(args(bundle=bundle))


@given(st.lists(st.sampled_from(sorted(QUOTAS)), min_size=1, unique=True))
def test_a_function_on_several_events_keeps_the_quota_of_each(event_types: list[EventType]) -> None:
    strictest = edge_limits.strictest(event_types)
    for event_type in event_types:
        assert strictest.memory_size_mb <= QUOTAS[event_type].memory_size_mb
        assert strictest.timeout_seconds <= QUOTAS[event_type].timeout_seconds


@given(st.sampled_from(sorted(QUOTAS)))
def test_a_default_is_within_its_own_quota(event_type: EventType) -> None:
    quota = QUOTAS[event_type]
    assert edge_limits.SMALLEST_MEMORY_MB <= quota.default_memory_size_mb <= quota.memory_size_mb
    assert 1 <= quota.default_timeout_seconds <= quota.timeout_seconds
    assert quota.source, "a figure without a source is a rumour"


@given(st.integers(-10, 4000))
def test_retention_is_one_of_cloudwatch_s_own_steps(days: int) -> None:
    if days in RETENTION_DAYS:
        check(args(retention_in_days=days))
    else:
        with pytest.raises(ArgumentError, match=f"retention_in_days is {days}; CloudWatch keeps"):
            check(args(retention_in_days=days))


def test_the_steps_are_in_order_and_each_once() -> None:
    assert list(RETENTION_DAYS) == sorted(set(RETENTION_DAYS))
