"""What a call of S3 is about, and what it did to objects: read off the request and its answer.

Source: Amazon S3 API Reference, the operations on objects.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree as ET

from werkzeug.wrappers import Request, Response

from asset_edge.emulator.replication import Kind
from asset_edge.localcloud.credential_scope import service_of

_VIRTUAL_HOST = re.compile(r"(?P<bucket>.+?)\.s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com(?::\d+)?")
_S3_HOST = re.compile(r"(?:.+\.)?s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com(?::\d+)?")
_NOT_THE_OBJECT = frozenset({"partNumber", "retention", "legal-hold"})
"""What a PUT to a key with one of these writes is no version, nor anything that is copied."""

Written = tuple[str, Kind, str | None]
"""Key, kind and version."""


@dataclass(frozen=True, kw_only=True)
class S3Call:
    """A call by what its address says."""

    method: str
    bucket: str
    key: str
    """Decoded; empty in a call about the bucket."""

    query: Mapping[str, str]


def s3_call(request: Request) -> S3Call | None:
    """The call that a request to the endpoint is; None for a call of another service or of no bucket."""
    if service_of(request) not in ("s3", None):
        return None
    if request.host.endswith("amazonaws.com") and not _S3_HOST.fullmatch(request.host):
        return None
    virtual = _VIRTUAL_HOST.fullmatch(request.host)
    raw = str(request.environ.get("RAW_URI") or request.full_path)
    path = unquote(raw.partition("?")[0])
    bucket, _, key = (virtual["bucket"], "", path[1:]) if virtual else path[1:].partition("/")
    query = dict(parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True))
    return S3Call(method=request.method, bucket=bucket, key=key, query=query) if bucket else None


def in_path_style(request: Request, call: S3Call) -> Request:
    """The same request with the bucket in its path."""
    path = f"/{call.bucket}/{call.key}" if call.key else f"/{call.bucket}"
    return Request(request.environ | {"PATH_INFO": path.encode().decode("latin-1")})


def written(call: S3Call, answer: Response) -> list[Written]:
    """What a call did to objects, told by its answer; nothing where it failed."""
    if answer.status_code >= HTTPStatus.MULTIPLE_CHOICES:
        return []
    if call.method == "POST" and not call.key:
        return list(_deleted(answer.get_data())) if "delete" in call.query else []
    if not call.key or _NOT_THE_OBJECT & call.query.keys():
        return []
    if call.method == "DELETE":
        return [] if "uploadId" in call.query else [(call.key, *_of_delete(call, answer))]
    if call.method == "PUT" or "uploadId" in call.query:
        return [(call.key, *_of_put(call, answer))]
    return []


def _of_put(call: S3Call, answer: Response) -> tuple[Kind, str | None]:
    for name in ("tagging", "acl"):
        if name in call.query:
            return Kind(name), call.query.get("versionId")
    return Kind.object, answer.headers.get("x-amz-version-id")


def _of_delete(call: S3Call, answer: Response) -> tuple[Kind, str | None]:
    named = call.query.get("versionId")
    if "tagging" in call.query:
        return Kind.tagging, named
    if named is None and answer.headers.get("x-amz-delete-marker") == "true":
        return Kind.delete_marker, answer.headers.get("x-amz-version-id")
    return Kind.deletion, named


def _deleted(body: bytes) -> Iterator[Written]:
    """What DeleteObjects says it deleted; one that names a version made no delete marker."""
    for deleted in ET.fromstring(body).iter():  # noqa: S314 - moto's own answer
        if deleted.tag.rpartition("}")[2] != "Deleted":
            continue
        told = {child.tag.rpartition("}")[2]: child.text or "" for child in deleted}
        if told.get("DeleteMarker") == "true" and not told.get("VersionId"):
            yield told["Key"], Kind.delete_marker, told.get("DeleteMarkerVersionId")
        else:
            yield told["Key"], Kind.deletion, told.get("VersionId")
