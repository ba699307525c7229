"""What a request looks like when it leaves for an origin: without what S3 must not see; rewritten and signed.

Source: Amazon CloudFront Developer Guide, "Lambda@Edge event structure" (a name in an origin's custom
headers must not be in the request's headers too) and "Restrictions on Lambda@Edge" (read-only headers are
left alone here).
"""

from __future__ import annotations

from .events import headers_of, origin_of, set_header
from .own_headers import NOTES, REGION_HEADER
from .sigv4 import EMPTY_PAYLOAD, signed_headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .config import ImageService, RegionalBucket
    from .event_types import CustomOrigin, Headers, Request
    from .sigv4 import Credentials

READ_TIMEOUT_SECONDS = 5
"""As on the declared origins: the group's second member is tried while the viewer still waits."""

KEEPALIVE_TIMEOUT_SECONDS = 5

IMAGE_READ_TIMEOUT_SECONDS = 20
"""A transformation takes longer than a read, and is kept."""

_DROPPED = NOTES | {"authorization"}
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
    return _sent({**request, "uri": path, "querystring": ""}, ours, READ_TIMEOUT_SECONDS)


def for_image_service(
    request: Request,
    path: str,
    variant: str,
    service: ImageService,
    credentials: Credentials,
    *,
    epoch_seconds: float,
) -> Request:
    """The request for a region's image service, signed for its function URL; `variant` is its query string.

    Source: AWS Lambda Developer Guide, "Control access to Lambda function URLs" (AuthType AWS_IAM).
    """
    signature = signed_headers(
        service="lambda",
        region=service.region,
        credentials=credentials,
        method=request["method"],
        host=service.domain_name,
        path=path,
        query=variant,
        epoch_seconds=epoch_seconds,
    )
    ours = {"host": service.domain_name, REGION_HEADER: service.region, **signature}
    return _sent({**request, "uri": path, "querystring": variant}, ours, IMAGE_READ_TIMEOUT_SECONDS)


def _sent(request: Request, ours: dict[str, str], read_timeout_seconds: int) -> Request:
    """The request with our headers, to the host that they name."""
    theirs = origin_of(request).get("customHeaders", {})
    headers = _kept(headers_of(request), theirs)
    headers |= {name: [{"key": name, "value": value}] for name, value in ours.items()}
    # CloudFront refuses a name that stands in both places, and S3 needs the signature's.
    custom_headers = {name: values for name, values in theirs.items() if name not in ours}
    origin = _custom_origin(ours["host"], custom_headers, read_timeout_seconds)
    return {**request, "headers": headers, "origin": {"custom": origin}}


def _kept(headers: Headers, theirs: Headers) -> Headers:
    return {
        name: values
        for name, values in headers.items()
        if name not in _DROPPED and name not in theirs and not name.startswith("x-amz-")
    }


def _custom_origin(domain_name: str, custom_headers: Headers, read_timeout_seconds: int) -> CustomOrigin:
    return {
        "customHeaders": custom_headers,
        "domainName": domain_name,
        "keepaliveTimeout": KEEPALIVE_TIMEOUT_SECONDS,
        "path": "",
        "port": 443,
        "protocol": "https",
        "readTimeout": read_timeout_seconds,
        "sslProtocols": ["TLSv1.2"],
    }
