"""Which origins an origin-request function may choose, one row each."""

import copy
from typing import Any

import pytest

from asset_edge.emulator import rulebook, rules
from asset_edge.emulator.origin_rules import NOT_ADDED, ORIGIN_FIELDS
from asset_edge.errors import LimitExceeded
from asset_edge.handlers.edge.events import request_of
from tests.handlers import golden

EVENT = golden.event("origin-request.viewer-headers")
CUSTOM: dict[str, Any] = {
    "customHeaders": {},
    "domainName": "assets.s3.eu-west-1.amazonaws.com",
    "keepaliveTimeout": 5,
    "path": "",
    "port": 443,
    "protocol": "https",
    "readTimeout": 5,
    "sslProtocols": ["TLSv1.2"],
}
S3: dict[str, Any] = {
    "authMethod": "none",
    "customHeaders": {},
    "domainName": "assets.s3.us-east-1.amazonaws.com",
    "path": "",
    "region": "us-east-1",
}
ABSENT: Any = object()


def sent_to(origin: Any, **headers: Any) -> Any:
    request: Any = copy.deepcopy(request_of(EVENT))
    return {**request, "origin": origin, "headers": {**request["headers"], **headers}}


def with_field(fields: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    return {key: one for key, one in {**fields, name: value}.items() if one is not ABSENT}


def refusal(answer: Any) -> LimitExceeded:
    with pytest.raises(LimitExceeded) as refused:
        rules.check_answer(EVENT, answer)
    return refused.value


@pytest.mark.parametrize("origin", [{"custom": CUSTOM}, {"s3": S3}], ids=["custom", "s3"])
def test_an_origin_may_be_exchanged_for_either_kind(origin: Any) -> None:
    rules.check_answer(EVENT, sent_to(origin))


@pytest.mark.parametrize(
    "origin", [None, {}, [], "s3", {"custom": CUSTOM, "s3": S3}, {"http": CUSTOM}, {"s3": None}], ids=repr
)
def test_there_is_exactly_one_origin(origin: Any) -> None:
    assert refusal(sent_to(origin)).row is rulebook.ORIGIN


def test_an_origin_may_not_be_taken_away() -> None:
    answer = sent_to({})
    del answer["origin"]
    assert refusal(answer).row is rulebook.ORIGIN


def test_a_viewer_request_has_no_origin_to_choose() -> None:
    event = golden.event("viewer-request.root")
    with pytest.raises(LimitExceeded, match="origin is"):
        rules.check_answer(event, {**request_of(event), "origin": {"custom": CUSTOM}})


LONG_S3 = "x" * 112 + ".s3.amazonaws.com"
NO_HOSTS = ["", "a:443", "192.0.2.1", "2001:db8::1", "x" * 254, "a b", 1]
NO_PATHS = ["a", "/", "/a/", "/a b", "/é", "/" + "a" * 255, None, ABSENT]
SSL = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"]
FIELDS: list[tuple[str, str, list[Any], list[Any]]] = [
    ("custom", "domainName", ["a.example", "a_b.example", "x" * 253], NO_HOSTS),
    ("custom", "keepaliveTimeout", [1, 120], [0, 121, "5", True, 5.0, ABSENT]),
    ("custom", "path", ["", "/a", "/a/b%20c"], NO_PATHS),
    ("custom", "port", [80, 443, 1024, 65_535], [0, 81, 1023, 65_536, "443", True, ABSENT]),
    ("custom", "protocol", ["http", "https"], ["HTTPS", "ftp", [], ABSENT]),
    ("custom", "readTimeout", [1, 120], [0, 121, None, ABSENT]),
    ("custom", "responseCompletionTimeout", [0, 5, 600, ABSENT], [4, -1, "5", None]),
    ("custom", "sslProtocols", [[], SSL], [["TLSv1.3"], "TLSv1.2", [1], ABSENT]),
    ("custom", "customHeaders", [{"x-a": [{"value": "b"}]}], [None, [], ABSENT]),
    ("custom", "originShield", [ABSENT], [{}, True]),
    ("s3", "authMethod", ["none", "origin-access-identity"], ["origin-access-control", "", None, ABSENT]),
    ("s3", "customHeaders", [{}], [None, ABSENT]),
    ("s3", "domainName", ["b.s3.amazonaws.com", "b.s3-eu-west-1.amazonaws.com"], ["B.s3.amazonaws.com"]),
    ("s3", "domainName", ["b.s3.cn-north-1.amazonaws.com.cn"], ["b.example.com", LONG_S3, ABSENT]),
    ("s3", "path", ["", "/a"], ["/a/", ABSENT]),
    ("s3", "readTimeout", [1, 120, ABSENT], [0, 121]),
    ("s3", "region", ["eu-west-1", "", ABSENT], [None, 1]),
    ("s3", "responseCompletionTimeout", [0, 9], [-1, 1.5]),
]
KINDS: dict[str, Any] = {"custom": CUSTOM, "s3": S3}


@pytest.mark.parametrize(
    ("kind", "name", "value"), [(kind, name, value) for kind, name, good, _ in FIELDS for value in good]
)
def test_an_origin_field_may_be(kind: str, name: str, value: Any) -> None:
    rules.check_answer(EVENT, sent_to({kind: with_field(KINDS[kind], name, value)}))


@pytest.mark.parametrize(
    ("kind", "name", "value"), [(kind, name, value) for kind, name, _, bad in FIELDS for value in bad]
)
def test_an_origin_field_may_not_be(kind: str, name: str, value: Any) -> None:
    refused = refusal(sent_to({kind: with_field(KINDS[kind], name, value)}))
    assert refused.row is rulebook.ORIGIN_FIELD
    assert name in str(refused)


def test_every_origin_field_is_tried() -> None:
    tried = {(kind, name) for kind, name, _, _ in FIELDS}
    assert tried >= {(kind, name) for kind, fields in ORIGIN_FIELDS.items() for name in fields}


def test_an_origin_access_identity_needs_the_region_it_signs_for() -> None:
    identity = {**S3, "authMethod": "origin-access-identity"}
    rules.check_answer(EVENT, sent_to({"s3": identity}))
    assert "region" in str(refusal(sent_to({"s3": with_field(identity, "region", ABSENT)})))


@pytest.mark.parametrize(
    "name", [*sorted(NOT_ADDED), "x-amz-date", "x-edge-a", "x-real-ip", "x-cache", "x-forwarded-proto"]
)
def test_an_origin_header_may_not_have_a_reserved_name(name: str) -> None:
    origin = {"custom": {**CUSTOM, "customHeaders": {name: [{"value": "x"}]}}}
    assert refusal(sent_to(origin)).row is rulebook.CUSTOM_HEADER


def test_an_origin_header_has_the_form_of_a_header() -> None:
    origin = {"custom": {**CUSTOM, "customHeaders": {"X-A": [{"value": "x"}]}}}
    assert refusal(sent_to(origin)).row is rulebook.HEADER_FORM


def test_a_name_is_in_the_headers_or_in_the_origins_headers_but_not_in_both() -> None:
    origin = {"custom": {**CUSTOM, "customHeaders": {"x-a": [{"value": "1"}]}}}
    rules.check_answer(EVENT, sent_to(origin))
    assert refusal(sent_to(origin, **{"x-a": [{"value": "2"}]})).row is rulebook.CUSTOM_HEADER
    kept = sent_to(request_of(EVENT)["origin"], **{"x-origin-role": [{"value": "2"}]})
    assert refusal(kept).row is rulebook.CUSTOM_HEADER


def test_an_overlap_that_cloudfront_made_is_not_the_functions_fault() -> None:
    event = copy.deepcopy(EVENT)
    request: Any = request_of(event)
    request["headers"]["x-origin-role"] = [{"value": "viewer"}]
    rules.check_answer(event, {**request, "uri": "/other"})
