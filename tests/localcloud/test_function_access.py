"""Who may invoke a function."""

import pytest

from asset_edge.localcloud.function_access import INVOKE, INVOKE_URL, function_url, permits
from tests.localcloud.conftest import Cloud
from tests.localcloud.lambdas import function, permit, rule, url

EVENTS = "events.amazonaws.com"


@pytest.mark.parametrize("auth", ["NONE", "AWS_IAM"])
def test_a_url_is_found_among_many_functions(cloud: Cloud, auth: str) -> None:
    for name in ("a", "b", "c"):
        function(cloud, name)
    arn = function(cloud)
    found = function_url(cloud.client("lambda", "eu-west-1"), url(cloud, arn, auth=auth, public=False))
    assert found == (arn, auth == "NONE")


def test_a_url_that_no_function_has_is_none(cloud: Cloud) -> None:
    host = url(cloud, function(cloud))
    cloud.client("lambda", "eu-west-1").delete_function_url_config(FunctionName="probe")
    assert function_url(cloud.client("lambda", "eu-west-1"), host) is None


@pytest.mark.parametrize(
    ("principal", "action", "source", "expected"),
    [
        (EVENTS, INVOKE, "the rule", True),
        (EVENTS, INVOKE, "arn:aws:events:eu-west-1:123456789012:rule/other", False),
        (EVENTS, INVOKE, "", False),
        (EVENTS, INVOKE_URL, "the rule", False),
        ("s3.amazonaws.com", INVOKE, "the rule", False),
        ("*", INVOKE, "the rule", False),
    ],
)
def test_a_policy_lets_in_whom_it_names_on_behalf_of_what_it_names(
    cloud: Cloud, principal: str, action: str, source: str, expected: bool
) -> None:
    arn = function(cloud)
    rule_arn = rule(cloud, arn)
    functions = cloud.client("lambda", "eu-west-1")
    asked = rule_arn if source == "the rule" else source
    assert permits(functions, arn, principal, action, asked) is expected


def test_a_source_may_be_a_pattern(cloud: Cloud) -> None:
    arn = function(cloud)
    permit(cloud, arn, INVOKE, EVENTS, SourceArn="arn:aws:events:eu-west-1:123456789012:rule/*")
    functions = cloud.client("lambda", "eu-west-1")
    assert permits(functions, arn, EVENTS, INVOKE, "arn:aws:events:eu-west-1:123456789012:rule/any")


def test_a_function_without_a_policy_lets_nobody_in(cloud: Cloud) -> None:
    functions = cloud.client("lambda", "eu-west-1")
    assert not permits(functions, function(cloud), EVENTS, INVOKE)
    assert not permits(functions, "arn:aws:lambda:eu-west-1:123456789012:function:absent", EVENTS, INVOKE)
