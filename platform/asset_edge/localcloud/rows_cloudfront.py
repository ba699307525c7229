"""Distributions, made, read, changed and deleted through the CloudFront API.

Source: the AWS provider's documentation, "aws.cloudfront.Distribution".
"""

from collections.abc import Mapping
from typing import Any

from asset_edge.emulator import distribution as edge
from asset_edge.localcloud import rows_cloudfront_parts
from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.distribution_config import config_of
from asset_edge.localcloud.distribution_inputs import inputs_of
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import Inputs, Row, tag_list
from asset_edge.localcloud.rows_cloudfront_parts import unless_gone

__all__ = ["HOSTED_ZONE_ID", "ROWS", "config_of"]

HOSTED_ZONE_ID = "Z2FDTNDATAQYW2"
"""The zone of every distribution, for alias records. Source: AWS General Reference, "CloudFront"."""

_KNOWN_LATER = "<"
"""How a plan writes what is not known before anything exists."""

_ANY_BUCKET = "planned.s3.us-east-1.amazonaws.com"


def _create(inputs: Inputs, clients: Clients) -> State:
    tags = {"Items": tag_list(inputs.get("tags"))}
    made = clients.get("cloudfront").create_distribution_with_tags(
        DistributionConfigWithTags={"DistributionConfig": config_of(inputs), "Tags": tags}
    )
    return State(made["Distribution"]["Id"], {**inputs, **_outputs(made, inputs.get("tags") or {})})


def _read(distribution_id: str, inputs: Inputs, clients: Clients) -> State | None:
    client = clients.get("cloudfront")
    found = unless_gone(lambda: client.get_distribution(Id=distribution_id))
    if found is None:
        return None
    listed = client.list_tags_for_resource(Resource=found["Distribution"]["ARN"])["Tags"]["Items"]
    tags = {tag["Key"]: tag["Value"] for tag in listed}
    there = inputs_of(found["Distribution"]["DistributionConfig"]) | {"tags": tags}
    return State(distribution_id, {**_unkept(inputs), **there, **_outputs(found, tags)})


def _update(distribution_id: str, inputs: Inputs, clients: Clients) -> State:
    client = clients.get("cloudfront")
    before = client.get_distribution_config(Id=distribution_id)
    reference = {"CallerReference": before["DistributionConfig"]["CallerReference"]}
    made = client.update_distribution(
        Id=distribution_id, IfMatch=before["ETag"], DistributionConfig=config_of(inputs) | reference
    )
    tags = inputs.get("tags") or {}
    _replace_tags(made["Distribution"]["ARN"], tags, client)
    return State(distribution_id, {**inputs, **_outputs(made, tags)})


def _delete(distribution_id: str, inputs: Inputs, clients: Clients) -> None:
    """Disables it first; with `retainOnDelete` that is all."""
    client = clients.get("cloudfront")
    found = unless_gone(lambda: client.get_distribution_config(Id=distribution_id))
    if found is None:
        return
    etag, config = found["ETag"], found["DistributionConfig"]
    if config["Enabled"]:
        disabled = config | {"Enabled": False}
        etag = client.update_distribution(Id=distribution_id, IfMatch=etag, DistributionConfig=disabled)[
            "ETag"
        ]
    if not inputs.get("retainOnDelete"):
        client.delete_distribution(Id=distribution_id, IfMatch=etag)


def _replace_tags(arn: str, tags: Mapping[str, str], client: Any) -> None:
    there = client.list_tags_for_resource(Resource=arn)["Tags"]["Items"]
    if gone := [tag["Key"] for tag in there if tag["Key"] not in tags]:
        client.untag_resource(Resource=arn, TagKeys={"Items": gone})
    if tags:
        client.tag_resource(Resource=arn, Tags={"Items": tag_list(tags)})


def _outputs(answer: Mapping[str, Any], tags: Mapping[str, str]) -> dict[str, Any]:
    distribution = answer["Distribution"]
    config = distribution["DistributionConfig"]
    return {
        "arn": distribution["ARN"],
        "domainName": distribution["DomainName"],
        "hostedZoneId": HOSTED_ZONE_ID,
        "etag": answer["ETag"],
        "status": distribution["Status"],
        "callerReference": config["CallerReference"],
        "lastModifiedTime": distribution["LastModifiedTime"].isoformat(),
        "inProgressValidationBatches": 0,
        "loggingV1Enabled": bool((config.get("Logging") or {}).get("Enabled")),
        "tagsAll": dict(tags),
    }


def _unkept(inputs: Inputs) -> dict[str, Any]:
    """What is the program's own affair: CloudFront does not know it."""
    return {
        name: inputs[name] for name in ("region", "retainOnDelete", "waitForDeployment") if name in inputs
    }


def _check(inputs: Inputs) -> None:
    """Refuses what the edge does not model, while the origins' names are still the plan's."""
    known = [
        {
            **origin,
            "domainName": _ANY_BUCKET if _KNOWN_LATER in origin["domainName"] else origin["domainName"],
        }
        for origin in inputs["origins"]
    ]
    edge.refuse_unmodelled(config_of({**inputs, "origins": known}))


ROWS: dict[str, Row] = {
    "aws:cloudfront/distribution:Distribution": Row(
        replace_source='terraform-provider-aws, resource "aws_cloudfront_distribution"',
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
        check=_check,
        replace_on=frozenset({"staging"}),
    ),
    **rows_cloudfront_parts.ROWS,
}
