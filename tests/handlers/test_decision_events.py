"""Every golden event about a decision gets the answer that is kept beside it, and CloudFront takes it.

`python -m tests.handlers.test_decision_events` writes the answers anew; the difference is what to review.
"""

import json
from typing import Any

import pytest

from asset_edge.emulator import rules
from asset_edge.handlers.edge.cachetags import tags_of
from asset_edge.handlers.edge.events import header, request_of
from tests.handlers import decided, golden

DECISIONS = golden.EVENTS / "decisions"
ANSWERS = DECISIONS / "answers"
NAMES = sorted(path.stem for path in DECISIONS.glob("*.json"))


def read(name: str, folder: Any = DECISIONS) -> Any:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def answer(name: str) -> Any:
    return decided.ANSWERS[golden.trigger(name)](read(name))


@pytest.mark.parametrize("name", NAMES)
def test_an_event_gets_its_expected_answer(name: str) -> None:
    assert answer(name) == read(name, ANSWERS)


@pytest.mark.parametrize("name", NAMES)
def test_cloudfront_takes_the_answer(name: str) -> None:
    rules.check_answer(read(name), answer(name))


def test_no_answer_is_without_its_event() -> None:
    assert sorted(path.stem for path in ANSWERS.glob("*.json")) == NAMES


GENERATED = [name for name in NAMES if "request" in golden.trigger(name) and "status" in answer(name)]


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_answer_says_how_long_it_is_kept_and_by_which_tag_it_is_purged(name: str) -> None:
    told = answer(name)
    assert not told.get("body")
    if header(told, "cache-control") == "no-store":
        assert set(told["headers"]) <= {"cache-control", "location", "set-cookie", "allow"}
    elif told["status"] != "204":
        assert header(told, "cache-control") == "public, max-age=60"
        asset = tags_of(request_of(read(name))["uri"])
        assert (header(told, "cache-tag") or "").split(",")[0] == asset[0]


def test_all_refusals_of_a_status_are_the_same_to_the_letter() -> None:
    kept_by_nobody = [told for told in map(answer, GENERATED) if header(told, "cache-control") == "no-store"]
    texts = {json.dumps(told, sort_keys=True) for told in kept_by_nobody if told["status"] != "302"}
    statuses = {json.loads(text)["status"] for text in texts}
    assert len(texts) == len(statuses)
    assert statuses >= {"400", "403", "404", "451"}
    assert sum(told["status"] == "403" for told in kept_by_nobody) > 20


def record() -> None:
    """Writes what the handlers answer today."""
    ANSWERS.mkdir(exist_ok=True)
    for name in NAMES:
        text = json.dumps(answer(name), indent=2, sort_keys=True) + "\n"
        (ANSWERS / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    record()
