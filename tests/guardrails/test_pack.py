"""The policy pack serves the same rules to the Pulumi engine, over the engine's own protocol."""

import json
import subprocess
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from asset_edge.guardrails.rules import RULES
from asset_edge.handlers.edge.config import CONFIG_FILE, Behavior, EmbargoMode
from tests.guardrails.planted import OPTIMIZED, baked
from tests.stacks.test_plans import ROOT, planned

PYTHON = ROOT / ".venv/policies/bin/python"
ENGINE = Path(__file__).parent / "engine_of_policies.py"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
BUCKET = "aws:s3/bucket:Bucket"
FUNCTION = "aws:lambda/function:Function"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"
ARCHIVE_SIGNATURE = "0def7320c3a5731c473e5ecbe6d01bc7"


def asked(resources: list[dict[str, Any]], **config: Any) -> dict[str, Any]:
    assert PYTHON.exists(), "make .venv/policies/ready sets it up"
    done = subprocess.run(
        [PYTHON, ENGINE, ROOT / "policies"],
        input=json.dumps({"resources": resources, "config": config}),
        capture_output=True, text=True, check=False, timeout=60, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


def resource(kind: str, name: str = "r", *, protect: bool = False, **properties: Any) -> dict[str, Any]:
    urn = f"urn:pulumi:prod::p::{kind}::{name}"
    told = {"urn": urn, "type": kind, "name": name, "properties": properties, "protect": protect}
    return told | {"dependencies": []}


def of_plan(stack: str) -> list[dict[str, Any]]:
    """The resources of a stack as the engine would send them: a plan's symbols stand for known ids."""
    return [
        {
            "urn": told["urn"],
            "type": told["type"],
            "name": told["name"],
            "properties": {key: value for key, value in told["inputs"].items() if key != "code"},
            "protect": told["options"].get("protect", False),
            "dependencies": [],
        }
        for told in planned(stack)["resources"]
    ]


@cache
def spoilt() -> dict[str, Any]:
    """One bucket with almost everything wrong, some of it unknown."""
    tags = {"environment": "prod"}
    bucket = resource(BUCKET, bucket=UNKNOWN, acl="public-read", forceDestroy=UNKNOWN, tags=tags)
    return asked([bucket])


def said(answers: dict[str, Any], level: str) -> set[str]:
    both = [*answers["resources"], *answers["stack"]]
    # ADVISORY is the protocol's zero, which JSON leaves out.
    return {one["policyName"] for one in both if one.get("enforcementLevel", "ADVISORY") == level}


def test_every_rule_is_served_with_its_level_and_what_to_do() -> None:
    served = {one["name"]: one for one in spoilt()["info"]["policies"]}
    assert list(served) == [rule.name for rule in RULES]
    for rule in RULES:
        told = served[rule.name]
        assert told.get("enforcementLevel", "ADVISORY") == rule.level.upper()
        assert told["severity"] == f"POLICY_SEVERITY_{rule.severity.upper()}"
        assert told["remediationSteps"] == rule.remediation
        kind = "STACK" if rule.needs_whole_stack else "RESOURCE"
        assert told["policyType"] == f"POLICY_TYPE_{kind}"


def test_what_is_broken_is_told_at_the_rules_level() -> None:
    mandatory = {"public-access", "bucket-tls-only", "encryption-at-rest", "protected-state"}
    assert said(spoilt(), "MANDATORY") == mandatory


def test_what_cannot_be_known_is_an_advice_though_the_rule_is_mandatory() -> None:
    advices = [one for one in spoilt()["resources"] if one.get("enforcementLevel", "ADVISORY") == "ADVISORY"]
    told = {one["policyName"]: one["message"] for one in advices}
    assert "forceDestroy cannot be known before deploy" in told["protected-state"]
    assert "no tag component" in told["tags"]


def test_a_protected_bucket_keeps_the_policy_of_protection() -> None:
    tags = {"environment": "prod", "component": "c"}
    answers = asked([resource(BUCKET, protect=True, bucket="b", tags=tags)])
    assert "protected-state" not in said(answers, "MANDATORY")
    assert "tags" not in said(answers, "ADVISORY")


@pytest.mark.parametrize("stack", ["prod", "local"])
def test_a_shipped_stack_breaks_nothing_that_is_mandatory(stack: str) -> None:
    answers = asked(of_plan(stack))
    assert said(answers, "MANDATORY") == set()


@pytest.mark.parametrize(("requests", "is_said"), [(1, False), (1_000_000, True)])
def test_the_packs_configuration_says_how_many_requests_are_reckoned_with(
    requests: int, is_said: bool
) -> None:
    arn = "arn:aws:lambda:us-east-1:111122223333:function:f:7"
    behavior = {"lambdaFunctionAssociations": [{"eventType": "viewer-request", "lambdaArn": arn}]}
    answers = asked(
        [resource(DISTRIBUTION, defaultCacheBehavior=behavior)],
        **{"edge-cost": {"requestsPerMinute": requests}},
    )
    advices = [*answers["resources"], *answers["stack"]]
    assert any("a month" in one["message"] for one in advices) is is_said


@pytest.mark.parametrize(("embargo", "is_broken"), [("all", True), ("off", False)])
def test_the_pack_reads_what_is_baked_out_of_a_functions_zip(
    embargo: EmbargoMode, is_broken: bool, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "f.zip", "w") as bundle:
        bundle.writestr(CONFIG_FILE, baked(Behavior(path_pattern="*", embargo=embargo)))
    archive = {SIGNATURE_KEY: ARCHIVE_SIGNATURE, "path": str(tmp_path / "f.zip")}
    arn = "arn:aws:lambda:us-east-1:111122223333:function:f"
    events = ("viewer-request", "origin-request")
    calls = [{"eventType": event, "lambdaArn": f"{arn}:7"} for event in events]
    behavior = {"cachePolicyId": OPTIMIZED, "lambdaFunctionAssociations": calls}
    answers = asked(
        [
            resource(FUNCTION, arn=arn, handler="handlers.edge.origin_request.handler", code=archive),
            resource(DISTRIBUTION, defaultCacheBehavior=behavior),
        ]
    )
    assert ("decisions-in-cache-key" in said(answers, "MANDATORY")) is is_broken
    assert "decisions-in-cache-key" not in said(answers, "ADVISORY")


@pytest.mark.parametrize("is_beside", [True, False])
def test_a_bucket_without_a_name_yet_is_known_by_what_is_made_from_it(is_beside: bool) -> None:
    kind = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    names = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    on: dict[str, Any] = dict.fromkeys(names, True)
    bucket = resource(BUCKET, bucket=UNKNOWN)
    block = resource(kind, bucket=UNKNOWN, **on)
    answers = asked([bucket, block | {"dependencies": [bucket["urn"]] if is_beside else []}])
    assert ("public-access" in said(answers, "MANDATORY")) is not is_beside
