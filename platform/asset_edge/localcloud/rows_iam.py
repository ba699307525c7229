"""Roles and the policies written into them."""

import json
from typing import Any

from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import (
    Inputs,
    Row,
    given,
    kept,
    only,
    retag,
    same_json,
    tag_list,
    tag_map,
    tagged,
    told,
    unless_gone,
)

_ROLE = {
    "description": "Description",
    "maxSessionDuration": "MaxSessionDuration",
    "name": "RoleName",
    "path": "Path",
    "permissionsBoundary": "PermissionsBoundary",
}
_GONE = "NoSuchEntity"
_HOUR_SECONDS = 3600
"""How long a session of a role may last where it does not say."""

_check_role = only(
    "role",
    {*_ROLE, "assumeRolePolicy", "forceDetachPolicies", "namePrefix"},
    instead="Use aws.iam.RolePolicy and aws.iam.RolePolicyAttachment",
)


def _create_role(inputs: Inputs, clients: Clients) -> State:
    clients.get("iam").create_role(
        AssumeRolePolicyDocument=_text(inputs["assumeRolePolicy"]),
        Tags=tag_list(inputs.get("tags")),
        **given(inputs, _ROLE),
    )
    return _role(inputs["name"], inputs, clients)


def _update_role(name: str, inputs: Inputs, clients: Clients) -> State:
    iam = clients.get("iam")
    duration = inputs.get("maxSessionDuration", _HOUR_SECONDS)
    iam.update_role(RoleName=name, Description=inputs.get("description", ""), MaxSessionDuration=duration)
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=_text(inputs["assumeRolePolicy"]))
    if boundary := inputs.get("permissionsBoundary"):
        iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
    else:
        unless_gone(lambda: iam.delete_role_permissions_boundary(RoleName=name), _GONE)
    retag(
        inputs.get("tags"),
        tag_map(iam.get_role(RoleName=name)["Role"].get("Tags", ())),
        add=lambda tags: iam.tag_role(RoleName=name, Tags=tag_list(tags)),
        remove=lambda keys: iam.untag_role(RoleName=name, TagKeys=keys),
    )
    return _role(name, inputs, clients)


def _role(name: str, inputs: Inputs, clients: Clients) -> State:
    found = _read_role(name, inputs, clients)
    return State(name, {**inputs, **(found.outputs if found else {})})


def _read_role(name: str, inputs: Inputs, clients: Clients) -> State | None:
    found = unless_gone(lambda: clients.get("iam").get_role(RoleName=name)["Role"], _GONE)
    if found is None:
        return None
    boundary = found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    outputs = {
        **told({**found, "PermissionsBoundary": boundary}, _ROLE),
        **kept(inputs, "forceDetachPolicies", "namePrefix"),
        **tagged(tag_map(found.get("Tags", ()))),
        "assumeRolePolicy": same_json(inputs.get("assumeRolePolicy"), found["AssumeRolePolicyDocument"]),
        "arn": found["Arn"],
        "uniqueId": found["RoleId"],
        "createDate": found["CreateDate"].isoformat(),
    }
    return State(name, outputs)


def _delete_role(name: str, inputs: Inputs, clients: Clients) -> None:
    iam = clients.get("iam")
    if inputs.get("forceDetachPolicies"):
        unless_gone(lambda: _empty(iam, name), _GONE)
    unless_gone(lambda: iam.delete_role(RoleName=name), _GONE)


def _empty(iam: Any, role: str) -> None:
    for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=role, PolicyArn=attached["PolicyArn"])
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role, PolicyName=name)


def _put_policy(inputs: Inputs, clients: Clients) -> State:
    clients.get("iam").put_role_policy(
        RoleName=inputs["role"], PolicyName=inputs["name"], PolicyDocument=_text(inputs["policy"])
    )
    return State(f"{inputs['role']}:{inputs['name']}", dict(inputs))


def _read_policy(id_: str, inputs: Inputs, clients: Clients) -> State | None:
    role, _, name = id_.partition(":")
    found = unless_gone(
        lambda: clients.get("iam").get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"], _GONE
    )
    if found is None:
        return None
    policy = same_json(inputs.get("policy"), found)
    return State(id_, {**kept(inputs, "namePrefix"), "role": role, "name": name, "policy": policy})


def _delete_policy(id_: str, _inputs: Inputs, clients: Clients) -> None:
    role, _, name = id_.partition(":")
    unless_gone(lambda: clients.get("iam").delete_role_policy(RoleName=role, PolicyName=name), _GONE)


def _text(document: Any) -> str:
    """A policy document, which a program may give as text or not."""
    return document if isinstance(document, str) else json.dumps(document)


ROWS: dict[str, Row] = {
    "aws:iam/role:Role": Row(
        replace_source='terraform-provider-aws, resource "aws_iam_role"',
        create=_create_role,
        update=_update_role,
        read=_read_role,
        delete=_delete_role,
        check=_check_role,
        auto_name="name",
        replace_on=frozenset({"name", "namePrefix", "path"}),
    ),
    "aws:iam/rolePolicy:RolePolicy": Row(
        replace_source='terraform-provider-aws, resource "aws_iam_role_policy"',
        create=_put_policy,
        update=lambda _id, inputs, clients: _put_policy(inputs, clients),
        read=_read_policy,
        delete=_delete_policy,
        auto_name="name",
        replace_on=frozenset({"name", "namePrefix", "role"}),
    ),
}
