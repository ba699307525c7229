"""What stands beside a bucket: documents that are written whole, each with what reads and removes it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from asset_edge.errors import Unsupported
from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import Inputs, Row, pascal, tag_list

_NAMES = {
    "displayName": "DisplayName",
    "id": "ID",
    "kmsMasterKeyId": "KMSMasterKeyID",
    "mfaDelete": "MFADelete",
    "replicaKmsKeyId": "ReplicaKmsKeyID",
    "sseAlgorithm": "SSEAlgorithm",
    "uri": "URI",
}
_PROVIDERS_NAMES = {theirs: ours for ours, theirs in _NAMES.items()}

Answer = Mapping[str, Any]
To = Callable[[Inputs], dict[str, Any]]
From = Callable[[Answer], dict[str, Any]]


def _document(
    what: str,
    to: To,
    back: From,
    *,
    absent: str = "",
    remove: To | None = None,
    check: Callable[[Inputs], None] = lambda _: None,
    owner: bool = False,
) -> Row:
    """A document that is written whole: create and update are one call.

    `absent` is S3's code where there is none; a document without one is absent where `back` gives nothing.
    `remove` is what is written in place of deleting, where S3 has no call for that.
    """
    call = f"bucket_{what}" if what != "public_access_block" else what

    def put(inputs: Inputs, clients: Clients) -> State:
        s3 = clients.get("s3", inputs["region"])
        getattr(s3, f"put_{call}")(Bucket=inputs["bucket"], **to(inputs))
        return State(inputs["bucket"], dict(inputs))

    def read(bucket: str, inputs: Inputs, clients: Clients) -> State | None:
        s3 = clients.get("s3", inputs["region"])
        found = _unless_absent(lambda: getattr(s3, f"get_{call}")(Bucket=bucket), absent)
        told = back(found) if found is not None else {}
        return State(bucket, {"bucket": bucket, "region": inputs["region"], **told}) if told else None

    def delete(bucket: str, inputs: Inputs, clients: Clients) -> None:
        s3 = clients.get("s3", inputs["region"])
        if remove is None:
            name = call.removesuffix("_configuration") if what.startswith("lifecycle") else call
            _unless_absent(lambda: getattr(s3, f"delete_{name}")(Bucket=bucket), absent)
        else:
            _unless_absent(lambda: getattr(s3, f"put_{call}")(Bucket=bucket, **remove(inputs)), absent)

    return Row(
        create=put,
        update=lambda _id, inputs, clients: put(inputs, clients),
        read=read,
        delete=delete,
        check=check,
        replace_on=frozenset({"bucket", "region", *(["expectedBucketOwner"] if owner else [])}),
        replace_source="terraform-provider-aws, resources of the documents of an S3 bucket",
    )


def _unless_absent(call: Callable[[], Answer], absent: str) -> Answer | None:
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] in (absent, "NoSuchBucket"):
            return None
        raise


def _camel(value: Any) -> Any:
    """The API's document in the provider's words."""
    if isinstance(value, Mapping):
        return {_PROVIDERS_NAMES.get(k, k[:1].lower() + k[1:]): _camel(v) for k, v in value.items()}
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return [_camel(item) for item in value] if isinstance(value, list) else value


def _access_block(inputs: Inputs) -> dict[str, Any]:
    names = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    settings = pascal({name: inputs.get(name, False) for name in names})
    return {"PublicAccessBlockConfiguration": settings}


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as the API has it; one without a filter is for every object, by the older of its two ways."""
    filtered = rule.get("filter")
    plain = {name: value for name, value in rule.items() if name != "filter"}
    if filtered is None:
        return {"Prefix": "", **pascal(plain, _NAMES)}
    return {**pascal(plain, _NAMES), "Filter": _filter(filtered)}


