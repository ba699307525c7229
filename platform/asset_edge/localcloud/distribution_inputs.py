"""A distribution in the words of the Pulumi provider, from the CloudFront API's shape.

Source: the AWS provider's documentation, "aws.cloudfront.Distribution".
"""

from collections.abc import Mapping
from typing import Any

from asset_edge.emulator.api_lists import items
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

Config = Mapping[str, Any]
"""A part of the API's `DistributionConfig`."""


def inputs_of(config: Config) -> dict[str, Any]:
    """What a program would declare to get this `DistributionConfig`, tags aside."""
    geo = config["Restrictions"]["GeoRestriction"]
    return {
        "aliases": items(config, "Aliases"),
        "comment": config["Comment"],
        "customErrorResponses": [_error(item) for item in items(config, "CustomErrorResponses")],
        "defaultCacheBehavior": _behavior(config["DefaultCacheBehavior"]),
        "defaultRootObject": config.get("DefaultRootObject", ""),
        "enabled": config["Enabled"],
        "orderedCacheBehaviors": [_behavior(item) for item in items(config, "CacheBehaviors")],
        "originGroups": [_group(item) for item in items(config, "OriginGroups")],
        "origins": [_origin(item) for item in items(config, "Origins")],
        "restrictions": {
            "geoRestriction": {
                "restrictionType": geo["RestrictionType"],
                "locations": items(config["Restrictions"], "GeoRestriction"),
            }
        },
        "viewerCertificate": _told(config["ViewerCertificate"], CERTIFICATE),
        **_told(config, TOP),
        **_optional(config),
    }


def _optional(config: Config) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if (config.get("Logging") or {}).get("Enabled"):
        found["loggingConfig"] = _told(config["Logging"], LOGGING)
    if config.get("CacheTagConfig"):
        found["cacheTagConfig"] = {"headerName": config["CacheTagConfig"]["HeaderName"]}
    if mutual := config.get("ViewerMtlsConfig"):
        store = mutual.get("TrustStoreConfig")
        trust = {"trustStoreConfig": _told(store, TRUST_STORE)} if store else {}
        found["viewerMtlsConfig"] = {"mode": mutual["Mode"], **trust}
    if config.get("ConnectionFunctionAssociation"):
        found["connectionFunctionAssociation"] = {"id": config["ConnectionFunctionAssociation"]["Id"]}
    return found


def _told(config: Config, names: Mapping[str, str]) -> dict[str, Any]:
    return {name: config[api] for name, api in names.items() if config.get(api) is not None}


def _origin(origin: Config) -> dict[str, Any]:
    headers = items(origin, "CustomHeaders")
    found = {
        **_told(origin, ORIGIN),
        "customHeaders": [{"name": h["HeaderName"], "value": h["HeaderValue"]} for h in headers],
    }
    if origin.get("OriginShield"):
        found["originShield"] = _told(origin["OriginShield"], SHIELD)
    if origin.get("VpcOriginConfig"):
        found["vpcOriginConfig"] = _told(origin["VpcOriginConfig"], VPC)
    if origin.get("CustomOriginConfig"):
        found["customOriginConfig"] = _custom_origin(origin["CustomOriginConfig"])
    if identity := (origin.get("S3OriginConfig") or {}).get("OriginAccessIdentity"):
        found["s3OriginConfig"] = {"originAccessIdentity": identity}
    return found


def _custom_origin(custom: Config) -> dict[str, Any]:
    found = {**_told(custom, CUSTOM), "originSslProtocols": items(custom, "OriginSslProtocols")}
    if mutual := custom.get("OriginMtlsConfig"):
        found["originMtlsConfig"] = {"clientCertificateArn": mutual["ClientCertificateArn"]}
    return found


def _group(group: Config) -> dict[str, Any]:
    return {
        "originId": group["Id"],
        "failoverCriteria": {"statusCodes": items(group["FailoverCriteria"], "StatusCodes")},
        "members": [{"originId": member["OriginId"]} for member in items(group, "Members")],
    }


def _behavior(behavior: Config) -> dict[str, Any]:
    found = {
        **_told(behavior, BEHAVIOR),
        "allowedMethods": items(behavior, "AllowedMethods"),
        "cachedMethods": items(behavior.get("AllowedMethods") or {}, "CachedMethods"),
        "trustedSigners": items(behavior, "TrustedSigners"),
        "trustedKeyGroups": items(behavior, "TrustedKeyGroups"),
        "lambdaFunctionAssociations": [_lambda(a) for a in items(behavior, "LambdaFunctionAssociations")],
        "functionAssociations": [_function(a) for a in items(behavior, "FunctionAssociations")],
    }
    if behavior.get("ForwardedValues"):
        found["forwardedValues"] = _forwarded(behavior["ForwardedValues"])
    if behavior.get("GrpcConfig"):
        found["grpcConfig"] = {"enabled": behavior["GrpcConfig"]["Enabled"]}
    return found


def _lambda(association: Config) -> dict[str, Any]:
    return {
        "lambdaArn": association["LambdaFunctionARN"],
        "eventType": association["EventType"],
        "includeBody": association.get("IncludeBody", False),
    }


def _function(association: Config) -> dict[str, Any]:
    return {"functionArn": association["FunctionARN"], "eventType": association["EventType"]}


def _forwarded(values: Config) -> dict[str, Any]:
    return {
        "queryString": values["QueryString"],
        "cookies": {
            "forward": values["Cookies"]["Forward"],
            "whitelistedNames": items(values["Cookies"], "WhitelistedNames"),
        },
        "headers": items(values, "Headers"),
        "queryStringCacheKeys": items(values, "QueryStringCacheKeys"),
    }


def _error(response: Config) -> dict[str, Any]:
    code = response.get("ResponseCode")
    return _told(response, ERROR) | ({"responseCode": int(code)} if code else {})
