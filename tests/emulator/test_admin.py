"""The calls under `/_edge/`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator.admin import Admin, Setting
from asset_edge.emulator.faults import Faults, Kind

REGIONS = ("eu-west-1", "us-east-1")
FAULT = {"region": "eu-west-1", "kind": "refuse"}
EXCHANGE = {"edits_survive_failover": False, "cache_function_failures": False}


@dataclass
class Edge:
    """What the calls act on, and the calls."""

    faults: Faults = field(default_factory=Faults)
    lag_seconds: float = 0.0
    switches: dict[str, bool] = field(default_factory=lambda: dict(EXCHANGE))
    cached: list[str] = field(default_factory=lambda: ["/a.png"])
    tables: tuple[str, ...] = ()

    def admin(self) -> Admin:
        return Admin(
            faults=self.faults,
            regions=lambda: REGIONS,
            state=lambda: {"edge": "http://127.0.0.1:8080"},
            lag_seconds=Setting(read=lambda: self.lag_seconds, write=self._lag),
            undocumented=Setting(read=lambda: self.switches, write=self._switch),
            clear_cache=self.cached.clear,
            table_regions=lambda: self.tables,
        )

    def _lag(self, seconds: float) -> None:
        self.lag_seconds = seconds

    def _switch(self, told: Mapping[str, bool]) -> None:
        self.switches |= told

    def call(self, method: str, path: str, content: Any = None) -> tuple[int, Any]:
        response = self.admin().answer(method, path, json.dumps(content).encode())
        return response.status, json.loads(response.body)


def test_a_region_is_broken_seen_and_mended() -> None:
    edge = Edge()
    assert edge.call("POST", "/_edge/faults", FAULT) == (200, {"eu-west-1": "refuse"})
    assert edge.faults.of("eu-west-1") is Kind.refuse
    assert edge.call("GET", "/_edge/")[1]["faults"] == {"eu-west-1": "refuse"}
    assert edge.call("DELETE", "/_edge/faults/eu-west-1") == (200, {})
    assert edge.faults.of("eu-west-1") is None
    assert edge.call("GET", "/_edge/faults") == (200, {})


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"target": "dns", "kind": "silent"}, {"dns": "silent"}),
        ({"target": "replication", "kind": "paused"}, {"replication": "paused"}),
        ({"target": "us-east-1", "kind": "hang"}, {"us-east-1": "hang"}),
        ({"region": "us-east-1", "kind": "black-hole"}, {"us-east-1": "black-hole"}),
        ({"region": "us-east-1", "kind": "forbidden"}, {"us-east-1": "forbidden"}),
        ({"region": "us-east-1", "kind": "unavailable"}, {"us-east-1": "unavailable"}),
    ],
)
def test_every_kind_of_fault_is_set_and_mended_over_http(content: Any, expected: dict[str, str]) -> None:
    edge = Edge()
    assert edge.call("POST", "/_edge/faults", content) == (200, expected)
    assert edge.call("DELETE", f"/_edge/faults/{next(iter(expected))}") == (200, {})


@pytest.mark.parametrize("target", ["dynamodb", "dynamodb/ap-southeast-2"])
def test_tables_break_where_there_are_any(target: str) -> None:
    edge, fault = Edge(tables=("ap-southeast-2",)), {"target": target, "kind": "slow"}
    assert edge.call("POST", "/_edge/faults", fault) == (200, {target: "slow"})
    assert edge.call("DELETE", f"/_edge/faults/{target}") == (200, {})
    assert edge.call("POST", "/_edge/faults", {"target": "dynamodb/eu-west-1", "kind": "slow"})[0] == 400
    status, told = Edge().call("POST", "/_edge/faults", fault)
    assert status == 400
    assert "dynamodb" not in told["error"].partition(";")[2]


def test_all_is_mended_in_one_call() -> None:
    edge = Edge()
    edge.call("POST", "/_edge/faults", FAULT)
    edge.call("POST", "/_edge/faults", {"target": "dns", "kind": "silent"})
    assert edge.call("DELETE", "/_edge/faults") == (200, {})


def test_mending_what_is_whole_is_fine() -> None:
    assert Edge().call("DELETE", "/_edge/faults/us-east-1") == (200, {})


def test_a_region_without_a_bucket_is_mended_if_it_is_broken() -> None:
    edge = Edge()
    edge.faults.set("eu-north-1", "refuse")
    assert edge.call("DELETE", "/_edge/faults/eu-north-1") == (200, {})


def test_the_state_is_told() -> None:
    expected = {
        "edge": "http://127.0.0.1:8080",
        "faults": {},
        "replication": {"lag_seconds": 0.0, "paused": False},
        "undocumented": EXCHANGE,
    }
    for path in ("/_edge", "/_edge/", "/_edge/?x=y"):
        assert Edge().call("GET", path) == (200, expected)


def test_the_lag_of_replication_is_set_and_read_back() -> None:
    edge = Edge()
    expected = {"lag_seconds": 2.5, "paused": False}
    assert edge.call("PUT", "/_edge/replication", {"lag_seconds": 2.5}) == (200, expected)
    assert edge.lag_seconds == 2.5
    edge.call("POST", "/_edge/faults", {"target": "replication", "kind": "paused"})
    assert edge.call("GET", "/_edge/replication") == (200, {"lag_seconds": 2.5, "paused": True})


@pytest.mark.parametrize("lag", [-1, -0.1, True, "5", None, [], {}, float("nan"), float("inf"), 10**400])
def test_a_lag_that_is_no_time_is_refused(lag: Any) -> None:
    edge = Edge()
    status, answer = edge.call("PUT", "/_edge/replication", {"lag_seconds": lag})
    assert (status, edge.lag_seconds) == (400, 0.0)
    assert "lag_seconds" in answer["error"]
    assert "at least 0" in answer["error"]


@pytest.mark.parametrize("content", [{}, {"lag": 5}, {"lag_seconds": 5, "paused": True}, [5], 5])
def test_a_body_that_is_no_lag_is_refused(content: Any) -> None:
    edge = Edge()
    assert edge.call("PUT", "/_edge/replication", content)[0] == 400
    assert edge.lag_seconds == 0.0


def test_a_switch_is_turned_and_the_others_stay() -> None:
    edge = Edge()
    expected = EXCHANGE | {"edits_survive_failover": True}
    assert edge.call("PUT", "/_edge/undocumented", {"edits_survive_failover": True}) == (200, expected)
    assert edge.call("GET", "/_edge/undocumented") == (200, expected)
    assert edge.switches == expected


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ({"moon_is_full": True}, "'moon_is_full' is no switch; known are cache_function_failures, edits"),
        ({"edits_survive_failover": 1}, "edits_survive_failover is 1; true and false are allowed"),
        ({"edits_survive_failover": "true"}, "is 'true'; true and false"),
        ({"edits_survive_failover": None}, "is None; true and false"),
        ({"edits_survive_failover": True, "x": True}, "'x' is no switch"),
        ([], "a JSON object is wanted"),
    ],
)
def test_a_switch_that_is_none_turns_nothing(content: Any, named: str) -> None:
    edge = Edge()
    status, answer = edge.call("PUT", "/_edge/undocumented", content)
    assert status == 400
    assert named in answer["error"]
    assert edge.switches == EXCHANGE, "nothing of a refused body is done"


def test_the_cache_is_emptied() -> None:
    edge = Edge()
    assert edge.call("DELETE", "/_edge/cache") == (200, {"cache": "cleared"})
    assert edge.cached == []


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param(
            {"region": "eu-north-1", "kind": "refuse"}, "'eu-north-1'; buckets are in eu-west-1", id="region"
        ),
        pytest.param(
            {"region": "eu-west-1", "kind": "explode"}, "'explode'; known faults of eu-west-1", id="kind"
        ),
        pytest.param({"target": "dns", "kind": "refuse"}, "known faults of dns are silent", id="dns"),
        pytest.param({"region": ["eu-west-1"], "kind": "refuse"}, "region is ['eu-west-1']", id="no text"),
        pytest.param({"region": {}, "kind": "refuse"}, "region is {}", id="an object"),
        pytest.param({"region": "eu-west-1"}, "the body is not a fault", id="no kind"),
        pytest.param({"kind": "refuse"}, "the body is not a fault", id="no place"),
        pytest.param({**FAULT, "target": "dns"}, "the body is not a fault", id="two places"),
        pytest.param({**FAULT, "for": 5}, "the body is not a fault", id="more"),
        pytest.param([], "a JSON object is wanted", id="a list"),
        pytest.param(None, "a JSON object is wanted", id="null"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_with_what_can(content: Any, named: str) -> None:
    edge = Edge()
    status, answer = edge.call("POST", "/_edge/faults", content)
    assert status == 400
    assert named in answer["error"]
    assert edge.faults.all() == {}


@pytest.mark.parametrize("body", [b"region=eu-west-1", b"\xff", b"", b"[" * 100_000, b'{"a":'])
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/_edge/faults"), ("PUT", "/_edge/replication"), ("PUT", "/_edge/undocumented")],
)
def test_a_body_that_is_no_json_is_refused(method: str, path: str, body: bytes) -> None:
    response = Edge().admin().answer(method, path, body)
    assert response.status == 400
    assert "a JSON object is wanted" in json.loads(response.body)["error"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/_edge/faults", "GET, POST, DELETE"),
        ("GET", "/_edge/faults/eu-west-1", "DELETE"),
        ("POST", "/_edge/", "GET"),
        ("GET", "/_edge/cache", "DELETE"),
        ("POST", "/_edge/replication", "GET, PUT"),
        ("DELETE", "/_edge/undocumented", "GET, PUT"),
    ],
)
def test_another_method_is_told_which_there_are(method: str, path: str, allowed: str) -> None:
    response = Edge().admin().answer(method, path, b"{}")
    assert response.status == 405
    assert response.headers["allow"][0]["value"] == allowed
    assert method in json.loads(response.body)["error"]


@pytest.mark.parametrize("path", ["/_edge/other", "/_edge/cache/x", "/_edge/replication/x", "/_edge/faultsy"])
def test_any_other_path_does_not_exist(path: str) -> None:
    assert Edge().call("GET", path)[0] == 404


def test_a_head_is_answered_as_a_get() -> None:
    assert Edge().call("HEAD", "/_edge/")[0] == 200


def test_mending_an_unknown_region_names_the_known() -> None:
    status, answer = Edge().call("DELETE", "/_edge/faults/eu-north-1")
    assert status == 400
    assert "eu-west-1, us-east-1" in answer["error"]


@given(
    st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "\x00"]),
    st.text(max_size=20),
    st.binary(max_size=40)
    | st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode()),
)
def test_whatever_is_sent_the_answer_is_json_and_no_error_of_ours(
    method: str, path: str, body: bytes
) -> None:
    response = Edge().admin().answer(method, f"/_edge/{path}", body)
    assert response.status in (200, 400, 404, 405)
    assert isinstance(json.loads(response.body), dict)
