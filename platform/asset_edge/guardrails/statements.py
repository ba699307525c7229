"""How the statements of an IAM policy document are read, whichever of IAM's spellings they have."""

from collections.abc import Iterator, Mapping
from typing import Any

from asset_edge.guardrails.resources import NotKnown


def as_list(value: Any) -> list[str]:
    """IAM takes one value where it takes a list of them."""
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]


def statements(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Each statement; a document may have one that is no list. Raises NotKnown for what is none."""
    told = document.get("Statement") or []
    listed = told if isinstance(told, list | tuple) else [told]
    for one in listed:
        if not isinstance(one, Mapping):
            raise NotKnown("a statement of the policy cannot be read")
        yield one


def conditions(statement: Mapping[str, Any], operator: str) -> Mapping[str, Any]:
    """What one operator of its Condition asks, by key; empty where it asks nothing."""
    told = statement.get("Condition")
    asked = told.get(operator) if isinstance(told, Mapping) else None
    return asked if isinstance(asked, Mapping) else {}


def allows(statement: Mapping[str, Any]) -> bool:
    """Whether it grants something."""
    return statement.get("Effect") == "Allow"


def actions(statement: Mapping[str, Any]) -> list[str]:
    """What it is about; a statement that names what it is not about is about all the rest."""
    return ["*"] if "NotAction" in statement else as_list(statement.get("Action"))


def resources(statement: Mapping[str, Any]) -> list[str]:
    """On what; a statement that names on what it is not is on all the rest."""
    return ["*"] if "NotResource" in statement else as_list(statement.get("Resource"))
