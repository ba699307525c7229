"""Calls of CloudWatch Logs that moto lacks, by boto3."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from asset_edge.localcloud import missing_calls
from tests.localcloud.conftest import Cloud

ACCOUNT_ID = "123456789012"


def a_delivery(logs: Any) -> str:
    distribution = "arn:aws:cloudfront::123456789012:distribution/E1"
    logs.put_delivery_source(name="here", resourceArn=distribution, logType="ACCESS_LOGS")
    there = {"destinationResourceArn": "arn:aws:s3:::logs"}
    made = logs.put_delivery_destination(name="there", deliveryDestinationConfiguration=there)
    arn = made["deliveryDestination"]["arn"]
    return str(logs.create_delivery(deliverySourceName="here", deliveryDestinationArn=arn)["delivery"]["id"])


def test_a_delivery_is_reconfigured_in_what_is_said(cloud: Cloud) -> None:
    logs = cloud.client("logs")
    id_ = a_delivery(logs)
    before = logs.get_delivery(id=id_)["delivery"]
    logs.update_delivery_configuration(id=id_, recordFields=["date"], fieldDelimiter=";")
    after = logs.get_delivery(id=id_)["delivery"]
    assert after == {**before, "recordFields": ["date"], "fieldDelimiter": ";"}
    logs.update_delivery_configuration(id=id_, s3DeliveryConfiguration={"suffixPath": "{MM}"})
    assert logs.get_delivery(id=id_)["delivery"]["s3DeliveryConfiguration"] == {"suffixPath": "{MM}"}


def test_a_log_group_gets_a_key_and_loses_it(cloud: Cloud) -> None:
    logs = cloud.client("logs", "eu-west-1")
    logs.create_log_group(logGroupName="/a")
    key = "arn:aws:kms:eu-west-1:123456789012:key/k"
    logs.associate_kms_key(logGroupName="/a", kmsKeyId=key)
    assert logs.describe_log_groups()["logGroups"][0]["kmsKeyId"] == key
    logs.disassociate_kms_key(logGroupName="/a")
    assert "kmsKeyId" not in logs.describe_log_groups()["logGroups"][0]


@pytest.mark.parametrize(
    ("method", "sent"),
    [
        ("update_delivery_configuration", {"id": "absent"}),
        ("associate_kms_key", {"logGroupName": "/absent", "kmsKeyId": "k"}),
        ("disassociate_kms_key", {"logGroupName": "/absent"}),
    ],
)
def test_what_is_not_there_is_refused(cloud: Cloud, method: str, sent: dict[str, str]) -> None:
    with pytest.raises(ClientError, match=r"ResourceNotFoundException.*absent"):
        getattr(cloud.client("logs"), method)(**sent)


def test_a_region_keeps_to_itself(cloud: Cloud) -> None:
    cloud.client("logs", "eu-west-1").create_log_group(logGroupName="/a")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        cloud.client("logs", "us-east-1").associate_kms_key(logGroupName="/a", kmsKeyId="k")


def call(target: str, body: str = "{}") -> Request:
    authorization = "AWS4-HMAC-SHA256 Credential=A/20200101/us-east-1/logs/aws4_request, Signature=0"
    headers = {"X-Amz-Target": target, "Authorization": authorization}
    return Request(EnvironBuilder(method="POST", headers=list(headers.items()), data=body).get_environ())


@pytest.mark.parametrize("body", ["", "[", "[]", "null", '"text"'])
def test_a_body_that_is_none_is_refused_and_no_failure(body: str) -> None:
    answered = missing_calls.answer(call("Logs_20140328.AssociateKmsKey", body), ACCOUNT_ID)
    assert answered.status_code == 400
    assert json.loads(answered.get_data())["__type"] == "SerializationException"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("Logs_20140328.AssociateKmsKey", True),
        ("Logs_20140328.CreateLogGroup", False),
        ("Other.AssociateKmsKey", False),
        ("", False),
    ],
)
def test_only_what_moto_lacks_is_answered_here(target: str, expected: bool) -> None:
    assert missing_calls.is_missing(call(target)) == expected
