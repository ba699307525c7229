"""What cannot be known before a deployment is said so: no policy falls over it, none takes it for kept."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.guardrails import archives, plans
from asset_edge.guardrails.resources import BEFORE_DEPLOY, SECRET, NotKnown, Resource, Stack, normal
from asset_edge.guardrails.rules import RULES
from tests.guardrails.planted import calls, custom_origin, distribution, function, judged, known, messages
from tests.guardrails.test_policies import BROKEN, KEPT, TLS_PLAIN

UNKNOWN = "<unknown>"
SENTINEL = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
TYPES = sorted({kind for rule in RULES for kind in rule.types})


def plan(*resources: dict[str, Any]) -> dict[str, Any]:
    base = {"name": "r", "parent": "", "inputs": {}, "options": {}}
    told = [base | {"urn": f"urn:pulumi:prod::p::{r['type']}::r"} | r for r in resources]
    return {"project": "p", "stack": "prod", "resources": told, "outputs": {}}


@pytest.mark.parametrize("program", [pytest.param(b, id=f"{p}-{i}") for p, i, b in KEPT])
def test_a_preview_of_what_keeps_a_policy_is_never_said_to_break_it(program: Any) -> None:
    after = known(judged(program))
    assert known(judged(program, preview=True)) <= after


@pytest.mark.parametrize(("policy", "program"), [pytest.param(p, b, id=f"{p}-{i}") for p, i, b, _ in BROKEN])
def test_a_preview_of_what_breaks_a_policy_never_says_nothing(policy: str, program: Any) -> None:
    found = judged(program, preview=True)
    assert list(messages(found, policy)) != []


@pytest.mark.parametrize("stack", ["dev", "prod"])
@pytest.mark.parametrize("inputs", [{}, {"tags": UNKNOWN}, {"policy": "{"}, {"policy": 3}])
@pytest.mark.parametrize("kind", TYPES)
def test_no_policy_falls_over_inputs_it_did_not_expect(kind: str, inputs: dict[str, Any], stack: str) -> None:
    plans.judged(plan({"type": kind, "inputs": inputs}) | {"stack": stack})


@pytest.mark.parametrize(
    "value", [UNKNOWN, SENTINEL, "[secret]", {"4dabf18193072939515e22adb298388d": SENTINEL}]
)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_policy_falls_over_a_property_that_cannot_be_seen(rule: Any, value: Any) -> None:
    names = (
        *(
            "bucket",
            "acl",
            "policy",
            "principal",
            "authorizationType",
            "functionName",
            "function",
            "tags",
            "fqdn",
        ),
        *("serverSideEncryption", "kmsMasterKeyId", "viewerCertificate", "origins", "defaultCacheBehavior"),
        *(
            "orderedCacheBehaviors",
            "forceDestroy",
            "inlinePolicies",
            "managedPolicyArns",
            "rules",
            "blockPublicAcls",
        ),
    )
    for kind in rule.types:
        for name in names:
            plans.judged(plan({"type": kind, "inputs": {name: value}}), rules=[rule])


def test_what_is_not_known_is_an_advice_that_says_so() -> None:
    policy = "aws:s3/bucketPolicy:BucketPolicy"
    told = plans.judged(plan({"type": policy, "inputs": {"bucket": "b", "policy": UNKNOWN}}))
    assert [(v.policy, v.level, v.is_known) for v in told] == [("public-access", "advisory", False)]
    assert told[0].message.startswith("not checked, because policy cannot be known before deploy. ")


def test_what_one_check_cannot_know_hides_nothing_that_another_sees() -> None:
    inputs = {"viewerCertificate": UNKNOWN, "defaultCacheBehavior": {"viewerProtocolPolicy": "allow-all"}}
    told = plans.judged(plan({"type": "aws:cloudfront/distribution:Distribution", "inputs": inputs}))
    said = [(v.level, v.message) for v in told if v.policy == "viewer-tls"]
    assert [level for level, _ in said] == ["mandatory", "advisory"]


def test_a_secret_is_not_looked_at() -> None:
    told = plans.judged(plan({"type": "aws:iam/rolePolicy:RolePolicy", "inputs": {"policy": "[secret]"}}))
    assert [v.message.split(".")[0] for v in told] == [
        "not checked, because policy is a secret, at which no policy looks"
    ]


def test_a_function_of_ours_whose_configuration_nobody_sees_is_said_to_be_unseen() -> None:
    def program() -> None:
        made = function(code=pulumi.RemoteArchive("https://example.com/f.zip"))
        distribution(default={"lambda_function_associations": calls(origin_request=made)})

    found = judged(program)
    assert known(found) == set()
    assert [v.message for v in found if "config.json" in v.message] != []


def test_a_configuration_of_another_version_is_said_to_be_unreadable_and_not_quoted() -> None:
    def program() -> None:
        made = function(config='{"secret": "hunter2"}')
        distribution(default={"lambda_function_associations": calls(origin_request=made)})

    told = list(messages(judged(program), "decisions-in-cache-key"))
    assert ["cannot be read by this version" in message for message in told] == [True]
    assert "hunter2" not in told[0]


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (UNKNOWN, BEFORE_DEPLOY),
        (SENTINEL, BEFORE_DEPLOY),
        ("[secret]", SECRET),
        (3.0, 3),
        (0.5, 0.5),
        ("text", "text"),
        ({"a": [UNKNOWN, 1.0]}, {"a": [BEFORE_DEPLOY, 1]}),
        ({"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "x"}, SECRET),
    ],
)
def test_a_value_has_one_form_wherever_it_comes_from(value: Any, seen: Any) -> None:
    assert normal(value) == seen


def test_a_path_that_is_not_there_is_none_and_one_that_is_unseen_is_named() -> None:
    resource = Resource(
        urn="u", type="t", name="r", props=normal({"a": [{"b": UNKNOWN}], "c": 1}), options={}
    )
    assert resource.told("x", "y") is None
    assert resource.told("c", "y") is None
    assert resource.told("a", 7) is None
    with pytest.raises(NotKnown, match=r"^a\[0\]\.b cannot be known before deploy$"):
        resource.told("a", 0, "b")


def test_an_environment_is_what_the_tag_says_else_the_stack() -> None:
    stack = Stack(name="prod", resources=())
    tagged = Resource(urn="u", type="t", name="r", props={"tags": {"environment": "dev"}})
    assert stack.environment_of(tagged) == "dev"
    assert stack.environment_of(Resource(urn="u", type="t", name="r", props={})) == "prod"


def test_a_file_is_read_out_of_a_zip_a_folder_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "a.json").write_bytes(b"{}")
    (tmp_path / "no.zip").write_bytes(b"no zip")
    folder = archives.files_of(pulumi.FileArchive("f"), tmp_path / "elsewhere", tmp_path)
    assert (folder("a.json"), folder("b.json")) == (b"{}", None)
    for archive in (
        pulumi.FileArchive("no.zip"),
        pulumi.FileArchive("absent"),
        pulumi.StringAsset("x"),
        None,
    ):
        with pytest.raises(NotKnown):
            archives.files_of(archive, tmp_path)("a.json")


def test_the_plain_http_of_a_custom_origin_is_seen_before_deployment() -> None:
    assert "origin-tls" in known(
        judged(partial(distribution, origin=custom_origin(**TLS_PLAIN)), preview=True)
    )


PROPERTIES = {
    *(
        "bucket",
        "acl",
        "policy",
        "principal",
        "action",
        "authorizationType",
        "functionName",
        "function",
        "tags",
    ),
    *(
        "fqdn",
        "serverSideEncryption",
        "kmsMasterKeyId",
        "viewerCertificate",
        "origins",
        "defaultCacheBehavior",
    ),
    *(
        "orderedCacheBehaviors",
        "lambdaFunctionAssociations",
        "eventType",
        "lambdaArn",
        "pathPattern",
        "memorySize",
    ),
    *(
        "cachePolicyId",
        "originRequestPolicyId",
        "headersConfig",
        "headers",
        "items",
        "headerBehavior",
        "maxTtl",
    ),
    *(
        "inlinePolicies",
        "managedPolicyArns",
        "rules",
        "Statement",
        "Effect",
        "Principal",
        "Action",
        "Resource",
    ),
    *(
        "Condition",
        "Bool",
        "StringEquals",
        "customOriginConfig",
        "originSslProtocols",
        "timeout",
        "architectures",
    ),
    *(
        "handler",
        "publish",
        "region",
        "reservedConcurrentExecutions",
        "parametersInCacheKeyAndForwardedToOrigin",
    ),
}
TEXTS = st.sampled_from(
    ["*", "Allow", "Deny", UNKNOWN, "[secret]", "{", "b", "viewer-request", "handlers.edge.a"]
)
LEAVES = TEXTS | st.none() | st.booleans() | st.integers(-1, 99_999)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(PROPERTIES)), inner),
    max_leaves=12,
)
DOCUMENTS = ANYTHING | ANYTHING.map(json.dumps)
INPUTS = st.dictionaries(st.sampled_from(sorted(PROPERTIES)), DOCUMENTS)
ASKED = {*TYPES, "aws:cloudfront/cachePolicy:CachePolicy", "aws:route53/healthCheck:HealthCheck"}


@given(st.dictionaries(st.sampled_from(sorted(ASKED | {"aws:lambda/function:Function"})), INPUTS, max_size=6))
def test_no_policy_falls_over_any_stack(stack: dict[str, Any]) -> None:
    told = plans.judged(plan(*({"type": kind, "inputs": inputs} for kind, inputs in stack.items())))
    assert all(violation.message for violation in told)
