"""The AWS CLI against the local CloudFront API: what an operator types works."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.localcloud.conftest import Cloud
from tests.localcloud.distributions import config, create

AWS = Path(__file__).parents[2] / ".venv/awscli/bin/aws"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIALOCALCLOUDEXAMPL",
    "AWS_SECRET_ACCESS_KEY": "local-cloud",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "PATH": os.environ["PATH"],
}


def run(cloud: Cloud, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [str(AWS), "--endpoint-url", cloud.clients.endpoint, "--output", "json", "cloudfront", *words]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)


def aws(cloud: Cloud, *words: str) -> Any:
    done = run(cloud, *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout else None


def test_everything_is_invalidated_with_one_command(cloud: Cloud) -> None:
    told: list[Any] = []
    cloud.front.cloudfront.on_invalidate = lambda *invalidated: told.append(invalidated)
    made = create(cloud).id
    answer = aws(cloud, "create-invalidation", "--distribution-id", made, "--paths", "/*", "#product-7")
    assert answer["Invalidation"]["Status"] == "Completed"
    assert told == [(made, ("/*", "#product-7"))]
    listed = aws(cloud, "list-invalidations", "--distribution-id", made)["InvalidationList"]
    assert [item["Id"] for item in listed["Items"]] == [answer["Invalidation"]["Id"]]


def test_a_distribution_is_listed_got_and_switched_off(cloud: Cloud, tmp_path: Path) -> None:
    made = create(cloud).id
    assert [item["Id"] for item in aws(cloud, "list-distributions")["DistributionList"]["Items"]] == [made]
    found = aws(cloud, "get-distribution-config", "--id", made)
    assert found["DistributionConfig"] == config(region="us-east-1")
    document = tmp_path / "config.json"
    document.write_text(json.dumps(found["DistributionConfig"] | {"Enabled": False}))
    words = ("--id", made, "--if-match", found["ETag"], "--distribution-config", f"file://{document}")
    changed = aws(cloud, "update-distribution", *words)
    assert changed["Distribution"]["DistributionConfig"]["Enabled"] is False
    stale = run(cloud, "delete-distribution", "--id", made, "--if-match", found["ETag"])
    assert stale.returncode != 0
    assert "PreconditionFailed" in stale.stderr
    aws(cloud, "delete-distribution", "--id", made, "--if-match", changed["ETag"])
    assert cloud.front.cloudfront.distributions() == []


def test_awss_own_cache_policies_are_listed(cloud: Cloud) -> None:
    items = aws(cloud, "list-cache-policies", "--type", "managed")["CachePolicyList"]["Items"]
    names = {item["CachePolicy"]["CachePolicyConfig"]["Name"] for item in items}
    assert {"Managed-CachingOptimized", "Managed-CachingDisabled"} <= names


def test_tags_are_written_in_the_short_form(cloud: Cloud) -> None:
    arn = create(cloud).outputs["arn"]
    aws(cloud, "tag-resource", "--resource", arn, "--tags", "Items=[{Key=stage,Value=test}]")
    assert aws(cloud, "list-tags-for-resource", "--resource", arn)["Tags"] == {
        "Items": [{"Key": "stage", "Value": "test"}]
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("get-distribution", "--id", "E0"), "NoSuchDistribution"),
        (("list-functions",), "UnsupportedOperation"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_refusal_is_said_in_the_apis_words(cloud: Cloud, words: tuple[str, ...], said: str) -> None:
    done = run(cloud, *words)
    assert done.returncode != 0
    assert said in done.stderr
