"""Every header that is disallowed or read-only, at every trigger, added, changed, removed and generated."""

from typing import Any

import pytest

from asset_edge.emulator import limits, rulebook, rules
from asset_edge.handlers.edge.events import EVENT_TYPES, EventType
from tests.emulator.edited_answers import REQUEST_TRIGGERS, edited, example, refusal, taken_back, taken_from

# Copied out of the guide, apart from the code's own tables.
DISALLOWED = [
    "Connection",
    "Expect",
    "Keep-Alive",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "Trailer",
    "Upgrade",
    "X-Accel-Buffering",
    "X-Accel-Charset",
    "X-Accel-Limit-Rate",
    "X-Accel-Redirect",
    "X-Amzn-Auth",
    "X-Amzn-Cf-Billing",
    "X-Amzn-Cf-Id",
    "X-Amzn-Cf-Xff",
    "X-Amzn-Errortype",
    "X-Amzn-Fle-Profile",
    "X-Amzn-Header-Count",
    "X-Amzn-Header-Order",
    "X-Amzn-Lambda-Integration-Tag",
    "X-Amzn-RequestId",
    "X-Cache",
    "X-Forwarded-Proto",
    "X-Real-IP",
]
DISALLOWED_BEGINNINGS = ["X-Amz-Cf-", "X-Edge-"]
READ_ONLY: dict[EventType, list[str]] = {
    "viewer-request": ["CDN-Loop", "Content-Length", "Host", "Transfer-Encoding", "Via"],
    "origin-request": [
        "Accept-Encoding",
        "CDN-Loop",
        "Content-Length",
        "If-Modified-Since",
        "If-None-Match",
        "If-Range",
        "If-Unmodified-Since",
        "Transfer-Encoding",
        "Via",
    ],
    "origin-response": ["Transfer-Encoding", "Via"],
    "viewer-response": ["Warning", "Via", "Content-Length", "Content-Encoding", "Transfer-Encoding"],
}
ANY_READ_ONLY = sorted({name for names in READ_ONLY.values() for name in names})

REFUSED_NAMES = [
    *DISALLOWED,
    *(f"{begin}{end}" for begin in DISALLOWED_BEGINNINGS for end in ("Id", "a", "")),
]
LISTED = [(trigger, name) for trigger in EVENT_TYPES for name in READ_ONLY[trigger]]
FREE = [
    (trigger, name)
    for trigger in EVENT_TYPES
    for name in [
        *ANY_READ_ONLY,
        "X-Amz-Date",
        "X-Edgy",
        "Server",
        "X-Amzn-Trace-Id",
        "X-Forwarded-For",
        "X-Cached",
    ]
    if name not in READ_ONLY[trigger]
]


def valued(name: str, *values: str) -> list[dict[str, str]]:
    return [{"key": name, "value": value} for value in values]


def test_the_tables_are_those_of_the_guide() -> None:
    assert {name.lower() for name in DISALLOWED} == rulebook.DISALLOWED_HEADERS
    assert {begin.lower() for begin in DISALLOWED_BEGINNINGS} == set(rulebook.DISALLOWED_PREFIXES)
    listed = {trigger: {name.lower() for name in names} for trigger, names in READ_ONLY.items()}
    assert listed == rulebook.READ_ONLY_HEADERS


@pytest.mark.parametrize("name", REFUSED_NAMES)
@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_a_disallowed_header_is_refused_everywhere(trigger: EventType, name: str) -> None:
    event, answer = example(trigger), taken_back(example(trigger))
    answer["headers"][name.lower()] = valued(name, "x")
    refused = refusal(event, answer)
    assert refused.row is rulebook.DISALLOWED_HEADER
    assert refused.reason.endswith("The function tried to add a blacklisted header.")
    assert name.lower() in str(refused)


@pytest.mark.parametrize("name", REFUSED_NAMES)
@pytest.mark.parametrize("trigger", REQUEST_TRIGGERS)
def test_a_generated_response_may_not_have_a_disallowed_header(trigger: EventType, name: str) -> None:
    generated = {"status": "200", "headers": {name.lower(): valued(name, "x")}}
    assert refusal(example(trigger), generated).row is rulebook.DISALLOWED_HEADER


@pytest.mark.parametrize(("trigger", "name"), LISTED)
def test_a_read_only_header_may_not_be_added(trigger: EventType, name: str) -> None:
    event = example(trigger)
    taken_from(event)["headers"].pop(name.lower(), None)
    answer = taken_back(event)
    answer["headers"][name.lower()] = valued(name, "x")
    assert refusal(event, answer).row is rulebook.READ_ONLY_HEADER


