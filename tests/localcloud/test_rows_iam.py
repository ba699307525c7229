"""Roles and their policies, where a table does not tell all."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from asset_edge.localcloud.table import ROWS
from tests.localcloud.conftest import Cloud

ROLE, POLICY = ROWS["aws:iam/role:Role"], ROWS["aws:iam/rolePolicy:RolePolicy"]
ASSUME = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
TRUST = {"Version": "2012-10-17", "Statement": [ASSUME]}
READS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}


def role(cloud: Cloud, **more: Any) -> dict[str, Any]:
    inputs = {"name": "runs", "assumeRolePolicy": json.dumps(TRUST), **more}
    ROLE.create(inputs, cloud.clients)
    POLICY.create({"role": "runs", "name": "reads", "policy": READS}, cloud.clients)
    return inputs


def test_a_role_with_a_policy_goes_only_by_force(cloud: Cloud) -> None:
    inputs = role(cloud)
    assert ROLE.delete
    assert ROLE.read
    with pytest.raises(ClientError, match="DeleteConflict"):
        ROLE.delete("runs", inputs, cloud.clients)
    assert ROLE.read("runs", inputs, cloud.clients)
    ROLE.delete("runs", {**inputs, "forceDetachPolicies": True}, cloud.clients)
    assert ROLE.read("runs", inputs, cloud.clients) is None
    ROLE.delete("runs", {**inputs, "forceDetachPolicies": True}, cloud.clients)


def test_force_detaches_what_is_attached_and_leaves_it_there(cloud: Cloud) -> None:
    inputs, iam = role(cloud, forceDetachPolicies=True), cloud.client("iam")
    arn = iam.create_policy(PolicyName="p", PolicyDocument=json.dumps(READS))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="runs", PolicyArn=arn)
    assert ROLE.delete
    ROLE.delete("runs", inputs, cloud.clients)
    assert iam.list_roles()["Roles"] == []
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 0


def test_a_policy_may_be_declared_as_a_document(cloud: Cloud) -> None:
    inputs = role(cloud, assumeRolePolicy=TRUST)
    assert ROLE.read
    assert POLICY.read
    read_role = ROLE.read("runs", inputs, cloud.clients)
    read_policy = POLICY.read("runs:reads", {"policy": READS}, cloud.clients)
    assert read_role
    assert read_policy
    assert read_role.outputs["assumeRolePolicy"] == TRUST
    assert read_policy.outputs == {"role": "runs", "name": "reads", "policy": READS}


def test_a_policy_that_was_changed_since_is_seen(cloud: Cloud) -> None:
    role(cloud)
    other = {**READS, "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}
    cloud.client("iam").put_role_policy(RoleName="runs", PolicyName="reads", PolicyDocument=json.dumps(other))
    assert POLICY.read
    found = POLICY.read("runs:reads", {"policy": json.dumps(READS)}, cloud.clients)
    assert found
    assert json.loads(found.outputs["policy"]) == other


def test_a_policy_goes_with_its_role(cloud: Cloud) -> None:
    inputs = role(cloud, forceDetachPolicies=True)
    assert ROLE.delete
    assert POLICY.read
    assert POLICY.delete
    ROLE.delete("runs", inputs, cloud.clients)
    assert POLICY.read("runs:reads", {}, cloud.clients) is None
    POLICY.delete("runs:reads", {}, cloud.clients)


def test_a_boundary_is_taken_away_again(cloud: Cloud) -> None:
    inputs = role(cloud, permissionsBoundary="arn:aws:iam::123456789012:policy/b")
    del inputs["permissionsBoundary"]
    assert ROLE.update
    ROLE.update("runs", inputs, cloud.clients)
    assert "PermissionsBoundary" not in cloud.client("iam").get_role(RoleName="runs")["Role"]


def test_a_boundary_is_set_later(cloud: Cloud) -> None:
    boundary = "arn:aws:iam::123456789012:policy/b"
    inputs = role(cloud) | {"permissionsBoundary": boundary}
    assert ROLE.update
    assert ROLE.update("runs", inputs, cloud.clients).outputs["permissionsBoundary"] == boundary


def test_a_role_tells_what_only_iam_knows(cloud: Cloud) -> None:
    made = cloud.create("aws:iam/role:Role", name="r", path="/edge/", assumeRolePolicy=json.dumps(TRUST))
    assert made.outputs["arn"] == "arn:aws:iam::123456789012:role/edge/r"
    assert made.outputs["uniqueId"].startswith("AROA")
    assert made.outputs["maxSessionDuration"] == 3600
