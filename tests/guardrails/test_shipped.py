"""The stacks that are shipped break no policy, whichever way they are planned, and carry the tags."""

import json
from typing import Any

import pytest

from asset_edge.guardrails import plans
from asset_edge.guardrails.tagging import KEYS, TAKES_TAGS
from asset_edge.localcloud import plan, program
from asset_edge.localcloud.engine import State
from tests.schema import schema
from tests.stacks.test_plans import ROOT, STACKS, planned

FUNCTION = "aws:lambda/function:Function"


def previewed(stack: str) -> dict[str, Any]:
    """The plan of a first deployment, where every output is unknown."""
    run = program.load(ROOT, stack).run(lambda r: State(None, dict(r.inputs)), preview=True)
    told = plan.document(run, project="asset-edge", stack=stack, directory=ROOT)
    loaded: dict[str, Any] = json.loads(plan.dumps(told))
    return loaded


@pytest.mark.parametrize("stack", STACKS)
def test_a_shipped_stack_breaks_none_and_leaves_none_unasked(stack: str) -> None:
    assert plans.judged(planned(stack)) == []


@pytest.mark.parametrize("stack", STACKS)
def test_a_preview_of_a_shipped_stack_breaks_none_for_sure(stack: str) -> None:
    found = plans.judged(previewed(stack))
    assert [violation for violation in found if violation.is_known] == []
    assert found != [], "what a preview cannot know is said"


@pytest.mark.parametrize("stack", STACKS)
def test_whatever_takes_tags_carries_the_stack_and_its_component(stack: str) -> None:
    told = planned(stack)["resources"]
    parents = {resource["urn"]: resource["name"] for resource in told}
    for resource in told:
        takes = "tags" in schema()["resources"].get(resource["type"], {}).get("inputProperties", {})
        assert takes == (resource["type"] in TAKES_TAGS), resource["type"]
        if takes:
            component = parents.get(resource["parent"], resource["name"])
            tags = resource["inputs"]["tags"]
            assert {key: tags[key] for key in KEYS} == {"environment": stack, "component": component}


def test_a_resource_keeps_its_own_tags_beside_them() -> None:
    checks = [r for r in planned("prod")["resources"] if r["type"] == "aws:route53/healthCheck:HealthCheck"]
    assert [sorted(check["inputs"]["tags"]) for check in checks] == [["Name", "component", "environment"]] * 2


def test_every_type_of_the_schema_that_takes_tags_is_asked_for_them() -> None:
    found = schema()["resources"].items()
    assert {kind for kind, told in found if "tags" in told["inputProperties"]} == TAKES_TAGS


def spoilt(stack: str, kind: str, change: Any) -> set[str]:
    """The mandatory policies that a shipped stack breaks once its resources of a type are changed."""
    told = json.loads(json.dumps(planned(stack)))
    for resource in told["resources"]:
        if resource["type"] == kind:
            change(resource)
    return {violation.policy for violation in plans.judged(told) if violation.level == "mandatory"}


@pytest.mark.parametrize(
    ("kind", "change", "policy"),
    [
        (
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            lambda r: r["inputs"].update(blockPublicPolicy=False),
            "public-access",
        ),
        (
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            lambda r: r["inputs"].update(bucket="another"),
            "encryption-at-rest",
        ),
        ("aws:s3/bucketPolicy:BucketPolicy", lambda r: r["inputs"].update(policy="{}"), "bucket-tls-only"),
        ("aws:s3/bucket:Bucket", lambda r: r["options"].pop("protect"), "protected-state"),
        (FUNCTION, lambda r: r["inputs"].update(memorySize=512), "edge-function-limits"),
        (
            "aws:cloudfront/cachePolicy:CachePolicy",
            lambda r: r["inputs"]["parametersInCacheKeyAndForwardedToOrigin"].update(
                headersConfig={"headerBehavior": "none"}
            ),
            "decisions-in-cache-key",
        ),
    ],
)
def test_prod_spoilt_in_one_place_breaks_the_policy_of_that_place(
    kind: str, change: Any, policy: str
) -> None:
    assert spoilt("prod", kind, change) == {policy}


def test_the_grant_is_asked_for_though_the_code_of_its_function_is_secret() -> None:
    def without_grant(resource: dict[str, Any]) -> None:
        key = resource["inputs"]["parametersInCacheKeyAndForwardedToOrigin"]
        told = key["headersConfig"].get("headers", {"items": []})["items"]
        kept = [name for name in told if name != "x-asset-edge-grant"]
        key["headersConfig"] = {"headerBehavior": "whitelist", "headers": {"items": kept}}

    codes = [r["inputs"]["code"] for r in planned("local")["resources"] if r["type"] == FUNCTION]
    assert "[secret]" in codes
    assert spoilt("local", "aws:cloudfront/cachePolicy:CachePolicy", without_grant) == {
        "decisions-in-cache-key"
    }


def test_a_stack_file_says_how_many_requests_are_reckoned_with() -> None:
    loaded = program.load(ROOT, "prod", {"requestsPerMinute": "7"})
    assert plans.requests_per_minute(loaded.config.values, "asset-edge") == 7
    assert plans.requests_per_minute(program.load(ROOT, "prod").config.values, "asset-edge") == 1_000_000
    assert plans.requests_per_minute({}, "another") == 1_000_000
