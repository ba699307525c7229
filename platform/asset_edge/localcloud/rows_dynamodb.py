"""Tables with their replicas: how each is made, changed, looked at and taken away."""

from collections.abc import Mapping
from typing import Any

from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import (
    Inputs,
    Row,
    given,
    kept,
    only,
    pascal,
    retag,
    tag_list,
    tag_map,
    tagged,
    unless_gone,
)

_GONE = "ResourceNotFoundException"
_ON_DEMAND = "PAY_PER_REQUEST"
_AWSS_OWN_KEY = "alias/aws/dynamodb"
_CAPACITY = {"readCapacity": "ReadCapacityUnits", "writeCapacity": "WriteCapacityUnits"}
_KNOWN = {
    *("attributes", "billingMode", "deletionProtectionEnabled", "hashKey", "name", "pointInTimeRecovery"),
    *("rangeKey", "replicas", "serverSideEncryption", "streamEnabled", "streamViewType", "ttl", *_CAPACITY),
}
_MADE_ANEW = {
    *("hashKey", "importTable", "localSecondaryIndexes", "name", "rangeKey", "region", "restoreBackupArn"),
    *("restoreDateTime", "restoreSourceName", "restoreSourceTableArn", "restoreToLatestTime"),
}


def _create(inputs: Inputs, clients: Clients) -> State:
    name, region = inputs["name"], inputs["region"]
    _tables(clients, region).create_table(
        TableName=name,
        AttributeDefinitions=_attributes(inputs),
        KeySchema=_key_schema(inputs),
        BillingMode=inputs.get("billingMode") or "PROVISIONED",
        DeletionProtectionEnabled=bool(inputs.get("deletionProtectionEnabled")),
        Tags=tag_list(inputs.get("tags")),
        **_provisioned(inputs),
        **_stream(inputs),
        **_encryption(inputs),
    )
    return _settled(name, inputs, clients)


def _update(name: str, inputs: Inputs, clients: Clients) -> State:
    tables = _tables(clients, inputs["region"])
    now = tables.describe_table(TableName=name)["Table"]
    changes: dict[str, Any] = {
        "DeletionProtectionEnabled": bool(inputs.get("deletionProtectionEnabled")),
        **_encryption(inputs),
    }
    if (inputs.get("billingMode") or "PROVISIONED") != now["BillingModeSummary"]["BillingMode"]:
        changes |= {"BillingMode": inputs.get("billingMode") or "PROVISIONED", **_provisioned(inputs)}
    stream = _stream(inputs).get("StreamSpecification", {"StreamEnabled": False})
    if stream["StreamEnabled"] != ("StreamSpecification" in now):
        changes["StreamSpecification"] = stream
    tables.update_table(TableName=name, AttributeDefinitions=_attributes(inputs), **changes)
    _retag(tables, now["TableArn"], inputs)
    return _settled(name, inputs, clients)


def _settled(name: str, inputs: Inputs, clients: Clients) -> State:
    """What is set by calls of its own, in the table and in its replicas."""
    tables = _tables(clients, inputs["region"])
    _set_expiry(tables, name, inputs.get("ttl") or {})
    _set_recovery(tables, name, inputs.get("pointInTimeRecovery") or {})
    _set_replicas(tables, name, inputs, clients)
    now = _read(name, inputs, clients)
    return State(name, {**inputs, **(now.outputs if now else {})})


def _set_expiry(tables: Any, name: str, wanted: Inputs) -> None:
    now = _expiry(tables, name)
    if wanted.get("enabled") and now != wanted.get("attributeName"):
        told = {"Enabled": True, "AttributeName": wanted["attributeName"]}
    elif now and not wanted.get("enabled"):
        told = {"Enabled": False, "AttributeName": now}
    else:
        return
    tables.update_time_to_live(TableName=name, TimeToLiveSpecification=told)


def _set_recovery(tables: Any, name: str, wanted: Inputs) -> None:
    told: dict[str, Any] = {"PointInTimeRecoveryEnabled": bool(wanted.get("enabled"))}
    if wanted.get("recoveryPeriodInDays") and wanted.get("enabled"):
        told["RecoveryPeriodInDays"] = wanted["recoveryPeriodInDays"]
    tables.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=told)


