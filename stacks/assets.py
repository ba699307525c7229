"""What a stack is made of: settings and a posture become components, in the order they need each other."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from asset_edge import bundle
from asset_edge.bundle import Bundle
from asset_edge.components.access_logs import S3AccessLogs
from asset_edge.components.asset_distribution import AssetDistribution, AssetDistributionArgs, S3Origin
from asset_edge.components.asset_registry import AssetRegistry, AssetRegistryArgs
from asset_edge.components.edge_function import EdgeFunction, EdgeFunctionArgs, EventType
from asset_edge.components.geo_restriction import GeoRestriction
from asset_edge.components.log_bucket import LogBucket, LogBucketArgs
from asset_edge.components.replicated_bucket_pair import ReplicatedBucketPair, ReplicatedBucketPairArgs
from asset_edge.components.web_acl import WebAclSpec
from asset_edge.components.weighted_s3_origin import (
    OriginTarget,
    ScheduledProbe,
    UrlProbe,
    WeightedS3Origin,
    WeightedS3OriginArgs,
)
from asset_edge.errors import SettingsError
from asset_edge.handlers.edge.config import CONFIG_FILE, EdgeConfig, dumps
from asset_edge.policies import Statement
from stacks import dev, edge, local, prod, tagging
from stacks.posture import Posture
from stacks.settings import Settings
from stacks.stack import Stack

POSTURES: Mapping[str, Posture] = {"dev": dev.POSTURE, "prod": prod.POSTURE, "local": local.POSTURE}


def posture(stack: str) -> Posture:
    """What the environment of that name is; SettingsError for a stack that has none."""
    if stack not in POSTURES:
        raise SettingsError(
            f"stack {stack!r} has no posture; allowed are {', '.join(POSTURES)}. Write stacks/{stack}.py and "
            "name it in stacks/assets.py"
        )
    return POSTURES[stack]


def build(settings: Settings, environment: Posture) -> dict[str, Any]:
    """Registers the stack and returns what it exports."""
    stack = Stack(pulumi.get_project(), pulumi.get_stack(), settings, environment)
    config = edge.config(stack)
    tagging.tag_everything(stack.name)
    zone_id = _zone_id(settings)
    logs = _log_buckets(stack)
    pair = _pair(stack, logs)
    origin = _origin(stack, pair, zone_id)
    registry = _registry(stack)
    reads = [*pair.read_statements(), *(registry.read_statements() if registry else ())]
    functions = _functions(stack, config, reads)
    decided = {"edge_config": config, **edge.behaviors(settings, _arns(functions))}
    distribution = _distribution(stack, pair, decided, zone_id, logs)
    pair.grant(distributions=[distribution.arn], roles=[functions["origin-request"].role_arn])
    return {
        "distributionId": distribution.distribution_id,
        "distributionDomainName": distribution.domain_name,
        "aliases": list(settings.aliases),
        "buckets": {side.region: side.name for side in pair.sides},
        "originName": origin.record_name,
        "beaconNames": origin.beacon_names,
        "healthCheckIds": origin.health_check_ids,
        "functions": _arns(functions),
        "registryTable": registry and registry.table_name,
        # Who judges a change of weights reads it here, in a plan as in a preview.
        "largestWeightStepPoints": environment.largest_weight_step_points,
    }


def _zone_id(settings: Settings) -> pulumi.Input[str]:
    return settings.zone_id or aws.route53.Zone("zone", name=settings.zone_name).zone_id


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
        for region in stack.regions
    }


def _pair(stack: Stack, logs: Mapping[str, LogBucket]) -> ReplicatedBucketPair:
    primary, replica = stack.regions
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


def _registry(stack: Stack) -> AssetRegistry | None:
    if not stack.settings.registry_regions:
        return None
    return AssetRegistry(
        "registry",
        AssetRegistryArgs(
            table=stack.registry_table,
            regions=stack.settings.registry_regions,
            account_id=stack.settings.account_id,
            deletion_protection=stack.posture.protect,
            protect=stack.posture.protect,
        ),
    )


def _arns(functions: Mapping[EventType, EdgeFunction]) -> dict[EventType, pulumi.Output[str]]:
    return {event: function.qualified_arn for event, function in functions.items()}


def _functions(stack: Stack, config: EdgeConfig, reads: Sequence[Statement]) -> dict[EventType, EdgeFunction]:
    events: list[EventType] = ["origin-request", "origin-response"]
    if edge.needs_viewer_request(stack.settings):
        events.append("viewer-request")
    return {
        event: EdgeFunction(
            event,
            EdgeFunctionArgs(
                function_name=stack.function(event),
                bundle=_bundle(stack, event, config),
                event_types=[event],
                statements=reads if event == "origin-request" else (),
                log_regions=stack.settings.log_regions,
                retention_in_days=stack.posture.log_retention_days,
                description=f"{event} of {stack.project} {stack.name}",
                holds_secrets=event == "viewer-request" and edge.holds_secrets(stack.settings),
            ),
        )
        for event in events
    }


def _bundle(stack: Stack, event: EventType, config: EdgeConfig) -> Bundle:
    verifies = event == "viewer-request" and edge.needs_cryptography(stack.settings)
    return bundle.build(
        f"handlers.edge.{event.replace('-', '_')}",
        files={CONFIG_FILE: dumps(edge.of_function(event, config))},
        include=["cryptography"] if verifies else [],
    )


def _distribution(
    stack: Stack,
    pair: ReplicatedBucketPair,
    decided: Mapping[str, Any],
    zone_id: pulumi.Input[str],
    logs: Mapping[str, LogBucket],
) -> AssetDistribution:
    settings = stack.settings
    return AssetDistribution(
        "edge",
        AssetDistributionArgs(
            origins=[S3Origin(role=s.role, region=s.region, domain_name=s.domain_name) for s in pair.sides],
            **decided,
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
