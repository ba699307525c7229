"""Where the names that AWS itself answers for lead on a laptop: to this machine, buckets by way of S3's own.

Source: what public resolvers answer for a bucket's regional endpoint: a CNAME to the name of the region's S3,
under which its addresses are.
"""

from typing import NamedTuple

from asset_edge.emulator.endpoints import bucket_endpoint

LOCAL_ADDRESS = "127.0.0.1"
"""Where the local edge and the local AWS endpoint are."""

_ZONES = ("amazonaws.com", "on.aws", "cloudfront.net")
_TTL_SECONDS = 5
"""As S3's addresses have."""


class Row(NamedTuple):
    """One record of a name."""

    type: str
    value: str
    ttl_seconds: int = _TTL_SECONDS


def zone_of(name: str) -> str | None:
    """The zone of AWS that `name` is in, written in lower case without the final dot; None for any other."""
    return next((zone for zone in _ZONES if name == zone or name.endswith(f".{zone}")), None)


def row(name: str, record_type: str) -> Row | None:
    """What AWS has for `name` that answers a question for `record_type`; None where it has nothing."""
    if zone_of(name) is None:
        return None
    endpoint = bucket_endpoint(name)
    if endpoint:
        return Row("CNAME", f"s3-r-w.{endpoint.region}.amazonaws.com.")
    return Row("A", LOCAL_ADDRESS) if record_type == "A" else None