def _set_replicas(tables: Any, name: str, inputs: Inputs, clients: Clients) -> None:
    wanted = {replica["regionName"]: replica for replica in inputs.get("replicas") or ()}
    now = _regions(tables.describe_table(TableName=name)["Table"])
    for region in now - wanted.keys():
        _drop_replica(tables, name, region)
    for region in sorted(wanted.keys() - now):
        made = {"RegionName": region, **given(wanted[region], {"kmsKeyArn": "KMSMasterKeyId"})}
        tables.update_table(TableName=name, ReplicaUpdates=[{"Create": made}])
    for region, replica in wanted.items():
        _set_replica(_tables(clients, region), name, replica, inputs)


def _set_replica(tables: Any, name: str, replica: Inputs, inputs: Inputs) -> None:
    protected = bool(replica.get("deletionProtectionEnabled"))
    tables.update_table(TableName=name, DeletionProtectionEnabled=protected)
    _set_recovery(tables, name, {"enabled": replica.get("pointInTimeRecovery")})
    if replica.get("propagateTags"):
        _retag(tables, tables.describe_table(TableName=name)["Table"]["TableArn"], inputs)


def _drop_replica(tables: Any, name: str, region: str) -> None:
    tables.update_table(TableName=name, ReplicaUpdates=[{"Delete": {"RegionName": region}}])


def _read(name: str, inputs: Inputs, clients: Clients) -> State | None:
    tables = _tables(clients, inputs["region"])
    found = unless_gone(lambda: tables.describe_table(TableName=name)["Table"], _GONE)
    if found is None:
        return None
    outputs = {
        **_told(found, _key_of(found, inputs["region"], clients)),
        **_told_expiry(tables, name),
        **_told_recovery(tables, name),
        **_told_replicas(found, name, inputs, clients),
        **kept(inputs, "region"),
        **tagged(_tags(tables, found["TableArn"])),
    }
    return State(name, outputs)


def _told(found: Mapping[str, Any], key: Mapping[str, str]) -> dict[str, Any]:
    keys = {key["KeyType"]: key["AttributeName"] for key in found["KeySchema"]}
    on_demand = found["BillingModeSummary"]["BillingMode"] == _ON_DEMAND
    told: dict[str, Any] = {
        "name": found["TableName"],
        "arn": found["TableArn"],
        "attributes": [
            {"name": one["AttributeName"], "type": one["AttributeType"]}
            for one in found["AttributeDefinitions"]
        ],
        "billingMode": found["BillingModeSummary"]["BillingMode"],
        "deletionProtectionEnabled": found["DeletionProtectionEnabled"],
        "hashKey": keys["HASH"],
    }
    if "RANGE" in keys:
        told["rangeKey"] = keys["RANGE"]
    if not on_demand:
        told |= {ours: found["ProvisionedThroughput"][api] for ours, api in _CAPACITY.items()}
    if stream := found.get("StreamSpecification"):
        told |= {"streamEnabled": True, "streamViewType": stream["StreamViewType"]}
        told |= {"streamArn": found["LatestStreamArn"], "streamLabel": found["LatestStreamLabel"]}
    if "SSEDescription" in found:
        told["serverSideEncryption"] = {"enabled": True, **key}
    return told


def _key_of(found: Mapping[str, Any], region: str, clients: Clients) -> dict[str, str]:
    """The KMS key that somebody named; the one that AWS manages goes without saying."""
    key = found.get("SSEDescription", {}).get("KMSMasterKeyArn")
    if key is None:
        return {}
    kms = clients.get("kms", region)
    told = unless_gone(
        lambda: kms.describe_key(KeyId=_AWSS_OWN_KEY)["KeyMetadata"]["Arn"], "NotFoundException"
    )
    return {} if key == told else {"kmsKeyArn": key}


def _told_expiry(tables: Any, name: str) -> dict[str, Any]:
    attribute = _expiry(tables, name)
    return {"ttl": {"enabled": True, "attributeName": attribute}} if attribute else {}


def _expiry(tables: Any, name: str) -> str | None:
    told = tables.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    return told["AttributeName"] if told["TimeToLiveStatus"] == "ENABLED" else None


def _told_recovery(tables: Any, name: str) -> dict[str, Any]:
    told = _recovery(tables, name)
    if told["PointInTimeRecoveryStatus"] != "ENABLED":
        return {}
    days = told.get("RecoveryPeriodInDays")
    return {"pointInTimeRecovery": {"enabled": True, **({"recoveryPeriodInDays": days} if days else {})}}


