"""A region whose probe is declared and really reports, for tests of what follows it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from asset_edge.localcloud.health_runner import Rounds
from tests.localcloud.conftest import Cloud
from tests.localcloud.lambdas import function, rule

BEGAN = 1_795_300_000.0
REGION = "eu-west-1"


@dataclass
class World:
    """A region whose probe really reports, on a clock that the test moves."""

    cloud: Cloud
    now: float = BEGAN
    readable: bool = True
    silent: bool = False
    """The probe fails before it can report."""

    fails: bool = False
    """The probe raises once it has reported."""

    answer: Any = field(default_factory=lambda: {"statusCode": 200})
    invoked: list[tuple[str, Any]] = field(default_factory=list)

    def invoke(self, arn: str, event: Any) -> object:
        self.invoked.append((arn, event))
        if "requestContext" in event:
            return self.answer
        if self.silent:
            raise RuntimeError("no network")
        datum = {
            "MetricName": "OriginReadable",
            "Dimensions": [{"Name": "Region", "Value": REGION}],
            "Value": int(self.readable),
            "Timestamp": datetime.fromtimestamp(self.now, UTC),
        }
        self.cloud.client("cloudwatch", REGION).put_metric_data(Namespace="AssetEdge", MetricData=[datum])
        if self.fails:
            raise RuntimeError("reported, and died")
        return {"healthy": self.readable}

    def rounds(self, pace: float = 1.0, against_functions: str | None = None) -> Rounds:
        return Rounds(
            self.cloud.clients,
            self.cloud.front.health_checks,
            self.invoke,
            clock=lambda: self.now,
            regions=lambda: self.cloud.front.regions,
            pace=pace,
            against_functions=against_functions,
        )

    def healthy(self, check_id: str) -> bool:
        return self.cloud.front.health_checks.health.healthy(check_id)


def at_once(act: Callable[[], None]) -> None:
    act()


def alarm(cloud: Cloud, name: str = "readable", **more: Any) -> None:
    told = {
        "AlarmName": name,
        "Namespace": "AssetEdge",
        "MetricName": "OriginReadable",
        "Dimensions": [{"Name": "Region", "Value": REGION}],
        "Statistic": "Minimum",
        "ComparisonOperator": "LessThanThreshold",
        "Threshold": 1,
        "Period": 60,
        "EvaluationPeriods": 2,
        "TreatMissingData": "breaching",
    }
    cloud.client("cloudwatch", REGION).put_metric_alarm(**told | more)


def alarm_check(cloud: Cloud, **more: Any) -> str:
    config = {
        "Type": "CLOUDWATCH_METRIC",
        "AlarmIdentifier": {"Region": REGION, "Name": "readable"},
        "InsufficientDataHealthStatus": "Unhealthy",
    }
    made = cloud.client("route53").create_health_check(
        CallerReference=repr(more), HealthCheckConfig=config | more
    )
    return str(made["HealthCheck"]["Id"])


def state(cloud: Cloud, name: str = "readable") -> str:
    found = cloud.client("cloudwatch", REGION).describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return str(found[0]["StateValue"])


def scheduled(cloud: Cloud) -> str:
    """What a scheduled probe is declared as; the check's id."""
    rule(cloud, function(cloud))
    alarm(cloud)
    return alarm_check(cloud)


def until(world: World, rounds: Rounds, check_id: str, *, healthy: bool, at_most: int = 400) -> float:
    """How many seconds pass until the check is as wanted, five at a time."""
    began = world.now
    while world.healthy(check_id) is not healthy:
        assert world.now - began < at_most, "it never came"
        world.now += 5
        run(rounds)
    return world.now - began


def run(rounds: Rounds) -> float:
    """A round, and the evaluation that what it ran is a reason for."""
    rounds.work(at_once)
    return rounds.work(at_once)
