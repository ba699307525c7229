"""Who follows writes is told of each that succeeds, whichever call made it and whichever way it came."""

from typing import Any
from urllib.parse import quote

import pytest
from botocore.exceptions import ClientError
from werkzeug.datastructures import Headers
from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Request, Response

from asset_edge.emulator.messages import OriginRequest, to_headers
from asset_edge.emulator.replication import Kind, ObjectWrite
from asset_edge.localcloud import s3_calls
from asset_edge.localcloud.s3_calls import S3Call
from tests.localcloud.conftest import Cloud

WEST = "eu-west-1"
BUCKET = "a-bucket"


@pytest.fixture
def told(cloud: Cloud) -> list[ObjectWrite]:
    """What was told of since there is a bucket, in eu-west-1, with versions."""
    cloud.bucket(BUCKET, WEST)
    cloud.client("s3", WEST).put_bucket_versioning(
        Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}
    )
    heard: list[ObjectWrite] = []
    cloud.front.on_s3_write(heard.append)
    return heard


def written(kind: Kind, version_id: str | None, key: str = "k") -> ObjectWrite:
    return ObjectWrite(region=WEST, bucket=BUCKET, key=key, kind=kind, version_id=version_id)


@pytest.mark.parametrize("key", ["k", "a/b", "with space", "a+b", "é/ñ", "100%", "%2F", "//two", "q?x#y"])
def test_a_put_is_told_with_its_key_region_and_version(
    cloud: Cloud, told: list[ObjectWrite], key: str
) -> None:
    put = cloud.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"x")
    assert told == [written(Kind.object, put["VersionId"], key)]


def test_a_copy_and_a_whole_upload_are_told_once_each(cloud: Cloud, told: list[ObjectWrite]) -> None:
    s3 = cloud.client("s3", WEST)
    s3.put_object(Bucket=BUCKET, Key="source", Body=b"x")
    copied = s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "source"})
    named: dict[str, Any] = {"Bucket": BUCKET, "Key": "parts"}
    upload = named | {"UploadId": s3.create_multipart_upload(**named)["UploadId"]}
    part = s3.upload_part(**upload, PartNumber=1, Body=b"x")
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    whole = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    assert told[1:] == [
        written(Kind.object, copied["VersionId"], "copy"),
        written(Kind.object, whole["VersionId"], "parts"),
    ]


def test_an_upload_that_is_given_up_is_not_told(cloud: Cloud, told: list[ObjectWrite]) -> None:
    s3, named = cloud.client("s3", WEST), {"Bucket": BUCKET, "Key": "parts"}
    s3.abort_multipart_upload(**named, UploadId=s3.create_multipart_upload(**named)["UploadId"])
    assert told == []


def test_deletes_are_told_apart(cloud: Cloud, told: list[ObjectWrite]) -> None:
    s3 = cloud.client("s3", WEST)
    version_id = s3.put_object(Bucket=BUCKET, Key="k", Body=b"x")["VersionId"]
    marker = s3.delete_object(Bucket=BUCKET, Key="k")["VersionId"]
    s3.delete_object(Bucket=BUCKET, Key="k", VersionId=marker)
    s3.delete_object(Bucket=BUCKET, Key="k", VersionId=version_id)
    assert told[1:] == [
        written(Kind.delete_marker, marker),
        written(Kind.deletion, marker),
        written(Kind.deletion, version_id),
    ]


def test_deletes_of_many_are_told_one_by_one(cloud: Cloud, told: list[ObjectWrite]) -> None:
    s3 = cloud.client("s3", WEST)
    version_id = s3.put_object(Bucket=BUCKET, Key="erased & gone", Body=b"x")["VersionId"]
    s3.put_object(Bucket=BUCKET, Key="marked", Body=b"x")
    del told[:]
    objects = [{"Key": "erased & gone", "VersionId": version_id}, {"Key": "marked"}]
    deleted = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": objects})["Deleted"]
    marker = next(d["DeleteMarkerVersionId"] for d in deleted if d["Key"] == "marked")
    assert told == [
        written(Kind.deletion, version_id, "erased & gone"),
        written(Kind.delete_marker, marker, "marked"),
    ]


