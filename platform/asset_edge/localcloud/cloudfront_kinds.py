"""Which kinds of things the CloudFront API keeps beside distributions, and which of them it refuses.

Source: Amazon CloudFront API Reference, the shapes named below; Amazon CloudFront Developer Guide, "Quotas".
"""

from collections.abc import Mapping
from typing import Any

from asset_edge.emulator.managed_policies import (
    MANAGED_CACHE_POLICIES,
    MANAGED_ORIGIN_REQUEST_POLICIES,
    MANAGED_RESPONSE_HEADERS_POLICIES,
)
from asset_edge.localcloud import cloudfront_keys, cloudfront_policy_rules
from asset_edge.localcloud.cloudfront_collections import Kind, short_mark, uuid_mark

_MOST_POLICIES = 20
_MOST_ACCESS_CONTROLS = 100
_MOST_KEYS = 10

CACHE_POLICY = Kind(
    shape="CachePolicy",
    plural="CachePolicies",
    address="cache-policy",
    no_such="NoSuchCachePolicy",
    already_exists="CachePolicyAlreadyExists",
    in_use="CachePolicyInUse",
    too_many="TooManyCachePolicies",
    most=_MOST_POLICIES,
    new_id=lambda config: uuid_mark("cache-policy", config["Name"]),
    check=cloudfront_policy_rules.check_cache_policy,
    summary=lambda whole: _policy_summary("CachePolicy", whole, MANAGED_CACHE_POLICIES),
    time="LastModifiedTime",
    managed=MANAGED_CACHE_POLICIES,
)

ORIGIN_REQUEST_POLICY = Kind(
    shape="OriginRequestPolicy",
    plural="OriginRequestPolicies",
    address="origin-request-policy",
    no_such="NoSuchOriginRequestPolicy",
    already_exists="OriginRequestPolicyAlreadyExists",
    in_use="OriginRequestPolicyInUse",
    too_many="TooManyOriginRequestPolicies",
    most=_MOST_POLICIES,
    new_id=lambda config: uuid_mark("origin-request-policy", config["Name"]),
    check=cloudfront_policy_rules.check_origin_request_policy,
    summary=lambda whole: _policy_summary("OriginRequestPolicy", whole, MANAGED_ORIGIN_REQUEST_POLICIES),
    time="LastModifiedTime",
    managed=MANAGED_ORIGIN_REQUEST_POLICIES,
)

RESPONSE_HEADERS_POLICY = Kind(
    shape="ResponseHeadersPolicy",
    plural="ResponseHeadersPolicies",
    address="response-headers-policy",
    no_such="NoSuchResponseHeadersPolicy",
    already_exists="ResponseHeadersPolicyAlreadyExists",
    in_use="ResponseHeadersPolicyInUse",
    too_many="TooManyResponseHeadersPolicies",
    most=_MOST_POLICIES,
    new_id=lambda config: uuid_mark("response-headers-policy", config["Name"]),
    check=cloudfront_policy_rules.check_response_headers_policy,
    summary=lambda whole: _policy_summary("ResponseHeadersPolicy", whole, MANAGED_RESPONSE_HEADERS_POLICIES),
    time="LastModifiedTime",
    managed=MANAGED_RESPONSE_HEADERS_POLICIES,
)

ORIGIN_ACCESS_CONTROL = Kind(
    shape="OriginAccessControl",
    plural="OriginAccessControls",
    address="origin-access-control",
    no_such="NoSuchOriginAccessControl",
    already_exists="OriginAccessControlAlreadyExists",
    in_use="OriginAccessControlInUse",
    too_many="TooManyOriginAccessControls",
    most=_MOST_ACCESS_CONTROLS,
    new_id=lambda config: f"E{short_mark('origin-access-control', config['Name'])}",
    check=cloudfront_policy_rules.check_origin_access_control,
    summary=lambda whole: {
        "Id": whole["Id"],
        "Description": "",
        **whole["OriginAccessControlConfig"],
    },
    time=None,
    has_marker=True,
)

PUBLIC_KEY = Kind(
    shape="PublicKey",
    plural="PublicKeys",
    address="public-key",
    no_such="NoSuchPublicKey",
    already_exists="PublicKeyAlreadyExists",
    in_use="PublicKeyInUse",
    too_many="TooManyPublicKeys",
    most=_MOST_KEYS,
    new_id=lambda config: f"K{short_mark('public-key', config['CallerReference'])}",
    check=cloudfront_keys.check_public_key,
    check_update=cloudfront_keys.check_public_key_update,
    summary=lambda whole: {
        "Id": whole["Id"],
        "CreatedTime": whole["CreatedTime"],
        **{k: v for k, v in whole["PublicKeyConfig"].items() if k != "CallerReference"},
    },
    time="CreatedTime",
)


KEY_GROUP = Kind(
    shape="KeyGroup",
    plural="KeyGroups",
    address="key-group",
    no_such="NoSuchResource",
    already_exists="KeyGroupAlreadyExists",
    in_use="ResourceInUse",
    too_many="TooManyKeyGroups",
    most=_MOST_KEYS,
    new_id=lambda config: uuid_mark("key-group", config["Name"]),
    check=cloudfront_keys.check_key_group,
    summary=lambda whole: {"KeyGroup": whole},
    time="LastModifiedTime",
)


def _policy_summary(
    shape: str, whole: Mapping[str, Any], managed: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    return {"Type": "managed" if whole["Id"] in managed else "custom", shape: whole}
