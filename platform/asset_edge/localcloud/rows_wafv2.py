"""Web ACLs. They are kept, but no rule of one is applied to a request here."""

import json
from typing import Any

from asset_edge.localcloud.clients import DEFAULT_REGION, Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import (
    Inputs,
    Row,
    camel,
    kept,
    only,
    pascal,
    retag,
    same_json,
    tag_list,
    tag_map,
    tagged,
    unless_gone,
)

_WORDS = {
    "arn": "ARN",
    "cloudwatchMetricsEnabled": "CloudWatchMetricsEnabled",
    "forwardedIpConfig": "ForwardedIPConfig",
    "ipSetForwardedIpConfig": "IPSetForwardedIPConfig",
    "ipSetReferenceStatement": "IPSetReferenceStatement",
}
"""Where the API's word is not the provider's with a capital."""

_CONFIGURATION = (
    "associationConfig",
    "captchaConfig",
    "challengeConfig",
    "defaultAction",
    "rules",
    "tokenDomains",
    "visibilityConfig",
)
_NEGATION = "notStatement"
_GONE = "WAFNonexistentItemException"


def _create(inputs: Inputs, clients: Clients) -> State:
    made = _waf(inputs, clients).create_web_acl(**_document(inputs))["Summary"]
    return _retagged(made["Id"], inputs, clients)


def _update(id_: str, inputs: Inputs, clients: Clients) -> State:
    waf, document = _waf(inputs, clients), _document(inputs)
    token = waf.get_web_acl(Name=inputs["name"], Scope=inputs["scope"], Id=id_)["LockToken"]
    waf.update_web_acl(Id=id_, LockToken=token, **{"CustomResponseBodies": {}, **document})
    return _retagged(id_, inputs, clients)


def _document(inputs: Inputs) -> dict[str, Any]:
    document = pascal(_negations(kept(inputs, *_CONFIGURATION), several=False), _WORDS)
    if inputs.get("ruleJson"):
        document["Rules"] = json.loads(inputs["ruleJson"])
    if inputs.get("description"):
        document["Description"] = inputs["description"]
    if inputs.get("customResponseBodies"):
        document["CustomResponseBodies"] = {
            body["key"]: {"Content": body["content"], "ContentType": body["contentType"]}
            for body in inputs["customResponseBodies"]
        }
    return {"Name": inputs["name"], "Scope": inputs["scope"], **document}


def _negations(value: Any, *, several: bool) -> Any:
    """What is negated is one statement to the API, and a list of one to the provider."""
    if isinstance(value, list):
        return [_negations(item, several=several) for item in value]
    if not isinstance(value, dict):
        return value
    new = {name: _negations(item, several=several) for name, item in value.items()}
    if _NEGATION in new:
        told = new[_NEGATION]
        new[_NEGATION] = (
            {"statements": [told["statement"]]} if several else {"statement": told["statements"][0]}
        )
    return new


def _retagged(id_: str, inputs: Inputs, clients: Clients) -> State:
    waf = _waf(inputs, clients)
    arn = waf.get_web_acl(Name=inputs["name"], Scope=inputs["scope"], Id=id_)["WebACL"]["ARN"]
    retag(
        inputs.get("tags"),
        _tags(waf, arn),
        add=lambda tags: waf.tag_resource(ResourceARN=arn, Tags=tag_list(tags)),
        remove=lambda keys: waf.untag_resource(ResourceARN=arn, TagKeys=keys),
    )
    found = _read(id_, inputs, clients)
    return State(id_, {**inputs, **(found.outputs if found else {})})


def _read(id_: str, inputs: Inputs, clients: Clients) -> State | None:
    waf, name, scope = _waf(inputs, clients), inputs["name"], inputs["scope"]
    found = unless_gone(lambda: waf.get_web_acl(Name=name, Scope=scope, Id=id_), _GONE)
    if found is None:
        return None
    acl = found["WebACL"]
    outputs = {
        **_configuration(acl, inputs),
        **kept(inputs, "namePrefix", "region"),
        **tagged(_tags(waf, acl["ARN"])),
        "name": acl["Name"],
        "scope": scope,
        "arn": acl["ARN"],
        "capacity": acl.get("Capacity", 0),
        "lockToken": found["LockToken"],
    }
    return State(id_, outputs)


def _configuration(acl: Inputs, inputs: Inputs) -> dict[str, Any]:
    read = _negations(camel({**acl, "CustomResponseBodies": None}, _WORDS), several=True)
    told = kept(read, *_CONFIGURATION, "description")
    if inputs.get("ruleJson"):
        told["ruleJson"] = same_json(inputs["ruleJson"], acl["Rules"])
    if inputs.get("ruleJson") or not told.get("rules"):
        told.pop("rules", None)
    bodies = acl.get("CustomResponseBodies") or {}
    if bodies:
        told["customResponseBodies"] = [{"key": key, **camel(body)} for key, body in bodies.items()]
    return told


def _delete(id_: str, inputs: Inputs, clients: Clients) -> None:
    waf, which = _waf(inputs, clients), {"Name": inputs["name"], "Scope": inputs["scope"], "Id": id_}
    found = unless_gone(lambda: waf.get_web_acl(**which), _GONE)
    if found:
        unless_gone(lambda: waf.delete_web_acl(LockToken=found["LockToken"], **which), _GONE)


def _waf(inputs: Inputs, clients: Clients) -> Any:
    """A web ACL for CloudFront is in one region only, whatever was declared."""
    return clients.get("wafv2", DEFAULT_REGION if inputs["scope"] == "CLOUDFRONT" else inputs["region"])


def _tags(waf: Any, arn: str) -> dict[str, str]:
    return tag_map(waf.list_tags_for_resource(ResourceARN=arn)["TagInfoForResource"]["TagList"])


ROWS: dict[str, Row] = {
    "aws:wafv2/webAcl:WebAcl": Row(
        replace_source='terraform-provider-aws, resource "aws_wafv2_web_acl"',
        create=_create,
        update=_update,
        read=_read,
        delete=_delete,
        check=only(
            "web ACL",
            {
                *_CONFIGURATION,
                "customResponseBodies",
                "description",
                "name",
                "namePrefix",
                "ruleJson",
                "scope",
            },
        ),
        auto_name="name",
        replace_on=frozenset({"name", "namePrefix", "region", "scope"}),
        effect=False,
    ),
}
