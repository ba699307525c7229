"""Log groups, and what delivers CloudFront's logs. They are kept, but nobody writes a log here."""

from collections.abc import Callable, Mapping
from typing import Any

from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import (
    Inputs,
    Row,
    camel,
    given,
    kept,
    only,
    retag,
    tagged,
    told,
    unless_gone,
)

_GROUP = {"kmsKeyId": "kmsKeyId", "logGroupClass": "logGroupClass", "name": "logGroupName"}
_SOURCE = {"logType": "logType", "name": "name", "resourceArn": "resourceArn"}
_DESTINATION = {
    "deliveryDestinationConfiguration": "deliveryDestinationConfiguration",
    "deliveryDestinationType": "deliveryDestinationType",
    "name": "name",
    "outputFormat": "outputFormat",
}
_DELIVERY = {
    "deliveryDestinationArn": "deliveryDestinationArn",
    "deliverySourceName": "deliverySourceName",
    "fieldDelimiter": "fieldDelimiter",
    "recordFields": "recordFields",
}
_CHANGEABLE = {"fieldDelimiter": "fieldDelimiter", "recordFields": "recordFields"}
_GONE = "ResourceNotFoundException"


def _create_group(inputs: Inputs, clients: Clients) -> State:
    _logs(inputs, clients).create_log_group(**given(inputs, _GROUP))
    return _update_group(inputs["name"], inputs, clients)


def _update_group(name: str, inputs: Inputs, clients: Clients) -> State:
    logs = _logs(inputs, clients)
    found = _find_group(logs, name) or {}
    if days := inputs.get("retentionInDays"):
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    elif "retentionInDays" in found:
        logs.delete_retention_policy(logGroupName=name)
    if inputs.get("kmsKeyId") != found.get("kmsKeyId"):
        _encrypt(logs, name, inputs.get("kmsKeyId"))
    _retag(logs, found["logGroupArn"], inputs)
    now = _read_group(name, inputs, clients)
    return State(name, {**inputs, **(now.outputs if now else {})})


def _encrypt(logs: Any, group: str, key: str | None) -> None:
    if key:
        logs.associate_kms_key(logGroupName=group, kmsKeyId=key)
    else:
        logs.disassociate_kms_key(logGroupName=group)


def _read_group(name: str, inputs: Inputs, clients: Clients) -> State | None:
    logs = _logs(inputs, clients)
    found = _find_group(logs, name)
    if found is None:
        return None
    outputs = {
        # moto tells no class.
        **kept(inputs, "logGroupClass", "namePrefix", "region", "skipDestroy"),
        **told(found, {**_GROUP, "retentionInDays": "retentionInDays"}),
        **tagged(_tags(logs, found["logGroupArn"])),
        "arn": found["logGroupArn"],
    }
    return State(name, outputs)


def _find_group(logs: Any, name: str) -> dict[str, Any] | None:
    pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
    return next((g for page in pages for g in page["logGroups"] if g["logGroupName"] == name), None)


def _delete_group(name: str, inputs: Inputs, clients: Clients) -> None:
    if not inputs.get("skipDestroy"):
        unless_gone(lambda: _logs(inputs, clients).delete_log_group(logGroupName=name), _GONE)


def _put_source(inputs: Inputs, clients: Clients) -> State:
    put = _logs(inputs, clients).put_delivery_source(**given(inputs, _SOURCE))["deliverySource"]
    return _retagged(put["arn"], inputs["name"], inputs, clients, _read_source)


def _read_source(name: str, inputs: Inputs, clients: Clients) -> State | None:
    logs = _logs(inputs, clients)
    found = unless_gone(lambda: logs.get_delivery_source(name=name)["deliverySource"], _GONE)
    if found is None:
        return None
    outputs = told({**found, "resourceArn": found["resourceArns"][0]}, _SOURCE)
    more = {"arn": found["arn"], "service": found["service"]}
    return State(name, {**outputs, **more, **kept(inputs, "region"), **tagged(_tags(logs, found["arn"]))})


def _put_destination(inputs: Inputs, clients: Clients) -> State:
    logs = _logs(inputs, clients)
    put = logs.put_delivery_destination(**given(inputs, _DESTINATION))["deliveryDestination"]
    return _retagged(put["arn"], inputs["name"], inputs, clients, _read_destination)


def _read_destination(name: str, inputs: Inputs, clients: Clients) -> State | None:
    logs = _logs(inputs, clients)
    found = unless_gone(lambda: logs.get_delivery_destination(name=name)["deliveryDestination"], _GONE)
    if found is None:
        return None
    outputs = told(found, _DESTINATION) | {"arn": found["arn"]}
    return State(name, {**outputs, **kept(inputs, "region"), **tagged(_tags(logs, found["arn"]))})


def _create_delivery(inputs: Inputs, clients: Clients) -> State:
    made = _logs(inputs, clients).create_delivery(**given(inputs, _DELIVERY), **_in_s3(inputs))["delivery"]
    return _retagged(made["arn"], made["id"], inputs, clients, _read_delivery)


def _update_delivery(id_: str, inputs: Inputs, clients: Clients) -> State:
    logs = _logs(inputs, clients)
    logs.update_delivery_configuration(id=id_, **given(inputs, _CHANGEABLE), **_in_s3(inputs))
    return _retagged(logs.get_delivery(id=id_)["delivery"]["arn"], id_, inputs, clients, _read_delivery)


