"""Buckets, their documents and their objects."""

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pulumi

from asset_edge.errors import Unsupported
from asset_edge.localcloud.clients import DEFAULT_REGION, Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import Inputs, Row, pascal, tag_list

_WEBSITE_ZONES = {"us-east-1": "Z3AQBSTGFYJSTF", "eu-west-1": "Z1BKCTXD74EZPE"}
"""The hosted zone of a region's website endpoint. Source: AWS General Reference, "Amazon S3 endpoints"."""

_NAMES = {
    "id": "ID",
    "sseAlgorithm": "SSEAlgorithm",
    "kmsMasterKeyId": "KMSMasterKeyID",
    "accessControlTranslation": "AccessControlTranslation",
    "replicaKmsKeyId": "ReplicaKmsKeyID",
}


def _create_bucket(inputs: Inputs, clients: Clients) -> State:
    bucket, region = inputs["bucket"], inputs["region"]
    where = {} if region == DEFAULT_REGION else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3 = clients.get("s3", region)
    s3.create_bucket(Bucket=bucket, **where)
    if inputs.get("tags"):
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tag_list(inputs["tags"])})
    return State(bucket, {**inputs, **_bucket_outputs(bucket, region, inputs)})


def _bucket_outputs(bucket: str, region: str, inputs: Inputs) -> dict[str, Any]:
    return {
        "arn": f"arn:aws:s3:::{bucket}",
        "bucketDomainName": f"{bucket}.s3.amazonaws.com",
        "bucketRegionalDomainName": f"{bucket}.s3.{region}.amazonaws.com",
        "bucketRegion": region,
        "hostedZoneId": _WEBSITE_ZONES.get(region, ""),
        "tagsAll": inputs.get("tags") or {},
    }


Convert = Callable[[Inputs], dict[str, Any]]


def _document(method: str, convert: Convert) -> Row:
    """A document that is written whole: create and update are one call."""

    def put(inputs: Inputs, clients: Clients) -> State:
        bucket = inputs["bucket"]
        getattr(clients.get("s3", inputs["region"]), method)(Bucket=bucket, **convert(inputs))
        return State(bucket, dict(inputs))

    return Row(
        create=put,
        update=lambda _id, inputs, clients: put(inputs, clients),
        replace_on=frozenset({"bucket", "region"}),
    )


def _access_block(inputs: Inputs) -> dict[str, Any]:
    names = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    settings = pascal({name: inputs.get(name, False) for name in names})
    return {"PublicAccessBlockConfiguration": settings}


def _encryption(inputs: Inputs) -> dict[str, Any]:
    return {"ServerSideEncryptionConfiguration": {"Rules": pascal(inputs["rules"], _NAMES)}}


def _lifecycle(inputs: Inputs) -> dict[str, Any]:
    rules = [pascal(_with_filter(rule), _NAMES) for rule in inputs["rules"]]
    return {"LifecycleConfiguration": {"Rules": rules}}


def _with_filter(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule without a filter is for every object, which the API wants said."""
    return dict(rule) if rule.get("filter") or rule.get("prefix") else {**rule, "filter": {"prefix": ""}}


def _replication(inputs: Inputs) -> dict[str, Any]:
    rules = [pascal(_with_filter(rule), _NAMES) for rule in inputs["rules"]]
    return {"ReplicationConfiguration": {"Role": inputs["role"], "Rules": rules}}


def _cors(inputs: Inputs) -> dict[str, Any]:
    return {"CORSConfiguration": {"CORSRules": pascal(inputs["corsRules"], _NAMES)}}


def _notification(inputs: Inputs) -> dict[str, Any]:
    return {
        "NotificationConfiguration": {"EventBridgeConfiguration": {}} if inputs.get("eventbridge") else {},
        "SkipDestinationValidation": True,
    }


def _check_notification(inputs: Inputs) -> None:
    for name in ("lambdaFunctions", "queues", "topics"):
        if inputs.get(name):
            raise Unsupported(
                f"{name} is declared on a bucket's notifications; the local cloud knows eventbridge only. "
                "Send events through EventBridge"
            )


def _put_object(inputs: Inputs, clients: Clients) -> State:
    bucket, key = inputs["bucket"], inputs["key"]
    known = ("cacheControl", "contentType", "contentEncoding", "contentDisposition", "metadata")
    given = pascal({name: inputs[name] for name in known if inputs.get(name) is not None})
    put = clients.get("s3", inputs["region"]).put_object(
        Bucket=bucket, Key=key, Body=_content(inputs), **given
    )
    outputs = {
        "arn": f"arn:aws:s3:::{bucket}/{key}",
        "etag": put["ETag"].strip('"'),
        "versionId": put.get("VersionId", ""),
        "tagsAll": inputs.get("tags") or {},
    }
    return State(f"{bucket}/{key}", {**inputs, **outputs})


def _content(inputs: Inputs) -> bytes:
    source = inputs.get("source")
    if isinstance(source, pulumi.FileAsset):
        return Path(source.path).read_bytes()
    if isinstance(source, pulumi.StringAsset):
        return str(source.text).encode()
    if inputs.get("contentBase64"):
        return base64.b64decode(inputs["contentBase64"])
    return str(inputs.get("content", "")).encode()


ROWS: dict[str, Row] = {
    "aws:s3/bucket:Bucket": Row(
        create=_create_bucket, auto_name="bucket", replace_on=frozenset({"bucket", "region"})
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _document(
        "put_bucket_versioning",
        lambda inputs: {
            "VersioningConfiguration": pascal(inputs["versioningConfiguration"], {"mfaDelete": "MFADelete"})
        },
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _document(
        "put_public_access_block", _access_block
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _document(
        "put_bucket_ownership_controls",
        lambda inputs: {"OwnershipControls": {"Rules": [pascal(inputs["rule"])]}},
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _document(
        "put_bucket_encryption", _encryption
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _document(
        "put_bucket_lifecycle_configuration", _lifecycle
    ),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": _document(
        "put_bucket_replication", _replication
    ),
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": _document("put_bucket_cors", _cors),
    "aws:s3/bucketPolicy:BucketPolicy": _document(
        "put_bucket_policy", lambda inputs: {"Policy": inputs["policy"]}
    ),
    "aws:s3/bucketNotification:BucketNotification": Row(
        create=_document("put_bucket_notification_configuration", _notification).create,
        check=_check_notification,
        replace_on=frozenset({"bucket", "region"}),
    ),
    "aws:s3/bucketObjectv2:BucketObjectv2": Row(
        create=_put_object, replace_on=frozenset({"bucket", "key", "region"})
    ),
}
