"""Words that CloudFront does not know are refused wherever they stand."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from asset_edge.localcloud.aws_api import ApiError
from asset_edge.localcloud.cloudfront_enums import check_words
from tests.localcloud.conftest import Cloud
from tests.localcloud.distributions import BEHAVIOR, INPUTS, config
from tests.localcloud.test_distribution_config import FULL

GEO = {"restrictions": {"geoRestriction": {"restrictionType": "greylist", "locations": ["DE"]}}}
METHODS = {"defaultCacheBehavior": {**BEHAVIOR, "allowedMethods": ["GET", "TRACE"]}}
PROTOCOL = {"orderedCacheBehaviors": [{**BEHAVIOR, "pathPattern": "/*", "viewerProtocolPolicy": "any"}]}


@pytest.mark.parametrize("inputs", [INPUTS, FULL], ids=["the usual", "everything"])
def test_known_words_are_taken(inputs: dict[str, Any]) -> None:
    check_words("DistributionConfig", config(**inputs))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param(
            GEO, "RestrictionType is 'greylist'; it is one of blacklist, whitelist, none", id="deep"
        ),
        pytest.param(METHODS, r"AllowedMethods.Items is 'TRACE'", id="in a list"),
        pytest.param(PROTOCOL, r"ViewerProtocolPolicy is 'any'", id="in a list of parts"),
        pytest.param({"priceClass": "PriceClass_1"}, "PriceClass is 'PriceClass_1'", id="on top"),
    ],
)
def test_an_unknown_word_is_refused_with_those_that_are(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ApiError, match=said) as refused:
        check_words("DistributionConfig", config(**changes))
    assert refused.value.code == "InvalidArgument"


def test_distributions_and_policies_are_held_to_it(cloud: Cloud) -> None:
    client = cloud.client("cloudfront")
    with pytest.raises(ClientError, match="PriceClass_1"):
        client.create_distribution(DistributionConfig=config(priceClass="PriceClass_1"))
    key = {
        "EnableAcceptEncodingGzip": False,
        "HeadersConfig": {"HeaderBehavior": "some"},
        "CookiesConfig": {"CookieBehavior": "none"},
        "QueryStringsConfig": {"QueryStringBehavior": "none"},
    }
    policy = {"Name": "p", "MinTTL": 0, "ParametersInCacheKeyAndForwardedToOrigin": key}
    with pytest.raises(ClientError, match="HeaderBehavior is 'some'"):
        client.create_cache_policy(CachePolicyConfig=policy)
    control = {"Name": "c", "SigningProtocol": "v2", "SigningBehavior": "always"}
    with pytest.raises(ClientError, match="SigningProtocol is 'v2'"):
        client.create_origin_access_control(
            OriginAccessControlConfig=control | {"OriginAccessControlOriginType": "s3"}
        )
