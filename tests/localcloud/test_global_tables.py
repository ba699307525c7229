"""Replicas of a table have each other's writes, whichever call made them, after a lag that can be set."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.conftest import Cloud

EU, US, AP = "eu-west-1", "us-east-1", "ap-southeast-2"
NAME = "assets"
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


class World:
    """A table with a replica, and a clock that the test moves."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.tables = cloud.front.tables
        self.now = 1_000.0
        self.tables._clock = lambda: self.now
        self.make(EU)
        self.replicate(EU, "Create", US)

    def client(self, region: str) -> Any:
        return self.cloud.client("dynamodb", region)

    def make(self, region: str, **more: Any) -> None:
        self.client(region).create_table(
            TableName=NAME,
            KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            **more,
        )

    def replicate(self, region: str, action: str, other: str) -> Any:
        updates = [{action: {"RegionName": other}}]
        return self.client(region).update_table(TableName=NAME, ReplicaUpdates=updates)["TableDescription"]

    def put(self, region: str, key: str = "a", value: str = "1") -> None:
        self.client(region).put_item(TableName=NAME, Item={"key": {"S": key}, "value": {"S": value}})

    def get(self, region: str, key: str = "a") -> str | None:
        found = self.client(region).get_item(TableName=NAME, Key={"key": {"S": key}}).get("Item")
        return str(found["value"]["S"]) if found else None

    def everything(self, region: str) -> dict[str, str]:
        items = self.client(region).scan(TableName=NAME)["Items"]
        return {item["key"]["S"]: item["value"]["S"] for item in items}


@pytest.fixture
def world(cloud: Cloud) -> World:
    return World(cloud)


@pytest.mark.parametrize(("here", "there"), [(EU, US), (US, EU)])
def test_a_write_on_either_side_is_on_both(world: World, here: str, there: str) -> None:
    world.put(here)
    assert world.get(there) == "1"
    world.put(here, value="2")
    assert world.get(there) == "2"
    world.client(here).delete_item(TableName=NAME, Key={"key": {"S": "a"}})
    assert world.get(there) is None


def _update(client: Any) -> None:
    client.update_item(
        TableName=NAME,
        Key={"key": {"S": "a"}},
        UpdateExpression="SET #v = :v",
        ExpressionAttributeNames={"#v": "value"},
        ExpressionAttributeValues={":v": {"S": "new"}},
    )


def _batch(client: Any) -> None:
    put = {"PutRequest": {"Item": {"key": {"S": "a"}, "value": {"S": "new"}}}}
    client.batch_write_item(RequestItems={NAME: [put, {"DeleteRequest": {"Key": {"key": {"S": "b"}}}}]})


def _transact(client: Any) -> None:
    put = {"Put": {"TableName": NAME, "Item": {"key": {"S": "a"}, "value": {"S": "new"}}}}
    delete = {"Delete": {"TableName": NAME, "Key": {"key": {"S": "b"}}}}
    client.transact_write_items(TransactItems=[put, delete])


def _partiql(client: Any) -> None:
    client.execute_statement(Statement=f"INSERT INTO \"{NAME}\" value {{'key': 'a', 'value': 'new'}}")


@pytest.mark.parametrize("write", [_update, _batch, _transact, _partiql])
def test_every_kind_of_write_travels(world: World, write: Any) -> None:
    if write is not _partiql:
        world.put(EU, "a", "old")
    world.put(EU, "b")
    write(world.client(US))
    expected = {"a": "new"} if write in (_batch, _transact) else {"a": "new", "b": "1"}
    assert [world.everything(region) for region in (EU, US)] == [expected] * 2


def test_a_write_that_is_refused_does_not_travel(world: World) -> None:
    world.put(EU)
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        world.client(EU).put_item(
            TableName=NAME,
            Item={"key": {"S": "a"}, "value": {"S": "2"}},
            ConditionExpression="attribute_not_exists(#k)",
            ExpressionAttributeNames={"#k": "key"},
        )
    with pytest.raises(ClientError, match="TransactionCanceled"):
        world.client(EU).transact_write_items(
            TransactItems=[
                {"Put": {"TableName": NAME, "Item": {"key": {"S": "c"}, "value": {"S": "3"}}}},
                {
                    "ConditionCheck": {
                        "TableName": NAME,
                        "Key": {"key": {"S": "none"}},
                        "ConditionExpression": "attribute_exists(#k)",
                        "ExpressionAttributeNames": {"#k": "key"},
                    }
                },
            ]
        )
    assert world.everything(US) == {"a": "1"}
    world.put(EU, "d")
    assert world.everything(US) == {"a": "1", "d": "1"}


def test_a_copy_waits_for_the_lag_and_a_shorter_one_counts_at_once(world: World) -> None:
    world.tables.lag_seconds = 10
    world.put(EU)
    world.now += 9.9
    assert (world.get(EU), world.get(US), world.tables.waiting) == ("1", None, 1)
    world.now += 0.1
    assert world.get(US) == "1"
    world.put(EU, "b")
    world.tables.lag_seconds = 0
    assert world.get(US, "b") == "1"
    assert world.tables.waiting == 0


