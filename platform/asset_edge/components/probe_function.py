"""Builds the function that reads an object of one region's bucket, and what it may do."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from asset_edge import policies
from asset_edge.bundle import Bundle
from asset_edge.bundle_packages import TARGET_ARCHITECTURE, TARGET_RUNTIME
from asset_edge.components import bucket_policy
from asset_edge.components.origin_probes import Probe, UrlProbe

METRIC_NAME = "OriginReadable"
"""1 where the region's object was read, 0 where it was not."""

_MEMORY_SIZE_MB = 1024
"""CPU comes with memory: less, and boto3's import alone takes the 2 s that a checker waits for an answer."""

_TIMEOUT_SECONDS = 20
"""A cold start, a read and a report that each take as long as they may."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One region's bucket as its probe sees it, and the component that the probe belongs to."""

    component: pulumi.ComponentResource
    component_name: str
    record_name: str
    region: str
    bucket: pulumi.Input[str]
    bucket_arn: pulumi.Input[str]
    kms_key_arn: pulumi.Input[str] | None
    key: str
    """The object to read."""

    writes_object: bool
    """Whether the object is ours to create."""

    @property
    def namespace(self) -> str:
        """CloudWatch namespace of the region's metric; the record's name keeps an account's origins apart."""
        return f"AssetEdge/{self.record_name}"

    @property
    def child(self) -> pulumi.ResourceOptions:
        """What makes a resource the component's child."""
        return pulumi.ResourceOptions(parent=self.component)

    def called(self, what: str) -> str:
        """The name of the component's `what` in this region."""
        return f"{self.component_name}-{what}-{self.region}"


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """What every region's function is made of."""

    bundle: Bundle
    archive: pulumi.Archive
    retention_in_days: int


@dataclass(frozen=True, kw_only=True)
class ProbeFunction:
    """The function of one region, and the role it runs as."""

    function: aws.lambda_.Function
    role: aws.iam.Role


def build(subject: Subject, probe: Probe, runtime: Runtime) -> ProbeFunction:
    """The function, its role, its logs and, where it is ours, the object that it reads."""
    if subject.writes_object:
        _object(subject)
    logs = _logs(subject, runtime)
    role = _role(subject, probe, logs)
    return ProbeFunction(function=_function(subject, probe, runtime, role, logs), role=role)


def variables(subject: Subject, probe: Probe) -> Mapping[str, pulumi.Input[str]]:
    """What the function is told, in the words of `handlers.regional.origin_probe`."""
    told: dict[str, pulumi.Input[str]] = {
        "PROBE_BUCKET": subject.bucket,
        "PROBE_KEY": subject.key,
        "PROBE_REGION": subject.region,
    }
    if isinstance(probe, UrlProbe):
        return told | {"PROBE_PATH_SECRET": pulumi.Output.secret(probe.secret_path)}
    return told | {"PROBE_NAMESPACE": subject.namespace, "PROBE_METRIC": METRIC_NAME}


def statements(subject: Subject, probe: Probe, logs_arn: pulumi.Input[str]) -> tuple[policies.Statement, ...]:
    """What the probe's role may do: read one object, write its logs and, on a schedule, report one metric."""
    object_arn = pulumi.Output.concat(subject.bucket_arn, "/", subject.key)
    streams = pulumi.Output.concat(logs_arn, ":*")
    return (
        policies.allow("Read", ["s3:GetObject"], [object_arn]),
        policies.allow("Log", ["logs:CreateLogStream", "logs:PutLogEvents"], [streams]),
        *_decrypt(subject),
        *_report(subject, probe),
    )


def _decrypt(subject: Subject) -> tuple[policies.Statement, ...]:
    if subject.kms_key_arn is None:
        return ()
    condition = bucket_policy.through_s3(subject.region)
    return (policies.allow("Decrypt", ["kms:Decrypt"], [subject.kms_key_arn], Condition=condition),)


def _report(subject: Subject, probe: Probe) -> tuple[policies.Statement, ...]:
    if isinstance(probe, UrlProbe):
        return ()
    # PutMetricData takes no resource; its namespace is all that a policy can hold (Service Authorization
    # Reference, "Condition keys for Amazon CloudWatch").
    ours = {"StringEquals": {"cloudwatch:namespace": subject.namespace}}
    return (policies.allow("Report", ["cloudwatch:PutMetricData"], ["*"], Condition=ours),)


def _object(subject: Subject) -> None:
    aws.s3.BucketObjectv2(
        subject.called("probe-object"),
        region=subject.region,
        bucket=subject.bucket,
        key=subject.key,
        content=f"{subject.region}\n",
        content_type="text/plain",
        opts=subject.child,
    )


def _logs(subject: Subject, runtime: Runtime) -> aws.cloudwatch.LogGroup:
    return aws.cloudwatch.LogGroup(
        subject.called("probe-logs"),
        region=subject.region,
        name=f"/asset-edge/probe/{subject.record_name}",
        retention_in_days=runtime.retention_in_days,
        opts=subject.child,
    )


def _role(subject: Subject, probe: Probe, logs: aws.cloudwatch.LogGroup) -> aws.iam.Role:
    role = aws.iam.Role(
        subject.called("probe-role"),
        assume_role_policy=policies.trust("lambda.amazonaws.com"),
        opts=subject.child,
    )
    aws.iam.RolePolicy(
        subject.called("probe-policy"),
        role=role.name,
        policy=policies.document(*statements(subject, probe, logs.arn)),
        opts=subject.child,
    )
    return role


def _function(
    subject: Subject,
    probe: Probe,
    runtime: Runtime,
    role: aws.iam.Role,
    logs: aws.cloudwatch.LogGroup,
) -> aws.lambda_.Function:
    return aws.lambda_.Function(
        subject.called("probe"),
        region=subject.region,
        # Neither key nor name: both may be longer than the 256 characters Lambda takes.
        description=f"Tells Route 53 whether the bucket of {subject.region} can be read",
        runtime=TARGET_RUNTIME,
        architectures=[TARGET_ARCHITECTURE],
        handler=runtime.bundle.handler,
        code=runtime.archive,
        source_code_hash=runtime.bundle.sha256_base64,
        role=role.arn,
        memory_size=_MEMORY_SIZE_MB,
        timeout=_TIMEOUT_SECONDS,
        reserved_concurrent_executions=probe.reserved_concurrency if isinstance(probe, UrlProbe) else None,
        environment={"variables": variables(subject, probe)},
        logging_config={
            "log_group": logs.name,
            "log_format": "JSON",
            "application_log_level": "INFO",
            "system_log_level": "WARN",
        },
        opts=subject.child,
    )
