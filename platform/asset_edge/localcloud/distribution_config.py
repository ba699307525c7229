"""A distribution in the CloudFront API's shape, from the words of the Pulumi provider.

Source: the AWS provider's documentation, "aws.cloudfront.Distribution"; Amazon CloudFront API Reference,
"DistributionConfig". The way back is `distribution_inputs`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from asset_edge.localcloud.distribution_words import (
    BEHAVIOR,
    CERTIFICATE,
    CUSTOM,
    ERROR,
    LOGGING,
    ORIGIN,
    SHIELD,
    TOP,
    TRUST_STORE,
    VPC,
)
from asset_edge.localcloud.rows import Inputs, mark


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
        "ViewerCertificate": _given(inputs["viewerCertificate"], CERTIFICATE),
        "Restrictions": {"GeoRestriction": _geo_restriction(inputs)},
    }
    return config | _given(inputs, TOP) | _optional(inputs)


def _optional(inputs: Inputs) -> dict[str, Any]:
    optional: dict[str, Any] = {}
    if inputs.get("loggingConfig"):
        logging = {"includeCookies": False, "prefix": "", **inputs["loggingConfig"]}
        optional["Logging"] = {"Enabled": True, **_given(logging, LOGGING)}
    if inputs.get("cacheTagConfig"):
        optional["CacheTagConfig"] = {"HeaderName": inputs["cacheTagConfig"]["headerName"]}
    if mutual := inputs.get("viewerMtlsConfig"):
        store = mutual.get("trustStoreConfig")
        trust = {"TrustStoreConfig": _given(store, TRUST_STORE)} if store else {}
        optional["ViewerMtlsConfig"] = {"Mode": mutual.get("mode", "required"), **trust}
    if inputs.get("connectionFunctionAssociation"):
        optional["ConnectionFunctionAssociation"] = {"Id": inputs["connectionFunctionAssociation"]["id"]}
    return optional


def _given(inputs: Inputs, names: Mapping[str, str]) -> dict[str, Any]:
    return {api: inputs[name] for name, api in names.items() if inputs.get(name) is not None}


def _quantity(items: Sequence[Any] | None) -> dict[str, Any]:
    """A list as this API writes it."""
    return {"Quantity": len(items), "Items": list(items)} if items else {"Quantity": 0}


def _origin(origin: Inputs) -> dict[str, Any]:
    headers = [
        {"HeaderName": h["name"], "HeaderValue": h["value"]} for h in origin.get("customHeaders") or ()
    ]
    converted = {"OriginPath": "", **_given(origin, ORIGIN), "CustomHeaders": _quantity(headers)}
    if origin.get("originShield"):
        converted["OriginShield"] = _given(origin["originShield"], SHIELD)
    if origin.get("vpcOriginConfig"):
        return converted | {"VpcOriginConfig": _given(origin["vpcOriginConfig"], VPC)}
    if custom := origin.get("customOriginConfig"):
        return converted | {"CustomOriginConfig": _custom_origin(custom)}
    identity = (origin.get("s3OriginConfig") or {}).get("originAccessIdentity", "")
    return converted | {"S3OriginConfig": {"OriginAccessIdentity": identity}}


def _custom_origin(custom: Inputs) -> dict[str, Any]:
    converted = {**_given(custom, CUSTOM), "OriginSslProtocols": _quantity(custom["originSslProtocols"])}
    if mutual := custom.get("originMtlsConfig"):
        converted["OriginMtlsConfig"] = {"ClientCertificateArn": mutual["clientCertificateArn"]}
    return converted


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
        **_given(behavior, BEHAVIOR),
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
    return _given(response, ERROR) | code


def _geo_restriction(inputs: Inputs) -> dict[str, Any]:
    restriction = inputs["restrictions"]["geoRestriction"]
    return {
        "RestrictionType": restriction["restrictionType"],
        **_quantity(restriction.get("locations")),
    }
