"""Hosted zones, records and health checks."""

from typing import Any

from asset_edge.errors import Unsupported
from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import Inputs, Row, mark, tag_list

_POLICIES_NOT_MODELLED = (
    "cidrRoutingPolicy",
    "failoverRoutingPolicies",
    "geolocationRoutingPolicies",
    "geoproximityRoutingPolicy",
    "latencyRoutingPolicies",
    "multivalueAnswerRoutingPolicy",
)
_HEALTH_CHECK_NAMES = {
    "childHealthThreshold": "HealthThreshold",
    "childHealthchecks": "ChildHealthChecks",
    "disabled": "Disabled",
    "enableSni": "EnableSNI",
    "failureThreshold": "FailureThreshold",
    "fqdn": "FullyQualifiedDomainName",
    "insufficientDataHealthStatus": "InsufficientDataHealthStatus",
    "invertHealthcheck": "Inverted",
    "ipAddress": "IPAddress",
    "measureLatency": "MeasureLatency",
    "port": "Port",
    "regions": "Regions",
    "requestInterval": "RequestInterval",
    "resourcePath": "ResourcePath",
    "routingControlArn": "RoutingControlArn",
    "searchString": "SearchString",
    "type": "Type",
}


def _create_zone(inputs: Inputs, clients: Clients) -> State:
    route53 = clients.get("route53")
    comment = {"Comment": inputs.get("comment", "")}
    made = route53.create_hosted_zone(
        Name=inputs["name"], CallerReference=mark(inputs), HostedZoneConfig=comment
    )
    zone_id = made["HostedZone"]["Id"].removeprefix("/hostedzone/")
    servers = made["DelegationSet"]["NameServers"]
    outputs = {
        "zoneId": zone_id,
        "arn": f"arn:aws:route53:::hostedzone/{zone_id}",
        "nameServers": servers,
        "primaryNameServer": servers[0],
        "tagsAll": inputs.get("tags") or {},
    }
    return State(zone_id, {**inputs, **outputs})


def _check_zone(inputs: Inputs) -> None:
    if inputs.get("vpcs"):
        raise Unsupported(
            f"zone {inputs.get('name')} is private to a VPC; edge functions see public zones only. "
            "Make it public"
        )


def _create_record(inputs: Inputs, clients: Clients) -> State:
    route53 = clients.get("route53")
    zone = route53.get_hosted_zone(Id=inputs["zoneId"])["HostedZone"]["Name"].rstrip(".")
    fqdn = _qualified(inputs["name"], zone)
    change = {
        "Action": "UPSERT" if inputs.get("allowOverwrite") else "CREATE",
        "ResourceRecordSet": _record_set(inputs, fqdn),
    }
    route53.change_resource_record_sets(HostedZoneId=inputs["zoneId"], ChangeBatch={"Changes": [change]})
    parts = (inputs["zoneId"], fqdn, inputs["type"], inputs.get("setIdentifier"))
    return State("_".join(part for part in parts if part), {**inputs, "name": fqdn, "fqdn": fqdn})


def _qualified(name: str, zone: str) -> str:
    """The provider takes names with and without the zone."""
    name = name.lower().rstrip(".")
    if not name or name == zone or name.endswith(f".{zone}"):
        return name or zone
    return f"{name}.{zone}"


def _record_set(inputs: Inputs, fqdn: str) -> dict[str, Any]:
    record: dict[str, Any] = {"Name": fqdn, "Type": inputs["type"]}
    if inputs.get("aliases"):
        record["AliasTarget"] = _alias(inputs["aliases"][0])
    else:
        record |= {"TTL": inputs["ttl"], "ResourceRecords": [{"Value": v} for v in inputs["records"]]}
    if inputs.get("weightedRoutingPolicies"):
        record["Weight"] = inputs["weightedRoutingPolicies"][0]["weight"]
    given = {"SetIdentifier": inputs.get("setIdentifier"), "HealthCheckId": inputs.get("healthCheckId")}
    return record | {name: value for name, value in given.items() if value}


def _alias(alias: Inputs) -> dict[str, Any]:
    return {
        "DNSName": alias["name"],
        "HostedZoneId": alias["zoneId"],
        "EvaluateTargetHealth": alias["evaluateTargetHealth"],
    }


def _check_record(inputs: Inputs) -> None:
    for name in _POLICIES_NOT_MODELLED:
        if inputs.get(name):
            raise Unsupported(
                f"{name} is declared on record {inputs.get('name')}; the local DNS knows weights only. "
                "Use them, or none"
            )


def _create_health_check(inputs: Inputs, clients: Clients) -> State:
    route53 = clients.get("route53")
    config = {api: inputs[name] for name, api in _HEALTH_CHECK_NAMES.items() if inputs.get(name) is not None}
    if inputs.get("cloudwatchAlarmName"):
        region, alarm = inputs["cloudwatchAlarmRegion"], inputs["cloudwatchAlarmName"]
        config["AlarmIdentifier"] = {"Region": region, "Name": alarm}
    made = route53.create_health_check(CallerReference=mark(inputs), HealthCheckConfig=config)
    check_id = made["HealthCheck"]["Id"]
    if inputs.get("tags"):
        tags = tag_list(inputs["tags"])
        route53.change_tags_for_resource(ResourceType="healthcheck", ResourceId=check_id, AddTags=tags)
    outputs = {"arn": f"arn:aws:route53:::healthcheck/{check_id}", "tagsAll": inputs.get("tags") or {}}
    return State(check_id, {**inputs, **outputs})


ROWS: dict[str, Row] = {
    "aws:route53/zone:Zone": Row(create=_create_zone, check=_check_zone, replace_on=frozenset({"name"})),
    "aws:route53/record:Record": Row(
        create=_create_record,
        check=_check_record,
        replace_on=frozenset({"name", "type", "zoneId", "setIdentifier"}),
    ),
    "aws:route53/healthCheck:HealthCheck": Row(
        create=_create_health_check, replace_on=frozenset({"type", "requestInterval", "measureLatency"})
    ),
}