def _in_s3(inputs: Inputs) -> dict[str, Any]:
    configurations = inputs.get("s3DeliveryConfigurations")
    return {"s3DeliveryConfiguration": configurations[0]} if configurations else {}


def _read_delivery(id_: str, inputs: Inputs, clients: Clients) -> State | None:
    logs = _logs(inputs, clients)
    found = unless_gone(lambda: logs.get_delivery(id=id_)["delivery"], _GONE)
    if found is None:
        return None
    outputs = told(found, _DELIVERY) | {"arn": found["arn"]}
    if "s3DeliveryConfiguration" in found:
        outputs["s3DeliveryConfigurations"] = [camel(found["s3DeliveryConfiguration"])]
    return State(id_, {**outputs, **kept(inputs, "region"), **tagged(_tags(logs, found["arn"]))})


def _put_policy(inputs: Inputs, clients: Clients) -> State:
    names = {name: name for name in ("deliveryDestinationName", "deliveryDestinationPolicy")}
    _logs(inputs, clients).put_delivery_destination_policy(**given(inputs, names))
    return State(inputs["deliveryDestinationName"], dict(inputs))


def _read_policy(name: str, inputs: Inputs, clients: Clients) -> State | None:
    get = _logs(inputs, clients).get_delivery_destination_policy
    found = unless_gone(lambda: get(deliveryDestinationName=name)["policy"], _GONE) or {}
    if not found.get("deliveryDestinationPolicy"):
        return None
    outputs = {"deliveryDestinationName": name, **found, **kept(inputs, "region")}
    return State(name, outputs)


def _retagged(
    arn: str,
    id_: str,
    inputs: Inputs,
    clients: Clients,
    read: Callable[[str, Inputs, Clients], State | None],
) -> State:
    _retag(_logs(inputs, clients), arn, inputs)
    now = read(id_, inputs, clients)
    return State(id_, {**inputs, **(now.outputs if now else {})})


def _retag(logs: Any, arn: str, inputs: Inputs) -> None:
    retag(
        inputs.get("tags"),
        _tags(logs, arn),
        add=lambda tags: logs.tag_resource(resourceArn=arn, tags=tags),
        remove=lambda keys: logs.untag_resource(resourceArn=arn, tagKeys=keys),
    )


def _tags(logs: Any, arn: str) -> Mapping[str, str]:
    return logs.list_tags_for_resource(resourceArn=arn)["tags"]  # type: ignore[no-any-return]


def _logs(inputs: Inputs, clients: Clients) -> Any:
    return clients.get("logs", inputs["region"])


def _delete(method: str, argument: str) -> Callable[[str, Inputs, Clients], None]:
    def delete(id_: str, inputs: Inputs, clients: Clients) -> None:
        unless_gone(lambda: getattr(_logs(inputs, clients), method)(**{argument: id_}), _GONE)

    return delete


ROWS: dict[str, Row] = {
    "aws:cloudwatch/logGroup:LogGroup": Row(
        replace_source='terraform-provider-aws, resource "aws_cloudwatch_log_group"',
        create=_create_group,
        update=_update_group,
        read=_read_group,
        delete=_delete_group,
        check=only("log group", {*_GROUP, "namePrefix", "retentionInDays", "skipDestroy"}),
        auto_name="name",
        replace_on=frozenset({"logGroupClass", "name", "namePrefix", "region"}),
        effect=False,
    ),
    "aws:cloudwatch/logDeliverySource:LogDeliverySource": Row(
        replace_source='terraform-provider-aws, resource "aws_cloudwatch_log_delivery_source"',
        create=_put_source,
        update=lambda _name, inputs, clients: _put_source(inputs, clients),
        read=_read_source,
        delete=_delete("delete_delivery_source", "name"),
        auto_name="name",
        replace_on=frozenset({"logType", "name", "region", "resourceArn"}),
        effect=False,
    ),
    # It also replaces where the destination is moved to another service: that is for whoever compares to see.
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": Row(
        replace_source='terraform-provider-aws, resource "aws_cloudwatch_log_delivery_destination"',
        create=_put_destination,
        update=lambda _name, inputs, clients: _put_destination(inputs, clients),
        read=_read_destination,
        delete=_delete("delete_delivery_destination", "name"),
        auto_name="name",
        replace_on=frozenset({"name", "outputFormat", "region"}),
        effect=False,
    ),
    "aws:cloudwatch/logDeliveryDestinationPolicy:LogDeliveryDestinationPolicy": Row(
        replace_source='terraform-provider-aws, resource "aws_cloudwatch_log_delivery_destination_policy"',
        create=_put_policy,
        update=lambda _name, inputs, clients: _put_policy(inputs, clients),
        read=_read_policy,
        delete=_delete("delete_delivery_destination_policy", "deliveryDestinationName"),
        replace_on=frozenset({"deliveryDestinationName", "region"}),
        effect=False,
    ),
    "aws:cloudwatch/logDelivery:LogDelivery": Row(
        replace_source='terraform-provider-aws, resource "aws_cloudwatch_log_delivery"',
        create=_create_delivery,
        update=_update_delivery,
        read=_read_delivery,
        delete=_delete("delete_delivery", "id"),
        replace_on=frozenset({"deliveryDestinationArn", "deliverySourceName", "region"}),
        effect=False,
    ),
}
