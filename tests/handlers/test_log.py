"""What of a decision is written down: every refusal, a share of the rest, and nothing that a viewer sent."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asset_edge.handlers.edge import baked, config, log, origin_request, origin_response, viewer_request
from asset_edge.handlers.edge.events import EVENT_TYPES, headers_of, request_of
from tests.handlers import decided, deciding, golden

EVENTS = sorted((golden.EVENTS / "decisions").glob("*.json"))
WHOLE = baked.read(config.dumps(replace(deciding.CONFIG, logged_share=1.0)))
EDGE = golden.edge(config=WHOLE, registry=lambda: decided.REGISTRY)
LOGGED: Mapping[str, golden.Answer] = {
    "viewer-request": lambda event: viewer_request.answer(event, lambda: WHOLE, lambda: deciding.NOW),
    "origin-request": lambda event: origin_request.answer(event, lambda: EDGE),
    "origin-response": lambda event: origin_response.answer(event, WHOLE),
}
FIXED = {"level", "message", "eventType", "requestId"}
WORDS = {"refused", "exchanged", "status", "registry", "region", "run", "service", "redirected"}


def about(request_id: str, trigger: str = "origin-request") -> Any:
    return {"Records": [{"cf": {"config": {"eventType": trigger, "requestId": request_id}}}]}


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("share", "least", "most"), [(0, 0, 0), (0.1, 70, 130), (0.5, 430, 570), (1, 1000, 1000)]
)
def test_a_share_of_the_decisions_is_written_down(
    share: float, least: int, most: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(1000):
        log.decided(about(f"request-{number}"), {"region": "eu-west-1"}, share)
    assert least <= len(lines(capsys)) <= most


def test_all_functions_draw_the_same_requests(capsys: pytest.CaptureFixture[str]) -> None:
    drawn: dict[str, set[str]] = {}
    for trigger in EVENT_TYPES:
        for number in range(200):
            log.decided(about(f"request-{number}", trigger), {}, 0.2)
        drawn[trigger] = {line["requestId"] for line in lines(capsys)}
    assert len({frozenset(ids) for ids in drawn.values()}) == 1
    assert all(drawn.values())


def test_every_refusal_is_written_down(capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(100):
        log.decided(about(f"request-{number}"), {"refused": "signature"}, 0)
    assert [(line["level"], line["refused"]) for line in lines(capsys)] == [("WARN", "signature")] * 100


@pytest.mark.parametrize("odd", ["a\nb", "\u2028", '"}', "\ud800", "\N{RIGHT-TO-LEFT OVERRIDE}"])
def test_whatever_an_id_is_a_decision_is_one_line_of_ascii(
    odd: str, capsys: pytest.CaptureFixture[str]
) -> None:
    log.decided(about(odd), {}, 1)
    written = capsys.readouterr().out
    assert written.isascii()
    assert json.loads(written)["requestId"] == odd
    assert written.count("\n") == 1


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_a_line_holds_our_words_and_nothing_that_a_viewer_sent(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = json.loads(path.read_text(encoding="utf-8"))
    LOGGED[golden.trigger(path.stem)](event)
    written = capsys.readouterr().out
    for line in written.splitlines():
        assert set(json.loads(line)) <= FIXED | WORDS
    assert [secret for secret in secrets(event) if secret in written] == []


def secrets(event: object) -> list[str]:
    """Whatever in the query or the cookies is long enough to open something."""
    request = request_of(event)
    cookies = [one["value"].split("; ") for one in headers_of(request).get("cookie", [])]
    pairs = [*request["querystring"].split("&"), *(pair for many in cookies for pair in many)]
    return [value for value in (pair.partition("=")[2] for pair in pairs) if len(value) > 8]


def test_the_events_hold_secrets_of_both_kinds() -> None:
    events = [json.loads(path.read_text(encoding="utf-8")) for path in EVENTS]
    assert sum(bool(secrets(event)) for event in events) > 20