def test_while_it_is_paused_nothing_is_copied_and_then_everything_is(world: World) -> None:
    paused = [True]
    world.tables.paused = lambda: paused[0]
    world.put(EU)
    world.put(US, "b")
    assert (world.get(US), world.get(EU, "b")) == (None, None)
    paused[0] = False
    assert (world.get(US), world.get(EU, "b")) == ("1", "1")


def test_what_goes_between_other_regions_does_not_wait_for_a_broken_one(world: World) -> None:
    world.replicate(EU, "Create", AP)
    broken = [US]
    world.tables.reachable = lambda region: region not in broken
    world.put(EU)
    world.put(US, "b")
    assert (world.get(AP), world.get(US), world.get(EU, "b")) == ("1", None, None)
    broken.clear()
    assert (world.get(US), world.get(EU, "b"), world.get(AP, "b")) == ("1", "1", "1")


def test_of_two_writes_the_later_wins_on_both_sides(world: World) -> None:
    world.tables.lag_seconds = 10
    world.put(EU, value="earlier")
    world.now += 1
    world.put(US, value="later")
    world.now += 20
    assert [world.get(region) for region in (EU, US)] == ["later"] * 2


def test_a_later_delete_wins_over_an_earlier_write(world: World) -> None:
    world.put(EU)
    world.tables.lag_seconds = 10
    world.put(EU, value="2")
    world.now += 1
    world.client(US).delete_item(TableName=NAME, Key={"key": {"S": "a"}})
    world.now += 20
    assert [world.get(region) for region in (EU, US)] == [None, None]


def test_a_copy_is_no_write_of_its_own(world: World) -> None:
    world.tables.lag_seconds = 10
    world.put(EU, value="1")
    world.now += 10
    assert world.get(US) == "1"
    world.put(EU, value="2")
    world.now += 1
    world.put(US, "another")
    assert world.tables.waiting == 2, "one each way"
    world.now += 20
    assert [world.get(region) for region in (EU, US)] == ["2"] * 2


def test_a_new_replica_has_what_there_was(world: World) -> None:
    for number in range(40):
        world.put(EU, f"{number}")
    expiry = {"Enabled": True, "AttributeName": "expiresAt"}
    world.client(EU).update_time_to_live(TableName=NAME, TimeToLiveSpecification=expiry)
    world.replicate(US, "Create", AP)
    assert world.everything(AP) == world.everything(EU)
    world.put(AP, "new")
    assert [world.get(region, "new") for region in (EU, US)] == ["1"] * 2
    for region in (EU, US, AP):
        told = world.client(region).describe_time_to_live(TableName=NAME)["TimeToLiveDescription"]
        assert told == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiresAt"}, region


def test_a_table_tells_its_replicas(world: World) -> None:
    for region, other in ((EU, US), (US, EU)):
        told = world.client(region).describe_table(TableName=NAME)["Table"]
        assert told["Replicas"] == [{"RegionName": other, "ReplicaStatus": "ACTIVE"}]
        assert told["StreamSpecification"] == STREAM


def test_a_replica_that_leaves_gets_nothing_more_and_gives_nothing(world: World) -> None:
    told = world.replicate(EU, "Delete", US)
    assert "Replicas" not in told
    world.make(US)
    world.put(EU)
    world.put(US, "b")
    assert (world.everything(EU), world.everything(US)) == ({"a": "1"}, {"b": "1"})


def test_a_replica_that_is_deleted_as_a_table_is_gone_for_the_others(world: World) -> None:
    world.tables.lag_seconds = 10
    world.put(EU)
    world.client(US).delete_table(TableName=NAME)
    assert "Replicas" not in world.client(EU).describe_table(TableName=NAME)["Table"]
    world.now += 10
    assert world.get(EU) == "1", "what waited for the replica is dropped"
    assert world.tables.waiting == 0


@pytest.mark.parametrize(
    ("action", "region", "code"),
    [
        ("Create", US, "ValidationException"),
        ("Delete", AP, "ReplicaNotFoundException"),
        ("Update", AP, "ReplicaNotFoundException"),
    ],
)
def test_what_cannot_be_is_refused(world: World, action: str, region: str, code: str) -> None:
    with pytest.raises(ClientError, match=code):
        world.replicate(EU, action, region)


def test_a_table_that_stands_in_the_way_of_a_replica_is_left_alone(world: World) -> None:
    world.make(AP)
    world.put(AP, "own")
    with pytest.raises(ClientError, match="cannot be replicated to ap-southeast-2"):
        world.replicate(EU, "Create", AP)
    world.put(EU)
    assert world.everything(AP) == {"own": "1"}


def test_tables_of_one_name_that_are_no_replicas_keep_apart(world: World) -> None:
    world.make(AP, StreamSpecification=STREAM)
    world.put(AP, "own")
    assert (world.everything(EU), world.everything(US)) == ({}, {})


def test_it_knows_where_there_are_tables(world: World) -> None:
    assert world.tables.regions() == [EU, US]
    world.client(EU).delete_table(TableName=NAME)
    assert world.tables.regions() == [US]


def test_what_is_no_document_is_motos_to_refuse(world: World) -> None:
    with pytest.raises(ClientError, match="ResourceNotFound"):
        world.client(EU).describe_table(TableName="absent")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        world.client(EU).update_table(TableName="absent", ReplicaUpdates=[{"Create": {"RegionName": AP}}])