def _filter(filtered: Mapping[str, Any]) -> dict[str, Any]:
    both = filtered.get("and")
    told: dict[str, Any] = pascal({k: v for k, v in filtered.items() if k != "and"}, _NAMES)
    if both is not None:
        tags = {"Tags": tag_list(both["tags"])} if both.get("tags") else {}
        told["And"] = pascal({k: v for k, v in both.items() if k != "tags"}) | tags
    return told or {"Prefix": ""}


def _provider_rule(rule: Answer) -> dict[str, Any]:
    told: dict[str, Any] = _camel(rule)
    if not told.get("prefix"):
        told.pop("prefix", None)
    both = told.get("filter", {}).get("and", {})
    if "tags" in both:
        both["tags"] = {tag["key"]: tag["value"] for tag in both["tags"]}
    return told


def _lifecycle(inputs: Inputs) -> dict[str, Any]:
    rules = [_rule({"filter": {"prefix": rule.get("prefix", "")}, **rule}) for rule in inputs["rules"]]
    size = inputs.get("transitionDefaultMinimumObjectSize")
    more = {"TransitionDefaultMinimumObjectSize": size} if size else {}
    return {"LifecycleConfiguration": {"Rules": [_without(rule, "Prefix") for rule in rules]}, **more}


def _without(rule: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in rule.items() if key != name}


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


def _check_encryption(inputs: Inputs) -> None:
    if any(rule.get("blockedEncryptionTypes") for rule in inputs["rules"]):
        raise Unsupported(
            "blockedEncryptionTypes is declared on a bucket's encryption; the local cloud blocks none. "
            "Leave it out here"
        )


def _logging(inputs: Inputs) -> dict[str, Any]:
    names = ("targetBucket", "targetPrefix", "targetGrants", "targetObjectKeyFormat")
    given = {name: inputs[name] for name in names if inputs.get(name) is not None}
    return {"BucketLoggingStatus": {"LoggingEnabled": pascal(given, _NAMES)}}


def _put_metric(inputs: Inputs, clients: Clients) -> State:
    bucket, name = inputs["bucket"], inputs["name"]
    configuration = {"Id": name, **_metric_filter(inputs.get("filter") or {})}
    clients.get("s3", inputs["region"]).put_bucket_metrics_configuration(
        Bucket=bucket, Id=name, MetricsConfiguration=configuration
    )
    return State(f"{bucket}:{name}", dict(inputs))


def _metric_filter(filtered: Mapping[str, Any]) -> dict[str, Any]:
    """One condition stands alone, several stand in an `And`."""
    tags = tag_list(filtered.get("tags"))
    given = {"Prefix": filtered.get("prefix"), "AccessPointArn": filtered.get("accessPoint")}
    told: dict[str, Any] = {name: value for name, value in given.items() if value}
    if len(told) + len(tags) > 1:
        return {"Filter": {"And": {**told, **({"Tags": tags} if tags else {})}}}
    if tags:
        told["Tag"] = tags[0]
    return {"Filter": told} if told else {}


def _read_metric(id_: str, inputs: Inputs, clients: Clients) -> State | None:
    bucket, _, name = id_.partition(":")
    s3 = clients.get("s3", inputs["region"])
    found = _unless_absent(
        lambda: s3.get_bucket_metrics_configuration(Bucket=bucket, Id=name), "NoSuchConfiguration"
    )
    if found is None:
        return None
    told = {"bucket": bucket, "name": name, "region": inputs["region"]}
    filtered = found["MetricsConfiguration"].get("Filter")
    return State(id_, told | ({"filter": _provider_filter(filtered)} if filtered else {}))


def _provider_filter(filtered: Answer) -> dict[str, Any]:
    given = filtered.get("And", filtered)
    tags = given.get("Tags") or [given[name] for name in ("Tag",) if name in given]
    told = {"prefix": given.get("Prefix"), "accessPoint": given.get("AccessPointArn")}
    told |= {"tags": {tag["Key"]: tag["Value"] for tag in tags}}
    return {name: value for name, value in told.items() if value}


