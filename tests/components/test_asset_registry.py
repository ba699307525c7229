"""A registry is one table everywhere, which can be restored, and which the edge may only read."""

import json
from typing import Any

import pulumi
import pytest

from asset_edge import policies
from asset_edge.components.asset_registry import AssetRegistry, AssetRegistryArgs
from asset_edge.errors import ArgumentError
from asset_edge.handlers.edge.registry_rows import EXPIRES_AT, KEY
from tests.engine import Deployment, deploy

EU, US, AP = "eu-west-1", "us-east-1", "ap-southeast-2"
ACCOUNT = "111122223333"
KEYS = {region: f"arn:aws:kms:{region}:{ACCOUNT}:key/made-up" for region in (EU, US)}
TABLE = "aws:dynamodb/table:Table"


def args(**changed: Any) -> AssetRegistryArgs:
    return AssetRegistryArgs(**{"table": "assets", "regions": [EU, US], "account_id": ACCOUNT, **changed})


def deployed(opts: pulumi.ResourceOptions | None = None, **changed: Any) -> Deployment:
    return deploy(lambda: AssetRegistry("registry", args(**changed), opts))


def table(**changed: Any) -> dict[str, Any]:
    return deployed(**changed).named("registry-table").inputs


def test_the_table_is_keyed_by_the_asset_and_costs_nothing_at_rest() -> None:
    made = table()
    assert made["name"] == "assets"
    assert made["hashKey"] == KEY
    assert made["attributes"] == [{"name": KEY, "type": "S"}]
    assert made["billingMode"] == "PAY_PER_REQUEST"
    assert made["ttl"] == {"attributeName": EXPIRES_AT, "enabled": True}


def test_the_first_region_makes_the_table_and_the_others_have_replicas() -> None:
    made = table(regions=[EU, US, AP])
    assert made["region"] == EU
    assert [replica["regionName"] for replica in made["replicas"]] == [US, AP]
    assert (made["streamEnabled"], made["streamViewType"]) == (True, "NEW_AND_OLD_IMAGES")


def test_a_registry_may_be_in_one_region_alone() -> None:
    assert table(regions=[US]).get("replicas", []) == []


def test_every_replica_can_be_restored_and_is_encrypted_and_kept() -> None:
    made = table(recovery_period_in_days=7)
    assert made["pointInTimeRecovery"] == {"enabled": True, "recoveryPeriodInDays": 7}
    assert made["serverSideEncryption"] == {"enabled": True}
    assert made["deletionProtectionEnabled"] is True
    (replica,) = made["replicas"]
    assert replica == {
        "regionName": US,
        "pointInTimeRecovery": True,
        "deletionProtectionEnabled": True,
        "propagateTags": True,
    }


def test_each_replica_has_the_key_of_its_region() -> None:
    made = table(kms_key_arns=KEYS)
    assert made["serverSideEncryption"]["kmsKeyArn"] == KEYS[EU]
    assert made["replicas"][0]["kmsKeyArn"] == KEYS[US]


@pytest.mark.parametrize("flag", [True, False])
def test_protection_is_the_callers_choice(flag: bool) -> None:
    made = deployed(protect=flag, retain_on_delete=flag, deletion_protection=flag).named("registry-table")
    assert made.options.get("protect", False) is flag
    assert made.options.get("retainOnDelete", False) is flag
    assert made.inputs["deletionProtectionEnabled"] is flag
    assert made.inputs["replicas"][0]["deletionProtectionEnabled"] is flag


def test_protection_of_the_whole_component_holds_for_an_unprotected_table() -> None:
    run = deployed(pulumi.ResourceOptions(protect=True), protect=False)
    assert run.named("registry-table").options["protect"] is True


def test_the_tags_are_the_tables() -> None:
    assert table(tags={"service": "assets"})["tags"] == {"service": "assets"}


def test_it_tells_its_name_its_regions_and_the_arn_in_each() -> None:
    assert deployed().outputs_of("registry") == {
        "table_name": "assets",
        "table_arns": [f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/assets" for region in (EU, US)],
        "regions": [EU, US],
    }


def statements(**changed: Any) -> list[dict[str, Any]]:
    """What a role's policy says when the registry's statements are put into it."""
    said: list[dict[str, Any]] = []

    def build() -> None:
        registry = AssetRegistry("registry", args(**changed))
        document = policies.document(*registry.read_statements())
        pulumi.export("document", document.apply(lambda text: said.extend(json.loads(text)["Statement"])))

    deploy(build)
    return said


def test_a_reader_may_get_one_item_of_any_replica_and_nothing_else() -> None:
    assert statements() == [
        {
            "Sid": "ReadAssetRegistry",
            "Effect": "Allow",
            "Action": ["dynamodb:GetItem"],
            "Resource": [f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/assets" for region in (EU, US)],
        }
    ]


def test_a_reader_may_decrypt_through_dynamodb_alone_where_the_keys_are_ours() -> None:
    _, decrypt = statements(kms_key_arns=KEYS)
    assert decrypt["Action"] == ["kms:Decrypt"]
    assert decrypt["Resource"] == list(KEYS.values())
    assert decrypt["Condition"] == {"StringLike": {"kms:ViaService": "dynamodb.*.amazonaws.com"}}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"table": "as"}, r"table is 'as'; DynamoDB takes 3 to 255"),
        ({"table": "a/b/c"}, "table is 'a/b/c'"),
        ({"table": "x" * 256}, "table is 'xxx"),
        ({"regions": []}, r"regions is \[\]; a list of at least one"),
        ({"regions": EU}, "regions is 'eu-west-1'; a list"),
        ({"regions": [EU, US, EU]}, "each may stand there once"),
        ({"regions": ["Ireland"]}, "'Ireland' is not spelt like one"),
        ({"regions": [EU, "cn-north-1"]}, "partition without Lambda@Edge"),
        ({"account_id": "42"}, "is not 12 digits"),
        ({"recovery_period_in_days": 0}, "recovery_period_in_days is 0; it may be 1 to 35"),
        ({"recovery_period_in_days": 36}, "recovery_period_in_days is 36"),
        ({"kms_key_arns": {EU: KEYS[EU]}}, r"kms_key_arns\['us-east-1'\] is None"),
        ({"kms_key_arns": {EU: KEYS[EU], US: KEYS[EU]}}, r"not the ARN of a key in us-east-1"),
        ({"kms_key_arns": {**KEYS, AP: "arn"}}, "kms_key_arns names 'ap-southeast-2'"),
    ],
)
def test_impossible_arguments_are_refused_in_the_callers_words(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        args(**changed)


def test_a_preview_knows_name_and_regions() -> None:
    made = deploy(lambda: AssetRegistry("registry", args()), preview=True).of(TABLE)[0].inputs
    assert (made["name"], made["region"]) == ("assets", EU)
