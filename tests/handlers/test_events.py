from typing import Any

import pytest
from hypothesis import given

from asset_edge.handlers.edge import event_types, events
from tests.handlers import golden, strategies

ORIGIN_REQUEST = golden.event("origin-request.query")
ORIGIN_RESPONSE = golden.event("origin-response.403")


def test_every_type_of_an_event_can_be_had_beside_the_accessors() -> None:
    types = {name for name in vars(event_types) if name[0].isupper()}
    assert {"Event", "EventType", "Headers", "Request", "Response"} < types
    assert all(getattr(events, name) is getattr(event_types, name) for name in types)


def test_what_neither_has_cannot_be_had() -> None:
    assert not hasattr(events, "Requests")
    assert not hasattr(events, "__path__"), "or it would be taken for a package"


@pytest.mark.parametrize("name", golden.NAMES)
def test_what_an_event_says_is_read_as_cloudfront_wrote_it(name: str) -> None:
    event = golden.event(name)
    record = event["Records"][0]["cf"]
    assert events.request_of(event) is record["request"]
    assert events.response_of(event) == record.get("response", {})
    assert events.event_type(event) == golden.trigger(name)
    assert events.request_id(event) == record["config"]["requestId"]


@pytest.mark.parametrize(
    "name", ["CloudFront-Viewer-Country", "cloudfront-viewer-country", "CLOUDFRONT-VIEWER-COUNTRY"]
)
def test_a_header_is_found_whatever_the_case(name: str) -> None:
    assert events.header(events.request_of(ORIGIN_REQUEST), name) == "DE"


def test_the_first_of_several_values_is_the_header() -> None:
    request = events.request_of(golden.event("viewer-request.many-headers"))
    assert events.header(request, "cookie") == "a=1"


def test_a_response_has_headers_too() -> None:
    assert events.header(events.response_of(ORIGIN_RESPONSE), "Server") == "AmazonS3"


@pytest.mark.parametrize(
    ("name", "role", "domain_name"),
    [
        ("origin-request.s3-replica", "replica", "assets-us-east-1.s3.us-east-1.amazonaws.com"),
        ("origin-request.rerun-after-rewrite", "primary", "assets-eu-west-1.s3.eu-west-1.amazonaws.com"),
        ("origin-request.custom", None, "example.org"),
        ("viewer-request.root", None, None),
    ],
)
def test_the_origin_is_read_whatever_its_kind(name: str, role: str | None, domain_name: str | None) -> None:
    request = events.request_of(golden.event(name))
    assert events.origin_header(request, "X-Origin-Role") == role
    assert events.origin_domain_name(request) == domain_name


def test_a_header_that_is_set_replaces_all_its_values() -> None:
    headers: events.Headers = {"cookie": [{"value": "a"}, {"value": "b"}]}
    events.set_header(headers, "Cookie", "c")
    assert headers == {"cookie": [{"key": "Cookie", "value": "c"}]}


def test_a_header_is_removed_whatever_the_case_and_an_absent_one_is_fine() -> None:
    headers: events.Headers = {"cookie": [{"value": "a"}], "via": [{"value": "b"}]}
    events.remove_header(headers, "COOKIE")
    events.remove_header(headers, "absent")
    assert headers == {"via": [{"value": "b"}]}


ODD: list[Any] = [
    None,
    {},
    {"Records": []},
    {"Records": {}},
    {"Records": [None]},
    {"Records": [{"cf": []}]},
    {"Records": [{"cf": {"config": {"eventType": ["viewer-request"], "requestId": 7}, "request": 1}}]},
    {"Records": [{"cf": {"config": {"eventType": "viewer"}, "request": {"headers": []}, "response": "200"}}]},
]


@pytest.mark.parametrize("event", ODD, ids=repr)
def test_an_odd_event_has_nothing(event: Any) -> None:
    assert events.event_type(event) is None
    assert events.request_id(event) is None
    response: Any = events.response_of(event)
    assert response == {}
    assert events.header(events.request_of(event), "host") is None


@pytest.mark.parametrize(
    "values", [None, [], "text", [None], ["text"], [{}], [{"value": 1}], {"0": "x"}], ids=repr
)
def test_an_odd_header_has_no_value(values: Any) -> None:
    assert events.header({"headers": {"host": values}}, "host") is None
    assert events.origin_header({"origin": {"s3": {"customHeaders": {"host": values}}}}, "host") is None


@given(strategies.mangled())
def test_no_event_makes_an_accessor_raise(event: Any) -> None:
    assert events.event_type(event) in {None, *events.EVENT_TYPES}
    for message in (event, events.request_of(event), events.response_of(event)):
        found = [
            events.header(message, "host"),
            events.origin_header(message, "x-origin-role"),
            events.origin_domain_name(message),
            events.request_id(event),
        ]
        assert all(one is None or isinstance(one, str) for one in found)
