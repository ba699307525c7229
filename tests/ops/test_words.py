"""What is made, and what changes of other types, is said too; no shape of inputs stops the judgement."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.localcloud.table import ROWS
from asset_edge.ops import judging, plan_changes
from asset_edge.ops.words import TRANSLATORS
from tests.ops.edits import BUCKET_POLICY, READ, TLS, inputs
from tests.ops.plans import CONFIG, document, policy, resource, said, statement, verdict

MADE: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    (
        "a public URL",
        "aws:lambda/functionUrl:FunctionUrl",
        {"authorizationType": "NONE"},
        "HIGH its URL would ask nobody",
    ),
    (
        "a public call",
        "aws:lambda/permission:Permission",
        {"principal": "*", "function": "f"},
        "HIGH anybody could call the function f",
    ),
    (
        "an administrator",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
        "HIGH would give a role arn",
    ),
    (
        "a managed policy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"policyArn": "arn:aws:iam::aws:policy/ReadOnly"},
        "MEDIUM would give a role arn",
    ),
    (
        "a role of everybody",
        "aws:iam/role:Role",
        {"assumeRolePolicy": policy(statement("Any"))},
        "HIGH would allow Principal *",
    ),
)


@pytest.mark.parametrize(
    ("kind", "inputs_", "words"), [row[1:] for row in MADE], ids=[row[0] for row in MADE]
)
def test_what_is_made_is_judged_too(kind: str, inputs_: dict[str, Any], words: str) -> None:
    found = verdict(lambda plan: plan.add(resource(kind, "made", inputs=inputs_)))
    assert words in said(found, "made")
    assert found.exit_code == 0


CHANGED: tuple[tuple[str, str, Any, Any, str], ...] = (
    (
        "owners",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
        {"rule": {"objectOwnership": "ObjectWriter"}},
        "HIGH ACLs would count again",
    ),
    (
        "encryption",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}}]},
        {"rules": []},
        "HIGH new objects would be encrypted with AES256 and no longer with aws:kms",
    ),
    (
        "expiry",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        {"rules": []},
        {"rules": [{"id": "x", "status": "Enabled", "expiration": {"days": 1}}]},
        "HIGH objects would be deleted after 1 days and not after no time at all",
    ),
    (
        "old versions",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        {"rules": [{"id": "x", "status": "Enabled", "noncurrentVersionExpiration": {"noncurrentDays": 90}}]},
        {"rules": [{"id": "x", "status": "Enabled", "noncurrentVersionExpiration": {"noncurrentDays": 7}}]},
        "HIGH overwritten and deleted objects would be deleted after 7 days and not after 90 days (rule x)",
    ),
    (
        "replication",
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        {"rules": [{"id": "x", "status": "Enabled"}]},
        {"rules": [{"id": "x", "status": "Disabled"}]},
        "HIGH rule x would copy nothing",
    ),
    (
        "copied deletions",
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        {"rules": [{"id": "x", "status": "Enabled", "deleteMarkerReplication": {"status": "Enabled"}}]},
        {"rules": [{"id": "x", "status": "Enabled"}]},
        "HIGH rule x would no longer copy deletions",
    ),
    (
        "other pages",
        "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
        {"corsRules": [{"allowedOrigins": ["a"]}]},
        {"corsRules": [{"allowedOrigins": ["*"]}]},
        "HIGH pages of * could read its answers",
    ),
    (
        "rotation",
        "aws:kms/key:Key",
        {"enableKeyRotation": True},
        {},
        "HIGH the key would no longer be rotated",
    ),
    ("a disabled key", "aws:kms/key:Key", {}, {"isEnabled": False}, "HIGH the key would be disabled"),
    (
        "a key's last days",
        "aws:kms/key:Key",
        {"deletionWindowInDays": 30},
        {"deletionWindowInDays": 7},
        "HIGH its deletion could be taken back for 7 days",
    ),
    (
        "a key's policy",
        "aws:kms/key:Key",
        {"policy": policy()},
        {"policy": policy(statement("x"))},
        "HIGH would allow Principal *",
    ),
    (
        "a rule of the web ACL",
        "aws:wafv2/webAcl:WebAcl",
        {"rules": [{"name": "x"}]},
        {"rules": []},
        "HIGH its rule x would be gone",
    ),
    (
        "a rule that counts",
        "aws:wafv2/webAcl:WebAcl",
        {"rules": [{"name": "x", "action": {"block": {}}}]},
        {"rules": [{"name": "x", "action": {"count": {}}}]},
        "HIGH its rule x would no longer block",
    ),
    (
        "a looser limit",
        "aws:wafv2/webAcl:WebAcl",
        {"rules": [{"name": "x", "statement": {"rateBasedStatement": {"limit": 10}}}]},
        {"rules": [{"name": "x", "statement": {"rateBasedStatement": {"limit": 99}}}]},
        "MEDIUM its rule x would let 99 requests through and not 10",
    ),
    (
        "any other value",
        "aws:sqs/queue:Queue",
        {"delaySeconds": 1},
        {"delaySeconds": 2},
        "LOW delaySeconds: 1 → 2",
    ),
    ("too many values", "aws:sqs/queue:Queue", {}, {f"k{i}": i for i in range(30)}, "LOW and 10 more values"),
)


@pytest.mark.parametrize(
    ("kind", "old", "new", "words"), [row[1:] for row in CHANGED], ids=[row[0] for row in CHANGED]
)
def test_what_is_changed_of_other_types(kind: str, old: Any, new: Any, words: str) -> None:
    plans = [document(resource(kind, "one", inputs=side)) for side in (old, new)]
    found = judging.judge(plan_changes.between(plans[0], plans[1]))
    assert words in said(found, "one"), said(found, "one")


def test_a_document_of_the_same_statements_in_another_order_is_harmless() -> None:
    plans = [
        document(resource("aws:s3/bucketPolicy:BucketPolicy", "p", inputs={"policy": policy(*order)}))
        for order in ([TLS, READ], [READ, TLS])
    ]
    told = said(judging.judge(plan_changes.between(plans[0], plans[1])), "p")
    assert told == "LOW policy: the same statements in another order"


@pytest.mark.parametrize("text", ["", "no json", "[" * 5_000, json.dumps({"Statement": [{"Sid": ["a"]}, 3]})])
def test_a_document_that_cannot_be_read_is_shown_as_it_is(text: str) -> None:
    found = verdict(inputs(BUCKET_POLICY, policy=text))
    assert said(found, BUCKET_POLICY)


def test_every_translated_type_is_one_that_can_be_deployed() -> None:
    assert TRANSLATORS.keys() <= ROWS.keys()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = sorted(
    {
        *("policy", "rules", "replicas", "records", "weightedRoutingPolicies", "name", "ttl", "code", "type"),
        *(
            "orderedCacheBehaviors",
            "defaultCacheBehavior",
            "viewerCertificate",
            "aliases",
            "corsRules",
            "setIdentifier",
        ),
        *("parametersInCacheKeyAndForwardedToOrigin", "retentionInDays", "versioningConfiguration", "bucket"),
    }
)
INPUTS = st.dictionaries(st.sampled_from(KEYS), JSON, max_size=4)


@given(st.sampled_from(sorted(TRANSLATORS)), INPUTS, INPUTS, JSON, JSON)
def test_no_shape_of_inputs_stops_the_judgement(kind: str, old: Any, new: Any, baked: Any, then: Any) -> None:
    plans = [
        document(resource(kind, "one", inputs=side, configurations={"code": {CONFIG: config_}}))
        for side, config_ in ((old, baked), (new, then))
    ]
    found = judging.judge(plan_changes.between(plans[0], plans[1]))
    for one in found.judged:
        assert all(told.plain() for told in one.sentences)