@pytest.mark.parametrize("values", [["y"], ["x", "y"], ["X"], [""]], ids=str)
@pytest.mark.parametrize(("trigger", "name"), LISTED)
def test_a_read_only_header_may_not_be_changed(trigger: EventType, name: str, values: list[str]) -> None:
    event = example(trigger)
    taken_from(event)["headers"][name.lower()] = valued(name, "x")
    answer = taken_back(event)
    answer["headers"][name.lower()] = valued(name, *values)
    refused = refusal(event, answer)
    assert refused.reason.endswith("The function tried to add, delete, or change a read-only header.")
    assert refused.row is rulebook.READ_ONLY_HEADER


@pytest.mark.parametrize(("trigger", "name"), LISTED)
def test_a_read_only_header_may_not_be_removed_but_kept_under_another_spelling(
    trigger: EventType, name: str
) -> None:
    event = example(trigger)
    taken_from(event)["headers"][name.lower()] = valued(name, "x")
    answer = taken_back(event)
    answer["headers"][name.lower()] = [{"value": "x"}]
    rules.check_answer(event, answer)
    del answer["headers"][name.lower()]
    assert refusal(event, answer).row is rulebook.READ_ONLY_HEADER


@pytest.mark.parametrize(("trigger", "name"), FREE)
def test_every_other_header_may_be_added_changed_and_removed(trigger: EventType, name: str) -> None:
    event = example(trigger)
    taken_from(event)["headers"].pop(name.lower(), None)
    answer = taken_back(event)
    answer["headers"][name.lower()] = valued(name, "x", "y")
    rules.check_answer(event, answer)
    taken_from(event)["headers"][name.lower()] = valued(name, "z")
    rules.check_answer(event, answer)
    del answer["headers"][name.lower()]
    rules.check_answer(event, answer)


@pytest.mark.parametrize(("trigger", "name"), [(t, n) for t, n in LISTED if t in REQUEST_TRIGGERS])
def test_a_generated_response_may_not_have_a_read_only_header(trigger: EventType, name: str) -> None:
    generated = {"status": "200", "headers": {name.lower(): valued(name, "x")}}
    assert refusal(example(trigger), generated).row is rulebook.READ_ONLY_HEADER


def test_what_is_read_only_in_requests_may_be_in_a_generated_response_of_another_trigger() -> None:
    event = example("viewer-request")
    rules.check_answer(event, {"status": "200", "headers": {"warning": valued("Warning", "x")}})
    rules.check_answer(event, {"status": "304", "headers": {"if-range": valued("If-Range", "x")}})


@pytest.mark.parametrize("name", ["CloudFront-Viewer-Country", "CloudFront-Is-Mobile-Viewer", "CloudFront-"])
def test_what_cloudfront_knows_of_a_viewer_may_not_be_made_up_before_it_does(name: str) -> None:
    event = example("viewer-request")
    answer = taken_back(event)
    answer["headers"][name.lower()] = valued(name, "DE")
    refused = refusal(event, answer)
    assert refused.row is rulebook.CLOUDFRONT_HEADER
    assert "blacklisted header" in refused.reason
    taken_from(event)["headers"][name.lower()] = valued(name, "FR")
    assert refusal(event, answer).row is rulebook.CLOUDFRONT_HEADER
    del answer["headers"][name.lower()]
    rules.check_answer(event, answer)


@pytest.mark.parametrize("trigger", [t for t in EVENT_TYPES if t != "viewer-request"])
def test_what_cloudfront_knows_of_a_viewer_may_be_edited_after_that(trigger: EventType) -> None:
    event = example(trigger)
    answer = taken_back(event)
    answer["headers"]["cloudfront-viewer-country"] = valued("CloudFront-Viewer-Country", "DE")
    rules.check_answer(event, answer)


