"""What one sees of replication through S3's API: when a copy is there, which write wins, what stays."""

import logging
import math
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from asset_edge.errors import LocalError
from asset_edge.localcloud.replicator import Replicator
from tests.localcloud.conftest import Cloud

EAST, WEST = "us-east-1", "eu-west-1"
HERE, THERE = "here", "there"
REGIONS = {HERE: EAST, THERE: WEST}
LAG = 30.0


def rule(destination: str, **changes: Any) -> dict[str, Any]:
    return {
        "ID": f"to-{destination}",
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "SourceSelectionCriteria": {"ReplicaModifications": {"Status": "Enabled"}},
        "Destination": {"Bucket": f"arn:aws:s3:::{destination}"},
        **changes,
    }


class Pair:
    """Two buckets that replicate each other, a clock that stands still, and regions that can be lost."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.now = cloud, 1000.0
        self.lost: set[str] = set()
        self.paused = False
        for bucket, region in REGIONS.items():
            cloud.bucket(bucket, region)
            self.s3(bucket).put_bucket_versioning(
                Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
            )
        self.rules(HERE, rule(THERE))
        self.rules(THERE, rule(HERE))
        self.replicator = Replicator(
            cloud.front,
            clock=lambda: self.now,
            lag_seconds=LAG,
            paused=lambda: self.paused,
            reachable=lambda region: region not in self.lost,
        )

    def s3(self, bucket: str) -> Any:
        return self.cloud.client("s3", REGIONS.get(bucket, EAST))

    def rules(self, bucket: str, *declared: dict[str, Any]) -> None:
        configuration = {"Role": "arn:aws:iam::123456789012:role/replicates", "Rules": list(declared)}
        self.s3(bucket).put_bucket_replication(Bucket=bucket, ReplicationConfiguration=configuration)

    def put(self, bucket: str, key: str = "k", body: bytes = b"one", **more: Any) -> str:
        return str(self.s3(bucket).put_object(Bucket=bucket, Key=key, Body=body, **more)["VersionId"])

    def read(self, bucket: str, key: str = "k") -> bytes | None:
        try:
            with self.s3(bucket).get_object(Bucket=bucket, Key=key)["Body"] as body:
                return bytes(body.read())
        except ClientError as error:
            assert error.response["Error"]["Code"] == "NoSuchKey"  # noqa: PT017 - any other one is a failure
            return None

    def status(self, bucket: str, key: str = "k") -> str | None:
        head = self.s3(bucket).head_object(Bucket=bucket, Key=key)
        said = head.get("ReplicationStatus")
        return None if said is None else str(said)

    def tags(self, bucket: str, key: str = "k") -> dict[str, str]:
        found = self.s3(bucket).get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
        return {tag["Key"]: tag["Value"] for tag in found}

    def tag(self, bucket: str, key: str = "k", **tags: str) -> None:
        given = [{"Key": name, "Value": value} for name, value in tags.items()]
        self.s3(bucket).put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": given})

    @property
    def waiting(self) -> int:
        return int(self.replicator.state()["waiting"])

    def after(self, seconds: float) -> int:
        """What was done, by whichever thread, once so much time has passed."""
        before = self.waiting
        self.now += seconds
        self.replicator.drain()
        return before - self.waiting


@pytest.fixture
def pair(cloud: Cloud) -> Iterator[Pair]:
    made = Pair(cloud)
    try:
        yield made
    finally:
        made.replicator.close()


@pytest.mark.parametrize(("source", "copy"), [(HERE, THERE), (THERE, HERE)])
def test_a_copy_is_there_after_the_lag_and_not_before(pair: Pair, source: str, copy: str) -> None:
    pair.put(source)
    pair.after(LAG - 0.001)
    assert pair.read(copy) is None
    pair.after(0.001)
    assert pair.read(copy) == b"one"


def test_a_copy_has_what_the_source_has(pair: Pair) -> None:
    pair.put(
        HERE,
        "é/a b+c%.png",
        b"pixels",
        ContentType="image/png",
        CacheControl="max-age=9",
        ContentEncoding="br",
        ContentDisposition="inline",
        Metadata={"owner": "me"},
        StorageClass="STANDARD_IA",
        Tagging="t=1&u=2",
        WebsiteRedirectLocation="/else",
    )
    pair.after(LAG)
    found = [pair.s3(b).get_object(Bucket=b, Key="é/a b+c%.png") for b in (HERE, THERE)]
    for answer in found:
        for changes in ("ResponseMetadata", "VersionId", "ReplicationStatus", "LastModified"):
            answer.pop(changes)
        answer["Body"] = answer["Body"].read()
    assert found[0] == found[1]
    assert found[1]["StorageClass"] == "STANDARD_IA"
    assert pair.tags(THERE, "é/a b+c%.png") == {"t": "1", "u": "2"}


def test_the_status_is_told_on_both_sides(pair: Pair) -> None:
    pair.put(HERE)
    assert pair.status(HERE) == "PENDING"
    pair.after(LAG)
    assert (pair.status(HERE), pair.status(THERE)) == ("COMPLETED", "REPLICA")
    assert pair.s3(HERE).get_object(Bucket=HERE, Key="k")["ReplicationStatus"] == "COMPLETED"


def test_what_no_rule_is_for_has_no_status_and_stays(pair: Pair) -> None:
    pair.rules(HERE, rule(THERE, Filter={"Prefix": "a/"}))
    pair.put(HERE)
    pair.put(HERE, "a/k")
    assert pair.after(LAG) == 1
    assert (pair.status(HERE), pair.read(THERE), pair.read(THERE, "a/k")) == (None, None, b"one")


def test_a_tag_filter_looks_at_the_tags_an_object_was_made_with(pair: Pair) -> None:
    by_tag = {
        "Filter": {"Tag": {"Key": "t", "Value": "1"}},
        "DeleteMarkerReplication": {"Status": "Disabled"},
    }
    pair.rules(HERE, rule(THERE, **by_tag))
    pair.put(HERE, "with", Tagging="t=1")
    pair.put(HERE, "later")
    pair.tag(HERE, "later", t="1")
    pair.after(LAG)
    assert (pair.read(THERE, "with"), pair.read(THERE, "later")) == (b"one", None)


def test_a_replica_goes_no_further(pair: Pair) -> None:
    pair.put(HERE)
    assert pair.after(LAG) == 1
    assert pair.after(LAG) == 0, "two-way rules are no circle"
    assert len(pair.s3(HERE).list_object_versions(Bucket=HERE)["Versions"]) == 1


def test_the_later_of_two_writes_stays_the_newest_on_both_sides(pair: Pair) -> None:
    pair.put(HERE, body=b"earlier")
    pair.now += 1
    pair.put(THERE, body=b"later")
    pair.after(LAG)
    assert (pair.read(HERE), pair.read(THERE)) == (b"later", b"later")
    assert pair.s3(HERE).list_object_versions(Bucket=HERE, Prefix="k")["Versions"][0]["IsLatest"]


def test_at_one_time_by_the_clock_the_write_that_came_last_wins(pair: Pair) -> None:
    pair.put(HERE, body=b"first")
    pair.put(THERE, body=b"second")
    pair.after(LAG)
    assert (pair.read(HERE), pair.read(THERE)) == (b"second", b"second")


def test_versions_arrive_in_the_order_they_were_written(pair: Pair) -> None:
    for body in (b"1", b"2", b"3"):
        pair.put(HERE, body=body)
    assert pair.after(LAG) == 3
    assert pair.read(THERE) == b"3"
    assert len(pair.s3(THERE).list_object_versions(Bucket=THERE)["Versions"]) == 3


def test_a_delete_marker_travels_and_a_deletion_for_good_does_not(pair: Pair) -> None:
    pair.put(HERE, "marked")
    version_id = pair.put(HERE, "erased")
    pair.after(LAG)
    pair.s3(HERE).delete_object(Bucket=HERE, Key="marked")
    pair.s3(HERE).delete_object(Bucket=HERE, Key="erased", VersionId=version_id)
    assert (pair.read(HERE, "marked"), pair.read(THERE, "marked")) == (None, b"one"), "not yet"
    pair.after(LAG)
    assert (pair.read(THERE, "marked"), pair.read(THERE, "erased")) == (None, b"one")


def test_removing_a_delete_marker_brings_the_object_back_on_its_own_side_only(pair: Pair) -> None:
    pair.put(HERE)
    marker = pair.s3(HERE).delete_object(Bucket=HERE, Key="k")["VersionId"]
    pair.after(LAG)
    pair.s3(HERE).delete_object(Bucket=HERE, Key="k", VersionId=marker)
    pair.after(LAG)
    assert (pair.read(HERE), pair.read(THERE)) == (b"one", None)


def test_a_write_after_a_delete_on_the_other_side_wins(pair: Pair) -> None:
    pair.put(HERE)
    pair.after(LAG)
    pair.s3(HERE).delete_object(Bucket=HERE, Key="k")
    pair.put(THERE, body=b"anew")
    pair.after(LAG)
    assert (pair.read(HERE), pair.read(THERE)) == (b"anew", b"anew")


def test_the_newest_version_counts_and_not_one_that_was_erased(pair: Pair) -> None:
    pair.put(HERE, body=b"earlier")
    erased = pair.put(THERE, body=b"later")
    pair.s3(THERE).delete_object(Bucket=THERE, Key="k", VersionId=erased)
    pair.after(LAG)
    assert (pair.read(HERE), pair.read(THERE)) == (b"earlier", b"earlier")


@pytest.mark.parametrize(("source", "copy"), [(HERE, THERE), (THERE, HERE)])
def test_tags_are_kept_in_step_both_ways(pair: Pair, source: str, copy: str) -> None:
    pair.put(HERE, Tagging="t=1")
    pair.after(LAG)
    pair.tag(source, t="2")
    assert pair.tags(copy) == {"t": "1"}, "not yet"
    pair.after(LAG)
    assert pair.tags(copy) == {"t": "2"}
    pair.s3(source).delete_object_tagging(Bucket=source, Key="k")
    pair.after(LAG)
    assert pair.tags(copy) == {}


def test_the_later_tags_win(pair: Pair) -> None:
    pair.put(HERE)
    pair.after(LAG)
    pair.tag(HERE, t="earlier")
    pair.tag(THERE, t="later")
    pair.after(LAG)
    assert (pair.tags(HERE), pair.tags(THERE)) == ({"t": "later"}, {"t": "later"})


def test_a_replicas_tags_stay_where_modifications_are_not_synced(pair: Pair) -> None:
    pair.rules(THERE, rule(HERE, SourceSelectionCriteria={"ReplicaModifications": {"Status": "Disabled"}}))
    pair.put(HERE, Tagging="t=1")
    pair.after(LAG)
    pair.tag(THERE, t="2")
    pair.after(LAG)
    assert (pair.tags(HERE), pair.tags(THERE)) == ({"t": "1"}, {"t": "2"})


def test_grants_are_kept_in_step(pair: Pair) -> None:
    pair.put(HERE)
    pair.after(LAG)
    pair.s3(HERE).put_object_acl(Bucket=HERE, Key="k", ACL="public-read")
    pair.after(LAG)
    grants = [pair.s3(b).get_object_acl(Bucket=b, Key="k")["Grants"] for b in (HERE, THERE)]
    assert grants[0] == grants[1]
    assert [grant["Permission"] for grant in grants[1]] == ["FULL_CONTROL", "READ"]


def test_whole_uploads_in_parts_and_copies_travel_too(pair: Pair) -> None:
    s3 = pair.s3(HERE)
    upload = s3.create_multipart_upload(Bucket=HERE, Key="parts", ContentType="image/png")["UploadId"]
    part = s3.upload_part(Bucket=HERE, Key="parts", UploadId=upload, PartNumber=1, Body=b"part")
    assert pair.after(LAG) == 0, "there is no object yet"
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    s3.complete_multipart_upload(Bucket=HERE, Key="parts", UploadId=upload, MultipartUpload={"Parts": parts})
    s3.copy_object(Bucket=HERE, Key="copy", CopySource={"Bucket": HERE, "Key": "parts"})
    assert pair.after(LAG) == 2
    assert (pair.read(THERE, "parts"), pair.read(THERE, "copy")) == (b"part", b"part")
    assert pair.s3(THERE).head_object(Bucket=THERE, Key="parts")["ContentType"] == "image/png"


def test_what_was_there_before_the_rule_stays_where_it_is(pair: Pair) -> None:
    pair.s3(HERE).delete_bucket_replication(Bucket=HERE)
    pair.put(HERE, "old")
    pair.rules(HERE, rule(THERE))
    pair.put(HERE, "new")
    pair.after(LAG)
    assert (pair.read(THERE, "old"), pair.read(THERE, "new")) == (None, b"one")


def test_a_new_lag_counts_at_once_for_what_waits(pair: Pair) -> None:
    pair.put(HERE)
    pair.replicator.lag_seconds = 5
    pair.after(5)
    assert pair.read(THERE) == b"one"
    assert pair.replicator.state() == {"lag_seconds": 5.0, "paused": False, "waiting": 0}


@pytest.mark.parametrize("lag", [-1, math.inf, math.nan, "5", None, True])
def test_a_lag_that_is_none_is_refused_and_nothing_changes(pair: Pair, lag: Any) -> None:
    with pytest.raises(LocalError, match=r"lag_seconds is .*0 or more"):
        pair.replicator.lag_seconds = lag
    assert pair.replicator.lag_seconds == LAG


def test_while_it_is_paused_everything_waits(pair: Pair) -> None:
    pair.paused = True
    pair.put(HERE)
    assert pair.after(10 * LAG) == 0
    assert pair.replicator.state() == {"lag_seconds": LAG, "paused": True, "waiting": 1}
    pair.paused = False
    pair.after(0)
    assert pair.waiting == 0
    assert pair.read(THERE) == b"one"


@pytest.mark.parametrize("lost", [EAST, WEST])
def test_with_a_region_lost_a_copy_waits_and_others_go_ahead(pair: Pair, lost: str) -> None:
    pair.cloud.bucket("third", "ap-southeast-2")
    s3 = pair.cloud.client("s3", "ap-southeast-2")
    s3.put_bucket_versioning(Bucket="third", VersioningConfiguration={"Status": "Enabled"})
    spared = THERE if lost == EAST else HERE
    pair.rules(spared, rule("third", Priority=1), rule(HERE if spared == THERE else THERE, Priority=2))
    pair.lost.add(lost)
    pair.put(spared)
    assert pair.after(LAG) == 1
    assert pair.status(spared) == "PENDING", "one of two is missing"
    pair.lost.clear()
    pair.after(0)
    assert pair.status(spared) == "COMPLETED"
    assert pair.read(HERE) == pair.read(THERE) == b"one"


def test_a_destination_that_is_gone_is_a_failure_and_in_the_log(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    pair.put(HERE)
    pair.s3(THERE).delete_bucket(Bucket=THERE)
    pair.after(LAG)
    assert pair.status(HERE) == "FAILED"
    assert "k of here was not replicated to there" in caplog.text
    assert "NoSuchBucket" in caplog.text


def test_a_version_that_was_erased_while_it_waited_is_nothing_to_complain_of(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    version_id = pair.put(HERE)
    pair.s3(HERE).delete_object(Bucket=HERE, Key="k", VersionId=version_id)
    pair.after(LAG)
    assert pair.read(THERE) is None
    assert [r for r in caplog.records if r.levelno >= logging.WARNING] == []


def test_encrypted_objects_travel_where_the_rule_says_so_and_get_the_other_key(pair: Pair) -> None:
    encrypted: dict[str, Any] = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "key-here"}
    pair.put(HERE, "left", **encrypted)
    destination = {
        "Bucket": f"arn:aws:s3:::{THERE}",
        "EncryptionConfiguration": {"ReplicaKmsKeyID": "key-there"},
    }
    chosen = {"SseKmsEncryptedObjects": {"Status": "Enabled"}}
    pair.rules(HERE, rule(THERE, SourceSelectionCriteria=chosen, Destination=destination))
    pair.put(HERE, "taken", **encrypted)
    pair.after(LAG)
    assert pair.read(THERE, "left") is None
    head = pair.s3(THERE).head_object(Bucket=THERE, Key="taken")
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", "key-there")


def test_it_runs_by_itself(cloud: Cloud) -> None:
    pair = Pair(cloud)
    pair.replicator.lag_seconds = 0
    try:
        pair.put(HERE)
        give_up = time.monotonic() + 10
        while pair.read(THERE) is None and time.monotonic() < give_up:
            time.sleep(0.01)
        assert pair.read(THERE) == b"one"
    finally:
        pair.replicator.close()
    assert "replication" not in {thread.name for thread in threading.enumerate()}
    pair.put(HERE, "unseen")
    assert pair.replicator.state()["waiting"] == 0, "closed, it follows nothing"


def test_writes_on_both_sides_at_once_end_alike_everywhere(pair: Pair) -> None:
    pair.replicator.lag_seconds = 0

    def write(bucket: str) -> None:
        for turn in range(20):
            pair.put(bucket, f"k{turn % 3}", f"{bucket} {turn}".encode())

    threads = [threading.Thread(target=write, args=(bucket,)) for bucket in REGIONS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pair.after(0)
    for key in ("k0", "k1", "k2"):
        assert pair.read(HERE, key) == pair.read(THERE, key) is not None
