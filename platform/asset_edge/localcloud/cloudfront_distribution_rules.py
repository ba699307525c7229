"""Which distributions CloudFront refuses to keep, by the API's own error codes.

Source: Amazon CloudFront API Reference, "CreateDistribution" and "DistributionConfig"; Amazon CloudFront
Developer Guide, "Restrictions on Lambda@Edge".
"""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from asset_edge.emulator.api_lists import items
from asset_edge.emulator.distribution import refuse_unmodelled
from asset_edge.errors import Unsupported
from asset_edge.localcloud.aws_api import ApiError
from asset_edge.localcloud.cloudfront_collections import Sent, check_quantities
from asset_edge.localcloud.cloudfront_enums import check_words

_VERSION_ARN = re.compile(r"arn:aws:lambda:us-east-1:\d{12}:function:[\w-]+:\d+")
"""A function's version in us-east-1."""

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_ALIAS = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})+", re.IGNORECASE | re.ASCII)
"""A domain name, or a wildcard for its first label."""

_ERROR_CODES = frozenset({400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504})
_FAILOVER_CODES = frozenset({400, 403, 404, 416, 429, 500, 502, 503, 504})
_RESPONSE_CODES = frozenset({200, *_ERROR_CODES})
_MEMBERS = 2
_MOST_TAG_HEADER_CHARACTERS = 128


@dataclass(frozen=True, kw_only=True)
class Known:
    """The ids that a distribution may name."""

    cache_policies: Container[str]
    origin_request_policies: Container[str]
    response_headers_policies: Container[str]
    origin_access_controls: Container[str]
    key_groups: Container[str]


def check(config: Sent, known: Known) -> None:
    """Refuses what CloudFront refuses, and then what the edge does not model, by its name."""
    check_words("DistributionConfig", config)
    check_quantities(config)
    for code, message in (*_origins(config, known), *_behaviors(config, known), *_others(config)):
        raise ApiError(code, message)
    try:
        refuse_unmodelled(config)
    except Unsupported as unsupported:
        raise ApiError("UnsupportedOperation", str(unsupported)) from unsupported


def behaviors(config: Sent) -> list[Any]:
    """The default behaviour and the others."""
    return [config["DefaultCacheBehavior"], *items(config, "CacheBehaviors")]


_Faults = Iterator[tuple[str, str]]
"""An error code and a message for each thing that is wrong."""


def _origins(config: Sent, known: Known) -> _Faults:
    origins, groups = items(config, "Origins"), items(config, "OriginGroups")
    there = [one["Id"] for one in (*origins, *groups)]
    if len(there) != len(set(there)):
        yield "InvalidArgument", "two origins or groups have the same id"
    members = {member["OriginId"] for group in groups for member in items(group, "Members")}
    targets = {behavior["TargetOriginId"] for behavior in behaviors(config)}
    for absent in sorted((targets - set(there)) | (members - {one["Id"] for one in origins})):
        yield "NoSuchOrigin", f"there is no origin {absent}"
    for origin in origins:
        yield from _origin(origin, known)
    for group in groups:
        yield from _group(group)


def _origin(origin: Sent, known: Known) -> _Faults:
    path = origin.get("OriginPath") or ""
    if path and (not path.startswith("/") or path.endswith("/")):
        yield "InvalidArgument", f"OriginPath is {path!r}; it begins with a slash and ends without one"
    control = origin.get("OriginAccessControlId")
    if control and control not in known.origin_access_controls:
        message = f"there is no origin access control {control}, which origin {origin['Id']} names"
        yield "NoSuchOriginAccessControl", message
    if control and (origin.get("S3OriginConfig") or {}).get("OriginAccessIdentity"):
        message = f"origin {origin['Id']} has an origin access control and an identity; it has one of the two"
        yield "IllegalOriginAccessConfiguration", message


def _group(group: Sent) -> _Faults:
    if len(items(group, "Members")) != _MEMBERS:
        yield "InvalidArgument", f"origin group {group['Id']} has other than {_MEMBERS} members"
    for status in items(group["FailoverCriteria"], "StatusCodes"):
        if status not in _FAILOVER_CODES:
            yield "InvalidArgument", f"failover status {status}; it is one of {sorted(_FAILOVER_CODES)}"


