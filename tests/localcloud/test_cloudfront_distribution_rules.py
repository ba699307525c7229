"""Which distributions are refused, by which of the API's codes, and which are taken."""

from typing import Any

import pytest

from asset_edge.localcloud.aws_api import ApiError
from asset_edge.localcloud.cloudfront_distribution_rules import Known, check
from tests.localcloud.conftest import Cloud
from tests.localcloud.distributions import (
    BEHAVIOR,
    CACHING_DISABLED,
    CUSTOM_ORIGIN,
    FUNCTION_ARN,
    INPUTS,
    LEGACY_BEHAVIOR,
    config,
)

KNOWN = Known(
    cache_policies={CACHING_DISABLED},
    origin_request_policies={"orp"},
    response_headers_policies={"rhp"},
    origin_access_controls={"oac"},
    key_groups={"kg"},
)
PRIMARY, REPLICA = INPUTS["origins"]
GROUP = INPUTS["originGroups"][0]


def behavior(**changes: Any) -> dict[str, Any]:
    return {"defaultCacheBehavior": {**BEHAVIOR, **changes}}


def first_origin(**changes: Any) -> dict[str, Any]:
    return {"origins": [{**PRIMARY, **changes}, REPLICA]}


def group(**changes: Any) -> dict[str, Any]:
    return {"originGroups": [{**GROUP, **changes}]}


def function(arn: str = FUNCTION_ARN, event_type: str = "origin-request") -> dict[str, Any]:
    return {"lambdaArn": arn, "eventType": event_type}


def error_page(**page: Any) -> dict[str, Any]:
    return {"customErrorResponses": [{"errorCode": 404, **page}]}


