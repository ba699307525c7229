"""What may be answered in place of an origin, or after it: status, description, body and size, row by row."""

import base64
from typing import Any

import pytest

from asset_edge.emulator import limits, rulebook, rules
from asset_edge.handlers.edge.events import EVENT_TYPES, EventType, request_of, response_of
from tests.emulator.edited_answers import (
    ABSENT,
    REQUEST_TRIGGERS,
    RESPONSE_TRIGGERS,
    edited,
    example,
    refusal,
    taken_back,
    taken_from,
)
from tests.handlers import golden

KIB = 1024
MOST: dict[EventType, int] = {
    "viewer-request": 40 * KIB,
    "viewer-response": 40 * KIB,
    "origin-request": 1024 * KIB,
    "origin-response": 1024 * KIB,
}


def answered(trigger: EventType, **changes: Any) -> tuple[Any, Any]:
    """An event and a response to it: generated in request events, else the event's own, changed."""
    event = example(trigger)
    response = {"status": "200"} if trigger in REQUEST_TRIGGERS else taken_back(event)
    return event, {name: one for name, one in (response | changes).items() if one is not ABSENT}


BAD_STATUSES: list[Any] = [
    200,
    200.0,
    None,
    True,
    [],
    "",
    "20",
    "2000",
    "+20",
    " 200",
    "200 ",
    "2e2",
    "\uff12\uff10\uff10",
]


@pytest.mark.parametrize("status", BAD_STATUSES, ids=repr)
@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_a_status_is_three_digits_as_text(trigger: EventType, status: Any) -> None:
    assert refusal(*answered(trigger, status=status)).row is rulebook.STATUS


@pytest.mark.parametrize("trigger", RESPONSE_TRIGGERS)
def test_a_response_has_a_status(trigger: EventType) -> None:
    assert refusal(*answered(trigger, status=ABSENT)).row is rulebook.STATUS


@pytest.mark.parametrize("status", ["000", "100", "199", "600", "999"])
@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_a_status_below_200_or_above_599_is_refused(trigger: EventType, status: str) -> None:
    assert refusal(*answered(trigger, status=status)).row is limits.STATUS


@pytest.mark.parametrize("status", ["200", "204", "304", "418", "451", "494", "599"])
@pytest.mark.parametrize("trigger", [t for t in EVENT_TYPES if t != "viewer-response"])
def test_any_status_between_may_be_answered(trigger: EventType, status: str) -> None:
    rules.check_answer(*answered(trigger, status=status))


@pytest.mark.parametrize("status", ["201", "304", "404", "599"])
def test_viewer_response_may_not_change_the_status(status: str) -> None:
    refused = refusal(*answered("viewer-response", status=status))
    assert refused.row is rulebook.KEPT_STATUS
    assert "Do so at origin-response" in str(refused)


@pytest.mark.parametrize("trigger", RESPONSE_TRIGGERS)
def test_a_status_that_the_origin_made_up_may_be_kept(trigger: EventType) -> None:
    event = example(trigger)
    taken_from(event)["status"] = "999"
    rules.check_answer(event, taken_back(event))


@pytest.mark.parametrize("description", [None, 1, [], "a\r\nb", "a\x00", "\x7f", "\ud800"], ids=repr)
@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_a_description_is_a_line_of_text(trigger: EventType, description: Any) -> None:
    refused = refusal(*answered(trigger, statusDescription=description))
    assert refused.row is rulebook.STATUS_DESCRIPTION


@pytest.mark.parametrize(
    "description",
    ["", "OK", "Nicht verfügbar", "a\tb", ABSENT],
    ids=["empty", "OK", "beyond ASCII", "tab", "absent"],
)
@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_any_description_is_taken(trigger: EventType, description: Any) -> None:
    rules.check_answer(*answered(trigger, statusDescription=description))


BAD_BODIES: list[dict[str, Any]] = [
    {"body": None},
    {"body": 1},
    {"body": {}},
    {"body": ["x"]},
    {"body": "\ud800"},
    {"body": "x", "bodyEncoding": "gzip"},
    {"body": "x", "bodyEncoding": "Base64"},
    {"body": "x", "bodyEncoding": None},
    {"body": "x", "bodyEncoding": ["text"]},
    {"bodyEncoding": "gzip"},
    {"body": "a", "bodyEncoding": "base64"},
    {"body": "QUF", "bodyEncoding": "base64"},
    {"body": "QU F", "bodyEncoding": "base64"},
    {"body": "QU-_", "bodyEncoding": "base64"},
    {"body": "QUFB\n", "bodyEncoding": "base64"},
    {"body": "\x80", "bodyEncoding": "base64"},
]
GOOD_BODIES: list[dict[str, Any]] = [
    {"body": ""},
    {"body": "x"},
    {"body": "é\r\n\x00", "bodyEncoding": "text"},
    {"body": "", "bodyEncoding": "base64"},
    {"body": "QUFB", "bodyEncoding": "base64"},
    {"body": "QQ==", "bodyEncoding": "base64"},
    {"bodyEncoding": "text"},
]


