"""What an IAM policy document looks like: statements in, one JSON text out."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

Statement = Mapping[str, Any]
"""One statement of a policy in IAM's own words; any value may be a Pulumi output."""

VERSION = "2012-10-17"


def document(*statements: Statement) -> pulumi.Output[str]:
    """The policy document of `statements`, keys sorted so that equal policies are equal texts."""
    return pulumi.Output.json_dumps({"Version": VERSION, "Statement": list(statements)}, sort_keys=True)


def allow(
    sid: str,
    actions: Sequence[str],
    resources: Sequence[pulumi.Input[str]],
    **more: Any,
) -> Statement:
    """An Allow statement; `more` is Principal, Condition, in IAM's spelling."""
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(resources), **more}


def trust(*services: str) -> pulumi.Output[str]:
    """The trust policy that lets these AWS services assume a role."""
    return document(
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": sorted(services)}}
    )


def tls_only(bucket_arn: pulumi.Input[str]) -> Statement:
    """Refuses every request to a bucket that does not come over TLS."""
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket_arn, pulumi.Output.concat(bucket_arn, "/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
