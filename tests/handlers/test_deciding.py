"""The golden events about decisions: well formed, about configured paths, with tokens that hold or do not."""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any

import pytest

from asset_edge.emulator import rules
from asset_edge.handlers.edge import baked, config
from asset_edge.handlers.edge.events import EVENT_TYPES, event_type, headers_of, request_of, response_of
from asset_edge.handlers.edge.paths import canonical, matches, object_key
from tests.handlers import deciding, golden

DECISIONS = golden.EVENTS / "decisions"
NAMES = sorted(path.stem for path in DECISIONS.glob("*.json"))
SAMPLES = [name for name in golden.NAMES if "aws-sample" in name]


def read(name: str) -> Any:
    return json.loads((DECISIONS / f"{name}.json").read_text(encoding="utf-8"))


def part(token: str, number: int) -> Any:
    text = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def shown(name: str) -> Mapping[str, str]:
    """The parameters of the query and the cookies of an event, as they stand there."""
    request = request_of(read(name))
    cookies = [one["value"].split("; ") for one in headers_of(request).get("cookie", [])]
    pairs = [*request["querystring"].split("&"), *(pair for many in cookies for pair in many)]
    return dict((*pair.split("=", 1), "")[:2] for pair in pairs)  # type: ignore[misc]


@pytest.mark.parametrize("name", NAMES)
def test_an_event_names_its_trigger_and_is_handed_back_as_it_came(name: str) -> None:
    event = read(name)
    assert event_type(event) == golden.trigger(name)
    record = event["Records"][0]["cf"]
    rules.check_answer(event, record.get("response", record["request"]))


@pytest.mark.parametrize("name", NAMES)
def test_a_response_event_alone_has_a_response(name: str) -> None:
    assert bool(response_of(read(name))) == golden.trigger(name).endswith("-response")
    assert ("origin" in request_of(read(name))) == golden.trigger(name).startswith("origin-")


@pytest.mark.parametrize("behavior", deciding.CONFIG.behaviors, ids=lambda one: one.path_pattern)
def test_every_behavior_has_an_event(behavior: config.Behavior) -> None:
    paths = [canonical(request_of(read(name))["uri"]) or "" for name in NAMES]
    assert any(path and matches(behavior.path_pattern, path) for path in paths)


def test_every_status_has_an_event() -> None:
    asked = {
        object_key(request_of(read(name))["uri"]) for name in NAMES if name.startswith("origin-request.")
    }
    assert {*deciding.STATUSES, deciding.UNREACHABLE} <= asked
    assert set(deciding.COUNTRIES) <= set(deciding.STATUSES)


def test_every_country_of_the_rules_another_one_and_none_has_an_event() -> None:
    seen = {
        one["value"]
        for name in NAMES
        for one in headers_of(request_of(read(name))).get("cloudfront-viewer-country", [])
    }
    assert seen >= {"US", "CA", "GB", "DE", "FR"}
    assert "origin-request.licensed-without-country" in NAMES


OPENING = [name for name in NAMES if golden.trigger(name) == "viewer-request" and "asset-key" not in name]


@pytest.mark.parametrize("name", OPENING)
def test_a_token_of_an_event_is_signed_with_the_configured_key(name: str) -> None:
    found = {key: value for key, value in shown(name).items() if key in {"token", "asset-edge-token"}}
    for token in found.values():
        if token.count(".") == 2 and len(token) > 100 and not token.endswith("."):
            assert token == deciding.jws(part(token, 1), kid=part(token, 0)["kid"])


def test_the_asset_keys_are_what_the_scheme_says() -> None:
    token, policy = (shown("viewer-request.asset-key-in-query")[name] for name in ("token", "policy"))
    assert part(policy, 1)["sub"] == deciding.SPACE
    keys = deciding.CONFIG.embargo
    assert keys is not None
    master = keys.master_keys[0].secret.encode()
    derived = hmac.digest(hmac.digest(master, b"asset-edge secret v1", "sha256"), policy.encode(), "sha256")
    secret = base64.urlsafe_b64encode(derived).rstrip(b"=")
    assert token == deciding.jws(part(token, 1), secret)


def test_the_configuration_is_one_that_can_be_baked() -> None:
    text = config.dumps(deciding.CONFIG)
    assert config.loads(text) == deciding.CONFIG
    assert baked.read(text).behaviors[0].embargo == "all"


def test_the_samples_that_aws_publishes_are_there_for_each_trigger() -> None:
    assert {golden.trigger(name) for name in SAMPLES} == set(EVENT_TYPES)
    origins = [
        next(iter(request_of(golden.event(name))["origin"])) for name in SAMPLES if "origin-request" in name
    ]
    assert sorted(origins) == ["custom", "s3"]
