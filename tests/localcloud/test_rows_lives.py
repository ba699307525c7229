"""Every type but S3's and CloudFront's from its making to its end: made, looked at, changed, taken away.

Whoever looks gives only the inputs that name a resource, and those that the API tells nobody: all else that
is found must have been kept by the cloud.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pytest

from asset_edge.errors import Unsupported
from asset_edge.localcloud.rows_declared import ROWS as DECLARED
from asset_edge.localcloud.table import ROWS
from tests.localcloud.conftest import Cloud
from tests.schema import schema
from tests.stacks.test_plans import planned

REGION = "eu-west-1"
TAGS = {"stage": "test", "Name": "it"}
OTHER_TAGS = {"Name": "it too"}
ROLE_ARN = "arn:aws:iam::123456789012:role/runs"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:told"
CODE = pulumi.AssetArchive({"main.py": pulumi.StringAsset("x = 1")})
VISIBILITY = {"cloudwatchMetricsEnabled": True, "metricName": "m", "sampledRequestsEnabled": False}
BLOCKED_COUNTRIES = {
    "name": "elsewhere",
    "priority": 1,
    "action": {"block": {"customResponse": {"responseCode": 451, "customResponseBodyKey": "no"}}},
    "statement": {"notStatement": {"statements": [{"geoMatchStatement": {"countryCodes": ["DE"]}}]}},
    "visibilityConfig": VISIBILITY,
}
MANAGED = {
    "name": "managed",
    "priority": 0,
    "overrideAction": {"none": {}},
    "statement": {"managedRuleGroupStatement": {"name": "AWSManagedRulesCommonRuleSet", "vendorName": "AWS"}},
    "visibilityConfig": VISIBILITY,
}


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
    stays: bool = field(default=False)
    """Whether nothing is taken away with it."""


FUNCTION = {
    "name": "choose",
    "role": ROLE_ARN,
    "runtime": "python3.13",
    "handler": "main.handler",
    "code": CODE,
    "publish": True,
}
ALARM = {
    "name": "readable",
    "comparisonOperator": "LessThanThreshold",
    "evaluationPeriods": 2,
    "threshold": 1,
}
OF_A_METRIC = {"metricName": "m", "namespace": "n", "period": 60, "statistic": "Minimum"}
RECORD = {"name": "a.example.test", "type": "A", "ttl": 5, "records": ["192.0.2.1"]}

LIVES: dict[str, Life] = {
    "acm/certificate:Certificate": Life(
        {
            "domainName": "a.test",
            "subjectAlternativeNames": ["*.a.test", "0.test"],
            "validationMethod": "DNS",
            "tags": TAGS,
        },
        {
            "domainName": "a.test",
            "subjectAlternativeNames": ["*.a.test", "0.test"],
            "validationMethod": "DNS",
            "tags": OTHER_TAGS,
        },
        region="us-east-1",
    ),
    "acm/certificateValidation:CertificateValidation": Life(
        {"validationRecordFqdns": ["a.example.test"]},
        None,
        around=with_proven_certificate,
        region="us-east-1",
        stays=True,
    ),
    "cloudwatch/eventRule:EventRule": Life(
        {"name": "often", "scheduleExpression": "rate(1 minute)", "description": "d", "tags": TAGS},
        {"name": "often", "scheduleExpression": "rate(2 minutes)", "state": "DISABLED", "tags": OTHER_TAGS},
    ),
    "cloudwatch/eventTarget:EventTarget": Life(
        {
            "rule": "often-run",
            "targetId": "t-1",
            "arn": "arn:aws:lambda:eu-west-1:123456789012:function:f",
            "retryPolicy": {"maximumEventAgeInSeconds": 60, "maximumRetryAttempts": 0},
        },
        {
            "rule": "often-run",
            "targetId": "t-1",
            "arn": "arn:aws:lambda:eu-west-1:123456789012:function:g",
            "inputTransformer": {"inputPaths": {"when": "$.time"}, "inputTemplate": "<when>"},
            "deadLetterConfig": {"arn": "arn:aws:sqs:eu-west-1:123456789012:dead"},
        },
        around=with_rule,
    ),
    "cloudwatch/logDelivery:LogDelivery": Life(
        {
            "deliverySourceName": "here",
            "recordFields": ["date", "time"],
            "s3DeliveryConfigurations": [{"suffixPath": "{yyyy}", "enableHiveCompatiblePath": False}],
            "tags": TAGS,
        },
        {
            "deliverySourceName": "here",
            "recordFields": ["date"],
            "fieldDelimiter": ";",
            "s3DeliveryConfigurations": [{"suffixPath": "{MM}", "enableHiveCompatiblePath": True}],
        },
        around=with_both_ends,
        region="us-east-1",
    ),
    "cloudwatch/logDeliveryDestination:LogDeliveryDestination": Life(
        {
            "name": "d",
            "outputFormat": "json",
            "deliveryDestinationConfiguration": {"destinationResourceArn": "arn:aws:s3:::a"},
            "tags": TAGS,
        },
        {
            "name": "d",
            "outputFormat": "json",
            "deliveryDestinationConfiguration": {"destinationResourceArn": "arn:aws:s3:::b/cloudfront"},
            "tags": OTHER_TAGS,
        },
        region="us-east-1",
    ),
    "cloudwatch/logDeliveryDestinationPolicy:LogDeliveryDestinationPolicy": Life(
        {"deliveryDestinationName": "there", "deliveryDestinationPolicy": document("logs:CreateDelivery")},
        {"deliveryDestinationName": "there", "deliveryDestinationPolicy": document("logs:*")},
        around=with_named_destination,
        region="us-east-1",
    ),
    "cloudwatch/logDeliverySource:LogDeliverySource": Life(
        {
            "name": "s",
            "logType": "ACCESS_LOGS",
            "resourceArn": "arn:aws:cloudfront::123456789012:distribution/E1",
            "tags": TAGS,
        },
        {
            "name": "s",
            "logType": "ACCESS_LOGS",
            "resourceArn": "arn:aws:cloudfront::123456789012:distribution/E1",
            "tags": OTHER_TAGS,
        },
        region="us-east-1",
    ),
    "cloudwatch/logGroup:LogGroup": Life(
        {"name": "/a/b", "retentionInDays": 30, "tags": TAGS},
        {"name": "/a/b", "kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/k", "tags": OTHER_TAGS},
    ),
    "cloudwatch/metricAlarm:MetricAlarm": Life(
        {
            **ALARM,
            **OF_A_METRIC,
            "dimensions": {"Region": REGION},
            "treatMissingData": "breaching",
            "alarmActions": [TOPIC],
            "tags": TAGS,
        },
        {
            **ALARM,
            "threshold": 0.5,
            "metricQueries": [
                {"id": "all", "expression": "a + 1", "label": "sum", "returnData": True},
                {
                    "id": "a",
                    "returnData": False,
                    "metric": {
                        "metricName": "m",
                        "namespace": "n",
                        "period": 60,
                        "stat": "Sum",
                        "dimensions": {"region": "x"},
                    },
                },
            ],
            "tags": OTHER_TAGS,
        },
    ),
    "iam/role:Role": Life(
        {
            "name": "r",
            "path": "/edge/",
            "assumeRolePolicy": trust("lambda.amazonaws.com"),
            "description": "d",
            "maxSessionDuration": 7200,
            "permissionsBoundary": "arn:aws:iam::123456789012:policy/b",
            "tags": TAGS,
        },
        {"name": "r", "path": "/edge/", "assumeRolePolicy": trust("s3.amazonaws.com"), "tags": OTHER_TAGS},
    ),
    "iam/rolePolicy:RolePolicy": Life(
        {"role": "runs", "name": "p", "policy": document("s3:GetObject")},
        {"role": "runs", "name": "p", "policy": document("s3:*")},
        around=with_role,
    ),
    "lambda/function:Function": Life(
        {
            **FUNCTION,
            "architectures": ["x86_64"],
            "description": "d",
            "environment": {"variables": {"lower": "case", "UPPER": "CASE"}},
            "ephemeralStorage": {"size": 1024},
            "loggingConfig": {"logFormat": "JSON", "applicationLogLevel": "INFO"},
            "memorySize": 256,
            "timeout": 5,
            "tracingConfig": {"mode": "Active"},
            "reservedConcurrentExecutions": 3,
            "deadLetterConfig": {"targetArn": "arn:aws:sqs:eu-west-1:123456789012:dead"},
            "tags": {"lower": "case"},
        },
        {
            **FUNCTION,
            "architectures": ["x86_64"],
            "runtime": "python3.14",
            "handler": "other.handler",
            "memorySize": 512,
            "timeout": 7,
            "tags": OTHER_TAGS,
        },
        around=with_role,
        untold=("code", "deadLetterConfig", "loggingConfig", "publish"),
    ),
    "lambda/functionUrl:FunctionUrl": Life(
        {"functionName": "probe", "authorizationType": "NONE", "cors": {"allowOrigins": ["*"], "maxAge": 3}},
        {"functionName": "probe", "authorizationType": "AWS_IAM"},
        around=with_function,
    ),
    "lambda/permission:Permission": Life(
        {
            "function": "probe",
            "statementId": "s",
            "action": "lambda:InvokeFunction",
            "principal": "events.amazonaws.com",
            "sourceArn": "arn:aws:events:eu-west-1:123456789012:rule/often",
        },
        None,
        around=with_function,
    ),
    "route53/healthCheck:HealthCheck": Life(
        {
            "type": "HTTPS",
            "fqdn": "a.test",
            "port": 443,
            "resourcePath": "/p",
            "requestInterval": 10,
            "failureThreshold": 2,
            "invertHealthcheck": True,
            "disabled": True,
            "tags": TAGS,
        },
        {
            "type": "HTTPS",
            "ipAddress": "192.0.2.1",
            "fqdn": "b.test",
            "port": 8443,
            "requestInterval": 10,
            "failureThreshold": 3,
            "tags": OTHER_TAGS,
        },
    ),
    "route53/record:Record": Life(
        {**RECORD, "setIdentifier": "one", "weightedRoutingPolicies": [{"weight": 1}]},
        {
            "name": "a.example.test",
            "type": "A",
            "setIdentifier": "one",
            "weightedRoutingPolicies": [{"weight": 0}],
            "aliases": [
                {"name": "d1.cloudfront.net", "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": True}
            ],
        },
        around=with_zone,
        untold=("type", "setIdentifier"),
    ),
    "route53/zone:Zone": Life(
        {"name": "other.test", "comment": "c", "tags": TAGS},
        {"name": "other.test", "comment": "d", "tags": OTHER_TAGS},
    ),
    "wafv2/webAcl:WebAcl": Life(
        {
            "name": "w",
            "scope": "CLOUDFRONT",
            "description": "d",
            "defaultAction": {"allow": {}},
            "customResponseBodies": [{"key": "no", "content": "no", "contentType": "TEXT_PLAIN"}],
            "rules": [MANAGED, BLOCKED_COUNTRIES],
            "visibilityConfig": VISIBILITY,
            "tags": TAGS,
        },
        {
            "name": "w",
            "scope": "CLOUDFRONT",
            "description": "d",
            "defaultAction": {"block": {}},
            "rules": [MANAGED],
            "visibilityConfig": VISIBILITY | {"metricName": "other"},
            "tags": OTHER_TAGS,
        },
        region="us-east-1",
    ),
}


@pytest.mark.parametrize("kind", sorted(LIVES))
def test_a_resource_is_made_changed_and_taken_away(cloud: Cloud, kind: str) -> None:
    row, life = ROWS[f"aws:{kind}"], LIVES[kind]
    whose = {"region": life.region, **life.around(cloud)}
    assert row.read
    assert row.delete

    def looked_at(inputs: dict[str, Any]) -> dict[str, Any]:
        assert row.read
        naming = {n: v for n, v in inputs.items() if n in {"region", *row.replace_on, *life.untold}}
        found = row.read(made.id or "", naming, cloud.clients)
        assert found
        assert found.id == made.id
        return found.outputs

    declared = {**whose, **life.declared}
    row.check(declared)
    made = row.create(declared, cloud.clients)
    assert made.id
    assert of(made.outputs, declared) == of(declared, kind), "what was made is as declared"
    assert of(looked_at(declared), declared) == of(declared, kind)
    if life.changed is not None:
        changed = {**whose, **life.changed}
        assert row.update
        assert row.update(made.id, changed, cloud.clients).id == made.id
        found = looked_at(changed)
        assert of(found, changed) == of(changed, kind)
        gone = declared.keys() - changed.keys() - DEFAULTED
        assert not gone & found.keys(), "what is no longer declared is no longer there"
    for _ in range(2):
        row.delete(made.id, declared, cloud.clients)
    if not life.stays:
        assert row.read(made.id, declared, cloud.clients) is None


DEFAULTED = {
    *("disabled", "invertHealthcheck"),
    *("ephemeralStorage", "maxSessionDuration", "state", "tracingConfig", "treatMissingData"),
}
"""What a resource has whether it is declared or not."""


def of(outputs: dict[str, Any], declared: object) -> dict[str, Any]:
    """The outputs that were declared; IAM and Route 53 know no region."""
    names = declared if isinstance(declared, dict) else outputs
    return {name: value for name, value in outputs.items() if name in names and name != "region"}


def of_the_stacks() -> set[str]:
    return {r["type"] for s in ("dev", "prod", "local") for r in planned(s)["resources"]} & ROWS.keys()


def is_anothers(resource_type: str) -> bool:
    return resource_type.startswith(("aws:s3/", "aws:cloudfront/", "pulumi:"))


def test_every_type_of_the_three_stacks_has_a_whole_life_or_is_listed_as_declared() -> None:
    types = of_the_stacks() | {"aws:lambda/functionUrl:FunctionUrl"}
    assert len(types) > 30
    for name in types - DECLARED.keys():
        row = ROWS[name]
        assert row.read, name
        assert row.delete, name
        assert row.update or row.replace_on >= schema()["resources"][name]["inputProperties"].keys(), name
    assert {name for name in types if not is_anothers(name)} <= {f"aws:{kind}" for kind in LIVES}


def test_every_life_is_of_a_row_that_is_not_only_declared() -> None:
    whole = {name for name in ROWS.keys() - DECLARED.keys() if not is_anothers(name)}
    assert whole == {f"aws:{kind}" for kind in LIVES}


@pytest.mark.parametrize("kind", sorted(LIVES))
def test_what_replaces_a_resource_is_an_input_of_it(kind: str) -> None:
    row, inputs = ROWS[f"aws:{kind}"], schema()["resources"][f"aws:{kind}"]["inputProperties"].keys()
    assert row.replace_on <= inputs
    assert ("region" in row.replace_on) == ("region" in inputs), "a resource is not moved"
    assert row.auto_name is None or row.auto_name in row.replace_on


@pytest.mark.parametrize("kind", sorted(LIVES))
def test_no_row_invents_an_output(cloud: Cloud, kind: str) -> None:
    known = schema()["resources"][f"aws:{kind}"]
    life = LIVES[kind]
    inputs = {"region": life.region, **life.around(cloud), **life.declared}
    made = ROWS[f"aws:{kind}"].create(inputs, cloud.clients)
    allowed = {"region", *known["inputProperties"], *(known["outputOnlyProperties"] or ())}
    assert made.outputs.keys() <= allowed


@pytest.mark.parametrize(
    ("kind", "inputs", "named"),
    [
        ("iam/role:Role", {"inlinePolicies": [{"name": "p"}]}, "inlinePolicies.*RolePolicy"),
        ("iam/role:Role", {"managedPolicyArns": ["arn"]}, "managedPolicyArns"),
        ("cloudwatch/eventRule:EventRule", {"scheduleExpression": "cron(0 8 * * ? *)"}, "cron"),
        ("cloudwatch/eventTarget:EventTarget", {"ecsTarget": {"taskDefinitionArn": "a"}}, "ecsTarget"),
        ("cloudwatch/logGroup:LogGroup", {"deletionProtectionEnabled": True}, "deletionProtectionEnabled"),
        ("cloudwatch/metricAlarm:MetricAlarm", {"evaluationCriteria": {"a": 1}}, "evaluationCriteria"),
        ("acm/certificate:Certificate", {"certificateBody": "b", "privateKey": "k"}, "privateKey"),
        ("lambda/function:Function", {"layers": ["arn"], "vpcConfig": {"a": 1}}, "layers, vpcConfig"),
        ("route53/zone:Zone", {"delegationSetId": "d"}, "delegationSetId"),
        ("wafv2/webAcl:WebAcl", {"monetizationConfig": {"a": 1}}, "monetizationConfig"),
    ],
)
def test_what_is_not_modelled_is_refused_by_its_name(kind: str, inputs: Any, named: str) -> None:
    check = ROWS[f"aws:{kind}"].check
    check({"region": REGION, **dict.fromkeys(inputs)})
    with pytest.raises(Unsupported, match=named):
        check({"region": REGION, **inputs})


def test_a_rule_that_is_off_may_have_any_schedule() -> None:
    check = ROWS["aws:cloudwatch/eventRule:EventRule"].check
    check({"name": "n", "scheduleExpression": "cron(0 8 * * ? *)", "state": "DISABLED"})
    check({"name": "n", "scheduleExpression": "cron(0 8 * * ? *)", "isEnabled": False})
