"""Permissions and URLs of functions, and what the health checks' URL probe makes of them."""

from typing import Any

import pulumi
import pytest

from asset_edge.localcloud.function_access import INVOKE, INVOKE_URL, function_url, permits
from asset_edge.localcloud.table import ROWS
from tests.localcloud.conftest import Cloud

PERMISSION, URL = ROWS["aws:lambda/permission:Permission"], ROWS["aws:lambda/functionUrl:FunctionUrl"]
REGION = "eu-west-1"
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:probe"
RULE = "arn:aws:events:eu-west-1:123456789012:rule/often"


@pytest.fixture
def probing(cloud: Cloud) -> Cloud:
    trust = '{"Version": "2012-10-17", "Statement": []}'
    role = cloud.create("aws:iam/role:Role", name="runs", assumeRolePolicy=trust).outputs["arn"]
    cloud.create(
        "aws:lambda/function:Function",
        name="probe",
        role=role,
        runtime="python3.13",
        handler="main.handler",
        code=pulumi.AssetArchive({"main.py": pulumi.StringAsset("x = 1")}),
        publish=True,
        region=REGION,
    )
    return cloud


def permission(**more: Any) -> dict[str, Any]:
    return {
        "region": REGION,
        "statementId": "s",
        "function": "probe",
        "action": INVOKE,
        "principal": "*",
        **more,
    }


GIVEN: list[Any] = [
    pytest.param({"principal": "events.amazonaws.com", "sourceArn": RULE}, id="a rule"),
    pytest.param({"action": INVOKE_URL, "functionUrlAuthType": "NONE"}, id="a URL for all"),
    pytest.param({"invokedViaFunctionUrl": True}, id="by URL"),
    pytest.param({"principal": "s3.amazonaws.com", "sourceAccount": "123456789012"}, id="an account"),
    pytest.param({"function": ARN}, id="by ARN"),
]


@pytest.mark.parametrize("given", GIVEN)
def test_a_permission_is_read_as_it_was_given(probing: Cloud, given: dict[str, Any]) -> None:
    inputs = permission(**given)
    assert PERMISSION.create(inputs, probing.clients).id == "s"
    assert PERMISSION.read
    named = {"region": REGION, "function": inputs["function"]}
    found = PERMISSION.read("s", named, probing.clients)
    assert found
    assert found.outputs == inputs


def test_a_permission_for_a_rule_is_for_that_rule(probing: Cloud) -> None:
    inputs = permission(principal="events.amazonaws.com", sourceArn=RULE)
    functions = probing.client("lambda", REGION)
    assert not permits(functions, "probe", "events.amazonaws.com", INVOKE, RULE)
    PERMISSION.create(inputs, probing.clients)
    assert permits(functions, "probe", "events.amazonaws.com", INVOKE, RULE)
    assert not permits(functions, "probe", "events.amazonaws.com", INVOKE, RULE + "-2")
    assert PERMISSION.delete
    PERMISSION.delete("s", inputs, probing.clients)
    assert not permits(functions, "probe", "events.amazonaws.com", INVOKE, RULE)


def test_one_permission_is_removed_and_the_other_stays(probing: Cloud) -> None:
    for name in ("one", "two"):
        PERMISSION.create(permission(statementId=name), probing.clients)
    assert PERMISSION.read
    assert PERMISSION.delete
    PERMISSION.delete("one", permission(), probing.clients)
    assert PERMISSION.read("one", permission(), probing.clients) is None
    assert PERMISSION.read("two", permission(), probing.clients)


def test_a_permission_goes_with_its_function(probing: Cloud) -> None:
    PERMISSION.create(permission(), probing.clients)
    probing.client("lambda", REGION).delete_function(FunctionName="probe")
    assert PERMISSION.read
    assert PERMISSION.delete
    assert PERMISSION.read("s", permission(), probing.clients) is None
    PERMISSION.delete("s", permission(), probing.clients)


def url(**more: Any) -> dict[str, Any]:
    return {"region": REGION, "functionName": "probe", "authorizationType": "NONE", **more}


def test_a_url_is_one_that_the_probe_finds(probing: Cloud) -> None:
    state = URL.create(url(), probing.clients)
    assert state.id == "probe"
    told = state.outputs["functionUrl"]
    assert told == f"https://{state.outputs['urlId']}.lambda-url.eu-west-1.on.aws/"
    functions, host = probing.client("lambda", REGION), told.removeprefix("https://").rstrip("/")
    found = function_url(functions, host)
    assert found
    assert (found.function_arn, found.public) == (ARN, True)
    assert URL.update
    assert URL.delete
    assert (
        URL.update("probe", url(authorizationType="AWS_IAM"), probing.clients).outputs["functionUrl"] == told
    )
    found = function_url(functions, host)
    assert found
    assert not found.public
    URL.delete("probe", url(), probing.clients)
    assert function_url(functions, host) is None


def test_a_url_of_an_arn_has_the_functions_name_as_its_id(probing: Cloud) -> None:
    state = URL.create(url(functionName=ARN), probing.clients)
    assert state.id == "probe"
    assert state.outputs["functionName"] == ARN
    assert state.outputs["functionArn"] == ARN


def test_rules_for_other_sites_are_taken_away_again(probing: Cloud) -> None:
    state = URL.create(url(cors={"allowOrigins": ["*"], "allowCredentials": True}), probing.clients)
    assert state.outputs["cors"] == {"allowOrigins": ["*"], "allowCredentials": True}
    assert URL.update
    assert URL.read
    URL.update("probe", url(), probing.clients)
    found = URL.read("probe", url(), probing.clients)
    assert found
    assert "cors" not in found.outputs
