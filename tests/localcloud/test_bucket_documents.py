"""A bucket's documents come back whole, and what S3 refuses of them is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from werkzeug.test import Client

from tests.localcloud.conftest import Cloud

ON, OFF = {"Status": "Enabled"}, {"Status": "Disabled"}
ROLE = "arn:aws:iam::123456789012:role/replicates"


def destination(bucket: str = "target", **more: Any) -> dict[str, Any]:
    return {"Destination": {"Bucket": f"arn:aws:s3:::{bucket}", **more}}


def rule(**changes: Any) -> dict[str, Any]:
    return {
        "ID": "r",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "Status": "Enabled",
        "DeleteMarkerReplication": OFF,
        **destination(),
        **changes,
    }


def bare(**changes: Any) -> dict[str, Any]:
    """A rule of the first schema."""
    return {"ID": "r", "Prefix": "a/", "Status": "Enabled", **destination(), **changes}


def put_rules(cloud: Cloud, *rules: dict[str, Any], bucket: str = "source") -> None:
    configuration = {"Role": ROLE, "Rules": list(rules)}
    cloud.client("s3").put_bucket_replication(Bucket=bucket, ReplicationConfiguration=configuration)


@pytest.fixture
def pair(cloud: Cloud) -> Cloud:
    """`source` and `target` with versions, `plain` without."""
    for name, region in (("source", "us-east-1"), ("target", "eu-west-1")):
        cloud.bucket(name, region)
        cloud.client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration=ON)
    cloud.bucket("plain")
    return cloud


WHOLE_RULES: list[Any] = [
    pytest.param(rule(), id="every object"),
    pytest.param(bare(), id="the first schema"),
    pytest.param(rule(DeleteMarkerReplication=ON), id="delete markers"),
    pytest.param(rule(Filter={"Tag": {"Key": "t", "Value": "1"}}), id="a tag"),
    pytest.param(
        rule(Filter={"And": {"Prefix": "a/", "Tags": [{"Key": "t", "Value": "1"}]}}), id="prefix and tag"
    ),
    pytest.param(rule(SourceSelectionCriteria={"ReplicaModifications": ON}), id="replica modifications"),
    pytest.param(
        rule(
            SourceSelectionCriteria={"SseKmsEncryptedObjects": ON},
            **destination(StorageClass="STANDARD_IA", EncryptionConfiguration={"ReplicaKmsKeyID": "k"}),
        ),
        id="encryption",
    ),
    pytest.param(
        rule(
            **destination(
                ReplicationTime={"Status": "Enabled", "Time": {"Minutes": 15}},
                Metrics={"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
            )
        ),
        id="time control",
    ),
]


@pytest.mark.parametrize("declared", WHOLE_RULES)
def test_a_replication_rule_comes_back_whole(pair: Cloud, declared: dict[str, Any]) -> None:
    put_rules(pair, declared)
    found = pair.client("s3").get_bucket_replication(Bucket="source")["ReplicationConfiguration"]
    assert found == {"Role": ROLE, "Rules": [declared]}
    assert pair.front.documents.replication("source") == found


REFUSED: list[Any] = [
    pytest.param(rule(**destination("absent")), "Destination bucket must exist", id="no bucket"),
    pytest.param(rule(**destination("plain")), "must have versioning enabled", id="no versions there"),
    pytest.param({n: v for n, v in rule().items() if n != "Priority"}, "Priority must be", id="no priority"),
    pytest.param(
        {n: v for n, v in rule().items() if n != "DeleteMarkerReplication"},
        "DeleteMarkerReplication must be",
        id="markers not said",
    ),
    pytest.param(
        rule(Filter={"Tag": {"Key": "t", "Value": "1"}}, DeleteMarkerReplication=ON),
        "not supported if any Tag filter",
        id="markers by tag",
    ),
    pytest.param(
        rule(Filter={"And": {"Tags": [{"Key": "t", "Value": "1"}]}}, DeleteMarkerReplication=ON),
        "not supported if any Tag filter",
        id="markers by tags",
    ),
]


@pytest.mark.parametrize(("declared", "why"), REFUSED)
def test_a_rule_that_s3_refuses_is_refused_and_not_kept(
    pair: Cloud, declared: dict[str, Any], why: str
) -> None:
    with pytest.raises(ClientError, match=f"InvalidRequest.*{why}"):
        put_rules(pair, declared)
    assert pair.front.documents.replication("source") is None


def test_two_rules_of_one_priority_are_refused(pair: Cloud) -> None:
    with pytest.raises(ClientError, match="duplicate priorities"):
        put_rules(pair, rule(), rule(ID="other", Filter={"Prefix": "a/"}))
    put_rules(pair, bare(), bare(ID="other", Prefix="b/"))


def test_replication_needs_versions_and_goes_when_it_is_deleted(pair: Cloud) -> None:
    with pytest.raises(ClientError, match="Versioning must be 'Enabled'"):
        put_rules(pair, rule(), bucket="plain")
    put_rules(pair, rule())
    pair.client("s3").delete_bucket_replication(Bucket="source")
    with pytest.raises(ClientError, match="ReplicationConfigurationNotFoundError") as gone:
        pair.client("s3").get_bucket_replication(Bucket="source")
    assert gone.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_logging_comes_back_whole_and_is_taken_back(pair: Cloud) -> None:
    s3 = pair.client("s3")
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket="source")
    declared = {
        "TargetBucket": "plain",
        "TargetPrefix": "logs/",
        "TargetGrants": [
            {"Grantee": {"Type": "CanonicalUser", "ID": "someone"}, "Permission": "READ"},
            {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/x"}, "Permission": "WRITE"},
        ],
        "TargetObjectKeyFormat": {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}},
    }
    s3.put_bucket_logging(Bucket="source", BucketLoggingStatus={"LoggingEnabled": declared})
    assert s3.get_bucket_logging(Bucket="source")["LoggingEnabled"] == declared
    s3.put_bucket_logging(Bucket="source", BucketLoggingStatus={})
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket="source")


@pytest.mark.parametrize(
    ("target", "code"),
    [("absent", "InvalidTargetBucketForLogging"), ("target", "CrossLocationLoggingProhibitted")],
)
def test_logs_go_to_a_bucket_of_the_same_region(pair: Cloud, target: str, code: str) -> None:
    enabled = {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": ""}}
    with pytest.raises(ClientError, match=code):
        pair.client("s3").put_bucket_logging(Bucket="source", BucketLoggingStatus=enabled)


LIFECYCLE: list[dict[str, Any]] = [
    {
        "ID": "versions",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 3, "NewerNoncurrentVersions": 2},
    },
    {
        "ID": "large",
        "Status": "Disabled",
        "Filter": {"And": {"Prefix": "a/", "ObjectSizeGreaterThan": 5}},
        "Expiration": {"Date": datetime(2030, 1, 1, tzinfo=UTC)},
        "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}],
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    },
]


def test_lifecycle_rules_come_back_whole_and_go(pair: Cloud) -> None:
    s3 = pair.client("s3")
    s3.put_bucket_lifecycle_configuration(Bucket="source", LifecycleConfiguration={"Rules": LIFECYCLE})
    assert s3.get_bucket_lifecycle_configuration(Bucket="source")["Rules"] == LIFECYCLE
    s3.delete_bucket_lifecycle(Bucket="source")
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket="source")


def test_events_come_back_whole_and_are_taken_back(pair: Cloud) -> None:
    queue = pair.client("sqs").create_queue(QueueName="events")["QueueUrl"]
    arn = pair.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    declared = {
        "QueueConfigurations": [
            {
                "Id": "images",
                "QueueArn": arn["QueueArn"],
                "Events": ["s3:ObjectCreated:*"],
                "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "a/"}]}},
            }
        ],
        "EventBridgeConfiguration": {},
    }
    s3 = pair.client("s3")
    for configuration in (declared, {}):
        s3.put_bucket_notification_configuration(Bucket="source", NotificationConfiguration=configuration)
        found = s3.get_bucket_notification_configuration(Bucket="source")
        del found["ResponseMetadata"]
        assert found == configuration
    s3.put_bucket_notification_configuration(Bucket="source", NotificationConfiguration=declared)
    s3.put_object(Bucket="source", Key="a/k", Body=b"x")
    received = pair.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert any('"ObjectCreated:Put"' in message["Body"] for message in received), "moto sends them"


def test_events_that_s3_refuses_are_not_kept(pair: Cloud) -> None:
    elsewhere = {"QueueArn": "arn:aws:sqs:eu-west-1:123456789012:q", "Events": ["s3:ObjectCreated:*"]}
    with pytest.raises(ClientError):
        pair.client("s3").put_bucket_notification_configuration(
            Bucket="source", NotificationConfiguration={"QueueConfigurations": [elsewhere]}
        )
    found = pair.client("s3").get_bucket_notification_configuration(Bucket="source")
    assert "QueueConfigurations" not in found


def test_metrics_are_kept_by_id(pair: Cloud) -> None:
    s3 = pair.client("s3")
    filtered = {"Id": "some", "Filter": {"And": {"Prefix": "a/", "Tags": [{"Key": "t", "Value": "1"}]}}}
    for configuration in (filtered, {"Id": "all"}):
        s3.put_bucket_metrics_configuration(
            Bucket="source", Id=configuration["Id"], MetricsConfiguration=configuration
        )
    listed = s3.list_bucket_metrics_configurations(Bucket="source")
    assert listed["MetricsConfigurationList"] == [{"Id": "all"}, filtered]
    found = s3.get_bucket_metrics_configuration(Bucket="source", Id="some")
    assert found["MetricsConfiguration"] == filtered
    s3.delete_bucket_metrics_configuration(Bucket="source", Id="some")
    for call in (s3.get_bucket_metrics_configuration, s3.delete_bucket_metrics_configuration):
        with pytest.raises(ClientError, match="NoSuchConfiguration"):
            call(Bucket="source", Id="some")
    assert s3.list_bucket_metrics_configurations(Bucket="source")["MetricsConfigurationList"] == [
        {"Id": "all"}
    ]


def test_the_id_of_metrics_is_said_alike_twice(pair: Cloud) -> None:
    with pytest.raises(ClientError, match="InvalidArgument"):
        pair.client("s3").put_bucket_metrics_configuration(
            Bucket="source", Id="one", MetricsConfiguration={"Id": "other"}
        )


@pytest.mark.parametrize(
    "method",
    ["get_bucket_replication", "get_bucket_logging", "get_bucket_lifecycle_configuration"],
)
def test_every_document_needs_its_bucket(cloud: Cloud, method: str) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket") as absent:
        getattr(cloud.client("s3"), method)(Bucket="absent")
    assert absent.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_a_document_is_found_by_virtual_host_too(pair: Cloud) -> None:
    put_rules(pair, rule())
    answer = Client(pair.front).get("/?replication", base_url="http://source.s3.us-east-1.amazonaws.com")
    assert f"<Role>{ROLE}</Role>" in answer.text


def test_an_object_may_be_named_like_a_document(pair: Cloud) -> None:
    pair.client("s3").put_object(Bucket="source", Key="replication", Body=b"x")
    answer = Client(pair.front).get("/replication", base_url="http://source.s3.us-east-1.amazonaws.com")
    assert answer.status_code == 403, "it is the object, which is not public"
