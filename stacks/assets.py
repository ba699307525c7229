"""What a stack is made of: settings and a posture become components, in the order they need each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from asset_edge import bundle, naming
from asset_edge.components.access_logs import S3AccessLogs
from asset_edge.components.asset_distribution import (
    AssetDistribution,
    AssetDistributionArgs,
    Behavior,
    S3Origin,
)
from asset_edge.components.cache_policies import CACHING_DISABLED, CachePolicySpec
from asset_edge.components.edge_function import EdgeFunction, EdgeFunctionArgs, EventType
from asset_edge.components.geo_restriction import GeoRestriction
from asset_edge.components.log_bucket import LogBucket, LogBucketArgs
from asset_edge.components.replicated_bucket_pair import ReplicatedBucketPair, ReplicatedBucketPairArgs
from asset_edge.components.response_headers_policies import (
    SECURITY_HEADERS,
    Cors,
    ResponseHeadersPolicySpec,
    SecurityHeaders,
)
from asset_edge.components.web_acl import WebAclSpec
from asset_edge.components.weighted_s3_origin import (
    OriginTarget,
    ScheduledProbe,
    UrlProbe,
    WeightedS3Origin,
    WeightedS3OriginArgs,
)
from asset_edge.errors import SettingsError
from asset_edge.handlers.edge.config import CONFIG_FILE, EdgeConfig, RegionalBucket, dumps
from asset_edge.handlers.edge.config import Behavior as EdgeBehavior
from stacks import dev, local, prod
from stacks.posture import Posture
from stacks.settings import Settings

POSTURES: Mapping[str, Posture] = {"dev": dev.POSTURE, "prod": prod.POSTURE, "local": local.POSTURE}


def posture(stack: str) -> Posture:
    """What the environment of that name is; SettingsError for a stack that has none."""
    if stack not in POSTURES:
        raise SettingsError(
            f"stack {stack!r} has no posture; allowed are {', '.join(POSTURES)}. Write stacks/{stack}.py and "
            "name it in stacks/assets.py"
        )
    return POSTURES[stack]


@dataclass(frozen=True)
class Stack:
    """One deployment of the program, and what it calls the things that outlive a deploy."""

    project: str
    name: str
    settings: Settings
    posture: Posture

    @property
    def origin(self) -> str:
        """The weighted record's name."""
        return f"{self.settings.origin_host}.{self.settings.zone_name}"

    def bucket(self, region: str) -> str:
        """The bucket of a region's assets."""
        return naming.bucket_name(self.project, self.name, self.settings.account_id, region)

    def log_bucket(self, region: str) -> str:
        """The bucket of a region's access logs."""
        return naming.bucket_name(f"{self.project}-logs", self.name, self.settings.account_id, region)

    def function(self, what: str) -> str:
        """The edge function for an event."""
        return f"{self.project}-{self.name}-{what}"


def build(settings: Settings, environment: Posture) -> dict[str, Any]:
    """Registers the stack and returns what it exports."""
    stack = Stack(pulumi.get_project(), pulumi.get_stack(), settings, environment)
    zone_id = _zone_id(settings)
    logs = _log_buckets(stack)
    pair = _pair(stack, logs)
    origin = _origin(stack, pair, zone_id)
    functions = _functions(stack, pair)
    distribution = _distribution(stack, pair, functions, zone_id, logs)
    pair.grant(distributions=[distribution.arn], roles=[functions["origin-request"].role_arn])
    return {
        "distributionId": distribution.distribution_id,
        "distributionDomainName": distribution.domain_name,
        "aliases": list(settings.aliases),
        "buckets": {side.region: side.name for side in pair.sides},
        "originName": origin.record_name,
        "beaconNames": origin.beacon_names,
        "healthCheckIds": origin.health_check_ids,
        "functions": {event: function.qualified_arn for event, function in functions.items()},
    }


def _zone_id(settings: Settings) -> pulumi.Input[str]:
    return settings.zone_id or aws.route53.Zone("zone", name=settings.zone_name).zone_id


def _regions(settings: Settings) -> tuple[str, str]:
    return settings.primary_region, settings.replica_region


def _log_buckets(stack: Stack) -> dict[str, LogBucket]:
    return {
        region: LogBucket(
            f"logs-{region}",
            LogBucketArgs(
                region=region,
                bucket=stack.log_bucket(region),
                account_id=stack.settings.account_id,
                expiration_days=stack.posture.access_log_days,
                protect=stack.posture.protect,
                force_destroy=stack.posture.force_destroy,
            ),
        )
        for region in _regions(stack.settings)
    }


def _pair(stack: Stack, logs: Mapping[str, LogBucket]) -> ReplicatedBucketPair:
    primary, replica = _regions(stack.settings)
    return ReplicatedBucketPair(
        "assets",
        ReplicatedBucketPairArgs(
            primary_region=primary,
            replica_region=replica,
            primary_bucket=stack.bucket(primary),
            replica_bucket=stack.bucket(replica),
            encryption=stack.settings.encryption,
            account_id=stack.settings.account_id,
            noncurrent_version_days=stack.posture.noncurrent_version_days,
            replication_time_control=stack.posture.replication_time_control,
            log_buckets={region: bucket.bucket_name for region, bucket in logs.items()},
            protect=stack.posture.protect,
            force_destroy=stack.posture.force_destroy,
        ),
    )