def _behaviors(config: Sent, known: Known) -> _Faults:
    patterns = [behavior["PathPattern"] for behavior in items(config, "CacheBehaviors")]
    if len(patterns) != len(set(patterns)):
        yield "InvalidArgument", "two cache behaviours have the same path pattern"
    named: Mapping[str, tuple[Container[str], str]] = {
        "CachePolicyId": (known.cache_policies, "NoSuchCachePolicy"),
        "OriginRequestPolicyId": (known.origin_request_policies, "NoSuchOriginRequestPolicy"),
        "ResponseHeadersPolicyId": (known.response_headers_policies, "NoSuchResponseHeadersPolicy"),
    }
    for behavior in behaviors(config):
        for name, (there, code) in named.items():
            if behavior.get(name) and behavior[name] not in there:
                yield code, f"{name} is {behavior[name]}; there is none of that id"
        yield from _behavior(behavior, known)


def _behavior(behavior: Sent, known: Known) -> _Faults:
    for group in items(behavior, "TrustedKeyGroups"):
        if group not in known.key_groups:
            yield "TrustedKeyGroupDoesNotExist", f"there is no key group {group}"
    legacy = "ForwardedValues" in behavior
    if legacy and behavior.get("CachePolicyId"):
        yield "InvalidArgument", "a behaviour has a cache policy and ForwardedValues; it has one of the two"
    if not legacy and not behavior.get("CachePolicyId"):
        yield (
            "InvalidArgument",
            "a behaviour has neither a cache policy nor ForwardedValues; give it a policy",
        )
    if legacy and not _in_order(behavior):
        yield "InvalidTTLOrder", "MinTTL, DefaultTTL and MaxTTL are not in that order"
    yield from _functions(behavior)


def _functions(behavior: Sent) -> _Faults:
    associations = items(behavior, "LambdaFunctionAssociations")
    if len({a["EventType"] for a in associations}) != len(associations):
        yield "InvalidLambdaFunctionAssociation", "a behaviour has two functions for one event type"
    for association in associations:
        arn = association["LambdaFunctionARN"]
        if _VERSION_ARN.fullmatch(arn) is None:
            message = f"{arn} is no numbered version of a function in us-east-1; publish one and name it"
            yield "InvalidLambdaFunctionAssociation", message


def _in_order(behavior: Sent) -> bool:
    least, most = int(behavior.get("MinTTL", 0)), int(behavior.get("MaxTTL", 31_536_000))
    return 0 <= least <= int(behavior.get("DefaultTTL", max(least, min(most, 86_400)))) <= most


def _others(config: Sent) -> _Faults:
    for alias in items(config, "Aliases"):
        if not _ALIAS.fullmatch(alias):
            yield "InvalidArgument", f"the alias {alias!r} is no domain name; `*.` may only begin it"
    root = config.get("DefaultRootObject") or ""
    if root.startswith("/"):
        yield "InvalidDefaultRootObject", f"DefaultRootObject is {root!r}; it begins without a slash"
    for page in items(config, "CustomErrorResponses"):
        yield from _error_page(page)
    restriction = (config.get("Restrictions") or {}).get("GeoRestriction") or {"RestrictionType": "none"}
    if (restriction["RestrictionType"] == "none") == bool(restriction.get("Items")):
        message = (
            f"a restriction of type {restriction['RestrictionType']!r} with these locations says nothing"
        )
        yield "InvalidGeoRestrictionParameter", message
    header = (config.get("CacheTagConfig") or {}).get("HeaderName", "x-tags")
    if not re.fullmatch(rf"[\w!#$%&'*+.^`|~-]{{1,{_MOST_TAG_HEADER_CHARACTERS}}}", header, re.ASCII):
        yield "InvalidArgument", f"CacheTagConfig names {header!r}, which is no header's name"


def _error_page(page: Sent) -> _Faults:
    if page["ErrorCode"] not in _ERROR_CODES:
        yield "InvalidErrorCode", f"ErrorCode is {page['ErrorCode']}; it is one of {sorted(_ERROR_CODES)}"
    path, code = page.get("ResponsePagePath") or "", page.get("ResponseCode") or ""
    if bool(path) != bool(code):
        yield "InvalidArgument", "ResponsePagePath and ResponseCode go together; give both or neither"
    if path and not path.startswith("/"):
        yield "InvalidArgument", f"ResponsePagePath is {path!r}; it begins with a slash"
    if code and (not code.isdecimal() or int(code) not in _RESPONSE_CODES):
        yield "InvalidResponseCode", f"ResponseCode is {code!r}; it is one of {sorted(_RESPONSE_CODES)}"
