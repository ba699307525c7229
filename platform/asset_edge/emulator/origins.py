"""S3 as the edge reaches it: which requests a bucket's regional endpoint lets through.

The store answers any request; what AWS would refuse is refused here. Signatures are held to their region and
not yet verified. Sources: Amazon S3 API Reference, "GetObject" (404 needs the permission to list);
Amazon CloudFront Developer Guide, "HTTP 400 status code" (a signature for the wrong region).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from asset_edge.emulator.endpoints import Endpoint, bucket_endpoint
from asset_edge.emulator.faults import Faults, Kind
from asset_edge.emulator.messages import OriginFailure, OriginRequest, OriginResponse, to_headers

Store = Callable[[str, OriginRequest], OriginResponse]
"""Answers a request for a path in the named bucket, whoever asks."""

Permits = Callable[[str, str, str], bool]
"""Whether a bucket's policy permits (bucket, action, ARN of the distribution whose access control signs)."""

_CREDENTIAL = re.compile(r"Credential=[^/]+/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
_NOT_FOUND = 404


@dataclass(frozen=True, kw_only=True)
class Buckets:
    """What is known of the buckets behind the endpoints."""

    region_of: Callable[[str], str | None]
    """The region a bucket is in; None where there is none of that name."""

    permits: Permits
    store: Store


class S3:
    """The regional endpoints of all buckets."""

    def __init__(self, buckets: Buckets, faults: Faults) -> None:
        self._buckets = buckets
        self._faults = faults

    def fetch(self, request: OriginRequest) -> OriginResponse | OriginFailure:
        """What the endpoint answers, or why it does not."""
        endpoint = bucket_endpoint(request.domain_name)
        if endpoint is None:
            return OriginFailure.unresolved
        if self._faults.of(endpoint.region) is Kind.refuse:
            return OriginFailure.refused
        return self._refusal(request, endpoint) or self._answer(request, endpoint)

    def _refusal(self, request: OriginRequest, endpoint: Endpoint) -> OriginResponse | None:
        host = request.headers["host"][0]["value"]
        region = self._buckets.region_of(endpoint.bucket)
        if bucket_endpoint(host) != endpoint:
            return _error(403, "SignatureDoesNotMatch", f"the Host header is {host}")
        if region is None:
            return _error(_NOT_FOUND, "NoSuchBucket", f"there is no bucket {endpoint.bucket}")
        if region != endpoint.region:
            return _error(301, "PermanentRedirect", f"the bucket is in {region}")
        return self._unauthorised(request, endpoint)

    def _unauthorised(self, request: OriginRequest, endpoint: Endpoint) -> OriginResponse | None:
        if "authorization" in request.headers:
            return _wrong_signature(request.headers["authorization"][0]["value"], endpoint.region)
        if request.signed_for is None:
            return _error(403, "AccessDenied", "the request is not signed")
        if not self._buckets.permits(endpoint.bucket, "s3:GetObject", request.signed_for):
            return _error(403, "AccessDenied", f"the bucket policy does not name {request.signed_for}")
        return None

    def _answer(self, request: OriginRequest, endpoint: Endpoint) -> OriginResponse:
        response = self._buckets.store(endpoint.bucket, request)
        absent, signer = response.status == _NOT_FOUND, request.signed_for
        if absent and signer and not self._buckets.permits(endpoint.bucket, "s3:ListBucket", signer):
            return _error(403, "AccessDenied", "absent, and whoever signed may not list")
        return response


def _wrong_signature(authorization: str, region: str) -> OriginResponse | None:
    scope = _CREDENTIAL.search(authorization)
    if scope is None or scope["service"] != "s3":
        return _error(400, "AuthorizationHeaderMalformed", "the signature is none of version 4 for s3")
    if scope["region"] != region:
        why = f"the region '{scope['region']}' is wrong; expecting '{region}'"
        return _error(400, "AuthorizationHeaderMalformed", why)
    return None


def _error(status: int, code: str, why: str) -> OriginResponse:
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{why}</Message></Error>'
    )
    headers = to_headers({"Content-Type": "application/xml", "Server": "AmazonS3"})
    return OriginResponse(status=status, headers=headers, body=body.encode())
