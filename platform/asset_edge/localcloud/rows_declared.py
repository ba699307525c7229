"""Resource types that are only recorded: they get the id and outputs AWS would give, and do nothing here.

A template may name any input, and besides `account`, `region`, `name` (given or generated) and `mark`, a hash
of the inputs.
"""

from typing import Any

from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import Inputs, Row, mark

_UUID = "{mark:.8}-{mark:.4}-4{mark:.3}-a{mark:.3}-{mark:.12}"


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def _declared(id_template: str, replaces: tuple[str, frozenset[str]] | None = None, **outputs: str) -> Row:
    """A row that answers with templates; `replaces` is where what replaces was read, and what it said."""

    def create(inputs: Inputs, clients: Clients) -> State:
        values = _Values(inputs, account=clients.account_id, mark=mark(inputs, length=32))
        told = {name: template.format_map(values) for name, template in outputs.items()}
        known = {"tagsAll": inputs.get("tags") or {}, **told}
        # An empty id would mean that the resource does not exist yet.
        return State(id_template.format_map(values) or values["mark"], {**inputs, **known})

    if replaces is None:
        return Row(create=create, auto_name="name", effect=False)
    source, inputs = replaces
    return Row(create=create, auto_name="name", effect=False, replace_on=inputs, replace_source=source)


def _forced(resource: str, *inputs: str) -> tuple[str, frozenset[str]]:
    """What the source of AWS's provider says forces a new resource."""
    return f'terraform-provider-aws, resource "{resource}"', frozenset(inputs)


def _arn(service: str, resource: str, *, region: str = "{region}") -> str:
    return f"arn:aws:{service}:{region}:{{account}}:{resource}"


ROWS: dict[str, Row] = {
    "pulumi:providers:aws": _declared(_UUID),
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
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": _declared("{name}"),
    "aws:iam/policy:Policy": _declared(
        _arn("iam", "policy/{name}", region=""),
        _forced("aws_iam_policy", "description", "name", "namePrefix", "path"),
        arn=_arn("iam", "policy/{name}", region=""),
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _declared("{role}-{mark:.13}"),
    "aws:kms/alias:Alias": _declared(
        "{name}", _forced("aws_kms_alias", "name", "namePrefix", "region"), arn=_arn("kms", "{name}")
    ),
    "aws:kms/key:Key": _declared(
        "mrk-{mark}",
        _forced(
            "aws_kms_key",
            *("customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "region", "xksKeyId"),
        ),
        arn=_arn("kms", "key/mrk-{mark}"),
        keyId="mrk-{mark}",
    ),
    "aws:kms/keyPolicy:KeyPolicy": _declared("{keyId}"),
    "aws:kms/replicaKey:ReplicaKey": _declared(
        "mrk-{mark}",
        _forced("aws_kms_replica_key", "primaryKeyArn", "region"),
        arn=_arn("kms", "key/mrk-{mark}"),
        keyId="mrk-{mark}",
    ),
    "aws:sns/topic:Topic": _declared(_arn("sns", "{name}"), arn=_arn("sns", "{name}"), owner="{account}"),
    "aws:sns/topicPolicy:TopicPolicy": _declared("{arn}"),
    "aws:sns/topicSubscription:TopicSubscription": _declared("{topic}:{mark:.13}", arn="{topic}:{mark:.13}"),
    "aws:sqs/queue:Queue": _declared(
        "https://sqs.{region}.amazonaws.com/{account}/{name}",
        _forced("aws_sqs_queue", "fifoQueue", "name", "namePrefix", "region"),
        arn=_arn("sqs", "{name}"),
        url="https://sqs.{region}.amazonaws.com/{account}/{name}",
    ),
    "aws:sqs/queuePolicy:QueuePolicy": _declared("{queueUrl}"),
    "aws:wafv2/ipSet:IpSet": _declared(_UUID, arn=_arn("wafv2", f"global/ipset/{{name}}/{_UUID}")),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": _declared("{resourceArn}"),
}
