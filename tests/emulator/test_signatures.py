"""Whether a signature is the one its secret makes; botocore's is."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator import signatures
from asset_edge.emulator.messages import OriginRequest, to_headers
from asset_edge.emulator.s3_errors import S3Error
from asset_edge.handlers.edge.paths import canonical
from asset_edge.handlers.edge.sigv4 import Credentials as EdgeCredentials
from asset_edge.handlers.edge.sigv4 import signed_headers
from tests.emulator.signing import HOST, OWNER, SIGNED_AT, presigned, request, signed

SAFE = "/-._~"


def check(asked: OriginRequest, *, now: float = SIGNED_AT, secret: str = OWNER.secret_access_key) -> None:
    """Everything but whose key it is."""
    signature = signatures.read(asked)
    assert signature is not None
    signatures.check_time(signature, now)
    signatures.check_headers(asked, signature)
    signatures.check_value(asked, signature, secret)


def code(asked: OriginRequest, **told: Any) -> tuple[int, str]:
    with pytest.raises(S3Error) as refusal:
        check(asked, **told)
    return refusal.value.status, refusal.value.code


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="plain"),
        pytest.param({"method": "HEAD"}, id="head"),
        pytest.param({"target": "/"}, id="root"),
        pytest.param({"target": "/a%20b/%C3%A9%2Bc"}, id="encoded"),
        pytest.param({"target": "//two//slashes/"}, id="empty segments"),
        pytest.param({"target": "/?list-type=2&prefix=a%2Fb&delimiter="}, id="query"),
        pytest.param({"target": "/a?versionId=x&partNumber=2"}, id="query out of order"),
        pytest.param({"target": "/?acl"}, id="a name without value"),
        pytest.param({"method": "PUT", "body": b"content"}, id="body"),
        pytest.param({"headers": {"Host": HOST, "x-amz-cf-id": "abc=="}}, id="one more header"),
        pytest.param({"headers": {"Host": HOST, "X-Amz-Meta-A": "  many   spaces "}}, id="spaces"),
    ],
)
def test_what_botocore_signs_holds(changes: dict[str, Any]) -> None:
    check(signed(OWNER, **changes))


@pytest.mark.parametrize("uri", ["/a.png", "/a b+c/é", "/%2B/100%25", "/x/"])
def test_what_our_own_edge_function_signs_holds(uri: str) -> None:
    path = canonical(quote(uri, safe=SAFE + "%"))
    assert path is not None
    headers = signed_headers(
        service="s3",
        region="eu-west-1",
        credentials=EdgeCredentials(OWNER.access_key_id, OWNER.secret_access_key, OWNER.session_token),
        method="GET",
        host=HOST,
        path=path,
        headers={"x-amz-cf-id": "id=="},
        epoch_seconds=SIGNED_AT,
    )
    check(request(target=path, headers={"Host": HOST, "X-Amz-Cf-Id": "id==", **headers}))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=30))
def test_any_key_that_is_encoded_as_s3_does_holds(key: str) -> None:
    check(signed(OWNER, target=f"/{quote(key, safe=SAFE)}"))


@given(st.dictionaries(st.text(st.characters(codec="ascii"), min_size=1, max_size=8), st.text(max_size=8)))
def test_any_query_string_holds_in_any_order(query: dict[str, str]) -> None:
    pairs = [f"{quote(name, safe='-._~')}={quote(value, safe='-._~')}" for name, value in query.items()]
    asked = signed(OWNER, target=f"/?{'&'.join(pairs)}" if pairs else "/")
    check(replace(asked, target=f"/?{'&'.join(reversed(pairs))}" if pairs else "/"))


def test_a_path_that_went_out_otherwise_than_s3_encodes_it_does_not_match() -> None:
    """S3 makes `%2B` of a plus before it computes; whoever signed the plus itself is refused."""
    assert code(signed(OWNER, target="/a+b"))[1] == "SignatureDoesNotMatch"
    check(replace(signed(OWNER, target="/a%2Bb"), target="/a+b"))


def altered(**changes: Any) -> OriginRequest:
    return replace(signed(OWNER), **changes)


def with_header(asked: OriginRequest, **headers: str) -> OriginRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(asked, headers={**asked.headers, **to_headers(named)})


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(altered(target="/b.png"), "SignatureDoesNotMatch", id="another path"),
        pytest.param(altered(target="/a.png?x=1"), "SignatureDoesNotMatch", id="another query"),
        pytest.param(altered(method="PUT"), "SignatureDoesNotMatch", id="another method"),
        pytest.param(
            with_header(signed(OWNER), host="two.s3.eu-west-1.amazonaws.com"),
            "SignatureDoesNotMatch",
            id="another host",
        ),
        pytest.param(
            with_header(signed(OWNER), x_amz_security_token="other"),
            "SignatureDoesNotMatch",
            id="another token",
        ),
        pytest.param(
            with_header(signed(OWNER), x_amz_content_sha256="UNSIGNED-PAYLOAD"),
            "SignatureDoesNotMatch",
            id="another digest",
        ),
        pytest.param(with_header(signed(OWNER), x_amz_cf_id="late"), "AccessDenied", id="an unsigned header"),
        pytest.param(
            replace(signed(OWNER, method="PUT", body=b"signed"), body=b"sent"),
            "XAmzContentSHA256Mismatch",
            id="another body",
        ),
    ],
)
def test_whatever_changes_after_the_signature_is_noticed(asked: OriginRequest, expected: str) -> None:
    assert code(asked)[1] == expected


def test_another_secret_makes_another_signature() -> None:
    assert code(signed(OWNER), secret="other") == (403, "SignatureDoesNotMatch")


def test_a_header_of_no_concern_may_be_added() -> None:
    check(with_header(signed(OWNER), via="1.1 edge", user_agent="Amazon CloudFront"))


def test_the_refusal_names_what_is_not_signed() -> None:
    with pytest.raises(S3Error) as refusal:
        check(with_header(signed(OWNER), x_amz_cf_id="late", x_amz_meta_a="b"))
    assert refusal.value.elements["HeadersNotSigned"] == "x-amz-cf-id, x-amz-meta-a"


def test_the_refusal_shows_what_was_computed() -> None:
    with pytest.raises(S3Error) as refusal:
        check(altered(target="/b.png"))
    assert refusal.value.elements["CanonicalRequest"].startswith("GET\n/b.png\n\nhost:")
    assert "local-cloud" not in refusal.value.elements["StringToSign"]


@pytest.mark.parametrize(
    ("late_seconds", "holds"), [(0, True), (899, True), (-899, True), (902, False), (-902, False)]
)
def test_a_signature_holds_a_quarter_of_an_hour(late_seconds: int, holds: bool) -> None:
    asked = signed(OWNER)
    now = SIGNED_AT + late_seconds
    if holds:
        check(asked, now=now)
    else:
        assert code(asked, now=now) == (403, "RequestTimeTooSkewed")


def test_the_day_of_the_key_is_that_of_the_request() -> None:
    asked = signed(OWNER)
    other = asked.headers["authorization"][0]["value"].replace("/2026", "/2025", 1)
    assert code(with_header(asked, authorization=other)) == (400, "AuthorizationHeaderMalformed")


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        ("Bearer x", (400, "InvalidRequest")),
        ("AWS AKIA:signature", (400, "InvalidRequest")),
        ("", (400, "InvalidRequest")),
        ("AWS4-HMAC-SHA256", (400, "AuthorizationHeaderMalformed")),
        ("AWS4-HMAC-SHA256 Credential=x", (400, "AuthorizationHeaderMalformed")),
        (
            "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/s3, SignedHeaders=host, Signature=0",
            (400, "AuthorizationHeaderMalformed"),
        ),
        (
            "AWS4-HMAC-SHA256 Credential=AK/today/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0",
            (400, "AuthorizationHeaderMalformed"),
        ),
    ],
)
def test_what_is_no_signature_of_version_4_is_refused(authorization: str, expected: tuple[int, str]) -> None:
    assert code(with_header(signed(OWNER), authorization=authorization)) == expected


@pytest.mark.parametrize(
    ("gone", "expected"),
    [("x-amz-date", (403, "AccessDenied")), ("x-amz-content-sha256", (400, "InvalidRequest"))],
)
def test_a_signed_request_needs_its_own_headers(gone: str, expected: tuple[int, str]) -> None:
    asked = signed(OWNER)
    kept = {name: values for name, values in asked.headers.items() if name != gone}
    assert code(replace(asked, headers=kept)) == expected


@pytest.mark.parametrize("date", ["yesterday", "20260101", "", "20261301T000000Z"])
def test_a_date_that_is_none_is_refused(date: str) -> None:
    assert code(with_header(signed(OWNER), x_amz_date=date)) == (403, "AccessDenied")


def test_who_does_not_sign_has_no_signature() -> None:
    assert signatures.read(request()) is None
    assert signatures.read(request(target="/a?X-Amz-Date=20260101T000000Z")) is None


@pytest.mark.parametrize("target", ["/a.png", "/a%20b?versionId=x", "/?list-type=2&prefix=a%2Fb"])
def test_what_botocore_signs_in_advance_holds_until_it_expires(target: str) -> None:
    asked = presigned(OWNER, target=target, expires_seconds=60)
    check(asked)
    assert code(asked, now=SIGNED_AT + 62) == (403, "AccessDenied")
    assert code(asked, now=SIGNED_AT - 902) == (403, "AccessDenied")


def test_a_presigned_address_of_something_else_does_not_match() -> None:
    asked = presigned(OWNER)
    assert code(replace(asked, target=asked.target.replace("a.png", "b.png")))[1] == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("X-Amz-Expires=60", "X-Amz-Expires=0"),
        ("X-Amz-Expires=60", "X-Amz-Expires=604801"),
        ("X-Amz-Expires=60", "X-Amz-Expires=soon"),
        ("X-Amz-Expires=60", "X-Amz-Other=60"),
        ("X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=MD5"),
        ("X-Amz-SignedHeaders=host", "X-Amz-Other=host"),
    ],
)
def test_a_query_that_is_no_signature_is_refused(was: str, becomes: str) -> None:
    asked = presigned(OWNER)
    assert was in asked.target
    expected = (400, "AuthorizationQueryParametersError")
    assert code(replace(asked, target=asked.target.replace(was, becomes))) == expected


def test_one_request_is_signed_in_one_way() -> None:
    both = replace(presigned(OWNER), headers=signed(OWNER).headers)
    assert code(both) == (400, "InvalidArgument")


@given(st.text(st.characters(codec="ascii"), max_size=40), st.text(st.characters(codec="ascii"), max_size=40))
def test_nothing_that_is_sent_is_a_defect_of_ours(authorization: str, target: str) -> None:
    asked = with_header(signed(OWNER, target="/"), authorization=f"AWS4-HMAC-SHA256 {authorization}")
    for sent in (asked, request(target=f"/?X-Amz-Signature=0&{target}")):
        with pytest.raises(S3Error):
            check(sent)
