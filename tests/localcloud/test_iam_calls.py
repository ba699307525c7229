"""Which calls change IAM."""

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from asset_edge.localcloud.iam_calls import changes_iam


def call(body: str, *, service: str = "iam", method: str = "POST") -> Request:
    signature = f"AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/{service}/aws4_request, Signature=0"
    headers = [("Authorization", signature)]
    return Request(EnvironBuilder(method=method, data=body, headers=headers).get_environ())


@pytest.mark.parametrize(
    ("action", "changes"),
    [
        ("PutRolePolicy", True),
        ("CreateRole", True),
        ("AttachRolePolicy", True),
        ("DeleteRole", True),
        ("GetRole", False),
        ("ListRolePolicies", False),
        ("SimulatePrincipalPolicy", False),
    ],
)
def test_what_changes_iam(action: str, changes: bool) -> None:
    assert changes_iam(call(f"Action={action}&Version=2010-05-08")) is changes
    assert changes_iam(call(f"Version=2010-05-08&Action={action}")) is changes


def test_no_other_service_does() -> None:
    assert not changes_iam(call("Action=PutMetricData", service="monitoring"))
    assert not changes_iam(call("Action=CreateRole", method="GET"))
    assert not changes_iam(Request(EnvironBuilder(method="POST", data="Action=CreateRole").get_environ()))


def test_the_body_can_be_read_again() -> None:
    request = call("Action=CreateRole")
    assert changes_iam(request)
    assert request.environ["wsgi.input"].read() == b"Action=CreateRole"


def test_a_call_without_an_action_counts_as_a_change() -> None:
    assert changes_iam(call("NotAction=GetRole"))
