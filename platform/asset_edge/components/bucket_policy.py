"""Who may read a pair's buckets and use their keys: the statements of bucket, key and identity policies."""

from collections.abc import Iterable, Sequence

import pulumi

from asset_edge import policies
from asset_edge.components.bucket_side import BucketSide
from asset_edge.policies import Statement

Arns = Sequence[pulumi.Input[str]]


def bucket_statements(side: BucketSide, distributions: Arns, roles: Arns) -> list[Statement]:
    """The whole policy of one bucket: TLS only; these distributions, by OAC, and these roles may read.

    Reading is GetObject and ListBucket: without the second S3 answers 403 for an object that is not there,
    and nobody could tell it from a refusal. Sources: Amazon CloudFront Developer Guide, "Restrict access to
    an Amazon S3 origin"; Amazon S3 API Reference, "GetObject".
    """
    cloudfront = {"Principal": {"Service": "cloudfront.amazonaws.com"}, "Condition": _sent_by(distributions)}
    readers = {"Principal": {"AWS": list(roles)}}
    return [
        policies.tls_only(side.arn),
        *(_reading(side, "Distributions", cloudfront) if distributions else ()),
        *(_reading(side, "Roles", readers) if roles else ()),
    ]


def _reading(side: BucketSide, sid: str, who: Statement) -> list[Statement]:
    return [
        policies.allow(f"{sid}ReadObjects", ["s3:GetObject"], [side.object_arns], **who),
        policies.allow(f"{sid}SeeAbsence", ["s3:ListBucket"], [side.arn], **who),
    ]


def key_statements(side: BucketSide, account_id: str, distributions: Arns, roles: Arns) -> list[Statement]:
    """The whole policy of one bucket's key: the account administers it, the bucket's readers may decrypt.

    The first statement also lets identity policies of the account use the key, as the replication roles' do.
    In a key policy `*` is the key itself. Source: AWS KMS Developer Guide, "Default key policy".
    """
    account = {"Principal": {"AWS": f"arn:aws:iam::{account_id}:root"}}
    cloudfront = {"Principal": {"Service": "cloudfront.amazonaws.com"}, "Condition": _sent_by(distributions)}
    readers = {"Principal": {"AWS": list(roles)}, "Condition": through_s3(side.region)}
    return [
        policies.allow("AccountAdministers", ["kms:*"], ["*"], **account),
        *(
            [policies.allow("DistributionsDecrypt", ["kms:Decrypt"], ["*"], **cloudfront)]
            if distributions
            else []
        ),
        *([policies.allow("RolesDecrypt", ["kms:Decrypt"], ["*"], **readers)] if roles else []),
    ]


def read_statements(sides: Iterable[BucketSide]) -> list[Statement]:
    """What a role's own policy needs to read every one of these buckets."""
    sides = list(sides)
    return [
        policies.allow("ReadObjects", ["s3:GetObject"], [side.object_arns for side in sides]),
        policies.allow("SeeAbsence", ["s3:ListBucket"], [side.arn for side in sides]),
        *(
            policies.allow(
                f"Decrypt{side.role.title()}",
                ["kms:Decrypt"],
                [side.kms_key_arn],
                Condition=through_s3(side.region),
            )
            for side in sides
            if side.kms_key_arn is not None
        ),
    ]


def through_s3(region: str) -> Statement:
    """The condition that a key is used only by S3 in the region, on somebody's behalf."""
    return {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}}


def _sent_by(distributions: Arns) -> Statement:
    return {"StringEquals": {"AWS:SourceArn": list(distributions)}}
