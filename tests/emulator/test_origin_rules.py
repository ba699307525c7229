"""Which origins an origin-request function may choose, one row each."""

import copy
from typing import Any

import pytest

from asset_edge.emulator import rulebook, rules
from asset_edge.emulator.origin_rules import NOT_ADDED, NOT_ADDED_PREFIXES, ORIGIN_FIELDS
from asset_edge.errors import LimitExceeded
from asset_edge.handlers.edge.events import request_of
from tests.handlers import golden

EVENT = golden.event("origin-request.viewer-headers")
FROM_CUSTOM = golden.event("origin-request.custom")
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


LONG_S3 = "x" * 63 + ".s3." + "x" * 47 + ".amazonaws.com"
"""Of 128 characters."""

NO_HOSTS = [
    "",
    "a:443",
    "192.0.2.1",
    "2001:db8::1",
    "x" * 254,
    "a b",
    1,
    "a..b",
    ".a",
    "a.",
    "-a",
    "a-.b",
    "é",
]
NO_PATHS = ["a", "/", "/a/", "/a b", "/é", "/" + "a" * 255, "/a?b", "/a#", "/%", "/%zz", "/a%2", "/a\n", None]
BUCKETS = [
    "b.s3.amazonaws.com",
    "bb.s3.amazonaws.com",
    "b" * 64 + ".s3.amazonaws.com",
    "-bb.s3.amazonaws.com",
    "b..b.s3.amazonaws.com",
]
NO_ENDPOINTS = [
    "b.example.com",
    "s3.amazonaws.com",
    "BKT.s3.amazonaws.com",
    "bkt.s3.amazonaws.com.",
    "bkt.s3",
]
WEBSITES = ["bkt.s3-website-us-east-1.amazonaws.com", "bkt.s3-website.eu-west-1.amazonaws.com"]
SSL = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"]
FIELDS: list[tuple[str, str, list[Any], list[Any]]] = [
    ("custom", "domainName", ["a.example", "a_b.example", "x" * 253], NO_HOSTS),
    ("custom", "keepaliveTimeout", [1, 120], [0, 121, "5", True, 5.0, ABSENT]),
    ("custom", "path", ["", "/a", "/a/b%20c", "/" + "a" * 254], [*NO_PATHS, ABSENT]),
    ("custom", "port", [80, 443, 1024, 65_535], [0, 81, 1023, 65_536, "443", True, ABSENT]),
    ("custom", "protocol", ["http", "https"], ["HTTPS", "ftp", [], ABSENT]),
    ("custom", "readTimeout", [1, 120], [0, 121, None, ABSENT]),
    ("custom", "responseCompletionTimeout", [0, 5, 600, ABSENT], [4, -1, "5", None]),
    ("custom", "sslProtocols", [[], SSL], [["TLSv1.3"], "TLSv1.2", [1], [[]], ABSENT]),
    ("custom", "customHeaders", [{"x-a": [{"value": "b"}]}], [None, [], ABSENT]),
    ("custom", "originShield", [ABSENT], [{}, True]),
    ("s3", "authMethod", ["none", "origin-access-identity"], ["origin-access-control", "", None, ABSENT]),
    ("s3", "customHeaders", [{}], [None, ABSENT]),
    ("s3", "domainName", ["bkt.s3.amazonaws.com", "bkt.s3-eu-west-1.amazonaws.com"], [*BUCKETS, None, ""]),
    ("s3", "domainName", ["bkt.s3.dualstack.eu-west-1.amazonaws.com", "a.b.s3.amazonaws.com"], WEBSITES),
    ("s3", "domainName", ["bkt.s3.cn-north-1.amazonaws.com.cn"], [*NO_ENDPOINTS, ABSENT]),
    ("s3", "domainName", [LONG_S3], [LONG_S3.replace(".s3.", ".s3.x"), "b" + "-" * 110 + ".s3.amazonaws.co"]),
    ("s3", "path", ["", "/a"], [*NO_PATHS, ABSENT]),
    ("s3", "readTimeout", [1, 120, ABSENT], [0, 121, "5", None]),
    ("s3", "region", ["eu-west-1", "", ABSENT], [None, 1]),
    ("s3", "responseCompletionTimeout", [0, 9, ABSENT], [-1, 1.5]),
    ("s3", "keepaliveTimeout", [ABSENT], [5]),
    ("s3", "port", [ABSENT], [443]),
    ("s3", "originAccessControl", [ABSENT], [{}]),
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


def test_an_s3_read_timeout_bounds_its_completion_too() -> None:
    timed = {**S3, "readTimeout": 9, "responseCompletionTimeout": 9}
    rules.check_answer(EVENT, sent_to({"s3": timed}))
    refused = refusal(sent_to({"s3": {**timed, "responseCompletionTimeout": 8}}))
    assert refused.row is rulebook.ORIGIN_FIELD
    assert "less than readTimeout" in str(refused)


def test_an_origin_access_identity_needs_the_region_it_signs_for() -> None:
    identity = {**S3, "authMethod": "origin-access-identity"}
    rules.check_answer(EVENT, sent_to({"s3": identity}))
    rules.check_answer(EVENT, sent_to({"s3": {**identity, "region": ""}}))
    refused = refusal(sent_to({"s3": with_field(identity, "region", ABSENT)}))
    assert refused.row is rulebook.ACCESS_IDENTITY
    assert "no region" in str(refused)


def test_a_custom_origin_may_give_way_to_s3_without_an_access_identity_alone() -> None:
    request: Any = copy.deepcopy(request_of(FROM_CUSTOM))
    rules.check_answer(FROM_CUSTOM, {**request, "origin": {"s3": S3}})
    identity = {**request, "origin": {"s3": {**S3, "authMethod": "origin-access-identity"}}}
    with pytest.raises(LimitExceeded, match="after a custom origin") as refused:
        rules.check_answer(FROM_CUSTOM, identity)
    assert refused.value.row is rulebook.ACCESS_IDENTITY


def test_one_custom_origin_may_give_way_to_another() -> None:
    request: Any = copy.deepcopy(request_of(FROM_CUSTOM))
    rules.check_answer(FROM_CUSTOM, {**request, "origin": {"custom": CUSTOM}})


@pytest.mark.parametrize(
    "name",
    sorted(
        {
            *NOT_ADDED,
            *(f"{prefix}{end}" for prefix in NOT_ADDED_PREFIXES for end in ("", "a")),
            *rulebook.DISALLOWED_HEADERS,
            *(f"{prefix}a" for prefix in rulebook.DISALLOWED_PREFIXES),
            *rulebook.READ_ONLY_HEADERS["origin-request"],
        }
    ),
)
@pytest.mark.parametrize("kind", ["custom", "s3"])
def test_an_origin_header_may_not_have_a_reserved_name(kind: str, name: str) -> None:
    origin = {kind: {**KINDS[kind], "customHeaders": {name: [{"value": "x"}]}}}
    refused = refusal(sent_to(origin))
    assert refused.row is rulebook.CUSTOM_HEADER
    assert f"custom header {name!r}" in str(refused)


def test_the_names_never_added_are_those_of_the_guide() -> None:
    listed = (
        "cache-control connection content-length cookie host if-match if-modified-since if-none-match "
        "if-range if-unmodified-since max-forwards pragma proxy-authenticate proxy-authorization "
        "proxy-connection range request-range te trailer transfer-encoding upgrade via"
    )
    assert set(listed.split()) == NOT_ADDED


@pytest.mark.parametrize(
    "name", ["authorization", "x-origin-role", "origin", "x-amzn", "user-agent", "accept"]
)
def test_any_other_name_may_be_an_origin_header(name: str) -> None:
    origin = {"custom": {**CUSTOM, "customHeaders": {name: [{"value": "x"}]}}}
    answer = sent_to(origin)
    answer["headers"].pop(name, None)
    rules.check_answer(EVENT, answer)


def test_an_origin_of_a_viewer_request_is_refused_even_if_it_is_empty() -> None:
    event = golden.event("viewer-request.root")
    with pytest.raises(LimitExceeded) as refused:
        rules.check_answer(event, {**request_of(event), "origin": {}})
    assert refused.value.row is rulebook.ORIGIN


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
