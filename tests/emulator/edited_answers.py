"""What a function hands back for a golden event, changed in one place, and what CloudFront says to it."""

import copy
from typing import Any

import pytest

from asset_edge.emulator import rules
from asset_edge.errors import LimitExceeded
from asset_edge.handlers.edge.events import EventType
from tests.handlers import golden

EXAMPLE = {
    "viewer-request": "viewer-request.body",
    "origin-request": "origin-request.post-with-body",
    "origin-response": "origin-response.200",
    "viewer-response": "viewer-response.custom",
}
"""A golden event of each trigger, with all parts that the trigger can have."""

REQUEST_TRIGGERS: tuple[EventType, ...] = ("viewer-request", "origin-request")
RESPONSE_TRIGGERS: tuple[EventType, ...] = ("origin-response", "viewer-response")

ABSENT: Any = object()
"""As a change: the field is gone."""


def example(trigger: EventType) -> Any:
    """The golden event of a trigger, read anew."""
    return golden.event(EXAMPLE[trigger])


def taken_from(event: Any) -> Any:
    """The part of the event that a function of its trigger hands back."""
    record = event["Records"][0]["cf"]
    return record.get("response", record["request"])


def taken_back(event: Any) -> Any:
    """A copy of it."""
    return copy.deepcopy(taken_from(event))


def edited(name: str, **changes: Any) -> tuple[Any, Any]:
    """A golden event and the answer that differs in these fields; `__` goes one level deeper."""
    event = golden.event(name)
    answer = taken_back(event)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = answer
        for parent in parents:
            place = place[parent]
        if value is ABSENT:
            del place[last]
        else:
            place[last] = value
    return event, answer


def refusal(event: Any, answer: Any) -> LimitExceeded:
    """How CloudFront refuses `answer`."""
    with pytest.raises(LimitExceeded) as refused:
        rules.check_answer(event, answer)
    return refused.value
