"""Whatever arrives, no handler raises, and what it returns for a real event is what CloudFront takes."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_edge.emulator import rules
from asset_edge.errors import LimitExceeded
from asset_edge.handlers.edge import origin_request, origin_response
from asset_edge.handlers.edge.events import EVENT_TYPES, EventType, header, response_of
from asset_edge.handlers.edge.own_headers import GRANT_HEADER
from asset_edge.handlers.edge.paths import canonical
from tests.handlers import decided, golden, strategies

DECISIONS = sorted((golden.EVENTS / "decisions").glob("*.json"))
TRIGGERS = sorted(golden.ANSWERS)
many = settings(max_examples={"ci": 2_000, "nightly": 100_000}[settings.get_current_profile_name()])
"""Of the properties about any event."""

GOLDEN = [name for name in golden.NAMES if golden.trigger(name) in golden.ANSWERS]
FAILOVER = {"400", "403", "404", "429", "500", "502", "503", "504"}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_event_gets_its_expected_answer(name: str) -> None:
    assert golden.ANSWERS[golden.trigger(name)](golden.event(name)) == golden.expected(name)


@pytest.mark.parametrize("name", GOLDEN)
def test_every_answer_to_a_golden_event_is_taken_by_cloudfront(name: str) -> None:
    for answers in (golden.ANSWERS, golden.HANDLERS):
        rules.check_answer(golden.event(name), answers[golden.trigger(name)](golden.event(name)))


@pytest.mark.parametrize("name", golden.NAMES)
def test_a_golden_event_names_the_trigger_of_its_file(name: str) -> None:
    assert golden.event(name)["Records"][0]["cf"]["config"]["eventType"] == golden.trigger(name)


def test_every_trigger_has_golden_events_and_no_answer_is_without_one() -> None:
    answers = {path.stem for path in (golden.EVENTS / "answers").glob("*.json")}
    assert {golden.trigger(name) for name in golden.NAMES} == set(EVENT_TYPES)
    assert answers == set(GOLDEN)


@pytest.mark.parametrize("trigger", TRIGGERS)
@many
@given(data=st.data())
def test_every_answer_to_a_real_event_is_taken_by_cloudfront(trigger: EventType, data: st.DataObject) -> None:
    event = data.draw(strategies.events(trigger))
    for answers in (golden.ANSWERS, golden.HANDLERS, decided.ANSWERS):
        answer = answers[trigger](event)
        rules.check_answer(event, json.loads(json.dumps(answer)))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_every_answer_to_an_event_that_asks_for_a_decision_is_taken_by_cloudfront(path: Path) -> None:
    event = json.loads(path.read_text(encoding="utf-8"))
    rules.check_answer(event, decided.ANSWERS[golden.trigger(path.stem)](event))


@pytest.mark.parametrize("trigger", TRIGGERS)
@given(data=st.data())
def test_a_handler_leaves_its_event_alone(trigger: EventType, data: st.DataObject) -> None:
    event = data.draw(strategies.events(trigger))
    before = json.dumps(event)
    golden.ANSWERS[trigger](event)
    decided.ANSWERS[trigger](event)
    assert json.dumps(event) == before


@pytest.mark.parametrize("trigger", TRIGGERS)
@many
@given(event=strategies.mangled())
def test_no_event_makes_a_handler_raise(trigger: EventType, event: Any) -> None:
    answer = golden.HANDLERS[trigger](event)
    assert isinstance(answer, dict)
    assert json.loads(json.dumps(answer)) == answer


@many
@given(event=strategies.mangled())
def test_no_event_makes_a_configured_handler_raise(event: Any) -> None:
    for trigger in ("viewer-request", "origin-response"):
        answer = decided.ANSWERS[trigger](event)
        assert isinstance(answer, dict)
        assert json.loads(json.dumps(answer)) == answer


@many
@given(event=strategies.mangled())
def test_no_event_opens_what_is_protected(event: Any) -> None:
    """Whatever is wrong with it: under a path where all need a token, nothing goes on without one."""
    answer = decided.ANSWERS["viewer-request"](event)
    if "status" not in answer and (canonical_path(answer) or "").startswith("/private/"):
        assert header(answer, GRANT_HEADER) not in {None, "none"} or answer["method"] == "OPTIONS"


def canonical_path(request: Any) -> str | None:
    uri = request.get("uri")
    return canonical(uri) if isinstance(uri, str) else None


@given(event=strategies.events("origin-response"))
def test_a_status_that_fails_over_still_does_after_origin_response(event: Any) -> None:
    status = response_of(event)["status"]
    answered = origin_response.answer(event, golden.CONFIG)["status"]
    assert (answered in FAILOVER) == (status in FAILOVER)


@given(event=strategies.events("origin-request"))
def test_neither_a_query_string_nor_an_empty_key_reaches_a_bucket(event: Any) -> None:
    answer: Any = origin_request.answer(event, lambda: golden.EDGE)
    if "status" not in answer:
        assert answer["querystring"] == ""
        assert answer["uri"] != "/"


@pytest.mark.parametrize("name", golden.NAMES)
def test_an_event_handed_back_as_it_came_is_taken(name: str) -> None:
    record = golden.event(name)["Records"][0]["cf"]
    rules.check_answer(golden.event(name), record.get("response", record["request"]))


@pytest.mark.parametrize("name", GOLDEN)
def test_an_answer_with_a_stray_header_is_refused(name: str) -> None:
    answer = golden.ANSWERS[golden.trigger(name)](golden.event(name))
    answer["headers"]["via"] = [{"key": "Via", "value": "1.1 us"}]
    with pytest.raises(LimitExceeded):
        rules.check_answer(golden.event(name), answer)