def _delete_metric(id_: str, inputs: Inputs, clients: Clients) -> None:
    bucket, _, name = id_.partition(":")
    s3 = clients.get("s3", inputs["region"])
    _unless_absent(
        lambda: s3.delete_bucket_metrics_configuration(Bucket=bucket, Id=name), "NoSuchConfiguration"
    )


ROWS: dict[str, Row] = {
    "aws:s3/bucketVersioning:BucketVersioning": _document(
        "versioning",
        lambda inputs: {"VersioningConfiguration": pascal(inputs["versioningConfiguration"], _NAMES)},
        lambda found: {"versioningConfiguration": {"status": found["Status"]}} if "Status" in found else {},
        # S3 never stops keeping what it has: versioning is suspended, and stays so.
        remove=lambda _: {"VersioningConfiguration": {"Status": "Suspended"}},
        owner=True,
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _document(
        "public_access_block",
        _access_block,
        lambda found: _camel(found["PublicAccessBlockConfiguration"]),
        absent="NoSuchPublicAccessBlockConfiguration",
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _document(
        "ownership_controls",
        lambda inputs: {"OwnershipControls": {"Rules": [pascal(inputs["rule"])]}},
        lambda found: {"rule": _camel(found["OwnershipControls"]["Rules"][0])},
        absent="OwnershipControlsNotFoundError",
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _document(
        "encryption",
        lambda inputs: {"ServerSideEncryptionConfiguration": {"Rules": pascal(inputs["rules"], _NAMES)}},
        lambda found: {"rules": _camel(found["ServerSideEncryptionConfiguration"]["Rules"])},
        absent="ServerSideEncryptionConfigurationNotFoundError",
        check=_check_encryption,
        owner=True,
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _document(
        "lifecycle_configuration",
        _lifecycle,
        lambda found: {"rules": [_provider_rule(rule) for rule in found["Rules"]]},
        absent="NoSuchLifecycleConfiguration",
        owner=True,
    ),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": _document(
        "replication",
        lambda inputs: {
            "ReplicationConfiguration": {"Role": inputs["role"], "Rules": [_rule(r) for r in inputs["rules"]]}
        },
        lambda found: {
            "role": found["ReplicationConfiguration"]["Role"],
            "rules": [_provider_rule(rule) for rule in found["ReplicationConfiguration"]["Rules"]],
        },
        absent="ReplicationConfigurationNotFoundError",
    ),
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": _document(
        "cors",
        lambda inputs: {"CORSConfiguration": {"CORSRules": pascal(inputs["corsRules"], _NAMES)}},
        lambda found: {"corsRules": _camel(found["CORSRules"])},
        absent="NoSuchCORSConfiguration",
        owner=True,
    ),
    "aws:s3/bucketPolicy:BucketPolicy": _document(
        "policy",
        lambda inputs: {"Policy": inputs["policy"]},
        lambda found: {"policy": found["Policy"]},
        absent="NoSuchBucketPolicy",
    ),
    "aws:s3/bucketNotification:BucketNotification": _document(
        "notification_configuration",
        _notification,
        lambda found: {"eventbridge": True} if "EventBridgeConfiguration" in found else {},
        remove=lambda _: _notification({}),
        check=_check_notification,
    ),
    "aws:s3/bucketLogging:BucketLogging": _document(
        "logging",
        _logging,
        lambda found: _camel(found.get("LoggingEnabled", {})),
        remove=lambda _: {"BucketLoggingStatus": {}},
        owner=True,
    ),
    "aws:s3/bucketMetric:BucketMetric": Row(
        replace_source='terraform-provider-aws, resource "aws_s3_bucket_metric"',
        create=_put_metric,
        update=lambda _id, inputs, clients: _put_metric(inputs, clients),
        read=_read_metric,
        delete=_delete_metric,
        auto_name="name",
        replace_on=frozenset({"bucket", "name", "region"}),
    ),
}
