"""Which bucket and region a host name of S3 means, and which region that of a function URL.

Sources: Amazon S3 User Guide, "Virtual hosting of general purpose buckets"; AWS Lambda Developer Guide,
"Creating and managing Lambda function URLs".
"""

import re
from typing import NamedTuple

_ANY = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9.-]*)\.)?"
    r"s3(?:(?:\.dualstack)?[.-](?P<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com"
)
_REGIONAL = re.compile(
    r"(?P<bucket>[a-z0-9][a-z0-9.-]*)\.s3\.(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com"
)

_FUNCTION_URL = re.compile(r"[a-z0-9-]+\.lambda-url\.(?P<region>[a-z0-9-]+)\.on\.aws")
_TABLES = re.compile(r"dynamodb\.(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com")


class Endpoint(NamedTuple):
    """The parts of `bucket.s3.region.amazonaws.com`."""

    bucket: str
    region: str


def bucket_endpoint(domain_name: str) -> Endpoint | None:
    """The endpoint that `domain_name` is; None for any other name, the ones without a region included."""
    found = _REGIONAL.fullmatch(domain_name.lower())
    return Endpoint(found["bucket"], found["region"]) if found else None


class S3Host(NamedTuple):
    """What any host name of S3 says; parts that it leaves open are None."""

    bucket: str | None
    """None where the path names the bucket."""

    region: str | None
    """None for the endpoint without a region."""


def s3_host(host: str) -> S3Host | None:
    """What `host`, a Host header with or without port, says of S3; None where it is no endpoint of S3.

    Endpoints for websites, acceleration, access points and FIPS are none that this knows.
    """
    found = _ANY.fullmatch(host.lower().partition(":")[0])
    return S3Host(found["bucket"], found["region"]) if found else None


def region_of_url(host: str) -> str | None:
    """The region that the host name of a function URL names; None for any other name."""
    found = _FUNCTION_URL.fullmatch(host)
    return found["region"] if found else None


def tables_region(host: str) -> str | None:
    """The region whose DynamoDB `host`, with or without port, is; None for any other host."""
    found = _TABLES.fullmatch(host.lower().partition(":")[0])
    return found["region"] if found else None
