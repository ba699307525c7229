"""A distribution that the tests declare, in the provider's words, and what makes one of them."""

from typing import Any

from asset_edge.localcloud.distribution_config import config_of
from tests.localcloud.conftest import Cloud

TYPE = "aws:cloudfront/distribution:Distribution"
FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:choose:1"
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"

BEHAVIOR: dict[str, Any] = {
    "targetOriginId": "group",
    "viewerProtocolPolicy": "redirect-to-https",
    "allowedMethods": ["GET", "HEAD", "OPTIONS"],
    "cachedMethods": ["GET", "HEAD"],
    "cachePolicyId": CACHING_DISABLED,
    "compress": True,
    "lambdaFunctionAssociations": [{"eventType": "origin-request", "lambdaArn": FUNCTION_ARN}],
}


def origin(origin_id: str, region: str) -> dict[str, Any]:
    return {
        "originId": origin_id,
        "domainName": f"b.s3.{region}.amazonaws.com",
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

CUSTOM_ORIGIN: dict[str, Any] = {
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

LEGACY_BEHAVIOR = {name: value for name, value in BEHAVIOR.items() if name != "cachePolicyId"} | {
    "forwardedValues": {
        "queryString": True,
        "queryStringCacheKeys": ["w"],
        "cookies": {"forward": "whitelist", "whitelistedNames": ["a"]},
        "headers": ["Accept"],
    },
    "minTtl": 1,
    "defaultTtl": 2,
    "maxTtl": 3,
}


def create(cloud: Cloud, **changes: Any) -> Any:
    """What the row gives for `INPUTS` with these changes."""
    return cloud.create(TYPE, **{**INPUTS, **changes})


def config(**changes: Any) -> dict[str, Any]:
    """The API's `DistributionConfig` of `INPUTS` with these changes."""
    return config_of({**INPUTS, **changes})


def access_control(cloud: Cloud, name: str = "an-access") -> str:
    """The id of a new origin access control."""
    made = cloud.create(
        "aws:cloudfront/originAccessControl:OriginAccessControl",
        name=name,
        originAccessControlOriginType="s3",
        signingBehavior="no-override",
        signingProtocol="sigv4",
    )
    return str(made.id)
