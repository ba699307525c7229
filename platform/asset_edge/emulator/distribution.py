"""What a distribution is to the edge, read whole from the CloudFront API's shape.

Source: Amazon CloudFront API Reference, "DistributionConfig"; Amazon CloudFront Developer Guide,
"Distribution settings", "Restrict the geographic distribution of your content" and "Generate custom error
responses".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

from asset_edge.emulator import behaviors
from asset_edge.emulator.api_lists import items
from asset_edge.emulator.distribution_behaviors import Behavior, Policies, behavior
from asset_edge.emulator.distribution_origins import Config, Origin, Target, targets
from asset_edge.emulator.distribution_refusals import behaviors as behaviors_of
from asset_edge.emulator.distribution_refusals import refuse_unmodelled, without_effect

__all__ = [
    "Behavior",
    "Config",
    "CustomErrorResponse",
    "Distribution",
    "GeoRestriction",
    "Origin",
    "Policies",
    "Target",
    "read",
    "refuse_unmodelled",
    "without_effect",
]

DEFAULT_ERROR_CACHING_SECONDS = 10.0
_PATHS_REMEMBERED = 4096


@dataclass(frozen=True, kw_only=True)
class GeoRestriction:
    """In which countries anything is served at all."""

    type: Literal["none", "whitelist", "blacklist"] = "none"
    locations: frozenset[str] = frozenset()

    def permits(self, country: str | None) -> bool:
        """Whether a viewer there is served; one whose country nobody knows always is."""
        if self.type == "none" or country is None:
            return True
        return (country in self.locations) is (self.type == "whitelist")


@dataclass(frozen=True, kw_only=True)
class CustomErrorResponse:
    """What is made of one error status."""

    page_path: str = ""
    """Where the page is; empty where only the caching time is set."""

    response_status: int | None = None
    """The status that goes with the page instead of the error's own."""

    error_caching_min_ttl_seconds: float = DEFAULT_ERROR_CACHING_SECONDS


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """One distribution, ready to serve."""

    id: str
    arn: str
    domain_name: str
    aliases: tuple[str, ...]
    enabled: bool
    default_root_object: str
    behaviors: tuple[Behavior, ...]
    """In the order they are tried; the last one is the default."""

    geo_restriction: GeoRestriction = GeoRestriction()
    custom_error_responses: Mapping[int, CustomErrorResponse] = field(default_factory=dict)
    cache_tag_header: str | None = None
    """The response header that holds an object's cache tags, in lower case."""

    def __post_init__(self) -> None:
        # Paths come again and again, and matching patterns is dearer than all the rest of a hit's way.
        chosen = lru_cache(_PATHS_REMEMBERED)(lambda uri: behaviors.choose(self.behaviors, uri))
        object.__setattr__(self, "_chosen", chosen)

    @cached_property
    def via(self) -> str:
        """The Via header of every message that passes."""
        return f"1.1 {self.domain_name.partition('.')[0]}.cloudfront.net (CloudFront)"

    def behavior_for(self, uri: str) -> Behavior:
        """The behaviour whose pattern matches the path."""
        found: Behavior = self._chosen(uri)  # type: ignore[attr-defined]
        return found

    def error_caching_seconds(self, status: int) -> float:
        """How long an error of that status is kept at least."""
        custom = self.custom_error_responses.get(status)
        return custom.error_caching_min_ttl_seconds if custom else DEFAULT_ERROR_CACHING_SECONDS


def read(distribution: Config, policies: Policies | None = None) -> Distribution:
    """The distribution in the CloudFront API's `Distribution` shape; raises `Unsupported` by name."""
    config = distribution["DistributionConfig"]
    refuse_unmodelled(config)
    known = policies or Policies()
    found = targets(config, known.origin_access_controls)
    return Distribution(
        id=distribution["Id"],
        arn=distribution["ARN"],
        domain_name=distribution["DomainName"],
        aliases=tuple(name.lower() for name in items(config, "Aliases")),
        enabled=config["Enabled"],
        default_root_object=config.get("DefaultRootObject", ""),
        behaviors=tuple(behavior(b, found, known) for b in behaviors_of(config)),
        geo_restriction=_geo_restriction((config.get("Restrictions") or {}).get("GeoRestriction") or {}),
        custom_error_responses={e["ErrorCode"]: _error(e) for e in items(config, "CustomErrorResponses")},
        cache_tag_header=((config.get("CacheTagConfig") or {}).get("HeaderName") or "").lower() or None,
    )


def _geo_restriction(config: Config) -> GeoRestriction:
    return GeoRestriction(
        type=config.get("RestrictionType", "none"), locations=frozenset(config.get("Items") or ())
    )


def _error(config: Config) -> CustomErrorResponse:
    status = config.get("ResponseCode")
    return CustomErrorResponse(
        page_path=config.get("ResponsePagePath", ""),
        response_status=int(status) if status else None,
        error_caching_min_ttl_seconds=config.get("ErrorCachingMinTTL", DEFAULT_ERROR_CACHING_SECONDS),
    )
