"""In which order things happen to one request, and who sees what."""

import copy
from typing import Any

import pytest

from tests.emulator.world import (
    ARN,
    DOMAIN,
    PRIMARY,
    REPLICA,
    REQUEST_ID,
    UNCHANGED,
    World,
    answer,
    behavior,
    get,
    origin,
    served,
    some,
    value,
    with_functions,
)

ALL = ("viewer-request", "origin-request", "origin-response", "viewer-response")


def edited(**changes: Any) -> Any:
    """A request function that changes fields of the request."""
    return lambda record: {**copy.deepcopy(record["request"]), **changes}


def test_the_four_triggers_run_in_their_order_around_the_fetch() -> None:
    world = World(with_functions(*ALL), functions=UNCHANGED)
    response = world.send()
    assert world.triggers == list(ALL)
    assert (response.status, response.body) == (200, b"picture")


def test_a_viewer_gets_cloudfronts_own_headers() -> None:
    response = World(served()).send()
    assert value(response, "x-cache") == "Miss from cloudfront"
    assert value(response, "x-amz-cf-id") == REQUEST_ID
    assert value(response, "via") == "1.1 d1.cloudfront.net (CloudFront)"


def test_an_event_tells_the_distribution_and_the_request() -> None:
    world = World(with_functions("viewer-request"), functions=UNCHANGED)
    world.send(get("/x/y.png?w=10&h=2", headers={"Accept": "image/*"}))
    record = world.record()
    assert record["config"] == {
        "distributionDomainName": DOMAIN,
        "distributionId": "E1",
        "eventType": "viewer-request",
        "requestId": REQUEST_ID,
    }
    assert record["request"] == {
        "clientIp": "192.0.2.1",
        "method": "GET",
        "uri": "/x/y.png",
        "querystring": "w=10&h=2",
        "headers": {
            "host": [{"key": "Host", "value": DOMAIN}],
            "accept": [{"key": "Accept", "value": "image/*"}],
        },
    }


def test_origin_request_sees_the_origin_and_only_what_is_forwarded_to_s3() -> None:
    world = World(with_functions("origin-request"), functions=UNCHANGED)
    sent = {"Accept": "*/*", "Authorization": "Bearer x", "Cookie": "a=b", "Range": "bytes=0-1"}
    world.send(get("/a.png?w=1", headers=sent | {"X-Forwarded-For": "198.51.100.7"}))
    request = world.record()["request"]
    assert request["querystring"] == "", "no policy forwards a query string"
    assert {name: [v["value"] for v in values] for name, values in request["headers"].items()} == {
        "host": [PRIMARY],
        "user-agent": ["Amazon CloudFront"],
        "via": ["1.1 d1.cloudfront.net (CloudFront)"],
        "x-forwarded-for": ["198.51.100.7, 192.0.2.1"],
        "range": ["bytes=0-1"],
    }
    assert request["origin"]["s3"]["domainName"] == PRIMARY
    assert request["origin"]["s3"]["region"] == "eu-west-1"
    assert request["origin"]["s3"]["customHeaders"]["x-origin-role"][0]["value"] == "primary"


def test_the_origin_gets_its_custom_headers_and_the_request_id_after_the_function() -> None:
    world = World(with_functions("origin-request"), functions=UNCHANGED)
    world.send()
    assert value(world.fetched[0], "x-origin-role") == "primary"
    assert value(world.fetched[0], "x-amz-cf-id") == REQUEST_ID
    assert "x-amz-cf-id" not in world.record()["request"]["headers"], "no function ever sees it"


def test_a_query_string_that_origin_request_sets_goes_to_the_origin() -> None:
    world = World(with_functions("origin-request"), functions={"origin-request": edited(querystring="v=1")})
    world.send()
    assert world.fetched[0].target == "/a.png?v=1"


def to_custom(record: Any) -> Any:
    request = copy.deepcopy(record["request"])
    request["origin"] = {
        "custom": {
            "customHeaders": {},
            "domainName": REPLICA,
            "keepaliveTimeout": 5,
            "path": "",
            "port": 443,
            "protocol": "https",
            "readTimeout": 5,
            "sslProtocols": ["TLSv1.2"],
        }
    }
    request["headers"]["host"] = [{"key": "Host", "value": REPLICA}]
    return request


def test_a_rewritten_origin_is_fetched_and_nobody_signs_for_it() -> None:
    world = World(with_functions("origin-request"), functions={"origin-request": to_custom})
    world.send()
    request = world.fetched[0]
    assert (request.domain_name, request.port, request.protocol) == (REPLICA, 443, "https")
    assert (request.read_timeout_seconds, request.signed_for) == (5, None)
    assert value(request, "x-origin-role") is None, "custom headers are the origin's, which was replaced"


def test_a_function_sees_the_request_as_the_first_one_left_it() -> None:
    functions = UNCHANGED | {"viewer-request": edited(uri="/b.png")}
    world = World(with_functions("viewer-request", "origin-request"), functions=functions)
    world.send()
    assert world.record(1)["request"]["uri"] == "/b.png"
    assert world.fetched[0].target == "/b.png"


def test_the_root_becomes_the_default_root_object_for_the_origin_alone() -> None:
    world = World(with_functions("viewer-request"), functions=UNCHANGED)
    world.send(get("/"))
    assert world.record()["request"]["uri"] == "/"
    assert world.fetched[0].target == "/index.html"


def with_authorization(record: Any) -> Any:
    request = copy.deepcopy(record["request"])
    request["headers"]["authorization"] = [{"key": "Authorization", "value": "AWS4-HMAC-SHA256 ..."}]
    return request


