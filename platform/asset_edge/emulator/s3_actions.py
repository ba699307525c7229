"""Which bucket, key and permission a request to S3 is about.

Source: Amazon S3 User Guide, "Required permissions for Amazon S3 API operations".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from asset_edge.emulator.endpoints import s3_host
from asset_edge.emulator.messages import OriginRequest
from asset_edge.emulator.s3_errors import S3Error
from asset_edge.emulator.signatures import header, query_pairs

_OBJECT: Mapping[tuple[str, str], str] = {
    ("GET", ""): "s3:GetObject",
    ("HEAD", ""): "s3:GetObject",
    ("PUT", ""): "s3:PutObject",
    ("DELETE", ""): "s3:DeleteObject",
    ("GET", "versionId"): "s3:GetObjectVersion",
    ("HEAD", "versionId"): "s3:GetObjectVersion",
    ("DELETE", "versionId"): "s3:DeleteObjectVersion",
    ("GET", "acl"): "s3:GetObjectAcl",
    ("PUT", "acl"): "s3:PutObjectAcl",
    ("GET", "attributes"): "s3:GetObjectAttributes",
    ("GET", "tagging"): "s3:GetObjectTagging",
    ("PUT", "tagging"): "s3:PutObjectTagging",
    ("DELETE", "tagging"): "s3:DeleteObjectTagging",
    ("POST", "uploads"): "s3:PutObject",
    ("POST", "uploadId"): "s3:PutObject",
    ("PUT", "uploadId"): "s3:PutObject",
    ("GET", "uploadId"): "s3:ListMultipartUploadParts",
    ("DELETE", "uploadId"): "s3:AbortMultipartUpload",
}
_BUCKET: Mapping[tuple[str, str], str] = {
    ("GET", ""): "s3:ListBucket",
    ("HEAD", ""): "s3:ListBucket",
    ("GET", "versions"): "s3:ListBucketVersions",
    ("GET", "uploads"): "s3:ListBucketMultipartUploads",
    ("GET", "location"): "s3:GetBucketLocation",
    ("GET", "versioning"): "s3:GetBucketVersioning",
    ("GET", "tagging"): "s3:GetBucketTagging",
}
_SUBRESOURCES = (
    *("acl", "attributes", "tagging", "uploads", "uploadId", "versionId", "versions", "location"),
    *("versioning", "policy", "policyStatus", "replication", "lifecycle", "logging", "notification", "cors"),
    *("website", "encryption", "ownershipControls", "publicAccessBlock", "metrics", "analytics", "inventory"),
    *("intelligent-tiering", "accelerate", "requestPayment", "object-lock", "legal-hold", "retention"),
    *("restore", "select", "torrent", "delete", "session", "renameObject"),
)
"""The names in a query string that make a request another operation; what is listed first decides."""


@dataclass(frozen=True, kw_only=True)
class S3Call:
    """A request as S3 reads it."""

    bucket: str
    """Empty where none is named."""

    region: str | None
    """That of the endpoint it was sent to; None for the one without a region."""

    path: str
    """Of the object in the bucket, still encoded, with its leading slash."""

    action: str | None
    """The permission it needs; None for a CORS preflight, which needs none."""

    query: Mapping[str, str]

    @property
    def about_object(self) -> bool:
        """Whether it is about an object and not about its bucket."""
        return self.path != "/"


def s3_call(request: OriginRequest) -> S3Call:
    """What `request` is about. Raises `S3Error` for an operation that is not modelled."""
    host = header(request.headers, "host") or request.domain_name
    named, contacted = s3_host(host), s3_host(request.domain_name)
    path = request.target.partition("?")[0]
    bucket = named.bucket if named else host.lower().partition(":")[0]
    if bucket is None:
        bucket, _, rest = path[1:].partition("/")
        path = f"/{rest}"
    query = dict(query_pairs(request.target))
    return S3Call(
        bucket=bucket,
        region=contacted.region if contacted else None,
        path=path,
        action=None if request.method == "OPTIONS" else _action(request.method, query, path),
        query=query,
    )


def _action(method: str, query: Mapping[str, str], path: str) -> str:
    about_object = path != "/"
    subresource = next((name for name in _SUBRESOURCES if name in query), "")
    action = (_OBJECT if about_object else _BUCKET).get((method, subresource))
    if action is None:
        of = f"?{subresource}" if subresource else ("an object" if about_object else "a bucket")
        why = f"the local S3 does not model {method} of {of} at the edge; the AWS endpoint may answer it"
        raise S3Error(501, "NotImplemented", why)
    return action
