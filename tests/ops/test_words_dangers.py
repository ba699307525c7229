"""A dangerous value is never listed among the harmless ones, and never summed up."""

from typing import Any

import pytest

from asset_edge.ops import judging, plan_changes
from asset_edge.ops.judging import Judged
from tests.ops.plans import document, policy, resource, statement

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
WEB_ACL = "aws:wafv2/webAcl:WebAcl"
HEADERS = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
RULE = {"id": "r", "status": "Enabled"}

Inputs = dict[str, Any]


def patterns(*patterns: str) -> Inputs:
    return {"orderedCacheBehaviors": [{"pathPattern": one} for one in patterns]}


def origin(**told: Any) -> Inputs:
    return {"origins": [{"originId": "a", **told}]}


def default(**told: Any) -> Inputs:
    return {"defaultCacheBehavior": {"compress": True, **told}}


def trigger(arn: str) -> Inputs:
    return default(lambdaFunctionAssociations=[{"eventType": "viewer-request", "lambdaArn": arn}])


def rules(**told: Any) -> Inputs:
    return {"rules": [{**RULE, **told}]}


def web_rule(**told: Any) -> Inputs:
    return {"rules": [{"name": "a", **told}]}


def origins(*allowed: str) -> Inputs:
    return {"corsConfig": {"accessControlAllowOrigins": {"items": list(allowed)}}}


DANGEROUS: tuple[tuple[str, Inputs, Inputs, str], ...] = (
    (DISTRIBUTION, patterns("/a/*", "/*"), patterns("/*", "/a/*"), "the first pattern that fits decides"),
    (DISTRIBUTION, origin(domainName="a"), origin(domainName="b"), "requests would go to another place"),
    (DISTRIBUTION, origin(originAccessControlId="x"), origin(), "or as nobody"),
    (DISTRIBUTION, origin(), {"origins": []}, "requests would go to other places"),
    (DISTRIBUTION, default(targetOriginId="a"), default(targetOriginId="b"), "to another origin"),
    (DISTRIBUTION, trigger("arn:f:1"), trigger("arn:g:1"), "another function would decide"),
    (DISTRIBUTION, default(functionAssociations=[]), default(), "what runs at the edge"),
    (DISTRIBUTION, default(trustedSigners=["self"]), default(), "who may sign URLs"),
    (DISTRIBUTION, {"webAclId": "a"}, {"webAclId": "b"}, "another web ACL"),
    (LIFECYCLE, rules(filter={"prefix": "tmp/"}), rules(filter={}), "which objects are deleted"),
    (LIFECYCLE, rules(), rules(expiration={"date": "2026-01-01"}), "are deleted would change"),
    (
        LIFECYCLE,
        rules(noncurrentVersionExpiration={"noncurrentDays": 9, "newerNoncurrentVersions": 9}),
        rules(noncurrentVersionExpiration={"noncurrentDays": 9}),
        "which objects and versions",
    ),
    (LIFECYCLE, rules(), rules(transitions=[{"storageClass": "DEEP_ARCHIVE"}]), "are not read at once"),
    (WEB_ACL, {"defaultAction": {"block": {}}}, {"defaultAction": {"allow": {}}}, "that no rule knows"),
    (WEB_ACL, web_rule(overrideAction={"none": {}}), web_rule(overrideAction={"count": {}}), "be counted"),
    (HEADERS, origins("https://a"), origins("*"), "which web pages may read"),
    (HEADERS, {}, origins("*"), "which web pages may read"),
    (HEADERS, {"securityHeadersConfig": {"strictTransportSecurity": {}}}, {}, "without TLS"),
    (
        "aws:cloudfront/originAccessControl:OriginAccessControl",
        {"signingBehavior": "always"},
        {"signingBehavior": "never"},
        "whether CloudFront signs",
    ),
    ("aws:cloudwatch/eventRule:EventRule", {"state": "ENABLED"}, {"state": "DISABLED"}, "start no more"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {}, {"actionsEnabled": False}, "nobody may be told"),
    ("aws:iam/role:Role", {"managedPolicyArns": []}, {"managedPolicyArns": ["x"]}, "what the role may do"),
    ("aws:iam/role:Role", {}, {"inlinePolicies": [{"policy": "{}"}]}, "what the role may do"),
    ("aws:lambda/function:Function", {"role": "a"}, {"role": "b"}, "what its code may do"),
    ("aws:lambda/permission:Permission", {"principal": "a"}, {"principal": "1"}, "who may call it"),
    ("aws:route53/healthCheck:HealthCheck", {}, {"disabled": True}, "says healthy"),
    ("aws:s3/bucket:Bucket", {"acl": "private"}, {"acl": "public-read"}, "who may read or write"),
    (
        ENCRYPTION,
        {"rules": [{"applyServerSideEncryptionByDefault": {"kmsMasterKeyId": "a"}}]},
        {"rules": [{"applyServerSideEncryptionByDefault": {"kmsMasterKeyId": "b"}}]},
        "need another key",
    ),
)

