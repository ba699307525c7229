"""Pairs to test with: `pair(**changes)` builds one inside a program, `deployed(**changes)` runs it."""

import json
from collections.abc import Sequence
from typing import Any

from asset_edge.components.replicated_bucket_pair import ReplicatedBucketPair, ReplicatedBucketPairArgs
from tests.engine import Deployment, deploy

US, EU = "us-east-1", "eu-west-1"
ACCOUNT = "111122223333"
KMS = {"encryption": "aws:kms", "account_id": ACCOUNT}
KEYS = {
    "primary": f"arn:aws:kms:{US}:{ACCOUNT}:key/mrk-1",
    "replica": f"arn:aws:kms:{EU}:{ACCOUNT}:key/mrk-1",
}
DISTRIBUTION = f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1"
STAGING = f"arn:aws:cloudfront::{ACCOUNT}:distribution/E2"
EDGE_ROLE = f"arn:aws:iam::{ACCOUNT}:role/edge"


def arguments(**changes: Any) -> ReplicatedBucketPairArgs:
    told = {
        "primary_region": US,
        "replica_region": EU,
        "primary_bucket": "acme-us",
        "replica_bucket": "acme-eu",
        **changes,
    }
    return ReplicatedBucketPairArgs(**told)


def pair(name: str = "assets", **changes: Any) -> ReplicatedBucketPair:
    return ReplicatedBucketPair(name, arguments(**changes))


def deployed(**changes: Any) -> Deployment:
    return deploy(lambda: pair(**changes))


def granted(
    distributions: Sequence[str] = (DISTRIBUTION,), roles: Sequence[str] = (EDGE_ROLE,), **changes: Any
) -> Deployment:
    return deploy(lambda: pair(**changes).grant(distributions, roles))


def statements(deployment: Deployment, name: str) -> dict[str, dict[str, Any]]:
    """The policy document of one resource as parsed JSON, statements by Sid."""
    document = json.loads(deployment.named(name).inputs["policy"])
    assert document["Version"] == "2012-10-17"
    by_sid = {statement.pop("Sid"): statement for statement in document["Statement"]}
    assert len(by_sid) == len(document["Statement"]), "two statements share a Sid"
    return by_sid
