"""Buckets, documents and objects as boto3 finds them after their rows have made them."""

from typing import Any

import pulumi
import pytest
from botocore.exceptions import ClientError

from asset_edge.errors import Unsupported
from asset_edge.localcloud.table import ROWS
from tests.localcloud.conftest import Cloud

BUCKET = "aws:s3/bucket:Bucket"


@pytest.mark.parametrize(("region", "location"), [("us-east-1", None), ("eu-west-1", "eu-west-1")])
def test_a_bucket_is_in_its_region_and_tells_its_names(
    cloud: Cloud, region: str, location: str | None
) -> None:
    state = cloud.create(BUCKET, bucket="b-1", region=region, tags={"stage": "test"})
    assert state.id == "b-1"
    assert state.outputs["arn"] == "arn:aws:s3:::b-1"
    assert state.outputs["bucketRegionalDomainName"] == f"b-1.s3.{region}.amazonaws.com"
    assert state.outputs["bucketDomainName"] == "b-1.s3.amazonaws.com"
    assert state.outputs["bucketRegion"] == region
    s3 = cloud.client("s3", region)
    assert s3.get_bucket_location(Bucket="b-1")["LocationConstraint"] == location
    assert s3.get_bucket_tagging(Bucket="b-1")["TagSet"] == [{"Key": "stage", "Value": "test"}]
    assert cloud.front.region_of("b-1") == region


def test_a_bucket_that_is_not_there_has_no_region(cloud: Cloud) -> None:
    assert cloud.front.region_of("absent") is None


DOCUMENTS: list[Any] = [
    pytest.param(
        "aws:s3/bucketVersioning:BucketVersioning",
        {"versioningConfiguration": {"status": "Enabled"}},
        "get_bucket_versioning",
        {"Status": "Enabled"},
        id="versioning",
    ),
    pytest.param(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        {"blockPublicAcls": True, "blockPublicPolicy": True},
        "get_public_access_block",
        {
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": False,
                "RestrictPublicBuckets": False,
            }
        },
        id="public access block",
    ),
    pytest.param(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
        "get_bucket_ownership_controls",
        {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
        id="ownership",
    ),
    pytest.param(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {
            "rules": [
                {
                    "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "k"},
                    "bucketKeyEnabled": True,
                }
            ]
        },
        "get_bucket_encryption",
        {
            "ServerSideEncryptionConfiguration": {
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": {
                            "SSEAlgorithm": "aws:kms",
                            "KMSMasterKeyID": "k",
                        },
                        "BucketKeyEnabled": True,
                    }
                ]
            }
        },
        id="encryption",
    ),
    pytest.param(
        "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
        {"corsRules": [{"allowedMethods": ["GET"], "allowedOrigins": ["*"], "maxAgeSeconds": 60}]},
        "get_bucket_cors",
        {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "MaxAgeSeconds": 60}]},
        id="cors",
    ),
]


@pytest.mark.parametrize(("resource_type", "inputs", "method", "expected"), DOCUMENTS)
def test_a_document_comes_back_as_it_was_declared(
    cloud: Cloud, resource_type: str, inputs: Any, method: str, expected: Any
) -> None:
    bucket = cloud.bucket(region="eu-west-1")
    state = cloud.create(resource_type, bucket=bucket, region="eu-west-1", **inputs)
    found = getattr(cloud.client("s3", "eu-west-1"), method)(Bucket=bucket)
    del found["ResponseMetadata"]
    assert found == expected
    assert state.id == bucket


def test_a_document_is_updated_by_writing_it_again(cloud: Cloud) -> None:
    bucket = cloud.bucket()
    row = ROWS["aws:s3/bucketVersioning:BucketVersioning"]
    assert row.update
    for status in ("Enabled", "Suspended"):
        inputs = {"bucket": bucket, "region": "us-east-1", "versioningConfiguration": {"status": status}}
        row.update(bucket, inputs, cloud.clients)
        assert cloud.client("s3").get_bucket_versioning(Bucket=bucket)["Status"] == status


