"""Whom a bucket's policy and a role's own policies let in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator.bucket_permissions import Access, Principal, decide

BUCKET = "arn:aws:s3:::a-bucket"
OBJECT = f"{BUCKET}/a.png"
DISTRIBUTION = "arn:aws:cloudfront::123456789012:distribution/E1"
OTHER = "arn:aws:cloudfront::123456789012:distribution/E2"
ROOT = "arn:aws:iam::123456789012:root"
READER = Principal("role", "arn:aws:iam::123456789012:role/reader")
OWNER = Principal("owner", ROOT)
CLOUDFRONT = Principal("service", "cloudfront.amazonaws.com")
ANYBODY = Principal("anybody")
TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [BUCKET, f"{BUCKET}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def policy(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def statement(**changes: Any) -> dict[str, Any]:
    """An Allow for everybody; a change to None leaves an element out."""
    told = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"{BUCKET}/*",
        **changes,
    }
    return {name: value for name, value in told.items() if value is not None}


def access_control(**changes: Any) -> dict[str, Any]:
    """The statement that an origin access control needs."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": [BUCKET, f"{BUCKET}/*"],
        "Condition": {"StringEquals": {"AWS:SourceArn": DISTRIBUTION}},
        **changes,
    }


def access(principal: Principal, **changes: Any) -> Access:
    told: dict[str, Any] = {
        "action": "s3:GetObject",
        "resource": OBJECT,
        "context": {"aws:securetransport": "true", "aws:sourcearn": DISTRIBUTION},
        **changes,
    }
    return Access(principal=principal, **told)


def permitted(principal: Principal, *statements: Any, own: Any = (), **changes: Any) -> bool:
    return decide(access(principal, **changes), policy(*statements), own).allowed


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        pytest.param([access_control()], True, id="named"),
        pytest.param([TLS_ONLY, access_control()], True, id="among others"),
        pytest.param([access_control(Action="s3:GetObject")], True, id="one action"),
        pytest.param([access_control(Action="s3:Get*")], True, id="a wildcard in the action"),
        pytest.param([access_control(Action="S3:getobject")], True, id="an action in other case"),
        pytest.param([access_control(Principal={"Service": [CLOUDFRONT.name]})], True, id="a list"),
        pytest.param(
            [access_control(Condition={"ArnEquals": {"aws:sourcearn": [OTHER, DISTRIBUTION]}})],
            True,
            id="arn",
        ),
        pytest.param([access_control(Principal="*")], True, id="everybody on that condition"),
        pytest.param([access_control(Principal={"AWS": "*"})], True, id="every account on that condition"),
        pytest.param([access_control(Condition={})], True, id="any distribution"),
        pytest.param([], False, id="no statement"),
        pytest.param([access_control(Effect="Deny")], False, id="denied"),
        pytest.param([access_control(), access_control(Effect="Deny")], False, id="allowed and denied"),
        pytest.param([access_control(Action="s3:PutObject")], False, id="another action"),
        pytest.param([access_control(Resource=BUCKET)], False, id="the bucket and not its objects"),
        pytest.param([access_control(Resource=f"{BUCKET}/A*")], False, id="a resource in other case"),
        pytest.param(
            [access_control(Principal={"Service": "s3.amazonaws.com"})], False, id="another service"
        ),
        pytest.param([access_control(Principal={"AWS": ROOT})], False, id="the account"),
        pytest.param(
            [access_control(Condition={"StringEquals": {"AWS:SourceArn": OTHER}})],
            False,
            id="another distribution",
        ),
        pytest.param(
            [access_control(Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})],
            False,
            id="a condition that is not understood",
        ),
    ],
)
def test_whom_a_bucket_lets_in_as_cloudfront(statements: list[Any], expected: bool) -> None:
    assert permitted(CLOUDFRONT, *statements) is expected


ALLOWS = policy(statement(Principal=None))


