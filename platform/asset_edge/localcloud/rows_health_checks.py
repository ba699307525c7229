"""Route 53's health checks."""

import uuid
from typing import Any

from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import Inputs, Row, given, kept, tagged, told, unless_gone
from asset_edge.localcloud.rows_route53 import set_tags, tags_of

_FIXED = {
    "measureLatency": "MeasureLatency",
    "requestInterval": "RequestInterval",
    "routingControlArn": "RoutingControlArn",
    "type": "Type",
}
_RESETTABLE = {
    "childHealthchecks": "ChildHealthChecks",
    "fqdn": "FullyQualifiedDomainName",
    "regions": "Regions",
    "resourcePath": "ResourcePath",
}
"""What can be taken away from a check by an update, and is called the same there."""

_CHANGEABLE = {
    **_RESETTABLE,
    "childHealthThreshold": "HealthThreshold",
    "disabled": "Disabled",
    "enableSni": "EnableSNI",
    "failureThreshold": "FailureThreshold",
    "insufficientDataHealthStatus": "InsufficientDataHealthStatus",
    "invertHealthcheck": "Inverted",
    "ipAddress": "IPAddress",
    "port": "Port",
    "searchString": "SearchString",
}
_GONE = "NoSuchHealthCheck"


def _create(inputs: Inputs, clients: Clients) -> State:
    config = given(inputs, {**_FIXED, **_CHANGEABLE}) | _alarm(inputs)
    reference = "-".join(part for part in (inputs.get("referenceName"), uuid.uuid4().hex[:27]) if part)
    made = clients.get("route53").create_health_check(CallerReference=reference, HealthCheckConfig=config)
    return _tagged(made["HealthCheck"]["Id"], inputs, clients)


def _alarm(inputs: Inputs) -> dict[str, Any]:
    if not inputs.get("cloudwatchAlarmName"):
        return {}
    alarm = {"Region": inputs["cloudwatchAlarmRegion"], "Name": inputs["cloudwatchAlarmName"]}
    return {"AlarmIdentifier": alarm}


def _update(id_: str, inputs: Inputs, clients: Clients) -> State:
    route53 = clients.get("route53")
    now = route53.get_health_check(HealthCheckId=id_)["HealthCheck"]["HealthCheckConfig"]
    wanted = given(inputs, _CHANGEABLE) | _alarm(inputs)
    off = {api: False for api in ("Disabled", "Inverted") if now.get(api) and not wanted.get(api)}
    reset = [api for api in _RESETTABLE.values() if now.get(api) and api not in wanted]
    more = {"ResetElements": reset} if reset else {}
    route53.update_health_check(HealthCheckId=id_, **wanted, **off, **more)
    return _tagged(id_, inputs, clients)


def _tagged(id_: str, inputs: Inputs, clients: Clients) -> State:
    set_tags(clients.get("route53"), "healthcheck", id_, inputs)
    found = _read(id_, inputs, clients)
    return State(id_, {**inputs, **(found.outputs if found else {})})


def _read(id_: str, inputs: Inputs, clients: Clients) -> State | None:
    route53 = clients.get("route53")
    found = unless_gone(lambda: route53.get_health_check(HealthCheckId=id_)["HealthCheck"], _GONE)
    if found is None:
        return None
    config = found["HealthCheckConfig"]
    alarm = config.get("AlarmIdentifier", {})
    outputs = {
        **told(config, {**_FIXED, **_CHANGEABLE}),
        **told(alarm, {"cloudwatchAlarmName": "Name", "cloudwatchAlarmRegion": "Region"}),
        **kept(inputs, "referenceName", "triggers"),
        **tagged(tags_of(route53, "healthcheck", id_)),
        "arn": f"arn:aws:route53:::healthcheck/{id_}",
    }
    return State(id_, outputs)


def _delete(id_: str, _inputs: Inputs, clients: Clients) -> None:
    unless_gone(lambda: clients.get("route53").delete_health_check(HealthCheckId=id_), _GONE)


ROWS: dict[str, Row] = {
    "aws:route53/healthCheck:HealthCheck": Row(
        replace_source='terraform-provider-aws, resource "aws_route53_health_check"',
        create=_create,
        update=_update,
        read=_read,
        delete=_delete,
        replace_on=frozenset(
            {"measureLatency", "referenceName", "requestInterval", "routingControlArn", "type"}
        ),
    ),
}
