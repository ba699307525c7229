from typing import get_args

import pytest

from asset_edge.emulator import limits
from asset_edge.emulator.limits import Limit
from asset_edge.handlers.edge.events import EVENT_TYPES, EventType

FIGURES = [
    (limits.GENERATED_RESPONSE["viewer-request"], 40_960, "bytes"),
    (limits.GENERATED_RESPONSE["viewer-response"], 40_960, "bytes"),
    (limits.GENERATED_RESPONSE["origin-request"], 1_048_576, "bytes"),
    (limits.GENERATED_RESPONSE["origin-response"], 1_048_576, "bytes"),
    (limits.REPLACED_BODY_TEXT["viewer-request"], 40_960, "bytes"),
    (limits.REPLACED_BODY_BASE64["viewer-request"], 54_476, "bytes"),
    (limits.REPLACED_BODY_TEXT["origin-request"], 1_048_576, "bytes"),
    (limits.REPLACED_BODY_BASE64["origin-request"], 1_394_606, "bytes"),
    (limits.EXPOSED_BODY["viewer-request"], 40_960, "bytes"),
    (limits.EXPOSED_BODY["origin-request"], 1_048_576, "bytes"),
    (limits.MEMORY["viewer-request"], 134_217_728, "bytes"),
    (limits.MEMORY["viewer-response"], 134_217_728, "bytes"),
    (limits.MEMORY["origin-request"], 10_737_418_240, "bytes"),
    (limits.MEMORY["origin-response"], 10_737_418_240, "bytes"),
    (limits.BUNDLE, 52_428_800, "bytes"),
    (limits.TIMEOUT, 30, "seconds"),
    (limits.URL, 8192, "characters"),
    (limits.EDITED_URL, 8191, "characters"),
    (limits.REQUEST_SIZE, 32_768, "bytes"),
    (limits.STATUS, 599, "count"),
    (limits.CUSTOM_DOMAIN_NAME, 253, "characters"),
    (limits.S3_DOMAIN_NAME, 128, "characters"),
    (limits.ORIGIN_PATH, 255, "characters"),
    (limits.KEEPALIVE_TIMEOUT, 120, "seconds"),
    (limits.READ_TIMEOUT, 120, "seconds"),
    (limits.HIGH_PORT, 65_535, "port"),
    (limits.INSTANCE_RATE, 10, "requests per second"),
    (limits.REGION_RATE, 10_000, "requests per second"),
    (limits.CONCURRENCY, 1000, "count"),
    (limits.FUNCTIONS, 100, "count"),
    (limits.FUNCTION_DISTRIBUTIONS, 500, "count"),
    (limits.BEHAVIORS, 75, "count"),
]


@pytest.mark.parametrize(
    ("row", "value", "unit"), FIGURES, ids=[f"{row[0].what}-{row[0].trigger}" for row in FIGURES]
)
def test_a_quota_is_aws_figure(row: Limit, value: int, unit: str) -> None:
    assert (row.value, row.unit) == (value, unit)


@pytest.mark.parametrize("row", limits.LIMITS, ids=lambda row: f"{row.what}-{row.trigger}")
def test_every_row_has_unit_trigger_and_source(row: Limit) -> None:
    assert row.unit in get_args(limits.Unit)
    assert row.trigger in {None, *EVENT_TYPES}
    assert row.source


def test_the_list_holds_every_row_once() -> None:
    assert len(set(limits.LIMITS)) == len(limits.LIMITS)
    assert {row[0] for row in FIGURES} == set(limits.LIMITS)


@pytest.mark.parametrize(
    ("row", "least"),
    [
        (limits.TIMEOUT, 1),
        (limits.STATUS, 200),
        (limits.CUSTOM_DOMAIN_NAME, 1),
        (limits.S3_DOMAIN_NAME, 1),
        (limits.ORIGIN_PATH, 0),
        (limits.KEEPALIVE_TIMEOUT, 1),
        (limits.READ_TIMEOUT, 1),
        (limits.HIGH_PORT, 1024),
    ],
    ids=lambda one: getattr(one, "what", None),
)
def test_a_quota_may_have_a_least(row: Limit, least: int) -> None:
    assert row.least == least
    assert row.allows(least)
    assert not row.allows(least - 1)


@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_a_row_by_trigger_names_its_trigger(trigger: EventType) -> None:
    assert limits.GENERATED_RESPONSE[trigger].trigger == trigger
    assert limits.MEMORY[trigger].trigger == trigger


@pytest.mark.parametrize(
    ("value", "allowed"), [(199, False), (200, True), (404, True), (599, True), (600, False)]
)
def test_the_bounds_themselves_are_allowed(value: int, allowed: bool) -> None:
    assert limits.STATUS.allows(value) == allowed


def test_a_row_reads_as_a_sentence_would() -> None:
    assert str(limits.STATUS).startswith("200 to 599 count (")
    assert (
        str(limits.GENERATED_RESPONSE["viewer-request"]) == "at most 40960 bytes at viewer-request (Quotas)"
    )
