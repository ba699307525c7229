"""Whatever arrives, no handler raises, and what it returns for a real event is what CloudFront takes."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator import rules
from asset_edge.errors import LimitExceeded
from asset_edge.handlers.edge import origin_request, origin_response
from asset_edge.handlers.edge.events import EVENT_TYPES, EventType, response_of
from tests.handlers import golden, strategies

TRIGGERS = sorted(golden.ANSWERS)
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
@given(data=st.data())
def test_every_answer_to_a_real_event_is_taken_by_cloudfront(trigger: EventType, data: st.DataObject) -> None:
    event = data.draw(strategies.events(trigger))
    for answers in (golden.ANSWERS, golden.HANDLERS):
        answer = answers[trigger](copy.deepcopy(event))
        rules.check_answer(event, json.loads(json.dumps(answer)))


@pytest.mark.parametrize("trigger", TRIGGERS)
@given(data=st.data())
def test_a_handler_leaves_its_event_alone(trigger: EventType, data: st.DataObject) -> None:
    event = data.draw(strategies.events(trigger))
    before = copy.deepcopy(event)
    golden.ANSWERS[trigger](event)
    assert event == before


@pytest.mark.parametrize("trigger", TRIGGERS)
@given(event=strategies.mangled())
def test_no_event_makes_a_handler_raise(trigger: EventType, event: Any) -> None:
    answer = golden.HANDLERS[trigger](event)
    assert isinstance(answer, dict)
    assert json.loads(json.dumps(answer)) == answer


@given(event=strategies.mangled())
def test_no_event_makes_a_configured_handler_raise(event: Any) -> None:
    assert isinstance(origin_response.shielded(event, lambda: golden.CONFIG), dict)


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
