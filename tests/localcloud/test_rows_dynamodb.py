"""A table lives with its replicas: what its life does not show."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from asset_edge.components.asset_registry import AssetRegistry, AssetRegistryArgs
from asset_edge.localcloud.rows import plain
from asset_edge.localcloud.table import ROWS
from tests.engine import deploy
from tests.localcloud.conftest import Cloud
from tests.localcloud.lives_table import TABLE

EU, US, AP = "eu-west-1", "us-east-1", "ap-southeast-2"
KIND = "aws:dynamodb/table:Table"


def inputs(**changed: Any) -> dict[str, Any]:
    return {**TABLE, "region": EU, **changed}


def replicas(*regions: str, **each: Any) -> list[dict[str, Any]]:
    return [{"regionName": region, **each} for region in regions]


def names(cloud: Cloud, region: str) -> list[str]:
    return list(cloud.client("dynamodb", region).list_tables()["TableNames"])


def tags(cloud: Cloud, region: str) -> dict[str, str]:
    tables = cloud.client("dynamodb", region)
    arn = tables.describe_table(TableName="assets")["Table"]["TableArn"]
    return {tag["Key"]: tag["Value"] for tag in tables.list_tags_of_resource(ResourceArn=arn)["Tags"]}


def test_a_table_is_made_in_every_region_and_taken_away_in_every_region(cloud: Cloud) -> None:
    declared = inputs(replicas=replicas(US, AP))
    cloud.create(KIND, **declared)
    assert [names(cloud, region) for region in (EU, US, AP)] == [["assets"]] * 3
    row = ROWS[KIND]
    assert row.delete
    row.delete("assets", declared, cloud.clients)
    assert [names(cloud, region) for region in (EU, US, AP)] == [[]] * 3


def test_a_replica_that_is_no_longer_declared_goes_and_the_rest_stays(cloud: Cloud) -> None:
    cloud.create(KIND, **inputs(replicas=replicas(US, AP)))
    row = ROWS[KIND]
    assert row.update
    now = row.update("assets", inputs(replicas=replicas(AP)), cloud.clients)
    assert [replica["regionName"] for replica in now.outputs["replicas"]] == [AP]
    assert [names(cloud, region) for region in (EU, US, AP)] == [["assets"], [], ["assets"]]


def test_a_protected_table_is_not_deleted(cloud: Cloud) -> None:
    declared = inputs(deletionProtectionEnabled=True, replicas=replicas(US))
    cloud.create(KIND, **declared)
    row = ROWS[KIND]
    assert row.delete
    with pytest.raises(ClientError, match="DeletionProtectionEnabled"):
        row.delete("assets", declared, cloud.clients)
    assert [names(cloud, region) for region in (EU, US)] == [["assets"]] * 2


def test_a_protected_replica_is_not_deleted_either(cloud: Cloud) -> None:
    declared = inputs(replicas=replicas(US, deletionProtectionEnabled=True))
    cloud.create(KIND, **declared)
    row = ROWS[KIND]
    assert row.delete
    with pytest.raises(ClientError, match="DeletionProtectionEnabled"):
        row.delete("assets", declared, cloud.clients)
    assert [names(cloud, region) for region in (EU, US)] == [["assets"]] * 2


def test_tags_follow_into_the_replicas_that_want_them(cloud: Cloud) -> None:
    both = [{"regionName": US, "propagateTags": True}, {"regionName": AP}]
    cloud.create(KIND, **inputs(replicas=both, tags={"a": "1", "b": "2"}))
    row = ROWS[KIND]
    assert row.update
    row.update("assets", inputs(replicas=both, tags={"a": "3"}), cloud.clients)
    assert [tags(cloud, region) for region in (EU, US, AP)] == [{"a": "3"}, {"a": "3"}, {}]


def test_a_table_with_a_range_key_and_a_capacity_is_as_declared(cloud: Cloud) -> None:
    declared = {
        "name": "assets",
        "hashKey": "key",
        "rangeKey": "version",
        "attributes": [{"name": "key", "type": "S"}, {"name": "version", "type": "N"}],
        "billingMode": "PROVISIONED",
        "readCapacity": 3,
        "writeCapacity": 4,
        "region": EU,
    }
    cloud.create(KIND, **declared)
    row = ROWS[KIND]
    assert row.read
    found = row.read("assets", {"region": EU}, cloud.clients)
    assert found
    assert {name: found.outputs[name] for name in declared} == declared


def test_what_the_component_declares_is_deployed_and_read_back(cloud: Cloud) -> None:
    settings = AssetRegistryArgs(table="assets", regions=[EU, US], account_id="123456789012", tags={"a": "b"})
    registered = deploy(lambda: AssetRegistry("registry", settings)).named("registry-table").inputs
    declared = plain(registered)
    ROWS[KIND].check(declared)
    made = cloud.create(KIND, **declared)
    assert {name: made.outputs[name] for name in declared} == declared
    told = cloud.client("dynamodb", US).describe_table(TableName="assets")["Table"]
    assert told["TableArn"] == f"arn:aws:dynamodb:{US}:123456789012:table/assets"