def test_a_lifecycle_rule_without_a_filter_is_for_every_object(cloud: Cloud) -> None:
    bucket = cloud.bucket()
    rules = [
        {"id": "old", "status": "Enabled", "noncurrentVersionExpiration": {"noncurrentDays": 3}},
        {
            "id": "temporary",
            "status": "Enabled",
            "filter": {"prefix": "tmp/"},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 1},
        },
    ]
    cloud.create(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", bucket=bucket, rules=rules
    )
    found = cloud.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert [(rule["ID"], rule["Filter"]) for rule in found] == [
        ("old", {"Prefix": ""}),
        ("temporary", {"Prefix": "tmp/"}),
    ]
    assert found[0]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 3}


def test_replication_is_stored_as_declared(cloud: Cloud) -> None:
    source, target = cloud.bucket("source"), cloud.bucket("target", "eu-west-1")
    for bucket, region in ((source, "us-east-1"), (target, "eu-west-1")):
        cloud.create(
            "aws:s3/bucketVersioning:BucketVersioning",
            bucket=bucket,
            region=region,
            versioningConfiguration={"status": "Enabled"},
        )
    rule = {
        "id": "all",
        "status": "Enabled",
        "priority": 1,
        "filter": {"prefix": ""},
        "deleteMarkerReplication": {"status": "Enabled"},
        "destination": {"bucket": f"arn:aws:s3:::{target}", "metrics": {"status": "Enabled"}},
    }
    role = "arn:aws:iam::123456789012:role/replicates"
    cloud.create(
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig", bucket=source, role=role, rules=[rule]
    )
    found = cloud.client("s3").get_bucket_replication(Bucket=source)["ReplicationConfiguration"]
    assert found["Role"] == role
    assert (found["Rules"][0]["ID"], found["Rules"][0]["Status"]) == ("all", "Enabled")
    assert found["Rules"][0]["Destination"]["Bucket"] == f"arn:aws:s3:::{target}"


def test_eventbridge_notifications_are_taken(cloud: Cloud) -> None:
    bucket = cloud.bucket()
    state = cloud.create("aws:s3/bucketNotification:BucketNotification", bucket=bucket, eventbridge=True)
    assert state.id == bucket


@pytest.mark.parametrize("name", ["lambdaFunctions", "queues", "topics"])
def test_notifications_other_than_eventbridge_are_refused_by_name(name: str) -> None:
    with pytest.raises(Unsupported, match=name):
        ROWS["aws:s3/bucketNotification:BucketNotification"].check({name: [{"events": ["s3:*"]}]})


CONTENTS: list[Any] = [
    pytest.param({"content": "text"}, b"text", id="text"),
    pytest.param({"contentBase64": "aGk="}, b"hi", id="base64"),
    pytest.param({"source": pulumi.StringAsset("asset")}, b"asset", id="string asset"),
    pytest.param({"source": pulumi.FileAsset("pictures/README.md")}, b"# Pictures", id="file asset"),
    pytest.param({}, b"", id="nothing"),
]


@pytest.mark.parametrize(("given", "expected"), CONTENTS)
def test_an_object_has_its_content_type_and_metadata(cloud: Cloud, given: Any, expected: bytes) -> None:
    bucket = cloud.bucket()
    state = cloud.create(
        "aws:s3/bucketObjectv2:BucketObjectv2",
        bucket=bucket,
        key="a/b.txt",
        contentType="text/x-tested",
        cacheControl="max-age=1",
        metadata={"owner": "me"},
        **given,
    )
    found = cloud.client("s3").get_object(Bucket=bucket, Key="a/b.txt")
    assert found["Body"].read().startswith(expected)
    assert (found["ContentType"], found["CacheControl"]) == ("text/x-tested", "max-age=1")
    assert found["Metadata"] == {"owner": "me"}
    assert state.id == "a-bucket/a/b.txt"
    assert f'"{state.outputs["etag"]}"' == found["ETag"]


def test_what_s3_refuses_is_an_error_of_the_client(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        cloud.create("aws:s3/bucketPolicy:BucketPolicy", bucket="absent", policy='{"Statement": []}')
