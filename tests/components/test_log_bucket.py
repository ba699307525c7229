"""A log bucket takes logs from AWS's two writers, for this account, and from nobody else."""

import json
from typing import Any

import pulumi
import pytest

from asset_edge.components.log_bucket import LogBucket, LogBucketArgs, check
from asset_edge.errors import ArgumentError
from tests.engine import Deployment, deploy


def args(**changed: Any) -> LogBucketArgs:
    good = {"region": "eu-west-1", "bucket": "logs-111122223333-eu-west-1", "account_id": "111122223333"}
    return LogBucketArgs(**{**good, **changed})


def deployed(**changed: Any) -> Deployment:
    return deploy(lambda: LogBucket("logs", args(**changed)))


def test_only_the_two_log_writers_may_add_objects_and_only_for_this_account() -> None:
    policy = json.loads(deployed().named("logs-policy").inputs["policy"])
    writers = {s["Principal"]["Service"]: s for s in policy["Statement"] if s["Effect"] == "Allow"}
    assert set(writers) == {"logging.s3.amazonaws.com", "delivery.logs.amazonaws.com"}
    for statement in writers.values():
        assert statement["Action"] == ["s3:PutObject"]
        assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == "111122223333"


def test_plain_http_is_refused() -> None:
    policy = json.loads(deployed().named("logs-policy").inputs["policy"])
    refusal = next(s for s in policy["Statement"] if s["Effect"] == "Deny")
    assert refusal["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_logs_expire() -> None:
    rules = deployed(expiration_days=7).named("logs-lifecycle").inputs["rules"]
    assert rules[0]["expiration"] == {"days": 7}


@pytest.mark.parametrize("flag", [True, False])
def test_protection_or_forced_deletion_is_the_callers_choice(flag: bool) -> None:
    bucket = deployed(protect=flag, force_destroy=not flag).named("logs-bucket")
    assert bucket.options.get("protect", False) is flag
    assert bucket.inputs["forceDestroy"] is not flag


def test_protection_of_the_whole_component_holds_for_an_unprotected_bucket() -> None:
    protected = pulumi.ResourceOptions(protect=True)
    run = deploy(lambda: LogBucket("logs", args(protect=False), protected))
    assert run.named("logs-bucket").options["protect"] is True


def test_the_policy_waits_for_the_block_on_public_access() -> None:
    run = deployed()
    assert run.named("logs-public-access").urn in run.named("logs-policy").dependencies


def test_everything_lies_in_the_buckets_region() -> None:
    regions = {r.name: r.inputs["region"] for r in deployed(region="us-east-1").all if r.custom}
    assert set(regions.values()) == {"us-east-1"}
    assert len(regions) == 6


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"expiration_days": 0}, "expiration_days is 0"),
        ({"bucket": "a.b.c"}, "has a dot"),
        ({"region": "cn-north-1"}, "partition without Lambda@Edge"),
        ({"account_id": "42"}, "is not 12 digits"),
        ({"force_destroy": True, "protect": True}, "force_destroy and protect are both on"),
    ],
)
def test_impossible_arguments_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        check(args(**changed))


def test_a_refusal_comes_before_anything_is_registered() -> None:
    registered: list[str] = []

    def build() -> None:
        with pytest.raises(ArgumentError):
            LogBucket("logs", args(expiration_days=0))
        registered.append("tried")

    assert deploy(build).all == ()
    assert registered == ["tried"]