HARMLESS: tuple[tuple[str, Inputs, Inputs], ...] = (
    (DISTRIBUTION, trigger("arn:f:1"), trigger("arn:f:2")),
    (DISTRIBUTION, trigger("arn:f:1"), trigger("<unknown>")),
    (DISTRIBUTION, {"comment": "a"}, {"comment": "b"}),
    (DISTRIBUTION, {"tags": {"webAclId": "a"}}, {"tags": {"webAclId": "b"}}),
    (LIFECYCLE, {"rules": [RULE, {"id": "s"}]}, {"rules": [RULE]}),
    ("aws:route53/healthCheck:HealthCheck", {"disabled": True}, {"disabled": False}),
)


def judged(kind: str, old: Inputs, new: Inputs) -> Judged:
    plans = (document(resource(kind, "one", inputs=side)) for side in (old, new))
    (found,) = judging.judge(plan_changes.between(*plans)).judged
    return found


@pytest.mark.parametrize(("kind", "old", "new", "words"), DANGEROUS, ids=[row[3] for row in DANGEROUS])
def test_a_dangerous_value_is_high_and_says_what_it_means(
    kind: str, old: Inputs, new: Inputs, words: str
) -> None:
    found = [f"{one.risk.name} {one.plain()}" for one in judged(kind, old, new).sentences]
    assert any(one.startswith("HIGH") and words in one for one in found), found


@pytest.mark.parametrize(("kind", "old", "new"), HARMLESS)
def test_what_is_harmless_stays_low(kind: str, old: Inputs, new: Inputs) -> None:
    assert {one.risk.name for one in judged(kind, old, new).sentences} == {"LOW"}


def test_however_many_values_change_a_dangerous_one_is_told() -> None:
    old = {f"a{index:03}": 1 for index in range(200)}
    found = judged(DISTRIBUTION, {**old, "webAclId": "x"}, {**dict.fromkeys(old, 2), "webAclId": "y"})
    assert "another web ACL" in found.sentences[0].plain()
    assert "and 181 more values" in found.sentences[-1].plain()


DENY, ALLOW = statement("S", "Deny"), statement("S", "Allow", Principal={"AWS": "a"})
POLICY = "aws:s3/bucketPolicy:BucketPolicy"


@pytest.mark.parametrize(
    ("kind", "old", "new", "words"),
    [
        (POLICY, DENY, ALLOW, "HIGH would no longer DENY Principal *"),
        (POLICY, DENY, {**DENY, "Condition": {"Bool": {"x": "y"}}}, "HIGH statement S would hold if {"),
        (POLICY, {**DENY, "Condition": {"a": {}}}, DENY, "MEDIUM statement S would hold if always"),
        (POLICY, {**ALLOW, "Condition": {"a": {}}}, ALLOW, "HIGH statement S would hold if always"),
        (POLICY, ALLOW, {**ALLOW, "Condition": {"a": {}}}, "MEDIUM statement S would hold if {"),
        (POLICY, ALLOW, {**ALLOW, "NotResource": ["z"]}, "HIGH statement S, which allows, would gain NotRes"),
        ("aws:kms/keyPolicy:KeyPolicy", ALLOW, {**ALLOW, "Principal": "*"}, "would gain Principal *"),
        ("aws:iam/rolePolicy:RolePolicy", ALLOW, {**ALLOW, "Action": ["*"]}, "HIGH statement S, which"),
    ],
)
def test_a_statement_that_opens_is_high(kind: str, old: Any, new: Any, words: str) -> None:
    found = judged(kind, {"policy": policy(old)}, {"policy": policy(new)})
    told = [f"{one.risk.name} {one.plain()}" for one in found.sentences]
    assert any(words in one for one in told), told


def test_a_log_group_that_loses_its_deletion_protection_is_a_loss() -> None:
    found = judged("aws:cloudwatch/logGroup:LogGroup", {"deletionProtectionEnabled": True}, {})
    assert found.risk.name == "LOSS"


def test_encryption_that_stays_the_default_is_no_danger() -> None:
    told = {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]}
    old = document(resource(ENCRYPTION, "one", inputs=told))
    (found,) = judging.judge(plan_changes.between(old, document())).judged
    assert found.sentences == ()
