"""The CloudFront API as boto3 speaks it: a distribution comes back whole, and a change is served at once."""

import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from asset_edge.emulator.edge_policies import CachePolicy
from asset_edge.localcloud.cloudfront_api import PATH, CloudFrontApi
from tests.localcloud.conftest import Cloud
from tests.localcloud.distributions import (
    BEHAVIOR,
    FUNCTION_ARN,
    INPUTS,
    LEGACY_BEHAVIOR,
    access_control,
    config,
    create,
)


def api_config(cloud: Cloud, distribution_id: str) -> Any:
    """The configuration and its ETag."""
    found = cloud.client("cloudfront").get_distribution_config(Id=distribution_id)
    return found["DistributionConfig"], found["ETag"]


def test_a_distribution_comes_back_as_it_was_declared(cloud: Cloud) -> None:
    state = create(cloud)
    found, _ = api_config(cloud, state.id)
    assert found == config(region="us-east-1")


def test_functions_and_access_controls_are_not_lost(cloud: Cloud) -> None:
    control = access_control(cloud)
    origins = [{**one, "originAccessControlId": control} for one in INPUTS["origins"]]
    found, _ = api_config(cloud, create(cloud, origins=origins).id)
    associations = found["CacheBehaviors"]["Items"][0]["LambdaFunctionAssociations"]
    assert associations["Items"][0]["LambdaFunctionARN"] == FUNCTION_ARN
    assert [o["OriginAccessControlId"] for o in found["Origins"]["Items"]] == [control, control]


def test_distributions_are_listed_in_the_order_they_were_made(cloud: Cloud) -> None:
    first = create(cloud).id
    second = create(cloud, aliases=["other.example.test"]).id
    listed = cloud.client("cloudfront").list_distributions()["DistributionList"]
    assert [item["Id"] for item in listed["Items"]] == [first, second]
    assert [item["Aliases"]["Items"] for item in listed["Items"]] == [
        ["assets.example.test"],
        ["other.example.test"],
    ]
    assert listed["Items"][0]["ETag"] == api_config(cloud, first)[1]


def test_a_list_comes_in_pages(cloud: Cloud) -> None:
    made = [create(cloud, aliases=[f"n{number}.example.test"]).id for number in range(3)]
    client = cloud.client("cloudfront")
    first = client.list_distributions(MaxItems="2")["DistributionList"]
    assert (first["IsTruncated"], first["NextMarker"]) == (True, made[1])
    rest = client.list_distributions(MaxItems="2", Marker=first["NextMarker"])["DistributionList"]
    assert [item["Id"] for item in rest["Items"]] == made[2:]
    pages = client.get_paginator("list_distributions").paginate(PaginationConfig={"PageSize": 1})
    found = [item["Id"] for page in pages for item in page["DistributionList"]["Items"]]
    assert found == made


@pytest.mark.parametrize("asked", [{"MaxItems": "none"}, {"MaxItems": "0"}, {"Marker": "E0"}], ids=str)
def test_a_page_that_cannot_be_is_refused(cloud: Cloud, asked: dict[str, str]) -> None:
    with pytest.raises(ClientError, match="InvalidArgument"):
        cloud.client("cloudfront").list_distributions(**asked)


def test_a_bare_create_works_as_well(cloud: Cloud) -> None:
    made = cloud.client("cloudfront").create_distribution(DistributionConfig=config())
    assert made["Distribution"]["Id"] in made["Location"]


def test_a_summary_has_every_field_even_of_a_bare_configuration(cloud: Cloud) -> None:
    whole = config()
    names = ("CallerReference", "Origins", "OriginGroups", "DefaultCacheBehavior", "Comment", "Enabled")
    bare = {name: whole[name] for name in names}
    cloud.client("cloudfront").create_distribution(DistributionConfig=bare)
    (item,) = cloud.client("cloudfront").list_distributions()["DistributionList"]["Items"]
    assert (item["PriceClass"], item["ViewerCertificate"]) == (
        "PriceClass_All",
        {"CloudFrontDefaultCertificate": True},
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({}, "DistributionAlreadyExists", id="the same again"),
        pytest.param({"comment": "another"}, "CNAMEAlreadyExists", id="the same alias"),
        pytest.param({"aliases": ["ASSETS.example.test"]}, "CNAMEAlreadyExists", id="in another case"),
    ],
)
def test_what_is_taken_is_refused(cloud: Cloud, changes: dict[str, Any], code: str) -> None:
    create(cloud)
    with pytest.raises(ClientError, match=code):
        create(cloud, **changes)


