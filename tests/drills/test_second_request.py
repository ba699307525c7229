"""What the cache does on the real local stack: a hit, its age, invalidations by boto3 and by the AWS CLI."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.drills.laptop import PRIMARY, REPLICA, ROOT, Laptop, laptop

AWS = ROOT / ".venv" / "awscli" / "bin" / "aws"
"""The AWS CLI as anyone has it, in an environment of its own; `make test` makes it."""


@pytest.fixture(scope="module")
def running() -> Iterator[Laptop]:
    with laptop() as made:
        made.put_everywhere(["kept/one.bin", "kept/two.bin"])
        yield made


@pytest.fixture
def distribution(running: Laptop) -> str:
    identifier: str = running.local.ready()["distributions"][0]["id"]
    return identifier


def aws(running: Laptop, *arguments: str) -> Any:
    """What the AWS CLI prints, with dummy credentials and nothing of the user's own."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
    done = subprocess.run(
        [str(AWS), "--endpoint-url", running.local.aws, "--output", "json", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_second_request_is_a_hit_with_an_age(running: Laptop) -> None:
    first, second = (running.get("/kept/one.bin") for _ in range(2))
    assert (first.cached, second.cached) == ("Miss from cloudfront", "Hit from cloudfront")
    assert "Age" not in first.headers
    assert int(second.headers["Age"]) >= 0
    assert second.body == first.body
    assert second.region == first.region


def test_what_is_never_cached_comes_from_both_regions(running: Laptop) -> None:
    pictures = {region: path.read_bytes() for region, path in running.local.pictures.items()}
    answers = running.get_all(["/demo/picture.png"] * 200)
    assert {(a.status, a.cached) for a in answers} == {(200, "Miss from cloudfront")}
    shares = Counter(a.region for a in answers)
    assert set(shares) == {PRIMARY, REPLICA}
    assert all(80 <= share <= 120 for share in shares.values()), shares
    assert all(a.body == pictures[str(a.region)] for a in answers)


def test_the_aws_cli_clears_the_edge(running: Laptop, distribution: str) -> None:
    running.get("/kept/two.bin")
    assert running.get("/kept/two.bin").cached == "Hit from cloudfront"
    made = aws(
        running, "cloudfront", "create-invalidation", "--distribution-id", distribution, "--paths", "/*"
    )
    assert made["Invalidation"]["InvalidationBatch"]["Paths"]["Items"] == ["/*"]
    assert running.get("/kept/two.bin").cached == "Miss from cloudfront"


def test_boto3_clears_one_path_and_leaves_the_others(running: Laptop, distribution: str) -> None:
    for path in ("/kept/one.bin", "/kept/two.bin"):
        running.get(path)
    running.local.clients.get("cloudfront").create_invalidation(
        DistributionId=distribution,
        InvalidationBatch={"Paths": {"Quantity": 1, "Items": ["/kept/one.bin"]}, "CallerReference": "once"},
    )
    assert running.get("/kept/one.bin").cached == "Miss from cloudfront"
    assert running.get("/kept/two.bin").cached == "Hit from cloudfront"


def test_the_declared_configuration_comes_back_function_associations_included(
    running: Laptop, distribution: str
) -> None:
    told = aws(running, "cloudfront", "get-distribution-config", "--id", distribution)
    config = told["DistributionConfig"]
    asked = running.local.clients.get("cloudfront").get_distribution_config(Id=distribution)
    assert config == asked["DistributionConfig"]
    assert config["Aliases"]["Items"] == ["assets.asset-edge.test"]
    default = config["DefaultCacheBehavior"]["LambdaFunctionAssociations"]["Items"]
    assert {a["EventType"] for a in default} == {"origin-request", "origin-response"}
    assert all(a["LambdaFunctionARN"].rpartition(":")[2].isdigit() for a in default)
    origins = config["Origins"]["Items"]
    assert all(origin["OriginAccessControlId"] for origin in origins)
    assert {h["HeaderValue"] for o in origins for h in o["CustomHeaders"]["Items"]} == {"primary", "replica"}
    assert config["OriginGroups"]["Items"][0]["FailoverCriteria"]["StatusCodes"]["Quantity"] == 8
