"""Which bucket and region a host name of S3 means.

Source: Amazon S3 User Guide, "Virtual hosting of general purpose buckets".
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
