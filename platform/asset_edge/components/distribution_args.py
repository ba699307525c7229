"""What a distribution may be told, and what of it can never work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import pulumi

from asset_edge import naming
from asset_edge.components import certificate, decision_inputs, error_pages
from asset_edge.components.access_logs import AccessLogs
from asset_edge.components.behaviors import Behavior, check_behaviors
from asset_edge.components.bucket_side import Role
from asset_edge.components.cache_policies import CachePolicySpec
from asset_edge.components.choices import check_choice, check_header_name, check_most
from asset_edge.components.error_pages import ErrorPage
from asset_edge.components.geo_restriction import GeoRestriction
from asset_edge.components.key_groups import KeyGroups, check_key_groups
from asset_edge.components.origin_request_policies import OriginRequestPolicySpec
from asset_edge.components.response_headers_policies import ResponseHeadersPolicySpec
from asset_edge.components.shared_policies import check_quota
from asset_edge.components.web_acl import WebAclSpec, check_web_acl
from asset_edge.errors import ArgumentError
from asset_edge.handlers.edge.config import EdgeConfig

PriceClass = Literal["PriceClass_All", "PriceClass_200", "PriceClass_100"]
HttpVersion = Literal["http2and3", "http3", "http2", "http1.1"]
MinimumProtocolVersion = Literal[
    "TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"
]

LONGEST_COMMENT = 128
"""Characters (CloudFront API reference, DistributionConfig)."""


@dataclass(frozen=True, kw_only=True)
class S3Origin:
    """One of the two buckets, as CloudFront reaches it when no function chose otherwise."""

    role: Role
    """The primary is asked first; functions read the role in the header `x-origin-role`."""

    region: str
    """Where the bucket is."""

    domain_name: pulumi.Input[str]
    """The bucket's regional endpoint, `<bucket>.s3.<region>.amazonaws.com`."""

    @property
    def origin_id(self) -> str:
        """The origin's name inside the distribution."""
        return f"{self.role}-{self.region}"


