"""How the rules are asked about a plan: its document holds all that they read, configurations included."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from asset_edge.guardrails.resources import Files, NotKnown, Resource, Stack, normal
from asset_edge.guardrails.rule import Rule, Violation, judge
from asset_edge.guardrails.rules import RULES

SETTING = "requestsPerMinute"
"""The project's setting that says what the distribution is built for."""


def judged(
    plan: Mapping[str, Any],
    *,
    requests_per_minute: int = Stack.requests_per_minute,
    rules: Iterable[Rule] = RULES,
) -> list[Violation]:
    """Every violation of the rules in a plan document, mandatory ones first."""
    return judge(rules, stack_of(plan, requests_per_minute))


def stack_of(plan: Mapping[str, Any], requests_per_minute: int = Stack.requests_per_minute) -> Stack:
    """The stack of a plan document."""
    resources = tuple(_resource(told) for told in plan["resources"])
    return Stack(name=plan["stack"], resources=resources, requests_per_minute=requests_per_minute)


def _resource(told: Mapping[str, Any]) -> Resource:
    return Resource(
        urn=told["urn"],
        type=told["type"],
        name=told["name"],
        props=normal(told["inputs"]),
        options=told.get("options", {}),
        files=_files(told.get("configurations", {}).get("code", {})),
    )


def _files(configurations: Mapping[str, Any]) -> Files:
    """The configurations that a plan has read out of a function's archive."""

    def read(name: str) -> bytes:
        if name not in configurations:
            raise NotKnown(f"code: the plan does not tell {name} in it")
        return json.dumps(configurations[name]).encode()

    return read


def requests_per_minute(config: Mapping[str, str], project: str) -> int:
    """What the project's settings say; where they say nothing, a distribution for the whole world's."""
    told = config.get(f"{project}:{SETTING}", "")
    return int(told) if told.isdecimal() else Stack.requests_per_minute
