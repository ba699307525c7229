"""How things that outlive a deploy are named: buckets, DNS names, functions."""

import re

from asset_edge.errors import ArgumentError

_BUCKET = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]")


def bucket_name(project: str, stack: str, account_id: str, region: str) -> str:
    """The bucket of a stack in a region; the account id keeps it unique in the world."""
    return checked_bucket_name(f"{project}-{stack}-{account_id}-{region}")


def checked_bucket_name(name: str) -> str:
    """The name itself, if S3 takes it and its virtual-hosted TLS certificate covers it (no dots).

    Source: Amazon S3 User Guide, "General purpose bucket naming rules".
    """
    if "." in name:
        raise ArgumentError(
            f"bucket name {name!r} has a dot; the certificate of S3's endpoint does not cover it. Use hyphens"
        )
    if not _BUCKET.fullmatch(name):
        raise ArgumentError(
            f"bucket name {name!r} is not 3 to 63 lower-case letters, digits and hyphens; shorten or rename it"
        )
    return name


def regional_endpoint(bucket: str, region: str) -> str:
    """The host name under which S3 serves `bucket` in its own region."""
    return f"{bucket}.s3.{region}.amazonaws.com"


def beacon_name(record_name: str, region: str) -> str:
    """The DNS name whose A record tells the weight and health of `region` behind `record_name`."""
    return f"{region}.beacon.{record_name}"
