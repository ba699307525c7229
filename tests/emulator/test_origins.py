"""Which requests a bucket's regional endpoint lets through."""

from typing import Any

import pytest

from asset_edge.emulator.endpoints import Endpoint, bucket_endpoint
from asset_edge.emulator.faults import Faults
from asset_edge.emulator.messages import OriginFailure, OriginRequest, OriginResponse, to_headers
from asset_edge.emulator.origins import S3, Buckets

HERE = "one.s3.eu-west-1.amazonaws.com"
DISTRIBUTION = "arn:aws:cloudfront::123456789012:distribution/E1"
OBJECTS = {("one", "/a.png"): b"picture"}


def store(bucket: str, request: OriginRequest) -> OriginResponse:
    body = OBJECTS.get((bucket, request.target))
    return OriginResponse(status=200, body=body) if body else OriginResponse(status=404)


def signature(region: str = "eu-west-1", service: str = "s3") -> str:
    return f"AWS4-HMAC-SHA256 Credential=AKIA/20260101/{region}/{service}/aws4_request, Signature=x"


def asked(**changes: Any) -> OriginRequest:
    told: dict[str, Any] = {
        "method": "GET",
        "protocol": "https",
        "domain_name": HERE,
        "port": 443,
        "target": "/a.png",
        "headers": {"Host": HERE, "Authorization": signature()},
        **changes,
    }
    return OriginRequest(**{**told, "headers": to_headers(told["headers"])})


def permits(*actions: str) -> Any:
    return lambda bucket, action, arn: (bucket, arn) == ("one", DISTRIBUTION) and action in actions


def fetch(request: OriginRequest, *actions: str, faults: Faults | None = None) -> Any:
    regions = {"one": "eu-west-1", "moved": "us-east-1"}
    buckets = Buckets(region_of=regions.get, permits=permits(*actions), store=store)
    return S3(buckets, faults or Faults()).fetch(request)


OAC = asked(headers={"Host": HERE}, signed_for=DISTRIBUTION)
OAC_ABSENT = asked(headers={"Host": HERE}, signed_for=DISTRIBUTION, target="/absent")
MOVED = "moved.s3.eu-west-1.amazonaws.com"
NONE = "none.s3.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("request_", "actions", "status", "code"),
    [
        pytest.param(asked(), (), 200, b"picture", id="signed"),
        pytest.param(asked(target="/absent"), (), 404, b"", id="signed, absent"),
        pytest.param(asked(headers={"Host": HERE}), (), 403, b"AccessDenied", id="unsigned"),
        pytest.param(OAC, ("s3:GetObject",), 200, b"picture", id="access control"),
        pytest.param(OAC, (), 403, b"AccessDenied", id="access control that the policy does not name"),
        pytest.param(OAC_ABSENT, ("s3:GetObject",), 403, b"AccessDenied", id="absent to who may not list"),
        pytest.param(OAC_ABSENT, ("s3:GetObject", "s3:ListBucket"), 404, b"", id="absent to who may"),
        pytest.param(
            asked(headers={"Host": HERE, "Authorization": signature("us-east-1")}),
            (),
            400,
            b"the region 'us-east-1' is wrong; expecting 'eu-west-1'",
            id="signed for another region",
        ),
        pytest.param(
            asked(headers={"Host": HERE, "Authorization": signature(service="lambda")}),
            (),
            400,
            b"AuthorizationHeaderMalformed",
            id="signed for another service",
        ),
        pytest.param(
            asked(headers={"Host": HERE, "Authorization": "Bearer x"}),
            (),
            400,
            b"AuthorizationHeaderMalformed",
            id="no signature at all",
        ),
        pytest.param(
            asked(headers={"Host": "assets.example.test", "Authorization": signature()}),
            (),
            403,
            b"SignatureDoesNotMatch",
            id="another host",
        ),
        pytest.param(
            asked(domain_name=MOVED, headers={"Host": MOVED, "Authorization": signature()}),
            (),
            301,
            b"PermanentRedirect",
            id="bucket of another region",
        ),
        pytest.param(
            asked(domain_name=NONE, headers={"Host": NONE, "Authorization": signature()}),
            (),
            404,
            b"NoSuchBucket",
            id="no such bucket",
        ),
    ],
)
def test_what_the_endpoint_answers(
    request_: OriginRequest, actions: tuple[str, ...], status: int, code: bytes
) -> None:
    response = fetch(request_, *actions)
    assert response.status == status
    assert code in response.body


def test_a_name_that_is_no_bucket_does_not_resolve() -> None:
    assert fetch(asked(domain_name="www.example.test")) is OriginFailure.unresolved


def test_a_refusing_region_takes_no_connection_until_it_is_mended() -> None:
    faults = Faults()
    faults.set("eu-west-1", "refuse")
    assert fetch(asked(), faults=faults) is OriginFailure.refused
    faults.set("us-east-1", "refuse")
    assert faults.clear("eu-west-1")
    assert fetch(asked(), faults=faults).status == 200


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (HERE, Endpoint("one", "eu-west-1")),
        ("ONE.s3.EU-WEST-1.amazonaws.com", Endpoint("one", "eu-west-1")),
        ("a-b-c.s3.ap-southeast-2.amazonaws.com", Endpoint("a-b-c", "ap-southeast-2")),
        ("b.s3.us-gov-west-1.amazonaws.com", Endpoint("b", "us-gov-west-1")),
        ("one.s3.amazonaws.com", None),
        ("one.s3.eu-west-1.amazonaws.com.example.test", None),
        ("s3.eu-west-1.amazonaws.com", None),
        ("one.s3-website.eu-west-1.amazonaws.com", None),
        ("", None),
    ],
)
def test_which_bucket_a_host_name_means(name: str, expected: Endpoint | None) -> None:
    assert bucket_endpoint(name) == expected
