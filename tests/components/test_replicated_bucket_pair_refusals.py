"""What a pair refuses, before anything is registered and in the caller's words."""

from typing import Any

import pytest

from asset_edge.components.replicated_bucket_pair import CorsRule
from asset_edge.errors import ArgumentError
from tests.components.pairs import EU, KEYS, US, arguments

KMS_KEYS = {"encryption": "aws:kms", "existing_keys": KEYS}

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("one region twice", {"replica_region": US}, "replica_region is 'us-east-1', as primary_region"),
    ("no region", {"primary_region": "us-east"}, "region 'us-east' is not spelt like one"),
    ("China", {"primary_region": "cn-north-1"}, "partition without Lambda@Edge"),
    ("one bucket twice", {"replica_bucket": "acme-us"}, "replica_bucket is 'acme-us', as primary_bucket"),
    ("a dot", {"primary_bucket": "assets.acme"}, "'assets.acme' has a dot"),
    ("capitals", {"replica_bucket": "Acme"}, "'Acme' is not 3 to 63"),
    (
        "an adopted bucket without a name",
        {"primary_bucket": "", "existing": ["primary"]},
        "'' is not 3 to 63",
    ),
    (
        "an unknown role",
        {"existing": ["secondary"]},
        "existing names 'secondary'; allowed are primary, replica",
    ),
    ("a role as text", {"existing": "primary"}, "existing is the text 'primary', not a list"),
    ("one role twice", {"existing": ["primary", "primary"]}, "each may stand there once"),
    (
        "an unknown part",
        {"existing": ["primary"], "manage": ["acl"]},
        "manage names 'acl'; allowed are versioning, encryption",
    ),
    ("manage alone", {"manage": ["policy"]}, "manage is ['policy'] but existing is empty"),
    (
        "a part without its setting",
        {"existing": ["replica"], "manage": ["cors"]},
        "manage names 'cors' but cors_rules is not set",
    ),
    (
        "a notification that is off",
        {"existing": ["replica"], "manage": ["notification"], "eventbridge": False},
        "manage names 'notification' but eventbridge is not set",
    ),
    (
        "an unknown encryption",
        {"encryption": "aes256"},
        "encryption is 'aes256'; it may be AES256, aws:kms",
    ),
    (
        "KMS without an account",
        {"encryption": "aws:kms"},
        "encryption is 'aws:kms' but account_id is not set",
    ),
    ("a short account id", {"account_id": "12345"}, "account id '12345' is not 12 digits"),
    ("keys without KMS", {"existing_keys": KEYS}, "existing_keys is set but encryption is 'AES256'"),
    (
        "one key",
        {"encryption": "aws:kms", "existing_keys": {"primary": KEYS["primary"]}},
        "existing_keys lacks 'replica'",
    ),
    (
        "keys in the wrong regions",
        {"encryption": "aws:kms", "existing_keys": {"primary": KEYS["replica"], "replica": KEYS["primary"]}},
        "not the ARN of a key in us-east-1",
    ),
    ("a key of nobody", {**KMS_KEYS, "existing_keys": {"third": "x"}}, "existing_keys names 'third'"),
    (
        "no retention",
        {"noncurrent_version_days": 0},
        "noncurrent_version_days is 0; S3 counts whole days from 1",
    ),
    ("negative days", {"abort_multipart_days": -1}, "abort_multipart_days is -1"),
    ("a hasty deletion", {"key_deletion_days": 6}, "key_deletion_days is 6; it may be 7 to 30"),
    ("a slow deletion", {"key_deletion_days": 31}, "key_deletion_days is 31; it may be 7 to 30"),
    (
        "time control without metrics",
        {"replication_metrics": False},
        "replication_time_control is on but replication_metrics is off",
    ),
    ("no prefixes", {"replicated_prefixes": []}, "replicated_prefixes is empty"),
    ("a prefix as text", {"replicated_prefixes": "img/"}, "replicated_prefixes is the text 'img/'"),
    ("one prefix twice", {"replicated_prefixes": ["a", "a"]}, "each may stand there once"),
    ("logs of one region", {"log_buckets": {US: "logs"}}, "log_buckets lacks 'eu-west-1'"),
    ("logs elsewhere", {"log_buckets": {"us-west-2": "logs"}}, "log_buckets names 'us-west-2'"),
    (
        "logs of logs",
        {"log_buckets": {US: "acme-us", EU: "logs"}},
        "log_buckets names 'acme-us', a bucket of the",
    ),
    (
        "OPTIONS",
        {"cors_rules": [CorsRule(allowed_origins=["*"], allowed_methods=["OPTIONS"])]},
        "allowed_methods names 'OPTIONS'; allowed are GET, HEAD, PUT, POST, DELETE",
    ),
    ("no origin", {"cors_rules": [CorsRule(allowed_origins=[])]}, "a rule of cors_rules has the origins []"),
    (
        "an origin as text",
        {"cors_rules": [CorsRule(allowed_origins="*")]},
        "allowed_origins is the text '*'",
    ),
    ("empty and kept", {"force_destroy": True}, "force_destroy and protect are both on"),
    (
        "empty and retained",
        {"force_destroy": True, "protect": False, "retain_on_delete": True},
        "force_destroy and retain_on_delete are both on",
    ),
]


@pytest.mark.parametrize(("changes", "message"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError) as refusal:
        arguments(**changes)
    text = str(refusal.value)
    assert message in text
    assert text[0].islower(), "a message starts in lower case"
    assert not text.endswith("."), "a message ends without a stop"


@pytest.mark.parametrize(
    "changes",
    [
        {"key_deletion_days": 7},
        {"key_deletion_days": 30},
        {"noncurrent_version_days": 1, "abort_multipart_days": 1},
        {"replication_time_control": False, "replication_metrics": False},
        {"force_destroy": True, "protect": False},
        {"existing": ["primary", "replica"], "manage": ["policy", "versioning"]},
        KMS_KEYS,
        {"account_id": "000000000001"},
    ],
    ids=str,
)
def test_the_edge_of_what_is_allowed_is_allowed(changes: dict[str, Any]) -> None:
    assert arguments(**changes) is not None
