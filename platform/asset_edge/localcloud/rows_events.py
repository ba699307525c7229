"""EventBridge: rules, and what they call."""

from typing import Any

from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import (
    Inputs,
    Row,
    camel,
    given,
    kept,
    only,
    pascal,
    retag,
    tag_list,
    tag_map,
    tagged,
    told,
    unless_gone,
)
from asset_edge.localcloud.schedules import every_seconds

_RULE = {
    "description": "Description",
    "eventBusName": "EventBusName",
    "eventPattern": "EventPattern",
    "name": "Name",
    "roleArn": "RoleArn",
    "scheduleExpression": "ScheduleExpression",
    "state": "State",
}
_RULE_UNTOLD = ("forceDestroy", "isEnabled", "namePrefix")
_TARGET = {
    "arn": "Arn",
    "deadLetterConfig": "DeadLetterConfig",
    "input": "Input",
    "inputPath": "InputPath",
    "inputTransformer": "InputTransformer",
    "retryPolicy": "RetryPolicy",
    "roleArn": "RoleArn",
    "targetId": "Id",
}
_BLOCKS = ("deadLetterConfig", "retryPolicy")
_GONE = "ResourceNotFoundException"
_DEFAULT_BUS = "default"


def _check_rule(inputs: Inputs) -> None:
    only("event rule", {*_RULE, *_RULE_UNTOLD})(inputs)
    if inputs.get("scheduleExpression") and _state(inputs) != "DISABLED":
        every_seconds(inputs["scheduleExpression"])


def _put_rule(inputs: Inputs, clients: Clients) -> State:
    events = clients.get("events", inputs["region"])
    arn = events.put_rule(**{**given(inputs, _RULE), "State": _state(inputs)})["RuleArn"]
    retag(
        inputs.get("tags"),
        _tags(events, arn),
        add=lambda tags: events.tag_resource(ResourceARN=arn, Tags=tag_list(tags)),
        remove=lambda keys: events.untag_resource(ResourceARN=arn, TagKeys=keys),
    )
    bus = _bus(inputs)
    id_ = inputs["name"] if bus == _DEFAULT_BUS else f"{bus}/{inputs['name']}"
    found = _read_rule(id_, inputs, clients)
    return State(id_, {**inputs, **(found.outputs if found else {})})


def _state(inputs: Inputs) -> str:
    """Whether a rule is enabled; `isEnabled` is what `state` was called before."""
    return inputs.get("state") or ("DISABLED" if inputs.get("isEnabled") is False else "ENABLED")


def _read_rule(id_: str, inputs: Inputs, clients: Clients) -> State | None:
    events = clients.get("events", inputs["region"])
    bus, _, name = id_.rpartition("/")
    bus = bus or _DEFAULT_BUS
    found = unless_gone(lambda: events.describe_rule(Name=name, EventBusName=bus), _GONE)
    if found is None:
        return None
    outputs = {
        **told(found, _RULE),
        **kept(inputs, "region", *_RULE_UNTOLD),
        **tagged(_tags(events, found["Arn"])),
        "arn": found["Arn"],
        "eventBusName": bus,
    }
    return State(id_, outputs)


def _delete_rule(id_: str, inputs: Inputs, clients: Clients) -> None:
    events = clients.get("events", inputs["region"])
    bus, _, name = id_.rpartition("/")
    force = bool(inputs.get("forceDestroy"))
    unless_gone(lambda: events.delete_rule(Name=name, EventBusName=bus or _DEFAULT_BUS, Force=force), _GONE)


def _tags(events: Any, arn: str) -> dict[str, str]:
    return tag_map(events.list_tags_for_resource(ResourceARN=arn)["Tags"])


def _put_target(inputs: Inputs, clients: Clients) -> State:
    target = given(inputs, _TARGET)
    target |= {_TARGET[name]: pascal(inputs[name]) for name in _BLOCKS if inputs.get(name)}
    if inputs.get("inputTransformer"):
        target["InputTransformer"] = _transformer(inputs["inputTransformer"])
    bus = _bus(inputs)
    events = clients.get("events", inputs["region"])
    events.put_targets(Rule=inputs["rule"], EventBusName=bus, Targets=[target])
    parts = (inputs["rule"], inputs["targetId"])
    return State("-".join(parts if bus == _DEFAULT_BUS else (bus, *parts)), dict(inputs))


def _transformer(transformer: Inputs) -> dict[str, Any]:
    return given(transformer, {"inputPaths": "InputPathsMap", "inputTemplate": "InputTemplate"})


def _read_target(id_: str, inputs: Inputs, clients: Clients) -> State | None:
    events, rule = clients.get("events", inputs["region"]), inputs["rule"]
    wanted = _target_id(id_, inputs)
    targets = unless_gone(
        lambda: events.list_targets_by_rule(Rule=rule, EventBusName=_bus(inputs))["Targets"], _GONE
    )
    found = next((target for target in targets or () if target["Id"] == wanted), None)
    if found is None:
        return None
    outputs = told(found, _TARGET)
    outputs |= {name: camel(outputs[name]) for name in _BLOCKS if name in outputs}
    if "InputTransformer" in found:
        names = {"inputPaths": "InputPathsMap", "inputTemplate": "InputTemplate"}
        outputs["inputTransformer"] = told(found["InputTransformer"], names)
    return State(id_, {**outputs, **kept(inputs, "region", "eventBusName", "forceDestroy"), "rule": rule})


def _delete_target(id_: str, inputs: Inputs, clients: Clients) -> None:
    events = clients.get("events", inputs["region"])
    wanted, force = _target_id(id_, inputs), bool(inputs.get("forceDestroy"))
    unless_gone(
        lambda: events.remove_targets(
            Rule=inputs["rule"], EventBusName=_bus(inputs), Ids=[wanted], Force=force
        ),
        _GONE,
    )


def _target_id(id_: str, inputs: Inputs) -> str:
    """A target's own id: what follows the rule, whose name may have hyphens too."""
    bus = _bus(inputs)
    before = f"{inputs['rule']}-" if bus == _DEFAULT_BUS else f"{bus}-{inputs['rule']}-"
    return id_.removeprefix(before)


def _bus(inputs: Inputs) -> str:
    return str(inputs.get("eventBusName") or _DEFAULT_BUS)


ROWS: dict[str, Row] = {
    "aws:cloudwatch/eventRule:EventRule": Row(
        replace_source='terraform-provider-aws, resource "aws_cloudwatch_event_rule"',
        create=_put_rule,
        update=lambda _id, inputs, clients: _put_rule(inputs, clients),
        read=_read_rule,
        delete=_delete_rule,
        check=_check_rule,
        auto_name="name",
        replace_on=frozenset({"eventBusName", "name", "namePrefix", "region"}),
    ),
    "aws:cloudwatch/eventTarget:EventTarget": Row(
        replace_source='terraform-provider-aws, resource "aws_cloudwatch_event_target"',
        create=_put_target,
        update=lambda _id, inputs, clients: _put_target(inputs, clients),
        read=_read_target,
        delete=_delete_target,
        check=only("event target", {*_TARGET, "eventBusName", "forceDestroy", "rule"}),
        auto_name="targetId",
        replace_on=frozenset({"eventBusName", "region", "rule", "targetId"}),
    ),
}
