"""How things that outlive a deploy are named: buckets, DNS names, ARNs; and which names AWS takes."""

import re

from asset_edge.errors import ArgumentError

_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_SUFFIXES = ("-s3alias", "--ol-s3", "--x-s3", "--table-s3")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]")
_OTHER_PARTITIONS = ("cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-")
_ACCOUNT_ID = re.compile(r"[0-9]{12}")


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
            f"bucket name {name!r} is not 3 to 63 lower-case letters, digits and hyphens, with a letter or "
            "digit at both ends; shorten or rename it"
        )
    if name.startswith(_RESERVED_PREFIXES) or name.endswith(_RESERVED_SUFFIXES):
        raise ArgumentError(
            f"bucket name {name!r} has an affix that S3 keeps for itself "
            f"({', '.join(_RESERVED_PREFIXES + _RESERVED_SUFFIXES)}); rename it"
        )
    return name


def checked_region(region: str) -> str:
    """The region itself, if it is spelt like one and lies in the partition that has Lambda@Edge."""
    if not _REGION.fullmatch(region):
        raise ArgumentError(f"region {region!r} is not spelt like one; write it as AWS does, eu-west-1")
    if region.startswith(_OTHER_PARTITIONS):
        raise ArgumentError(
            f"region {region!r} is in a partition without Lambda@Edge; choose one of the commercial regions"
        )
    return region


def checked_account_id(account_id: str) -> str:
    """The account id itself, if it has the twelve digits of one; as text, because ids may begin with 0."""
    if not _ACCOUNT_ID.fullmatch(account_id):
        raise ArgumentError(f"account id {account_id!r} is not 12 digits; quote it, leading zeros included")
    return account_id


def bucket_arn(bucket: str) -> str:
    """The ARN of a bucket in the commercial partition; it names neither region nor account."""
    return f"arn:aws:s3:::{bucket}"


def regional_endpoint(bucket: str, region: str) -> str:
    """The host name under which S3 serves `bucket` in its own region."""
    return f"{bucket}.s3.{region}.amazonaws.com"


def beacon_name(record_name: str, region: str) -> str:
    """The DNS name whose A record tells the weight and health of `region` behind `record_name`."""
    return f"{region}.beacon.{record_name}"
