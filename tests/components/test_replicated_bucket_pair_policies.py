"""Who may read the buckets and use their keys: exactly who was granted."""

import json
from typing import Any

import pulumi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_edge import policies
from asset_edge.errors import ArgumentError
from tests.components.pairs import (
    ACCOUNT,
    DISTRIBUTION,
    EDGE_ROLE,
    EU,
    KEYS,
    KMS,
    STAGING,
    US,
    granted,
    pair,
    statements,
)
from tests.engine import deploy

SIDES = [("primary", "acme-us", US), ("replica", "acme-eu", EU)]
CLOUDFRONT = {"Service": "cloudfront.amazonaws.com"}


@pytest.mark.parametrize(("role", "bucket", "region"), SIDES)
def test_a_bucket_policy_is_tls_the_distributions_and_the_roles(role: str, bucket: str, region: str) -> None:
    deployment = granted([DISTRIBUTION, STAGING], [EDGE_ROLE])
    arn = f"arn:aws:s3:::{bucket}"
    by_oac = {
        "Effect": "Allow",
        "Principal": CLOUDFRONT,
        "Condition": {"StringEquals": {"AWS:SourceArn": [DISTRIBUTION, STAGING]}},
    }
    by_role = {"Effect": "Allow", "Principal": {"AWS": [EDGE_ROLE]}}
    assert statements(deployment, f"assets-policy-{role}") == {
        "TlsOnly": {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        "DistributionsReadObjects": {**by_oac, "Action": ["s3:GetObject"], "Resource": [f"{arn}/*"]},
        "DistributionsSeeAbsence": {**by_oac, "Action": ["s3:ListBucket"], "Resource": [arn]},
        "RolesReadObjects": {**by_role, "Action": ["s3:GetObject"], "Resource": [f"{arn}/*"]},
        "RolesSeeAbsence": {**by_role, "Action": ["s3:ListBucket"], "Resource": [arn]},
    }
    inputs = deployment.named(f"assets-policy-{role}").inputs
    assert (inputs["bucket"], inputs["region"]) == (bucket, region)


@pytest.mark.parametrize(
    ("distributions", "roles", "sids"),
    [
        ([], [], {"TlsOnly"}),
        ([DISTRIBUTION], [], {"TlsOnly", "DistributionsReadObjects", "DistributionsSeeAbsence"}),
        ([], [EDGE_ROLE], {"TlsOnly", "RolesReadObjects", "RolesSeeAbsence"}),
    ],
    ids=["nobody", "distributions alone", "roles alone"],
)
def test_nobody_is_let_in_who_was_not_granted(
    distributions: list[str], roles: list[str], sids: set[str]
) -> None:
    assert set(statements(granted(distributions, roles), "assets-policy-primary")) == sids


ARNS = st.lists(st.integers(1, 10**6), max_size=4, unique=True)


@settings(max_examples=15, deadline=None)
@given(distributions=ARNS, roles=ARNS)
def test_the_allowed_principals_are_those_granted_and_no_others(
    distributions: list[int], roles: list[int]
) -> None:
    told = [f"arn:aws:cloudfront::{ACCOUNT}:distribution/E{n}" for n in distributions]
    told_roles = [f"arn:aws:iam::{ACCOUNT}:role/r{n}" for n in roles]
    deployment = granted(told, told_roles, **KMS)
    for name in ("assets-policy-primary", "assets-policy-replica", "assets-key-policy-replica"):
        allowed = [s for s in statements(deployment, name).values() if s["Effect"] == "Allow"]
        seen = [who(s) for s in allowed if s["Action"] != ["kms:*"]]
        assert all(s in (("oac", told), ("roles", told_roles)) for s in seen), name
        assert {kind for kind, _ in seen} == {k for k, v in (("oac", told), ("roles", told_roles)) if v}


def who(statement: dict[str, Any]) -> tuple[str, list[str]]:
    if statement["Principal"] == CLOUDFRONT:
        return "oac", statement["Condition"]["StringEquals"]["AWS:SourceArn"]
    return "roles", statement["Principal"]["AWS"]


@pytest.mark.parametrize(("role", "_", "region"), SIDES)
def test_a_key_policy_is_the_account_the_distributions_and_the_roles(role: str, _: str, region: str) -> None:
    deployment = granted(**KMS)
    assert statements(deployment, f"assets-key-policy-{role}") == {
        "AccountAdministers": {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": ["kms:*"],
            "Resource": ["*"],
        },
        "DistributionsDecrypt": {
            "Effect": "Allow",
            "Principal": CLOUDFRONT,
            "Action": ["kms:Decrypt"],
            "Resource": ["*"],
            "Condition": {"StringEquals": {"AWS:SourceArn": [DISTRIBUTION]}},
        },
        "RolesDecrypt": {
            "Effect": "Allow",
            "Principal": {"AWS": [EDGE_ROLE]},
            "Action": ["kms:Decrypt"],
            "Resource": ["*"],
            "Condition": {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}},
        },
    }
    key, inputs = (deployment.named(f"assets-{what}-{role}") for what in ("key", "key-policy"))
    assert inputs.inputs["keyId"] == f"<{key.type} {key.name} keyId>"
    assert inputs.inputs["region"] == region