MALFORMED: list[tuple[Any, Any]] = [
    ("X-Upper", [{"value": "x"}]),
    ("", [{"value": "x"}]),
    ("two words", [{"value": "x"}]),
    ("colon:", [{"value": "x"}]),
    ("é", [{"value": "x"}]),
    ("x-\n", [{"value": "x"}]),
    (1, [{"value": "x"}]),
    ("x-new", "x"),
    ("x-new", None),
    ("x-new", {"value": "x"}),
    ("x-new", []),
    ("x-new", ["x"]),
    ("x-new", [{}]),
    ("x-new", [{"key": "X-New"}]),
    ("x-new", [{"value": 1}]),
    ("x-new", [{"value": None}]),
    ("x-new", [{"value": ["x"]}]),
    ("x-new", [{"value": "a\r\nb"}]),
    ("x-new", [{"value": "a\rb"}]),
    ("x-new", [{"value": "a\nb"}]),
    ("x-new", [{"value": "a\x00"}]),
    ("x-new", [{"value": "a\x7f"}]),
    ("x-new", [{"value": "\ud800"}]),
    ("x-new", [{"key": "X-Old", "value": "x"}]),
    ("x-new", [{"key": "", "value": "x"}]),
    ("x-new", [{"key": None, "value": "x"}]),
    ("x-new", [{"key": 1, "value": "x"}]),
    ("kelvin", [{"key": "\u212aelvin", "value": "x"}]),
    ("x-new", [{"value": "x"}, {"value": "a\nb"}]),
    ("x-new", [{"value": "x"}, {"key": "X-Old", "value": "x"}]),
]
FORMED: list[tuple[str, Any]] = [
    ("x-new", [{"value": "x"}]),
    ("x-new", [{"key": "x-NEW", "value": "x"}]),
    ("x-new", [{"value": "x"}, {"key": "X-New", "value": "y"}]),
    ("x-new", [{"value": ""}]),
    ("x-new", [{"value": "a\tb"}]),
    ("x-new", [{"value": "é, 日本"}]),
    ("!#$%&'*+.^_`|~0-9a-z", [{"value": "x"}]),
]


@pytest.mark.parametrize(("name", "values"), MALFORMED)
@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_a_header_must_be_a_list_of_texts_under_its_lower_case_name(
    trigger: EventType, name: Any, values: Any
) -> None:
    event, answer = example(trigger), taken_back(example(trigger))
    answer["headers"][name] = values
    assert refusal(event, answer).row is rulebook.HEADER_FORM


@pytest.mark.parametrize(("name", "values"), FORMED)
@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_a_header_may_repeat_and_its_key_be_left_out(trigger: EventType, name: str, values: Any) -> None:
    event, answer = example(trigger), taken_back(example(trigger))
    answer["headers"][name] = values
    rules.check_answer(event, answer)


@pytest.mark.parametrize("headers", [None, [], "x", 1], ids=repr)
@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_headers_are_a_map(trigger: EventType, headers: Any) -> None:
    event, answer = example(trigger), taken_back(example(trigger))
    answer["headers"] = headers
    assert refusal(event, answer).row is rulebook.HEADER_FORM


def test_a_malformed_header_that_cloudfront_handed_out_it_takes_back() -> None:
    event = example("origin-response")
    taken_from(event)["headers"]["x-odd"] = [{"key": "X-Odd", "value": "a\x01"}]
    rules.check_answer(event, taken_back(event))


@pytest.mark.parametrize("trigger", REQUEST_TRIGGERS)
@pytest.mark.parametrize(("querystring", "letter"), [("", "x"), ("q=1", "x"), ("q=ü", "ü")])
def test_the_headers_and_the_query_string_of_a_request_have_32_768_bytes(
    trigger: EventType, querystring: str, letter: str
) -> None:
    event, answer = edited(f"{trigger}.root", querystring=querystring, headers__sized=[{"value": ""}])
    sizes = [len(name) + len(one["value"]) for name, many in answer["headers"].items() for one in many]
    room = limits.REQUEST_SIZE.value - sum(sizes) - len(querystring.encode())
    padding, rest = divmod(room, len(letter.encode()))
    answer["headers"]["sized"] = [{"value": letter * padding + "." * rest}]
    rules.check_answer(event, answer)
    answer["headers"]["sized"][0]["value"] += "."
    refused = refusal(event, answer)
    assert refused.row is limits.REQUEST_SIZE
    assert "is 32769 at" in str(refused)


def test_every_value_of_a_header_counts() -> None:
    event, answer = edited("viewer-request.root")
    answer["headers"]["x"] = [{"value": "y" * 16_384}] * 2
    assert refusal(event, answer).row is limits.REQUEST_SIZE


def test_large_headers_that_cloudfront_handed_out_it_takes_back() -> None:
    event, _ = edited("viewer-request.root")
    taken_from(event)["headers"]["x"] = [{"value": "y" * 40_000}]
    rules.check_answer(event, {**taken_back(event), "uri": "/other"})
