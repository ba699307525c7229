"""What S3 finds out through the local cloud before it lets anybody in."""

import json
import logging
from typing import Any

import pytest

from asset_edge.localcloud import bucket_access
from asset_edge.localcloud.bucket_access import RolePolicies
from tests.localcloud.conftest import Cloud

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


def reads(resource: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{resource}"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def role(cloud: Cloud, name: str = "reader", path: str = "/") -> str:
    made = cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, Path=path)
    return str(made["Role"]["Arn"])


def put(cloud: Cloud, policy: str, document: Any) -> None:
    cloud.client("iam").put_role_policy(
        RoleName="reader", PolicyName=policy, PolicyDocument=json.dumps(document)
    )


def test_a_role_has_its_inline_and_its_attached_policies(cloud: Cloud) -> None:
    arn, iam = role(cloud), cloud.client("iam")
    put(cloud, "one", reads("a"))
    put(cloud, "two", reads("b"))
    attached = iam.create_policy(PolicyName="three", PolicyDocument=json.dumps(reads("c")))
    iam.attach_role_policy(RoleName="reader", PolicyArn=attached["Policy"]["Arn"])
    found = bucket_access.buckets(cloud.front, cloud.clients).role_policies(arn)
    assert list(found) == [reads("a"), reads("b"), reads("c")]


def test_a_change_is_seen_at_once(cloud: Cloud) -> None:
    arn = role(cloud)
    of = bucket_access.buckets(cloud.front, cloud.clients).role_policies
    assert list(of(arn)) == []
    put(cloud, "one", reads("a"))
    assert list(of(arn)) == [reads("a")]
    put(cloud, "one", reads("b"))
    assert list(of(arn)) == [reads("b")]
    cloud.client("iam").delete_role_policy(RoleName="reader", PolicyName="one")
    assert list(of(arn)) == []


def test_nothing_is_read_twice_while_nothing_changes(cloud: Cloud) -> None:
    arn = role(cloud)
    put(cloud, "one", reads("a"))
    writes = [0]
    roles = RolePolicies(cloud.clients, lambda: writes[0])
    first = roles.of(arn)
    assert roles.of(arn) is first
    writes[0] += 1
    assert roles.of(arn) is not first


def test_a_read_of_iam_makes_nothing_stale(cloud: Cloud) -> None:
    role(cloud)
    before, iam = cloud.front.iam_writes, cloud.client("iam")
    iam.list_roles()
    iam.get_role(RoleName="reader")
    cloud.bucket()
    assert cloud.front.iam_writes == before
    put(cloud, "one", reads("a"))
    assert cloud.front.iam_writes == before + 1


def test_a_role_in_a_path_is_found_by_its_name(cloud: Cloud) -> None:
    arn = role(cloud, path="/service-role/")
    put(cloud, "one", reads("a"))
    assert "service-role" in arn
    assert list(bucket_access.buckets(cloud.front, cloud.clients).role_policies(arn)) == [reads("a")]


def test_a_role_that_is_not_there_may_do_nothing(cloud: Cloud) -> None:
    absent = "arn:aws:iam::123456789012:role/absent"
    assert list(bucket_access.buckets(cloud.front, cloud.clients).role_policies(absent)) == []


def test_a_policy_of_amazons_own_permits_nothing_and_is_named(
    cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    arn, iam = role(cloud), cloud.client("iam")
    made = iam.create_policy(PolicyName="gone", PolicyDocument=json.dumps(reads("c")))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="reader", PolicyArn=made)

    class Without:
        """IAM that knows of the attachment and not of the policy, as moto of those of AWS."""

        def __getattr__(self, name: str) -> Any:
            return getattr(iam, name)

        def get_policy(self, **_: Any) -> Any:
            return iam.get_policy(PolicyArn="arn:aws:iam::aws:policy/Absent")

    class Only:
        def get(self, service: str) -> Any:
            assert service == "iam"
            return Without()

    with caplog.at_level(logging.WARNING):
        found = RolePolicies(Only(), lambda: 0).of(arn)  # type: ignore[arg-type]
    assert list(found) == [{}]
    assert made in caplog.text


def test_the_policy_of_a_bucket_is_the_one_that_was_put(cloud: Cloud) -> None:
    cloud.bucket()
    of = bucket_access.buckets(cloud.front, cloud.clients).policy
    assert of("a-bucket") is None
    cloud.client("s3").put_bucket_policy(Bucket="a-bucket", Policy=json.dumps(reads("a")))
    assert of("a-bucket") == reads("a")
    cloud.client("s3").delete_bucket_policy(Bucket="a-bucket")
    assert of("a-bucket") is None


def test_a_bucket_of_the_same_name_begins_without_a_policy(cloud: Cloud) -> None:
    cloud.bucket()
    s3 = cloud.client("s3")
    s3.put_bucket_policy(Bucket="a-bucket", Policy=json.dumps(reads("a")))
    s3.delete_bucket(Bucket="a-bucket")
    cloud.bucket()
    assert bucket_access.buckets(cloud.front, cloud.clients).policy("a-bucket") is None


@pytest.mark.parametrize(("restricted", "expected"), [(True, False), (False, True), (None, False)])
def test_a_bucket_is_public_only_where_it_says_so(
    cloud: Cloud, restricted: bool | None, expected: bool
) -> None:
    cloud.bucket()
    if restricted is not None:
        cloud.client("s3").put_public_access_block(
            Bucket="a-bucket",
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": not restricted,
                "IgnorePublicAcls": not restricted,
                "BlockPublicPolicy": not restricted,
                "RestrictPublicBuckets": restricted,
            },
        )
    assert bucket_access.buckets(cloud.front, cloud.clients).public("a-bucket") is expected


def test_a_bucket_knows_its_region(cloud: Cloud) -> None:
    cloud.bucket("far-bucket", region="eu-west-1")
    of = bucket_access.buckets(cloud.front, cloud.clients).region_of
    assert (of("far-bucket"), of("absent-bucket")) == ("eu-west-1", None)


@pytest.mark.parametrize(
    "policy",
    [
        '{"Statement": ["all"]}',
        '{"Statement": [{"Action": "s3:*"}]}',
        '{"Statement": {"Effect": "allow"}}',
        "[" * 100_000,
    ],
)
def test_a_policy_without_statements_is_malformed(cloud: Cloud, policy: str) -> None:
    cloud.bucket()
    with pytest.raises(cloud.client("s3").exceptions.ClientError, match="MalformedPolicy"):
        cloud.client("s3").put_bucket_policy(Bucket="a-bucket", Policy=policy)
