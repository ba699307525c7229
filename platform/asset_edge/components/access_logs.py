"""Which fields of a request are logged, and where to: standard logging (v2), delivered by CloudWatch Logs.

Source: CloudFront Developer Guide, "Configure standard logging (v2)" and "Standard logging reference".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import pulumi
import pulumi_aws as aws

from asset_edge.components.choices import check_choice
from asset_edge.errors import ArgumentError

REGION = "us-east-1"
"""Where deliveries of CloudFront's logs are made, wherever the logs go."""

SECRET_FIELDS = ("cs-uri-query", "cs(Cookie)", "cs(Referer)")
"""Never logged: tokens travel in query strings and cookies, and a referrer has another URL's."""

_RECORD_FIELDS = """
    date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(User-Agent)
    x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for
    ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version c-port time-to-first-byte
    x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end timestamp(ms)
    origin-fbl origin-lbl asn c-country cache-behavior-path-pattern
"""
RECORD_FIELDS = tuple(_RECORD_FIELDS.split())
"""Every field but the secret ones and those of field-level encryption and CloudFront Functions."""

S3Format = Literal["json", "plain", "w3c", "raw", "parquet"]
LogGroupFormat = Literal["json", "plain", "w3c", "raw"]

_S3_ARN = re.compile(r"arn:aws[a-z-]*:s3:::[a-z0-9-]{3,63}")
_LOG_GROUP_ARN = re.compile(r"arn:aws[a-z-]*:logs:us-east-1:\d{12}:log-group:[\w#/.-]+")
_PREFIX = re.compile(r"[\w-]+(/[\w-]+)*")
_LONGEST_SUFFIX_PATH = 256


@dataclass(frozen=True, kw_only=True)
class S3AccessLogs:
    """Logs into a bucket of any region that lets `delivery.logs.amazonaws.com` write, as `LogBucket` does."""

    bucket_arn: pulumi.Input[str]

    prefix: str = "cloudfront"
    """First folder. With none, CloudFront puts its own before the suffix path: a change at every preview."""

    suffix_path: str = "{DistributionId}/{yyyy}/{MM}/{dd}/{HH}"
    """Folders below it; the names in braces are CloudFront's."""

    enable_hive_compatible_path: bool = False
    """Whether folders are `year=2026` instead of `2026`."""

    output_format: S3Format = "json"
    """Parquet is charged for; a change of format replaces the destination."""

    record_fields: Sequence[str] = RECORD_FIELDS

    def __post_init__(self) -> None:
        _check_arn("bucket_arn", self.bucket_arn, _S3_ARN, "the ARN of a bucket without dots in its name")
        if not _PREFIX.fullmatch(self.prefix):
            raise ArgumentError(
                f"prefix is {self.prefix!r}; it is one or more folders of letters, digits, - and _, without "
                "a slash at either end. Write it as cloudfront"
            )
        if not 1 <= len(self.suffix_path) <= _LONGEST_SUFFIX_PATH:
            raise ArgumentError(
                f"suffix_path has {len(self.suffix_path)} characters; it has 1 to {_LONGEST_SUFFIX_PATH}. "
                "Write it as {DistributionId}/{yyyy}"
            )
        check_choice("output_format", self.output_format, get_args(S3Format))
        _check_fields(self.record_fields)


@dataclass(frozen=True, kw_only=True)
class LogGroupAccessLogs:
    """Logs into a CloudWatch Logs group in us-east-1; AWS itself extends the group's resource policy."""

    log_group_arn: pulumi.Input[str]
    output_format: LogGroupFormat = "json"
    record_fields: Sequence[str] = RECORD_FIELDS

    def __post_init__(self) -> None:
        _check_arn("log_group_arn", self.log_group_arn, _LOG_GROUP_ARN, f"the ARN of a log group in {REGION}")
        check_choice("output_format", self.output_format, get_args(LogGroupFormat))
        _check_fields(self.record_fields)


AccessLogs = S3AccessLogs | LogGroupAccessLogs


def _check_arn(what: str, arn: pulumi.Input[str], allowed: re.Pattern[str], described: str) -> None:
    if isinstance(arn, str) and not allowed.fullmatch(arn):
        raise ArgumentError(f"{what} is {arn!r}; it may be {described}. Use such a one")


def _check_fields(fields: Sequence[str]) -> None:
    secret = [name for name in fields if name in SECRET_FIELDS]
    if secret:
        raise ArgumentError(
            f"record_fields has {', '.join(secret)}; tokens would stand in the logs. Leave out "
            f"{', '.join(SECRET_FIELDS)}"
        )
    for name in fields:
        check_choice("a record field", name, RECORD_FIELDS)
    if not fields:
        raise ArgumentError(
            "record_fields is empty; CloudFront would log its own choice. Name some, or use RECORD_FIELDS"
        )


def deliver(
    name: str, logs: AccessLogs, distribution_arn: pulumi.Output[str], child: pulumi.ResourceOptions
) -> None:
    """Makes the source, the destination and the delivery between them."""
    source = aws.cloudwatch.LogDeliverySource(
        f"{name}-log-source", region=REGION, log_type="ACCESS_LOGS", resource_arn=distribution_arn, opts=child
    )
    destination = aws.cloudwatch.LogDeliveryDestination(
        f"{name}-log-destination",
        region=REGION,
        output_format=logs.output_format,
        delivery_destination_configuration={"destination_resource_arn": _target(logs)},
        opts=child,
    )
    aws.cloudwatch.LogDelivery(
        f"{name}-log-delivery",
        region=REGION,
        delivery_source_name=source.name,
        delivery_destination_arn=destination.arn,
        record_fields=list(logs.record_fields),
        s3_delivery_configurations=_s3_paths(logs),
        opts=child,
    )


def _target(logs: AccessLogs) -> pulumi.Input[str]:
    if isinstance(logs, LogGroupAccessLogs):
        return logs.log_group_arn
    return pulumi.Output.concat(logs.bucket_arn, "/", logs.prefix)


def _s3_paths(logs: AccessLogs) -> list[Any] | None:
    if isinstance(logs, LogGroupAccessLogs):
        return None
    return [
        {"suffix_path": logs.suffix_path, "enable_hive_compatible_path": logs.enable_hive_compatible_path}
    ]
