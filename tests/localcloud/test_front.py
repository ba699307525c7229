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


def zone(*, name: str = "<Name>a.test</Name>") -> str:
    return f"<CreateHostedZoneRequest>{name}<CallerReference>r</CallerReference></CreateHostedZoneRequest>"


S3 = {"Authorization": "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/s3/aws4_request, Signature=0"}
MALFORMED: list[Any] = [
    pytest.param("POST /2013-04-01/hostedzone", "", "MalformedInput", id="no document"),
    pytest.param("POST /2013-04-01/hostedzone", "<Create", "MalformedInput", id="cut off"),
    pytest.param("POST /2013-04-01/hostedzone", zone(name=""), "MalformedInput", id="without its name"),
    pytest.param("POST /2013-04-01/hostedzone", b"\xff\xfe", "MalformedInput", id="no text"),
    pytest.param("POST /2020-05-31/distribution", "<DistributionConfig/>", "MalformedInput", id="empty"),
    pytest.param("PUT /a-bucket?tagging", "<Tagging", "MalformedXML", id="a bucket's tags"),
    pytest.param("PUT /a-bucket?versioning", "status=Enabled", "MalformedXML", id="no XML"),
    pytest.param("PUT /a-bucket?lifecycle", "<LifecycleConfiguration/>", "MalformedXML", id="no rules"),
    pytest.param("PUT /a-bucket?encryption", "", "MalformedXML", id="nothing"),
    pytest.param("PUT /a-bucket?replication", "<R><Role>r</Role></R>", "MalformedXML", id="replication"),
    pytest.param("PUT /a-bucket/k?tagging", "<Tagging/>", "MalformedXML", id="an object's tags"),
    pytest.param("POST /a-bucket?delete", "<Delete><Object/></Delete>", "MalformedXML", id="keyless"),
    pytest.param("POST /a-bucket?delete", "<!DOCTYPE x [<!ENTITY", "MalformedXML", id="an entity"),
    pytest.param("PUT /b-bucket", "<CreateBucketConfiguration", "MalformedXML", id="a new bucket"),
]


@pytest.mark.parametrize(("call", "body", "code"), MALFORMED)
def test_a_document_that_is_none_is_a_400_by_the_apis_own_code(
    cloud: Cloud, caplog: pytest.LogCaptureFixture, call: str, body: Any, code: str
) -> None:
    cloud.bucket()
    method, address = call.split()
    answer = Client(cloud.front).open(address, method=method, data=body, headers=S3)
    assert answer.status_code == 400
    assert f"<Code>{code}</Code>" in answer.text
    assert caplog.text == "", "nothing failed"


def test_content_is_no_document_whatever_it_looks_like(cloud: Cloud) -> None:
    cloud.bucket()
    for body in (b"", b"<Tagging", b"\xff\xfe"):
        cloud.client("s3").put_object(Bucket="a-bucket", Key="k", Body=body)
        assert read(cloud, "/k").body == body


def test_a_bucket_that_is_made_again_elsewhere_has_nothing_of_the_one_before(cloud: Cloud) -> None:
    cloud.bucket()
    s3 = cloud.client("s3")
    configuration = {"Id": "all"}
    s3.put_bucket_metrics_configuration(Bucket="a-bucket", Id="all", MetricsConfiguration=configuration)
    assert cloud.front.region_of("a-bucket") == "us-east-1"
    s3.delete_bucket(Bucket="a-bucket")
    assert cloud.front.region_of("a-bucket") is None
    cloud.bucket(region="eu-west-1")
    assert cloud.front.region_of("a-bucket") == "eu-west-1"
    with pytest.raises(ClientError, match="NoSuchConfiguration"):
        s3.get_bucket_metrics_configuration(Bucket="a-bucket", Id="all")


def test_deleting_a_document_or_failing_to_delete_the_bucket_forgets_nothing(cloud: Cloud) -> None:
    cloud.bucket()
    s3 = cloud.client("s3")
    s3.put_bucket_metrics_configuration(Bucket="a-bucket", Id="all", MetricsConfiguration={"Id": "all"})
    s3.delete_bucket_cors(Bucket="a-bucket")
    s3.put_object(Bucket="a-bucket", Key="k")
    with pytest.raises(ClientError, match="BucketNotEmpty"):
        s3.delete_bucket(Bucket="a-bucket")
    assert s3.get_bucket_metrics_configuration(Bucket="a-bucket", Id="all")["MetricsConfiguration"]


def test_whether_a_bucket_keeps_versions(cloud: Cloud) -> None:
    cloud.bucket()
    for status, kept in (("Enabled", True), ("Suspended", False)):
        assert cloud.front.is_versioned("a-bucket") is not kept
        configuration = {"Status": status}
        cloud.client("s3").put_bucket_versioning(Bucket="a-bucket", VersioningConfiguration=configuration)
        assert cloud.front.is_versioned("a-bucket") is kept


def test_a_defect_is_a_500_and_in_the_log(cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    # Unsigned, which moto takes for S3.
    answer = Client(cloud.front).post("/2013-04-01/hostedzone", data=zone())
    assert answer.status_code == 500
    assert b"KeyError" not in answer.data
    assert "KeyError" in caplog.text


def test_a_new_cloud_knows_nothing_of_the_one_before(cloud: Cloud) -> None:
    cloud.bucket()
    cloud.front.close()
    assert cloud.client("s3").list_buckets()["Buckets"] == []
