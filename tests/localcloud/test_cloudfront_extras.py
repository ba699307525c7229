"""Tags and metrics subscriptions: kept beside a distribution, and gone with it."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.conftest import Cloud
from tests.localcloud.distributions import config, create

ENABLED = {"RealtimeMetricsSubscriptionConfig": {"RealtimeMetricsSubscriptionStatus": "Enabled"}}


def tags(cloud: Cloud, arn: str) -> dict[str, str]:
    listed = cloud.client("cloudfront").list_tags_for_resource(Resource=arn)["Tags"]["Items"]
    return {tag["Key"]: tag["Value"] for tag in listed}


def as_items(told: dict[str, str]) -> dict[str, Any]:
    return {"Items": [{"Key": key, "Value": value} for key, value in told.items()]}


def test_the_tags_of_a_create_are_kept(cloud: Cloud) -> None:
    arn = create(cloud, tags={"stage": "test", "empty": ""}).outputs["arn"]
    assert tags(cloud, arn) == {"stage": "test", "empty": ""}


def test_tags_are_added_replaced_and_taken_away(cloud: Cloud) -> None:
    client, arn = cloud.client("cloudfront"), create(cloud, tags={"a": "1", "b": "2"}).outputs["arn"]
    client.tag_resource(Resource=arn, Tags=as_items({"b": "3", "c": "4"}))
    assert tags(cloud, arn) == {"a": "1", "b": "3", "c": "4"}
    client.untag_resource(Resource=arn, TagKeys={"Items": ["a", "absent"]})
    assert tags(cloud, arn) == {"b": "3", "c": "4"}


def test_a_distribution_without_tags_has_an_empty_list(cloud: Cloud) -> None:
    assert tags(cloud, create(cloud).outputs["arn"]) == {}


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"aws:mine": "1"}, id="AWS's own prefix"),
        pytest.param({"k" * 129: "1"}, id="a key too long"),
        pytest.param({"k": "v" * 257}, id="a value too long"),
        pytest.param({str(number): "" for number in range(51)}, id="too many"),
    ],
)
def test_tags_that_no_resource_takes_are_refused(cloud: Cloud, told: dict[str, str]) -> None:
    client, arn = cloud.client("cloudfront"), create(cloud, tags={"kept": "1"}).outputs["arn"]
    with pytest.raises(ClientError, match="InvalidTagging"):
        client.tag_resource(Resource=arn, Tags=as_items(told))
    assert tags(cloud, arn) == {"kept": "1"}
    with pytest.raises(ClientError, match="InvalidTagging"):
        create(cloud, aliases=["other.example.test"], tags=told)
    assert client.list_distributions()["DistributionList"]["Quantity"] == 1


def test_more_tags_than_fit_together_are_refused(cloud: Cloud) -> None:
    client = cloud.client("cloudfront")
    arn = create(cloud, tags={str(number): "" for number in range(50)}).outputs["arn"]
    client.tag_resource(Resource=arn, Tags=as_items({"0": "again"}))
    with pytest.raises(ClientError, match="InvalidTagging"):
        client.tag_resource(Resource=arn, Tags=as_items({"one more": ""}))


@pytest.mark.parametrize("call", ["tag_resource", "untag_resource", "list_tags_for_resource"])
def test_what_is_not_there_has_no_tags(cloud: Cloud, call: str) -> None:
    sent: dict[str, Any] = {"tag_resource": {"Tags": as_items({"a": "1"})}}.get(call, {})
    sent |= {"untag_resource": {"TagKeys": {"Items": ["a"]}}}.get(call, {})
    with pytest.raises(ClientError, match="NoSuchResource"):
        getattr(cloud.client("cloudfront"), call)(
            Resource="arn:aws:cloudfront::123456789012:distribution/E0", **sent
        )


def test_a_subscription_is_made_once_read_and_deleted(cloud: Cloud) -> None:
    client, made = cloud.client("cloudfront"), create(cloud).id
    with pytest.raises(ClientError, match="NoSuchMonitoringSubscription"):
        client.get_monitoring_subscription(DistributionId=made)
    client.create_monitoring_subscription(DistributionId=made, MonitoringSubscription=ENABLED)
    found = client.get_monitoring_subscription(DistributionId=made)["MonitoringSubscription"]
    assert found == ENABLED
    with pytest.raises(ClientError, match="MonitoringSubscriptionAlreadyExists"):
        client.create_monitoring_subscription(DistributionId=made, MonitoringSubscription=ENABLED)
    client.delete_monitoring_subscription(DistributionId=made)
    with pytest.raises(ClientError, match="NoSuchMonitoringSubscription"):
        client.delete_monitoring_subscription(DistributionId=made)


def test_a_subscription_wants_its_distribution(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="NoSuchDistribution"):
        cloud.client("cloudfront").create_monitoring_subscription(
            DistributionId="E0", MonitoringSubscription=ENABLED
        )


def test_all_of_it_goes_with_the_distribution(cloud: Cloud) -> None:
    client = cloud.client("cloudfront")
    made = create(cloud, tags={"a": "1"}, enabled=False)
    client.create_monitoring_subscription(DistributionId=made.id, MonitoringSubscription=ENABLED)
    batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": "r"}
    client.create_invalidation(DistributionId=made.id, InvalidationBatch=batch)
    client.delete_distribution(Id=made.id, IfMatch=made.outputs["etag"])
    with pytest.raises(ClientError, match="NoSuchResource"):
        tags(cloud, made.outputs["arn"])
    reference = made.outputs["callerReference"]
    again = client.create_distribution(DistributionConfig=config() | {"CallerReference": reference})
    assert again["Distribution"]["Id"] == made.id
    assert tags(cloud, made.outputs["arn"]) == {}
    assert client.list_invalidations(DistributionId=made.id)["InvalidationList"]["Quantity"] == 0
    with pytest.raises(ClientError, match="NoSuchMonitoringSubscription"):
        client.get_monitoring_subscription(DistributionId=made.id)
