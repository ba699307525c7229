"""Which requests S3 lets through, and as whom."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from asset_edge.emulator.identities import Identities
from asset_edge.emulator.messages import OriginRequest, OriginResponse, to_headers
from asset_edge.emulator.s3 import S3, Buckets
from asset_edge.emulator.s3_errors import S3Error
from tests.emulator.signing import (
    HOST,
    OTHER_ROLE,
    OWNER,
    ROLE,
    SIGNED_AT,
    identities,
    presigned,
    request,
    signed,
)

ACCOUNT = "123456789012"
DISTRIBUTION = f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1"
ONE = "arn:aws:s3:::one"
REGIONS = {"one": "eu-west-1", "moved": "us-east-1", "open": "eu-west-1"}
OBJECTS = {("one", "/a.png"): b"picture", ("open", "/a.png"): b"public", ("one", "/a%20%C3%A9"): b"spaced"}


def allow(actions: Sequence[str], **changes: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": [ONE, f"{ONE}/*"], **changes}


def access_control(*actions: str) -> dict[str, Any]:
    return allow(
        actions,
        Principal={"Service": "cloudfront.amazonaws.com"},
        Condition={"StringEquals": {"AWS:SourceArn": DISTRIBUTION, "AWS:SourceAccount": ACCOUNT}},
    )


class Store:
    """A few objects, and what was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def __call__(self, bucket: str, asked: OriginRequest) -> OriginResponse:
        self.asked.append((bucket, asked.target))
        body = OBJECTS.get((bucket, asked.target.partition("?")[0]))
        if asked.target.startswith("/?") or asked.target == "/":
            return OriginResponse(status=200, body=b"<ListBucketResult/>")
        return OriginResponse(status=200, body=body) if body else OriginResponse(status=404)


def s3(
    *statements: Mapping[str, Any],
    roles: Mapping[str, Any] | None = None,
    store: Store | None = None,
    now: float = SIGNED_AT,
) -> S3:
    buckets = Buckets(
        region_of=REGIONS.get,
        policy=lambda _: {"Statement": list(statements)} if statements else None,
        role_policies=lambda arn: (roles or {}).get(arn, ()),
        public=lambda bucket: bucket == "open",
        store=store or Store(),
    )
    return S3(buckets, known(), ACCOUNT, lambda: now)


def known() -> Identities:
    """Knows the credentials of both roles, as when functions have been started with them."""
    found = identities()
    found.credentials(ROLE)
    found.credentials(OTHER_ROLE)
    return found


def by(role: str, **changes: Any) -> OriginRequest:
    return signed(known().credentials(role), **changes)


def oac(**changes: Any) -> OriginRequest:
    return request(signed_for=DISTRIBUTION, **changes)


READS = ("s3:GetObject",)
SEES = ("s3:GetObject", "s3:ListBucket")


@pytest.mark.parametrize(
    ("asked", "actions", "status", "content"),
    [
        pytest.param(oac(), READS, 200, b"picture", id="a distribution"),
        pytest.param(oac(), (), 403, b"AccessDenied", id="a distribution that the policy does not name"),
        pytest.param(
            replace(oac(), signed_for=f"{DISTRIBUTION}2"), READS, 403, b"AccessDenied", id="another one"
        ),
        pytest.param(oac(target="/absent"), READS, 403, b"s3:ListBucket", id="absent to who may not list"),
        pytest.param(oac(target="/absent"), SEES, 404, b"", id="absent to who may"),
        pytest.param(oac(target="/"), READS, 403, b"s3:ListBucket", id="a list"),
        pytest.param(oac(target="/"), SEES, 200, b"ListBucketResult", id="a list for who may"),
        pytest.param(request(), SEES, 403, b"whoever does not sign", id="nobody signs"),
        pytest.param(oac(method="PUT"), READS, 403, b"s3:PutObject", id="a write"),
    ],
)
def test_what_a_distribution_is_answered(
    asked: OriginRequest, actions: tuple[str, ...], status: int, content: bytes
) -> None:
    response = s3(*[access_control(*actions)] if actions else []).answer(asked)
    assert response.status == status
    assert content in response.body