def test_an_unknown_distribution_is_404(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="NoSuchDistribution") as refused:
        cloud.client("cloudfront").get_distribution(Id="E0")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_an_operation_that_is_not_modelled_is_named(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="does not model ListFunctions"):
        cloud.client("cloudfront").list_functions()


def test_an_update_takes_the_last_etag_and_gives_another(cloud: Cloud) -> None:
    client, made = cloud.client("cloudfront"), create(cloud).id
    found, etag = api_config(cloud, made)
    changed = client.update_distribution(
        Id=made, IfMatch=etag, DistributionConfig=found | {"Comment": "changed"}
    )
    assert changed["ETag"] != etag
    assert api_config(cloud, made) == (found | {"Comment": "changed"}, changed["ETag"])


@pytest.mark.parametrize(
    ("told", "code", "status"),
    [({"IfMatch": "EOLD"}, "PreconditionFailed", 412), ({}, "InvalidIfMatchVersion", 400)],
    ids=["another version", "none"],
)
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_a_change_of_another_version_is_refused(
    cloud: Cloud, verb: str, told: dict[str, str], code: str, status: int
) -> None:
    client, made = cloud.client("cloudfront"), create(cloud).id
    found, etag = api_config(cloud, made)
    sent = {"DistributionConfig": found | {"Comment": "lost"}} if verb == "update" else {}
    with pytest.raises(ClientError, match=code) as refused:
        getattr(client, f"{verb}_distribution")(Id=made, **sent, **told)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert api_config(cloud, made) == (found, etag), "nothing was changed"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"CallerReference": "another"}, "IllegalUpdate", id="another caller reference"),
        pytest.param({"DefaultRootObject": "/i"}, "InvalidDefaultRootObject", id="what a create refuses"),
        pytest.param(
            {"Aliases": {"Quantity": 1, "Items": ["taken.example.test"]}}, "CNAMEAlreadyExists", id="alias"
        ),
    ],
)
def test_an_update_is_held_to_the_same_rules(cloud: Cloud, changes: dict[str, Any], code: str) -> None:
    create(cloud, aliases=["taken.example.test"])
    made = create(cloud).id
    found, etag = api_config(cloud, made)
    with pytest.raises(ClientError, match=code):
        cloud.client("cloudfront").update_distribution(
            Id=made, IfMatch=etag, DistributionConfig=found | changes
        )
    assert api_config(cloud, made) == (found, etag)


def disable(cloud: Cloud, distribution_id: str) -> str:
    """The ETag once it is disabled."""
    found, etag = api_config(cloud, distribution_id)
    changed = cloud.client("cloudfront").update_distribution(
        Id=distribution_id, IfMatch=etag, DistributionConfig=found | {"Enabled": False}
    )
    return str(changed["ETag"])


def test_only_a_disabled_distribution_is_deleted(cloud: Cloud) -> None:
    client, made = cloud.client("cloudfront"), create(cloud).id
    with pytest.raises(ClientError, match="DistributionNotDisabled"):
        client.delete_distribution(Id=made, IfMatch=api_config(cloud, made)[1])
    client.delete_distribution(Id=made, IfMatch=disable(cloud, made))
    assert client.list_distributions()["DistributionList"]["Quantity"] == 0
    assert list(cloud.front.cloudfront.served()) == []


