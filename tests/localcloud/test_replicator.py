"""What one sees of replication through S3's API: when a copy is there, what it has, what holds it up."""

import logging
import math
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from asset_edge.errors import LocalError
from tests.localcloud.conftest import Cloud
from tests.localcloud.replicated_pair import EAST, HERE, LAG, THERE, WEST, Pair, rule


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


def test_a_replica_goes_no_further(pair: Pair) -> None:
    pair.put(HERE)
    assert pair.after(LAG) == 1
    assert pair.after(LAG) == 0, "two-way rules are no circle"
    assert len(pair.s3(HERE).list_object_versions(Bucket=HERE)["Versions"]) == 1


def test_versions_arrive_in_the_order_they_were_written(pair: Pair) -> None:
    for body in (b"1", b"2", b"3"):
        pair.put(HERE, body=body)
    assert pair.after(LAG) == 3
    assert pair.read(THERE) == b"3"
    assert len(pair.s3(THERE).list_object_versions(Bucket=THERE)["Versions"]) == 3


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