@pytest.mark.parametrize(
    ("control", "function", "expected"),
    [
        pytest.param("E-OAC", UNCHANGED["origin-request"], ARN, id="origin access control signs"),
        pytest.param("E-OAC", with_authorization, None, id="but not over a signature"),
        pytest.param("", UNCHANGED["origin-request"], None, id="without one nobody does"),
    ],
)
def test_who_signs_for_a_static_origin(control: str, function: Any, expected: str | None) -> None:
    origins = some(origin("primary", PRIMARY, OriginAccessControlId=control), origin("replica", REPLICA))
    of = served(Origins=origins, DefaultCacheBehavior=behavior(functions=("origin-request",)))
    world = World(of, functions={"origin-request": function})
    world.send()
    assert world.fetched[0].signed_for == expected


def generated(status: str = "200", **more: Any) -> Any:
    return lambda _record: {"status": status, **more}


def test_an_answer_of_viewer_request_is_final() -> None:
    functions = UNCHANGED | {"viewer-request": generated("403", body="no")}
    world = World(with_functions(*ALL), functions=functions)
    response = world.send()
    assert (response.status, response.body) == (403, b"no")
    assert world.triggers == ["viewer-request"]
    assert world.fetched == []
    assert value(response, "x-cache") == "LambdaGeneratedResponse from cloudfront"


def test_an_answer_of_origin_request_skips_the_origin_and_still_meets_viewer_response() -> None:
    functions = UNCHANGED | {"origin-request": generated("200", body="aGk=", bodyEncoding="base64")}
    world = World(with_functions(*ALL), functions=functions)
    response = world.send()
    assert response.body == b"hi"
    assert world.triggers == ["viewer-request", "origin-request", "viewer-response"]


def test_origin_response_may_replace_keep_or_drop_the_body() -> None:
    def body_of(change: dict[str, Any]) -> bytes:
        function = {"origin-response": lambda record: {**record["response"], **change}}
        return World(with_functions("origin-response"), functions=function).send().body

    assert body_of({}) == b"picture"
    assert body_of({"body": "other"}) == b"other"
    assert body_of({"body": ""}) == b""


def test_origin_response_never_sees_what_the_edge_keeps_to_itself() -> None:
    headers: Any = {"x_amz_request_id": "r", "x_amz_id_2": "i", "connection": "close", "x_amz_meta_a": "kept"}
    world = World(
        with_functions("origin-response"), functions=UNCHANGED, fetch=lambda _: answer(200, **headers)
    )
    world.send()
    assert set(world.record()["response"]["headers"]) == {"x-amz-meta-a"}


def test_viewer_response_is_skipped_for_an_error() -> None:
    world = World(
        with_functions("origin-response", "viewer-response"),
        functions=UNCHANGED,
        fetch=lambda _: answer(410, b"gone"),
    )
    response = world.send()
    assert response.status == 410
    assert world.triggers == ["origin-response"]
    assert value(response, "x-cache") == "Error from cloudfront"


def broken(_record: Any) -> Any:
    raise ZeroDivisionError


@pytest.mark.parametrize("event", ALL)
@pytest.mark.parametrize(
    ("function", "status", "cache_result"),
    [
        pytest.param(broken, 503, "LambdaExecutionError from cloudfront", id="raises"),
        pytest.param(lambda _: "text", 502, "LambdaValidationError from cloudfront", id="no object"),
        pytest.param(generated("999"), 502, "LambdaValidationError from cloudfront", id="no such status"),
    ],
)
def test_a_function_that_fails_gives_the_viewer_the_documented_page(
    event: str, function: Any, status: int, cache_result: str
) -> None:
    response = World(with_functions(event), functions={event: function}).send()
    assert response.status == status
    assert value(response, "x-cache") == cache_result
    assert REQUEST_ID.encode() in response.body


def test_a_read_only_header_is_reported_in_cloudfronts_words() -> None:
    def without_via(record: Any) -> Any:
        request = copy.deepcopy(record["request"])
        del request["headers"]["via"]
        return request

    response = World(with_functions("origin-request"), functions={"origin-request": without_via}).send()
    assert response.status == 502
    assert b"add, delete, or change a read-only header" in response.body


@pytest.mark.parametrize(("method", "status"), [("GET", 301), ("HEAD", 301), ("OPTIONS", 307), ("PUT", 307)])
def test_plain_http_is_redirected_before_any_function(method: str, status: int) -> None:
    world = World(with_functions(*ALL), functions=UNCHANGED)
    response = world.send(get("/a.png?w=1", method=method, headers={"x-asset-edge-viewer": "proto=http"}))
    assert response.status == status
    assert value(response, "location") == f"https://{DOMAIN}/a.png?w=1"
    assert world.events == []


@pytest.mark.parametrize(
    ("changes", "viewer"),
    [
        pytest.param(
            {"ViewerProtocolPolicy": "https-only"},
            get(headers={"x-asset-edge-viewer": "proto=http"}),
            id="http where https is a must",
        ),
        pytest.param({}, get(method="DELETE"), id="method not allowed"),
        pytest.param({}, get(body=b"x"), id="GET with a body"),
    ],
)
def test_what_cloudfront_refuses_by_itself_is_403(changes: dict[str, Any], viewer: Any) -> None:
    world = World(served(DefaultCacheBehavior=behavior(**changes)))
    assert world.send(viewer).status == 403
    assert world.fetched == []
