"""What CloudFront takes back and what it answers 502 to, one row each."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator import limits, rulebook, rules
from asset_edge.errors import LimitExceeded, Unsupported
from asset_edge.handlers.edge.events import EVENT_TYPES, EventType, request_of
from tests.handlers import golden, strategies

EXAMPLE = {
    "viewer-request": "viewer-request.body",
    "origin-request": "origin-request.post-with-body",
    "origin-response": "origin-response.200",
    "viewer-response": "viewer-response.custom",
}
"""A golden event of each trigger, with all parts that the trigger can have."""

LISTED = [(trigger, name) for trigger in EVENT_TYPES for name in sorted(rulebook.READ_ONLY_HEADERS[trigger])]
DISALLOWED = [*sorted(rulebook.DISALLOWED_HEADERS), "x-amz-cf-id", "x-amz-cf-anything", "x-edge-location"]
ABSENT: Any = object()


def taken_from(event: Any) -> Any:
    """The part of the event that a function of its trigger hands back."""
    record = event["Records"][0]["cf"]
    return record.get("response", record["request"])


def taken_back(event: Any) -> Any:
    return copy.deepcopy(taken_from(event))


def refusal(event: Any, answer: Any) -> LimitExceeded:
    with pytest.raises(LimitExceeded) as refused:
        rules.check_answer(event, answer)
    return refused.value


def edited(name: str, **changes: Any) -> tuple[Any, Any]:
    """A golden event and the answer that differs in these fields; `__` goes one level deeper."""
    event = golden.event(name)
    answer = taken_back(event)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = answer
        for parent in parents:
            place = place[parent]
        if value is ABSENT:
            del place[last]
        else:
            place[last] = value
    return event, answer


@pytest.mark.parametrize("name", DISALLOWED)
@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_a_disallowed_header_is_refused_everywhere(trigger: EventType, name: str) -> None:
    event, answer = edited(EXAMPLE[trigger])
    answer["headers"][name] = [{"value": "x"}]
    refused = refusal(event, answer)
    assert refused.row is rulebook.DISALLOWED_HEADER
    assert "blacklisted header" in refused.reason
    assert name in str(refused)


@pytest.mark.parametrize(("trigger", "name"), LISTED)
def test_a_read_only_header_may_not_be_added(trigger: EventType, name: str) -> None:
    event, answer = edited(EXAMPLE[trigger])
    taken_from(event)["headers"].pop(name, None)
    answer["headers"][name] = [{"value": "x"}]
    assert refusal(event, answer).row is rulebook.READ_ONLY_HEADER


@pytest.mark.parametrize(("trigger", "name"), LISTED)
def test_a_read_only_header_may_not_be_changed(trigger: EventType, name: str) -> None:
    event, answer = edited(EXAMPLE[trigger])
    taken_from(event)["headers"][name] = [{"value": "x"}]
    answer["headers"][name] = [{"value": "x"}, {"value": "y"}]
    assert "read-only header" in refusal(event, answer).reason


@pytest.mark.parametrize(("trigger", "name"), LISTED)
def test_a_read_only_header_may_not_be_removed_but_kept_under_another_spelling(
    trigger: EventType, name: str
) -> None:
    event, answer = edited(EXAMPLE[trigger])
    taken_from(event)["headers"][name] = [{"key": name.title(), "value": "x"}]
    answer["headers"][name] = [{"value": "x"}]
    rules.check_answer(event, answer)
    del answer["headers"][name]
    assert refusal(event, answer).row is rulebook.READ_ONLY_HEADER


@pytest.mark.parametrize(
    ("trigger", "name"),
    [
        (trigger, name)
        for trigger in EVENT_TYPES
        for name in sorted(
            set().union(*rulebook.READ_ONLY_HEADERS.values(), {"x-amz-date", "x-edgy", "server"})
        )
        if name not in rulebook.READ_ONLY_HEADERS[trigger]
    ],
)
def test_every_other_header_may_be_set_and_removed(trigger: EventType, name: str) -> None:
    event, answer = edited(EXAMPLE[trigger])
    answer["headers"][name] = [{"key": name.title(), "value": "x"}]
    rules.check_answer(event, answer)
    taken_from(event)["headers"][name] = [{"value": "y"}]
    del answer["headers"][name]
    rules.check_answer(event, answer)


@pytest.mark.parametrize(
    ("trigger", "name"), [(t, n) for t, n in LISTED if t in {"viewer-request", "origin-request"}]
)
def test_a_generated_response_may_not_have_a_read_only_header(trigger: EventType, name: str) -> None:
    generated = {"status": "200", "headers": {name: [{"value": "x"}]}}
    assert refusal(golden.event(EXAMPLE[trigger]), generated).row is rulebook.READ_ONLY_HEADER


def test_the_viewer_country_may_not_be_made_up_before_cloudfront_knows_it() -> None:
    country = {"cloudfront-viewer-country": [{"value": "DE"}]}
    event, answer = edited("viewer-request.root")
    answer["headers"] |= country
    assert refusal(event, answer).row is rulebook.CLOUDFRONT_HEADER
    event, answer = edited("origin-request.s3")
    answer["headers"] |= country
    rules.check_answer(event, answer)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("X-Upper", [{"value": "x"}]),
        ("", [{"value": "x"}]),
        ("two words", [{"value": "x"}]),
        ("x-new", "x"),
        ("x-new", []),
        ("x-new", ["x"]),
        ("x-new", [{}]),
        ("x-new", [{"value": 1}]),
        ("x-new", [{"value": None}]),
        ("x-new", [{"value": "a\r\nb"}]),
        ("x-new", [{"value": "a\x00"}]),
        ("x-new", [{"value": "\ud800"}]),
        ("x-new", [{"key": "X-Old", "value": "x"}]),
        ("x-new", [{"key": 1, "value": "x"}]),
        ("x-new", [{"value": "x"}, {"value": "a\nb"}]),
    ],
)
def test_a_header_must_be_a_list_of_texts_under_its_lower_case_name(name: str, values: Any) -> None:
    event, answer = edited("origin-request.s3")
    answer["headers"][name] = values
    assert refusal(event, answer).row is rulebook.HEADER_FORM


BASE64_40_KB = "QUFB" * 13_619
REFUSED: list[tuple[str, str, dict[str, Any], object]] = [
    ("no headers map", "viewer-request.root", {"headers": []}, rulebook.HEADER_FORM),
    ("no uri", "viewer-request.root", {"uri": ABSENT}, rulebook.REQUIRED_FIELD),
    ("no method", "origin-request.s3", {"method": ABSENT}, rulebook.REQUIRED_FIELD),
    ("another method", "origin-request.s3", {"method": "POST"}, rulebook.READ_ONLY_FIELD),
    ("another address", "viewer-request.root", {"clientIp": "192.0.2.1"}, rulebook.READ_ONLY_FIELD),
    ("a relative uri", "viewer-request.root", {"uri": "a"}, rulebook.URI),
    ("a uri with a space", "viewer-request.root", {"uri": "/a b"}, rulebook.URI),
    ("a uri with a query", "viewer-request.root", {"uri": "/a?b"}, rulebook.URI),
    ("a uri that is no text", "viewer-request.root", {"uri": None}, rulebook.URI),
    ("a query with a fragment", "viewer-request.root", {"querystring": "a#b"}, rulebook.QUERY_STRING),
    ("a query with a space", "origin-request.s3", {"querystring": "a b"}, rulebook.QUERY_STRING),
    ("a query that is no text", "origin-request.s3", {"querystring": {}}, rulebook.QUERY_STRING),
    ("a long url", "viewer-request.root", {"uri": "/" + "a" * 8191}, limits.EDITED_URL),
    (
        "large headers",
        "viewer-request.root",
        {"headers__x-large": [{"value": "x" * 32_768}]},
        limits.REQUEST_SIZE,
    ),
    ("a body where none was", "viewer-request.root", {"body": {"action": "replace"}}, rulebook.REQUEST_BODY),
    ("a body that is text", "viewer-request.body", {"body": "x"}, rulebook.REQUEST_BODY),
    ("a body cut anew", "viewer-request.body", {"body__inputTruncated": True}, rulebook.READ_ONLY_FIELD),
    ("a body not acted on", "viewer-request.body", {"body__action": "drop"}, rulebook.REQUEST_BODY),
    (
        "a body that is not base64",
        "viewer-request.body",
        {"body__action": "replace", "body__data": "a"},
        rulebook.REQUEST_BODY,
    ),
    (
        "a body in another encoding",
        "viewer-request.body",
        {"body__action": "replace", "body__encoding": "gzip"},
        rulebook.REQUEST_BODY,
    ),
    (
        "a body that is no text",
        "viewer-request.body",
        {"body__action": "replace", "body__data": 1},
        rulebook.REQUEST_BODY,
    ),
    (
        "a large text body",
        "viewer-request.body",
        {"body__action": "replace", "body__encoding": "text", "body__data": "x" * 40_961},
        limits.REPLACED_BODY_TEXT["viewer-request"],
    ),
    (
        "a large base64 body",
        "viewer-request.body",
        {"body__action": "replace", "body__data": BASE64_40_KB + "QUFB"},
        limits.REPLACED_BODY_BASE64["viewer-request"],
    ),
    ("a status where it cannot change", "viewer-response.custom", {"status": "204"}, rulebook.KEPT_STATUS),
    ("a number for status", "origin-response.200", {"status": 200}, rulebook.STATUS),
    ("a status of two digits", "origin-response.200", {"status": "20"}, rulebook.STATUS),
    ("no status", "origin-response.200", {"status": ABSENT}, rulebook.STATUS),
    ("a low status", "origin-response.200", {"status": "199"}, limits.STATUS),
    ("a high status", "origin-response.200", {"status": "600"}, limits.STATUS),
    (
        "a split description",
        "origin-response.200",
        {"statusDescription": "a\r\nb"},
        rulebook.STATUS_DESCRIPTION,
    ),
    ("a response body that is no text", "origin-response.200", {"body": None}, rulebook.RESPONSE_BODY),
    ("a response body not in UTF-8", "origin-response.200", {"body": "\ud800"}, rulebook.RESPONSE_BODY),
    (
        "a response body in another encoding",
        "origin-response.200",
        {"body": "", "bodyEncoding": "gzip"},
        rulebook.RESPONSE_BODY,
    ),
    (
        "a response body that is not base64",
        "origin-response.200",
        {"body": "a", "bodyEncoding": "base64"},
        rulebook.RESPONSE_BODY,
    ),
    (
        "a base64 response body outside ASCII",
        "origin-response.200",
        {"body": "\x80", "bodyEncoding": "base64"},
        rulebook.RESPONSE_BODY,
    ),
    (
        "a large response",
        "origin-response.200",
        {"body": "x" * 1_048_576},
        limits.GENERATED_RESPONSE["origin-response"],
    ),
]
TAKEN: list[tuple[str, str, dict[str, Any]]] = [
    ("another uri", "viewer-request.root", {"uri": "/a%20b/é"}),
    ("another query", "origin-request.s3", {"querystring": "a=%20&b"}),
    ("the longest url", "viewer-request.root", {"uri": "/" + "a" * 8190}),
    ("no body", "viewer-request.body", {"body": ABSENT}),
    ("an edit that is not asked for", "viewer-request.body", {"body__data": "?"}),
    ("another body", "viewer-request.body", {"body__action": "replace", "body__data": BASE64_40_KB}),
    (
        "another body as text",
        "origin-request.post-with-body",
        {"body__action": "replace", "body__encoding": "text", "body__data": "x" * 1_048_576},
    ),
    ("another status", "origin-response.403", {"status": "502"}),
    ("no description", "origin-response.200", {"statusDescription": ABSENT}),
    ("an empty body", "origin-response.200", {"body": ""}),
    ("a base64 body", "origin-response.200", {"body": "QUFB", "bodyEncoding": "base64"}),
]


@pytest.mark.parametrize(
    ("name", "changes", "row"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_cloudfront_refuses(name: str, changes: dict[str, Any], row: object) -> None:
    refused = refusal(*edited(name, **changes))
    assert refused.row == row
    assert refused.reason.startswith(rulebook.FAILED_VALIDATION)


@pytest.mark.parametrize(("name", "changes"), [row[1:] for row in TAKEN], ids=[row[0] for row in TAKEN])
def test_cloudfront_takes(name: str, changes: dict[str, Any]) -> None:
    event, answer = edited(name, **changes)
    assert answer != taken_back(event)
    rules.check_answer(event, answer)


@pytest.mark.parametrize("trigger", ["viewer-request", "origin-request"])
def test_a_status_alone_is_a_generated_response(trigger: EventType) -> None:
    rules.check_answer(golden.event(EXAMPLE[trigger]), {"status": "204"})


def test_no_content_has_no_content_for_a_viewer() -> None:
    generated = {"status": "204", "body": "x"}
    assert refusal(golden.event("viewer-request.root"), generated).row is rulebook.NO_CONTENT
    rules.check_answer(golden.event("viewer-request.root"), {"status": "204", "body": ""})
    rules.check_answer(golden.event("origin-request.s3"), generated)


@pytest.mark.parametrize(("trigger", "most"), [("viewer-request", 40_960), ("origin-request", 1_048_576)])
def test_a_generated_response_counts_headers_and_body(trigger: EventType, most: int) -> None:
    event = golden.event(EXAMPLE[trigger])
    headers = {"x-name": [{"value": "0123"}]}
    rules.check_answer(event, {"status": "200", "headers": headers, "body": "x" * (most - 10)})
    refused = refusal(event, {"status": "200", "headers": headers, "body": "x" * (most - 9)})
    assert refused.row is limits.GENERATED_RESPONSE[trigger]
    assert f"is {most + 1} at {trigger}; at most {most} bytes" in str(refused)


@pytest.mark.parametrize("answer", [None, [], "x", 5], ids=repr)
@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_an_answer_that_is_no_object_is_refused(trigger: EventType, answer: Any) -> None:
    assert refusal(golden.event(EXAMPLE[trigger]), answer).row is rulebook.ANSWER


def test_a_request_is_no_answer_to_a_response() -> None:
    event = golden.event("origin-response.200")
    assert refusal(event, request_of(event)).row is rulebook.STATUS


def test_an_event_without_a_trigger_is_nothing_to_check() -> None:
    with pytest.raises(Unsupported, match="eventType"):
        rules.check_answer({"Records": []}, {})


def test_a_refusal_says_what_where_what_is_allowed_and_what_to_do() -> None:
    event, answer = edited("viewer-request.root", method="POST")
    assert str(refusal(event, answer)) == (
        "method is 'POST' at viewer-request; the event's value is allowed. "
        "Hand it back unchanged (Lambda@Edge event structure)"
    )


@pytest.mark.parametrize("trigger", EVENT_TYPES)
@given(data=st.data())
def test_any_answer_is_taken_or_refused(trigger: EventType, data: st.DataObject) -> None:
    event = data.draw(strategies.events(trigger))
    generated = st.dictionaries(
        st.sampled_from(["status", "headers", "body", "bodyEncoding"]), strategies.JSON
    )
    answer = data.draw(strategies.JSON | generated | strategies.mangle(taken_from(event)))
    try:
        rules.check_answer(event, answer)
    except LimitExceeded as error:
        broken = error.row
    else:
        broken = rulebook.ANSWER if not isinstance(answer, dict) else None
    assert broken is None or isinstance(broken, (rulebook.Rule, limits.Limit))
    assert isinstance(answer, dict) or broken is rulebook.ANSWER


@pytest.mark.parametrize("trigger", EVENT_TYPES)
@given(data=st.data())
def test_what_cloudfront_handed_out_it_takes_back(trigger: EventType, data: st.DataObject) -> None:
    event = data.draw(strategies.events(trigger))
    rules.check_answer(event, taken_back(event))
