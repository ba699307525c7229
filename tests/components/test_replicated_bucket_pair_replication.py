"""What the rules of replication say, whom S3 acts as, and what comes before them."""

from typing import Any

import pytest

from tests.components.pairs import EU, KEYS, KMS, US, deployed, statements

ONE_WAY = [
    ("primary", "acme-us", US, "replica", "acme-eu", EU),
    ("replica", "acme-eu", EU, "primary", "acme-us", US),
]
IDS = ["there", "back"]


def rule(role: str = "primary", **changes: Any) -> dict[str, Any]:
    rules = deployed(**changes).named(f"assets-replication-{role}").inputs["rules"]
    assert len(rules) == 1
    found: dict[str, Any] = rules[0]
    return found


@pytest.mark.parametrize(("role", "bucket", "region", "other", "destination", "_"), ONE_WAY, ids=IDS)
def test_each_bucket_copies_to_the_other(
    role: str, bucket: str, region: str, other: str, destination: str, _: str
) -> None:
    inputs = deployed().named(f"assets-replication-{role}").inputs
    assert (inputs["bucket"], inputs["region"]) == (bucket, region)
    assert inputs["role"] == f"<aws:iam/role:Role assets-replication-role-{role} arn>"
    assert inputs["rules"] == [
        {
            "id": f"to-{other}-1",
            "status": "Enabled",
            "priority": 1,
            "filter": {"prefix": ""},
            "deleteMarkerReplication": {"status": "Enabled"},
            "sourceSelectionCriteria": {"replicaModifications": {"status": "Enabled"}},
            "destination": {
                "bucket": f"arn:aws:s3:::{destination}",
                "metrics": {"status": "Enabled", "eventThreshold": {"minutes": 15}},
                "replicationTime": {"status": "Enabled", "time": {"minutes": 15}},
            },
        }
    ]


def test_delete_markers_can_stay_where_they_are() -> None:
    assert rule(delete_marker_replication=False)["deleteMarkerReplication"] == {"status": "Disabled"}


def test_changes_to_replicas_can_stay_where_they_are() -> None:
    criteria = rule(replica_modifications=False)["sourceSelectionCriteria"]
    assert criteria == {"replicaModifications": {"status": "Disabled"}}


def test_without_time_control_the_metrics_have_no_threshold() -> None:
    destination = rule(replication_time_control=False)["destination"]
    assert destination == {"bucket": "arn:aws:s3:::acme-eu", "metrics": {"status": "Enabled"}}


def test_without_metrics_there_is_neither() -> None:
    destination = rule(replication_time_control=False, replication_metrics=False)["destination"]
    assert destination == {"bucket": "arn:aws:s3:::acme-eu"}


def test_each_prefix_has_a_rule_and_a_priority_of_its_own() -> None:
    inputs = deployed(replicated_prefixes=["img/", "video/"]).named("assets-replication-replica").inputs
    told = [(r["id"], r["priority"], r["filter"]) for r in inputs["rules"]]
    assert told == [
        ("to-primary-1", 1, {"prefix": "img/"}),
        ("to-primary-2", 2, {"prefix": "video/"}),
    ]


@pytest.mark.parametrize(("role", "_b", "_r", "other", "_d", "_o"), ONE_WAY, ids=IDS)
def test_kms_objects_are_selected_and_encrypted_with_the_key_over_there(
    role: str, _b: str, _r: str, other: str, _d: str, _o: str
) -> None:
    told = rule(role, encryption="aws:kms", existing_keys=KEYS)
    assert told["sourceSelectionCriteria"]["sseKmsEncryptedObjects"] == {"status": "Enabled"}
    assert told["destination"]["encryptionConfiguration"] == {"replicaKmsKeyId": KEYS[other]}


@pytest.mark.parametrize("role", ["primary", "replica"])
def test_rules_wait_for_versions_at_both_ends_and_for_the_permissions(role: str) -> None:
    deployment = deployed()
    before = {
        deployment.named(name).urn
        for name in (
            "assets-versioning-primary",
            "assets-versioning-replica",
            f"assets-replication-role-policy-{role}",
        )
    }
    assert before <= set(deployment.named(f"assets-replication-{role}").dependencies)


@pytest.mark.parametrize("role", ["primary", "replica"])
def test_only_s3_takes_the_role(role: str) -> None:
    trust = deployed().named(f"assets-replication-role-{role}").inputs["assumeRolePolicy"]
    assert '"Principal": {"Service": ["s3.amazonaws.com"]}' in trust
    assert trust.count("Principal") == 1


@pytest.mark.parametrize(("role", "bucket", "_r", "_o", "destination", "_d"), ONE_WAY, ids=IDS)
def test_a_role_reads_its_source_and_writes_its_destination_and_no_more(
    role: str, bucket: str, _r: str, _o: str, destination: str, _d: str
) -> None:
    assert statements(deployed(), f"assets-replication-role-policy-{role}") == {
        "ReadRules": {
            "Effect": "Allow",
            "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
            "Resource": [f"arn:aws:s3:::{bucket}"],
        },
        "ReadVersions": {
            "Effect": "Allow",
            "Action": [
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionTagging",
            ],
            "Resource": [f"arn:aws:s3:::{bucket}/*"],
        },
        "WriteCopies": {
            "Effect": "Allow",
            "Action": ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
            "Resource": [f"arn:aws:s3:::{destination}/*"],
        },
    }


@pytest.mark.parametrize(("role", "_b", "region", "other", "_d", "there"), ONE_WAY, ids=IDS)
def test_a_role_uses_each_key_only_through_s3_of_its_region(
    role: str, _b: str, region: str, other: str, _d: str, there: str
) -> None:
    told = statements(
        deployed(encryption="aws:kms", existing_keys=KEYS), f"assets-replication-role-policy-{role}"
    )
    assert told["DecryptVersions"] == {
        "Effect": "Allow",
        "Action": ["kms:Decrypt"],
        "Resource": [KEYS[role]],
        "Condition": {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}},
    }
    assert told["EncryptCopies"] == {
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
        "Resource": [KEYS[other]],
        "Condition": {"StringEquals": {"kms:ViaService": f"s3.{there}.amazonaws.com"}},
    }


def test_a_key_that_the_pair_made_is_named_by_its_arn() -> None:
    told = statements(deployed(**KMS), "assets-replication-role-policy-primary")
    assert told["DecryptVersions"]["Resource"] == ["<aws:kms/key:Key assets-key-primary arn>"]
    assert told["EncryptCopies"]["Resource"] == ["<aws:kms/replicaKey:ReplicaKey assets-key-replica arn>"]
