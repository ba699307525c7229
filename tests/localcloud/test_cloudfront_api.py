"""The CloudFront API as boto3 speaks it: a distribution comes back whole."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from asset_edge.localcloud.rows_cloudfront import config_of
from tests.localcloud.conftest import Cloud

BEHAVIOR = {
    "targetOriginId": "group",
    "viewerProtocolPolicy": "redirect-to-https",
    "allowedMethods": ["GET", "HEAD", "OPTIONS"],
    "cachedMethods": ["GET", "HEAD"],
    "cachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    "compress": True,
    "lambdaFunctionAssociations": [{"eventType": "origin-request", "lambdaArn": "arn:f:1"}],
}


def origin(origin_id: str, region: str) -> dict[str, Any]:
    return {
        "originId": origin_id,
        "domainName": f"b.s3.{region}.amazonaws.com",
        "originAccessControlId": "E-OAC",
        "connectionAttempts": 1,
        "connectionTimeout": 2,
        "customHeaders": [{"name": "x-origin-role", "value": origin_id}],
    }


INPUTS: dict[str, Any] = {
    "enabled": True,
    "comment": "tested",
    "aliases": ["assets.example.test"],
    "defaultRootObject": "index.html",
    "httpVersion": "http2and3",
    "isIpv6Enabled": True,
    "priceClass": "PriceClass_100",
    "origins": [origin("primary", "eu-west-1"), origin("replica", "us-east-1")],
    "originGroups": [
        {
            "originId": "group",
            "failoverCriteria": {"statusCodes": [403, 503]},
            "members": [{"originId": "primary"}, {"originId": "replica"}],
        }
    ],
    "defaultCacheBehavior": BEHAVIOR,
    "orderedCacheBehaviors": [{**BEHAVIOR, "pathPattern": "/demo/*"}],
    "customErrorResponses": [{"errorCode": 404, "errorCachingMinTtl": 1}],
    "restrictions": {"geoRestriction": {"restrictionType": "none"}},
    "viewerCertificate": {"cloudfrontDefaultCertificate": True},
}


def create(cloud: Cloud, **changes: Any) -> Any:
    return cloud.create("aws:cloudfront/distribution:Distribution", **INPUTS, **changes)


def test_a_distribution_comes_back_as_it_was_declared(cloud: Cloud) -> None:
    state = create(cloud)
    found = cloud.client("cloudfront").get_distribution_config(Id=state.id)["DistributionConfig"]
    declared = config_of({"region": "us-east-1", **INPUTS})
    assert found == declared


def test_functions_and_access_controls_are_not_lost(cloud: Cloud) -> None:
    found = cloud.client("cloudfront").get_distribution(Id=create(cloud).id)["Distribution"]
    config = found["DistributionConfig"]
    associations = config["CacheBehaviors"]["Items"][0]["LambdaFunctionAssociations"]
    assert associations["Items"][0]["LambdaFunctionARN"] == "arn:f:1"
    assert [o["OriginAccessControlId"] for o in config["Origins"]["Items"]] == ["E-OAC", "E-OAC"]


def test_outputs_are_those_of_the_api(cloud: Cloud) -> None:
    state = create(cloud, tags={"stage": "test"})
    found = cloud.client("cloudfront").get_distribution(Id=state.id)
    assert state.outputs["arn"] == found["Distribution"]["ARN"]
    assert state.outputs["domainName"] == found["Distribution"]["DomainName"]
    assert state.outputs["etag"] == found["ETag"]
    assert state.outputs["hostedZoneId"] == "Z2FDTNDATAQYW2"
    assert state.outputs["tagsAll"] == {"stage": "test"}


def test_distributions_are_listed_in_the_order_they_were_made(cloud: Cloud) -> None:
    first = create(cloud).id
    second = cloud.create(
        "aws:cloudfront/distribution:Distribution", **{**INPUTS, "aliases": ["other.example.test"]}
    ).id
    listed = cloud.client("cloudfront").list_distributions()["DistributionList"]
    assert [item["Id"] for item in listed["Items"]] == [first, second]
    assert [item["Aliases"]["Items"] for item in listed["Items"]] == [
        ["assets.example.test"],
        ["other.example.test"],
    ]


def test_a_bare_create_works_as_well(cloud: Cloud) -> None:
    made = cloud.client("cloudfront").create_distribution(DistributionConfig=config_of(INPUTS))
    assert made["Distribution"]["Id"] in made["Location"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({}, "DistributionAlreadyExists", id="the same again"),
        pytest.param({"comment": "another"}, "CNAMEAlreadyExists", id="the same alias"),
    ],
)
def test_what_is_taken_is_refused(cloud: Cloud, changes: dict[str, Any], code: str) -> None:
    create(cloud)
    with pytest.raises(ClientError, match=code):
        cloud.create("aws:cloudfront/distribution:Distribution", **{**INPUTS, **changes})


OTHER_GROUP = [{**INPUTS["originGroups"][0], "members": [{"originId": "primary"}, {"originId": "absent"}]}]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            {"defaultCacheBehavior": {**BEHAVIOR, "targetOriginId": "absent"}}, id="default behaviour"
        ),
        pytest.param(
            {"orderedCacheBehaviors": [{**BEHAVIOR, "pathPattern": "/*", "targetOriginId": "absent"}]},
            id="ordered behaviour",
        ),
        pytest.param({"originGroups": OTHER_GROUP}, id="member of a group"),
    ],
)
def test_an_origin_that_is_not_there_is_refused_by_name(cloud: Cloud, changes: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match=r"NoSuchOrigin.*absent"):
        cloud.create("aws:cloudfront/distribution:Distribution", **{**INPUTS, **changes})
    assert cloud.client("cloudfront").list_distributions()["DistributionList"]["Quantity"] == 0


def test_an_unknown_distribution_is_404(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="NoSuchDistribution") as refused:
        cloud.client("cloudfront").get_distribution(Id="E0")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_an_operation_that_is_not_modelled_is_named(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="does not model ListCachePolicies"):
        cloud.client("cloudfront").list_cache_policies()


def custom_origin() -> dict[str, Any]:
    return {
        "originId": "www",
        "domainName": "www.example.test",
        "originPath": "/v1",
        "originShield": {"enabled": True, "originShieldRegion": "eu-west-1"},
        "customOriginConfig": {
            "httpPort": 80,
            "httpsPort": 443,
            "originProtocolPolicy": "https-only",
            "originSslProtocols": ["TLSv1.2"],
            "originReadTimeout": 5,
        },
    }


VPC = {"originId": "vpc", "domainName": "in.example.test", "vpcOriginConfig": {"vpcOriginId": "v"}}
FULL: dict[str, Any] = {
    **INPUTS,
    "origins": [custom_origin(), VPC, *INPUTS["origins"]],
    "cacheTagConfig": {"headerName": "x-tags"},
    "viewerMtlsConfig": {"mode": "required"},
    "loggingConfig": {"bucket": "logs.s3.amazonaws.com"},
    "webAclId": "arn:acl",
    "restrictions": {"geoRestriction": {"restrictionType": "whitelist", "locations": ["DE"]}},
    "customErrorResponses": [{"errorCode": 404, "responseCode": 200, "responsePagePath": "/404.html"}],
    "defaultCacheBehavior": {
        **BEHAVIOR,
        "trustedKeyGroups": ["kg"],
        "grpcConfig": {"enabled": True},
        "functionAssociations": [{"eventType": "viewer-request", "functionArn": "arn:cff"}],
        "forwardedValues": {
            "queryString": True,
            "cookies": {"forward": "whitelist", "whitelistedNames": ["a"]},
            "headers": ["Origin"],
        },
    },
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("Origins", "Items", 0, "OriginPath"), "/v1"),
        (("Origins", "Items", 0, "OriginShield", "Enabled"), True),
        (("Origins", "Items", 0, "CustomOriginConfig", "OriginSslProtocols", "Items"), ["TLSv1.2"]),
        (("Origins", "Items", 1, "VpcOriginConfig", "VpcOriginId"), "v"),
        (("Origins", "Items", 2, "S3OriginConfig", "OriginAccessIdentity"), ""),
        (("CacheTagConfig", "HeaderName"), "x-tags"),
        (("ViewerMtlsConfig", "Mode"), "required"),
        (("Logging", "Bucket"), "logs.s3.amazonaws.com"),
        (("WebACLId",), "arn:acl"),
        (("Restrictions", "GeoRestriction", "Items"), ["DE"]),
        (("CustomErrorResponses", "Items", 0, "ResponseCode"), "200"),
        (("DefaultCacheBehavior", "TrustedKeyGroups", "Enabled"), True),
        (("DefaultCacheBehavior", "GrpcConfig", "Enabled"), True),
        (("DefaultCacheBehavior", "FunctionAssociations", "Items", 0, "FunctionARN"), "arn:cff"),
        (("DefaultCacheBehavior", "ForwardedValues", "Cookies", "WhitelistedNames", "Items"), ["a"]),
        (("DefaultCacheBehavior", "ForwardedValues", "Headers", "Items"), ["Origin"]),
        (("CacheBehaviors", "Items", 0, "PathPattern"), "/demo/*"),
    ],
)
def test_every_part_of_the_declaration_has_its_place(
    cloud: Cloud, path: tuple[Any, ...], expected: Any
) -> None:
    state = cloud.create("aws:cloudfront/distribution:Distribution", **FULL)
    found: Any = cloud.client("cloudfront").get_distribution_config(Id=state.id)["DistributionConfig"]
    for step in path:
        found = found[step]
    assert found == expected
