"""Each example plans as it lies there, makes as much as its README says, and grants what it needs."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from asset_edge.localcloud import plan as plans
from asset_edge.localcloud.program import load

EXAMPLES = Path(__file__).parents[2] / "examples"
PYTHON = ("python-existing-buckets", "python-shared-pair")


def planned(example: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = plans.plan(load(EXAMPLES / example, "dev"))["resources"]
    return found


def of(resources: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [r["inputs"] for r in resources if r["type"] == kind]


def test_there_is_no_example_without_a_test() -> None:
    assert {p.name for p in EXAMPLES.iterdir()} == {*PYTHON, "two-regions", "yaml-plugin"}


@pytest.mark.parametrize("example", PYTHON)
def test_an_example_makes_as_much_as_its_readme_says(example: str) -> None:
    (said,) = re.findall(r"It makes (\d+) resources", (EXAMPLES / example / "README.md").read_text())
    assert len(planned(example)) == int(said)


@pytest.mark.parametrize("example", ["two-regions", *PYTHON])
def test_an_example_says_what_it_needs(example: str) -> None:
    assert (EXAMPLES / example / "requirements.txt").read_text() == "asset-edge\n"


def test_of_existing_buckets_nothing_is_written_but_the_policies() -> None:
    resources = planned("python-existing-buckets")
    assert {r["type"] for r in resources if r["type"].startswith("aws:s3/")} == {
        "aws:s3/bucketPolicy:BucketPolicy"
    }
    policies = of(resources, "aws:s3/bucketPolicy:BucketPolicy")
    assert {policy["bucket"] for policy in policies} == {"acme-media-eu", "acme-media-us"}


def test_both_distributions_may_read_both_buckets_of_the_shared_pair() -> None:
    resources = planned("python-shared-pair")
    assert len(of(resources, "aws:cloudfront/distribution:Distribution")) == 2
    policies = of(resources, "aws:s3/bucketPolicy:BucketPolicy")
    assert len(policies) == 2
    for policy in policies:
        readers = [
            statement["Condition"]["StringEquals"]["AWS:SourceArn"]
            for statement in json.loads(policy["policy"])["Statement"]
            if statement["Sid"].startswith("Distributions")
        ]
        assert readers
        assert all(len(arns) == 2 for arns in readers)


def test_only_the_editors_distribution_wants_signatures() -> None:
    keyed = [
        bool(distribution["defaultCacheBehavior"].get("trustedKeyGroups"))
        for distribution in of(planned("python-shared-pair"), "aws:cloudfront/distribution:Distribution")
    ]
    assert sorted(keyed) == [False, True]
