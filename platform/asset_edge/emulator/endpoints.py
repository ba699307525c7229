"""Which bucket and region a host name of S3 means.

Source: Amazon S3 User Guide, "Virtual hosting of general purpose buckets".
"""

import re
from typing import NamedTuple

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
