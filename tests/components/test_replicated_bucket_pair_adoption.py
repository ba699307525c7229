"""An adopted bucket gets the parts that `manage` names, and nothing by default."""

import logging
from typing import Any

import pytest

from asset_edge.components.pair_args import PARTS, Part
from asset_edge.components.replicated_bucket_pair import CorsRule
from tests.components.pairs import DISTRIBUTION, EU, US, deployed, granted, pair
from tests.engine import Deployment, deploy

EVERYTHING: dict[str, Any] = {
    "cors_rules": [CorsRule(allowed_origins=["*"])],
    "log_buckets": {US: "logs-us", EU: "logs-eu"},
    "request_metrics": True,
}
BOTH = ("primary", "replica")


def names(deployment: Deployment) -> set[str]:
    return {r.name for r in deployment.all if r.custom}


def test_two_adopted_buckets_get_nothing_at_all() -> None:
    assert names(granted(existing=BOTH, **EVERYTHING)) == set()


@pytest.mark.parametrize("part", [p for p in PARTS if p != "replication"])
def test_an_adopted_pair_gets_exactly_the_part_named(part: Part) -> None:
    found = names(granted(existing=BOTH, manage=[part], **EVERYTHING))
    assert found == {f"assets-{part.replace('_', '-')}-{role}" for role in BOTH}


def test_replication_brings_its_roles() -> None:
    found = names(deployed(existing=BOTH, manage=["replication"]))
    what = ("replication", "replication-role", "replication-role-policy")
    assert found == {f"assets-{w}-{role}" for w in what for role in BOTH}


def test_the_bucket_beside_an_adopted_one_is_whole() -> None:
    found = names(granted(existing=["primary"], **EVERYTHING))
    whole = {f"assets-{part.replace('_', '-')}-replica" for part in (*PARTS, "bucket")}
    assert found == whole | {"assets-replication-role-replica", "assets-replication-role-policy-replica"}


def test_an_adopted_bucket_is_reached_by_name_and_region() -> None:
    deployment = deployed(existing=["primary"], manage=["versioning"])
    inputs = deployment.named("assets-versioning-primary").inputs
    assert (inputs["bucket"], inputs["region"]) == ("acme-us", US)
    assert deployment.outputs_of("assets")["primary_domain_name"] == "acme-us.s3.us-east-1.amazonaws.com"


def test_lifecycle_alone_waits_for_no_versioning_of_ours() -> None:
    lifecycle = deployed(existing=["primary"], manage=["lifecycle"]).named("assets-lifecycle-primary")
    assert lifecycle.dependencies == ()


def test_a_policy_left_alone_is_said_and_offered(caplog: pytest.LogCaptureFixture) -> None:
    def build() -> object:
        found = pair(existing=["primary"])
        found.grant([DISTRIBUTION])
        return found.policy_statements("primary", [DISTRIBUTION])

    with caplog.at_level(logging.INFO, "pulumi"):
        deployment = deploy(build)
    said = [r.getMessage() for r in caplog.records if "acme-us is adopted" in r.getMessage()]
    assert len(said) == 1
    assert "policy_statements('primary', ...)" in said[0]
    assert len(deployment.built) == 3, "TLS only, read objects, see absence"


def test_a_policy_that_is_ours_is_not_talked_about(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "pulumi"):
        granted(existing=["primary"], manage=["policy"])
    assert not [r for r in caplog.records if "adopted" in r.getMessage()]