@pytest.mark.parametrize("fields", BAD_BODIES, ids=repr)
@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_a_body_is_text_or_base64(trigger: EventType, fields: dict[str, Any]) -> None:
    refused = refusal(*answered(trigger, **fields))
    assert refused.row is rulebook.RESPONSE_BODY
    assert refused.reason.endswith("The body is not a string, is not an object, or exceeds the maximum size.")


@pytest.mark.parametrize("fields", GOOD_BODIES, ids=repr)
@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_a_body_may_be_set_emptied_or_left_to_the_origin(trigger: EventType, fields: dict[str, Any]) -> None:
    rules.check_answer(*answered(trigger, **fields))


@pytest.mark.parametrize("body", ["", "x"])
def test_no_content_has_no_body_at_viewer_request(body: str) -> None:
    refused = refusal(*answered("viewer-request", status="204", body=body))
    assert refused.row is rulebook.NO_CONTENT
    rules.check_answer(*answered("viewer-request", status="204"))
    rules.check_answer(*answered("viewer-request", status="203", body=body))


@pytest.mark.parametrize("trigger", ["origin-request", "origin-response"])
def test_no_content_may_have_one_elsewhere(trigger: EventType) -> None:
    rules.check_answer(*answered(trigger, status="204", body="x"))


@pytest.mark.parametrize("encoding", ["text", "base64"])
@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_headers_and_body_of_a_response_have_a_size(trigger: EventType, encoding: str) -> None:
    """At the limit it is taken, and one byte over, in the body or in a header, refused."""
    event, response = answered(trigger, headers={"x-name": [{"value": "0123"}, {"value": "45"}]})
    if trigger in RESPONSE_TRIGGERS:
        taken_from(event)["headers"] = {}
    room = MOST[trigger] - 2 * len("x-name") - 6
    body = base64.b64encode(b"x" * (room // 4 * 3)).decode() if encoding == "base64" else "x" * room
    response |= {"body": body, "bodyEncoding": encoding}
    padding = room - len(body)
    response["headers"]["x-name"][0]["value"] += "." * padding
    rules.check_answer(event, response)
    response["headers"]["x-name"][0]["value"] += "."
    refused = refusal(event, response)
    assert refused.row is limits.GENERATED_RESPONSE[trigger]
    assert f"is {MOST[trigger] + 1} at {trigger}; at most {MOST[trigger]} bytes" in str(refused)
    assert "exceeds the maximum size" in refused.reason


@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_the_size_is_in_bytes_not_in_characters(trigger: EventType) -> None:
    event, response = answered(trigger, headers={}, body="é" * (MOST[trigger] // 2))
    if trigger in RESPONSE_TRIGGERS:
        taken_from(event)["headers"] = {}
    rules.check_answer(event, response)
    assert (
        refusal(event, {**response, "body": response["body"] + "x"}).row is limits.GENERATED_RESPONSE[trigger]
    )


@pytest.mark.parametrize("field", ["clientIp", "method", "uri", "querystring", "origin"])
@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_a_response_has_no_field_of_a_request(trigger: EventType, field: str) -> None:
    refused = refusal(*answered(trigger, **{field: "/a"}))
    assert refused.row is rulebook.RESPONSE_FIELD
    assert f"response has {field} at" in str(refused)


@pytest.mark.parametrize("trigger", RESPONSE_TRIGGERS)
def test_a_query_string_can_only_be_read_in_response_events(trigger: EventType) -> None:
    event = example(trigger)
    response = {**response_of(event), "querystring": request_of(event)["querystring"] + "&more"}
    assert refusal(event, response).row is rulebook.RESPONSE_FIELD


@pytest.mark.parametrize("trigger", RESPONSE_TRIGGERS)
def test_a_request_is_no_answer_to_a_response(trigger: EventType) -> None:
    event = example(trigger)
    assert refusal(event, request_of(event)).row is rulebook.RESPONSE_FIELD
    assert refusal(event, {}).row is rulebook.STATUS


@pytest.mark.parametrize("trigger", REQUEST_TRIGGERS)
def test_a_status_alone_is_a_generated_response(trigger: EventType) -> None:
    rules.check_answer(example(trigger), {"status": "204"})


@pytest.mark.parametrize("trigger", RESPONSE_TRIGGERS)
def test_headers_may_be_left_out_where_none_is_read_only(trigger: EventType) -> None:
    event = example(trigger)
    taken_from(event)["headers"] = {"server": [{"key": "Server", "value": "x"}]}
    rules.check_answer(event, {"status": taken_from(event)["status"]})
    taken_from(event)["headers"]["via"] = [{"key": "Via", "value": "x"}]
    assert refusal(event, {"status": taken_from(event)["status"]}).row is rulebook.READ_ONLY_HEADER


def test_what_the_origin_sent_is_taken_back_whatever_its_size() -> None:
    event, answer = edited("viewer-response.custom")
    taken_from(event)["headers"]["x-large"] = answer["headers"]["x-large"] = [{"value": "x" * 50_000}]
    rules.check_answer(event, answer)


def test_a_golden_refusal_of_ours_is_within_the_rules() -> None:
    for name in golden.NAMES:
        if golden.trigger(name) in REQUEST_TRIGGERS:
            rules.check_answer(golden.event(name), {"status": "403", "headers": {}, "body": "x"})
