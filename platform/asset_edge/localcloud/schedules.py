"""What EventBridge runs when: the schedules of rules, and the functions that are their targets.

Sources: Amazon EventBridge User Guide, "Setting a schedule pattern for scheduled rules" and "Amazon
EventBridge targets".
"""

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asset_edge.errors import Unsupported

_RATE = re.compile(r"rate\((?P<value>[1-9]\d*) (?P<unit>minute|hour|day)(?P<plural>s?)\)")
_UNIT_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
_FUNCTION = re.compile(r"arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[^:]+(:[^:]+)?")
_NOT_MODELLED = ("InputPath", "InputTransformer")


@dataclass(frozen=True, kw_only=True)
class Scheduled:
    """One target of a rule with a rate."""

    rule_arn: str
    target_id: str
    function_arn: str
    """As the target names it, with a qualifier or without."""

    every_seconds: int
    input: str | None = None
    """JSON that takes the event's place; None for the event itself."""

    @property
    def key(self) -> str:
        """What it is known by."""
        return f"{self.rule_arn} {self.target_id}"


def every_seconds(expression: str) -> int:
    """How often a `rate(...)` comes round; `Unsupported` for cron and for what is no schedule at all."""
    found = _RATE.fullmatch(expression)
    if found is None or (found["value"] == "1") == bool(found["plural"]):
        raise Unsupported(
            f"the schedule {expression!r} is not modelled; rate(1 minute), rate(5 minutes) and the like with "
            "hours and days are. Use a rate"
        )
    return int(found["value"]) * _UNIT_SECONDS[found["unit"]]


def read(events: Any) -> tuple[list[Scheduled], dict[str, str]]:
    """What the rules of a region run, and of what is not run the reason, by rule and target.

    A rule that is disabled, or that waits for events and has no schedule, is in neither.
    """
    run: list[Scheduled] = []
    not_run: dict[str, str] = {}
    for rule in _rules(events):
        try:
            every = every_seconds(rule["ScheduleExpression"])
        except Unsupported as error:
            not_run[rule["Arn"]] = str(error)
            continue
        for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]:
            scheduled = _scheduled(rule, target, every)
            if reason := _why_not(target):
                not_run[scheduled.key] = reason
            else:
                run.append(scheduled)
    return run, not_run


def event(scheduled: Scheduled, account_id: str, at_seconds: float) -> object:
    """What a target's function is given."""
    if scheduled.input is not None:
        return json.loads(scheduled.input)
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": account_id,
        "time": datetime.fromtimestamp(at_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": scheduled.rule_arn.split(":")[3],
        "resources": [scheduled.rule_arn],
        "detail": {},
    }


def _rules(events: Any) -> Iterator[Mapping[str, Any]]:
    for page in events.get_paginator("list_rules").paginate():
        for rule in page["Rules"]:
            if rule.get("ScheduleExpression") and rule.get("State") != "DISABLED":
                yield rule


def _scheduled(rule: Mapping[str, Any], target: Mapping[str, Any], every: int) -> Scheduled:
    return Scheduled(
        rule_arn=rule["Arn"],
        target_id=target["Id"],
        function_arn=target["Arn"],
        every_seconds=every,
        input=target.get("Input"),
    )


def _why_not(target: Mapping[str, Any]) -> str | None:
    if not _FUNCTION.fullmatch(target["Arn"]):
        return f"its target is {target['Arn']}; functions are run. Watch it elsewhere"
    named = [name for name in _NOT_MODELLED if target.get(name)]
    return f"its target has {named[0]}, which is not modelled. Use Input, or nothing" if named else None
