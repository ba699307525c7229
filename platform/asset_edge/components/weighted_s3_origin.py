"""What stands behind a weighted origin: the records that steer traffic and the probes that take it away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pulumi
import pulumi_aws as aws

from asset_edge import bundle, naming
from asset_edge.components import health_checks, probe_function, weights
from asset_edge.components.choices import check_choice
from asset_edge.components.edge_limits import RETENTION_DAYS
from asset_edge.components.origin_probes import (
    Probe,
    ScheduledProbe,
    UrlProbe,
    check_probe,
    check_probe_key,
)
from asset_edge.components.probe_function import Subject

__all__ = ["OriginTarget", "ScheduledProbe", "UrlProbe", "WeightedS3Origin", "WeightedS3OriginArgs"]

PROBE_ENTRY = "handlers.regional.origin_probe"


@dataclass(frozen=True, kw_only=True)
class OriginTarget:
    """One region's bucket and its share of the traffic."""

    region: str
    """Where the bucket is; a region is a target once."""

    weight: int
    """0 to 255, relative to the other targets; 0 takes the region out while another one is healthy."""

    bucket: pulumi.Input[str]
    """The bucket's name."""

    bucket_arn: pulumi.Input[str]
    """The bucket's ARN."""

    domain_name: pulumi.Input[str]
    """The bucket's regional endpoint, `<bucket>.s3.<region>.amazonaws.com`: the value of the CNAME."""

    kms_key_arn: pulumi.Input[str] | None = None
    """The key of that region which encrypts the bucket, for the probe's role; None with SSE-S3."""


@dataclass(frozen=True, kw_only=True)
class WeightedS3OriginArgs:
    """Two or more regional buckets behind one DNS name, with weights and health."""

    zone_id: pulumi.Input[str]
    """The public hosted zone that `record_name` is in; edge functions cannot see a private one."""

    record_name: str
    """DNS name of the weighted CNAME, e.g. `assets-origin.example.com`; beacons lie below it.

    Not the zone's own name, where DNS allows no CNAME.
    """

    targets: Sequence[OriginTarget]
    """The regions; their order means nothing."""

    ttl_seconds: int = weights.LONGEST_TTL_SECONDS
    """How long resolvers keep an answer, 1 to 60: what a weight shift or a lost region takes to spread."""

    probe: Probe = field(default_factory=ScheduledProbe)
    """How each region's health is measured; see `origin_probes.detection_seconds` for what that takes."""

    probe_key: str | None = None
    """An object that every bucket holds already, for probes to read.

    None: each region gets its own `.asset-edge/probe-<region>`, written to that region's bucket alone.
    Replication copies it to the other bucket, where nobody reads it, so no object has two writers.
    """

    retention_in_days: int = 14
    """How long CloudWatch keeps the probes' logs."""

    zone_provider: pulumi.ProviderResource | None = None
    """The AWS provider of the hosted zone's account, for the records alone; None: the default provider."""

    bundle_directory: Path = Path(".bundles")
    """Where the probe's zip is written before it is uploaded."""


class WeightedS3Origin(pulumi.ComponentResource):
    """Regional buckets behind one weighted name, a weight beacon per region, and a probe of each."""

    record_name: pulumi.Output[str]
    """DNS name of the weighted CNAME: for people, and for readers that follow it."""

    beacon_names: pulumi.Output[dict[str, str]]
    """By region, the DNS name whose A record is `127.0.0.<weight>`, or `127.0.0.0` for no traffic."""

    health_check_ids: pulumi.Output[dict[str, str]]
    """By region, the Route 53 health check."""

    probe_role_arns: pulumi.Output[dict[str, str]]
    """By region, the role that reads the probed object: a bucket of another account must let it in."""

    def __init__(
        self,
        name: str,
        args: WeightedS3OriginArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        check(args)
        super().__init__("asset-edge:index:WeightedS3Origin", name, None, opts)
        subjects = [self._subject(name, args, target) for target in args.targets]
        probes = self._probes(args, subjects)
        checks = {s.region: health_checks.build(s, args.probe, probes[s.region].function) for s in subjects}
        self._records(name, args, checks)
        self.record_name = pulumi.Output.from_input(args.record_name)
        self.beacon_names = pulumi.Output.from_input(
            {region: naming.beacon_name(args.record_name, region) for region in sorted(checks)}
        )
        self.health_check_ids = pulumi.Output.all(**{region: made.id for region, made in checks.items()})
        self.probe_role_arns = pulumi.Output.all(**{r: probe.role.arn for r, probe in probes.items()})
        self.register_outputs(
            {
                "record_name": self.record_name,
                "beacon_names": self.beacon_names,
                "health_check_ids": self.health_check_ids,
                "probe_role_arns": self.probe_role_arns,
            }
        )

    def _subject(self, name: str, args: WeightedS3OriginArgs, target: OriginTarget) -> Subject:
        return Subject(
            component=self,
            component_name=name,
            record_name=args.record_name,
            region=target.region,
            bucket=target.bucket,
            bucket_arn=target.bucket_arn,
            kms_key_arn=target.kms_key_arn,
            key=args.probe_key or f".asset-edge/probe-{target.region}",
            writes_object=args.probe_key is None,
        )

    def _probes(
        self, args: WeightedS3OriginArgs, subjects: Sequence[Subject]
    ) -> dict[str, probe_function.ProbeFunction]:
        made = bundle.build(PROBE_ENTRY)
        runtime = probe_function.Runtime(
            bundle=made,
            archive=pulumi.FileArchive(str(made.write(args.bundle_directory))),
            retention_in_days=args.retention_in_days,
        )
        return {subject.region: probe_function.build(subject, args.probe, runtime) for subject in subjects}

    def _records(
        self, name: str, args: WeightedS3OriginArgs, checks: Mapping[str, aws.route53.HealthCheck]
    ) -> None:
        endpoints = {target.region: target.domain_name for target in args.targets}
        for row in weights.rows(args.record_name, {t.region: t.weight for t in args.targets}):
            aws.route53.Record(
                f"{name}-{row.what}-{row.region}",
                zone_id=args.zone_id,
                name=row.name,
                type=row.type,
                ttl=args.ttl_seconds,
                set_identifier=row.set_identifier,
                weighted_routing_policies=[{"weight": row.weight}],
                records=[row.address or endpoints[row.region]],
                health_check_id=checks[row.region].id if row.has_health_check else None,
                opts=pulumi.ResourceOptions(parent=self, provider=args.zone_provider),
            )


def check(args: WeightedS3OriginArgs) -> None:
    """Raises ArgumentError for arguments that can never work, before anything is registered."""
    weights.check_weights([(target.region, target.weight) for target in args.targets])
    weights.check_names(args.record_name, [target.region for target in args.targets])
    weights.check_ttl(args.ttl_seconds)
    check_probe(args.probe)
    check_choice("retention_in_days", args.retention_in_days, RETENTION_DAYS)
    if args.probe_key is not None:
        check_probe_key(args.probe_key)