def test_a_delete_marker_that_is_deleted_by_its_version_is_gone_for_good() -> None:
    """As S3 says it; moto leaves half of it out."""
    answer = Response(
        '<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Deleted><Key>k</Key>'
        "<VersionId>v1</VersionId><DeleteMarker>true</DeleteMarker>"
        "<DeleteMarkerVersionId>v1</DeleteMarkerVersionId></Deleted>"
        "<Error><Key>other</Key><Code>AccessDenied</Code></Error></DeleteResult>"
    )
    call = S3Call(method="POST", bucket=BUCKET, key="", query={"delete": ""})
    assert s3_calls.written(call, answer) == [("k", Kind.deletion, "v1")]


@pytest.mark.parametrize(
    ("host", "target", "headers", "expected"),
    [
        pytest.param("127.0.0.1:1", "/b/a/k?tagging", {}, ("b", "a/k", {"tagging": ""}), id="path style"),
        pytest.param("127.0.0.1:1", "/b", {}, ("b", "", {}), id="a bucket"),
        pytest.param("s3.eu-west-1.amazonaws.com", "/b/k", {}, ("b", "k", {}), id="path style at S3"),
        pytest.param("b.s3.eu-west-1.amazonaws.com", "/a/k", {}, ("b", "a/k", {}), id="virtual host"),
        pytest.param("b.c.s3.amazonaws.com:443", "/k", {}, ("b.c", "k", {}), id="the oldest one"),
        pytest.param("b.s3.dualstack.eu-west-1.amazonaws.com", "/k", {}, ("b", "k", {}), id="dual stack"),
        pytest.param("sqs.eu-west-1.amazonaws.com", "/b/k", {}, None, id="another service's host"),
        pytest.param("127.0.0.1:1", "/", {}, None, id="no bucket"),
        pytest.param(
            "127.0.0.1:1",
            "/b/k",
            {"Authorization": "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/sqs/aws4_request, S=0"},
            None,
            id="signed for another service",
        ),
        pytest.param(
            "127.0.0.1:1",
            "/b/k?X-Amz-Credential=A%2F20260101%2Fus-east-1%2Fsts%2Faws4_request",
            {},
            None,
            id="its address signed for another service",
        ),
    ],
)
def test_what_a_call_is_about(host: str, target: str, headers: dict[str, str], expected: Any) -> None:
    request = Request(
        EnvironBuilder(path=target, base_url=f"http://{host}", headers=Headers(headers)).get_environ()
    )
    call = s3_calls.s3_call(request)
    assert (call and (call.bucket, call.key, call.query)) == expected


def test_without_versions_a_delete_is_for_good(cloud: Cloud, told: list[ObjectWrite]) -> None:
    plain = cloud.bucket("plain")
    s3 = cloud.client("s3")
    s3.put_object(Bucket=plain, Key="k", Body=b"x")
    s3.delete_object(Bucket=plain, Key="k")
    assert [(w.region, w.bucket, w.kind, w.version_id) for w in told] == [
        ("us-east-1", "plain", Kind.object, None),
        ("us-east-1", "plain", Kind.deletion, None),
    ]


def test_tags_and_grants_are_told_with_the_version_that_was_named(
    cloud: Cloud, told: list[ObjectWrite]
) -> None:
    s3 = cloud.client("s3", WEST)
    version_id = s3.put_object(Bucket=BUCKET, Key="k", Body=b"x")["VersionId"]
    tags = {"TagSet": [{"Key": "t", "Value": "1"}]}
    s3.put_object_tagging(Bucket=BUCKET, Key="k", Tagging=tags)
    s3.put_object_tagging(Bucket=BUCKET, Key="k", Tagging=tags, VersionId=version_id)
    s3.delete_object_tagging(Bucket=BUCKET, Key="k")
    s3.put_object_acl(Bucket=BUCKET, Key="k", ACL="public-read")
    assert told[1:] == [
        written(Kind.tagging, None),
        written(Kind.tagging, version_id),
        written(Kind.tagging, None),
        written(Kind.acl, None),
    ]