def test_a_deleted_distributions_objects_are_gone_for_the_next_of_its_id(cloud: Cloud) -> None:
    told: list[Any] = []
    cloud.front.cloudfront.on_invalidate = lambda *invalidated: told.append(invalidated)
    made = create(cloud).id
    cloud.client("cloudfront").delete_distribution(Id=made, IfMatch=disable(cloud, made))
    assert told == [(made, ("/*",))]
    assert create(cloud).id == made


def test_boto3s_waiter_is_content_at_once(cloud: Cloud) -> None:
    cloud.client("cloudfront").get_waiter("distribution_deployed").wait(
        Id=create(cloud).id, WaiterConfig={"MaxAttempts": 1}
    )


def test_a_change_is_served_before_its_caller_hears_of_it(cloud: Cloud) -> None:
    api, made = cloud.front.cloudfront, create(cloud).id
    assert [one.enabled for one in api.served()] == [True]
    disable(cloud, made)
    assert [one.enabled for one in api.served()] == [False]


def served_policy(cloud: Cloud) -> CachePolicy:
    return cloud.front.cloudfront.served()[0].behaviors[-1].cache_policy


def test_a_changed_policy_is_served_at_once_too(cloud: Cloud) -> None:
    client = cloud.client("cloudfront")
    policy = {"Name": "mine", "MinTTL": 1, "DefaultTTL": 2, "MaxTTL": 3}
    made = client.create_cache_policy(CachePolicyConfig=policy)
    policy_id = made["CachePolicy"]["Id"]
    create(cloud, defaultCacheBehavior={**BEHAVIOR, "cachePolicyId": policy_id})
    assert served_policy(cloud).max_ttl_seconds == 3
    client.update_cache_policy(Id=policy_id, IfMatch=made["ETag"], CachePolicyConfig=policy | {"MaxTTL": 30})
    assert served_policy(cloud).max_ttl_seconds == 30


def test_what_is_served_stays_the_same_object_until_it_changes(cloud: Cloud) -> None:
    create(cloud)
    before = cloud.front.cloudfront.served()
    cloud.client("cloudfront").create_cache_policy(CachePolicyConfig={"Name": "unused", "MinTTL": 0})
    cloud.client("cloudfront").list_distributions()
    assert cloud.front.cloudfront.served() is before
    create(cloud, aliases=["other.example.test"])
    assert cloud.front.cloudfront.served() is not before


def test_legacy_settings_are_served_as_well(cloud: Cloud) -> None:
    create(cloud, defaultCacheBehavior=LEGACY_BEHAVIOR)
    assert served_policy(cloud).max_ttl_seconds == 3


def test_what_the_edge_cannot_read_is_refused_and_breaks_nothing(cloud: Cloud) -> None:
    values = LEGACY_BEHAVIOR["forwardedValues"]
    cookies = {"forward": "whitelist", "whitelistedNames": ["session*"]}
    wild = {**LEGACY_BEHAVIOR, "forwardedValues": {**values, "cookies": cookies}}
    with pytest.raises(ClientError, match=r"UnsupportedOperation.*session\*"):
        create(cloud, defaultCacheBehavior=wild)
    assert create(cloud).id == cloud.front.cloudfront.served()[0].id


def test_many_callers_at_once_lose_nothing(cloud: Cloud) -> None:
    client = cloud.client("cloudfront")

    def make(number: int) -> None:
        client.create_cache_policy(CachePolicyConfig={"Name": f"p{number}", "MinTTL": number})

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    listed = client.list_cache_policies(Type="custom")["CachePolicyList"]
    names = {item["CachePolicy"]["CachePolicyConfig"]["Name"] for item in listed["Items"]}
    assert names == {f"p{number}" for number in range(8)}


@pytest.mark.parametrize("body", ["", "<", "<DistributionConfig/>", "<Other/>"], ids=repr)
def test_a_body_that_is_no_document_is_refused(body: str) -> None:
    api = CloudFrontApi("123456789012")
    builder = EnvironBuilder(method="POST", path=f"{PATH}distribution", data=body)
    answer = api.answer(Request(builder.get_environ()))
    assert answer.status_code == 400
    assert b"<Code>MalformedInput</Code>" in answer.get_data()
    assert api.distributions() == []
