"""The one endpoint: policies are ours, the rest is moto's, and objects come out as S3 gives them."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from botocore.exceptions import ClientError
from werkzeug.test import Client

from asset_edge.emulator.messages import OriginRequest, to_headers
from tests.localcloud.conftest import Cloud

TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::a-bucket", "arn:aws:s3:::a-bucket/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def document(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def put_policy(cloud: Cloud, *statements: Any) -> None:
    cloud.client("s3").put_bucket_policy(Bucket="a-bucket", Policy=document(*statements))


def read(cloud: Cloud, target: str, method: str = "GET", **headers: str) -> Any:
    request = OriginRequest(
        method=method,
        protocol="https",
        domain_name="a-bucket.s3.us-east-1.amazonaws.com",
        port=443,
        target=target,
        headers=to_headers({"Host": "a-bucket.s3.us-east-1.amazonaws.com", **headers}),
    )
    return cloud.front.object_store("a-bucket", request)


def test_a_policy_that_wants_tls_closes_nothing(cloud: Cloud) -> None:
    cloud.bucket()
    put_policy(cloud, TLS_ONLY)
    cloud.client("s3").put_object(Bucket="a-bucket", Key="k", Body=b"still writable")
    assert cloud.client("s3").get_object(Bucket="a-bucket", Key="k")["Body"].read() == b"still writable"


def test_a_policy_comes_back_and_goes(cloud: Cloud) -> None:
    cloud.bucket()
    s3 = cloud.client("s3")
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket="a-bucket")
    put_policy(cloud, TLS_ONLY)
    assert s3.get_bucket_policy(Bucket="a-bucket")["Policy"] == document(TLS_ONLY)
    s3.delete_bucket_policy(Bucket="a-bucket")
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket="a-bucket")


@pytest.mark.parametrize("policy", ["no json", "[]", "{}", '{"Statement": "all"}'])
def test_a_policy_that_is_none_is_malformed(cloud: Cloud, policy: str) -> None:
    cloud.bucket()
    with pytest.raises(ClientError, match="MalformedPolicy"):
        cloud.client("s3").put_bucket_policy(Bucket="a-bucket", Policy=policy)


def test_a_policy_needs_its_bucket(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        cloud.client("s3").get_bucket_policy(Bucket="absent")


def test_a_policy_is_found_by_virtual_host_too(cloud: Cloud) -> None:
    cloud.bucket()
    put_policy(cloud, TLS_ONLY)
    answer = Client(cloud.front).get("/?policy", base_url="http://a-bucket.s3.us-east-1.amazonaws.com")
    assert answer.get_json() == json.loads(document(TLS_ONLY))


KEYS = ["a.png", "with space.png", "a+b.png", "é/ñ.png", "100%.png", "%2F.png", "//two", "a/../b", "q?x#y"]


@pytest.mark.parametrize("key", KEYS)
def test_an_object_is_read_by_its_encoded_path(cloud: Cloud, key: str) -> None:
    cloud.bucket()
    cloud.client("s3").put_object(Bucket="a-bucket", Key=key, Body=key.encode())
    found = read(cloud, f"/{quote(key)}")
    assert (found.status, found.body.decode()) == (200, key)


def test_a_range_and_a_condition_are_s3s(cloud: Cloud) -> None:
    cloud.bucket()
    etag = cloud.client("s3").put_object(Bucket="a-bucket", Key="k", Body=b"0123456789")["ETag"]
    part = read(cloud, "/k", Range="bytes=2-4")
    assert (part.status, part.body) == (206, b"234")
    assert part.headers["content-range"][0]["value"] == "bytes 2-4/10"
    not_modified = read(cloud, "/k", **{"If-None-Match": etag})
    assert not_modified.status == 304
    assert "content-type" not in not_modified.headers, "it has no content, and the object's type is another"
    assert read(cloud, "/absent").status == 404


def test_head_has_the_length_and_no_body(cloud: Cloud) -> None:
    cloud.bucket()
    cloud.client("s3").put_object(Bucket="a-bucket", Key="k", Body=b"0123456789", ContentType="image/png")
    found = read(cloud, "/k", "HEAD")
    assert (found.status, found.body) == (200, b"")
    assert found.headers["content-length"][0]["value"] == "10"
    assert found.headers["content-type"][0]["value"] == "image/png"


def test_nothing_of_motos_own_is_in_an_answer(cloud: Cloud) -> None:
    cloud.bucket()
    cloud.client("s3").put_object(Bucket="a-bucket", Key="k", Body=b"x", Metadata={"kept": "yes"})
    headers = read(cloud, "/k").headers
    assert not {"access-control-allow-origin", "x-amzn-requestid", "x-amz-content-sha256"} & headers.keys()
    assert headers["x-amz-meta-kept"][0]["value"] == "yes"
    assert headers["server"][0]["value"] == "AmazonS3"


def test_a_function_is_found_by_its_qualified_arn_alone(cloud: Cloud) -> None:
    assert cloud.front.function_code("arn:aws:lambda:us-east-1:123456789012:function:absent:1") is None
    assert cloud.front.function_code("no arn") is None
    assert cloud.front.function_code("arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST") is None


def test_a_defect_is_a_500_and_in_the_log(cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    answer = Client(cloud.front).post("/2013-04-01/hostedzone")  # unsigned, which moto takes for S3
    assert answer.status_code == 500
    assert b"KeyError" not in answer.data
    assert "KeyError" in caplog.text


def test_a_new_cloud_knows_nothing_of_the_one_before(cloud: Cloud) -> None:
    cloud.bucket()
    cloud.front.close()
    assert cloud.client("s3").list_buckets()["Buckets"] == []
