"""What a resource needs around it to live, and how its life is told. The lives are in `lives_table`."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pulumi

from tests.localcloud.conftest import Cloud

REGION = "eu-west-1"
ROLE_ARN = "arn:aws:iam::123456789012:role/runs"
CODE = pulumi.AssetArchive({"main.py": pulumi.StringAsset("x = 1")})


def document(action: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def with_role(cloud: Cloud) -> dict[str, Any]:
    cloud.create("aws:iam/role:Role", name="runs", assumeRolePolicy=trust("lambda.amazonaws.com"))
    return {}


def with_function(cloud: Cloud) -> dict[str, Any]:
    with_role(cloud)
    cloud.create(
        "aws:lambda/function:Function",
        name="probe",
        role=ROLE_ARN,
        runtime="python3.13",
        handler="main.handler",
        code=CODE,
        region=REGION,
    )
    return {}


def with_rule(cloud: Cloud) -> dict[str, Any]:
    cloud.create(
        "aws:cloudwatch/eventRule:EventRule",
        name="often-run",
        scheduleExpression="rate(1 hour)",
        region=REGION,
    )
    return {}


def with_zone(cloud: Cloud) -> dict[str, Any]:
    return {"zoneId": cloud.create("aws:route53/zone:Zone", name="example.test").id}


def with_destination(cloud: Cloud) -> dict[str, Any]:
    destination = cloud.create(
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
        name="there",
        outputFormat="json",
        deliveryDestinationConfiguration={"destinationResourceArn": "arn:aws:s3:::logs"},
    )
    return {"deliveryDestinationArn": destination.outputs["arn"]}


def with_named_destination(cloud: Cloud) -> dict[str, Any]:
    with_destination(cloud)
    return {}


def with_both_ends(cloud: Cloud) -> dict[str, Any]:
    cloud.create(
        "aws:cloudwatch/logDeliverySource:LogDeliverySource",
        name="here",
        logType="ACCESS_LOGS",
        resourceArn="arn:aws:cloudfront::123456789012:distribution/E1",
    )
    return with_destination(cloud)


def with_proven_certificate(cloud: Cloud) -> dict[str, Any]:
    made = cloud.create(
        "aws:acm/certificate:Certificate", domainName="a.example.test", validationMethod="DNS"
    )
    option = made.outputs["domainValidationOptions"][0]
    cloud.create(
        "aws:route53/record:Record",
        **with_zone(cloud),
        name=option["resourceRecordName"],
        type=option["resourceRecordType"],
        records=[option["resourceRecordValue"]],
        ttl=300,
    )
    return {"certificateArn": made.id}


@dataclass(frozen=True)
class Life:
    """What is declared first and then; `untold` are the inputs that the API tells nobody."""

    declared: dict[str, Any]
    changed: dict[str, Any] | None
    """None where every change replaces."""

    around: Callable[[Cloud], dict[str, Any]] = lambda _: {}
    untold: tuple[str, ...] = ()
    region: str = REGION
    stays: bool = False
    """Whether nothing is taken away with it."""