def _origin(stack: Stack, pair: ReplicatedBucketPair, zone_id: pulumi.Input[str]) -> WeightedS3Origin:
    settings = stack.settings
    weights = {
        settings.primary_region: settings.primary_weight,
        settings.replica_region: settings.replica_weight,
    }
    return WeightedS3Origin(
        "origin",
        WeightedS3OriginArgs(
            zone_id=zone_id,
            record_name=stack.origin,
            targets=[
                OriginTarget(
                    region=side.region,
                    weight=weights[side.region],
                    bucket=side.name,
                    bucket_arn=side.arn,
                    domain_name=side.domain_name,
                    kms_key_arn=side.kms_key_arn,
                )
                for side in pair.sides
            ],
            ttl_seconds=settings.origin_ttl_seconds,
            probe=_probe(settings),
            retention_in_days=stack.posture.log_retention_days,
        ),
    )


def _probe(settings: Settings) -> ScheduledProbe | UrlProbe:
    if settings.probe == "scheduled":
        return ScheduledProbe()
    return UrlProbe(
        secret_path=pulumi.Output.secret(settings.probe_path.get_secret_value()),
        interval_seconds=settings.probe_interval_seconds,
        failure_threshold=settings.probe_failure_threshold,
    )


def edge_config(stack: Stack) -> EdgeConfig:
    """What the functions know without asking: all from settings, so that a preview knows it too."""
    settings = stack.settings
    return EdgeConfig(
        buckets=tuple(_regional_bucket(stack, region) for region in _regions(settings)),
        strategy=settings.strategy,
        weighted_name=stack.origin,
        origin_auth=settings.origin_auth,
        affinity=settings.affinity,
        behaviors=tuple(
            EdgeBehavior(path_pattern=pattern, affinity="request")
            for pattern in settings.request_affinity_paths
        ),
        name_servers=settings.name_servers,
    )


def _regional_bucket(stack: Stack, region: str) -> RegionalBucket:
    bucket = stack.bucket(region)
    return RegionalBucket(
        region=region,
        bucket=bucket,
        domain_name=naming.regional_endpoint(bucket, region),
        beacon=naming.beacon_name(stack.origin, region),
    )


def _functions(stack: Stack, pair: ReplicatedBucketPair) -> dict[EventType, EdgeFunction]:
    baked = {CONFIG_FILE: dumps(edge_config(stack))}

    def function(event: EventType, *, reads: bool = False, files: Mapping[str, str] = baked) -> EdgeFunction:
        return EdgeFunction(
            event,
            EdgeFunctionArgs(
                function_name=stack.function(event),
                bundle=bundle.build(f"handlers.edge.{event.replace('-', '_')}", files=files),
                event_types=[event],
                statements=pair.read_statements() if reads else (),
                log_regions=stack.settings.log_regions,
                retention_in_days=stack.posture.log_retention_days,
                description=f"{event} of {stack.project} {stack.name}",
            ),
        )

    made: dict[EventType, EdgeFunction] = {
        "origin-request": function("origin-request", reads=True),
        "origin-response": function("origin-response"),
    }
    if stack.settings.viewer_request_paths:
        made["viewer-request"] = function("viewer-request", files={})
    return made


def _distribution(
    stack: Stack,
    pair: ReplicatedBucketPair,
    functions: Mapping[EventType, EdgeFunction],
    zone_id: pulumi.Input[str],
    logs: Mapping[str, LogBucket],
) -> AssetDistribution:
    settings = stack.settings
    return AssetDistribution(
        "edge",
        AssetDistributionArgs(
            origins=[S3Origin(role=s.role, region=s.region, domain_name=s.domain_name) for s in pair.sides],
            **_behaviors(settings, functions),
            aliases=settings.aliases,
            zone_id=zone_id if settings.aliases else None,
            minimum_protocol_version=settings.minimum_tls_version,
            web_acl=_web_acl(settings) if stack.posture.web_acl else None,
            access_logs=S3AccessLogs(bucket_arn=logs[settings.primary_region].arn),
            additional_metrics=stack.posture.additional_metrics,
            geo_restriction=GeoRestriction(
                restriction_type=settings.geo_restriction, locations=settings.geo_countries
            ),
            cache_tag_header=settings.cache_tag_header or None,
            price_class=settings.price_class,
            comment=f"{stack.project} {stack.name}",
            protect=stack.posture.protect,
        ),
    )


def _web_acl(settings: Settings) -> WebAclSpec:
    return WebAclSpec(rate_limit=settings.waf_rate_limit or None)


def _behaviors(settings: Settings, functions: Mapping[EventType, EdgeFunction]) -> dict[str, Any]:
    """The default behaviour and the others. A demonstration is never cached: each request shows a choice."""
    everywhere = {e: f.qualified_arn for e, f in functions.items() if e != "viewer-request"}
    headers = _response_headers(settings)
    cache = _cache_policy(settings)

    def behavior(**more: Any) -> Behavior:
        told = {"cache_policy": cache, "functions": everywhere, "response_headers_policy": headers}
        return Behavior(**{**told, **more})

    demonstrations = [
        behavior(path_pattern=pattern, cache_policy=CACHING_DISABLED)
        for pattern in settings.request_affinity_paths
    ]
    checked = [
        behavior(path_pattern=pattern, functions={e: f.qualified_arn for e, f in functions.items()})
        for pattern in settings.viewer_request_paths
    ]
    return {"default_behavior": behavior(), "behaviors": [*demonstrations, *checked]}


def _cache_policy(settings: Settings) -> CachePolicySpec:
    if settings.max_ttl_seconds == 0:
        return CACHING_DISABLED
    return CachePolicySpec(
        default_ttl_seconds=settings.default_ttl_seconds, max_ttl_seconds=settings.max_ttl_seconds
    )


def _response_headers(settings: Settings) -> ResponseHeadersPolicySpec:
    if not settings.cors_origins:
        return SECURITY_HEADERS
    return ResponseHeadersPolicySpec(
        cors=Cors(allow_origins=settings.cors_origins), security=SecurityHeaders()
    )
