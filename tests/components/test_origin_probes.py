"""Probes that AWS would refuse are refused first, and how soon a probe notices a loss is arithmetic."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.components import origin_probes
from asset_edge.components.origin_probes import ScheduledProbe, UrlProbe
from asset_edge.errors import ArgumentError
from asset_edge.handlers.regional import origin_probe
from tests.components.weighted_origins import SECRET_PATH, URL_PROBE, refusal


@pytest.mark.parametrize(
    ("probe", "ttl_seconds", "expected"),
    [
        pytest.param(ScheduledProbe(), 60, 240, id="schedule, as it comes"),
        pytest.param(ScheduledProbe(evaluation_periods=1), 30, 150, id="schedule, at its soonest"),
        pytest.param(URL_PROBE, 60, 95, id="url, as it comes"),
        pytest.param(replace(URL_PROBE, failure_threshold=1), 10, 25, id="url, one failure"),
        pytest.param(replace(URL_PROBE, interval_seconds=30), 60, 155, id="url, every 30 s"),
    ],
)
def test_a_loss_is_noticed_within(probe: ScheduledProbe | UrlProbe, ttl_seconds: int, expected: int) -> None:
    assert origin_probes.detection_seconds(probe, ttl_seconds) == expected


def test_a_read_is_as_old_as_the_function_lets_it_become() -> None:
    assert origin_probe.LONGEST_ANSWER_AGE_SECONDS == origin_probes.READ_AGE_SECONDS


@given(st.integers(1, 10))
def test_route_53_can_follow_the_alarm(periods: int) -> None:
    alarm = origin_probes.alarm(ScheduledProbe(evaluation_periods=periods))
    assert "datapoints_to_alarm" not in alarm, "Route 53 follows no M-out-of-N alarm"
    assert alarm["statistic"] in {"Average", "Minimum", "Maximum", "Sum", "SampleCount"}
    assert alarm["period"] >= 60, "a shorter period is high resolution"
    assert alarm["evaluation_periods"] == periods


@pytest.mark.parametrize(
    ("reads", "fires"),
    [
        pytest.param([1, 1], False, id="readable"),
        pytest.param([1, 0], False, id="failed once"),
        pytest.param([0, 0], True, id="failed twice"),
        pytest.param([None, 0], True, id="silent, then failed"),
        pytest.param([None, None], True, id="silent"),
        pytest.param([1, None], False, id="one run came late"),
    ],
)
def test_the_alarm_fires_when_every_period_failed_or_was_silent(reads: list[int | None], fires: bool) -> None:
    alarm = origin_probes.alarm(ScheduledProbe(evaluation_periods=len(reads)))
    assert (alarm["comparison_operator"], alarm["treat_missing_data"]) == ("LessThanThreshold", "breaching")
    assert all(read is None or read < alarm["threshold"] for read in reads) is fires


@pytest.mark.parametrize(
    ("probe", "message"),
    [
        ({"evaluation_periods": 0}, "evaluation_periods of the probe is 0; allowed are 1 to 10"),
        ({"evaluation_periods": 11}, "evaluation_periods of the probe is 11"),
        ({"evaluation_periods": True}, "evaluation_periods of the probe is True"),
        ({"insufficient_data_health_status": "Up"}, "insufficient_data_health_status is 'Up'"),
    ],
)
def test_a_scheduled_probe_that_cannot_work_is_refused(probe: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        origin_probes.check_probe(ScheduledProbe(**probe))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"interval_seconds": 20}, "interval_seconds is 20; it may be 10, 30"),
        ({"failure_threshold": 0}, "failure_threshold of the probe is 0; allowed are 1 to 10"),
        ({"failure_threshold": 11}, "failure_threshold of the probe is 11"),
        ({"failure_threshold": 1.5}, "failure_threshold of the probe is 1.5"),
        ({"reserved_concurrency": 0}, "reserved_concurrency of the probe is 0; allowed are 1 to 100"),
        ({"checker_regions": ["us-east-1", "eu-west-1"]}, "Route 53 wants 3 or more different ones"),
        ({"checker_regions": ["us-east-1"] * 3}, "Route 53 wants 3 or more different ones"),
        ({"checker_regions": ["us-east-1", "eu-west-1", "eu-north-1"]}, "checker_regions is 'eu-north-1'"),
        ({"search_string": ""}, "search_string of the probe has 0 characters"),
        ({"search_string": "x" * 256}, "search_string of the probe has 256 characters"),
        ({"secret_path": "short"}, "secret_path of the probe has 5 characters"),
        ({"secret_path": "/" + SECRET_PATH}, "secret_path of the probe has 33 characters"),
        ({"secret_path": "x" * 201}, "secret_path of the probe has 201 characters"),
    ],
)
def test_a_url_probe_that_cannot_work_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        origin_probes.check_probe(replace(URL_PROBE, **changed))


def test_a_refused_secret_is_not_shown() -> None:
    with pytest.raises(ArgumentError) as refusal:
        origin_probes.check_probe(UrlProbe(secret_path="not/allowed"))
    assert "not/allowed" not in str(refusal.value)
    assert SECRET_PATH not in repr(URL_PROBE)


@pytest.mark.parametrize("key", ["", "a*", "a?", "${aws:username}"])
def test_a_key_that_a_policy_cannot_name_is_refused(key: str) -> None:
    with pytest.raises(ArgumentError, match="probe_key is"):
        origin_probes.check_probe_key(key)


@pytest.mark.parametrize(
    "probe",
    [
        pytest.param(ScheduledProbe(evaluation_periods=10), id="slow schedule"),
        pytest.param(replace(URL_PROBE, checker_regions=origin_probes.CHECKER_REGIONS), id="all checkers"),
        pytest.param(replace(URL_PROBE, search_string="x" * 255), id="long search string"),
    ],
)
def test_what_aws_takes_is_let_through(probe: ScheduledProbe | UrlProbe) -> None:
    assert refusal(lambda: origin_probes.check_probe(probe)) is None