@pytest.mark.parametrize(
    ("asked", "statements", "roles", "status"),
    [
        pytest.param(by(ROLE), [], {ROLE: [{"Statement": allow(READS)}]}, 200, id="its own policy"),
        pytest.param(by(ROLE), [allow(READS, Principal={"AWS": ROLE})], {}, 200, id="the bucket's policy"),
        pytest.param(by(ROLE), [], {}, 403, id="neither"),
        pytest.param(by(OTHER_ROLE), [], {ROLE: [{"Statement": allow(READS)}]}, 403, id="another role"),
        pytest.param(
            by(ROLE, target="/absent"), [], {ROLE: [{"Statement": allow(READS)}]}, 403, id="absent, no list"
        ),
        pytest.param(
            by(ROLE, target="/absent"),
            [],
            {ROLE: [{"Statement": allow(SEES)}]},
            404,
            id="absent, and may list",
        ),
        pytest.param(
            by(ROLE, target="/a%20%C3%A9"),
            [],
            {ROLE: [{"Statement": allow(READS, Resource=f"{ONE}/a é")}]},
            200,
            id="a key is compared decoded",
        ),
        pytest.param(
            by(ROLE),
            [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"{ONE}/*"}],
            {ROLE: [{"Statement": allow(READS)}]},
            403,
            id="the bucket denies",
        ),
        pytest.param(signed(OWNER), [], {}, 200, id="the owner"),
        pytest.param(signed(OWNER, target="/absent"), [], {}, 404, id="the owner, absent"),
        pytest.param(presigned(OWNER), [], {}, 200, id="presigned"),
    ],
)
def test_what_a_role_is_answered(
    asked: OriginRequest, statements: list[Any], roles: Mapping[str, Any], status: int
) -> None:
    assert s3(*statements, roles=roles).answer(asked).status == status


MOVED = "moved.s3.eu-west-1.amazonaws.com"
NONE = "none.s3.eu-west-1.amazonaws.com"
GLOBAL = "one.s3.amazonaws.com"


def at(host: str, **changes: Any) -> OriginRequest:
    return signed(OWNER, domain_name=host, headers={"Host": host}, **changes)


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        pytest.param(at(MOVED), 301, b"PermanentRedirect", id="a bucket of another region"),
        pytest.param(at(NONE), 404, b"NoSuchBucket", id="no such bucket"),
        pytest.param(at(GLOBAL), 200, b"picture", id="the endpoint without a region"),
        pytest.param(
            at("s3.eu-west-1.amazonaws.com", target="/one/a.png"), 200, b"picture", id="the path names it"
        ),
        pytest.param(
            at("s3.eu-west-1.amazonaws.com", target="/"), 404, b"NoSuchBucket", id="no bucket at all"
        ),
        pytest.param(
            signed(OWNER, region="us-east-1"),
            400,
            b"the region 'us-east-1' is wrong; expecting 'eu-west-1'",
            id="signed for another region",
        ),
        pytest.param(
            oac(headers={"Host": "assets.example.test"}),
            403,
            b"SignatureDoesNotMatch",
            id="the viewer's host",
        ),
        pytest.param(
            request(headers={"Host": "assets.example.test"}),
            404,
            b"NoSuchBucket",
            id="the viewer's, unsigned",
        ),
        pytest.param(at(HOST, method="PATCH"), 501, b"NotImplemented", id="not modelled"),
        pytest.param(
            signed(OWNER, method="PUT", headers={"Host": HOST, "x-amz-copy-source": "/two/b"}),
            501,
            b"NotImplemented",
            id="a copy",
        ),
    ],
)
def test_where_a_request_may_go(asked: OriginRequest, status: int, code: bytes) -> None:
    response = s3(access_control(*READS)).answer(asked)
    assert response.status == status
    assert code in response.body


def test_a_head_is_refused_without_a_body() -> None:
    response = s3().answer(request(method="HEAD"))
    assert (response.status, response.body) == (403, b"")


def test_a_header_added_after_the_signature_is_refused_unless_it_was_signed() -> None:
    """What CloudFront does with `x-amz-cf-id`."""
    bare, foreseen = by(ROLE), by(ROLE, headers={"Host": HOST, "x-amz-cf-id": "abc=="})
    late = to_headers({"X-Amz-Cf-Id": "abc=="})
    readers = {ROLE: [{"Statement": allow(READS)}]}
    assert s3(roles=readers).answer(replace(bare, headers=bare.headers | late)).status == 403
    assert s3(roles=readers).answer(replace(foreseen, headers=foreseen.headers | late)).status == 200


