"""Whatever functions return and origins answer, the viewer gets one whole answer."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator.messages import Crashed, Fetch, Invoke, OriginFailure, OriginResponse, Returned
from asset_edge.emulator.pipeline_context import Undocumented
from tests.emulator.world import REQUEST_ID, UNCHANGED, World, answer, get, value, with_functions

EVENTS = ("viewer-request", "origin-request", "origin-response", "viewer-response")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
STATUSES = st.sampled_from(["200", "204", "302", "403", "404", "410", "500", "503", "099", "600", "x", 200])
RESPONSES = st.fixed_dictionaries(
    {"status": STATUSES},
    optional={
        "body": st.text(max_size=10) | st.integers(),
        "bodyEncoding": st.sampled_from(["text", "base64", "gzip"]),
        "headers": st.dictionaries(
            st.sampled_from(["cache-control", "x-a", "via", "x-cache", "X-Upper"]),
            st.just([{"value": "v"}]) | st.just([]) | st.just("v"),
            max_size=3,
        ),
        "statusDescription": st.text(max_size=5),
    },
)
ORIGINS = st.sampled_from(
    [answer(200), answer(206), answer(304, b""), answer(403), answer(404), answer(500), *OriginFailure]
)


def told(given_: Any) -> Any:
    """A function that returns this, or its own request or response unchanged where it is None."""
    return lambda record: record.get("response", record["request"]) if given_ is None else given_


@given(
    of=st.sets(st.sampled_from(EVENTS)),
    returned=st.fixed_dictionaries({event: st.none() | RESPONSES | JSON for event in EVENTS}),
    primary=ORIGINS,
    replica=ORIGINS,
    kept=st.booleans(),
    method=st.sampled_from(["GET", "HEAD", "OPTIONS", "POST"]),
)
def test_any_exchange_ends_in_one_answer(
    *, of: set[str], returned: dict[str, Any], primary: Any, replica: Any, kept: bool, method: str
) -> None:
    world = World(
        with_functions(*of),
        functions={event: told(returned[event]) for event in EVENTS},
        fetch=lambda request: primary if value(request, "x-origin-role") == "primary" else replica,
        undocumented=Undocumented(edits_survive_failover=kept),
    )
    response = world.send(get(method=method))
    assert 200 <= response.status <= 599
    assert isinstance(response.body, bytes)
    assert value(response, "x-amz-cf-id") == REQUEST_ID
    assert len(response.headers["x-cache"]) == 1
    assert len(world.fetched) <= 2, "an origin is asked once, a group twice"
    json.dumps(world.events)


@given(primary=ORIGINS, replica=ORIGINS)
def test_a_viewer_sees_no_failure_as_long_as_one_origin_has_the_object(primary: Any, replica: Any) -> None:
    world = World(
        with_functions(),
        fetch=lambda request: primary if value(request, "x-origin-role") == "primary" else replica,
    )
    response = world.send()
    one_has_it = any(isinstance(o, OriginResponse) and o.status < 400 for o in (primary, replica))
    assert (response.status < 400) is one_has_it


@given(st.sampled_from(EVENTS), JSON)
def test_an_answer_that_the_rules_refuse_never_reaches_anyone(event: str, returned: Any) -> None:
    world = World(with_functions(event), functions={event: told(returned)})
    response = world.send()
    if returned is not None:
        assert response.status == 502
        assert value(response, "x-cache") == "LambdaValidationError from cloudfront"


def test_the_pipeline_asks_for_effects_one_at_a_time_and_touches_nothing_else() -> None:
    steps = World(with_functions("viewer-request", "origin-request")).edge.steps(get())
    first = next(steps)
    assert isinstance(first, Invoke)
    second = steps.send(Returned(UNCHANGED["viewer-request"](first.event["Records"][0]["cf"])))
    assert isinstance(second, Invoke)
    third = steps.send(Returned(UNCHANGED["origin-request"](second.event["Records"][0]["cf"])))
    assert isinstance(third, Fetch)
    with pytest.raises(StopIteration) as end:
        steps.send(answer(200, b"done"))
    assert end.value.value.body == b"done"


def test_a_crash_ends_the_exchange_at_once() -> None:
    steps = World(with_functions("viewer-request")).edge.steps(get())
    next(steps)
    with pytest.raises(StopIteration) as end:
        steps.send(Crashed("why"))
    assert end.value.value.status == 503
    assert b"why" not in end.value.value.body, "a function's own words are for its log"
