import json
from typing import Any

import pytest
from hypothesis import given

from asset_edge.handlers.edge import viewer_request
from asset_edge.handlers.edge.events import Request, request_of
from asset_edge.handlers.edge.paths import canonical
from tests.handlers import golden, strategies


def request(uri: str, querystring: str = "") -> Request:
    base = request_of(golden.event("viewer-request.root"))
    return {**base, "uri": uri, "querystring": querystring}


def test_a_canonical_request_goes_on_as_the_very_same_object() -> None:
    plain = request("/space/asset/cat.jpg", "w=1")
    assert viewer_request.answer(plain) is plain


def test_only_the_path_changes() -> None:
    assert viewer_request.answer(request("/a/../b c", "w=1")) == request("/b%20c", "w=1")


@pytest.mark.parametrize("uri", ["/a%00", "/%", "/a\\b", "/" + "a" * 1025])
def test_a_path_without_a_meaning_is_answered_400_and_kept_by_nobody(uri: str) -> None:
    assert viewer_request.answer(request(uri)) == {
        "status": "400",
        "statusDescription": "Bad Request",
        "headers": {"cache-control": [{"key": "Cache-Control", "value": "no-store"}]},
    }


@pytest.mark.parametrize(("query_characters", "status"), [(8182, None), (8183, "414")])
def test_a_url_that_grows_beyond_what_cloudfront_takes_is_answered_414(
    query_characters: int, status: str | None
) -> None:
    answer = viewer_request.answer(request("/a+b%20", "q" * query_characters))
    assert answer.get("status") == status


def test_a_long_url_that_needs_no_change_goes_on() -> None:
    long = request("/a", "q" * 8190)
    assert viewer_request.answer(long) is long


@given(strategies.events("viewer-request"))
def test_whatever_goes_on_has_a_canonical_path(event: Any) -> None:
    answer = viewer_request.answer(request_of(event))
    assert answer.get("status") in {None, "400", "414"}
    if "status" not in answer:
        assert answer["uri"] == canonical(request_of(event)["uri"])


def test_the_entry_answers_what_the_decision_answers() -> None:
    event = golden.event("viewer-request.unicode")
    assert viewer_request.handler(event, None) == golden.expected("viewer-request.unicode")


def test_a_request_that_breaks_the_function_goes_on_as_it_came(capsys: pytest.CaptureFixture[str]) -> None:
    event = golden.event("viewer-request.query")
    broken = event["Records"][0]["cf"]["request"]
    del broken["uri"]
    assert viewer_request.handler(event, None) is broken
    logged = json.loads(capsys.readouterr().out)
    assert logged["message"] == "failed, passed the request on"
    assert logged["error"] == "KeyError"
    assert logged["where"].startswith("answer:")
    assert logged["requestId"] == event["Records"][0]["cf"]["config"]["requestId"]


def test_a_failure_is_logged_without_what_the_viewer_sent(capsys: pytest.CaptureFixture[str]) -> None:
    event = golden.event("viewer-request.query")
    event["Records"][0]["cf"]["request"]["uri"] = ["token=secret"]
    viewer_request.handler(event, None)
    logged = capsys.readouterr().out
    assert "TypeError" in logged or "AttributeError" in logged
    assert "secret" not in logged


def test_an_event_without_a_request_gets_an_empty_object(capsys: pytest.CaptureFixture[str]) -> None:
    answer: Any = viewer_request.handler({"Records": []}, None)
    assert answer == {}
    assert capsys.readouterr().out.count("\n") == 1
