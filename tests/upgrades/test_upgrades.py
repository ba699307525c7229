"""Whether a stack that an earlier release deployed can be upgraded without losing anything."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.upgrades.plans import FOLDER, ROOT, STACKS, losses, present, reduced

RELEASES = sorted(FOLDER.glob("plan-*.json"))


@pytest.fixture(scope="module")
def now() -> dict[str, list[dict[str, Any]]]:
    return {stack: present(stack) for stack in STACKS}


def named(resources: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (found,) = [one for one in resources if one["name"] == name]
    return found


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("release", RELEASES, ids=lambda file: file.stem)
def test_an_upgrade_replaces_and_deletes_nothing(
    release: Path, stack: str, now: dict[str, list[dict[str, Any]]]
) -> None:
    before = json.loads(release.read_text(encoding="utf-8"))[stack]
    assert len(before) > 40
    assert list(losses(before, now[stack])) == [], "see docs/upgrades.md"


def test_the_present_release_is_remembered() -> None:
    told = (ROOT / "platform" / "pyproject.toml").read_text(encoding="utf-8")
    (version,) = re.findall(r'^version = "(.+)"$', told, re.MULTILINE)
    assert FOLDER / f"plan-{version}.json" in RELEASES


def test_what_is_remembered_holds_what_replaces_a_bucket(now: dict[str, list[dict[str, Any]]]) -> None:
    bucket = named(reduced(now["prod"]), "assets-bucket-primary")
    assert bucket["replacing"] == {"bucket": "asset-edge-prod-444455556666-eu-west-1", "region": "eu-west-1"}
    assert bucket["parent"].endswith("asset-edge:index:ReplicatedBucketPair::assets")


def test_a_bucket_of_another_name_is_seen(now: dict[str, list[dict[str, Any]]]) -> None:
    changed = copy.deepcopy(now["prod"])
    named(changed, "assets-bucket-primary")["inputs"]["bucket"] = "another"
    (loss,) = losses(reduced(now["prod"]), changed)
    assert loss.startswith(
        "assets-bucket-primary (aws:s3/bucket:Bucket) would be replaced: bucket was 'asset-"
    )


def test_a_resource_that_left_is_seen(now: dict[str, list[dict[str, Any]]]) -> None:
    changed = [one for one in now["prod"] if one["name"] != "assets-bucket-replica"]
    (loss,) = losses(reduced(now["prod"]), changed)
    assert loss.startswith("assets-bucket-replica (aws:s3/bucket:Bucket) would be deleted")


def renamed(resources: list[dict[str, Any]], **options: Any) -> list[dict[str, Any]]:
    """The plan with the pair called `media`, as the program would plan it."""
    changed = json.loads(
        re.sub(r'(ReplicatedBucketPair(\$[^"]*?)?::)assets', r"\1media", json.dumps(resources))
    )
    for one in changed:
        if "ReplicatedBucketPair" in one["urn"]:
            one["name"] = re.sub("^assets", "media", one["name"])
    pair = next(one for one in changed if one["type"].endswith(":ReplicatedBucketPair"))
    pair["options"].update(options)
    found: list[dict[str, Any]] = changed
    return found


def test_a_renamed_component_loses_every_child(now: dict[str, list[dict[str, Any]]]) -> None:
    lost = list(losses(reduced(now["prod"]), renamed(now["prod"])))
    assert len(lost) > 15
    assert all("would be deleted" in one for one in lost)


def test_an_alias_keeps_them_all(now: dict[str, list[dict[str, Any]]]) -> None:
    assert list(losses(reduced(now["prod"]), renamed(now["prod"], aliases=["name=assets"]))) == []


def test_what_is_new_costs_nothing(now: dict[str, list[dict[str, Any]]]) -> None:
    assert list(losses(reduced(now["prod"])[1:], now["prod"])) == []
