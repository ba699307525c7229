"""What stands before two replicated buckets: the distribution, and everything that belongs to it alone."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from asset_edge.components import (
    access_logs,
    behaviors,
    cache_policies,
    certificate,
    error_pages,
    key_groups,
    origin_request_policies,
    response_headers_policies,
)
from asset_edge.components.behaviors import Behavior
from asset_edge.components.cache_policies import CachePolicySpec
from asset_edge.components.distribution_args import AssetDistributionArgs, S3Origin, check
from asset_edge.components.origin_request_policies import OriginRequestPolicySpec
from asset_edge.components.response_headers_policies import ResponseHeadersPolicySpec
from asset_edge.components.shared_policies import policy_ids
from asset_edge.components.web_acl import web_acl_arn
from asset_edge.handlers.edge.own_headers import ROLE_HEADER

__all__ = ["AssetDistribution", "AssetDistributionArgs", "Behavior", "S3Origin"]

GROUP_ID = "assets"
"""The origin group's name inside the distribution."""

FAILOVER_STATUS_CODES = (400, 403, 404, 429, 500, 502, 503, 504)
"""What the second origin is asked after: all that CloudFront offers but 416, which a good origin answers too.

A connection that fails counts as 503, a silent one as 504; 404 is an object that has not replicated yet.
Source: CloudFront Developer Guide, "Optimize high availability with CloudFront origin failover".
"""

CONNECTION_ATTEMPTS = 1
CONNECTION_TIMEOUT_SECONDS = 2
"""At most what a viewer waits before the second origin is asked, instead of 3 times 10 s."""


