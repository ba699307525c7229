"""Who may invoke a function, and by which URL."""

import json
from collections.abc import Mapping
from typing import Any

from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import Inputs, Row, camel, given, kept, pascal, unless_gone

_PERMISSION = {
    "action": "Action",
    "eventSourceToken": "EventSourceToken",
    "function": "FunctionName",
    "functionUrlAuthType": "FunctionUrlAuthType",
    "invokedViaFunctionUrl": "InvokedViaFunctionUrl",
    "principal": "Principal",
    "principalOrgId": "PrincipalOrgID",
    "qualifier": "Qualifier",
    "sourceAccount": "SourceAccount",
    "sourceArn": "SourceArn",
    "statementId": "StatementId",
}
_CONDITIONS = {
    "eventSourceToken": "lambda:EventSourceToken",
    "functionUrlAuthType": "lambda:FunctionUrlAuthType",
    "invokedViaFunctionUrl": "lambda:InvokedViaFunctionUrl",
    "principalOrgId": "aws:PrincipalOrgID",
    "sourceAccount": "AWS:SourceAccount",
    "sourceArn": "AWS:SourceArn",
}
"""Which condition of the function's policy tells of an input."""

_GONE = "ResourceNotFoundException"


def _add_permission(inputs: Inputs, clients: Clients) -> State:
    clients.get("lambda", inputs["region"]).add_permission(**given(inputs, _PERMISSION))
    return State(inputs["statementId"], dict(inputs))


def _read_permission(id_: str, inputs: Inputs, clients: Clients) -> State | None:
    get_policy = clients.get("lambda", inputs["region"]).get_policy
    found = unless_gone(lambda: get_policy(**_function(inputs)), _GONE)
    statements = json.loads(found["Policy"])["Statement"] if found else ()
    statement = next((statement for statement in statements if statement["Sid"] == id_), None)
    if statement is None:
        return None
    outputs = {
        **kept(inputs, "function", "qualifier", "region", "statementIdPrefix"),
        **_conditions(statement),
        "action": statement["Action"],
        "principal": _principal(statement["Principal"]),
        "statementId": id_,
    }
    return State(id_, outputs)


def _function(inputs: Inputs) -> dict[str, Any]:
    return given(inputs, {"function": "FunctionName", "qualifier": "Qualifier"})


def _principal(principal: str | Mapping[str, str]) -> str:
    return principal if isinstance(principal, str) else next(iter(principal.values()))


def _conditions(statement: Mapping[str, Any]) -> dict[str, Any]:
    """What the statement asks for besides; moto tells some of it outside of the conditions."""
    told = {name: value for block in statement.get("Condition", {}).values() for name, value in block.items()}
    beside = {name: statement[api] for name, api in _PERMISSION.items() if api in statement}
    found = {name: told[api] for name, api in _CONDITIONS.items() if api in told}
    outputs = {name: value for name, value in (beside | found).items() if name in _CONDITIONS}
    if "invokedViaFunctionUrl" in outputs:
        outputs["invokedViaFunctionUrl"] = str(outputs["invokedViaFunctionUrl"]).lower() == "true"
    return outputs


def _remove_permission(id_: str, inputs: Inputs, clients: Clients) -> None:
    remove = clients.get("lambda", inputs["region"]).remove_permission
    unless_gone(lambda: remove(StatementId=id_, **_function(inputs)), _GONE)


def _create_url(inputs: Inputs, clients: Clients) -> State:
    lambda_ = clients.get("lambda", inputs["region"])
    lambda_.create_function_url_config(**_url(inputs))
    parts = (_short(inputs["functionName"]), inputs.get("qualifier"))
    return _told_url("/".join(part for part in parts if part), inputs, clients)


def _short(function: str) -> str:
    """A function's name, of its ARN too."""
    return function.rpartition(":function:")[2]


def _update_url(id_: str, inputs: Inputs, clients: Clients) -> State:
    # Empty and yet something: moto would take nothing for no change.
    without: dict[str, Any] = {} if inputs.get("cors") else {"Cors": {"AllowOrigins": []}}
    clients.get("lambda", inputs["region"]).update_function_url_config(**_url(inputs), **without)
    return _told_url(id_, inputs, clients)


def _told_url(id_: str, inputs: Inputs, clients: Clients) -> State:
    found = _read_url(id_, inputs, clients)
    return State(id_, {**inputs, **(found.outputs if found else {})})


def _url(inputs: Inputs) -> dict[str, Any]:
    names = {
        "authorizationType": "AuthType",
        "functionName": "FunctionName",
        "invokeMode": "InvokeMode",
        "qualifier": "Qualifier",
    }
    return given(inputs, names) | ({"Cors": pascal(inputs["cors"])} if inputs.get("cors") else {})


def _which(id_: str) -> dict[str, str]:
    function, _, qualifier = id_.partition("/")
    return {"FunctionName": function, **({"Qualifier": qualifier} if qualifier else {})}


def _read_url(id_: str, inputs: Inputs, clients: Clients) -> State | None:
    get = clients.get("lambda", inputs["region"]).get_function_url_config
    found = unless_gone(lambda: get(**_which(id_)), _GONE)
    if found is None:
        return None
    url = found["FunctionUrl"].rstrip("/") + "/"
    cors = {name: value for name, value in camel(found.get("Cors") or {}).items() if value not in (None, [])}
    outputs = {
        # moto knows one mode only, and calls it by no name of the API's.
        **kept(inputs, "invokeMode", "region"),
        **kept(inputs, "functionName", "qualifier"),
        **({"cors": cors} if cors else {}),
        "authorizationType": found["AuthType"],
        "functionArn": found["FunctionArn"],
        "functionUrl": url,
        "urlId": url.removeprefix("https://").partition(".")[0],
    }
    return State(id_, outputs)


def _delete_url(id_: str, inputs: Inputs, clients: Clients) -> None:
    delete = clients.get("lambda", inputs["region"]).delete_function_url_config
    unless_gone(lambda: delete(**_which(id_)), _GONE)


ROWS: dict[str, Row] = {
    "aws:lambda/permission:Permission": Row(
        replace_source='terraform-provider-aws, resource "aws_lambda_permission"',
        create=_add_permission,
        read=_read_permission,
        delete=_remove_permission,
        auto_name="statementId",
        replace_on=frozenset({*_PERMISSION, "region", "statementIdPrefix"}),
    ),
    "aws:lambda/functionUrl:FunctionUrl": Row(
        replace_source='terraform-provider-aws, resource "aws_lambda_function_url"',
        create=_create_url,
        update=_update_url,
        read=_read_url,
        delete=_delete_url,
        replace_on=frozenset({"functionName", "qualifier", "region"}),
    ),
}
