"""Which requests a distribution treats how: one behaviour a path pattern, the first that matches wins."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import pulumi

from asset_edge.components.cache_policies import CachePolicySpec
from asset_edge.components.choices import check_choice, check_most
from asset_edge.components.edge_limits import EventType
from asset_edge.components.origin_request_policies import OriginRequestPolicySpec
from asset_edge.components.response_headers_policies import SECURITY_HEADERS, ResponseHeadersPolicySpec
from asset_edge.errors import ArgumentError

ViewerProtocolPolicy = Literal["redirect-to-https", "https-only", "allow-all"]
Method = Literal["GET", "HEAD", "OPTIONS"]

MOST_BEHAVIORS = 75
"""The default one counts (CloudFront Developer Guide, "Quotas")."""

MOST_KEY_GROUPS = 4
"""Key groups a behaviour (CloudFront Developer Guide, "Quotas on key groups")."""

_MOST_READABLE = 40
_METHOD_SETS = ({"GET", "HEAD"}, {"GET", "HEAD", "OPTIONS"})
_PATH_PATTERN = re.compile(r"[A-Za-z0-9_\-.*?$/~\"'@:+&]{1,255}")
_QUALIFIED_ARN = re.compile(r"arn:aws[a-z-]*:lambda:us-east-1:\d{12}:function:[A-Za-z0-9_-]+:\d+")


@dataclass(frozen=True, kw_only=True)
class Behavior:
    """What happens to requests under a path pattern.

    A policy is a specification, shared by all behaviours with an equal one, or the id of an existing policy.
    """

    path_pattern: str | None = None
    """`*` is any characters, `?` is one; None is the default behaviour, for what no other matches."""

    cache_policy: CachePolicySpec | pulumi.Input[str] = field(default_factory=CachePolicySpec)
    """The cache key and how long answers are kept."""

    origin_request_policy: OriginRequestPolicySpec | pulumi.Input[str] | None = None
    """What else reaches the origin and its functions."""

    response_headers_policy: ResponseHeadersPolicySpec | pulumi.Input[str] | None = SECURITY_HEADERS
    """Headers added to every answer, errors included, where no viewer-response function runs."""

    functions: Mapping[EventType, pulumi.Input[str]] = field(default_factory=dict)
    """Lambda@Edge by event: ARNs in us-east-1 with a version number; bodies are not passed in."""

    trusted_key_groups: Sequence[pulumi.Input[str]] = ()
    """Who signs its URLs: names among the distribution's `key_groups`, or ids; empty: anyone may ask."""

    compress: bool = True
    """Whether CloudFront compresses for viewers that take it and policies that keep the variants apart."""

    viewer_protocol_policy: ViewerProtocolPolicy = "redirect-to-https"
    """What a viewer without TLS gets: `redirect-to-https`, `https-only` or `allow-all`."""

    allowed_methods: tuple[Method, ...] = ("GET", "HEAD", "OPTIONS")
    """An origin group takes reads only."""

    cached_methods: tuple[Method, ...] = ("GET", "HEAD")
    """OPTIONS fails over to the second origin only if it is cached."""

    def __post_init__(self) -> None:
        if self.path_pattern is not None:
            _check_pattern(self.path_pattern)
        for event_type, arn in self.functions.items():
            _check_function(event_type, arn)
        check_choice("viewer_protocol_policy", self.viewer_protocol_policy, get_args(ViewerProtocolPolicy))
        _check_methods(self.allowed_methods, self.cached_methods)
        check_most(
            "trusted key groups in one behaviour", len(self.trusted_key_groups), MOST_KEY_GROUPS, "Merge some"
        )

    @property
    def key(self) -> str:
        """A name for what is made for this behaviour: the readable part of its pattern, and a digest.

        Short, because CloudFront takes 128 characters as a policy's name.
        """
        if self.path_pattern is None:
            return "default"
        pattern = self.path_pattern.removeprefix("/")
        readable = re.sub(r"[^A-Za-z0-9]+", "-", pattern)[:_MOST_READABLE].strip("-")
        return f"{readable}-{hashlib.sha256(pattern.encode()).hexdigest()[:6]}".lstrip("-")


