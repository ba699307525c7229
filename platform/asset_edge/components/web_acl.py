"""Whom the firewall turns away before any function runs: AWS's rule groups, then a rate limit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from asset_edge.components.choices import check_choice, check_range
from asset_edge.errors import ArgumentError

REGION = "us-east-1"
"""Where ACLs of scope CLOUDFRONT live (AWS WAF API reference, CreateWebACL)."""

LOWEST_RATE_LIMIT = 10
HIGHEST_RATE_LIMIT = 2_000_000_000
WINDOWS_SECONDS = (60, 120, 300, 600)
"""AWS WAF Developer Guide, "Rate-based rule high-level settings"."""

_GROUP = re.compile(r"[A-Za-z0-9_-]{1,128}")
_ACL_ARN = re.compile(r"arn:aws[a-z-]*:wafv2:us-east-1:\d{12}:global/webacl/[^/]+/[^/]+")


@dataclass(frozen=True, kw_only=True)
class WebAclSpec:
    """A web ACL that allows what no rule blocks."""

    managed_rule_groups: Sequence[str] = (
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesKnownBadInputsRuleSet",
    )
    """AWS's rule groups, first one first."""

    rate_limit: int | None = 10_000
    """Requests from one IP address within the window, after which it is blocked; None: no limit."""

    evaluation_window_seconds: int = 300

    count_only: bool = False
    """Whether rules only count what they would block: a new ACL is watched before it acts."""

    def __post_init__(self) -> None:
        for group in self.managed_rule_groups:
            if not _GROUP.fullmatch(group):
                raise ArgumentError(
                    f"managed rule group {group!r} is no name of one; it has letters, digits, - and _. "
                    "Use a name as AWSManagedRulesCommonRuleSet"
                )
        if len(set(self.managed_rule_groups)) < len(self.managed_rule_groups):
            raise ArgumentError(
                f"managed_rule_groups is {list(self.managed_rule_groups)}; a group is there once. Drop the "
                "second"
            )
        if self.rate_limit is not None:
            check_range("rate_limit", self.rate_limit, LOWEST_RATE_LIMIT, HIGHEST_RATE_LIMIT)
        check_choice("evaluation_window_seconds", self.evaluation_window_seconds, WINDOWS_SECONDS)
        if not self.managed_rule_groups and self.rate_limit is None:
            raise ArgumentError(
                "a web acl has no rule groups and no rate limit; it blocks nothing. Use None for no ACL"
            )


def check_web_acl(acl: WebAclSpec | pulumi.Input[str] | None) -> None:
    """Refuses the ARN of an ACL that cannot stand before CloudFront."""
    if isinstance(acl, str) and not _ACL_ARN.fullmatch(acl):
        raise ArgumentError(
            f"web_acl is {acl!r}; CloudFront takes the ARN of a WAFv2 ACL of scope CLOUDFRONT in {REGION}. "
            "Make it there, or give a WebAclSpec"
        )


def web_acl_arn(
    name: str, acl: WebAclSpec | pulumi.Input[str] | None, child: pulumi.ResourceOptions
) -> pulumi.Input[str] | None:
    """The ACL to use: the one given, or one made of the specification."""
    if not isinstance(acl, WebAclSpec):
        return acl
    made = aws.wafv2.WebAcl(
        f"{name}-web-acl",
        region=REGION,
        scope="CLOUDFRONT",
        default_action=aws.wafv2.WebAclDefaultActionArgs(allow=aws.wafv2.WebAclDefaultActionAllowArgs()),
        rules=rules(acl),
        visibility_config=_visibility(f"{name}-web-acl"),
        opts=child,
    )
    return made.arn


def rules(acl: WebAclSpec) -> list[Any]:
    """The rules in the words of `aws.wafv2.WebAcl`, in the order they are asked."""
    groups = [_group_rule(group, count_only=acl.count_only) for group in acl.managed_rule_groups]
    limits = [] if acl.rate_limit is None else [_rate_rule(acl.rate_limit, acl)]
    return [rule | {"priority": priority} for priority, rule in enumerate(groups + limits)]


def _group_rule(group: str, *, count_only: bool) -> dict[str, Any]:
    return {
        "name": group,
        "statement": {"managed_rule_group_statement": {"name": group, "vendor_name": "AWS"}},
        "override_action": {"count": {}} if count_only else {"none": {}},
        "visibility_config": _visibility(group),
    }


def _rate_rule(limit: int, acl: WebAclSpec) -> dict[str, Any]:
    return {
        "name": "rate-limit",
        "statement": {
            "rate_based_statement": {
                "aggregate_key_type": "IP",
                "limit": limit,
                "evaluation_window_sec": acl.evaluation_window_seconds,
            }
        },
        "action": {"count": {}} if acl.count_only else {"block": {}},
        "visibility_config": _visibility("rate-limit"),
    }


def _visibility(metric_name: str) -> Any:
    return {
        "cloudwatch_metrics_enabled": True,
        "metric_name": metric_name,
        # A sample holds whole requests, query strings with their tokens included.
        "sampled_requests_enabled": False,
    }
