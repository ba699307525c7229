"""Which conditions of a policy statement hold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator.policy_conditions import holds, wild

ARN = "arn:aws:cloudfront::123456789012:distribution/E1"
CONTEXT = {
    "aws:sourcearn": ARN,
    "aws:sourceaccount": "123456789012",
    "aws:securetransport": "true",
    "s3:tlsversion": "1.2",
    "s3:prefix": "Photos/",
}


def test_no_condition_always_holds() -> None:
    assert holds({}, CONTEXT).holds


@pytest.mark.parametrize(
    ("name", "key", "values", "expected"),
    [
        ("StringEquals", "AWS:SourceArn", ARN, True),
        ("StringEquals", "aws:sourcearn", [ARN], True),
        ("StringEquals", "AWS:SourceArn", [ARN + "2", ARN], True),
        ("StringEquals", "AWS:SourceArn", ARN.lower(), False),
        ("StringEquals", "AWS:SourceArn", "arn:*", False),
        ("StringEquals", "AWS:SourceArn", [], False),
        ("StringNotEquals", "AWS:SourceArn", ARN, False),
        ("StringNotEquals", "AWS:SourceArn", [ARN + "2", ARN], False),
        ("StringNotEquals", "AWS:SourceArn", ARN + "2", True),
        ("StringEqualsIgnoreCase", "s3:prefix", "photos/", True),
        ("StringNotEqualsIgnoreCase", "s3:prefix", "photos/", False),
        ("StringLike", "s3:prefix", "Ph*", True),
        ("StringLike", "s3:prefix", "Photo?/", True),
        ("StringLike", "s3:prefix", "ph*", False),
        ("StringNotLike", "s3:prefix", "Ph*", False),
        ("StringNotLike", "s3:prefix", "x*", True),
        ("ArnEquals", "aws:SourceArn", ARN, True),
        ("ArnEquals", "aws:SourceArn", "arn:aws:cloudfront::123456789012:distribution/*", True),
        ("ArnLike", "aws:SourceArn", "arn:aws:cloudfront::*:distribution/E?", True),
        ("ArnLike", "aws:SourceArn", "arn:aws:*/E1", False),
        ("ArnLike", "aws:SourceArn", "*", False),
        ("ArnNotLike", "aws:SourceArn", "arn:aws:cloudfront::*:distribution/E2", True),
        ("ArnNotEquals", "aws:SourceArn", ARN, False),
        ("Bool", "aws:SecureTransport", "true", True),
        ("Bool", "aws:SecureTransport", True, True),
        ("Bool", "aws:SecureTransport", "TRUE", True),
        ("Bool", "aws:SecureTransport", "false", False),
        ("Bool", "aws:SecureTransport", False, False),
        ("NumericLessThan", "s3:TlsVersion", "1.2", False),
        ("NumericLessThan", "s3:TlsVersion", 1.3, True),
        ("NumericLessThanEquals", "s3:TlsVersion", "1.2", True),
        ("NumericGreaterThan", "s3:TlsVersion", "1.1", True),
        ("NumericGreaterThanEquals", "s3:TlsVersion", "1.3", False),
        ("NumericEquals", "s3:TlsVersion", "1.20", True),
        ("NumericNotEquals", "s3:TlsVersion", "1.2", False),
        ("NumericLessThan", "s3:TlsVersion", "new", False),
        ("NumericEquals", "s3:prefix", "1", False),
    ],
)
def test_how_values_compare(name: str, key: str, values: Any, expected: bool) -> None:
    verdict = holds({name: {key: values}}, CONTEXT)
    assert verdict.holds is expected
    assert not verdict.not_understood


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("StringEquals", "x", False),
        ("StringNotEquals", "x", True),
        ("StringEqualsIfExists", "x", True),
        ("StringNotEqualsIfExists", "x", True),
        ("StringLike", "*", False),
        ("Null", "true", True),
        ("Null", "false", False),
        ("Null", True, True),
    ],
)
def test_a_key_without_value(name: str, value: Any, expected: bool) -> None:
    assert holds({name: {"aws:Referer": value}}, CONTEXT).holds is expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("StringEqualsIfExists", "Photos/", True),
        ("StringEqualsIfExists", "x", False),
        ("Null", "false", True),
    ],
)
def test_a_key_that_may_have_a_value_and_has(name: str, value: str, expected: bool) -> None:
    assert holds({name: {"s3:prefix": value}}, CONTEXT).holds is expected


def test_all_of_several_conditions_must_hold() -> None:
    both = {"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"AWS:SourceArn": ARN}}
    assert holds(both, CONTEXT).holds
    assert not holds(both, CONTEXT | {"aws:securetransport": "false"}).holds
    two_keys = {"StringEquals": {"AWS:SourceArn": ARN, "AWS:SourceAccount": "123456789012"}}
    assert holds(two_keys, CONTEXT).holds
    assert not holds(two_keys, CONTEXT | {"aws:sourceaccount": "210987654321"}).holds


@pytest.mark.parametrize(
    ("conditions", "named"),
    [
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, "IpAddress aws:SourceIp"),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, "StringEquals aws:SourceVpce"),
        ({"ForAnyValue:StringEquals": {"aws:SourceArn": ARN}}, "ForAnyValue:StringEquals aws:SourceArn"),
        ({"DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}, "DateLessThan aws:CurrentTime"),
        ({"StringLike": {"s3:prefix": "${aws:username}/*"}}, "StringLike s3:prefix"),
        ({"Null": {"aws:TokenIssueTime": "true"}}, "Null aws:TokenIssueTime"),
        ({"StringEquals": "all"}, "Condition"),
        ([], "Condition"),
        ("x", "Condition"),
    ],
)
def test_what_is_not_understood_is_named(conditions: Any, named: str) -> None:
    verdict = holds(conditions, CONTEXT)
    assert verdict.not_understood == {named}
    assert verdict.holds, "it is left to whoever asks what to make of it"


def test_what_is_not_understood_does_not_matter_where_the_rest_settles_it() -> None:
    conditions = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "Bool": {"aws:SecureTransport": "false"}}
    verdict = holds(conditions, CONTEXT)
    assert (verdict.holds, verdict.not_understood) == (False, frozenset())


def test_a_header_of_amazon_is_a_key() -> None:
    conditions = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
    assert not holds(conditions, CONTEXT).holds
    assert holds(conditions, CONTEXT | {"s3:x-amz-acl": "bucket-owner-full-control"}).holds


@pytest.mark.parametrize(
    ("told", "value", "expected"),
    [
        ("*", "", True),
        ("a*", "a", True),
        ("a*c", "abbc", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a.c", "abc", False),
        ("a[b]c", "abc", False),
        ("*/secret/*", "arn:aws:s3:::b/x/secret/y\nz", True),
        ("A", "a", False),
    ],
)
def test_what_a_wildcard_stands_for(told: str, value: str, expected: bool) -> None:
    assert wild(told, value) is expected


@given(st.text(), st.text(), st.text())
def test_a_star_stands_for_any_text(before: str, between: str, after: str) -> None:
    assert wild(before.replace("?", "*") + "*" + after, before.replace("?", "*") + between + after)


@given(st.text(st.characters(exclude_characters="*?"), max_size=8), st.text(max_size=8))
def test_without_a_wildcard_only_the_same_text_fits(told: str, value: str) -> None:
    assert wild(told, value) is (told == value)
