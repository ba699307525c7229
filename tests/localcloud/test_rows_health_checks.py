"""Health checks by their rows: what an update takes away, and kinds that a table does not show."""

from typing import Any

import pytest

from asset_edge.localcloud.table import ROWS
from tests.localcloud.conftest import Cloud

ROW = ROWS["aws:route53/healthCheck:HealthCheck"]


def config(cloud: Cloud, id_: str | None) -> dict[str, Any]:
    found = cloud.client("route53").get_health_check(HealthCheckId=str(id_))
    return dict(found["HealthCheck"]["HealthCheckConfig"])


def created(cloud: Cloud, **inputs: Any) -> tuple[str, dict[str, Any]]:
    made = ROW.create(inputs, cloud.clients)
    assert made.id
    return made.id, inputs


def test_an_update_takes_away_what_is_no_longer_declared(cloud: Cloud) -> None:
    id_, inputs = created(
        cloud, type="HTTP", fqdn="a.test", port=80, resourcePath="/p", disabled=True, invertHealthcheck=True
    )
    left = {name: inputs[name] for name in ("type", "port")} | {"ipAddress": "192.0.2.1"}
    assert ROW.update
    ROW.update(id_, left, cloud.clients)
    found = config(cloud, id_)
    assert found["IPAddress"] == "192.0.2.1"
    assert "FullyQualifiedDomainName" not in found
    assert not found.get("ResourcePath")
    assert (found["Disabled"], found["Inverted"]) == (False, False)


def test_a_check_of_an_alarm_is_read_with_it(cloud: Cloud) -> None:
    id_, inputs = created(
        cloud,
        type="CLOUDWATCH_METRIC",
        cloudwatchAlarmName="readable",
        cloudwatchAlarmRegion="eu-west-1",
        insufficientDataHealthStatus="Unhealthy",
        triggers={"period": "60"},
    )
    assert config(cloud, id_)["AlarmIdentifier"] == {"Name": "readable", "Region": "eu-west-1"}
    assert ROW.read
    assert ROW.update
    found = ROW.read(id_, {"triggers": inputs["triggers"]}, cloud.clients)
    assert found
    assert inputs.items() <= found.outputs.items()
    ROW.update(id_, {**inputs, "cloudwatchAlarmName": "other"}, cloud.clients)
    assert config(cloud, id_)["AlarmIdentifier"]["Name"] == "other"


def test_a_check_of_checks_counts_them(cloud: Cloud) -> None:
    children = [created(cloud, type="TCP", ipAddress=f"192.0.2.{n}", port=443)[0] for n in range(2)]
    id_, inputs = created(cloud, type="CALCULATED", childHealthchecks=children, childHealthThreshold=1)
    assert ROW.update
    ROW.update(id_, {**inputs, "childHealthThreshold": 2}, cloud.clients)
    found = config(cloud, id_)
    assert (sorted(found["ChildHealthChecks"]), found["HealthThreshold"]) == (sorted(children), 2)


@pytest.mark.parametrize("reference", [None, "for-tests"])
def test_a_reference_begins_with_what_was_given(cloud: Cloud, reference: str | None) -> None:
    id_, _ = created(cloud, type="TCP", ipAddress="192.0.2.1", port=443, referenceName=reference)
    told = cloud.client("route53").get_health_check(HealthCheckId=id_)["HealthCheck"]["CallerReference"]
    assert len(told) <= 64
    assert told.startswith(f"{reference}-") == (reference is not None)
