"""What CloudFront takes back and what it answers 502 to, one row each."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator import limits, rulebook, rules
from asset_edge.errors import LimitExceeded, Unsupported
from asset_edge.handlers.edge.events import EVENT_TYPES, EventType
from tests.emulator.edited_answers import (
    ABSENT,
    EXAMPLE,
    REQUEST_TRIGGERS,
    edited,
    refusal,
    taken_back,
    taken_from,
)
from tests.handlers import golden, strategies

BASE64_40_KB = "QUFB" * 13_619
REFUSED: list[tuple[str, str, dict[str, Any], object]] = [
    *(
        (f"no {field} at {name}", name, {field: ABSENT}, rulebook.REQUIRED_FIELD)
        for field in rules.REQUEST_FIELDS
        for name in ("viewer-request.root", "origin-request.s3")
    ),
    *(
        (f"{field} {value!r} at {name}", name, {field: value}, row)
        for field, row, values in (
            ("method", rulebook.READ_ONLY_FIELD, ["POST", "get", None]),
            ("clientIp", rulebook.READ_ONLY_FIELD, ["192.0.2.1", None]),
            (
                "uri",
                rulebook.URI,
                ["", "a", "/a b", "/a?b", "/a#b", "/\r\n", "/\x80", "/\x85", "/\u3000", None, ["/a"]],
            ),
            (
                "querystring",
                rulebook.QUERY_STRING,
                ["a#b", "a b", "a\t", "a\x7f", "\x9f", "\u2028", "\ud800", {}],
            ),
            ("querystring", rulebook.QUERY_STRING, ["\r", "\n", "\x00", "\x0b", "\xa0", None, 1]),
        )
        for value in values
        for name in ("viewer-request.root", "origin-request.s3")
    ),
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
]
TAKEN: list[tuple[str, str, dict[str, Any]]] = [
    *(
        (f"{field} {value!r} at {name}", name, {field: value})
        for field, values in (
            ("uri", ["/a", "/a%20b/é", "/%00", "//", "/!$&'()*+,;=:@-._~|^`{}"]),
            ("querystring", ["a=%20&b", "?", "a=é", "&&=", "token=a.b.c"]),
        )
        for value in values
        for name in ("viewer-request.root", "origin-request.s3")
    ),
    ("no body", "viewer-request.body", {"body": ABSENT}),
    ("an edit that is not asked for", "viewer-request.body", {"body__data": "?"}),
    ("another body", "viewer-request.body", {"body__action": "replace", "body__data": BASE64_40_KB}),
    (
        "another body as text",
        "origin-request.post-with-body",
        {"body__action": "replace", "body__encoding": "text", "body__data": "x" * 1_048_576},
    ),
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


@pytest.mark.parametrize("name", ["viewer-request.root", "origin-request.s3"])
@pytest.mark.parametrize(("uri", "query"), [(8190, 0), (1, 8188), (4000, 4189)])
def test_an_edited_url_has_at_most_8191_characters(name: str, uri: int, query: int) -> None:
    event, answer = edited(name, uri="/" + "a" * uri, querystring="q" * query)
    rules.check_answer(event, answer)
    answer["uri"] += "b"
    assert refusal(event, answer).row is limits.EDITED_URL
    answer["uri"], answer["querystring"] = answer["uri"][:-1], "q" * (query + (2 if not query else 1))
    assert refusal(event, answer).row is limits.EDITED_URL


def test_a_long_url_that_cloudfront_handed_out_it_takes_back() -> None:
    event, _ = edited("viewer-request.root")
    taken_from(event)["querystring"] = "q" * 8191
    rules.check_answer(event, taken_back(event))


@pytest.mark.parametrize("trigger", REQUEST_TRIGGERS)
@pytest.mark.parametrize("encoding", ["text", "base64"])
def test_a_replaced_body_has_a_size(trigger: EventType, encoding: str) -> None:
    """At the limit it is taken; one byte over, and for base64 one more group, refused."""
    kilobytes = 40 if trigger == "viewer-request" else 1024
    text = encoding == "text"
    most = kilobytes * 1024 if text else {40: 54_476, 1024: 1_394_604}[kilobytes]
    event, answer = edited(EXAMPLE[trigger], body__action="replace", body__encoding=encoding)
    answer["body"]["data"] = "x" * most if text else "QUFB" * (most // 4)
    rules.check_answer(event, answer)
    answer["body"]["data"] += "x" if text else "QUFB"
    refused = refusal(event, answer)
    rows = limits.REPLACED_BODY_TEXT if text else limits.REPLACED_BODY_BASE64
    assert refused.row is rows[trigger]
    assert refused.reason.endswith(rulebook.BAD_BODY)


ROOT, S3, OF_200, LAST = (
    "viewer-request.root",
    "origin-request.s3",
    "origin-response.200",
    "viewer-response.304",
)
X = [{"value": "x"}]
ONE_OF_EACH: list[tuple[rulebook.Rule, str, dict[str, Any]]] = [
    (rulebook.REQUIRED_FIELD, ROOT, {"uri": ABSENT}),
    (rulebook.READ_ONLY_FIELD, ROOT, {"method": "POST"}),
    (rulebook.DISALLOWED_HEADER, OF_200, {"headers__x-cache": X}),
    (rulebook.READ_ONLY_HEADER, OF_200, {"headers__via": X}),
    (rulebook.CLOUDFRONT_HEADER, ROOT, {"headers__cloudfront-viewer-country": X}),
    (rulebook.HEADER_FORM, LAST, {"headers__X": X}),
    (rulebook.URI, ROOT, {"uri": "a"}),
    (rulebook.QUERY_STRING, S3, {"querystring": "#"}),
    (rulebook.REQUEST_BODY, S3, {"body": {}}),
    (rulebook.ORIGIN, S3, {"origin": ABSENT}),
    (rulebook.ORIGIN_FIELD, S3, {"origin__s3__path": "a"}),
    (rulebook.CUSTOM_HEADER, S3, {"origin__s3__customHeaders": {"host": X}}),
    (
        rulebook.ACCESS_IDENTITY,
        S3,
        {"origin__s3__authMethod": "origin-access-identity", "origin__s3__region": ABSENT},
    ),
    (rulebook.RESPONSE_FIELD, OF_200, {"uri": "/"}),
    (rulebook.STATUS, OF_200, {"status": 200}),
    (rulebook.STATUS_DESCRIPTION, LAST, {"statusDescription": 1}),
    (rulebook.KEPT_STATUS, LAST, {"status": "200"}),
    (rulebook.RESPONSE_BODY, OF_200, {"body": 1}),
]


@pytest.mark.parametrize(("row", "name", "changes"), ONE_OF_EACH, ids=[row[0].what for row in ONE_OF_EACH])
def test_each_row_of_the_book_is_what_a_refusal_names(
    row: rulebook.Rule, name: str, changes: dict[str, Any]
) -> None:
    refused = refusal(*edited(name, **changes))
    assert refused.row is row
    assert f"{row.allowed}. {row.fix} ({row.source})" in str(refused)
    assert refused.reason == f"{rulebook.FAILED_VALIDATION}{f': {row.reason}' if row.reason else '.'}"


def test_no_row_of_the_book_is_left_out() -> None:
    elsewhere = {rulebook.ANSWER, rulebook.NO_CONTENT}
    assert {row for row, *_ in ONE_OF_EACH} | elsewhere == set(rulebook.RULES)
    assert len(rulebook.RULES) == len(ONE_OF_EACH) + len(elsewhere)


@pytest.mark.parametrize("answer", [None, [], "x", 5], ids=repr)
@pytest.mark.parametrize("trigger", EVENT_TYPES)
def test_an_answer_that_is_no_object_is_refused(trigger: EventType, answer: Any) -> None:
    assert refusal(golden.event(EXAMPLE[trigger]), answer).row is rulebook.ANSWER


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
