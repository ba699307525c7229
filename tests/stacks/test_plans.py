"""What each stack's plan shows a reviewer, held against the AWS schema and against small changes."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from asset_edge.localcloud import plan, program
from asset_edge.localcloud.engine import State
from tests.schema import problems, schema

ROOT = Path(__file__).parents[2]
STACKS = ("dev", "prod", "local")
Plan = dict[str, Any]


@cache
def planned(stack: str) -> Plan:
    told = plan.plan(program.load(ROOT, stack))
    loaded: Plan = json.loads(plan.dumps(told))
    return loaded


@cache
def clone(folder: Path) -> Path:
    """The project's files, tracked or about to be, in another folder."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    for name in listed:
        source, target = ROOT / name, folder / name
        if source.is_symlink() or source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target, follow_symlinks=False)
    return folder


def planned_in(folder: Path, stack: str, out: Path) -> str:
    """The plan of a clone, run by its own code in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(folder / "platform"), "PYTHONDONTWRITEBYTECODE": "1"}
    asset_edge = str(Path(sys.executable).parent / "asset-edge")
    command = [asset_edge, "plan", stack, "--json", str(out), "--policies", "off"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out.read_text()


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clone(tmp_path_factory.mktemp("elsewhere") / "a folder with spaces")


def resources(told: Plan) -> dict[str, Plan]:
    return {resource["urn"]: resource for resource in told["resources"]}


def changed(before: Plan, after: Plan) -> set[str]:
    """Names of the resources that two plans do not have in common."""
    old, new = resources(before), resources(after)
    return {(new.get(u) or old[u])["name"] for u in old.keys() | new.keys() if old.get(u) != new.get(u)}


@pytest.mark.parametrize("stack", STACKS)
def test_every_input_of_every_resource_fits_the_schema(stack: str) -> None:
    misfits = [p for r in planned(stack)["resources"] for p in problems(r["type"], r["inputs"])]
    assert misfits == []


@pytest.mark.parametrize("stack", STACKS)
def test_every_child_is_parented_and_named_after_its_component(stack: str) -> None:
    told = resources(planned(stack))
    for resource in told.values():
        if resource["parent"]:
            assert resource["name"].startswith(told[resource["parent"]]["name"]), resource["urn"]
        else:
            assert resource["type"].startswith("asset-edge:") or resource["name"] == "zone", resource["urn"]


@pytest.mark.parametrize("stack", STACKS)
def test_every_regional_resource_says_its_region_and_a_side_resource_its_buckets(stack: str) -> None:
    told = planned(stack)["resources"]
    buckets = {r["inputs"]["bucket"]: r for r in told if r["type"] == "aws:s3/bucket:Bucket"}
    for resource in told:
        properties = schema()["resources"].get(resource["type"], {"inputProperties": {}})["inputProperties"]
        if "region" in properties:
            assert "region" in resource["inputs"], resource["urn"]
        if resource["type"].startswith("aws:s3/") and resource["inputs"]["bucket"] in buckets:
            bucket = buckets[resource["inputs"]["bucket"]]
            assert resource["inputs"]["region"] == bucket["inputs"]["region"], resource["urn"]


@pytest.mark.parametrize("stack", STACKS)
def test_every_bucket_has_exactly_one_policy(stack: str) -> None:
    told = planned(stack)["resources"]
    policies = Counter(r["inputs"]["bucket"] for r in told if r["type"] == "aws:s3/bucketPolicy:BucketPolicy")
    buckets = [r["inputs"]["bucket"] for r in told if r["type"] == "aws:s3/bucket:Bucket"]
    assert policies == Counter(buckets)


@pytest.mark.parametrize("stack", STACKS)
def test_an_asset_bucket_lets_in_one_distribution_and_one_role_and_nobody_else(stack: str) -> None:
    for resource in planned(stack)["resources"]:
        if resource["type"] == "aws:s3/bucketPolicy:BucketPolicy" and resource["name"].startswith("assets-"):
            statements = json.loads(resource["inputs"]["policy"])["Statement"]
            allowed = [s for s in statements if s["Effect"] == "Allow"]
            principals = {json.dumps(s["Principal"], sort_keys=True) for s in allowed}
            assert principals == {
                '{"AWS": ["<aws:iam/role:Role origin-request-role arn>"]}',
                '{"Service": "cloudfront.amazonaws.com"}',
            }
            by_oac = [s for s in allowed if "Service" in s["Principal"]]
            sources = {json.dumps(s["Condition"]["StringEquals"]["AWS:SourceArn"]) for s in by_oac}
            assert all("edge-distribution arn>" in source and "*" not in source for source in sources)


@pytest.mark.parametrize("stack", STACKS)
def test_a_preview_with_unknown_outputs_finds_the_same_urns(stack: str) -> None:
    run = program.load(ROOT, stack).run(lambda r: State(None, dict(r.inputs)), preview=True)
    assert {r.urn for r in run.registrations} == set(resources(planned(stack)))


@pytest.mark.parametrize("stack", STACKS)
def test_a_clone_in_another_folder_plans_the_same_bytes(stack: str, elsewhere: Path, tmp_path: Path) -> None:
    assert planned_in(elsewhere, stack, tmp_path / "plan.json") == plan.dumps(planned(stack))


@pytest.mark.parametrize(
    ("file", "functions"),
    [
        ("handlers/edge/viewer_request.py", {"viewer-request"}),
        ("handlers/edge/origin_request.py", {"origin-request"}),
        ("handlers/edge/origin_response.py", {"origin-response"}),
        ("handlers/edge/sigv4.py", {"origin-request"}),
        (
            "handlers/regional/origin_probe.py",
            {"origin-probe-eu-west-1", "origin-probe-us-east-1"},
        ),
    ],
)
def test_one_changed_character_changes_exactly_the_functions_that_hold_it(
    file: str, functions: set[str], tmp_path: Path
) -> None:
    copy = clone(tmp_path / "copy")
    edit(copy / file, lambda text: text.replace('"""', '""" ', 1))
    after = json.loads(planned_in(copy, "dev", tmp_path / "plan.json"))
    assert {name.removesuffix("-function") for name in changed(planned("dev"), after)} == functions


def test_a_changed_weight_changes_exactly_the_records_that_hold_it(tmp_path: Path) -> None:
    copy = clone(tmp_path / "copy")
    edit(copy / "Pulumi.dev.yaml", lambda text: f"{text}  asset-edge:primaryWeight: 64\n")
    after = json.loads(planned_in(copy, "dev", tmp_path / "plan.json"))
    types = {
        resources(after)[u]["type"] for u, r in resources(after).items() if r != resources(planned("dev"))[u]
    }
    assert types == {"aws:route53/record:Record"}
    assert changed(planned("dev"), after) == {"origin-cname-eu-west-1", "origin-beacon-eu-west-1"}


def test_a_plan_needs_no_passphrase_for_an_encrypted_path(tmp_path: Path) -> None:
    copy = clone(tmp_path / "copy")
    encrypted = "  asset-edge:probe: url\n  asset-edge:probePath:\n    secure: v1:not-readable-here\n"
    edit(copy / "Pulumi.dev.yaml", lambda text: text + encrypted)
    told = resources(json.loads(planned_in(copy, "dev", tmp_path / "plan.json")))
    checks = [r["inputs"]["resourcePath"] for r in told.values() if "healthCheck" in r["type"]]
    assert checks == ["[secret]", "[secret]"]


@pytest.mark.parametrize("encrypted", [False, True])
def test_no_plan_shows_a_secret(encrypted: bool, tmp_path: Path) -> None:
    """Of the code with keys inside not even hashes: those of short secrets could be guessed."""
    secrets = '{"masterKeys": [{"kid": "a", "secret": "made-up-and-only-for-this-test-0123456789"}]}'
    copy = clone(tmp_path / "copy")
    if encrypted:
        told = "  asset-edge:embargoSecrets:\n    secure: v1:not-readable-here\n"
        edit(copy / "Pulumi.local.yaml", lambda text: without(text, "asset-edge:embargoSecrets") + told)
    else:
        told = f"  asset-edge:embargoSecrets: {secrets!r}\n"
        edit(copy / "Pulumi.local.yaml", lambda text: without(text, "asset-edge:embargoSecrets") + told)
    shown = planned_in(copy, "local", tmp_path / "plan.json")
    assert "made-up" not in shown
    codes = {r["name"]: r["inputs"]["code"] for r in json.loads(shown)["resources"] if "code" in r["inputs"]}
    assert {name for name, code in codes.items() if code == "[secret]"} == {"viewer-request-function"}


def without(text: str, key: str) -> str:
    """A stack file without one key."""
    return re.sub(rf"(?m)^  {key}:.*\n(?:    .*\n)*", "", text)


def edit(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text()
    assert change(before) != before
    path.write_text(change(before))


def test_prod_protects_what_holds_data() -> None:
    stateful = (
        "aws:s3/bucket:Bucket",
        "aws:dynamodb/table:Table",
        "aws:kms/key:Key",
        "aws:cloudfront/distribution:Distribution",
    )
    kept = [r for r in planned("prod")["resources"] if r["type"] in stateful]
    assert len(kept) == 5
    assert all(r["options"].get("protect") for r in kept)
