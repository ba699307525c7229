"""Invalidations: which batches are taken, who is told, and how they are read back."""

from collections.abc import Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from asset_edge.localcloud.aws_api import ApiError
from asset_edge.localcloud.cloudfront_invalidations import MOST_ITEMS, check_batch
from tests.localcloud.conftest import Cloud
from tests.localcloud.distributions import create


def batch(*items: str, reference: str = "r") -> dict[str, Any]:
    paths = {"Quantity": len(items), "Items": list(items)} if items else {"Quantity": 0}
    return {"Paths": paths, "CallerReference": reference}


class Told:
    """What a cache would be told."""

    def __init__(self, cloud: Cloud) -> None:
        self.calls: list[tuple[str, tuple[str, ...]]] = []
        cloud.front.cloudfront.on_invalidate = self._keep

    def _keep(self, distribution_id: str, items: Sequence[str]) -> None:
        self.calls.append((distribution_id, tuple(items)))


def test_a_batch_is_handed_on_and_completed_at_once(cloud: Cloud) -> None:
    told, client, made = Told(cloud), cloud.client("cloudfront"), create(cloud).id
    sent = batch("/a.png", "/images/*", "#product-7")
    answer = client.create_invalidation(DistributionId=made, InvalidationBatch=sent)
    assert told.calls == [(made, ("/a.png", "/images/*", "#product-7"))]
    whole = answer["Invalidation"]
    assert (whole["Status"], whole["InvalidationBatch"]) == ("Completed", sent)
    assert answer["Location"].endswith(f"/distribution/{made}/invalidation/{whole['Id']}")
    assert client.get_invalidation(DistributionId=made, Id=whole["Id"])["Invalidation"] == whole
    client.get_waiter("invalidation_completed").wait(
        DistributionId=made, Id=whole["Id"], WaiterConfig={"MaxAttempts": 1}
    )


def test_the_newest_is_listed_first(cloud: Cloud) -> None:
    client, made = cloud.client("cloudfront"), create(cloud).id
    ids = [
        client.create_invalidation(DistributionId=made, InvalidationBatch=batch("/*", reference=reference))[
            "Invalidation"
        ]["Id"]
        for reference in "abc"
    ]
    listed = client.list_invalidations(DistributionId=made, MaxItems="2")["InvalidationList"]
    assert [item["Id"] for item in listed["Items"]] == [ids[2], ids[1]]
    assert listed["IsTruncated"]


def test_the_same_batch_again_is_the_same_invalidation(cloud: Cloud) -> None:
    told, client, made = Told(cloud), cloud.client("cloudfront"), create(cloud).id
    sent = {"DistributionId": made, "InvalidationBatch": batch("/*")}
    first = client.create_invalidation(**sent)["Invalidation"]["Id"]
    assert client.create_invalidation(**sent)["Invalidation"]["Id"] == first
    assert len(told.calls) == 1
    with pytest.raises(ClientError, match="InvalidationBatchAlreadyExists"):
        client.create_invalidation(DistributionId=made, InvalidationBatch=batch("/other"))


def test_a_refused_batch_invalidates_nothing(cloud: Cloud) -> None:
    told, client, made = Told(cloud), cloud.client("cloudfront"), create(cloud).id
    with pytest.raises(ClientError, match="InvalidArgument"):
        client.create_invalidation(DistributionId=made, InvalidationBatch=batch("/ok", "not ok"))
    assert told.calls == []
    assert client.list_invalidations(DistributionId=made)["InvalidationList"]["Quantity"] == 0


@pytest.mark.parametrize(
    ("call", "sent"),
    [
        ("create_invalidation", {"InvalidationBatch": batch("/*")}),
        ("get_invalidation", {"Id": "I0"}),
        ("list_invalidations", {}),
    ],
)
def test_an_unknown_distribution_is_named(cloud: Cloud, call: str, sent: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match=r"NoSuchDistribution.*E0"):
        getattr(cloud.client("cloudfront"), call)(DistributionId="E0", **sent)


def test_an_unknown_invalidation_is_named(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match=r"NoSuchInvalidation.*I0"):
        cloud.client("cloudfront").get_invalidation(DistributionId=create(cloud).id, Id="I0")


@pytest.mark.parametrize(
    "item",
    [
        pytest.param("/", id="the root"),
        pytest.param("/*", id="everything"),
        pytest.param("/a/b*", id="a prefix"),
        pytest.param("/a?w=1&h=2", id="a query string"),
        pytest.param("/%C3%A4.png", id="percent-encoded"),
        pytest.param("/" + "a" * 3_999, id="as long as can be"),
        pytest.param("#t", id="a tag"),
        pytest.param("#" + "t" * 256, id="the longest tag"),
    ],
)
def test_paths_and_tags_are_taken(item: str) -> None:
    check_batch(batch(item))


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        pytest.param("a.png", "begins with neither", id="no slash"),
        pytest.param("", "begins with neither", id="nothing"),
        pytest.param("*", "begins with neither", id="a lone wildcard"),
        pytest.param("/a*b", "before its end", id="a wildcard inside"),
        pytest.param("/**", "before its end", id="two wildcards"),
        pytest.param("/a b", "does not take", id="a space"),
        pytest.param("/ä", "does not take", id="not ASCII"),
        pytest.param("/a~b", "does not take", id="a tilde"),
        pytest.param("/a%7Eb", "does not take", id="an encoded tilde"),
        pytest.param("/a#b", "does not take", id="a fragment"),
        pytest.param("/" + "a" * 4_000, "4001 characters, over 4000", id="too long"),
        pytest.param("#", "no cache tag", id="an empty tag"),
        pytest.param("#a b", "no cache tag", id="a tag with a space"),
        pytest.param("#" + "t" * 257, "no cache tag", id="a tag too long"),
    ],
)
def test_what_is_neither_is_refused_with_the_reason(item: str, fault: str) -> None:
    with pytest.raises(ApiError, match=fault) as refused:
        check_batch(batch("/ok", item))
    assert refused.value.code == "InvalidArgument"


def test_an_empty_batch_is_refused() -> None:
    with pytest.raises(ApiError, match="no paths") as refused:
        check_batch(batch())
    assert refused.value.code == "InvalidArgument"


def test_a_batch_has_a_size() -> None:
    check_batch(batch(*["/a"] * MOST_ITEMS))
    with pytest.raises(ApiError, match="over 3000") as refused:
        check_batch(batch(*["/a"] * (MOST_ITEMS + 1)))
    assert refused.value.code == "BatchTooLarge"


def test_a_quantity_that_counts_wrong_is_refused() -> None:
    with pytest.raises(ApiError) as refused:
        check_batch({"Paths": {"Quantity": 2, "Items": ["/a"]}, "CallerReference": "r"})
    assert refused.value.code == "InconsistentQuantities"


@given(st.text())
def test_any_text_is_taken_or_refused_in_the_apis_words(item: str) -> None:
    code = refused_as(item)
    assert code in (None, "InvalidArgument")
    if code is None:
        assert item.isascii()
        assert item[0] in "/#"
        assert "*" not in item[:-1] or item[0] == "#"


def refused_as(item: str) -> str | None:
    try:
        check_batch(batch(item))
    except ApiError as error:
        return error.code
    return None
