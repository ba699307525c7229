"""Policy documents are IAM's, readable, and the same text for the same policy."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_edge import policies
from tests.engine import deploy


def written(*build: Callable[[], policies.Statement]) -> Any:
    """The text of a document as a program would write it; outputs live only inside the program."""

    def program() -> None:
        pulumi.export("document", policies.document(*(statement() for statement in build)))

    return deploy(program).run.outputs["document"]


def test_a_document_has_the_version_that_knows_variables_and_the_statements_in_order() -> None:
    first = policies.allow("A", ["s3:GetObject"], ["*"])
    second = policies.allow("B", ["s3:PutObject"], ["*"])
    document = json.loads(written(lambda: first, lambda: second))
    assert document["Version"] == "2012-10-17"
    assert [s["Sid"] for s in document["Statement"]] == ["A", "B"]


def test_outputs_are_read_wherever_they_stand() -> None:
    def statement() -> policies.Statement:
        arn = pulumi.Output.from_input("arn:aws:s3:::assets")
        return policies.allow(
            "Read",
            ["s3:GetObject"],
            [pulumi.Output.concat(arn, "/*")],
            Principal={"AWS": [arn]},
            Condition={"StringEquals": {"AWS:SourceArn": arn}},
        )

    assert json.loads(written(statement))["Statement"] == [
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": ["arn:aws:s3:::assets/*"],
            "Principal": {"AWS": ["arn:aws:s3:::assets"]},
            "Condition": {"StringEquals": {"AWS:SourceArn": "arn:aws:s3:::assets"}},
        }
    ]


KEYS = st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=8), max_size=5)


@settings(max_examples=25, deadline=None)
@given(KEYS)
def test_equal_policies_are_equal_texts_whatever_the_order_of_keys(told: dict[str, str]) -> None:
    text = written(lambda: told)
    assert text == written(lambda: dict(reversed(told.items())))
    assert json.loads(text)["Statement"] == [told]


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        (["s3.amazonaws.com"], ["s3.amazonaws.com"]),
        (
            ["lambda.amazonaws.com", "edgelambda.amazonaws.com"],
            ["edgelambda.amazonaws.com", "lambda.amazonaws.com"],
        ),
    ],
    ids=["one", "two, sorted"],
)
def test_a_trust_policy_lets_exactly_these_services_assume_the_role(
    services: list[str], expected: list[str]
) -> None:
    outputs = deploy(lambda: pulumi.export("trust", policies.trust(*services))).run.outputs
    assert json.loads(outputs["trust"])["Statement"] == [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": expected}}
    ]


def test_tls_only_denies_everyone_everything_in_the_bucket_over_plain_http() -> None:
    assert json.loads(written(lambda: policies.tls_only("arn:aws:s3:::assets")))["Statement"] == [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::assets", "arn:aws:s3:::assets/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