def _recovery(tables: Any, name: str) -> Mapping[str, Any]:
    told = tables.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    return told["PointInTimeRecoveryDescription"]  # type: ignore[no-any-return]


def _told_replicas(found: Mapping[str, Any], name: str, inputs: Inputs, clients: Clients) -> dict[str, Any]:
    """In the order in which they were declared, others after those."""
    declared = {replica["regionName"]: replica for replica in inputs.get("replicas") or ()}
    regions = _regions(found)
    order = [r for r in declared if r in regions] + sorted(regions - declared.keys())
    told = [_told_replica(r, name, declared.get(r, {}), clients) for r in order]
    return {"replicas": told} if told else {}


def _told_replica(region: str, name: str, declared: Inputs, clients: Clients) -> dict[str, Any]:
    tables = _tables(clients, region)
    found = tables.describe_table(TableName=name)["Table"]
    return {
        "regionName": region,
        "deletionProtectionEnabled": found["DeletionProtectionEnabled"],
        "pointInTimeRecovery": _recovery(tables, name)["PointInTimeRecoveryStatus"] == "ENABLED",
        # Whether tags are to follow is the provider's own affair: no API tells.
        **kept(declared, "propagateTags"),
        **_key_of(found, region, clients),
    }


def _regions(found: Mapping[str, Any]) -> set[str]:
    return {replica["RegionName"] for replica in found.get("Replicas", ())}


def _delete(name: str, inputs: Inputs, clients: Clients) -> None:
    """Raises ClientError where deletion protection is on."""
    tables = _tables(clients, inputs["region"])
    found = unless_gone(lambda: tables.describe_table(TableName=name)["Table"], _GONE)
    if found is None:
        return
    # Where the table itself is refused, its replicas are to stay too.
    for region in () if found["DeletionProtectionEnabled"] else sorted(_regions(found)):
        _drop_replica(tables, name, region)
    tables.delete_table(TableName=name)


def _attributes(inputs: Inputs) -> list[dict[str, str]]:
    return [
        {"AttributeName": one["name"], "AttributeType": one["type"]} for one in inputs.get("attributes") or ()
    ]


def _key_schema(inputs: Inputs) -> list[dict[str, str]]:
    kinds = {"HASH": inputs.get("hashKey"), "RANGE": inputs.get("rangeKey")}
    return [{"AttributeName": name, "KeyType": kind} for kind, name in kinds.items() if name]


def _provisioned(inputs: Inputs) -> dict[str, Any]:
    return (
        {} if inputs.get("billingMode") == _ON_DEMAND else {"ProvisionedThroughput": given(inputs, _CAPACITY)}
    )


def _stream(inputs: Inputs) -> dict[str, Any]:
    if not inputs.get("streamEnabled"):
        return {}
    return {"StreamSpecification": pascal(kept(inputs, "streamEnabled", "streamViewType"))}


def _encryption(inputs: Inputs) -> dict[str, Any]:
    wanted = inputs.get("serverSideEncryption")
    if wanted is None:
        return {}
    return {
        "SSESpecification": {
            "Enabled": bool(wanted.get("enabled")),
            **given(wanted, {"kmsKeyArn": "KMSMasterKeyId"}),
        }
    }


def _retag(tables: Any, arn: str, inputs: Inputs) -> None:
    now = _tags(tables, arn)
    wanted = inputs.get("tags") or {}
    # moto adds a tag a second time instead of changing it.
    stale = [key for key, value in now.items() if key in wanted and wanted[key] != value]
    if stale:
        tables.untag_resource(ResourceArn=arn, TagKeys=stale)
    retag(
        wanted,
        _tags(tables, arn),
        add=lambda tags: tables.tag_resource(ResourceArn=arn, Tags=tag_list(tags)),
        remove=lambda keys: tables.untag_resource(ResourceArn=arn, TagKeys=keys),
    )


def _tags(tables: Any, arn: str) -> dict[str, str]:
    return tag_map(tables.list_tags_of_resource(ResourceArn=arn)["Tags"])


def _tables(clients: Clients, region: str) -> Any:
    return clients.get("dynamodb", region)


ROWS: dict[str, Row] = {
    "aws:dynamodb/table:Table": Row(
        replace_source='terraform-provider-aws, resource "aws_dynamodb_table"',
        create=_create,
        update=_update,
        read=_read,
        delete=_delete,
        check=only("table", _KNOWN),
        auto_name="name",
        replace_on=frozenset(_MADE_ANEW),
    ),
}
