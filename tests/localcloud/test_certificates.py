"""A certificate is issued once DNS proves its names, and not before."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.acm.models import acm_backends
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from asset_edge.errors import LocalError
from asset_edge.localcloud.certificates import issue_what_is_proven, looks_at_certificates
from asset_edge.localcloud.table import ROWS
from tests.localcloud.conftest import Cloud

CERTIFICATE = "aws:acm/certificate:Certificate"
VALIDATION = "aws:acm/certificateValidation:CertificateValidation"
REGION = "us-east-1"


def certificate(cloud: Cloud, **inputs: Any) -> Any:
    given = {"domainName": "a.example.test", "validationMethod": "DNS", **inputs}
    return cloud.create(CERTIFICATE, **given)


def prove(cloud: Cloud, option: dict[str, str], zone_id: str, **changes: Any) -> None:
    cloud.create(
        "aws:route53/record:Record",
        zoneId=zone_id,
        name=option["resourceRecordName"],
        type=option["resourceRecordType"],
        **{"ttl": 300, "records": [option["resourceRecordValue"]], **changes},
    )


def a_zone(cloud: Cloud, name: str = "example.test") -> str:
    return str(cloud.create("aws:route53/zone:Zone", name=name).id)


def status(cloud: Cloud, arn: str) -> str:
    found = cloud.client("acm").describe_certificate(CertificateArn=arn)
    return str(found["Certificate"]["Status"])


def test_a_certificate_waits_for_its_records(cloud: Cloud) -> None:
    made, zone_id = certificate(cloud), a_zone(cloud)
    assert made.outputs["status"] == status(cloud, made.id) == "PENDING_VALIDATION"
    prove(cloud, made.outputs["domainValidationOptions"][0], zone_id)
    assert status(cloud, made.id) == "ISSUED"
    row = ROWS[CERTIFICATE]
    assert row.read
    found = row.read(made.id, {"region": REGION}, cloud.clients)
    assert found
    assert found.outputs["status"] == "ISSUED"


def test_every_name_must_be_proven_and_a_wildcard_shares_its_record(cloud: Cloud) -> None:
    made, zone_id = (
        certificate(cloud, subjectAlternativeNames=["*.a.example.test", "b.example.test"]),
        a_zone(cloud),
    )
    options = made.outputs["domainValidationOptions"]
    assert [option["domainName"] for option in options] == [
        "a.example.test",
        "*.a.example.test",
        "b.example.test",
    ]
    names = [option["resourceRecordName"] for option in options]
    assert names[0] == names[1] != names[2]
    prove(cloud, options[0], zone_id)
    assert status(cloud, made.id) == "PENDING_VALIDATION"
    prove(cloud, options[2], zone_id)
    assert status(cloud, made.id) == "ISSUED"


def test_a_record_with_another_value_proves_nothing(cloud: Cloud) -> None:
    made = certificate(cloud)
    prove(cloud, made.outputs["domainValidationOptions"][0], a_zone(cloud), records=["other.test."])
    assert status(cloud, made.id) == "PENDING_VALIDATION"


def test_the_dots_at_the_end_and_the_case_are_no_matter(cloud: Cloud) -> None:
    made = certificate(cloud)
    option = made.outputs["domainValidationOptions"][0]
    value = option["resourceRecordValue"].rstrip(".").upper()
    prove(cloud, option, a_zone(cloud), records=[value])
    assert status(cloud, made.id) == "ISSUED"


def test_a_validation_without_records_says_which_are_missing(cloud: Cloud) -> None:
    made = certificate(cloud)
    option = made.outputs["domainValidationOptions"][0]
    with pytest.raises(LocalError, match=f"PENDING_VALIDATION.*{option['resourceRecordName']} CNAME"):
        cloud.create(VALIDATION, certificateArn=made.id)


def test_a_validation_is_there_as_long_as_its_certificate_is_issued(cloud: Cloud) -> None:
    pending, row = certificate(cloud), ROWS[VALIDATION]
    inputs = {"region": REGION, "certificateArn": pending.id}
    assert row.read
    assert row.read("when", inputs, cloud.clients) is None
    prove(cloud, pending.outputs["domainValidationOptions"][0], a_zone(cloud))
    made = row.create(inputs, cloud.clients)
    assert made.id
    assert row.read(made.id, inputs, cloud.clients)
    cloud.client("acm").delete_certificate(CertificateArn=pending.id)
    assert row.read(made.id, inputs, cloud.clients) is None


def test_time_alone_issues_nothing(cloud: Cloud) -> None:
    made = certificate(cloud)
    acm_backends["123456789012"][REGION]._certificates[made.id].created_at -= timedelta(days=1)
    assert status(cloud, made.id) == "PENDING_VALIDATION"


def test_a_list_tells_the_same_as_a_description(cloud: Cloud) -> None:
    made = certificate(cloud)
    prove(cloud, made.outputs["domainValidationOptions"][0], a_zone(cloud))
    listed = cloud.client("acm").list_certificates(CertificateStatuses=["ISSUED"])
    assert [one["CertificateArn"] for one in listed["CertificateSummaryList"]] == [made.id]


def test_a_call_that_was_signed_for_no_region_issues_nothing(cloud: Cloud) -> None:
    made = certificate(cloud)
    prove(cloud, made.outputs["domainValidationOptions"][0], a_zone(cloud))
    unsigned = Request(EnvironBuilder(method="POST").get_environ())
    issue_what_is_proven(unsigned, "123456789012", lambda _name, _type: pytest.fail("nothing is looked up"))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("CertificateManager.DescribeCertificate", True),
        ("CertificateManager.ListCertificates", True),
        ("CertificateManager.RequestCertificate", False),
    ],
)
def test_only_who_looks_is_told_anew(target: str, expected: bool) -> None:
    request = Request(EnvironBuilder(method="POST", headers=[("X-Amz-Target", target)]).get_environ())
    assert looks_at_certificates(request) == expected


def test_a_certificate_that_is_not_there_is_refused_as_before(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        status(cloud, "arn:aws:acm:us-east-1:123456789012:certificate/absent")
