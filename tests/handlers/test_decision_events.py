"""Every golden event about a decision gets the answer that is kept beside it, and CloudFront takes it.

`python -m tests.handlers.test_decision_events` writes the answers anew; the difference is what to review.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from asset_edge.emulator import rules
from asset_edge.handlers.edge import baked, config, origin_request, origin_response, viewer_request
from asset_edge.handlers.edge.bucket_choice import Edge
from asset_edge.handlers.edge.events import EventType
from asset_edge.handlers.edge.registry_rows import MISSING, UNREACHABLE, NoRow, Row
from asset_edge.handlers.edge.routing import Candidate
from tests.handlers import deciding, golden

DECISIONS = golden.EVENTS / "decisions"
ANSWERS = DECISIONS / "answers"
NAMES = sorted(path.stem for path in DECISIONS.glob("*.json"))
BAKED = baked.read(config.dumps(deciding.CONFIG))


class Known:
    """The registry of the configuration, and what it is told of as unreachable."""

    failure: str | None = None

    def look_up(self, key: str) -> Row | NoRow:
        if key == deciding.UNREACHABLE:
            return UNREACHABLE
        if key not in deciding.STATUSES:
            return MISSING
        return Row(deciding.STATUSES[key], countries=deciding.COUNTRIES.get(key, ()))


EDGE = Edge(
    BAKED,
    lambda: [Candidate(deciding.EU, 200, True), Candidate(deciding.US, 55, True)],
    {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"},
    lambda: float(deciding.NOW),
    Known,  # type: ignore[arg-type]
)

HANDLERS: Mapping[EventType, golden.Answer] = {
    "viewer-request": lambda event: viewer_request.answer(event, lambda: BAKED, lambda: deciding.NOW),
    "origin-request": lambda event: origin_request.answer(event, lambda: EDGE),
    "origin-response": lambda event: origin_response.answer(event, BAKED),
}


def read(name: str, folder: Any = DECISIONS) -> Any:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def answer(name: str) -> Any:
    return HANDLERS[golden.trigger(name)](read(name))


@pytest.mark.parametrize("name", NAMES)
def test_an_event_gets_its_expected_answer(name: str) -> None:
    assert answer(name) == read(name, ANSWERS)


@pytest.mark.parametrize("name", NAMES)
def test_cloudfront_takes_the_answer(name: str) -> None:
    rules.check_answer(read(name), answer(name))


def test_no_answer_is_without_its_event() -> None:
    assert sorted(path.stem for path in ANSWERS.glob("*.json")) == NAMES


def record() -> None:
    """Writes what the handlers answer today."""
    ANSWERS.mkdir(exist_ok=True)
    for name in NAMES:
        text = json.dumps(answer(name), indent=2, sort_keys=True) + "\n"
        (ANSWERS / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    record()
