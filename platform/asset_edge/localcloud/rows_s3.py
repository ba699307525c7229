"""Buckets and objects: how each is made, changed, looked at and taken away."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pulumi
from botocore.exceptions import ClientError

from asset_edge.errors import Unsupported
from asset_edge.localcloud import rows_s3_documents
from asset_edge.localcloud.clients import DEFAULT_REGION, Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import Inputs, Row, tag_list

_WEBSITE_ZONES = {"us-east-1": "Z3AQBSTGFYJSTF", "eu-west-1": "Z1BKCTXD74EZPE"}
"""The hosted zone of a region's website endpoint. Source: AWS General Reference, "Amazon S3 endpoints"."""

_OF_A_BUCKET = frozenset({"bucket", "forceDestroy", "objectLockEnabled", "region", "tags"})
_OF_AN_OBJECT = {
    "acl": "ACL",
    "bucketKeyEnabled": "BucketKeyEnabled",
    "cacheControl": "CacheControl",
    "contentDisposition": "ContentDisposition",
    "contentEncoding": "ContentEncoding",
    "contentLanguage": "ContentLanguage",
    "contentType": "ContentType",
    "kmsKeyId": "SSEKMSKeyId",
    "metadata": "Metadata",
    "serverSideEncryption": "ServerSideEncryption",
    "storageClass": "StorageClass",
    "websiteRedirect": "WebsiteRedirectLocation",
}
"""What an object has besides its content, and what S3 calls it."""

_NOT_OF_AN_OBJECT = ("objectLockLegalHoldStatus", "objectLockMode", "objectLockRetainUntilDate")
_GONE = frozenset({"404", "NoSuchBucket", "NoSuchKey"})
_MOST_PER_CALL = 1000
"""How many objects DeleteObjects takes."""


def _create_bucket(inputs: Inputs, clients: Clients) -> State:
    bucket, region = inputs["bucket"], inputs["region"]
    more: dict[str, Any] = {}
    if region != DEFAULT_REGION:
        more["CreateBucketConfiguration"] = {"LocationConstraint": region}
    if inputs.get("objectLockEnabled"):
        more["ObjectLockEnabledForBucket"] = True
    clients.get("s3", region).create_bucket(Bucket=bucket, **more)
    return _update_bucket(bucket, inputs, clients)


def _update_bucket(bucket: str, inputs: Inputs, clients: Clients) -> State:
    """All that can change of a bucket itself are its tags."""
    s3 = clients.get("s3", inputs["region"])
    if inputs.get("tags"):
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tag_list(inputs["tags"])})
    else:
        s3.delete_bucket_tagging(Bucket=bucket)
    return State(bucket, {**inputs, **_bucket_outputs(bucket, inputs["region"], inputs.get("tags") or {})})


def _read_bucket(bucket: str, inputs: Inputs, clients: Clients) -> State | None:
    s3 = clients.get("s3", inputs["region"])
    try:
        region = s3.head_bucket(Bucket=bucket)["BucketRegion"]
    except ClientError as error:
        _unless_gone(error)
        return None
    tags = _bucket_tags(s3, bucket)
    # S3 does not know what is to become of the objects of a bucket that goes.
    known = {name: inputs[name] for name in ("forceDestroy", "objectLockEnabled") if name in inputs}
    told = {"bucket": bucket, "region": region, "tags": tags} | known
    return State(bucket, told | _bucket_outputs(bucket, region, tags))


