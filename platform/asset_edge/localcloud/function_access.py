"""Who may invoke a function: what its resource policy says, and where its URL leads.

Sources: AWS Lambda Developer Guide, "Working with resource-based IAM policies in Lambda" and "Control access
to Lambda function URLs".
"""

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

INVOKE = "lambda:InvokeFunction"
INVOKE_URL = "lambda:InvokeFunctionUrl"
_SOURCE = "aws:sourcearn"


class FunctionUrl(NamedTuple):
    """A function's URL as it is configured."""

    function_arn: str
    public: bool
    """Whether it asks nobody for a signature."""


def function_url(functions: Any, host: str) -> FunctionUrl | None:
    """The URL with that host name among the functions of a region; None where no function has it."""
    for page in functions.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            found = _url_of(functions, function["FunctionName"])
            if found and found["FunctionUrl"].removeprefix("https://").rstrip("/") == host:
                return FunctionUrl(found["FunctionArn"], found["AuthType"] == "NONE")
    return None


def permits(functions: Any, function_arn: str, principal: str, action: str, source_arn: str = "") -> bool:
    """Whether the function's resource policy lets `principal` do `action`, on behalf of `source_arn`."""
    return any(
        statement["Effect"] == "Allow"
        and action in _listed(statement["Action"])
        and principal in _principals(statement["Principal"])
        and _is_source(statement.get("Condition") or {}, source_arn)
        for statement in _statements(functions, function_arn)
    )


def _statements(functions: Any, function_arn: str) -> Iterator[Mapping[str, Any]]:
    try:
        policy = functions.get_policy(FunctionName=function_arn)["Policy"]
    except ClientError:  # it has none, or is not there
        return
    yield from json.loads(policy)["Statement"]


def _url_of(functions: Any, name: str) -> Mapping[str, Any] | None:
    try:
        return functions.get_function_url_config(FunctionName=name)  # type: ignore[no-any-return]
    except ClientError:
        return None


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _principals(principal: Any) -> list[str]:
    if isinstance(principal, str):
        return [principal]
    return [one for value in principal.values() for one in _listed(value)]


def _is_source(condition: Mapping[str, Mapping[str, Any]], source_arn: str) -> bool:
    """Every condition on the source's ARN holds; other ones are the caller's to fulfil."""
    wanted = [
        _listed(value)
        for conditions in condition.values()
        for name, value in conditions.items()
        if name.lower() == _SOURCE
    ]
    return all(any(fnmatchcase(source_arn, pattern) for pattern in patterns) for patterns in wanted)
