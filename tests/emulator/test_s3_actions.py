"""Which permission a request to S3 needs."""

from typing import Any

import pytest

from asset_edge.emulator.s3_actions import S3Call, s3_call
from asset_edge.emulator.s3_errors import S3Error
from tests.emulator.signing import HOST, request


@pytest.mark.parametrize(
    ("method", "target", "action"),
    [
        ("GET", "/a.png", "s3:GetObject"),
        ("HEAD", "/a.png", "s3:GetObject"),
        ("GET", "/a.png?response-content-type=text%2Fplain", "s3:GetObject"),
        ("GET", "/a.png?partNumber=1&x-id=GetObject", "s3:GetObject"),
        ("GET", "/a.png?versionId=1", "s3:GetObjectVersion"),
        ("HEAD", "/a.png?versionId=1", "s3:GetObjectVersion"),
        ("PUT", "/a.png", "s3:PutObject"),
        ("PUT", "/a.png?partNumber=1&uploadId=x", "s3:PutObject"),
        ("POST", "/a.png?uploads", "s3:PutObject"),
        ("POST", "/a.png?uploadId=x", "s3:PutObject"),
        ("DELETE", "/a.png", "s3:DeleteObject"),
        ("DELETE", "/a.png?versionId=1", "s3:DeleteObjectVersion"),
        ("DELETE", "/a.png?uploadId=x", "s3:AbortMultipartUpload"),
        ("GET", "/a.png?tagging", "s3:GetObjectTagging"),
        ("GET", "/a.png?acl", "s3:GetObjectAcl"),
        ("GET", "/", "s3:ListBucket"),
        ("HEAD", "/", "s3:ListBucket"),
        ("GET", "/?list-type=2&prefix=a", "s3:ListBucket"),
        ("GET", "/?versions", "s3:ListBucketVersions"),
        ("GET", "/?location", "s3:GetBucketLocation"),
        ("OPTIONS", "/a.png", None),
    ],
)
def test_which_permission_a_request_needs(method: str, target: str, action: str | None) -> None:
    assert s3_call(request(method=method, target=target)).action == action


@pytest.mark.parametrize(
    ("method", "target", "named"),
    [
        ("POST", "/a.png", "POST of an object"),
        ("PATCH", "/a.png", "PATCH of an object"),
        ("PUT", "/", "PUT of a bucket"),
        ("DELETE", "/", "DELETE of a bucket"),
        ("POST", "/?delete", "POST of ?delete"),
        ("PUT", "/?policy", "PUT of ?policy"),
        ("GET", "/?replication", "GET of ?replication"),
        ("GET", "/a.png?torrent", "GET of ?torrent"),
    ],
)
def test_what_is_not_modelled_is_named(method: str, target: str, named: str) -> None:
    with pytest.raises(S3Error, match=named.replace("?", r"\?")) as refusal:
        s3_call(request(method=method, target=target))
    assert (refusal.value.status, refusal.value.code) == (501, "NotImplemented")


@pytest.mark.parametrize(
    ("domain_name", "host", "target", "expected"),
    [
        (HOST, HOST, "/a/b%20c?x=y", ("one", "eu-west-1", "/a/b%20c")),
        (HOST, f"{HOST}:443", "//a", ("one", "eu-west-1", "//a")),
        (
            "s3.eu-west-1.amazonaws.com",
            "s3.eu-west-1.amazonaws.com",
            "/one/a/b",
            ("one", "eu-west-1", "/a/b"),
        ),
        ("s3.eu-west-1.amazonaws.com", "s3.eu-west-1.amazonaws.com", "/one", ("one", "eu-west-1", "/")),
        ("s3.eu-west-1.amazonaws.com", "s3.eu-west-1.amazonaws.com", "/one//a", ("one", "eu-west-1", "//a")),
        ("one.s3.amazonaws.com", "one.s3.amazonaws.com", "/a", ("one", None, "/a")),
        (HOST, "two.s3.us-east-1.amazonaws.com", "/a", ("two", "eu-west-1", "/a")),
        (HOST, "Assets.example.test", "/a", ("assets.example.test", "eu-west-1", "/a")),
    ],
)
def test_which_bucket_and_key_a_request_is_about(
    domain_name: str, host: str, target: str, expected: tuple[str, str | None, str]
) -> None:
    call = s3_call(request(domain_name=domain_name, target=target, headers={"Host": host}))
    assert (call.bucket, call.region, call.path) == expected


def test_without_a_host_header_the_name_counts() -> None:
    assert s3_call(request(headers={})).bucket == "one"


def test_a_call_is_about_an_object_or_its_bucket() -> None:
    told: dict[str, Any] = {"bucket": "one", "region": None, "action": "s3:GetObject", "query": {}}
    assert S3Call(path="/a", **told).about_object
    assert not S3Call(path="/", **told).about_object
