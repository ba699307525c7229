"""What a request looks like when it leaves for an origin: without what S3 must not see; rewritten and signed.

Source: Amazon CloudFront Developer Guide, "Lambda@Edge event structure" (a name in an origin's custom
headers must not be in the request's headers too) and "Restrictions on Lambda@Edge" (read-only headers are
left alone here).
"""

from __future__ import annotations

from .events import headers_of, origin_of, set_header
from .own_headers import REGION_HEADER
from .sigv4 import EMPTY_PAYLOAD, signed_headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .config import RegionalBucket
    from .event_types import CustomOrigin, Headers, Request
    from .sigv4 import Credentials

READ_TIMEOUT_SECONDS = 5
"""As on the declared origins: the group's second member is tried while the viewer still waits."""

KEEPALIVE_TIMEOUT_SECONDS = 5

_DROPPED = frozenset({"authorization", REGION_HEADER})
"""A viewer's credentials are not ours to pass on, and would stop the distribution from signing for S3."""


def as_configured(request: Request, path: str) -> Request:
    """The request for the origin that the distribution declares: no query string, no stray headers."""
    origin = origin_of(request)
    headers = _kept(headers_of(request), origin.get("customHeaders", {}))
    if "s3" in request.get("origin", {}):
        set_header(headers, "Host", origin["domainName"])
    return {**request, "uri": path, "querystring": "", "headers": headers}


def rewritten(
    request: Request,
    path: str,
    bucket: RegionalBucket,
    credentials: Credentials,
    *,
    request_id: str | None,
    epoch_seconds: float,
) -> Request:
    """The request for `bucket`, signed, with the region noted, and without what `as_configured` drops.

    CloudFront adds `x-amz-cf-id` afterwards, and S3 wants every `x-amz-` header signed: it is signed here
    with the value it will have.
    """
    signature = signed_headers(
        service="s3",
        region=bucket.region,
        credentials=credentials,
        method=request["method"],
        host=bucket.domain_name,
        path=path,
        headers={"x-amz-cf-id": request_id} if request_id else {},
        payload_hash=EMPTY_PAYLOAD,
        epoch_seconds=epoch_seconds,
    )
    ours = {"host": bucket.domain_name, REGION_HEADER: bucket.region, **signature}
    theirs = origin_of(request).get("customHeaders", {})
    headers = _kept(headers_of(request), theirs)
    headers |= {name: [{"key": name, "value": value}] for name, value in ours.items()}
    # CloudFront refuses a name that stands in both places, and S3 needs the signature's.
    custom_headers = {name: values for name, values in theirs.items() if name not in ours}
    origin = _custom_origin(bucket.domain_name, custom_headers)
    return {**request, "uri": path, "querystring": "", "headers": headers, "origin": {"custom": origin}}


def _kept(headers: Headers, theirs: Headers) -> Headers:
    return {
        name: values
        for name, values in headers.items()
        if name not in _DROPPED and name not in theirs and not name.startswith("x-amz-")
    }


def _custom_origin(domain_name: str, custom_headers: Headers) -> CustomOrigin:
    return {
        "customHeaders": custom_headers,
        "domainName": domain_name,
        "keepaliveTimeout": KEEPALIVE_TIMEOUT_SECONDS,
        "path": "",
        "port": 443,
        "protocol": "https",
        "readTimeout": READ_TIMEOUT_SECONDS,
        "sslProtocols": ["TLSv1.2"],
    }
