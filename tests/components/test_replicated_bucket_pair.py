"""Every setting of the pair is seen in what is registered."""

from typing import Any

import pulumi
import pytest

from asset_edge.components.replicated_bucket_pair import CorsRule, ReplicatedBucketPair
from tests.components.pairs import EU, KEYS, KMS, US, arguments, deployed, pair
from tests.engine import deploy

BUCKET = "aws:s3/bucket:Bucket"


def test_there_are_two_buckets_under_the_names_and_in_the_regions_given() -> None:
    buckets = [b.inputs for b in deployed().of(BUCKET)]
    assert [(b["bucket"], b["region"]) for b in buckets] == [("acme-us", US), ("acme-eu", EU)]


@pytest.mark.parametrize(
    ("part", "setting", "expected"),
    [
        ("versioning", "versioningConfiguration", {"status": "Enabled"}),
        ("ownership-controls", "rule", {"objectOwnership": "BucketOwnerEnforced"}),
        ("notification", "eventbridge", True),
        ("public-access-block", "blockPublicAcls", True),
        ("public-access-block", "blockPublicPolicy", True),
        ("public-access-block", "ignorePublicAcls", True),
        ("public-access-block", "restrictPublicBuckets", True),
        (
            "encryption",
            "rules",
            [
                {
                    "applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"},
                    "bucketKeyEnabled": False,
                }
            ],
        ),
    ],
)
@pytest.mark.parametrize(("role", "region"), [("primary", US), ("replica", EU)])
def test_both_buckets_have_by_default(part: str, setting: str, expected: Any, role: str, region: str) -> None:
    inputs = deployed().named(f"assets-{part}-{role}").inputs
    assert inputs[setting] == expected
    assert inputs["region"] == region


def test_old_versions_delete_markers_and_unfinished_uploads_go_after_the_days_given() -> None:
    lifecycle = deployed(noncurrent_version_days=90, abort_multipart_days=2).named("assets-lifecycle-replica")
    every_key = {"status": "Enabled", "filter": {"prefix": ""}}
    assert lifecycle.inputs["rules"] == [
        {"id": "noncurrent-versions", "noncurrentVersionExpiration": {"noncurrentDays": 90}, **every_key},
        {"id": "expired-delete-markers", "expiration": {"expiredObjectDeleteMarker": True}, **every_key},
        {
            "id": "incomplete-uploads",
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 2},
            **every_key,
        },
    ]


def test_rules_about_versions_wait_for_versions() -> None:
    deployment = deployed()
    versioning = deployment.named("assets-versioning-primary").urn
    assert versioning in deployment.named("assets-lifecycle-primary").dependencies
    assert versioning not in deployment.named("assets-encryption-primary").dependencies


def test_access_logs_go_to_the_log_bucket_of_the_region_by_date_of_the_event() -> None:
    deployment = deployed(log_buckets={EU: "logs-eu", US: "logs-us"}, log_prefix="access/")
    for role, target in (("primary", "logs-us"), ("replica", "logs-eu")):
        inputs = deployment.named(f"assets-logging-{role}").inputs
        assert (inputs["targetBucket"], inputs["targetPrefix"]) == (target, "access/")
        assert inputs["targetObjectKeyFormat"] == {"partitionedPrefix": {"partitionDateSource": "EventTime"}}


def test_cors_rules_are_those_given() -> None:
    rule = CorsRule(
        allowed_origins=["https://app.example.com"],
        allowed_methods=["GET"],
        allowed_headers=["range"],
        expose_headers=["etag"],
        max_age_seconds=60,
    )
    anyone = CorsRule(allowed_origins=["*"])
    inputs = deployed(cors_rules=[rule, anyone]).named("assets-cors-replica").inputs
    assert inputs["corsRules"] == [
        {
            "allowedOrigins": ["https://app.example.com"],
            "allowedMethods": ["GET"],
            "allowedHeaders": ["range"],
            "exposeHeaders": ["etag"],
            "maxAgeSeconds": 60,
        },
        {"allowedOrigins": ["*"], "allowedMethods": ["GET", "HEAD"], "maxAgeSeconds": 3600},
    ]


@pytest.mark.parametrize(
    ("part", "off", "on"),
    [
        ("logging", {}, {"log_buckets": {US: "logs-us", EU: "logs-eu"}}),
        ("cors", {}, {"cors_rules": [CorsRule(allowed_origins=["*"])]}),
        ("notification", {"eventbridge": False}, {}),
        ("metrics", {}, {"request_metrics": True}),
    ],
)
def test_an_optional_part_is_there_only_when_asked_for(
    part: str, off: dict[str, Any], on: dict[str, Any]
) -> None:
    for changes, count in ((off, 0), (on, 2)):
        names = [r.name for r in deployed(**changes).all if r.name.startswith(f"assets-{part}-")]
        assert len(names) == count, f"{changes}: {names}"


