"""How a plan is told to a person: by component, policies unfolded, counts at the end."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml
from rich.text import Text

_INDENT = "  "


def lines(plan: dict[str, Any]) -> Iterator[Text]:
    """The whole listing of a plan document, line by line."""
    resources = plan["resources"]
    yield Text(f"{plan['project']} / {plan['stack']}", "bold")
    yield from _children(resources, "", 0)
    if plan["outputs"]:
        yield from (Text(), Text("outputs", "bold"), *_block(plan["outputs"], _INDENT))
    yield from _counts(resources)


def _children(resources: list[dict[str, Any]], parent: str, depth: int) -> Iterator[Text]:
    """The resources of a parent; those that have children themselves first."""
    parents = {resource["parent"] for resource in resources}
    own = [resource for resource in resources if resource["parent"] == parent]
    for resource in sorted(own, key=lambda r: (r["urn"] not in parents, r["name"], r["urn"])):
        yield from _resource(resource, depth)
        yield from _children(resources, resource["urn"], depth + 1)


def _resource(resource: dict[str, Any], depth: int) -> Iterator[Text]:
    margin = _INDENT * depth
    yield Text()
    yield Text.assemble(margin, (resource["name"], "bold cyan"), " ", (resource["type"], "dim"))
    if resource["options"]:
        yield from _block({"options": resource["options"]}, margin + _INDENT, "yellow")
    yield from _block(resource["inputs"], margin + _INDENT)


def _block(values: dict[str, Any], margin: str, style: str = "") -> Iterator[Text]:
    if values:
        told = yaml.safe_dump(_unfolded(values), width=float("inf"), allow_unicode=True, sort_keys=True)
        yield from (Text(f"{margin}{line}", style) for line in told.splitlines())


def _unfolded(value: Any) -> Any:
    """The value with every JSON document inside a text as that document."""
    if isinstance(value, dict):
        return {key: _unfolded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unfolded(item) for item in value]
    return _document(value) if isinstance(value, str) else value


def _document(text: str) -> Any:
    if not text.startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _counts(resources: list[dict[str, Any]]) -> Iterator[Text]:
    counts = Counter(resource["type"] for resource in resources)
    yield Text()
    for kind, count in sorted(counts.items()):
        yield Text(f"{count:>5}  {kind}")
    yield Text(f"{len(resources):>5}  resources", "bold")
