"""The grant as a component writes what the pair's method writes: the same policies, once a bucket."""

import json
from typing import Any

import pulumi
import pytest

from asset_edge.components.replicated_bucket_pair import ReplicatedBucketPair
from asset_edge.errors import ArgumentError
from asset_edge.plugin.bucket_grant import BucketGrant, BucketGrantArgs
from tests.components import pairs
from tests.engine import Deployment, deploy

POLICY = "aws:s3/bucketPolicy:BucketPolicy"
READERS: dict[str, Any] = {"distributions": [pairs.DISTRIBUTION, pairs.STAGING], "roles": [pairs.EDGE_ROLE]}


def granted(**readers: Any) -> Deployment:
    def build() -> None:
        pair = pairs.pair()
        buckets = {pairs.US: pair.primary_name, pairs.EU: pair.replica_name}
        BucketGrant("readers", BucketGrantArgs(buckets=buckets, **readers))

    return deploy(build)


def policies(deployment: Deployment) -> dict[str, Any]:
    """By bucket, its region and its policy."""
    return {
        r.inputs["bucket"]: (r.inputs["region"], json.loads(r.inputs["policy"]))
        for r in deployment.of(POLICY)
    }


@pytest.mark.parametrize(
    "readers",
    [READERS, {"distributions": [pairs.DISTRIBUTION]}, {"roles": [pairs.EDGE_ROLE]}, {}],
    ids=["all", "distributions", "roles", "nobody"],
)
def test_it_writes_what_the_method_of_the_pair_writes(readers: dict[str, Any]) -> None:
    def build() -> ReplicatedBucketPair:
        pair = pairs.pair()
        pair.grant(**readers)
        return pair

    assert policies(granted(**readers)) == policies(deploy(build))
    assert len(policies(granted(**readers))) == 2


def test_every_reader_is_named_in_both_policies() -> None:
    for _, policy in policies(granted(**READERS)).values():
        text = json.dumps(policy)
        assert all(arn in text for arn in (pairs.DISTRIBUTION, pairs.STAGING, pairs.EDGE_ROLE))


def test_what_comes_out_is_known_once_the_policy_is_there() -> None:
    deployment = granted(**READERS)
    assert deployment.outputs_of("readers") == {"buckets": {pairs.US: "acme-us", pairs.EU: "acme-eu"}}


def test_every_child_is_parented_and_named_after_it() -> None:
    children = [r for r in granted(**READERS).of(POLICY) if r.parent.endswith("BucketGrant::readers")]
    assert [child.name for child in children] == [f"readers-policy-{pairs.EU}", f"readers-policy-{pairs.US}"]


@pytest.mark.parametrize(
    ("buckets", "said"), [({}, "buckets is empty"), ({"Frankfurt": "a"}, "'Frankfurt' is not spelt like one")]
)
def test_buckets_that_cannot_be_are_refused(buckets: dict[str, pulumi.Input[str]], said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        BucketGrantArgs(buckets=buckets)