def test_kms_makes_one_multi_region_key_with_an_alias_in_both_regions() -> None:
    deployment = deployed(**KMS, key_deletion_days=7)
    primary, replica = (deployment.named(f"assets-key-{role}") for role in ("primary", "replica"))
    assert primary.inputs["multiRegion"] is True
    assert primary.inputs["enableKeyRotation"] is True
    assert replica.inputs["primaryKeyArn"] == f"<{primary.type} {primary.name} arn>"
    assert [k.inputs["deletionWindowInDays"] for k in (primary, replica)] == [7, 7]
    aliases = [
        (a.inputs["name"], a.inputs["region"], a.inputs["targetKeyId"])
        for a in deployment.of("aws:kms/alias:Alias")
    ]
    assert aliases == [
        ("alias/acme-us", US, f"<{primary.type} {primary.name} keyId>"),
        ("alias/acme-eu", EU, f"<{replica.type} {replica.name} keyId>"),
    ]


@pytest.mark.parametrize("role", ["primary", "replica"])
def test_kms_encrypts_each_bucket_with_the_key_of_its_region_and_a_bucket_key(role: str) -> None:
    deployment = deployed(**KMS)
    key = deployment.named(f"assets-key-{role}")
    rule = deployment.named(f"assets-encryption-{role}").inputs["rules"][0]
    assert rule == {
        "applyServerSideEncryptionByDefault": {
            "sseAlgorithm": "aws:kms",
            "kmsMasterKeyId": f"<{key.type} {key.name} arn>",
        },
        "bucketKeyEnabled": True,
    }


def test_existing_keys_are_used_and_none_is_made() -> None:
    deployment = deployed(encryption="aws:kms", existing_keys=KEYS)
    assert not [r.name for r in deployment.all if r.type.startswith("aws:kms/")]
    for role, arn in KEYS.items():
        rule = deployment.named(f"assets-encryption-{role}").inputs["rules"][0]
        assert rule["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == arn


STATEFUL = {"assets-bucket-primary", "assets-bucket-replica", "assets-key-primary", "assets-key-replica"}


@pytest.mark.parametrize(
    ("changes", "option", "expected"),
    [
        ({}, "protect", STATEFUL),
        ({"protect": False}, "protect", set()),
        ({}, "retainOnDelete", set()),
        ({"retain_on_delete": True}, "retainOnDelete", STATEFUL),
    ],
)
def test_the_posture_guards_buckets_and_keys_and_nothing_else(
    changes: dict[str, Any], option: str, expected: set[str]
) -> None:
    deployment = deployed(**KMS, **changes)
    assert {r.name for r in deployment.all if r.options.get(option)} == expected


def test_a_caller_who_protects_the_whole_component_protects_its_parts() -> None:
    protected = pulumi.ResourceOptions(protect=True)
    deployment = deploy(lambda: ReplicatedBucketPair("assets", arguments(protect=False), protected))
    assert all(r.options.get("protect") for r in deployment.all), "the caller's word holds for every child"


@pytest.mark.parametrize("force", [True, False])
def test_force_destroy_and_tags_reach_the_buckets(force: bool) -> None:
    deployment = deployed(force_destroy=force, protect=False, tags={"team": "media"})
    for bucket in deployment.of(BUCKET):
        assert bucket.inputs["forceDestroy"] is force
        assert bucket.inputs["tags"] == {"team": "media"}


def test_keys_and_roles_carry_the_tags_too() -> None:
    deployment = deployed(**KMS, tags={"team": "media"})
    for kind in ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey", "aws:iam/role:Role"):
        assert all(r.inputs["tags"] == {"team": "media"} for r in deployment.of(kind)), kind


def test_names_arns_and_endpoints_come_out() -> None:
    assert deployed().outputs_of("assets") == {
        "primary_name": "acme-us",
        "replica_name": "acme-eu",
        "primary_arn": "arn:aws:s3:::acme-us",
        "replica_arn": "arn:aws:s3:::acme-eu",
        "primary_domain_name": "acme-us.s3.us-east-1.amazonaws.com",
        "replica_domain_name": "acme-eu.s3.eu-west-1.amazonaws.com",
    }


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
@pytest.mark.parametrize("existing", [(), ("primary", "replica")], ids=["made", "adopted"])
def test_what_comes_out_is_known_at_preview_too(existing: tuple[str, ...], preview: bool) -> None:
    deployment = deploy(lambda: pair(existing=existing), preview=preview)
    assert deployment.outputs_of("assets")["replica_domain_name"] == "acme-eu.s3.eu-west-1.amazonaws.com"


def test_the_sides_tell_role_region_and_key() -> None:
    plain = deployed().built.sides
    assert [(s.role, s.region, s.kms_key_arn) for s in plain] == [
        ("primary", US, None),
        ("replica", EU, None),
    ]
    encrypted = deployed(**KMS).built.sides
    assert all(side.kms_key_arn is not None for side in encrypted)
