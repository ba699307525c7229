"""What is decided at the edge, from settings: the configuration baked into the functions, and the behaviours
whose cache keys hold all of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pulumi

from asset_edge import naming
from asset_edge.components import decision_inputs
from asset_edge.components.asset_distribution import Behavior
from asset_edge.components.cache_policies import CACHING_DISABLED, CachePolicySpec, only
from asset_edge.components.edge_function import EventType
from asset_edge.components.origin_request_policies import OriginRequestPolicySpec
from asset_edge.components.path_patterns import DEFAULT
from asset_edge.components.response_headers_policies import (
    SECURITY_HEADERS,
    Cors,
    ResponseHeadersPolicySpec,
    SecurityHeaders,
)
from asset_edge.errors import SettingsError
from asset_edge.handlers.edge.config import Behavior as Decisions
from asset_edge.handlers.edge.config import ConfigError, EdgeConfig, ImageService, RegionalBucket, Registry
from stacks import embargo_keys
from stacks.settings import Settings
from stacks.stack import Stack

Functions = Mapping[EventType, pulumi.Input[str]]
"""By event, the qualified ARN."""

_MILLION = 1_000_000
_PLAYERS_HEADERS = (
    "Content-Type",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "Range",
)
"""What a script may send along with cookies: browsers take no * there."""

_PLAYERS_ANSWERS = ("Content-Length", "Content-Range", "ETag")


def config(stack: Stack) -> EdgeConfig:
    """What the functions know without asking: all from settings, so that a preview knows it too.

    Raises SettingsError for settings of which no configuration can be made.
    """
    try:
        return _config(stack, stack.settings)
    except ConfigError as error:
        raise SettingsError(
            f"Pulumi.{stack.name}.yaml says what the edge cannot do; nothing was registered. {error}"
        ) from error


def _config(stack: Stack, settings: Settings) -> EdgeConfig:
    return EdgeConfig(
        buckets=tuple(_regional_bucket(stack, region) for region in stack.regions),
        strategy=settings.strategy,
        weighted_name=stack.origin,
        origin_auth=settings.origin_auth,
        affinity=settings.affinity,
        behaviors=tuple(decisions(settings)),
        name_servers=settings.name_servers,
        registry=_registry(stack),
        embargo=_embargo(settings),
        territories=tuple(one.record() for one in settings.territories),
        libraries=tuple(one.record() for one in settings.libraries),
        image_services=tuple(
            ImageService(region=region, domain_name=host) for region, host in settings.image_services.items()
        ),
        cache_rules=tuple(rule.record() for rule in settings.cache_rules),
        cache_tag_header=settings.cache_tag_header or None,
        logged_share=settings.logged_per_million / _MILLION,
    )


def of_function(event: EventType, config: EdgeConfig) -> EdgeConfig:
    """As much of it as that function needs: whoever may read the code of one with keys may mint tokens."""
    if event == "viewer-request":
        return replace(config, cache_rules=(), name_servers=())
    return replace(config, embargo=None)


def holds_secrets(settings: Settings) -> bool:
    """Whether viewer-request is baked with keys that nobody may see."""
    return _is_embargoed(settings) and settings.embargo_secrets.are_given


def needs_cryptography(settings: Settings) -> bool:
    """Whether viewer-request verifies with public keys, for which the standard library has nothing."""
    return _is_embargoed(settings) and bool(settings.embargo_public_keys)


def _is_embargoed(settings: Settings) -> bool:
    return any(path.embargo != "off" for path in settings.paths)


def _regional_bucket(stack: Stack, region: str) -> RegionalBucket:
    bucket = stack.bucket(region)
    return RegionalBucket(
        region=region,
        bucket=bucket,
        domain_name=naming.regional_endpoint(bucket, region),
        beacon=naming.beacon_name(stack.origin, region),
    )


def _registry(stack: Stack) -> Registry | None:
    regions = stack.settings.registry_regions
    if not regions:
        return None
    return Registry(
        table=stack.registry_table,
        regions=regions,
        unknown=stack.settings.registry_unknown,
        known_seconds=stack.settings.registry_known_seconds,
    )


def _embargo(settings: Settings) -> Any:
    if not _is_embargoed(settings):
        return None
    return embargo_keys.embargo(settings.embargo_public_keys, settings.embargo_secrets)


def decisions(settings: Settings) -> Iterator[Decisions]:
    """What is decided under each pattern: one for each behaviour of the distribution, in the same order."""
    for pattern in settings.request_affinity_paths:
        yield Decisions(path_pattern=pattern, affinity="request")
    yield from (path.record(settings.affinity) for path in settings.paths if path.pattern != DEFAULT)
    for pattern in settings.viewer_request_paths:
        yield Decisions(path_pattern=pattern, affinity=settings.affinity)
    yield from (path.record(settings.affinity) for path in settings.paths if path.pattern == DEFAULT)


def needs_viewer_request(settings: Settings) -> bool:
    """Whether any behaviour's requests pass viewer-request."""
    read = [what for one in decisions(settings) for what in one.reads]
    return bool(settings.viewer_request_paths) or decision_inputs.needs_viewer_request(read)


def behaviors(settings: Settings, functions: Functions) -> dict[str, Any]:
    """The default behaviour and the others. A demonstration is never cached: each request shows a choice."""
    found = {one.path_pattern: _behavior(settings, functions, one) for one in decisions(settings)}
    for pattern in settings.request_affinity_paths:
        found[pattern] = replace(found[pattern], cache_policy=CACHING_DISABLED)
    for pattern in settings.viewer_request_paths:
        found[pattern] = replace(found[pattern], functions=functions)
    default = found.pop(DEFAULT, _behavior(settings, functions, Decisions(path_pattern=DEFAULT)))
    return {"default_behavior": default, "behaviors": list(found.values())}


def _behavior(settings: Settings, functions: Functions, decided: Decisions) -> Behavior:
    is_seen_first = decision_inputs.needs_viewer_request(decided.reads)
    return Behavior(
        path_pattern=None if decided.path_pattern == DEFAULT else decided.path_pattern,
        functions={e: arn for e, arn in functions.items() if is_seen_first or e != "viewer-request"},
        response_headers_policy=_response_headers(settings, with_cookies=decided.embargo != "off"),
        **_policies(settings, decided.reads),
    )


def _policies(settings: Settings, reads: tuple[str, ...]) -> dict[str, Any]:
    """What is read is in the key; with caching off there is no key, and it is sent to the origin alone."""
    headers, query_strings = decision_inputs.headers(reads), decision_inputs.query_strings(reads)
    if settings.max_ttl_seconds > 0:
        return {
            "cache_policy": CachePolicySpec(
                default_ttl_seconds=settings.default_ttl_seconds,
                max_ttl_seconds=settings.max_ttl_seconds,
                headers=headers,
                query_strings=query_strings,
            )
        }
    if not reads:
        return {"cache_policy": CACHING_DISABLED}
    sent = {"headers": only(*headers)} if headers else {}
    return {
        "cache_policy": CACHING_DISABLED,
        "origin_request_policy": OriginRequestPolicySpec(query_strings=query_strings, **sent),
    }


def _response_headers(settings: Settings, *, with_cookies: bool) -> ResponseHeadersPolicySpec:
    if not settings.cors_origins:
        return SECURITY_HEADERS
    cors = Cors(allow_origins=settings.cors_origins)
    if with_cookies:
        cors = replace(
            cors,
            allow_credentials=True,
            allow_headers=_PLAYERS_HEADERS,
            expose_headers=_PLAYERS_ANSWERS,
        )
    return ResponseHeadersPolicySpec(cors=cors, security=SecurityHeaders())