@pytest.mark.parametrize(
    ("statements", "own", "expected"),
    [
        pytest.param([statement(Principal={"AWS": READER.name})], [], True, id="the bucket names the role"),
        pytest.param([statement(Principal={"AWS": [ROOT, READER.name]})], [], True, id="among others"),
        pytest.param([], [ALLOWS], True, id="its own policy"),
        pytest.param([TLS_ONLY], [ALLOWS], True, id="its own policy, over TLS"),
        pytest.param([], [], False, id="nobody"),
        pytest.param(
            [statement(Principal={"AWS": ROOT})], [], False, id="the bucket names the account alone"
        ),
        pytest.param([statement(Principal={"AWS": "123456789012"})], [], False, id="by number alone"),
        pytest.param([statement(Principal={"AWS": ROOT})], [ALLOWS], True, id="the account and its own"),
        pytest.param([statement(Principal={"AWS": READER.name + "2"})], [], False, id="another role"),
        pytest.param(
            [statement(Effect="Deny", Principal={"AWS": ROOT})], [ALLOWS], False, id="the account is denied"
        ),
        pytest.param(
            [statement(Principal={"AWS": READER.name})],
            [policy(statement(Effect="Deny", Principal=None))],
            False,
            id="its own policy denies",
        ),
        pytest.param(
            [statement(Effect="Deny", Principal=None, NotPrincipal={"AWS": READER.name})],
            [ALLOWS],
            True,
            id="everybody else is denied",
        ),
        pytest.param(
            [statement(Effect="Deny", Principal=None, NotPrincipal={"AWS": READER.name + "2"})],
            [ALLOWS],
            False,
            id="everybody but another is denied",
        ),
        pytest.param([], [policy(statement(Principal=None, Resource="*"))], True, id="any resource"),
        pytest.param(
            [], [policy(statement(Principal=None, Resource=f"{BUCKET}/b*"))], False, id="other objects"
        ),
        pytest.param(
            [],
            [policy(statement(Principal=None, Action=None, NotAction="s3:Delete*"))],
            True,
            id="all actions but some",
        ),
        pytest.param(
            [],
            [policy(statement(Principal=None, Action=None, NotAction="s3:Get*"))],
            False,
            id="all actions but this",
        ),
        pytest.param(
            [],
            [policy(statement(Principal=None, Resource=None, NotResource=f"{BUCKET}/a*"))],
            False,
            id="all objects but this",
        ),
        pytest.param(
            [],
            [policy(statement(Principal=None, Resource=None, NotResource=f"{BUCKET}/b*"))],
            True,
            id="all objects but others",
        ),
    ],
)
def test_what_a_role_may_do(statements: list[Any], own: list[Any], expected: bool) -> None:
    assert permitted(READER, *statements, own=own) is expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], True),
        ([TLS_ONLY], True),
        ([statement(Effect="Deny")], False),
        ([statement(Effect="Deny", Principal={"AWS": ROOT})], False),
        ([statement(Effect="Deny", Principal={"AWS": READER.name})], True),
    ],
)
def test_the_owner_may_do_what_is_not_denied(statements: list[Any], expected: bool) -> None:
    assert permitted(OWNER, *statements) is expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], False),
        ([statement()], True),
        ([statement(Principal={"AWS": "*"})], True),
        ([statement(Principal={"AWS": ROOT})], False),
        ([statement(Principal={"AWS": ""})], False),
        ([statement(Principal={"Service": ""})], False),
        ([statement(Condition={"StringEquals": {"aws:Referer": "secret"}})], False),
    ],
)
def test_what_anybody_may_read(statements: list[Any], expected: bool) -> None:
    assert permitted(ANYBODY, *statements) is expected


def test_plain_http_is_denied_to_everybody_where_tls_is_wanted() -> None:
    plain = {"aws:securetransport": "false"}
    assert permitted(READER, TLS_ONLY, own=[ALLOWS])
    assert not permitted(READER, TLS_ONLY, own=[ALLOWS], context=plain)
    assert not permitted(OWNER, TLS_ONLY, context=plain)


def test_what_is_not_understood_opens_nothing_and_closes_what_it_may() -> None:
    puzzle = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    allow = decide(access(ANYBODY), policy(statement(Condition=puzzle)), ())
    assert (allow.allowed, allow.not_understood) == (False, frozenset({"IpAddress aws:SourceIp"}))
    deny = decide(access(OWNER), policy(statement(Effect="Deny", Condition=puzzle)), ())
    assert (deny.allowed, deny.not_understood) == (False, frozenset({"IpAddress aws:SourceIp"}))
    elsewhere = decide(access(OWNER), policy(statement(Effect="Deny", Resource="x", Condition=puzzle)), ())
    assert (elsewhere.allowed, elsewhere.not_understood) == (True, frozenset())


def test_one_statement_needs_no_list() -> None:
    assert decide(access(ANYBODY), {"Statement": statement()}, ()).allowed


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=3) | st.sampled_from(["*", "Allow", "Deny", "s3:*"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
ELEMENTS = [
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
]


@given(
    st.dictionaries(st.sampled_from(ELEMENTS), JSON), st.sampled_from([OWNER, READER, CLOUDFRONT, ANYBODY])
)
def test_any_statement_is_decided(told: dict[str, Any], principal: Principal) -> None:
    decide(access(principal), policy(told, "no statement"), [policy(told)])


@given(
    st.lists(
        st.sampled_from([statement(), access_control(), TLS_ONLY, statement(Effect="Deny", Resource="x")])
    )
)
def test_a_deny_ends_it_whatever_else_there_is(statements: list[Any]) -> None:
    for principal in (OWNER, READER, CLOUDFRONT, ANYBODY):
        assert not permitted(principal, *statements, statement(Effect="Deny"), own=[ALLOWS])
