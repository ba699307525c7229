"""Every type of S3 from its making to its end: made, looked at, changed, looked at again, taken away."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from asset_edge.errors import Unsupported
from asset_edge.localcloud.rows import Row
from asset_edge.localcloud.table import ROWS
from tests.localcloud.conftest import Cloud

REGION = "eu-west-1"
S3_ROWS = {name: row for name, row in ROWS.items() if name.startswith("aws:s3/")}
SCHEMA = json.loads(Path("tests/aws-schema-subset.json").read_text())["resources"]
SUSPENDED = "bucketVersioning"
"""What is deleted by writing something else in its place, and is still to be read."""

ROLE = "arn:aws:iam::123456789012:role/replicates"
TO_TARGET = {
    "id": "r",
    "status": "Enabled",
    "priority": 1,
    "filter": {"prefix": ""},
    "deleteMarkerReplication": {"status": "Enabled"},
    "destination": {"bucket": "arn:aws:s3:::target"},
}
FULL_RULE = {
    **TO_TARGET,
    "filter": {"and": {"prefix": "a/", "tags": {"t": "1", "u": "2"}}},
    "deleteMarkerReplication": {"status": "Disabled"},
    "sourceSelectionCriteria": {
        "replicaModifications": {"status": "Enabled"},
        "sseKmsEncryptedObjects": {"status": "Enabled"},
    },
    "destination": {
        "bucket": "arn:aws:s3:::target",
        "storageClass": "STANDARD_IA",
        "encryptionConfiguration": {"replicaKmsKeyId": "arn:key"},
        "metrics": {"status": "Enabled", "eventThreshold": {"minutes": 15}},
        "replicationTime": {"status": "Enabled", "time": {"minutes": 15}},
    },
}
FIRST_SCHEMA = {
    "id": "old",
    "status": "Enabled",
    "prefix": "a/",
    "destination": {"bucket": "arn:aws:s3:::target"},
}


def policy(action: str) -> str:
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


LIVES: list[Any] = [
    pytest.param(
        "bucketVersioning:BucketVersioning",
        {"versioningConfiguration": {"status": "Enabled"}},
        {"versioningConfiguration": {"status": "Suspended"}},
        id="versioning",
    ),
    pytest.param(
        "bucketPublicAccessBlock:BucketPublicAccessBlock",
        dict.fromkeys(("blockPublicAcls", "blockPublicPolicy"), True)
        | dict.fromkeys(("ignorePublicAcls", "restrictPublicBuckets"), False),
        dict.fromkeys(
            ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True
        ),
        id="public access block",
    ),
    pytest.param(
        "bucketOwnershipControls:BucketOwnershipControls",
        {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
        {"rule": {"objectOwnership": "ObjectWriter"}},
        id="ownership",
    ),
    pytest.param(
        "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {
            "rules": [
                {
                    "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "k"},
                    "bucketKeyEnabled": True,
                }
            ]
        },
        {
            "rules": [
                {
                    "applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"},
                    "bucketKeyEnabled": False,
                }
            ]
        },
        id="encryption",
    ),
    pytest.param(
        "bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        {
            "rules": [
                {
                    "id": "large",
                    "status": "Enabled",
                    "filter": {"and": {"objectSizeGreaterThan": 5, "tags": {"t": "1"}}},
                    "expiration": {"date": "2030-01-01T00:00:00Z"},
                    "noncurrentVersionTransitions": [{"noncurrentDays": 1, "storageClass": "GLACIER"}],
                },
                {
                    "id": "versions",
                    "status": "Enabled",
                    "filter": {"prefix": "a/"},
                    "noncurrentVersionExpiration": {"noncurrentDays": 3, "newerNoncurrentVersions": 2},
                },
            ]
        },
        {
            "rules": [
                {
                    "id": "by-tag",
                    "status": "Disabled",
                    "filter": {"tag": {"key": "t", "value": "1"}},
                    "expiration": {"expiredObjectDeleteMarker": True},
                }
            ]
        },
        id="lifecycle",
    ),
    pytest.param(
        "bucketReplicationConfig:BucketReplicationConfig",
        {"role": ROLE, "rules": [FULL_RULE, {**TO_TARGET, "id": "s", "priority": 2}]},
        {"role": f"{ROLE}-2", "rules": [FIRST_SCHEMA]},
        id="replication",
    ),
    pytest.param(
        "bucketCorsConfiguration:BucketCorsConfiguration",
        {
            "corsRules": [
                {
                    "allowedHeaders": ["x-a"],
                    "allowedMethods": ["GET", "HEAD"],
                    "allowedOrigins": ["https://a.test"],
                    "exposeHeaders": ["etag"],
                    "maxAgeSeconds": 60,
                }
            ]
        },
        {"corsRules": [{"allowedMethods": ["PUT"], "allowedOrigins": ["*"]}]},
        id="cors",
    ),
    pytest.param(
        "bucketPolicy:BucketPolicy",
        {"policy": policy("s3:GetObject")},
        {"policy": policy("s3:ListBucket")},
        id="policy",
    ),
    pytest.param(
        "bucketNotification:BucketNotification", {"eventbridge": True}, {"eventbridge": True}, id="events"
    ),
    pytest.param(
        "bucketLogging:BucketLogging",
        {
            "targetBucket": "logs",
            "targetPrefix": "s3/",
            "targetGrants": [
                {"grantee": {"type": "CanonicalUser", "id": "someone"}, "permission": "READ"},
                {"grantee": {"type": "Group", "uri": "http://x"}, "permission": "WRITE"},
            ],
            "targetObjectKeyFormat": {"partitionedPrefix": {"partitionDateSource": "EventTime"}},
        },
        {"targetBucket": "logs", "targetPrefix": "other/"},
        id="logging",
    ),
    pytest.param(
        "bucketMetric:BucketMetric",
        {"name": "some", "filter": {"prefix": "a/", "tags": {"t": "1"}}},
        {"name": "some"},
        id="metrics",
    ),
    pytest.param(
        "bucketObjectv2:BucketObjectv2",
        {
            "key": "a b/é.txt",
            "content": "text",
            "contentType": "text/x-tested",
            "cacheControl": "max-age=1",
            "contentLanguage": "de",
            "metadata": {"owner": "me"},
            "storageClass": "STANDARD_IA",
            "tags": {"t": "1", "u": "= :+"},
        },
        {"key": "a b/é.txt", "content": "changed", "contentType": "text/plain", "tags": {}},
        id="object",
    ),
    pytest.param(
        "bucket:Bucket",
        {"tags": {"a": "1"}, "forceDestroy": False},
        {"tags": {}, "forceDestroy": True},
        id="bucket",
    ),
]


def row(kind: str) -> Row:
    return S3_ROWS[f"aws:s3/{kind}"]


def around(cloud: Cloud, kind: str) -> str:
    """The bucket that the resource is about, with what it needs beside it."""
    if kind == "bucket:Bucket":
        return "made-here"
    for name in ("about", "target", "logs"):
        cloud.bucket(name, REGION)
    if kind.startswith("bucketReplication"):
        for name in ("about", "target"):
            cloud.client("s3").put_bucket_versioning(
                Bucket=name, VersioningConfiguration={"Status": "Enabled"}
            )
    return "about"


@pytest.mark.parametrize(("kind", "declared", "changed"), LIVES)
def test_a_resource_is_made_changed_and_taken_away(
    cloud: Cloud, kind: str, declared: dict[str, Any], changed: dict[str, Any]
) -> None:
    whose, tested = {"bucket": around(cloud, kind), "region": REGION}, row(kind)
    assert tested.read
    assert tested.update
    assert tested.delete
    made = tested.create(whose | declared, cloud.clients)
    assert made.id
    for inputs in (declared, changed):
        if inputs is changed:
            assert tested.update(made.id, whose | changed, cloud.clients).id == made.id
        found = tested.read(made.id, whose | inputs, cloud.clients)
        assert found
        assert found.id == made.id
        assert {
            name: value for name, value in found.outputs.items() if name in whose | inputs
        } == whose | inputs
    for _ in range(2):
        tested.delete(made.id, whose | changed, cloud.clients)
    if not kind.startswith(SUSPENDED):
        assert tested.read(made.id, whose | changed, cloud.clients) is None


@pytest.mark.parametrize(("kind", "declared"), [(case.values[0], case.values[1]) for case in LIVES])
def test_what_lived_in_a_bucket_is_gone_with_it(cloud: Cloud, kind: str, declared: dict[str, Any]) -> None:
    whose, tested = {"bucket": around(cloud, kind), "region": REGION}, row(kind)
    assert tested.read
    assert tested.delete
    made = tested.create(whose | declared, cloud.clients)
    assert made.id
    bucket = row("bucket:Bucket")
    assert bucket.delete
    bucket.delete(whose["bucket"], whose | {"forceDestroy": True}, cloud.clients)
    assert tested.read(made.id, whose | declared, cloud.clients) is None
    tested.delete(made.id, whose | declared, cloud.clients)


def test_every_type_has_a_life_here() -> None:
    assert {f"aws:s3/{case.values[0]}" for case in LIVES} == S3_ROWS.keys()
    assert all(r.effect for r in S3_ROWS.values())


@pytest.mark.parametrize("name", sorted(S3_ROWS))
def test_what_replaces_a_resource_is_an_input_of_it(name: str) -> None:
    assert S3_ROWS[name].replace_on <= SCHEMA[name]["inputProperties"].keys()
    assert {"bucket", "region"} <= S3_ROWS[name].replace_on


def test_versioning_is_suspended_and_never_undone(cloud: Cloud) -> None:
    cloud.bucket("about", REGION)
    tested, inputs = row("bucketVersioning:BucketVersioning"), {"bucket": "about", "region": REGION}
    assert tested.read
    assert tested.delete
    assert tested.read("about", inputs, cloud.clients) is None, "it never was on"
    tested.create(inputs | {"versioningConfiguration": {"status": "Enabled"}}, cloud.clients)
    tested.delete("about", inputs, cloud.clients)
    found = tested.read("about", inputs, cloud.clients)
    assert found
    assert found.outputs["versioningConfiguration"] == {"status": "Suspended"}


def test_a_bucket_with_objects_goes_only_by_force(cloud: Cloud) -> None:
    bucket, s3 = cloud.bucket("full", REGION), cloud.client("s3", REGION)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for key in ("a", "a", "b"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    s3.delete_object(Bucket=bucket, Key="b")
    tested, whose = row("bucket:Bucket"), {"bucket": bucket, "region": REGION}
    assert tested.delete
    for inputs in (whose, whose | {"forceDestroy": False}):
        with pytest.raises(ClientError, match="BucketNotEmpty"):
            tested.delete(bucket, inputs, cloud.clients)
    assert len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 3, "nothing was touched"
    tested.delete(bucket, whose | {"forceDestroy": True}, cloud.clients)
    assert cloud.front.region_of(bucket) is None


def test_an_object_goes_with_all_its_versions_and_no_other(cloud: Cloud) -> None:
    bucket, s3 = cloud.bucket("full", REGION), cloud.client("s3", REGION)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for key in ("k", "k", "k2"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    s3.delete_object(Bucket=bucket, Key="k")
    tested = row("bucketObjectv2:BucketObjectv2")
    assert tested.delete
    tested.delete("full/k", {"bucket": bucket, "key": "k", "region": REGION}, cloud.clients)
    left = s3.list_object_versions(Bucket=bucket)
    assert [version["Key"] for version in left["Versions"]] == ["k2"]
    assert "DeleteMarkers" not in left


def test_what_happened_to_an_object_since_is_seen(cloud: Cloud) -> None:
    cloud.bucket("about", REGION)
    tested = row("bucketObjectv2:BucketObjectv2")
    inputs = {"bucket": "about", "region": REGION, "key": "k", "content": "declared"}
    made = tested.create(inputs, cloud.clients)
    cloud.client("s3", REGION).put_object(Bucket="about", Key="k", Body=b"other")
    assert tested.read
    assert made.id
    found = tested.read(made.id, inputs, cloud.clients)
    assert found
    assert found.outputs["content"] == "other"
    assert found.outputs["etag"] != made.outputs["etag"]


REFUSED: list[Any] = [
    pytest.param("bucket:Bucket", {"acl": "private"}, "acl", id="acl"),
    pytest.param("bucket:Bucket", {"website": {}, "grants": []}, "grants, website", id="two"),
    pytest.param(
        "bucketObjectv2:BucketObjectv2", {"objectLockMode": "GOVERNANCE"}, "objectLockMode", id="lock"
    ),
    pytest.param(
        "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {"rules": [{"blockedEncryptionTypes": ["SSE-C"]}]},
        "blockedEncryptionTypes",
        id="blocked encryption",
    ),
]


@pytest.mark.parametrize(("kind", "inputs", "named"), REFUSED)
def test_what_is_not_modelled_is_refused_by_name(kind: str, inputs: dict[str, Any], named: str) -> None:
    row(kind).check({"region": REGION, "rules": [{}]} if "rules" in inputs else {"region": REGION})
    with pytest.raises(Unsupported, match=named):
        row(kind).check({"region": REGION, **inputs})


METRIC_FILTERS: list[Any] = [
    pytest.param({"prefix": "a/"}, {"Prefix": "a/"}, id="a prefix"),
    pytest.param({"tags": {"t": "1"}}, {"Tag": {"Key": "t", "Value": "1"}}, id="a tag"),
    pytest.param({"accessPoint": "arn:ap"}, {"AccessPointArn": "arn:ap"}, id="an access point"),
    pytest.param(
        {"tags": {"t": "1", "u": "2"}},
        {"And": {"Tags": [{"Key": "t", "Value": "1"}, {"Key": "u", "Value": "2"}]}},
        id="two tags",
    ),
    pytest.param(
        {"prefix": "a/", "accessPoint": "arn:ap"},
        {"And": {"Prefix": "a/", "AccessPointArn": "arn:ap"}},
        id="two",
    ),
]


@pytest.mark.parametrize(("declared", "theirs"), METRIC_FILTERS)
def test_one_condition_of_metrics_stands_alone_and_several_together(
    cloud: Cloud, declared: dict[str, Any], theirs: dict[str, Any]
) -> None:
    cloud.bucket("about", REGION)
    tested = row("bucketMetric:BucketMetric")
    inputs = {"bucket": "about", "region": REGION, "name": "m", "filter": declared}
    made = tested.create(inputs, cloud.clients)
    found = cloud.client("s3").get_bucket_metrics_configuration(Bucket="about", Id="m")
    assert found["MetricsConfiguration"]["Filter"] == theirs
    assert tested.read
    assert made.id == "about:m"
    assert tested.read(made.id, inputs, cloud.clients) == made
