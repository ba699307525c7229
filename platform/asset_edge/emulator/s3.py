"""Which requests S3 lets through, and as whom: host, region, signature, permission.

The store answers any request; what AWS would refuse is refused here. Access control lists open nothing.
Sources: Amazon S3 API Reference, "GetObject" (404 needs the permission to list), "Error Responses"; Amazon
CloudFront Developer Guide, "Restrict access to an Amazon S3 origin".
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from asset_edge.emulator.bucket_permissions import Access, Document, Principal, decide
from asset_edge.emulator.endpoints import s3_host
from asset_edge.emulator.identities import Identities
from asset_edge.emulator.messages import OriginRequest, OriginResponse
from asset_edge.emulator.s3_actions import S3Call, s3_call
from asset_edge.emulator.s3_errors import S3Error, denied
from asset_edge.emulator.signatures import header

_LOG = logging.getLogger(__name__)
_CLOUDFRONT = "cloudfront.amazonaws.com"
_NOT_FOUND = 404

Store = Callable[[str, OriginRequest], OriginResponse]
"""Answers a request for a path in the named bucket, whoever asks."""


@dataclass(frozen=True, kw_only=True)
class Buckets:
    """What is known of the buckets behind the endpoints. Every call may block; none is made on a loop."""

    region_of: Callable[[str], str | None]
    """The region a bucket is in; None where there is none of that name."""

    policy: Callable[[str], Document | None]
    """A bucket's policy."""

    role_policies: Callable[[str], Sequence[Document]]
    """The policies of a role, by its ARN."""

    public: Callable[[str], bool]
    """Whether a bucket's policy may let in those who do not sign: nothing blocks public access."""

    store: Store


class S3:
    """The endpoints of all buckets, faults aside. Any thread may ask."""

    def __init__(
        self,
        buckets: Buckets,
        identities: Identities,
        account_id: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Everything belongs to the account; `now` is in epoch seconds."""
        self._buckets = buckets
        self._identities = identities
        self._account_id = account_id
        self._now = now
        self._told: set[str] = set()

    def answer(self, request: OriginRequest, tls_version: str = "1.2") -> OriginResponse:
        """What the endpoint that `request` was sent to answers; blocks as the store does.

        `tls_version` counts where the request came over HTTPS.
        """
        try:
            return self._answer(request, tls_version)
        except S3Error as error:
            return error.response(request.method)

    def region_of(self, bucket: str) -> str | None:
        """The region a bucket is in; None where there is none of that name. Blocks."""
        return self._buckets.region_of(bucket)

    def _answer(self, request: OriginRequest, tls_version: str) -> OriginResponse:
        call = s3_call(request)
        region = self._region(call, request)
        principal = self._principal(request, region)
        context = {
            **_of_request(request, call, tls_version),
            **_of_principal(principal, request.signed_for),
            "aws:resourceaccount": self._account_id,
            "s3:resourceaccount": self._account_id,
        }

        def permitted(action: str, resource: str) -> bool:
            access = Access(principal=principal, action=action, resource=resource, context=context)
            return self._permitted(access, call.bucket)

        bucket = f"arn:aws:s3:::{call.bucket}"
        resource = f"{bucket}{unquote(call.path)}" if call.about_object else bucket
        if call.action and not permitted(call.action, resource):
            raise denied(f"{_who(principal)} may not {call.action} {resource}")
        _refuse_copy(request)
        response = self._buckets.store(call.bucket, _in_bucket(request, call))
        if response.status == _NOT_FOUND and call.about_object and not permitted("s3:ListBucket", bucket):
            raise denied(f"{_who(principal)} may not s3:ListBucket {bucket}, so what is absent is denied")
        return response

    def _region(self, call: S3Call, request: OriginRequest) -> str:
        """The bucket's region, which is the endpoint's too."""
        host = header(request.headers, "host") or request.domain_name
        if request.signed_for and s3_host(host) is None:
            raise S3Error(403, "SignatureDoesNotMatch", f"the Host header is {host}, no endpoint of S3")
        region = self._buckets.region_of(call.bucket) if call.bucket else None
        if region is None:
            raise S3Error(404, "NoSuchBucket", "there is no such bucket", BucketName=call.bucket)
        if call.region not in (region, None):
            raise S3Error(301, "PermanentRedirect", f"the bucket is in {region}", Bucket=call.bucket)
        return region

    def _principal(self, request: OriginRequest, region: str) -> Principal:
        signer = self._identities.verify(request, region=region, now=self._now())
        if signer is not None:
            root = f"arn:aws:iam::{self._account_id}:root"
            return Principal("role", signer.role_arn) if signer.role_arn else Principal("owner", root)
        return Principal("service", _CLOUDFRONT) if request.signed_for else Principal("anybody")

    def _permitted(self, access: Access, bucket: str) -> bool:
        if access.principal.kind == "anybody" and not self._buckets.public(bucket):
            return False
        role = access.principal.kind == "role"
        own = self._buckets.role_policies(access.principal.name) if role else ()
        decision = decide(access, self._buckets.policy(bucket), own)
        for puzzle in sorted(decision.not_understood - self._told):
            self._told.add(puzzle)
            _LOG.warning("policies: %s is not understood here: Allow does not apply, Deny does", puzzle)
        return decision.allowed


def _who(principal: Principal) -> str:
    return principal.name or "whoever does not sign"


def _refuse_copy(request: OriginRequest) -> None:
    if "x-amz-copy-source" in request.headers:
        raise S3Error(501, "NotImplemented", "the local S3 does not model copies by functions and viewers")


def _in_bucket(request: OriginRequest, call: S3Call) -> OriginRequest:
    """The request by its path in the bucket, without what has been a signature."""
    query = request.target.partition("?")[2]
    kept = "&".join(pair for pair in query.split("&") if not pair.startswith("X-Amz-"))
    return replace(request, target=f"{call.path}?{kept}" if kept else call.path)


def _of_request(request: OriginRequest, call: S3Call, tls_version: str) -> Mapping[str, str]:
    """The condition keys that a request gives values to."""
    secure = request.protocol == "https"
    named = {"aws:referer": "referer", "aws:useragent": "user-agent"}
    named |= {f"s3:{name}": name for name in request.headers if name.startswith("x-amz-")}
    told = {key: header(request.headers, name) for key, name in named.items()}
    told |= {f"s3:{name}": call.query.get(name) for name in ("prefix", "delimiter", "max-keys")}
    told |= {"s3:versionid": call.query.get("versionId"), "s3:tlsversion": tls_version if secure else None}
    told["aws:securetransport"] = str(secure).lower()
    return {key: value for key, value in told.items() if value is not None}


def _of_principal(principal: Principal, distribution_arn: str | None) -> Mapping[str, str]:
    service = principal.kind == "service"
    told = {"aws:principalisawsservice": str(service).lower()}
    if service and distribution_arn:
        account_id = distribution_arn.split(":")[4]
        told |= {"aws:sourcearn": distribution_arn, "aws:sourceaccount": account_id}
        told["aws:principalservicename"] = principal.name
    elif principal.name:
        told |= {"aws:principalarn": principal.name, "aws:principalaccount": principal.account_id}
    return told