@dataclass(frozen=True, kw_only=True)
class AssetDistributionArgs:
    """A distribution before two replicated buckets; the origins alone make a working, private one."""

    origins: Sequence[S3Origin]
    """The primary and the replica."""

    default_behavior: Behavior = field(default_factory=Behavior)
    """For requests that no other behaviour matches."""

    behaviors: Sequence[Behavior] = ()
    """In order: the first whose pattern matches wins."""

    edge_config: EdgeConfig | None = None
    """What the behaviours' functions were baked with: whatever they decide by must then be in the cache keys.
    None: they decide by nothing but the path."""

    key_groups: KeyGroups = field(default_factory=dict)
    """Public keys (PEM) by group name, for behaviours that trust signed URLs."""

    aliases: Sequence[str] = ()
    """DNS names it answers under, besides its own."""

    certificate_arn: pulumi.Input[str] | None = None
    """An ACM certificate in us-east-1 that covers the aliases; None: one is made and proven in the zone."""

    zone_id: pulumi.Input[str] | None = None
    """The hosted zone of the aliases, for their records and its proofs; None: DNS is kept elsewhere."""

    zone_provider: pulumi.ProviderResource | None = None
    """The AWS provider of the hosted zone's account, for the records alone; None: the default provider."""

    minimum_protocol_version: MinimumProtocolVersion = "TLSv1.2_2021"
    """Security policy towards viewers; without aliases CloudFront's own certificate fixes it."""

    web_acl: WebAclSpec | pulumi.Input[str] | None = None
    """A firewall to make, or the ARN of one of scope CLOUDFRONT."""

    access_logs: AccessLogs | None = None
    """Where requests are logged, without query string, cookies and referrer."""

    additional_metrics: bool = True
    """Hit rate, origin latency and error rates by status in CloudWatch; charged per distribution."""

    geo_restriction: GeoRestriction = field(default_factory=GeoRestriction)
    """Countries it answers in."""

    error_pages: Sequence[ErrorPage] = ()
    """Objects to send instead of errors."""

    error_caching_min_ttl_seconds: int = 1
    """How long an error without a page is kept at least; CloudFront's own default is 10 s."""

    default_root_object: str | None = "index.html"
    """What `/` stands for; with None the request reaches S3 as a listing of the bucket."""

    cache_tag_header: str | None = None
    """The response header whose comma-separated tags objects can be purged by; None: by path only."""

    price_class: PriceClass = "PriceClass_All"
    """Which edge locations serve."""

    http_version: HttpVersion = "http2and3"
    """The newest that viewers may use."""

    is_ipv6_enabled: bool = True
    """Whether it answers over IPv6, and aliases get AAAA records."""

    comment: str = ""
    """For people, at most 128 characters."""

    enabled: bool = True
    """Whether it answers at all."""

    wait_for_deployment: bool = True
    """Whether a deploy ends only when every edge location has it: some minutes."""

    retain_on_delete: bool = False
    """Whether a deleted distribution is only disabled, to be deleted by hand."""

    protect: bool = False
    """Whether Pulumi refuses to delete it."""

    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of the distribution."""

    @property
    def by_behavior(self) -> dict[str, Behavior]:
        """All behaviours by their key, the default one first."""
        return {behavior.key: behavior for behavior in (self.default_behavior, *self.behaviors)}

    @property
    def names(self) -> certificate.DomainNames:
        """What the aliases need."""
        return certificate.DomainNames(
            aliases=self.aliases,
            certificate_arn=self.certificate_arn,
            zone_id=self.zone_id,
            zone_provider=self.zone_provider,
        )


def check(args: AssetDistributionArgs) -> None:
    """Raises ArgumentError for arguments that can never work, before anything is registered."""
    _check_origins(args.origins)
    check_behaviors(args.default_behavior, args.behaviors)
    if args.edge_config is not None:
        decision_inputs.check(args.default_behavior, args.behaviors, args.edge_config, args.aliases)
    _check_policies(args.by_behavior)
    trusted = [group for behavior in args.by_behavior.values() for group in behavior.trusted_key_groups]
    check_key_groups(args.key_groups, trusted)
    certificate.check_names(args.names)
    check_web_acl(args.web_acl)
    error_pages.check_error_ttl(args.error_caching_min_ttl_seconds)
    error_pages.inputs(args.error_pages, args.error_caching_min_ttl_seconds)
    _check_settings(args)


def _check_origins(origins: Sequence[S3Origin]) -> None:
    if sorted(origin.role for origin in origins) != ["primary", "replica"]:
        raise ArgumentError(
            f"origins have the roles {[origin.role for origin in origins]}; an origin group is one primary "
            "and one replica. Give both"
        )
    for origin in origins:
        _check_origin(origin)
    if origins[0].region == origins[1].region:
        raise ArgumentError(
            f"both origins are in {origins[0].region}; a second one in the same region survives nothing. "
            "Move one"
        )


def _check_origin(origin: S3Origin) -> None:
    suffix = f".s3.{naming.checked_region(origin.region)}.amazonaws.com"
    if isinstance(origin.domain_name, str) and not origin.domain_name.endswith(suffix):
        raise ArgumentError(
            f"the {origin.role}'s domain_name is {origin.domain_name!r}; signatures are per region, so it "
            f"ends in {suffix}. Use the bucket's regional endpoint"
        )


def _check_policies(behaviors: Mapping[str, Behavior]) -> None:
    check_quota({k: b.cache_policy for k, b in behaviors.items()}, CachePolicySpec, "cache policies")
    check_quota(
        {k: b.origin_request_policy for k, b in behaviors.items()},
        OriginRequestPolicySpec,
        "origin request policies",
    )
    check_quota(
        {k: b.response_headers_policy for k, b in behaviors.items()},
        ResponseHeadersPolicySpec,
        "response headers policies",
    )


def _check_settings(args: AssetDistributionArgs) -> None:
    check_choice("price_class", args.price_class, get_args(PriceClass))
    check_choice("http_version", args.http_version, get_args(HttpVersion))
    check_choice("minimum_protocol_version", args.minimum_protocol_version, get_args(MinimumProtocolVersion))
    check_most("characters of comment", len(args.comment), LONGEST_COMMENT, "Shorten it")
    if args.cache_tag_header is not None:
        check_header_name("cache_tag_header", args.cache_tag_header)
    root = args.default_root_object
    if root is not None and (not root or root.startswith("/")):
        raise ArgumentError(
            f"default_root_object is {root!r}; it is an object's name without a leading slash. Write it as "
            "index.html"
        )