@pytest.mark.parametrize(
    "changes", [{}, {"encryption": "aws:kms", "existing_keys": KEYS}], ids=["SSE-S3", "existing keys"]
)
def test_no_key_policy_is_written_for_a_key_that_is_not_ours(changes: dict[str, Any]) -> None:
    assert granted(**changes).of("aws:kms/keyPolicy:KeyPolicy") == []


def test_a_policy_waits_for_the_block_on_public_access() -> None:
    deployment = granted()
    block = deployment.named("assets-public-access-block-replica").urn
    assert block in deployment.named("assets-policy-replica").dependencies


def test_before_the_grant_there_is_no_policy_so_nothing_is_written_twice() -> None:
    assert deploy(pair).of("aws:s3/bucketPolicy:BucketPolicy") == []


def test_a_second_grant_is_refused_in_the_callers_words() -> None:
    def twice() -> None:
        assets = pair()
        assets.grant([DISTRIBUTION])
        assets.grant([], [EDGE_ROLE])

    with pytest.raises(ArgumentError, match=r"assets was granted before; .* in one call of grant"):
        deploy(twice)


def test_a_grant_takes_outputs_and_waits_for_what_makes_them() -> None:
    arn = pulumi.Output.from_input(DISTRIBUTION)
    deployment = deploy(lambda: pair().grant([arn], [pulumi.Output.from_input(EDGE_ROLE)]))
    told = statements(deployment, "assets-policy-primary")
    assert told["RolesReadObjects"]["Principal"] == {"AWS": [EDGE_ROLE]}
    assert told["DistributionsReadObjects"]["Condition"]["StringEquals"] == {"AWS:SourceArn": [DISTRIBUTION]}


def read_statements(**changes: Any) -> list[Any]:
    def build() -> None:
        pulumi.export("document", policies.document(*pair(**changes).read_statements()))

    document = json.loads(deploy(build).run.outputs["document"])
    found: list[Any] = document["Statement"]
    return found


def test_a_reader_needs_the_objects_and_the_listing_of_both_buckets() -> None:
    assert read_statements() == [
        {
            "Sid": "ReadObjects",
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": ["arn:aws:s3:::acme-us/*", "arn:aws:s3:::acme-eu/*"],
        },
        {
            "Sid": "SeeAbsence",
            "Effect": "Allow",
            "Action": ["s3:ListBucket"],
            "Resource": ["arn:aws:s3:::acme-us", "arn:aws:s3:::acme-eu"],
        },
    ]


def test_a_reader_of_encrypted_buckets_decrypts_through_s3_of_each_region() -> None:
    found = read_statements(encryption="aws:kms", existing_keys=KEYS)
    assert found[2:] == [
        {
            "Sid": f"Decrypt{role.title()}",
            "Effect": "Allow",
            "Action": ["kms:Decrypt"],
            "Resource": [KEYS[role]],
            "Condition": {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}},
        }
        for role, _, region in SIDES
    ]
