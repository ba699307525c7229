"""A plan tells every resource in full, hides every secret, and is the same on every machine."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.localcloud import masking, plan, program
from asset_edge.localcloud.engine import Registration, Run
from tests.schema import problems

PROGRAMS = Path(__file__).parents[1] / "programs"
SHOWCASE = PROGRAMS / "showcase"


def planned(directory: Path = SHOWCASE, stack: str = "dev", **overrides: str) -> dict[str, Any]:
    return plan.plan(program.load(directory, stack, overrides))


def named(document: dict[str, Any], name: str) -> dict[str, Any]:
    (resource,) = [r for r in document["resources"] if r["name"] == name]
    return dict(resource)


def of(inputs: dict[str, Any]) -> dict[str, Any]:
    """The inputs of a single resource as its plan tells them."""
    registration = Registration(
        urn="u", type="t", name="n", parent="", custom=True, inputs=inputs, options={}
    )
    document = plan.document(Run((registration,), {}), project="p", stack="s", directory=Path("/"))
    return dict(document["resources"][0]["inputs"])


def test_a_plan_tells_project_stack_outputs_and_every_resource_by_urn() -> None:
    document = planned()
    urns = [r["urn"] for r in document["resources"]]
    assert (document["project"], document["stack"]) == ("showcase", "dev")
    assert urns == sorted(urns)
    assert len(urns) == 8
    assert document["outputs"] == {
        "arn": "<aws:s3/bucket:Bucket shelf-0 arn>",
        "copies": 2,
        "password": "[secret]",
    }


def test_a_resource_is_told_with_parent_inputs_and_what_decides_its_fate() -> None:
    function = named(planned(), "function")
    assert (function["type"], function["parent"]) == ("aws:lambda/function:Function", "")
    assert function["options"] == {
        "aliases": ["name=old-function"],
        "deleteBeforeReplace": True,
        "ignoreChanges": ["handler", "runtime"],
        "protect": True,
        "retainOnDelete": True,
    }
    assert named(planned(), "shelf-0")["parent"] == "urn:pulumi:dev::showcase::showcase:index:Shelf::shelf"


def test_policies_are_texts_that_read_in_full() -> None:
    policy = json.loads(named(planned(), "shelf-policy")["inputs"]["policy"])
    assert policy["Statement"][0]["Resource"] == ["<aws:s3/bucket:Bucket shelf-0 arn>/*"]


def test_code_is_told_by_content_and_a_change_of_one_byte_shows(tmp_path: Path) -> None:
    shutil.copytree(SHOWCASE, tmp_path / "p")
    before = planned(tmp_path / "p")
    (tmp_path / "p" / "code" / "index.py").write_text("changed")
    after = planned(tmp_path / "p")
    assert list(named(before, "function")["inputs"]["code"]["archive"]) == ["index.py"]
    assert [b["name"] for b, a in zip(before["resources"], after["resources"], strict=True) if a != b] == [
        "function"
    ]


@pytest.mark.parametrize("secret", ["hunter2", "v1:abc:def"])
def test_no_secret_is_in_a_plan(secret: str) -> None:
    text = plan.dumps(planned())
    assert secret not in text
    assert named(planned(), "parameter")["inputs"]["value"] == "[secret]"


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_every_input_of_a_written_plan_fits_the_aws_schema(stack: str) -> None:
    document = json.loads(plan.dumps(planned(stack=stack)))
    assert [p for r in document["resources"] for p in problems(r["type"], r["inputs"])] == []


def test_the_schema_finds_a_misspelling_at_any_depth_of_a_plan() -> None:
    inputs = named(planned(), "function")["inputs"]
    spoilt = inputs | {"environment": {"variabels": {}}, "code": {"archiv": {}}, "timeout": "3"}
    assert len(problems("aws:lambda/function:Function", spoilt)) == 3


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | st.integers(-(2**53), 2**53),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=4), JSON_VALUES, max_size=4))
def test_what_is_no_secret_and_no_file_is_told_as_it_is(inputs: dict[str, Any]) -> None:
    assert of(inputs) == inputs


@given(st.dictionaries(st.text(max_size=4), JSON_VALUES, max_size=4))
def test_the_order_in_which_inputs_are_given_does_not_show(inputs: dict[str, Any]) -> None:
    assert json.dumps(of(inputs)) == json.dumps(of(dict(reversed(inputs.items()))))


@given(st.lists(st.sampled_from("ab") | st.integers(0, 1), max_size=4), JSON_VALUES)
def test_a_secret_is_hidden_at_any_depth(path: list[str | int], value: Any) -> None:
    nested: Any = masking.marked({"hunter2": value})
    for step in path:
        nested = [nested] if isinstance(step, int) else {step: nested}
    assert "hunter2" not in json.dumps(of({"i": nested}))
    assert json.dumps(of({"i": nested})).count("[secret]") == 1


@pytest.mark.parametrize(
    ("value", "told"),
    [(3.0, 3), (-0.0, 0), (0.5, 0.5), (True, True), (1e20, 10**20), (pulumi.StringAsset(""), None)],
)
def test_numbers_are_whole_where_they_were(value: Any, told: Any) -> None:
    shown = of({"i": value})["i"]
    assert told is None or (shown == told and type(shown) is type(told))
    assert told is not None or shown.keys() == {"asset"}


def test_what_only_a_deployment_knows_is_said_to_be_unknown() -> None:
    unknown = pulumi.output.Unknown()  # type: ignore[no-untyped-call]
    assert of({"i": [unknown]}) == {"i": ["<unknown>"]}


def written_elsewhere(directory: Path, environment: dict[str, str]) -> str:
    """The plan of a copy of the showcase in another folder, by another process of another user."""
    shutil.copytree(SHOWCASE, directory / "copy")
    code = "from asset_edge.cli.main import run; run()"
    command = ["plan", "dev", "--program", "copy", "--json", "out/plan.json", "--policies", "off"]
    result = subprocess.run(
        [sys.executable, "-c", code, *command],
        cwd=directory,
        env=os.environ | environment,
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr.decode()
    return (directory / "out" / "plan.json").read_text()


def test_a_plan_is_the_same_in_another_folder_for_another_user_at_another_time(tmp_path: Path) -> None:
    (tmp_path / "a folder").mkdir()
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    home = {"HOME": str(tmp_path), "USER": "somebody", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "1", "LANG": "C"}
    first = written_elsewhere(tmp_path / "a folder", home)
    second = written_elsewhere(
        tmp_path / "elsewhere" / "deep",
        {"PYTHONHASHSEED": "2", "AWS_REGION": "us-west-2", "PULUMI_CONFIG_SHOWCASE_TITLE": "x"},
    )
    assert first == second == plan.dumps(planned())
    assert [word for word in (str(tmp_path), str(Path.home()), "somebody") if word in first] == []


def test_the_configuration_of_an_edge_function_is_told_beside_its_hash_without_its_keys() -> None:
    baked = {
        "behaviors": [{"path_pattern": "/secure/*", "embargo": "all"}],
        "embargo": {
            "jwks": [{"kid": "a", "kty": "oct", "k": "shared-key"}, {"kid": "b", "kty": "EC", "x": "open"}],
            "master_keys": [{"kid": "c", "secret": "master-key"}],
        },
    }
    code = pulumi.AssetArchive({"handlers/edge/config.json": pulumi.StringAsset(json.dumps(baked))})
    registration = Registration(
        urn="u", type="t", name="n", parent="", custom=True, inputs={"code": code}, options={}
    )
    document = plan.document(Run((registration,), {}), project="p", stack="s", directory=Path("/"))
    (told,) = document["resources"]
    assert list(told["inputs"]["code"]["archive"]) == ["handlers/edge/config.json"]
    assert told["configurations"]["code"]["handlers/edge/config.json"] == {
        "behaviors": [{"path_pattern": "/secure/*", "embargo": "all"}],
        "embargo": {
            "jwks": [{"kid": "a", "kty": "oct", "k": "[secret]"}, {"kid": "b", "kty": "EC", "x": "open"}],
            "master_keys": [{"kid": "c", "secret": "[secret]"}],
        },
    }