def _bucket_tags(s3: Any, bucket: str) -> dict[str, str]:
    try:
        return {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchTagSet":
            return {}
        raise


def _delete_bucket(bucket: str, inputs: Inputs, clients: Clients) -> None:
    """Raises ClientError (BucketNotEmpty) where it has objects and is not to be emptied by force."""
    s3 = clients.get("s3", inputs["region"])
    try:
        if inputs.get("forceDestroy"):
            _delete_versions(s3, bucket, _versions(s3, bucket))
        s3.delete_bucket(Bucket=bucket)
    except ClientError as error:
        _unless_gone(error)


def _versions(s3: Any, bucket: str, prefix: str = "") -> Iterator[dict[str, str]]:
    """Every version and delete marker of every key that begins so."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        for found in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            yield {"Key": found["Key"], "VersionId": found["VersionId"]}


def _delete_versions(s3: Any, bucket: str, versions: Iterator[dict[str, str]]) -> None:
    named = list(versions)
    for start in range(0, len(named), _MOST_PER_CALL):
        s3.delete_objects(Bucket=bucket, Delete={"Objects": named[start : start + _MOST_PER_CALL]})


def _bucket_outputs(bucket: str, region: str, tags: dict[str, str]) -> dict[str, Any]:
    return {
        "arn": f"arn:aws:s3:::{bucket}",
        "bucketDomainName": f"{bucket}.s3.amazonaws.com",
        "bucketRegionalDomainName": f"{bucket}.s3.{region}.amazonaws.com",
        "bucketRegion": region,
        "hostedZoneId": _WEBSITE_ZONES.get(region, ""),
        "tagsAll": tags,
    }


def _check_bucket(inputs: Inputs) -> None:
    if others := sorted(name for name in inputs if name not in _OF_A_BUCKET and inputs[name] is not None):
        raise Unsupported(
            f"a bucket is declared with {', '.join(others)}; the local cloud takes "
            f"{', '.join(sorted(_OF_A_BUCKET))} there. Declare the rest as a resource of its own"
        )


def _put_object(inputs: Inputs, clients: Clients) -> State:
    bucket, key = inputs["bucket"], inputs["key"]
    given = {name: inputs[ours] for ours, name in _OF_AN_OBJECT.items() if inputs.get(ours) is not None}
    if inputs.get("tags"):
        given["Tagging"] = urlencode(inputs["tags"])
    s3 = clients.get("s3", inputs["region"])
    put = s3.put_object(Bucket=bucket, Key=key, Body=_content(inputs), **given)
    return State(f"{bucket}/{key}", {**inputs, **_object_outputs(bucket, key, put, inputs.get("tags") or {})})


def _read_object(_id: str, inputs: Inputs, clients: Clients) -> State | None:
    named = {"Bucket": inputs["bucket"], "Key": inputs["key"]}
    s3 = clients.get("s3", inputs["region"])
    try:
        found = s3.get_object(**named)
        tags = {tag["Key"]: tag["Value"] for tag in s3.get_object_tagging(**named)["TagSet"]}
    except ClientError as error:
        _unless_gone(error)
        return None
    told = {ours: found[name] for ours, name in _OF_AN_OBJECT.items() if found.get(name)}
    with found["Body"] as body:
        told |= {"content": body.read().decode()} if "content" in inputs else {}
    whose = {"bucket": inputs["bucket"], "key": inputs["key"], "region": inputs["region"], "tags": tags}
    return State(_id, whose | told | _object_outputs(inputs["bucket"], inputs["key"], found, tags))


def _delete_object(_id: str, inputs: Inputs, clients: Clients) -> None:
    """With every version that there is, as the provider does."""
    s3, bucket, key = clients.get("s3", inputs["region"]), inputs["bucket"], inputs["key"]
    try:
        named = (version for version in _versions(s3, bucket, key) if version["Key"] == key)
        _delete_versions(s3, bucket, named)
    except ClientError as error:
        _unless_gone(error)


def _object_outputs(bucket: str, key: str, answer: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    return {
        "arn": f"arn:aws:s3:::{bucket}/{key}",
        "etag": answer["ETag"].strip('"'),
        "versionId": answer.get("VersionId", ""),
        "tagsAll": tags,
    }


def _content(inputs: Inputs) -> bytes:
    source = inputs.get("source")
    if isinstance(source, pulumi.FileAsset):
        return Path(source.path).read_bytes()
    if isinstance(source, pulumi.StringAsset):
        return str(source.text).encode()
    if inputs.get("contentBase64"):
        return base64.b64decode(inputs["contentBase64"])
    return str(inputs.get("content", "")).encode()


def _check_object(inputs: Inputs) -> None:
    for name in _NOT_OF_AN_OBJECT:
        if inputs.get(name) is not None:
            raise Unsupported(
                f"an object is declared with {name}; the local cloud locks none. Leave it out here"
            )


def _unless_gone(error: ClientError) -> None:
    """Raises it, unless it says that the bucket or object is not there."""
    if error.response["Error"]["Code"] not in _GONE:
        raise error


ROWS: dict[str, Row] = {
    **rows_s3_documents.ROWS,
    "aws:s3/bucket:Bucket": Row(
        replace_source='terraform-provider-aws, resource "aws_s3_bucket"',
        create=_create_bucket,
        update=_update_bucket,
        read=_read_bucket,
        delete=_delete_bucket,
        check=_check_bucket,
        auto_name="bucket",
        replace_on=frozenset({"bucket", "bucketNamespace", "bucketPrefix", "objectLockEnabled", "region"}),
    ),
    "aws:s3/bucketObjectv2:BucketObjectv2": Row(
        replace_source='terraform-provider-aws, resource "aws_s3_object"',
        create=_put_object,
        update=lambda _id, inputs, clients: _put_object(inputs, clients),
        read=_read_object,
        delete=_delete_object,
        check=_check_object,
        replace_on=frozenset({"bucket", "key", "region"}),
    ),
}
