"""Which requests are treated how: patterns, functions, methods, keys, and names that stay."""

import re
from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.components.behaviors import Behavior
from tests.components.distributions import (
    FUNCTION,
    OTHER_PEM,
    PEM,
    default_behavior_of,
    deployed,
    distribution_of,
    under,
)

EXISTING_GROUP = "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"

SETTINGS: list[tuple[str, dict[str, Any], str, Any]] = [
    ("target", {}, "targetOriginId", "assets"),
    ("https by default", {}, "viewerProtocolPolicy", "redirect-to-https"),
    ("https only", {"viewer_protocol_policy": "https-only"}, "viewerProtocolPolicy", "https-only"),
    ("compressed by default", {}, "compress", True),
    ("uncompressed", {"compress": False}, "compress", False),
    ("methods by default", {}, "allowedMethods", ["GET", "HEAD", "OPTIONS"]),
    ("methods in one order", {"allowed_methods": ("HEAD", "GET")}, "allowedMethods", ["GET", "HEAD"]),
    ("cached by default", {}, "cachedMethods", ["GET", "HEAD"]),
    (
        "OPTIONS cached",
        {"cached_methods": ("OPTIONS", "GET", "HEAD")},
        "cachedMethods",
        ["GET", "HEAD", "OPTIONS"],
    ),
    ("a policy by id", {"cache_policy": "cache-1"}, "cachePolicyId", "cache-1"),
    ("an origin policy by id", {"origin_request_policy": "orp-1"}, "originRequestPolicyId", "orp-1"),
    ("a headers policy by id", {"response_headers_policy": "rhp-1"}, "responseHeadersPolicyId", "rhp-1"),
    (
        "an existing key group",
        {"trusted_key_groups": (EXISTING_GROUP,)},
        "trustedKeyGroups",
        [EXISTING_GROUP],
    ),
]


@pytest.mark.parametrize(("told", "key", "expected"), [s[1:] for s in SETTINGS], ids=[s[0] for s in SETTINGS])
def test_a_setting_reaches_the_behaviour(told: dict[str, Any], key: str, expected: Any) -> None:
    assert default_behavior_of(**told)[key] == expected


@pytest.mark.parametrize(
    "absent", ["originRequestPolicyId", "trustedKeyGroups", "lambdaFunctionAssociations"]
)
def test_what_nobody_asked_for_is_not_there(absent: str) -> None:
    assert absent not in default_behavior_of()


def test_no_headers_policy_is_a_choice() -> None:
    assert "responseHeadersPolicyId" not in default_behavior_of(response_headers_policy=None)


def test_functions_stand_in_the_order_a_request_meets_them_without_its_body() -> None:
    viewer, answer = FUNCTION.replace("origin-request", "viewer"), FUNCTION.replace(":7", ":8")
    told = default_behavior_of(
        functions={"origin-response": answer, "origin-request": FUNCTION, "viewer-request": viewer}
    )
    assert told["lambdaFunctionAssociations"] == [
        {"eventType": "viewer-request", "lambdaArn": viewer, "includeBody": False},
        {"eventType": "origin-request", "lambdaArn": FUNCTION, "includeBody": False},
        {"eventType": "origin-response", "lambdaArn": answer, "includeBody": False},
    ]


def test_a_function_made_in_the_same_program_is_an_output() -> None:
    functions: Any = {"origin-request": pulumi.Output.from_input(FUNCTION)}
    told = distribution_of(default_behavior=Behavior(functions=functions))["defaultCacheBehavior"]
    assert told["lambdaFunctionAssociations"][0]["lambdaArn"] == FUNCTION


def test_behaviours_keep_the_order_they_were_given_in() -> None:
    patterns = ["/z/*", "/a/*", "*.mp4", "/a?.jpg"]
    told = distribution_of(behaviors=[under(pattern) for pattern in patterns])["orderedCacheBehaviors"]
    assert [behavior["pathPattern"] for behavior in told] == patterns
    assert {behavior["targetOriginId"] for behavior in told} == {"assets"}


def test_a_behaviour_trusts_the_groups_made_for_it_and_given_to_it() -> None:
    given_group = pulumi.Output.from_input("made-elsewhere")
    run = deployed(
        key_groups={"editors": (PEM, OTHER_PEM)},
        behaviors=(under("/private/*", trusted_key_groups=("editors", given_group)),),
    )
    group = run.named("edge-key-group-editors")
    assert run.named("edge-distribution").inputs["orderedCacheBehaviors"][0]["trustedKeyGroups"] == [
        f"<{group.type} edge-key-group-editors id>",
        "made-elsewhere",
    ]


def test_a_key_is_named_after_its_text_so_that_exchanging_one_adds_and_removes() -> None:
    before = deployed(key_groups={"editors": (PEM,)}).of("aws:cloudfront/publicKey:PublicKey")
    during = deployed(key_groups={"editors": (OTHER_PEM, PEM)}).of("aws:cloudfront/publicKey:PublicKey")
    assert {key.name for key in before} < {key.name for key in during}
    assert all(re.fullmatch(r"edge-public-key-editors-[0-9a-f]{8}", key.name) for key in during)
    assert {key.inputs["encodedKey"] for key in during} == {PEM + "\n", OTHER_PEM + "\n"}


def test_a_group_lists_its_keys_in_order() -> None:
    run = deployed(key_groups={"editors": (OTHER_PEM + "\n", PEM)})
    ids = run.named("edge-key-group-editors").inputs["items"]
    texts = {
        f"<{key.type} {key.name} id>": key.inputs["encodedKey"]
        for key in run.of("aws:cloudfront/publicKey:PublicKey")
    }
    assert [texts[key_id] for key_id in ids] == [OTHER_PEM + "\n", PEM + "\n"]


@pytest.mark.parametrize(
    ("pattern", "readable"),
    [("/demo/*", "demo-"), ("*.jpg", "jpg-"), ("/a/b-c/*.png", "a-b-c-png-"), ("*.*", "")],
)
def test_a_behaviours_key_is_readable_and_told_apart_by_a_digest(pattern: str, readable: str) -> None:
    assert re.fullmatch(re.escape(readable) + r"[0-9a-f]{6}", under(pattern).key)


def test_a_long_pattern_makes_no_longer_name_than_cloudfront_takes_of_a_policy() -> None:
    assert under("/" + 254 * "a").key.startswith(40 * "a" + "-")
    assert len(under("/" + 127 * "a-").key) < 50


def test_the_default_behaviours_key_is_default() -> None:
    assert Behavior().key == "default"


@given(st.lists(st.from_regex(r"/[a-z*?/.-]{1,6}[a-z]", fullmatch=True), unique=True, max_size=20))
def test_different_patterns_have_different_keys(patterns: list[str]) -> None:
    assert len({under(pattern).key for pattern in patterns}) == len(patterns)
