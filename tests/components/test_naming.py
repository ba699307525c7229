"""Names that AWS and DNS take, and those they do not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_edge import naming
from asset_edge.errors import ArgumentError

ACCOUNT = "111122223333"
WORD = st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True)
REGION = st.sampled_from(["us-east-1", "eu-west-1", "ap-southeast-2", "me-central-1", "mx-central-1"])


@pytest.mark.parametrize(
    "name",
    ["abc", "a" * 63, "0-1", "acme-assets-111122223333-eu-west-1", "xn-almost", "a-s3alias-b"],
)
def test_s3_takes(name: str) -> None:
    assert naming.checked_bucket_name(name) == name


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "is not 3 to 63"),
        ("ab", "is not 3 to 63"),
        ("a" * 64, "is not 3 to 63"),
        ("-abc", "is not 3 to 63"),
        ("abc-", "is not 3 to 63"),
        ("Assets", "is not 3 to 63"),
        ("as_sets", "is not 3 to 63"),
        ("bücher", "is not 3 to 63"),
        ("assets\n", "is not 3 to 63"),
        ("assets.example.com", "has a dot"),
        ("xn--assets", "an affix that S3 keeps"),
        ("sthree-assets", "an affix that S3 keeps"),
        ("amzn-s3-demo-assets", "an affix that S3 keeps"),
        ("assets-s3alias", "an affix that S3 keeps"),
        ("assets--ol-s3", "an affix that S3 keeps"),
        ("assets--x-s3", "an affix that S3 keeps"),
        ("assets--table-s3", "an affix that S3 keeps"),
    ],
    ids=repr,
)
def test_s3_refuses(name: str, why: str) -> None:
    with pytest.raises(ArgumentError, match=why) as refusal:
        naming.checked_bucket_name(name)
    assert repr(name) in str(refusal.value)


@given(project=WORD, stack=WORD, region=REGION)
def test_a_stacks_bucket_names_say_whose_and_where(project: str, stack: str, region: str) -> None:
    name = naming.bucket_name(project, stack, ACCOUNT, region)
    assert name.split("-")[:3] == [project, stack, ACCOUNT]
    assert name.endswith(f"-{region}")


@given(stacks=st.lists(WORD, min_size=2, max_size=2, unique=True), region=REGION)
def test_two_stacks_never_share_a_bucket(stacks: list[str], region: str) -> None:
    names = {naming.bucket_name("acme", stack, ACCOUNT, region) for stack in stacks}
    assert len(names) == 2


def test_a_bucket_name_too_long_for_s3_is_refused_where_it_is_made() -> None:
    with pytest.raises(ArgumentError, match="shorten or rename it"):
        naming.bucket_name("a-very-long-project-name", "production", ACCOUNT, "ap-southeast-2-and-on")


@given(name=st.from_regex(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", fullmatch=True), region=REGION)
def test_an_endpoint_is_one_dns_label_deeper_than_s3s_certificate(name: str, region: str) -> None:
    host = naming.regional_endpoint(name, region)
    assert re.fullmatch(rf"[a-z0-9-]{{3,63}}\.s3\.{region}\.amazonaws\.com", host)
    assert naming.bucket_arn(name) == f"arn:aws:s3:::{name}"


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-3", "ap-southeast-2", "il-central-1"])
def test_a_region_is_a_region(region: str) -> None:
    assert naming.checked_region(region) == region


@pytest.mark.parametrize(
    ("region", "why"),
    [
        ("", "not spelt like one"),
        ("us-east", "not spelt like one"),
        ("useast1", "not spelt like one"),
        ("US-EAST-1", "not spelt like one"),
        ("us-east-1a", "not spelt like one"),
        ("us-east-1\n", "not spelt like one"),
        ("cn-north-1", "without Lambda@Edge"),
        ("us-gov-west-1", "without Lambda@Edge"),
        ("us-iso-east-1", "without Lambda@Edge"),
        ("us-isob-east-1", "without Lambda@Edge"),
    ],
    ids=repr,
)
def test_a_region_that_is_none_or_has_no_edge_is_refused(region: str, why: str) -> None:
    with pytest.raises(ArgumentError, match=why):
        naming.checked_region(region)


@pytest.mark.parametrize("account_id", ["111122223333", "000000000001"])
def test_an_account_id_keeps_its_zeros(account_id: str) -> None:
    assert naming.checked_account_id(account_id) == account_id


@pytest.mark.parametrize("account_id", ["", "11112222333", "1111222233334", "1111-2222-3333", "\uff11" * 12])
def test_what_is_not_twelve_digits_is_no_account(account_id: str) -> None:
    with pytest.raises(ArgumentError, match="is not 12 digits"):
        naming.checked_account_id(account_id)


@given(regions=st.lists(REGION, min_size=2, max_size=2, unique=True))
def test_each_region_has_a_beacon_of_its_own_under_the_record(regions: list[str]) -> None:
    names = [naming.beacon_name("origin.example.com", region) for region in regions]
    assert len(set(names)) == 2
    assert all(name.endswith(".beacon.origin.example.com") for name in names)
