import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from asset_edge.handlers.edge import viewer_request
from asset_edge.handlers.edge.config import Behavior, EdgeConfig
from asset_edge.handlers.edge.events import request_of
from asset_edge.handlers.edge.own_headers import GRANT_HEADER
from asset_edge.handlers.edge.paths import canonical
from tests.handlers import golden, strategies


def event(uri: str, querystring: str = "") -> Any:
    found = golden.event("viewer-request.root")
    found["Records"][0]["cf"]["request"] |= {"uri": uri, "querystring": querystring}
    return found


def answered(event: Any) -> Any:
    return viewer_request.answer(event, lambda: golden.BAKED)


def test_a_canonical_request_goes_on_as_the_very_same_object() -> None:
    plain = event("/space/asset/cat.jpg", "w=1")
    assert answered(plain) is request_of(plain)


def test_only_the_path_changes() -> None:
    assert answered(event("/a/../b c", "w=1")) == request_of(event("/b%20c", "w=1"))


@pytest.mark.parametrize("uri", ["/a%00", "/%", "/a\\b", "/" + "a" * 1025])
def test_a_path_without_a_meaning_is_answered_400_and_kept_by_nobody(
    uri: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answered(event(uri)) == {
        "status": "400",
        "statusDescription": "Bad Request",
        "headers": {"cache-control": [{"key": "Cache-Control", "value": "no-store"}]},
    }
    assert json.loads(capsys.readouterr().out)["refused"] == "path"


@pytest.mark.parametrize(("query_characters", "status"), [(8181, None), (8182, "414")])
def test_a_url_that_grows_beyond_what_cloudfront_takes_is_answered_414(
    query_characters: int, status: str | None
) -> None:
    assert answered(event("/a+b%20", "q" * query_characters)).get("status") == status


def test_a_long_url_that_needs_no_change_goes_on() -> None:
    long = event("/a", "q" * 8190)
    assert answered(long) is request_of(long)


@given(strategies.events("viewer-request"))
def test_whatever_goes_on_has_a_canonical_path(event: Any) -> None:
    answer = answered(event)
    assert answer.get("status") in {None, "400", "414", "431"}
    if "status" not in answer:
        assert answer["uri"] == canonical(request_of(event)["uri"])


PUBLIC = replace(golden.CONFIG, behaviors=(Behavior(path_pattern="/open/*"),))
PROTECTED = replace(golden.CONFIG, behaviors=(Behavior(path_pattern="*", embargo="all"),))


def _raise() -> Any:
    raise RuntimeError("token=abc")


class Broken:
    """A configuration of which one part cannot be read."""

    def __init__(self, config: EdgeConfig, part: str) -> None:
        self.config, self.part = config, part

    def __getattr__(self, name: str) -> Any:
        return _raise() if name == self.part else getattr(self.config, name)


FAILURES: dict[str, tuple[Callable[[], Any], str | None]] = {
    "no configuration": (_raise, "403"),
    "behaviours": (lambda: Broken(PUBLIC, "behaviors"), "403"),
    "public, log": (lambda: Broken(PUBLIC, "logged_share"), None),
    "protected, log": (lambda: Broken(PROTECTED, "logged_share"), "403"),
}


@pytest.mark.parametrize(("config", "status"), FAILURES.values(), ids=FAILURES.keys())
def test_on_its_own_failure_public_assets_go_on_and_nothing_else(
    config: Callable[[], Any], status: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = event("/open/a.jpg", "token=a.b.c")
    answer: Any = viewer_request.answer(failing, config)
    assert answer.get("status") == status
    assert status or answer is request_of(failing)
    line = capsys.readouterr().out.splitlines()[-1]
    assert json.loads(line)["level"] == "ERROR"
    assert "abc" not in line
    assert "a.b.c" not in line


PREPARING = replace(golden.CONFIG, behaviors=(Behavior(path_pattern="*", embargo="preparing"),))


@pytest.mark.parametrize("config", [PUBLIC, PREPARING], ids=["public", "preparing"])
def test_on_its_own_failure_no_grant_goes_on_that_the_viewer_wrote(config: EdgeConfig) -> None:
    failing, spoofed = event("/open/a.jpg", "w=1"), event("/open/a.jpg", "w=1")
    spoofed["Records"][0]["cf"]["request"]["headers"][GRANT_HEADER] = [{"key": GRANT_HEADER, "value": "any"}]
    broken: Any = Broken(config, "logged_share")
    assert viewer_request.answer(spoofed, lambda: broken) == request_of(failing)


@pytest.mark.parametrize("stranger", [None, {}, {"Records": []}, [], "event"])
def test_what_is_no_event_is_refused(stranger: object, capsys: pytest.CaptureFixture[str]) -> None:
    answer: Any = viewer_request.handler(stranger, None)
    assert answer["status"] == "403"
    assert json.loads(capsys.readouterr().out)["error"] == "KeyError"


def test_a_failure_is_logged_without_what_the_viewer_sent(capsys: pytest.CaptureFixture[str]) -> None:
    broken = golden.event("viewer-request.query")
    broken["Records"][0]["cf"]["request"]["uri"] = ["token=secret"]
    assert answered(broken)["status"] == "403"
    logged = json.loads(capsys.readouterr().out)
    assert logged["requestId"] == broken["Records"][0]["cf"]["config"]["requestId"]
    assert logged["where"].startswith("canonical:")
    assert "secret" not in str(logged)
