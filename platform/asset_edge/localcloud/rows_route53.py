"""Hosted zones, and the records in them."""

import re
import uuid
from collections.abc import Iterable
from typing import Any

from asset_edge.errors import Unsupported
from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.record_changes import full_name
from asset_edge.localcloud.rows import (
    Inputs,
    Row,
    kept,
    only,
    retag,
    tag_list,
    tag_map,
    tagged,
    unless_gone,
)

_POLICIES_NOT_MODELLED = (
    "cidrRoutingPolicy",
    "failoverRoutingPolicies",
    "geolocationRoutingPolicies",
    "geoproximityRoutingPolicy",
    "latencyRoutingPolicies",
    "multivalueAnswerRoutingPolicy",
)
_ID = re.compile(r"(?P<zone>[^_]+)_(?P<name>[^A-Z]*)_(?P<type>[A-Z]+)(?:_(?P<set>.+))?")
"""The provider's id of a record. Names are in lower case, so the type is the first word in capitals."""

_QUOTED = ("SPF", "TXT")
_GONE = "NoSuchHostedZone"


def _create_zone(inputs: Inputs, clients: Clients) -> State:
    made = clients.get("route53").create_hosted_zone(
        Name=inputs["name"],
        CallerReference=uuid.uuid4().hex,
        HostedZoneConfig={"Comment": inputs.get("comment", "")},
    )
    return _tagged_zone(made["HostedZone"]["Id"].removeprefix("/hostedzone/"), inputs, clients)


def _update_zone(zone_id: str, inputs: Inputs, clients: Clients) -> State:
    clients.get("route53").update_hosted_zone_comment(Id=zone_id, Comment=inputs.get("comment", ""))
    return _tagged_zone(zone_id, inputs, clients)


def _tagged_zone(zone_id: str, inputs: Inputs, clients: Clients) -> State:
    set_tags(clients.get("route53"), "hostedzone", zone_id, inputs)
    found = _read_zone(zone_id, inputs, clients)
    return State(zone_id, {**inputs, **(found.outputs if found else {})})


def _read_zone(zone_id: str, inputs: Inputs, clients: Clients) -> State | None:
    route53 = clients.get("route53")
    found = unless_gone(lambda: route53.get_hosted_zone(Id=zone_id), _GONE)
    if found is None:
        return None
    servers = found["DelegationSet"]["NameServers"]
    comment = found["HostedZone"]["Config"].get("Comment")
    outputs = {
        **kept(inputs, "forceDestroy"),
        **({"comment": comment} if comment else {}),
        **tagged(tags_of(route53, "hostedzone", zone_id)),
        "name": found["HostedZone"]["Name"].rstrip("."),
        "zoneId": zone_id,
        "arn": f"arn:aws:route53:::hostedzone/{zone_id}",
        "nameServers": servers,
        "primaryNameServer": servers[0],
    }
    return State(zone_id, outputs)


def _delete_zone(zone_id: str, inputs: Inputs, clients: Clients) -> None:
    route53 = clients.get("route53")
    if inputs.get("forceDestroy"):
        unless_gone(lambda: _empty(route53, zone_id), _GONE)
    unless_gone(lambda: route53.delete_hosted_zone(Id=zone_id), _GONE)


def _empty(route53: Any, zone_id: str) -> None:
    """Deletes what is not the zone's own, page by page: a batch has a limit."""
    apex = full_name(route53.get_hosted_zone(Id=zone_id)["HostedZone"]["Name"])
    for page in route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone_id):
        records = [r for r in page["ResourceRecordSets"] if not _is_own(r, apex)]
        if records:
            _change(route53, zone_id, [("DELETE", record) for record in records])


def _is_own(record: Inputs, apex: str) -> bool:
    return full_name(record["Name"]) == apex and record["Type"] in ("NS", "SOA")


def _check_zone(inputs: Inputs) -> None:
    if inputs.get("vpcs"):
        raise Unsupported(
            f"zone {inputs.get('name')} is private to a VPC; edge functions see public zones only. "
            "Make it public"
        )
    only("zone", {"comment", "forceDestroy", "name"})(inputs)


def _create_record(inputs: Inputs, clients: Clients) -> State:
    action = "UPSERT" if inputs.get("allowOverwrite") else "CREATE"
    return _put_record(inputs, clients, action)


def _update_record(id_: str, inputs: Inputs, clients: Clients) -> State:
    """Also of its type or identifier: both are in its id, so the record has another one afterwards."""
    route53, old = clients.get("route53"), _find(clients.get("route53"), id_)
    new_id = _record_id(inputs, _fqdn(inputs, route53))
    if new_id == id_ or old is None:
        return _put_record(inputs, clients, "UPSERT")
    return _put_record(inputs, clients, "CREATE", ("DELETE", old))


def _put_record(inputs: Inputs, clients: Clients, action: str, *before: tuple[str, dict[str, Any]]) -> State:
    route53 = clients.get("route53")
    fqdn = _fqdn(inputs, route53)
    _change(route53, inputs["zoneId"], [*before, (action, _record_set(inputs, fqdn))])
    return State(_record_id(inputs, fqdn), {**inputs, "name": fqdn, "fqdn": fqdn})


def _change(route53: Any, zone_id: str, changes: Iterable[tuple[str, dict[str, Any]]]) -> None:
    batch = [{"Action": action, "ResourceRecordSet": record} for action, record in changes]
    route53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": batch})


def _record_id(inputs: Inputs, fqdn: str) -> str:
    parts = (inputs["zoneId"], fqdn, inputs["type"], inputs.get("setIdentifier"))
    return "_".join(part for part in parts if part)


