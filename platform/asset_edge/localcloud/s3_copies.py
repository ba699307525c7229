"""Which calls of S3 make a replica, and keep it in step: one function for each kind of write.

Sources: Amazon S3 API Reference, "CopyObject", "PutObjectTagging" and "PutObjectAcl"; Amazon S3 User Guide,
"What does Amazon S3 replicate?".
"""

from collections.abc import Callable, Iterator
from typing import Protocol
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

from werkzeug.wrappers import Response

from asset_edge.emulator.replication import ObjectWrite, Rule, Version

_KMS = "aws:kms"
_ENCRYPTION = "x-amz-server-side-encryption"
_KEPT = ("x-amz-storage-class", "x-amz-website-redirect-location")
"""What a copy of S3's loses and a replica has."""


class S3(Protocol):
    """S3 as the owner calls it."""

    def __call__(
        self, method: str, bucket: str, target: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Response:
        """The answer to one call; the target is path and query string, encoded."""
        ...


def looked_at(s3: S3, write: ObjectWrite, *, replica: bool, with_tags: bool) -> Version:
    """What rules look at in the version that was written."""
    head = s3("HEAD", write.bucket, _target(write.key, write.version_id))
    return Version(
        key=write.key,
        tags=frozenset(_tags(s3, write)) if with_tags else frozenset(),
        kms_encrypted=head.headers.get(_ENCRYPTION, "").startswith(_KMS),
        replica=replica,
    )


def current_version(s3: S3, write: ObjectWrite) -> str | None:
    """The version that a call without a version id was about."""
    return write.version_id or s3("HEAD", write.bucket, _target(write.key)).headers.get("x-amz-version-id")


def copy(s3: S3, write: ObjectWrite, rule: Rule) -> Response:
    """Puts a copy of the version, with its metadata and tags, into the rule's destination."""
    source = s3("HEAD", write.bucket, _target(write.key, write.version_id)).headers
    headers = {name: source[name] for name in _KEPT if name in source}
    headers["x-amz-copy-source"] = f"/{write.bucket}{_target(write.key, write.version_id)}"
    if rule.storage_class:
        headers["x-amz-storage-class"] = rule.storage_class
    if source.get(_ENCRYPTION, "").startswith(_KMS) and rule.replica_kms_key_id:
        headers |= {_ENCRYPTION: _KMS, f"{_ENCRYPTION}-aws-kms-key-id": rule.replica_kms_key_id}
    return s3("PUT", rule.destination, _target(write.key), headers)


def mark_deleted(s3: S3, write: ObjectWrite, rule: Rule) -> Response:
    """Puts a delete marker into the rule's destination."""
    return s3("DELETE", rule.destination, _target(write.key))


def copy_tags(s3: S3, write: ObjectWrite, rule: Rule, version_id: str) -> Response:
    """Gives that version at the destination the tags the written one has now."""
    target = _target(write.key, version_id, "tagging")
    source = s3("GET", write.bucket, _target(write.key, write.version_id, "tagging")).get_data()
    if not _tag_pairs(source):
        return s3("DELETE", rule.destination, target)
    return s3("PUT", rule.destination, target, body=source)


def copy_acl(s3: S3, write: ObjectWrite, rule: Rule, version_id: str) -> Response:
    """Gives that version at the destination the grants the written one has now."""
    source = s3("GET", write.bucket, _target(write.key, write.version_id, "acl")).get_data()
    return s3("PUT", rule.destination, _target(write.key, version_id, "acl"), dict(_grants(source)))


def _target(key: str, version_id: str | None = None, subresource: str = "") -> str:
    query = [(subresource, "")] if subresource else []
    query += [("versionId", version_id)] if version_id else []
    return f"/{quote(key)}" + (f"?{urlencode(query)}" if query else "")


def _tags(s3: S3, write: ObjectWrite) -> list[tuple[str, str]]:
    return _tag_pairs(s3("GET", write.bucket, _target(write.key, write.version_id, "tagging")).get_data())


def _tag_pairs(document: bytes) -> list[tuple[str, str]]:
    return [(_text(tag, "Key"), _text(tag, "Value")) for tag in _elements(document, "Tag")]


def _grants(document: bytes) -> Iterator[tuple[str, str]]:
    """One header for each permission, with all who have it."""
    grantees: dict[str, list[str]] = {}
    for grant in _elements(document, "Grant"):
        permission = _text(grant, "Permission").lower().replace("_", "-")
        named = (f'id="{_text(grant, "ID")}"', f'uri="{_text(grant, "URI")}"')
        grantees.setdefault(permission, []).append(named[0] if _text(grant, "ID") else named[1])
    for permission, who in grantees.items():
        yield f"x-amz-grant-{permission}", ", ".join(who)


def _elements(document: bytes, name: str) -> list[ET.Element]:
    whole = ET.fromstring(document)  # noqa: S314 - our own S3's answer
    return [element for element in whole.iter() if element.tag.rpartition("}")[2] == name]


def _text(element: ET.Element, name: str) -> str:
    found = (child.text or "" for child in element.iter() if child.tag.rpartition("}")[2] == name)
    return next(found, "")


Sync = Callable[[S3, ObjectWrite, Rule, str], Response]
"""Brings something of a version to its replica, or back."""
