"""Which rules take a write up: filters, priorities, and what never travels."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.emulator.replication import Kind, Rule, Status, Version, needs_tags, rules, taken_up

ON, OFF = {"Status": "Enabled"}, {"Status": "Disabled"}


def rule(**changes: Any) -> dict[str, Any]:
    """A rule as GetBucketReplication gives it; what is changed to None is left out."""
    whole = {
        "ID": "r",
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": ON,
        "Destination": {"Bucket": "arn:aws:s3:::there"},
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def destinations(kind: Kind, version: Version, *declared: Mapping[str, Any]) -> list[str]:
    read = rules({"Role": "arn:r", "Rules": declared})
    return [taken.destination for taken in taken_up(read, kind, version)]


def tag(key: str, value: str) -> dict[str, str]:
    return {"Key": key, "Value": value}


FILTERS: list[Any] = [
    pytest.param({"Prefix": ""}, True, id="everything"),
    pytest.param({}, True, id="an empty filter"),
    pytest.param({"Prefix": "a/"}, True, id="its prefix"),
    pytest.param({"Prefix": "/a"}, False, id="a slash before it"),
    pytest.param({"Prefix": "A/"}, False, id="case counts"),
    pytest.param({"Prefix": "a/b.png/"}, False, id="longer than the key"),
    pytest.param({"Tag": tag("t", "1")}, True, id="its tag"),
    pytest.param({"Tag": tag("t", "2")}, False, id="another value"),
    pytest.param({"Tag": tag("u", "1")}, False, id="another tag"),
    pytest.param({"And": {"Prefix": "a/", "Tags": [tag("t", "1")]}}, True, id="both"),
    pytest.param({"And": {"Prefix": "x/", "Tags": [tag("t", "1")]}}, False, id="the tag alone"),
    pytest.param({"And": {"Prefix": "a/", "Tags": [tag("t", "2")]}}, False, id="the prefix alone"),
    pytest.param({"And": {"Tags": [tag("t", "1"), tag("u", "2")]}}, True, id="two tags of three"),
    pytest.param({"And": {"Tags": [tag("t", "1"), tag("x", "")]}}, False, id="one tag of two"),
]


@pytest.mark.parametrize(("filtered", "taken"), FILTERS)
def test_a_filter_is_for_a_prefix_and_all_of_its_tags(filtered: dict[str, Any], taken: bool) -> None:
    version = Version(key="a/b.png", tags=frozenset({("t", "1"), ("u", "2"), ("v", "3")}))
    off = rule(Filter=filtered, DeleteMarkerReplication=OFF)
    assert bool(destinations(Kind.object, version, off)) is taken


def test_a_rule_that_is_disabled_takes_nothing() -> None:
    assert destinations(Kind.object, Version(key="k"), rule(Status="Disabled")) == []


def test_a_rule_of_the_first_schema_has_its_prefix_outside_and_always_carries_delete_markers() -> None:
    old = rule(Filter=None, Priority=None, DeleteMarkerReplication=None, Prefix="a/")
    for kind in (Kind.object, Kind.delete_marker):
        assert destinations(kind, Version(key="a/k"), old) == ["there"]
        assert destinations(kind, Version(key="k"), old) == []


def test_of_two_rules_for_one_destination_the_higher_priority_decides() -> None:
    low = rule(ID="low", Priority=1, Destination={"Bucket": "arn:aws:s3:::there"})
    high = rule(
        ID="high",
        Priority=2,
        Filter={"Prefix": "a/"},
        DeleteMarkerReplication=OFF,
        Destination={"Bucket": "arn:aws:s3:::there", "StorageClass": "GLACIER_IR"},
    )
    read = rules({"Rules": [low, high]})
    assert [r.id for r in taken_up(read, Kind.object, Version(key="a/k"))] == ["high"]
    assert [r.storage_class for r in taken_up(read, Kind.object, Version(key="a/k"))] == ["GLACIER_IR"]
    assert [r.id for r in taken_up(read, Kind.object, Version(key="b/k"))] == ["low"]
    assert taken_up(read, Kind.delete_marker, Version(key="a/k")) == [], "the lower one is not asked"


def test_rules_for_different_destinations_all_take_it() -> None:
    other = rule(Priority=2, Destination={"Bucket": "arn:aws:s3:::elsewhere"})
    assert destinations(Kind.object, Version(key="k"), rule(), other) == ["elsewhere", "there"]


MODIFIED = rule(SourceSelectionCriteria={"ReplicaModifications": ON})
NOT_MODIFIED = rule(SourceSelectionCriteria={"ReplicaModifications": OFF})
ENCRYPTED = rule(SourceSelectionCriteria={"SseKmsEncryptedObjects": ON})

TRAVELS: list[Any] = [
    pytest.param(Kind.object, {}, rule(), True, id="an object"),
    pytest.param(Kind.object, {"replica": True}, rule(), False, id="a replica, never again"),
    pytest.param(Kind.object, {"replica": True}, MODIFIED, False, id="a replica, whatever else is synced"),
    pytest.param(Kind.object, {"kms_encrypted": True}, rule(), False, id="encrypted, not chosen"),
    pytest.param(Kind.object, {"kms_encrypted": True}, ENCRYPTED, True, id="encrypted and chosen"),
    pytest.param(Kind.tagging, {}, rule(), True, id="tags"),
    pytest.param(Kind.tagging, {}, NOT_MODIFIED, True, id="tags of no replica"),
    pytest.param(Kind.tagging, {"replica": True}, rule(), False, id="a replica's tags"),
    pytest.param(Kind.tagging, {"replica": True}, NOT_MODIFIED, False, id="a replica's tags, disabled"),
    pytest.param(Kind.tagging, {"replica": True}, MODIFIED, True, id="a replica's tags, synced"),
    pytest.param(Kind.acl, {"replica": True}, MODIFIED, True, id="a replica's ACL, synced"),
    pytest.param(Kind.acl, {"replica": True}, rule(), False, id="a replica's ACL"),
    pytest.param(Kind.delete_marker, {}, rule(), True, id="a delete marker"),
    pytest.param(
        Kind.delete_marker, {}, rule(DeleteMarkerReplication=OFF), False, id="a delete marker, disabled"
    ),
    pytest.param(
        Kind.delete_marker, {}, rule(DeleteMarkerReplication=None), False, id="a delete marker, not said"
    ),
    pytest.param(Kind.deletion, {}, rule(), False, id="a deletion for good"),
    pytest.param(Kind.deletion, {}, rule(Filter=None), False, id="a deletion for good, first schema"),
]


@pytest.mark.parametrize(("kind", "version", "declared", "travels"), TRAVELS)
def test_what_travels(kind: Kind, version: dict[str, Any], declared: dict[str, Any], travels: bool) -> None:
    assert bool(destinations(kind, Version(key="k", **version), declared)) is travels


def test_a_delete_marker_has_no_tags_so_no_tag_filter_takes_it() -> None:
    assert destinations(Kind.delete_marker, Version(key="k"), rule(Filter={"Tag": tag("t", "1")})) == []


def test_tags_that_were_changed_later_keep_the_copy_in_step_by_the_same_rule() -> None:
    by_tag = rule(Filter={"Tag": tag("t", "1")}, DeleteMarkerReplication=OFF)
    assert destinations(Kind.tagging, Version(key="k"), by_tag) == ["there"]


def test_tags_are_looked_at_only_where_a_rule_asks_for_them() -> None:
    assert not needs_tags(rules({"Rules": [rule()]}))
    assert needs_tags(rules({"Rules": [rule(), rule(Filter={"Tag": tag("t", "1")})]}))


def test_a_rule_is_read_whole() -> None:
    declared = rule(
        Priority=7,
        Filter={"And": {"Prefix": "a/", "Tags": [tag("t", "1")]}},
        DeleteMarkerReplication=OFF,
        SourceSelectionCriteria={"ReplicaModifications": ON, "SseKmsEncryptedObjects": ON},
        Destination={
            "Bucket": "arn:aws:s3:::there",
            "StorageClass": "STANDARD_IA",
            "EncryptionConfiguration": {"ReplicaKmsKeyID": "arn:key"},
        },
    )
    assert rules({"Rules": [declared]}) == (
        Rule(
            id="r",
            priority=7,
            destination="there",
            prefix="a/",
            tags=frozenset({("t", "1")}),
            storage_class="STANDARD_IA",
            replica_kms_key_id="arn:key",
            delete_markers=False,
            replica_modifications=True,
            kms_encrypted_objects=True,
        ),
    )


def test_the_statuses_are_s3s_words() -> None:
    assert [str(status) for status in Status] == ["PENDING", "COMPLETED", "FAILED", "REPLICA"]


DECLARED = st.builds(
    Rule,
    id=st.just("r"),
    priority=st.integers(0, 5),
    destination=st.sampled_from(["x", "y", "z"]),
    prefix=st.sampled_from(["", "a", "a/", "b"]),
    delete_markers=st.booleans(),
    replica_modifications=st.booleans(),
    kms_encrypted_objects=st.booleans(),
)
VERSIONS = st.builds(
    Version, key=st.text("ab/", max_size=4), kms_encrypted=st.booleans(), replica=st.booleans()
)


@given(st.lists(DECLARED, max_size=6), st.sampled_from(Kind), VERSIONS)
def test_a_write_goes_to_each_destination_at_most_once(
    declared: list[Rule], kind: Kind, version: Version
) -> None:
    taken = taken_up(declared, kind, version)
    assert len({r.destination for r in taken}) == len(taken)
    assert all(version.key.startswith(r.prefix) for r in taken)


@given(st.lists(DECLARED, max_size=6), VERSIONS)
def test_nothing_is_copied_in_circles_and_nothing_is_deleted_for_good(
    declared: list[Rule], version: Version
) -> None:
    assert taken_up(declared, Kind.deletion, version) == []
    if version.replica:
        assert taken_up(declared, Kind.object, version) == []
