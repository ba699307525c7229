"""Distributions: the provider's inputs in the shape of the CloudFront API, whole."""

from collections.abc import Mapping, Sequence
from typing import Any

from asset_edge.emulator import distribution as edge
from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import Inputs, Row, mark, tag_list

HOSTED_ZONE_ID = "Z2FDTNDATAQYW2"
"""The zone of every distribution, for alias records. Source: AWS General Reference, "CloudFront"."""

_KNOWN_LATER = "<"
"""How a plan writes what is not known before anything exists."""

_ANY_BUCKET = "planned.s3.us-east-1.amazonaws.com"


def config_of(inputs: Inputs) -> dict[str, Any]:
    """The `DistributionConfig` of the provider's inputs."""
    config = {
        "CallerReference": mark(inputs, length=32),
        "Aliases": _quantity(inputs.get("aliases")),
        "DefaultRootObject": inputs.get("defaultRootObject", ""),
        "Origins": _quantity([_origin(origin) for origin in inputs["origins"]]),
        "OriginGroups": _quantity([_group(group) for group in inputs.get("originGroups") or ()]),
        "DefaultCacheBehavior": _behavior(inputs["defaultCacheBehavior"]),
        "CacheBehaviors": _quantity([_ordered(b) for b in inputs.get("orderedCacheBehaviors") or ()]),
        "CustomErrorResponses": _quantity([_error(e) for e in inputs.get("customErrorResponses") or ()]),
        "Comment": inputs.get("comment", ""),
        "Enabled": inputs["enabled"],
        "ViewerCertificate": _given(inputs["viewerCertificate"], _CERTIFICATE),
        "Restrictions": {"GeoRestriction": _geo_restriction(inputs)},
    }
    return config | _given(inputs, _TOP) | _optional(inputs)


def _optional(inputs: Inputs) -> dict[str, Any]:
    optional: dict[str, Any] = {}
    if inputs.get("loggingConfig"):
        logging = {"includeCookies": False, "prefix": "", **inputs["loggingConfig"]}
        optional["Logging"] = {"Enabled": True, **_given(logging, _LOGGING)}
    if inputs.get("cacheTagConfig"):
        optional["CacheTagConfig"] = {"HeaderName": inputs["cacheTagConfig"]["headerName"]}
    if inputs.get("viewerMtlsConfig"):
        optional["ViewerMtlsConfig"] = {"Mode": inputs["viewerMtlsConfig"].get("mode", "required")}
    return optional


_TOP = {
    "priceClass": "PriceClass",
    "webAclId": "WebACLId",
    "httpVersion": "HttpVersion",
    "isIpv6Enabled": "IsIPV6Enabled",
    "continuousDeploymentPolicyId": "ContinuousDeploymentPolicyId",
    "staging": "Staging",
    "anycastIpListId": "AnycastIpListId",
}
_CERTIFICATE = {
    "acmCertificateArn": "ACMCertificateArn",
    "cloudfrontDefaultCertificate": "CloudFrontDefaultCertificate",
    "iamCertificateId": "IAMCertificateId",
    "minimumProtocolVersion": "MinimumProtocolVersion",
    "sslSupportMethod": "SSLSupportMethod",
}
_LOGGING = {"bucket": "Bucket", "includeCookies": "IncludeCookies", "prefix": "Prefix"}
_ORIGIN = {
    "originId": "Id",
    "domainName": "DomainName",
    "originPath": "OriginPath",
    "connectionAttempts": "ConnectionAttempts",
    "connectionTimeout": "ConnectionTimeout",
    "responseCompletionTimeout": "ResponseCompletionTimeout",
    "originAccessControlId": "OriginAccessControlId",
}
_CUSTOM = {
    "httpPort": "HTTPPort",
    "httpsPort": "HTTPSPort",
    "originProtocolPolicy": "OriginProtocolPolicy",
    "originReadTimeout": "OriginReadTimeout",
    "originKeepaliveTimeout": "OriginKeepaliveTimeout",
    "ipAddressType": "IpAddressType",
}
_VPC = {
    "vpcOriginId": "VpcOriginId",
    "ownerAccountId": "OwnerAccountId",
    "originReadTimeout": "OriginReadTimeout",
    "originKeepaliveTimeout": "OriginKeepaliveTimeout",
}
_BEHAVIOR = {
    "pathPattern": "PathPattern",
    "targetOriginId": "TargetOriginId",
    "viewerProtocolPolicy": "ViewerProtocolPolicy",
    "compress": "Compress",
    "smoothStreaming": "SmoothStreaming",
    "cachePolicyId": "CachePolicyId",
    "originRequestPolicyId": "OriginRequestPolicyId",
    "responseHeadersPolicyId": "ResponseHeadersPolicyId",
    "fieldLevelEncryptionId": "FieldLevelEncryptionId",
    "realtimeLogConfigArn": "RealtimeLogConfigArn",
    "minTtl": "MinTTL",
    "defaultTtl": "DefaultTTL",
    "maxTtl": "MaxTTL",
}
_ERROR = {
    "errorCode": "ErrorCode",
    "responsePagePath": "ResponsePagePath",
    "errorCachingMinTtl": "ErrorCachingMinTTL",
}


def _given(inputs: Inputs, names: Mapping[str, str]) -> dict[str, Any]:
    return {api: inputs[name] for name, api in names.items() if inputs.get(name) is not None}


def _quantity(items: Sequence[Any] | None) -> dict[str, Any]:
    """A list as this API writes it."""
    return {"Quantity": len(items), "Items": list(items)} if items else {"Quantity": 0}