def geo(restriction_type: str, *locations: str) -> dict[str, Any]:
    return {
        "restrictions": {"geoRestriction": {"restrictionType": restriction_type, "locations": [*locations]}}
    }


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="as it is"),
        pytest.param({"aliases": ["*.example.test", "a_b-c.Example.test"]}, id="a wildcard alias"),
        pytest.param(behavior(originRequestPolicyId="orp", responseHeadersPolicyId="rhp"), id="policies"),
        pytest.param({"defaultCacheBehavior": LEGACY_BEHAVIOR}, id="legacy settings"),
        pytest.param(first_origin(originAccessControlId="oac"), id="an access control"),
        pytest.param(first_origin(originPath="/a/b"), id="an origin path"),
        pytest.param(error_page(responseCode=200, responsePagePath="/404.html"), id="an error page"),
        pytest.param(error_page(errorCachingMinTtl=0), id="an error's caching time"),
        pytest.param(geo("whitelist", "DE"), id="a country"),
        pytest.param({"cacheTagConfig": {"headerName": "x-amz-meta-tags"}}, id="cache tags"),
        pytest.param({"origins": [PRIMARY, REPLICA, CUSTOM_ORIGIN]}, id="a custom origin"),
        pytest.param(
            behavior(lambdaFunctionAssociations=[function(), function(event_type="viewer-request")]),
            id="two functions",
        ),
    ],
)
def test_what_cloudfront_takes_is_taken(changes: dict[str, Any]) -> None:
    check(config(**changes), KNOWN)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        pytest.param("NoSuchOrigin", behavior(targetOriginId="absent"), id="no such target"),
        pytest.param(
            "NoSuchOrigin",
            {"orderedCacheBehaviors": [{**BEHAVIOR, "pathPattern": "/*", "targetOriginId": "absent"}]},
            id="no such target of another behaviour",
        ),
        pytest.param(
            "NoSuchOrigin", group(members=[{"originId": "primary"}, {"originId": "absent"}]), id="no member"
        ),
        pytest.param(
            "NoSuchOrigin",
            group(members=[{"originId": "primary"}, {"originId": "group"}]),
            id="a group in a group",
        ),
        pytest.param("InvalidArgument", {"origins": [PRIMARY, REPLICA, PRIMARY]}, id="the same id twice"),
        pytest.param("InvalidArgument", first_origin(originPath="a"), id="a path without a slash"),
        pytest.param("InvalidArgument", first_origin(originPath="/a/"), id="a path ending in one"),
        pytest.param(
            "NoSuchOriginAccessControl", first_origin(originAccessControlId="E0"), id="no access control"
        ),
        pytest.param(
            "IllegalOriginAccessConfiguration",
            first_origin(originAccessControlId="oac", s3OriginConfig={"originAccessIdentity": "oai"}),
            id="control and identity",
        ),
        pytest.param("InvalidArgument", group(members=[{"originId": "primary"}]), id="a group of one"),
        pytest.param(
            "InvalidArgument", group(failoverCriteria={"statusCodes": [401]}), id="no failover code"
        ),
        pytest.param(
            "InvalidArgument",
            {"orderedCacheBehaviors": [{**BEHAVIOR, "pathPattern": "/a*"}] * 2},
            id="a pattern twice",
        ),
        pytest.param("NoSuchCachePolicy", behavior(cachePolicyId="absent"), id="no cache policy"),
        pytest.param(
            "NoSuchOriginRequestPolicy", behavior(originRequestPolicyId="absent"), id="no request policy"
        ),
        pytest.param(
            "NoSuchResponseHeadersPolicy", behavior(responseHeadersPolicyId="absent"), id="no headers policy"
        ),
        pytest.param("TrustedKeyGroupDoesNotExist", behavior(trustedKeyGroups=["absent"]), id="no key group"),
        pytest.param("InvalidArgument", behavior(cachePolicyId=None), id="no policy at all"),
        pytest.param(
            "InvalidArgument",
            {"defaultCacheBehavior": {**LEGACY_BEHAVIOR, "cachePolicyId": CACHING_DISABLED}},
            id="both kinds of settings",
        ),
        pytest.param(
            "InvalidTTLOrder", {"defaultCacheBehavior": {**LEGACY_BEHAVIOR, "minTtl": 9}}, id="TTLs"
        ),
        pytest.param(
            "InvalidLambdaFunctionAssociation",
            behavior(lambdaFunctionAssociations=[function(), function()]),
            id="two functions for one event",
        ),
        pytest.param("InvalidArgument", {"aliases": ["bad name"]}, id="an alias that is no name"),
        pytest.param("InvalidArgument", {"aliases": ["a.*.test"]}, id="a wildcard amid an alias"),
        pytest.param("InvalidArgument", {"aliases": ["x.test", "http://y.test"]}, id="a URL for an alias"),
        pytest.param("InvalidDefaultRootObject", {"defaultRootObject": "/i.html"}, id="a rooted root"),
        pytest.param("InvalidErrorCode", error_page(errorCode=402), id="an error code"),
        pytest.param("InvalidArgument", error_page(responseCode=200), id="a code without its page"),
        pytest.param("InvalidArgument", error_page(responsePagePath="/p"), id="a page without its code"),
        pytest.param(
            "InvalidArgument", error_page(responseCode=200, responsePagePath="p"), id="a page without slash"
        ),
        pytest.param(
            "InvalidResponseCode", error_page(responseCode=302, responsePagePath="/p"), id="a page's code"
        ),
        pytest.param("InvalidGeoRestrictionParameter", geo("whitelist"), id="no country"),
        pytest.param("InvalidGeoRestrictionParameter", geo("none", "DE"), id="a country for nothing"),
        pytest.param("InvalidArgument", {"cacheTagConfig": {"headerName": "a b"}}, id="no header's name"),
    ],
)
def test_what_cloudfront_refuses_is_refused(code: str, changes: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as refused:
        check(config(**changes), KNOWN)
    assert refused.value.code == code, refused.value.message


@pytest.mark.parametrize(
    "arn",
    [
        FUNCTION_ARN.removesuffix(":1"),
        FUNCTION_ARN.removesuffix("1") + "$LATEST",
        FUNCTION_ARN.removesuffix("1") + "alias",
        FUNCTION_ARN.replace("us-east-1", "eu-west-1"),
        "choose",
    ],
)
def test_a_function_is_a_numbered_version_in_us_east_1(arn: str) -> None:
    with pytest.raises(ApiError, match="no numbered version") as refused:
        check(config(**behavior(lambdaFunctionAssociations=[function(arn)])), KNOWN)
    assert refused.value.code == "InvalidLambdaFunctionAssociation"


def test_quantities_are_counted_at_every_depth() -> None:
    wrong = config()
    wrong["DefaultCacheBehavior"]["AllowedMethods"]["Quantity"] = 7
    with pytest.raises(ApiError) as refused:
        check(wrong, KNOWN)
    assert refused.value.code == "InconsistentQuantities"


@pytest.mark.parametrize(
    ("feature", "changes"),
    [
        pytest.param("trusted key groups", behavior(trustedKeyGroups=["kg"]), id="signed URLs"),
        pytest.param(
            "CloudFront Function",
            behavior(functionAssociations=[{"eventType": "viewer-request", "functionArn": "arn"}]),
            id="a function of the other kind",
        ),
        pytest.param("gRPC", behavior(grpcConfig={"enabled": True}), id="gRPC"),
        pytest.param("mutual TLS", {"viewerMtlsConfig": {"mode": "required"}}, id="mutual TLS"),
    ],
)
def test_what_the_edge_does_not_model_is_refused_by_name(feature: str, changes: dict[str, Any]) -> None:
    with pytest.raises(ApiError, match=feature) as refused:
        check(config(**changes), KNOWN)
    assert refused.value.code == "UnsupportedOperation"


def test_over_the_wire_it_is_a_client_error_and_nothing_is_kept(cloud: Cloud) -> None:
    client = cloud.client("cloudfront")
    with pytest.raises(client.exceptions.UnsupportedOperation, match="mutual TLS") as refused:
        client.create_distribution(DistributionConfig=config(viewerMtlsConfig={"mode": "required"}))
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert client.list_distributions()["DistributionList"]["Quantity"] == 0