def _fqdn(inputs: Inputs, route53: Any) -> str:
    """The whole name: the provider takes names with and without the zone."""
    zone = route53.get_hosted_zone(Id=inputs["zoneId"])["HostedZone"]["Name"].rstrip(".")
    name = inputs["name"].lower().rstrip(".")
    if not name or name == zone or name.endswith(f".{zone}"):
        return name or zone  # type: ignore[no-any-return]
    return f"{name}.{zone}"


def _record_set(inputs: Inputs, fqdn: str) -> dict[str, Any]:
    record: dict[str, Any] = {"Name": fqdn, "Type": inputs["type"]}
    if inputs.get("aliases"):
        record["AliasTarget"] = _alias(inputs["aliases"][0])
    else:
        values = [_quoted(v) if inputs["type"] in _QUOTED else v for v in inputs["records"]]
        record |= {"TTL": inputs["ttl"], "ResourceRecords": [{"Value": value} for value in values]}
    if inputs.get("weightedRoutingPolicies"):
        record["Weight"] = inputs["weightedRoutingPolicies"][0]["weight"]
    given = {"SetIdentifier": inputs.get("setIdentifier"), "HealthCheckId": inputs.get("healthCheckId")}
    return record | {name: value for name, value in given.items() if value}


def _quoted(text: str) -> str:
    """Route 53 wants quotes around text, the provider adds them."""
    return f'"{text}"'


def _alias(alias: Inputs) -> dict[str, Any]:
    return {
        "DNSName": alias["name"],
        "HostedZoneId": alias["zoneId"],
        "EvaluateTargetHealth": alias["evaluateTargetHealth"],
    }


def _read_record(id_: str, inputs: Inputs, clients: Clients) -> State | None:
    found = _find(clients.get("route53"), id_)
    return None if found is None else State(id_, {**kept(inputs, "allowOverwrite"), **_outputs(id_, found)})


def _find(route53: Any, id_: str) -> dict[str, Any] | None:
    which = _parts(id_)
    name, type_ = full_name(which["name"]), which["type"]
    pages = route53.get_paginator("list_resource_record_sets").paginate(
        HostedZoneId=which["zone"], StartRecordName=name, StartRecordType=type_
    )
    for record in unless_gone(lambda: [r for page in pages for r in page["ResourceRecordSets"]], _GONE) or ():
        if (full_name(record["Name"]), record["Type"], record.get("SetIdentifier")) == (
            name,
            type_,
            which["set"],
        ):
            return dict(record)
    return None


def _parts(id_: str) -> dict[str, str | Any]:
    found = _ID.fullmatch(id_)
    if found is None:
        raise ValueError(f"{id_!r} is no id of a record; ZONE_name_TYPE and ZONE_name_TYPE_identifier are")
    return found.groupdict()


def _outputs(id_: str, record: Inputs) -> dict[str, Any]:
    fqdn = full_name(record["Name"]).rstrip(".")
    outputs: dict[str, Any] = {
        "zoneId": _parts(id_)["zone"],
        "name": fqdn,
        "fqdn": fqdn,
        "type": record["Type"],
    }
    if alias := record.get("AliasTarget"):
        outputs["aliases"] = [
            {
                "name": alias["DNSName"].rstrip("."),
                "zoneId": alias["HostedZoneId"],
                "evaluateTargetHealth": alias["EvaluateTargetHealth"],
            }
        ]
    else:
        values = [value["Value"] for value in record["ResourceRecords"]]
        outputs["ttl"] = record["TTL"]
        outputs["records"] = [v[1:-1] if record["Type"] in _QUOTED else v for v in values]
    if "Weight" in record:
        outputs["weightedRoutingPolicies"] = [{"weight": record["Weight"]}]
    names = {"setIdentifier": "SetIdentifier", "healthCheckId": "HealthCheckId"}
    return outputs | {name: record[api] for name, api in names.items() if record.get(api)}


def _delete_record(id_: str, _inputs: Inputs, clients: Clients) -> None:
    route53 = clients.get("route53")
    if found := _find(route53, id_):
        _change(route53, _parts(id_)["zone"], [("DELETE", found)])


def _check_record(inputs: Inputs) -> None:
    for name in _POLICIES_NOT_MODELLED:
        if inputs.get(name):
            raise Unsupported(
                f"{name} is declared on record {inputs.get('name')}; the local DNS knows weights only. "
                "Use them, or none"
            )


def set_tags(route53: Any, kind: str, id_: str, inputs: Inputs) -> None:
    """Gives a zone or health check the tags that were declared, and no others."""
    which = {"ResourceType": kind, "ResourceId": id_}
    retag(
        inputs.get("tags"),
        tags_of(route53, kind, id_),
        add=lambda tags: route53.change_tags_for_resource(**which, AddTags=tag_list(tags)),
        remove=lambda keys: route53.change_tags_for_resource(**which, RemoveTagKeys=keys),
    )


def tags_of(route53: Any, kind: str, id_: str) -> dict[str, str]:
    """The tags of a zone or health check."""
    found = route53.list_tags_for_resource(ResourceType=kind, ResourceId=id_)
    return tag_map(found["ResourceTagSet"]["Tags"])


ROWS: dict[str, Row] = {
    "aws:route53/zone:Zone": Row(
        replace_source='terraform-provider-aws, resource "aws_route53_zone"',
        create=_create_zone,
        update=_update_zone,
        read=_read_zone,
        delete=_delete_zone,
        check=_check_zone,
        replace_on=frozenset({"delegationSetId", "name"}),
    ),
    # A type or an identifier is changed by one batch that deletes and creates.
    "aws:route53/record:Record": Row(
        replace_source='terraform-provider-aws, resource "aws_route53_record"',
        create=_create_record,
        update=_update_record,
        read=_read_record,
        delete=_delete_record,
        check=_check_record,
        replace_on=frozenset({"name", "zoneId"}),
    ),
}
