"""Which of two writes wins, what of tags, grants and deletes travels, and what never does."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.localcloud.conftest import Cloud
from tests.localcloud.replicated_pair import HERE, LAG, REGIONS, THERE, Pair, rule


@pytest.fixture
def pair(cloud: Cloud) -> Iterator[Pair]:
    made = Pair(cloud)
    try:
        yield made
    finally:
        made.replicator.close()


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