class AssetDistribution(pulumi.ComponentResource):
    """A CloudFront distribution before two replicated private buckets, one origin group for all behaviours.

    An S3 origin that accepts a connection and then is silent holds a viewer for CloudFront's 30 s: pulumi-aws
    has no read timeout for S3 origins. A function that rewrites the origin sets its own.
    """

    distribution_id: pulumi.Output[str]
    """For invalidations and metrics."""

    arn: pulumi.Output[str]
    """What bucket and key policies name."""

    domain_name: pulumi.Output[str]
    """Its name under cloudfront.net."""

    def __init__(
        self,
        name: str,
        args: AssetDistributionArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        check(args)
        super().__init__("asset-edge:index:AssetDistribution", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        behavior_inputs = self._behaviors(name, args, child)
        distribution = aws.cloudfront.Distribution(
            f"{name}-distribution",
            **_settings(args),
            **self._origins(name, args, child),
            default_cache_behavior=behavior_inputs[0],
            ordered_cache_behaviors=behavior_inputs[1:],
            viewer_certificate=self._viewer_certificate(name, args),
            web_acl_id=web_acl_arn(name, args.web_acl, child),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect or None),
        )
        self._metrics(name, args, distribution, child)
        if args.access_logs is not None:
            access_logs.deliver(name, args.access_logs, distribution.arn, child)
        certificate.alias_records(name, args.names, distribution.domain_name, self, ipv6=args.is_ipv6_enabled)
        self.distribution_id = distribution.id
        self.arn = distribution.arn
        self.domain_name = distribution.domain_name
        self.register_outputs(
            {"distribution_id": self.distribution_id, "arn": self.arn, "domain_name": self.domain_name}
        )

    def _origins(
        self, name: str, args: AssetDistributionArgs, child: pulumi.ResourceOptions
    ) -> dict[str, Any]:
        # no-override: a request that a function signed keeps its signature, an unsigned one is signed here.
        access = aws.cloudfront.OriginAccessControl(
            f"{name}-origin-access",
            origin_access_control_origin_type="s3",
            signing_behavior="no-override",
            signing_protocol="sigv4",
            opts=child,
        )
        in_order = sorted(args.origins, key=lambda origin: origin.role)
        return {
            "origins": [_origin(origin, access.id) for origin in in_order],
            "origin_groups": [_origin_group(in_order)],
        }

    def _behaviors(self, name: str, args: AssetDistributionArgs, child: pulumi.ResourceOptions) -> list[Any]:
        groups = key_groups.key_group_ids(name, args.key_groups, child)
        policies = _policies(name, args.by_behavior, child)
        return [
            behaviors.inputs(
                behavior,
                behaviors.Resolved(
                    target_origin_id=GROUP_ID,
                    trusted_key_groups=[_group_id(group, groups) for group in behavior.trusted_key_groups],
                    **{f"{kind}_id": ids[key] for kind, ids in policies.items()},
                ),
            )
            for key, behavior in args.by_behavior.items()
        ]

    def _viewer_certificate(self, name: str, args: AssetDistributionArgs) -> Any:
        arn = certificate.certificate_arn(name, args.names, self)
        if arn is None:
            return {"cloudfront_default_certificate": True}
        return {
            "acm_certificate_arn": arn,
            "minimum_protocol_version": args.minimum_protocol_version,
            "ssl_support_method": "sni-only",
        }

    def _metrics(
        self,
        name: str,
        args: AssetDistributionArgs,
        distribution: aws.cloudfront.Distribution,
        child: pulumi.ResourceOptions,
    ) -> None:
        if args.additional_metrics:
            aws.cloudfront.MonitoringSubscription(
                f"{name}-additional-metrics",
                distribution_id=distribution.id,
                monitoring_subscription={
                    "realtime_metrics_subscription_config": {
                        "realtime_metrics_subscription_status": "Enabled"
                    }
                },
                opts=child,
            )


def _settings(args: AssetDistributionArgs) -> dict[str, Any]:
    """Those settings that stand in the arguments as CloudFront takes them."""
    geo = args.geo_restriction
    return {
        "aliases": list(args.aliases) or None,
        "cache_tag_config": args.cache_tag_header and {"header_name": args.cache_tag_header},
        "comment": args.comment or None,
        "custom_error_responses": error_pages.inputs(args.error_pages, args.error_caching_min_ttl_seconds),
        "default_root_object": args.default_root_object,
        "enabled": args.enabled,
        "http_version": args.http_version,
        "is_ipv6_enabled": args.is_ipv6_enabled,
        "price_class": args.price_class,
        "restrictions": {
            "geo_restriction": {
                "restriction_type": geo.restriction_type,
                "locations": sorted(set(geo.locations)),
            }
        },
        "retain_on_delete": args.retain_on_delete,
        "tags": dict(args.tags) or None,
        "wait_for_deployment": args.wait_for_deployment,
    }


def _origin(origin: S3Origin, access_control_id: pulumi.Input[str]) -> dict[str, Any]:
    return {
        "origin_id": origin.origin_id,
        "domain_name": origin.domain_name,
        "origin_access_control_id": access_control_id,
        "connection_attempts": CONNECTION_ATTEMPTS,
        "connection_timeout": CONNECTION_TIMEOUT_SECONDS,
        "custom_headers": [{"name": ROLE_HEADER, "value": origin.role}],
    }


def _origin_group(in_order: list[S3Origin]) -> dict[str, Any]:
    return {
        "origin_id": GROUP_ID,
        "failover_criteria": {"status_codes": list(FAILOVER_STATUS_CODES)},
        "members": [{"origin_id": origin.origin_id} for origin in in_order],
    }


def _policies(
    name: str, wanted: Mapping[str, Behavior], child: pulumi.ResourceOptions
) -> dict[str, dict[str, Any]]:
    """By kind of policy and behaviour, the id of the policy it uses."""

    def create(what: str, resource: Callable[..., pulumi.CustomResource]) -> Any:
        return lambda key, inputs: resource(f"{name}-{what}-{key}", **inputs, opts=child)

    return {
        "cache_policy": policy_ids(
            {key: behavior.cache_policy for key, behavior in wanted.items()},
            CachePolicySpec,
            cache_policies.inputs,
            create("cache-policy", aws.cloudfront.CachePolicy),
        ),
        "origin_request_policy": policy_ids(
            {key: behavior.origin_request_policy for key, behavior in wanted.items()},
            OriginRequestPolicySpec,
            origin_request_policies.inputs,
            create("origin-request-policy", aws.cloudfront.OriginRequestPolicy),
        ),
        "response_headers_policy": policy_ids(
            {key: behavior.response_headers_policy for key, behavior in wanted.items()},
            ResponseHeadersPolicySpec,
            response_headers_policies.inputs,
            create("response-headers-policy", aws.cloudfront.ResponseHeadersPolicy),
        ),
    }


def _group_id(group: pulumi.Input[str], groups: Mapping[str, pulumi.Output[str]]) -> pulumi.Input[str]:
    return groups.get(group, group) if isinstance(group, str) else group
