"""Resource types that are only recorded: they get the id and outputs AWS would give, and do nothing here.

A template may name any input, and besides `account`, `region`, `name` (given or generated) and `mark`, a hash
of the inputs.
"""

from collections.abc import Callable, Mapping
from typing import Any

from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import Inputs, Row, mark

_UUID = "{mark:.8}-{mark:.4}-4{mark:.3}-a{mark:.3}-{mark:.12}"


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def _declared(
    id_template: str, *, more: Callable[[Inputs], Mapping[str, Any]] = lambda _: {}, **outputs: str
) -> Row:
    """A row that answers with templates; `more` gives the outputs that are not text."""

    def create(inputs: Inputs, clients: Clients) -> State:
        values = _Values(inputs, account=clients.account_id, mark=mark(inputs, length=32))
        told = {name: template.format_map(values) for name, template in outputs.items()}
        known = {"tagsAll": inputs.get("tags") or {}} | told | dict(more(inputs))
        # An empty id would mean that the resource does not exist yet.
        return State(id_template.format_map(values) or values["mark"], {**inputs, **known})

    return Row(create=create, auto_name="name", effect=False)


def _validation_options(inputs: Inputs) -> dict[str, Any]:
    """One CNAME for each name; a name and its wildcard share one.

    Source: AWS Certificate Manager User Guide, "DNS validation".
    """
    names = [inputs["domainName"], *(inputs.get("subjectAlternativeNames") or ())]
    options = [
        {
            "domainName": name,
            "resourceRecordName": f"_{mark(bare, length=32)}.{bare}.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": f"_{mark(bare, 'value', length=32)}.acm-validations.aws.",
        }
        for name in dict.fromkeys(names)
        for bare in [name.removeprefix("*.")]
    ]
    return {"domainValidationOptions": options}


def _arn(service: str, resource: str, *, region: str = "{region}") -> str:
    return f"arn:aws:{service}:{region}:{{account}}:{resource}"


ROWS: dict[str, Row] = {
    "pulumi:providers:aws": _declared(_UUID),
    "aws:acm/certificate:Certificate": _declared(
        _arn("acm", f"certificate/{_UUID}"),
        more=_validation_options,
        arn=_arn("acm", f"certificate/{_UUID}"),
        status="ISSUED",
    ),
    "aws:acm/certificateValidation:CertificateValidation": _declared("{mark:.13}"),
    "aws:cloudfront/realtimeLogConfig:RealtimeLogConfig": _declared(
        _arn("cloudfront", "realtime-log-config/{name}", region=""),
        arn=_arn("cloudfront", "realtime-log-config/{name}", region=""),
    ),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": _declared(
        "{alarmName}", arn=_arn("cloudwatch", "alarm:{alarmName}")
    ),
    "aws:cloudwatch/dashboard:Dashboard": _declared(
        "{dashboardName}", dashboardArn=_arn("cloudwatch", "dashboard/{dashboardName}", region="")
    ),
    "aws:cloudwatch/eventRule:EventRule": _declared("{name}", arn=_arn("events", "rule/{name}")),
    "aws:cloudwatch/eventTarget:EventTarget": _declared("{rule}-{mark:.13}"),
    "aws:cloudwatch/logDelivery:LogDelivery": _declared(
        "{mark:.13}", arn=_arn("logs", "delivery:{mark:.13}")
    ),
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": _declared(
        "{name}", arn=_arn("logs", "delivery-destination:{name}")
    ),
    "aws:cloudwatch/logDeliveryDestinationPolicy:LogDeliveryDestinationPolicy": _declared(
        "{deliveryDestinationName}"
    ),
    "aws:cloudwatch/logDeliverySource:LogDeliverySource": _declared(
        "{name}", arn=_arn("logs", "delivery-source:{name}"), service="cloudfront"
    ),
    "aws:cloudwatch/logGroup:LogGroup": _declared("{name}", arn=_arn("logs", "log-group:{name}")),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": _declared("{name}"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": _declared("{name}", arn=_arn("cloudwatch", "alarm:{name}")),
    "aws:dynamodb/table:Table": _declared("{name}", arn=_arn("dynamodb", "table/{name}")),
    "aws:iam/policy:Policy": _declared(
        _arn("iam", "policy/{name}", region=""), arn=_arn("iam", "policy/{name}", region="")
    ),
    "aws:iam/rolePolicy:RolePolicy": _declared("{role}:{name}"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _declared("{role}-{mark:.13}"),
    "aws:kms/alias:Alias": _declared("{name}", arn=_arn("kms", "{name}")),
    "aws:kms/key:Key": _declared("mrk-{mark}", arn=_arn("kms", "key/mrk-{mark}"), keyId="mrk-{mark}"),
    "aws:kms/replicaKey:ReplicaKey": _declared(
        "mrk-{mark}", arn=_arn("kms", "key/mrk-{mark}"), keyId="mrk-{mark}"
    ),
    "aws:lambda/functionUrl:FunctionUrl": _declared(
        "{functionName}",
        functionArn=_arn("lambda", "function:{functionName}"),
        functionUrl="https://{mark}.lambda-url.{region}.on.aws/",
        urlId="{mark}",
    ),
    "aws:lambda/permission:Permission": _declared("{statementId}"),
    "aws:sns/topic:Topic": _declared(_arn("sns", "{name}"), arn=_arn("sns", "{name}"), owner="{account}"),
    "aws:sns/topicPolicy:TopicPolicy": _declared("{arn}"),
    "aws:sns/topicSubscription:TopicSubscription": _declared("{topic}:{mark:.13}", arn="{topic}:{mark:.13}"),
    "aws:sqs/queue:Queue": _declared(
        "https://sqs.{region}.amazonaws.com/{account}/{name}",
        arn=_arn("sqs", "{name}"),
        url="https://sqs.{region}.amazonaws.com/{account}/{name}",
    ),
    "aws:sqs/queuePolicy:QueuePolicy": _declared("{queueUrl}"),
    "aws:wafv2/ipSet:IpSet": _declared(_UUID, arn=_arn("wafv2", f"global/ipset/{{name}}/{_UUID}")),
    "aws:wafv2/webAcl:WebAcl": _declared(
        _UUID, arn=_arn("wafv2", f"global/webacl/{{name}}/{_UUID}"), lockToken=_UUID
    ),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": _declared("{resourceArn}"),
}