def test_an_old_signature_is_refused_by_the_clock_that_was_passed() -> None:
    assert s3(now=SIGNED_AT + 1000).answer(signed(OWNER)).status == 403
    assert s3(now=SIGNED_AT + 800).answer(signed(OWNER)).status == 200


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"Bool": {"aws:SecureTransport": "false"}}, 200),
        ({"Bool": {"aws:SecureTransport": "true"}}, 403),
        ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, 200),
        ({"NumericLessThan": {"s3:TlsVersion": "1.3"}}, 403),
        ({"StringEquals": {"aws:PrincipalArn": ROLE}}, 403),
        ({"StringNotEquals": {"aws:PrincipalArn": ROLE}}, 200),
        ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, 403),
        ({"StringNotEquals": {"aws:ResourceAccount": ACCOUNT}}, 200),
        ({"Bool": {"aws:PrincipalIsAWSService": "false"}}, 403),
        ({"StringEquals": {"aws:UserAgent": "probe"}}, 403),
        ({"StringEquals": {"aws:Referer": "https://here.test/"}}, 200),
    ],
)
def test_what_a_condition_is_told_of_a_role(condition: Any, status: int) -> None:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition}
    asked = by(ROLE, headers={"Host": HOST, "User-Agent": "probe"})
    assert s3(deny, roles={ROLE: [{"Statement": allow(READS)}]}).answer(asked).status == status


@pytest.mark.parametrize(("prefix", "status"), [("public/", 200), ("private/", 403)])
def test_a_list_may_be_bound_to_a_prefix(prefix: str, status: int) -> None:
    bound = allow(["s3:ListBucket"], Condition={"StringLike": {"s3:prefix": "public/*"}})
    asked = by(ROLE, target=f"/?list-type=2&prefix={prefix.replace('/', '%2F')}")
    assert s3(roles={ROLE: [{"Statement": bound}]}).answer(asked).status == status


def test_plain_http_is_refused_where_tls_is_wanted() -> None:
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [ONE, f"{ONE}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    wanting = s3(deny, access_control(*READS))
    assert wanting.answer(oac()).status == 200
    assert wanting.answer(oac(protocol="http", port=80)).status == 403


def test_what_comes_over_newer_tls_counts_as_that() -> None:
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.3"}},
    }
    assert s3(deny).answer(signed(OWNER), "1.3").status == 200
    assert s3(deny).answer(signed(OWNER), "1.2").status == 403


def test_who_does_not_sign_reads_only_where_nothing_blocks_it() -> None:
    everyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    open_host = "open.s3.eu-west-1.amazonaws.com"
    assert s3(everyone).answer(request(domain_name=open_host, headers={"Host": open_host})).body == b"public"
    assert s3(everyone).answer(request()).status == 403, "public access is blocked, whatever the policy says"
    assert s3().answer(request(domain_name=open_host, headers={"Host": open_host})).status == 403


def test_a_preflight_needs_no_permission() -> None:
    store = Store()
    s3(store=store).answer(request(method="OPTIONS"))
    assert store.asked[0] == ("one", "/a.png")


def test_the_store_gets_the_path_in_the_bucket_and_no_signature() -> None:
    store = Store()
    s3(store=store).answer(presigned(OWNER, target="/a.png?versionId=7"))
    s3(store=store).answer(at("s3.eu-west-1.amazonaws.com", target="/one/a.png?x=1"))
    assert store.asked == [("one", "/a.png?versionId=7"), ("one", "/a.png?x=1")]


def test_nothing_reaches_the_store_that_is_refused() -> None:
    store = Store()
    for asked in (request(), signed(OWNER, region="us-east-1"), by(ROLE, method="PUT"), at(MOVED)):
        assert s3(store=store).answer(asked).status >= 300
    assert store.asked == []


def test_what_is_not_understood_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    puzzle = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    one = s3({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": puzzle})
    with caplog.at_level(logging.WARNING):
        assert [one.answer(signed(OWNER)).status for _ in range(3)] == [403, 403, 403]
    assert [r.message.count("IpAddress aws:SourceIp") for r in caplog.records] == [1]


def test_an_error_is_xml_whatever_it_says() -> None:
    body = S3Error(403, "AccessDenied", "<&>", Region="a<b").response().body
    assert body.endswith(
        b"<Error><Code>AccessDenied</Code><Message>&lt;&amp;&gt;</Message><Region>a&lt;b</Region></Error>"
    )
