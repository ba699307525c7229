"""Who may do what is said in the platform's words."""

import pytest

from tests.ops.edits import BUCKET_POLICY, READ, ROLE_POLICY, TLS, Edit, documents, inputs
from tests.ops.plans import said, statement, verdict

TOLD: tuple[tuple[str, Edit, str, str], ...] = (
    (
        "a denial less",
        documents(BUCKET_POLICY),
        BUCKET_POLICY,
        'HIGH would no longer DENY Principal *; Action s3:GetObject; Resource a if {"Bool"',
    ),
    (
        "everybody allowed",
        documents(BUCKET_POLICY, TLS, statement("All")),
        BUCKET_POLICY,
        "HIGH would allow Principal *; Action s3:GetObject; Resource a",
    ),
    (
        "somebody allowed",
        documents(BUCKET_POLICY, TLS, statement("One", Principal={"AWS": "arn:aws:iam::1:role/r"})),
        BUCKET_POLICY,
        "MEDIUM would allow Principal AWS:arn:aws:iam::1:role/r",
    ),
    (
        "all but one allowed",
        documents(BUCKET_POLICY, TLS, {"Sid": "N", "Effect": "Allow", "NotPrincipal": "x", "Action": "a"}),
        BUCKET_POLICY,
        "HIGH would allow NotPrincipal x",
    ),
    (
        "a denial more",
        documents(BUCKET_POLICY, TLS, statement("No", "Deny")),
        BUCKET_POLICY,
        "MEDIUM would deny Principal *",
    ),
    (
        "an action more",
        documents(ROLE_POLICY, {**READ, "Action": ["s3:GetObject", "s3:PutObject"]}),
        ROLE_POLICY,
        "MEDIUM statement Read, which allows, would gain Action s3:PutObject",
    ),
    (
        "every action",
        documents(ROLE_POLICY, {**READ, "Action": ["s3:*"]}),
        ROLE_POLICY,
        "HIGH statement Read, which allows, would gain Action s3:*",
    ),
    (
        "every resource",
        documents(ROLE_POLICY, {**READ, "Resource": ["*"]}),
        ROLE_POLICY,
        "HIGH statement Read, which allows, would gain Resource *",
    ),
    (
        "an action less",
        documents(ROLE_POLICY, {**READ, "Action": []}),
        ROLE_POLICY,
        "MEDIUM statement Read, which allows, would lose Action s3:GetObject",
    ),
    (
        "a denial of less",
        documents(BUCKET_POLICY, {**TLS, "Action": []}),
        BUCKET_POLICY,
        "HIGH statement TlsOnly, which denies, would lose Action s3:GetObject",
    ),
    (
        "a condition",
        documents(BUCKET_POLICY, {**TLS, "Condition": {}}),
        BUCKET_POLICY,
        "MEDIUM statement TlsOnly would hold if always, and no longer if",
    ),
    ("no statement", documents(ROLE_POLICY), ROLE_POLICY, "MEDIUM would no longer allow Principal *"),
    (
        "a policy known later",
        inputs(BUCKET_POLICY, policy="<unknown>"),
        BUCKET_POLICY,
        "HIGH policy: who may do what is known only after apply",
    ),
)


@pytest.mark.parametrize(("edit", "name", "words"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD])
def test_a_change_is_said_in_the_platforms_words(edit: Edit, name: str, words: str) -> None:
    told = said(verdict(edit), name)
    assert words in told, told
