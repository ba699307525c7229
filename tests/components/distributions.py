"""A distribution's arguments that work, for tests to change one at a time."""

from collections.abc import Callable
from typing import Any

from asset_edge.components.access_logs import S3AccessLogs
from asset_edge.components.asset_distribution import (
    AssetDistribution,
    AssetDistributionArgs,
    Behavior,
    S3Origin,
)
from asset_edge.components.cache_policies import CACHING_DISABLED, CachePolicySpec, only
from asset_edge.components.origin_request_policies import OriginRequestPolicySpec
from asset_edge.components.response_headers_policies import Cors, ResponseHeadersPolicySpec
from asset_edge.components.web_acl import WebAclSpec
from tests.engine import Deployment, deploy

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
RECORD = "aws:route53/record:Record"

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:origin-request:7"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/5f0e"
WEB_ACL = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/mine/5f0e"
LOG_BUCKET = "arn:aws:s3:::acme-logs"
LOG_GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/cloudfront/assets"
ZONE = "Z0123456789"
PEM = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEabc=\n-----END PUBLIC KEY-----"
OTHER_PEM = PEM.replace("abc=", "xyz=")


def origin(role: Any, region: str, **changed: Any) -> S3Origin:
    good = {"role": role, "region": region, "domain_name": f"acme-{role}.s3.{region}.amazonaws.com"}
    return S3Origin(**{**good, **changed})


PRIMARY = origin("primary", "us-west-2")
REPLICA = origin("replica", "eu-west-1")


def args(**changed: Any) -> AssetDistributionArgs:
    return AssetDistributionArgs(**{"origins": (PRIMARY, REPLICA), **changed})


def under(pattern: str, **told: Any) -> Behavior:
    return Behavior(path_pattern=pattern, **told)


def build(name: str = "edge", **changed: Any) -> Callable[[], AssetDistribution]:
    return lambda: AssetDistribution(name, args(**changed))


def deployed(*, preview: bool = False, **changed: Any) -> Deployment:
    return deploy(build(**changed), preview=preview)


def distribution_of(**changed: Any) -> dict[str, Any]:
    """The inputs of the distribution itself."""
    return deployed(**changed).of(DISTRIBUTION)[0].inputs


def default_behavior_of(**told: Any) -> dict[str, Any]:
    """The inputs of the default behaviour."""
    behavior: dict[str, Any] = distribution_of(default_behavior=Behavior(**told))["defaultCacheBehavior"]
    return behavior


EVERYTHING: dict[str, Any] = {
    "default_behavior": Behavior(functions={"origin-request": FUNCTION}),
    "behaviors": (
        under("/demo/*", cache_policy=CACHING_DISABLED),
        under(
            "/private/*",
            cache_policy=CachePolicySpec(headers=("x-asset-edge-grant",)),
            origin_request_policy=OriginRequestPolicySpec(query_strings=only("token")),
            response_headers_policy=ResponseHeadersPolicySpec(cors=Cors()),
            trusted_key_groups=("editors",),
        ),
    ),
    "key_groups": {"editors": (PEM, OTHER_PEM)},
    "aliases": ("assets.example.com", "*.assets.example.com", "media.example.com"),
    "zone_id": ZONE,
    "web_acl": WebAclSpec(),
    "access_logs": S3AccessLogs(bucket_arn=LOG_BUCKET),
    "cache_tag_header": "x-asset-edge-tags",
}
"""Every part a distribution can have, at once."""
