"""What one Lambda@Edge function is made of: code, role, logs, and the numbered version CloudFront takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

from asset_edge import policies
from asset_edge.bundle import Bundle
from asset_edge.bundle_packages import TARGET_ARCHITECTURE, TARGET_RUNTIME
from asset_edge.components import edge_limits
from asset_edge.components.edge_limits import EDGE_REGION, EventType
from asset_edge.policies import Statement

__all__ = ["EdgeFunction", "EdgeFunctionArgs", "EventType"]


@dataclass(frozen=True, kw_only=True)
class EdgeFunctionArgs:
    """A Python function that CloudFront runs near the viewer.

    Lambda@Edge has no environment variables, layers or VPC: what the function knows is in its bundle.
    """

    function_name: str
    """Lambda's name for it, 1 to 64 letters, digits, hyphens and underscores.

    The function outlives `pulumi destroy`, because AWS deletes none while copies of it run: delete it by hand
    some hours later, or choose another name before the next `pulumi up`.
    """

    bundle: Bundle
    """The code, with its configuration inside."""

    event_types: Sequence[EventType]
    """When CloudFront will call it; decides the quotas."""

    log_regions: Sequence[str]
    """Where its log groups exist beforehand with their retention, besides us-east-1.

    Name the regions near the viewers. Elsewhere the function makes its own group, which never expires and
    has to be imported, or deleted, before its region is named here.
    """

    retention_in_days: int
    """How long CloudWatch keeps its logs: 1, 3, 5, 7, 14, 30, 60, 90 and on to 3653."""

    memory_size_mb: int | None = None
    """None: 128 with a viewer event, else 256. A viewer function has 128, an origin function up to 10,240."""

    timeout_seconds: int | None = None
    """None: 3 with a viewer event, else 10. Lambda@Edge allows 30."""

    statements: Sequence[Statement] = ()
    """What its role may do besides writing its logs."""

    description: str = ""
    """What it does, up to 256 characters, shown in the Lambda console."""

    holds_secrets: bool = False
    """Whether keys are in the bundle: then its zip is for the eyes of the user alone who deploys, and no plan
    or state shows the code."""

    tags: Mapping[str, str] | None = None
    """On the function, its role and its log groups; the copies at the edge have none."""

    bundle_directory: Path = Path(".bundles")
    """Where the zip is written before it is uploaded, relative to the program."""


class EdgeFunction(pulumi.ComponentResource):
    """A function in us-east-1 with a numbered version, its role, and its log groups near the viewers."""

    qualified_arn: pulumi.Output[str]
    """The numbered version's ARN, never $LATEST: what a distribution takes."""

    role_arn: pulumi.Output[str]
    """The role it runs as: what a bucket or key policy names."""

    bundle_sha256: pulumi.Output[str]
    """Hash of the zip, in hex."""

    def __init__(
        self,
        name: str,
        args: EdgeFunctionArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        check(args)
        super().__init__("asset-edge:index:EdgeFunction", name, None, opts)
        role = self._role(name, args)
        # A version keeps the role and the settings of the moment it is published: what it needs comes first.
        ready = [self._policy(name, args, role), *self._log_groups(name, args)]
        self.qualified_arn = self._function(name, args, role, ready).qualified_arn
        self.role_arn = role.arn
        self.bundle_sha256 = pulumi.Output.from_input(args.bundle.sha256)
        self.register_outputs(
            {
                "qualified_arn": self.qualified_arn,
                "role_arn": self.role_arn,
                "bundle_sha256": self.bundle_sha256,
            }
        )

    def _role(self, name: str, args: EdgeFunctionArgs) -> aws.iam.Role:
        return aws.iam.Role(
            f"{name}-role",
            description=f"Runs the edge function {args.function_name}",
            assume_role_policy=policies.trust("lambda.amazonaws.com", "edgelambda.amazonaws.com"),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _policy(self, name: str, args: EdgeFunctionArgs, role: aws.iam.Role) -> aws.iam.RolePolicy:
        return aws.iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=policies.document(write_logs(args.function_name), *args.statements),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _log_groups(self, name: str, args: EdgeFunctionArgs) -> list[aws.cloudwatch.LogGroup]:
        return [
            aws.cloudwatch.LogGroup(
                f"{name}-logs-{region}",
                region=region,
                name=edge_limits.log_group_name(args.function_name),
                retention_in_days=args.retention_in_days,
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for region in sorted({EDGE_REGION, *args.log_regions})
        ]

    def _function(
        self, name: str, args: EdgeFunctionArgs, role: aws.iam.Role, ready: Sequence[pulumi.Resource]
    ) -> aws.lambda_.Function:
        memory_size_mb, timeout_seconds = sizes(args)
        return aws.lambda_.Function(
            f"{name}-function",
            region=EDGE_REGION,
            name=args.function_name,
            description=args.description or None,
            role=role.arn,
            runtime=TARGET_RUNTIME,
            architectures=[TARGET_ARCHITECTURE],
            handler=args.bundle.handler,
            code=_code(args),
            source_code_hash=args.bundle.sha256_base64,
            memory_size=memory_size_mb,
            timeout=timeout_seconds,
            logging_config={
                "log_group": edge_limits.log_group_name(args.function_name),
                "log_format": "JSON",
                "application_log_level": "INFO",
                # Below WARN, Lambda adds three lines to every request that say nothing and are paid for.
                "system_log_level": "WARN",
            },
            publish=True,
            skip_destroy=True,  # AWS refuses to delete a function while copies of it run at the edge
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=ready),
        )


def _code(args: EdgeFunctionArgs) -> pulumi.Input[pulumi.Archive]:
    zip_file = args.bundle.write(args.bundle_directory)
    archive = pulumi.FileArchive(zip_file.as_posix())
    if not args.holds_secrets:
        return archive
    zip_file.chmod(0o600)
    return pulumi.Output.secret(archive)


def check(args: EdgeFunctionArgs) -> None:
    """Raises ArgumentError for arguments that can never work, before anything is registered or written."""
    edge_limits.check_texts(args.function_name, args.description)
    edge_limits.check_event_types(args.event_types)
    edge_limits.check_sizes(args.event_types, *sizes(args))
    edge_limits.check_zip(args.bundle.entry, len(args.bundle.zip_bytes()))
    edge_limits.check_logs(args.log_regions, args.retention_in_days)
    edge_limits.check_statements(args.statements)


def sizes(args: EdgeFunctionArgs) -> tuple[int, int]:
    """Memory in MB and timeout in seconds, what is not said taken from the event types."""
    quota = edge_limits.strictest(args.event_types)
    return (
        quota.default_memory_size_mb if args.memory_size_mb is None else args.memory_size_mb,
        quota.default_timeout_seconds if args.timeout_seconds is None else args.timeout_seconds,
    )


def write_logs(function_name: str) -> Statement:
    """Lets the function log wherever it runs: nobody can say beforehand which region CloudFront will take.

    An identity policy alone reaches no other account, so the account is left open ("Set up IAM permissions
    and roles for Lambda@Edge", Amazon CloudFront Developer Guide).
    """
    group = f"arn:aws:logs:*:*:log-group:{edge_limits.log_group_name(function_name)}"
    return policies.allow(
        edge_limits.LOG_SID,
        ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        [group, f"{group}:*"],
    )
