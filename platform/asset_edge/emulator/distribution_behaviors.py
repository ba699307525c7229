"""What is done for the paths of one pattern: a cache behaviour with its policies, read from the API's shape.

Source: Amazon CloudFront API Reference, "CacheBehavior"; Amazon CloudFront Developer Guide, "Cache behavior
settings".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from asset_edge.emulator import response_headers
from asset_edge.emulator.api_lists import items
from asset_edge.emulator.distribution_origins import Config, Target
from asset_edge.emulator.edge_policies import (
    CLOUDFRONT_PREFIX,
    CachePolicy,
    OriginRequestPolicy,
    cache_policy,
    legacy_cache_policy,
    legacy_origin_request_policy,
    origin_request_policy,
)
from asset_edge.emulator.managed_policies import (
    MANAGED_CACHE_POLICIES,
    MANAGED_ORIGIN_REQUEST_POLICIES,
    MANAGED_RESPONSE_HEADERS_POLICIES,
)
from asset_edge.emulator.messages import Function
from asset_edge.emulator.response_headers import ResponseHeadersPolicy
from asset_edge.errors import Unsupported
from asset_edge.handlers.edge import events

KNOWN_CLOUDFRONT_HEADERS = frozenset(
    {"cloudfront-forwarded-proto", "cloudfront-viewer-address", "cloudfront-viewer-country"}
)
"""Those of CloudFront's own headers that the edge can fill in; it knows no more of a viewer."""

_P = TypeVar("_P")


@dataclass(frozen=True, kw_only=True)
class Policies:
    """The policies there are, by id, in the API's own shapes; AWS's managed ones where none are given."""

    cache: Mapping[str, Config] = field(default_factory=lambda: MANAGED_CACHE_POLICIES)
    origin_request: Mapping[str, Config] = field(default_factory=lambda: MANAGED_ORIGIN_REQUEST_POLICIES)
    response_headers: Mapping[str, Config] = field(default_factory=lambda: MANAGED_RESPONSE_HEADERS_POLICIES)
    origin_access_controls: Mapping[str, Config] = field(default_factory=dict)
    """`OriginAccessControl` shapes; one that is not among them signs unless the request is signed already."""


@dataclass(frozen=True, kw_only=True)
class Behavior:
    """What is done for the paths of one pattern."""

    path_pattern: str
    target: Target
    viewer_protocol_policy: str
    allowed_methods: frozenset[str]
    cached_methods: frozenset[str] = frozenset({"GET", "HEAD"})
    compress: bool = False
    cache_policy: CachePolicy
    origin_request_policy: OriginRequestPolicy | None = None
    response_headers_policy: ResponseHeadersPolicy | None = None
    functions: Mapping[events.EventType, Function] = field(default_factory=dict)

    @cached_property
    def cloudfront_headers(self) -> frozenset[str]:
        """The headers of CloudFront's own that a policy asks for, in lower case."""
        asked = (self.cache_policy, self.origin_request_policy)
        names = (name for policy in asked if policy for name in policy.headers.names)
        return frozenset(name for name in names if name.startswith(CLOUDFRONT_PREFIX))

    @property
    def unknown_headers(self) -> frozenset[str]:
        """Headers that a policy asks for and that no request has here."""
        return self.cloudfront_headers - KNOWN_CLOUDFRONT_HEADERS

    @cached_property
    def forwards_cookies(self) -> bool:
        """Whether any cookie may go to the origin."""
        asked = (self.cache_policy, self.origin_request_policy)
        return any(policy.cookies.behavior != "none" for policy in asked if policy)


def behavior(config: Config, targets: Mapping[str, Target], policies: Policies) -> Behavior:
    """The behaviour in the API's `CacheBehavior` shape, the default one with its pattern filled in."""
    associations = items(config, "LambdaFunctionAssociations")
    methods = config.get("AllowedMethods") or {}
    return Behavior(
        path_pattern=config["PathPattern"],
        target=targets[config["TargetOriginId"]],
        viewer_protocol_policy=config["ViewerProtocolPolicy"],
        allowed_methods=frozenset(methods.get("Items") or ("GET", "HEAD")),
        cached_methods=frozenset(items(methods, "CachedMethods") or ("GET", "HEAD")),
        compress=bool(config.get("Compress")),
        cache_policy=_cache_policy(config, policies),
        origin_request_policy=_origin_request_policy(config, policies),
        response_headers_policy=_named(
            config, "ResponseHeadersPolicyId", policies.response_headers, response_headers.read
        ),
        functions={a["EventType"]: _function(a) for a in associations},
    )


def _cache_policy(config: Config, policies: Policies) -> CachePolicy:
    return _named(config, "CachePolicyId", policies.cache, cache_policy) or legacy_cache_policy(config)


def _origin_request_policy(config: Config, policies: Policies) -> OriginRequestPolicy | None:
    found = _named(config, "OriginRequestPolicyId", policies.origin_request, origin_request_policy)
    return found or (None if config.get("CachePolicyId") else legacy_origin_request_policy(config))


def _named(
    config: Config, field_name: str, known: Mapping[str, Config], read: Callable[[Config], _P]
) -> _P | None:
    """The policy whose id the behaviour names in that field; None where it names none."""
    policy_id = config.get(field_name)
    if not policy_id:
        return None
    if policy_id not in known:
        raise Unsupported(
            f"{field_name} is {policy_id!r} on {config['PathPattern']}; "
            f"known are {', '.join(sorted(known)) or 'none'}. Create the policy first, or name one of these"
        )
    return read(known[policy_id])


def _function(association: Config) -> Function:
    return Function(arn=association["LambdaFunctionARN"], event_type=association["EventType"])
