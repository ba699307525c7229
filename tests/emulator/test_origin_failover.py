"""When a group's second origin is asked, with what, and what the viewer gets."""

import copy
from typing import Any

import pytest

from asset_edge.emulator.messages import OriginFailure, OriginRequest
from asset_edge.emulator.pipeline_context import Undocumented
from tests.emulator.world import (
    REPLICA,
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


def by_role(**answers: Any) -> Any:
    def fetch(request: OriginRequest) -> Any:
        return answers[str(value(request, "x-origin-role"))]

    return fetch


@pytest.mark.parametrize(
    ("primary", "expected", "asked"),
    [
        pytest.param(answer(200, b"one"), (200, b"one"), ["primary"], id="no failure"),
        pytest.param(answer(404, b""), (200, b"two"), ["primary", "replica"], id="404 is in the list"),
        pytest.param(answer(410, b"gone"), (410, b"gone"), ["primary"], id="410 is not"),
        pytest.param(
            OriginFailure.refused, (200, b"two"), ["primary", "replica"], id="refused counts as 503"
        ),
        pytest.param(
            OriginFailure.timeout, (200, b"two"), ["primary", "replica"], id="silence counts as 504"
        ),
        pytest.param(OriginFailure.unresolved, (200, b"two"), ["primary", "replica"], id="no such name"),
    ],
)
def test_a_group_asks_its_second_origin_when_the_first_failed(
    primary: Any, expected: tuple[int, bytes], asked: list[str]
) -> None:
    world = World(served(), fetch=by_role(primary=primary, replica=answer(200, b"two")))
    response = world.send()
    assert (response.status, response.body) == expected
    assert [value(request, "x-origin-role") for request in world.fetched] == asked


@pytest.mark.parametrize(
    ("failure", "status"),
    [(OriginFailure.refused, 503), (OriginFailure.timeout, 504), (OriginFailure.unresolved, 502)],
)
def test_when_both_origins_are_lost_the_viewer_gets_the_second_ones_failure(
    failure: OriginFailure, status: int
) -> None:
    world = World(served(), fetch=by_role(primary=answer(404), replica=failure))
    assert world.send().status == status


@pytest.mark.parametrize(
    ("method", "cached_methods", "status"),
    [
        ("GET", ("GET", "HEAD"), 200),
        ("HEAD", ("GET", "HEAD"), 200),
        ("OPTIONS", ("GET", "HEAD", "OPTIONS"), 200),
        ("OPTIONS", ("GET", "HEAD"), 503),
        ("POST", ("GET", "HEAD"), 503),
        ("PUT", ("GET", "HEAD", "OPTIONS"), 503),
    ],
)
def test_only_methods_that_may_be_cached_fail_over(
    method: str, cached_methods: tuple[str, ...], status: int
) -> None:
    methods = some("GET", "HEAD", "OPTIONS", "POST", "PUT") | {"CachedMethods": some(*cached_methods)}
    of = served(DefaultCacheBehavior=behavior(AllowedMethods=methods))
    world = World(of, fetch=by_role(primary=answer(503, b"down"), replica=answer()))
    assert world.send(get(method=method)).status == status


def test_a_body_goes_to_the_origin() -> None:
    of = served(DefaultCacheBehavior=behavior(AllowedMethods=some("POST")))
    world = World(of)
    world.send(get(method="POST", body=b"sent"))
    assert [request.body for request in world.fetched] == [b"sent"]


@pytest.mark.parametrize("status", [400, 403, 404, 416, 429, 500, 502, 503, 504])
def test_it_is_the_origins_own_status_that_decides_and_not_what_a_function_makes_of_it(status: int) -> None:
    group = {
        "Id": "group",
        "FailoverCriteria": {"StatusCodes": some(status)},
        "Members": some({"OriginId": "primary"}, {"OriginId": "replica"}),
    }
    of = served(OriginGroups=some(group), DefaultCacheBehavior=behavior("group", ("origin-response",)))
    functions = {"origin-response": lambda record: {**record["response"], "status": "200"}}
    world = World(of, functions=functions, fetch=by_role(primary=answer(status), replica=answer(404)))
    world.send()
    assert len(world.fetched) == 2


def test_an_answer_that_origin_request_generates_is_final() -> None:
    functions = {"origin-request": lambda _: {"status": "503"}}
    world = World(with_functions("origin-request"), functions=functions)
    assert world.send().status == 503
    assert len(world.events) == 1


def test_both_functions_run_again_for_the_second_origin() -> None:
    world = World(
        with_functions(*ALL), functions=UNCHANGED, fetch=by_role(primary=answer(503), replica=answer())
    )
    world.send()
    second_run = ["origin-request", "origin-response"]
    assert world.triggers == ["viewer-request", *second_run, *second_run, "viewer-response"]
    assert world.record(3)["request"]["origin"]["s3"]["domainName"] == REPLICA


def test_origin_response_does_not_run_for_an_origin_that_never_answered() -> None:
    world = World(
        with_functions("origin-response"),
        functions=UNCHANGED,
        fetch=by_role(primary=OriginFailure.refused, replica=answer()),
    )
    world.send()
    assert world.triggers == ["origin-response"]


@pytest.mark.parametrize("survive", [True, False])
def test_whether_the_first_runs_edits_survive_is_a_switch(survive: bool) -> None:
    def noted(record: Any) -> Any:
        request = copy.deepcopy(record["request"])
        request["headers"]["x-note"] = [{"key": "x-note", "value": "was here"}]
        return request

    world = World(
        with_functions("origin-request"),
        functions={"origin-request": noted},
        fetch=by_role(primary=answer(503), replica=answer()),
        undocumented=Undocumented(edits_survive_failover=survive),
    )
    world.send()
    second = world.record(1)["request"]
    assert ("x-note" in second["headers"]) is survive
    assert second["headers"]["host"] == [{"key": "Host", "value": REPLICA}]
    assert second["headers"]["x-forwarded-for"][0]["value"] == "192.0.2.1"


def test_an_origin_that_matches_the_viewer_does_so_in_both_runs() -> None:
    custom = {
        "HTTPPort": 80,
        "HTTPSPort": 443,
        "OriginProtocolPolicy": "match-viewer",
        "OriginSslProtocols": some("TLSv1.2"),
    }
    made = [
        origin(name, f"{name}.example.test", CustomOriginConfig=custom) for name in ("primary", "replica")
    ]
    of = served(Origins=some(*made), DefaultCacheBehavior=behavior(ViewerProtocolPolicy="allow-all"))
    for survive in (True, False):
        world = World(
            of,
            fetch=by_role(primary=answer(503), replica=answer()),
            undocumented=Undocumented(edits_survive_failover=survive),
        )
        world.send(get(headers={"x-asset-edge-viewer": "proto=http"}))
        assert [(request.protocol, request.port) for request in world.fetched] == [("http", 80)] * 2
