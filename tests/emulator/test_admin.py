"""The calls under `/_edge/`."""

import json
from typing import Any

import pytest

from asset_edge.emulator.admin import Admin
from asset_edge.emulator.faults import Faults, Kind
from asset_edge.errors import LocalError

REGIONS = ("eu-west-1", "us-east-1")


def admin() -> Admin:
    return Admin(faults=Faults(), regions=REGIONS, state=lambda: {"edge": "http://127.0.0.1:8080"})


def call(of: Admin, method: str, path: str, content: Any = None) -> tuple[int, Any]:
    response = of.answer(method, path, json.dumps(content).encode())
    return response.status, json.loads(response.body)


FAULT = {"region": "eu-west-1", "kind": "refuse"}


def test_a_region_is_broken_seen_and_mended() -> None:
    of = admin()
    assert call(of, "POST", "/_edge/faults", FAULT) == (200, {"eu-west-1": "refuse"})
    assert of.faults.of("eu-west-1") is Kind.refuse
    assert call(of, "GET", "/_edge/")[1]["faults"] == {"eu-west-1": "refuse"}
    assert call(of, "DELETE", "/_edge/faults/eu-west-1") == (200, {})
    assert of.faults.of("eu-west-1") is None
    assert call(of, "GET", "/_edge/faults") == (200, {})


def test_mending_what_is_whole_is_fine() -> None:
    assert call(admin(), "DELETE", "/_edge/faults/us-east-1") == (200, {})


def test_the_state_is_told() -> None:
    expected = (200, {"edge": "http://127.0.0.1:8080", "faults": {}})
    assert call(admin(), "GET", "/_edge") == expected
    assert call(admin(), "GET", "/_edge/?x=y") == expected


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param(
            {"region": "eu-north-1", "kind": "refuse"}, "'eu-north-1'; buckets are in eu-west-1", id="region"
        ),
        pytest.param(
            {"region": "eu-west-1", "kind": "explode"}, "'explode'; known faults are refuse", id="kind"
        ),
        pytest.param({"region": ["eu-west-1"], "kind": "refuse"}, "region is ['eu-west-1']", id="no text"),
        pytest.param({"region": "eu-west-1"}, "the body is not a fault", id="no kind"),
        pytest.param([], "the body is not a fault", id="a list"),
        pytest.param(None, "the body is not a fault", id="null"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_with_what_can(content: Any, named: str) -> None:
    of = admin()
    status, answer = call(of, "POST", "/_edge/faults", content)
    assert status == 400
    assert named in answer["error"]
    assert of.faults.all() == {}


@pytest.mark.parametrize("body", [b"region=eu-west-1", b"\xff", b"", b"[" * 100_000])
def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    assert admin().answer("POST", "/_edge/faults", body).status == 400


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/_edge/faults"), ("GET", "/_edge/other"), ("DELETE", "/_edge/faults")]
)
def test_any_other_call_does_not_exist(method: str, path: str) -> None:
    assert call(admin(), method, path)[0] == 404


def test_a_fault_replaces_the_one_before() -> None:
    faults = Faults()
    faults.set("eu-west-1", "refuse")
    faults.set("eu-west-1", "refuse")
    assert faults.all() == {"eu-west-1": "refuse"}
    assert [faults.clear("eu-west-1"), faults.clear("eu-west-1")] == [True, False]


def test_an_unknown_kind_changes_nothing() -> None:
    faults = Faults()
    with pytest.raises(LocalError, match="'slow'"):
        faults.set("eu-west-1", "slow")
    assert faults.all() == {}