def test_what_fails_or_only_reads_is_not_told(cloud: Cloud, told: list[ObjectWrite]) -> None:
    s3 = cloud.client("s3", WEST)
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.put_object(Bucket="absent", Key="k", Body=b"x")
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.put_object_tagging(Bucket=BUCKET, Key="absent", Tagging={"TagSet": [{"Key": "t", "Value": "1"}]})
    s3.list_objects_v2(Bucket=BUCKET)
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": []})
    cloud.client("sqs").create_queue(QueueName="not-s3")
    cloud.client("sns").create_topic(Name="nor-this")
    assert told == []


def test_writes_by_virtual_host_through_a_signed_address_and_through_the_edge_are_told_too(
    cloud: Cloud, told: list[ObjectWrite]
) -> None:
    client, host = Client(cloud.front), f"{BUCKET}.s3.{WEST}.amazonaws.com"
    client.put("/by host", base_url=f"https://{host}", data=b"x")
    signed = cloud.client("s3", WEST).generate_presigned_url(
        "put_object", Params={"Bucket": BUCKET, "Key": "presigned"}
    )
    client.put(signed.removeprefix(cloud.clients.endpoint), data=b"x")
    through_the_edge = OriginRequest(
        method="PUT",
        protocol="https",
        domain_name=host,
        port=443,
        target=f"/{quote('of a viewer')}",
        headers=to_headers({"Host": host}),
        body=b"x",
    )
    assert cloud.front.object_store(BUCKET, through_the_edge).status == 200
    assert [(w.bucket, w.key, w.kind) for w in told] == [
        (BUCKET, "by host", Kind.object),
        (BUCKET, "presigned", Kind.object),
        (BUCKET, "of a viewer", Kind.object),
    ]
    for key in ("by host", "presigned", "of a viewer"):
        with cloud.client("s3", WEST).get_object(Bucket=BUCKET, Key=key)["Body"] as body:
            assert body.read() == b"x"


def test_what_s3_itself_writes_is_not_told(cloud: Cloud, told: list[ObjectWrite]) -> None:
    assert cloud.front.s3("PUT", BUCKET, "/k", {"Content-Type": "image/png"}, b"x").status_code == 200
    assert told == []
    assert cloud.client("s3").head_object(Bucket=BUCKET, Key="k")["ContentType"] == "image/png"


def test_one_that_has_enough_is_told_no_more(cloud: Cloud, told: list[ObjectWrite]) -> None:
    heard: list[ObjectWrite] = []
    end = cloud.front.on_s3_write(heard.append)
    cloud.client("s3").put_object(Bucket=BUCKET, Key="k", Body=b"x")
    end()
    cloud.client("s3").put_object(Bucket=BUCKET, Key="k", Body=b"x")
    assert (len(heard), len(told)) == (1, 2)


def test_the_status_is_asked_for_by_version(cloud: Cloud, told: list[ObjectWrite]) -> None:
    s3 = cloud.client("s3", WEST)
    first, second = (s3.put_object(Bucket=BUCKET, Key="k", Body=b"x")["VersionId"] for _ in range(2))
    assert [write.version_id for write in told] == [first, second]
    known = {(BUCKET, "k", first): "COMPLETED"}
    cloud.front.replication_status = lambda *named: known.get(named)
    assert s3.head_object(Bucket=BUCKET, Key="k", VersionId=first)["ReplicationStatus"] == "COMPLETED"
    assert "ReplicationStatus" not in s3.head_object(Bucket=BUCKET, Key="k", VersionId=second)
    assert "ReplicationStatus" not in s3.get_object_tagging(Bucket=BUCKET, Key="k")
