"""A distribution's way from the provider's words to the API's, and back."""

from typing import Any

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from asset_edge.localcloud.distribution_config import config_of
from asset_edge.localcloud.distribution_inputs import inputs_of
from tests.localcloud.distributions import BEHAVIOR, CUSTOM_ORIGIN, FUNCTION_ARN, INPUTS

MUTUAL = {"clientCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/c"}
FULL: dict[str, Any] = {
    **INPUTS,
    "anycastIpListId": "a",
    "continuousDeploymentPolicyId": "c",
    "staging": False,
    "connectionFunctionAssociation": {"id": "f"},
    "origins": [
        {
            **CUSTOM_ORIGIN,
            "customOriginConfig": {**CUSTOM_ORIGIN["customOriginConfig"], "originMtlsConfig": MUTUAL},
        },
        {
            "originId": "vpc",
            "domainName": "in.example.test",
            "vpcOriginConfig": {"vpcOriginId": "v", "originReadTimeout": 9},
        },
        {
            "originId": "old",
            "domainName": "o.s3.us-east-1.amazonaws.com",
            "s3OriginConfig": {"originAccessIdentity": "origin-access-identity/cloudfront/E1"},
        },
        {**INPUTS["origins"][0], "originAccessControlId": "oac", "responseCompletionTimeout": 40},
        INPUTS["origins"][1],
    ],
    "cacheTagConfig": {"headerName": "x-tags"},
    "viewerMtlsConfig": {
        "mode": "required",
        "trustStoreConfig": {"trustStoreId": "t", "advertiseTrustStoreCaNames": True},
    },
    "loggingConfig": {"bucket": "logs.s3.amazonaws.com", "includeCookies": True, "prefix": "p"},
    "webAclId": "arn:acl",
    "restrictions": {"geoRestriction": {"restrictionType": "whitelist", "locations": ["DE"]}},
    "viewerCertificate": {
        "acmCertificateArn": "arn:acm",
        "minimumProtocolVersion": "TLSv1.2_2021",
        "sslSupportMethod": "sni-only",
    },
    "customErrorResponses": [
        {"errorCode": 404, "responseCode": 200, "responsePagePath": "/404.html", "errorCachingMinTtl": 0}
    ],
    "defaultCacheBehavior": {
        **BEHAVIOR,
        "originRequestPolicyId": "orp",
        "responseHeadersPolicyId": "rhp",
        "realtimeLogConfigArn": "arn:log",
        "fieldLevelEncryptionId": "fle",
        "smoothStreaming": False,
        "trustedKeyGroups": ["kg"],
        "trustedSigners": ["self"],
        "grpcConfig": {"enabled": True},
        "functionAssociations": [{"eventType": "viewer-request", "functionArn": "arn:cff"}],
        "lambdaFunctionAssociations": [
            {"eventType": "viewer-request", "lambdaArn": FUNCTION_ARN, "includeBody": True},
            {"eventType": "origin-request", "lambdaArn": FUNCTION_ARN, "includeBody": False},
        ],
        "minTtl": 0,
        "defaultTtl": 1,
        "maxTtl": 2,
        "forwardedValues": {
            "queryString": True,
            "queryStringCacheKeys": ["w"],
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
        (
            ("Origins", "Items", 0, "CustomOriginConfig", "OriginMtlsConfig", "ClientCertificateArn"),
            MUTUAL["clientCertificateArn"],
        ),
        (("Origins", "Items", 1, "VpcOriginConfig", "VpcOriginId"), "v"),
        (("Origins", "Items", 3, "S3OriginConfig", "OriginAccessIdentity"), ""),
        (("Origins", "Items", 3, "OriginAccessControlId"), "oac"),
        (("CacheTagConfig", "HeaderName"), "x-tags"),
        (("ViewerMtlsConfig", "Mode"), "required"),
        (("ViewerMtlsConfig", "TrustStoreConfig", "TrustStoreId"), "t"),
        (("ConnectionFunctionAssociation", "Id"), "f"),
        (("Logging", "Bucket"), "logs.s3.amazonaws.com"),
        (("WebACLId",), "arn:acl"),
        (("Restrictions", "GeoRestriction", "Items"), ["DE"]),
        (("CustomErrorResponses", "Items", 0, "ResponseCode"), "200"),
        (("CustomErrorResponses", "Items", 0, "ErrorCachingMinTTL"), 0),
        (("DefaultCacheBehavior", "TrustedKeyGroups", "Enabled"), True),
        (("DefaultCacheBehavior", "GrpcConfig", "Enabled"), True),
        (("DefaultCacheBehavior", "FunctionAssociations", "Items", 0, "FunctionARN"), "arn:cff"),
        (("DefaultCacheBehavior", "ForwardedValues", "Cookies", "WhitelistedNames", "Items"), ["a"]),
        (("DefaultCacheBehavior", "ForwardedValues", "Headers", "Items"), ["Origin"]),
        (("CacheBehaviors", "Items", 0, "PathPattern"), "/demo/*"),
    ],
)
def test_every_part_of_the_declaration_has_its_place(path: tuple[Any, ...], expected: Any) -> None:
    found: Any = config_of(FULL)
    for step in path:
        found = found[step]
    assert found == expected


@pytest.mark.parametrize("inputs", [INPUTS, FULL], ids=["the usual", "everything"])
def test_the_document_is_one_that_the_api_knows(inputs: dict[str, Any]) -> None:
    model = get_session().get_service_model("cloudfront")
    document = config_of(inputs)
    shape: Any = model.shape_for("DistributionConfig")
    assert not ParamValidator().validate(document, shape).has_errors()
    assert set(document) <= set(shape.members)


def missing(declared: Any, there: Any, path: str = "") -> list[str]:
    """Where `there` does not say what was declared; it may say more."""
    if isinstance(declared, dict):
        gone = [f"{path}.{name}" for name in declared if name not in there]
        kept = [name for name in declared if name in there]
        return gone + [one for n in kept for one in missing(declared[n], there[n], f"{path}.{n}")]
    if isinstance(declared, list) and isinstance(there, list) and len(declared) == len(there):
        pairs = enumerate(zip(declared, there, strict=True))
        return [one for i, (a, b) in pairs for one in missing(a, b, f"{path}[{i}]")]
    return [] if declared == there else [f"{path}: {declared!r} is {there!r}"]


@pytest.mark.parametrize("inputs", [INPUTS, FULL], ids=["the usual", "everything"])
def test_the_way_back_loses_nothing(inputs: dict[str, Any]) -> None:
    assert missing(inputs, inputs_of(config_of(inputs))) == []


@pytest.mark.parametrize("inputs", [INPUTS, FULL], ids=["the usual", "everything"])
def test_there_and_back_and_there_is_there(inputs: dict[str, Any]) -> None:
    there = config_of(inputs)
    again = config_of(inputs_of(there))
    assert again | {"CallerReference": there["CallerReference"]} == there


def test_the_caller_reference_follows_the_declaration() -> None:
    assert config_of(INPUTS)["CallerReference"] == config_of(INPUTS)["CallerReference"]
    assert config_of(INPUTS)["CallerReference"] != config_of(FULL)["CallerReference"]