def _check_pattern(pattern: str) -> None:
    if not _PATH_PATTERN.fullmatch(pattern):
        raise ArgumentError(
            f"path_pattern is {pattern!r}; it has 1 to 255 of A-Z a-z 0-9 _ - . * ? $ / ~ \" ' @ : + &. "
            "Use ? for any other character"
        )
    if pattern.removeprefix("/") == "*":
        raise ArgumentError(
            f"path_pattern is {pattern!r}; that is what the default behaviour matches. Put it into "
            "default_behavior"
        )


def _check_function(event_type: str, arn: pulumi.Input[str]) -> None:
    check_choice("an event type", event_type, get_args(EventType))
    if isinstance(arn, str) and not _QUALIFIED_ARN.fullmatch(arn):
        raise ArgumentError(
            f"the {event_type} function is {arn!r}; CloudFront takes the ARN of a numbered version in "
            "us-east-1, no alias and no $LATEST. Use EdgeFunction's qualified_arn"
        )


def _check_methods(allowed: Sequence[str], cached: Sequence[str]) -> None:
    for what, methods in (("allowed_methods", allowed), ("cached_methods", cached)):
        if set(methods) not in _METHOD_SETS:
            raise ArgumentError(
                f"{what} is {list(methods)}; before an origin group it may be GET, HEAD or GET, HEAD, "
                "OPTIONS. Use one of the two"
            )
    if not set(cached) <= set(allowed):
        raise ArgumentError(
            f"cached_methods is {list(cached)} and allowed_methods {list(allowed)}; only what is allowed is "
            "cached. Allow OPTIONS too"
        )


def check_behaviors(default: Behavior, ordered: Sequence[Behavior]) -> None:
    """Refuses behaviours that cannot stand together; `/a*` and `a*` are one pattern to CloudFront."""
    if default.path_pattern is not None:
        raise ArgumentError(
            f"default_behavior has path_pattern {default.path_pattern!r}; it matches whatever the others "
            "leave. Leave the pattern out, or move it to behaviors"
        )
    check_most("behaviours", len(ordered) + 1, MOST_BEHAVIORS, "Merge patterns")
    seen: set[str] = set()
    for behavior in ordered:
        pattern = _pattern_of(behavior)
        if pattern in seen:
            raise ArgumentError(
                f"two behaviours have path_pattern {behavior.path_pattern!r}; the second would never match. "
                "Drop one"
            )
        seen.add(pattern)


def _pattern_of(behavior: Behavior) -> str:
    if behavior.path_pattern is None:
        raise ArgumentError(
            "one of behaviors has no path_pattern; only default_behavior has none. Give it a pattern"
        )
    return behavior.path_pattern.removeprefix("/")


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """The ids behind a behaviour's specifications."""

    target_origin_id: str
    cache_policy_id: pulumi.Input[str]
    origin_request_policy_id: pulumi.Input[str] | None
    response_headers_policy_id: pulumi.Input[str] | None
    trusted_key_groups: Sequence[pulumi.Input[str]]


def inputs(behavior: Behavior, resolved: Resolved) -> dict[str, Any]:
    """A behaviour in the words of `aws.cloudfront.Distribution`."""
    told: dict[str, Any] = {
        "path_pattern": behavior.path_pattern,
        "target_origin_id": resolved.target_origin_id,
        "viewer_protocol_policy": behavior.viewer_protocol_policy,
        "allowed_methods": _in_order(behavior.allowed_methods),
        "cached_methods": _in_order(behavior.cached_methods),
        "compress": behavior.compress,
        "cache_policy_id": resolved.cache_policy_id,
        "origin_request_policy_id": resolved.origin_request_policy_id,
        "response_headers_policy_id": resolved.response_headers_policy_id,
        "trusted_key_groups": list(resolved.trusted_key_groups) or None,
        "lambda_function_associations": _associations(behavior) or None,
    }
    return {key: value for key, value in told.items() if value is not None}


def _in_order(methods: Sequence[str]) -> list[str]:
    return [method for method in get_args(Method) if method in methods]


def _associations(behavior: Behavior) -> list[dict[str, Any]]:
    return [
        {"event_type": event_type, "lambda_arn": behavior.functions[event_type], "include_body": False}
        for event_type in get_args(EventType)
        if event_type in behavior.functions
    ]
