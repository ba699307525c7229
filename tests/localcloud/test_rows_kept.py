"""Log groups, web ACLs and alarms by their rows, where a table does not tell all."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from asset_edge.localcloud.table import ROWS
from tests.localcloud.conftest import Cloud

GROUP, ACL = ROWS["aws:cloudwatch/logGroup:LogGroup"], ROWS["aws:wafv2/webAcl:WebAcl"]
ALARM = ROWS["aws:cloudwatch/metricAlarm:MetricAlarm"]
REGION = "eu-west-1"
VISIBILITY = {"cloudwatchMetricsEnabled": True, "metricName": "m", "sampledRequestsEnabled": False}


def test_a_log_group_may_outlive_its_resource(cloud: Cloud) -> None:
    inputs = {"region": REGION, "name": "/a", "skipDestroy": True}
    made = GROUP.create(inputs, cloud.clients)
    assert made.outputs["arn"] == "arn:aws:logs:eu-west-1:123456789012:log-group:/a"
    assert GROUP.delete
    assert GROUP.read
    GROUP.delete("/a", inputs, cloud.clients)
    assert GROUP.read("/a", inputs, cloud.clients)


def test_a_log_group_is_not_another_with_the_same_beginning(cloud: Cloud) -> None:
    inputs = {"region": REGION, "name": "/a/b"}
    GROUP.create(inputs, cloud.clients)
    assert GROUP.read
    assert GROUP.read("/a", inputs, cloud.clients) is None
    assert GROUP.read("/a/b", inputs, cloud.clients)


def test_a_log_group_that_is_there_is_refused(cloud: Cloud) -> None:
    inputs = {"region": REGION, "name": "/a"}
    GROUP.create(inputs, cloud.clients)
    with pytest.raises(ClientError, match="ResourceAlreadyExists"):
        GROUP.create(inputs, cloud.clients)


def test_a_log_group_keeps_for_ever_and_unencrypted_again(cloud: Cloud) -> None:
    inputs = {"region": REGION, "name": "/a"}
    key = "arn:aws:kms:eu-west-1:123456789012:key/k"
    GROUP.create({**inputs, "retentionInDays": 7, "kmsKeyId": key}, cloud.clients)
    assert GROUP.update
    found = GROUP.update("/a", inputs, cloud.clients)
    assert not {"retentionInDays", "kmsKeyId"} & found.outputs.keys()


def acl(**more: Any) -> dict[str, Any]:
    return {
        "region": REGION,
        "name": "w",
        "scope": "CLOUDFRONT",
        "defaultAction": {"allow": {}},
        "visibilityConfig": VISIBILITY,
        **more,
    }


@pytest.mark.parametrize(("scope", "region"), [("CLOUDFRONT", "us-east-1"), ("REGIONAL", REGION)])
def test_a_web_acl_is_where_its_scope_says(cloud: Cloud, scope: str, region: str) -> None:
    made = ACL.create(acl(scope=scope), cloud.clients)
    assert f":wafv2:{region}:" in made.outputs["arn"]
    listed = cloud.client("wafv2", region).list_web_acls(Scope=scope)["WebACLs"]
    assert [one["Id"] for one in listed] == [made.id]
    assert cloud.front.regions == {region}, "AWS answers for CloudFront in one region only"


def test_the_rules_of_a_web_acl_may_be_json_of_the_apis(cloud: Cloud) -> None:
    rule = {
        "Name": "r",
        "Priority": 0,
        "Action": {"Block": {}},
        "Statement": {"GeoMatchStatement": {"CountryCodes": ["DE"]}},
        "VisibilityConfig": {
            "CloudWatchMetricsEnabled": True,
            "MetricName": "m",
            "SampledRequestsEnabled": False,
        },
    }
    inputs = acl(ruleJson=json.dumps([rule], indent=1))
    made = ACL.create(inputs, cloud.clients)
    assert made.id
    assert ACL.read
    found = ACL.read(made.id, inputs, cloud.clients)
    assert found
    assert found.outputs["ruleJson"] == inputs["ruleJson"]
    assert "rules" not in found.outputs
    got = cloud.client("wafv2").get_web_acl(Name="w", Scope="CLOUDFRONT", Id=made.id)["WebACL"]
    assert got["Rules"] == [rule]


def test_a_statement_that_the_api_does_not_have_is_refused(cloud: Cloud) -> None:
    rule = {
        "name": "r",
        "priority": 0,
        "statement": {"madeUpStatement": {}},
        "visibilityConfig": VISIBILITY,
    }
    with pytest.raises(ParamValidationError, match="MadeUpStatement"):
        ACL.create(acl(rules=[rule]), cloud.clients)


def test_a_web_acl_is_changed_whoever_changed_it_before(cloud: Cloud) -> None:
    made = ACL.create(acl(), cloud.clients)
    assert made.id
    assert ACL.update
    for metric in ("one", "two"):
        inputs = acl(visibilityConfig=VISIBILITY | {"metricName": metric})
        state = ACL.update(made.id, inputs, cloud.clients)
        assert state.outputs["visibilityConfig"]["metricName"] == metric


def test_an_alarm_is_read_in_its_own_region(cloud: Cloud) -> None:
    inputs = {
        "region": REGION,
        "name": "a",
        "comparisonOperator": "LessThanThreshold",
        "evaluationPeriods": 1,
        "threshold": 1,
        "metricName": "m",
        "namespace": "n",
        "period": 60,
        "statistic": "Minimum",
    }
    made = ALARM.create(inputs, cloud.clients)
    assert made.outputs["arn"] == "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a"
    assert ALARM.read
    assert ALARM.read("a", {"region": REGION}, cloud.clients)
    assert ALARM.read("a", {"region": "us-east-1"}, cloud.clients) is None