def _origin(origin: Inputs) -> dict[str, Any]:
    headers = [
        {"HeaderName": h["name"], "HeaderValue": h["value"]} for h in origin.get("customHeaders") or ()
    ]
    converted = {"OriginPath": "", **_given(origin, _ORIGIN), "CustomHeaders": _quantity(headers)}
    if origin.get("originShield"):
        shield = {"enabled": "Enabled", "originShieldRegion": "OriginShieldRegion"}
        converted["OriginShield"] = _given(origin["originShield"], shield)
    if origin.get("vpcOriginConfig"):
        return converted | {"VpcOriginConfig": _given(origin["vpcOriginConfig"], _VPC)}
    if custom := origin.get("customOriginConfig"):
        protocols = _quantity(custom["originSslProtocols"])
        return converted | {
            "CustomOriginConfig": {**_given(custom, _CUSTOM), "OriginSslProtocols": protocols}
        }
    identity = (origin.get("s3OriginConfig") or {}).get("originAccessIdentity", "")
    return converted | {"S3OriginConfig": {"OriginAccessIdentity": identity}}


def _group(group: Inputs) -> dict[str, Any]:
    return {
        "Id": group["originId"],
        "FailoverCriteria": {"StatusCodes": _quantity(group["failoverCriteria"]["statusCodes"])},
        "Members": _quantity([{"OriginId": member["originId"]} for member in group["members"]]),
    }


def _behavior(behavior: Inputs) -> dict[str, Any]:
    methods = {
        **_quantity(behavior["allowedMethods"]),
        "CachedMethods": _quantity(behavior["cachedMethods"]),
    }
    converted = {
        **_given(behavior, _BEHAVIOR),
        "AllowedMethods": methods,
        "TrustedSigners": _trusted(behavior.get("trustedSigners")),
        "TrustedKeyGroups": _trusted(behavior.get("trustedKeyGroups")),
        "LambdaFunctionAssociations": _quantity(
            [_lambda(a) for a in behavior.get("lambdaFunctionAssociations") or ()]
        ),
        "FunctionAssociations": _quantity([_function(a) for a in behavior.get("functionAssociations") or ()]),
    }
    if behavior.get("forwardedValues"):
        converted["ForwardedValues"] = _forwarded(behavior["forwardedValues"])
    if behavior.get("grpcConfig"):
        converted["GrpcConfig"] = {"Enabled": behavior["grpcConfig"]["enabled"]}
    return converted


def _ordered(behavior: Inputs) -> dict[str, Any]:
    return {"PathPattern": behavior["pathPattern"], **_behavior(behavior)}


def _trusted(ids: Sequence[str] | None) -> dict[str, Any]:
    return {"Enabled": bool(ids), **_quantity(ids)}


def _lambda(association: Inputs) -> dict[str, Any]:
    return {
        "LambdaFunctionARN": association["lambdaArn"],
        "EventType": association["eventType"],
        "IncludeBody": association.get("includeBody", False),
    }


def _function(association: Inputs) -> dict[str, Any]:
    return {"FunctionARN": association["functionArn"], "EventType": association["eventType"]}


def _forwarded(values: Inputs) -> dict[str, Any]:
    cookies = {"Forward": values["cookies"]["forward"]}
    if values["cookies"].get("whitelistedNames"):
        cookies["WhitelistedNames"] = _quantity(values["cookies"]["whitelistedNames"])
    return {
        "QueryString": values["queryString"],
        "Cookies": cookies,
        "Headers": _quantity(values.get("headers")),
        "QueryStringCacheKeys": _quantity(values.get("queryStringCacheKeys")),
    }


def _error(response: Inputs) -> dict[str, Any]:
    code = {"ResponseCode": str(response["responseCode"])} if response.get("responseCode") else {}
    return _given(response, _ERROR) | code


def _geo_restriction(inputs: Inputs) -> dict[str, Any]:
    restriction = inputs["restrictions"]["geoRestriction"]
    return {
        "RestrictionType": restriction["restrictionType"],
        **_quantity(restriction.get("locations")),
    }


def _create(inputs: Inputs, clients: Clients) -> State:
    tags = {"Items": tag_list(inputs.get("tags"))}
    made = clients.get("cloudfront").create_distribution_with_tags(
        DistributionConfigWithTags={"DistributionConfig": config_of(inputs), "Tags": tags}
    )
    distribution = made["Distribution"]
    outputs = {
        "arn": distribution["ARN"],
        "domainName": distribution["DomainName"],
        "hostedZoneId": HOSTED_ZONE_ID,
        "etag": made["ETag"],
        "status": distribution["Status"],
        "callerReference": distribution["DistributionConfig"]["CallerReference"],
        "lastModifiedTime": distribution["LastModifiedTime"].isoformat(),
        "inProgressValidationBatches": 0,
        "tagsAll": inputs.get("tags") or {},
    }
    return State(distribution["Id"], {**inputs, **outputs})


def _check(inputs: Inputs) -> None:
    """Refuses what the edge does not model, while the origins' names are still the plan's."""
    known = [
        {
            **origin,
            "domainName": _ANY_BUCKET if _KNOWN_LATER in origin["domainName"] else origin["domainName"],
        }
        for origin in inputs["origins"]
    ]
    edge.refuse_unmodelled(config_of({**inputs, "origins": known}))


ROWS: dict[str, Row] = {
    "aws:cloudfront/distribution:Distribution": Row(
        create=_create, check=_check, replace_on=frozenset({"staging"})
    ),
}
