"""The nearest replica is asked: the own region's, else the one with the shortest way round the earth."""

import pytest

from asset_edge.handlers.edge.regions_near import _PLACES, nearest

BOTH = ("eu-west-1", "us-east-1")


@pytest.mark.parametrize(
    ("region", "others", "chosen"),
    [
        ("eu-west-1", BOTH, "eu-west-1"),
        ("us-east-1", BOTH, "us-east-1"),
        ("eu-central-1", BOTH, "eu-west-1"),
        ("us-west-2", BOTH, "us-east-1"),
        ("ca-central-1", BOTH, "us-east-1"),
        ("sa-east-1", BOTH, "us-east-1"),
        ("ap-south-1", BOTH, "eu-west-1"),
        ("ap-southeast-2", ("eu-west-1", "us-west-2", "ap-northeast-1"), "ap-northeast-1"),
        ("ap-southeast-6", ("us-west-2", "eu-west-1"), "us-west-2"),
        ("us-west-2", ("ap-south-1", "ap-northeast-1"), "ap-northeast-1"),
        ("xx-nowhere-9", BOTH, "eu-west-1"),
        ("xx-nowhere-9", ("us-east-1", "eu-west-1"), "us-east-1"),
        (None, BOTH, "eu-west-1"),
        ("", BOTH, "eu-west-1"),
        ("eu-west-1", ("xx-nowhere-9",), "xx-nowhere-9"),
        ("eu-west-1", ("xx-nowhere-9", "ap-southeast-2"), "ap-southeast-2"),
        ("xx-nowhere-9", ("eu-west-1", "xx-nowhere-9"), "xx-nowhere-9"),
    ],
)
def test_the_nearest_is_chosen(region: str | None, others: tuple[str, ...], chosen: str) -> None:
    assert nearest(region, others) == chosen


@pytest.mark.parametrize("region", _PLACES)
def test_a_region_is_nearest_to_itself_and_to_nobody_farther_than_round_the_earth(region: str) -> None:
    others = [other for other in _PLACES if other != region]
    assert nearest(region, [*others, region]) == region
    assert nearest(region, others) in others


def test_every_place_is_on_the_earth() -> None:
    assert all(abs(north) <= 90 and abs(east) <= 180 for north, east in _PLACES.values())
    assert len(set(_PLACES.values())) == len(_PLACES), "no two regions share a city"
