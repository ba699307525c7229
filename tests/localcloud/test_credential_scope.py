"""The region that a call was signed for."""

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from asset_edge.localcloud.credential_scope import region_of, service_of
from tests.localcloud.conftest import Cloud

SCOPE = "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/{region}/events/aws4_request, SignedHeaders=host"


@pytest.mark.parametrize(
    ("header", "region"),
    [
        (SCOPE.format(region="eu-west-1"), "eu-west-1"),
        (SCOPE.format(region="ap-southeast-2"), "ap-southeast-2"),
        (SCOPE.format(region="us-gov-west-1"), "us-gov-west-1"),
        (SCOPE.format(region="nowhere"), None),
        ("Bearer x", None),
        ("", None),
    ],
)
def test_a_signatures_scope_names_the_region(header: str, region: str | None) -> None:
    request = Request(EnvironBuilder(headers=[("Authorization", header)]).get_environ())
    assert region_of(request) == region


@pytest.mark.parametrize(
    ("header", "query", "service"),
    [
        (SCOPE.format(region="eu-west-1"), "", "events"),
        (SCOPE.format(region="nowhere"), "", "events"),
        ("", "X-Amz-Credential=AKIAEXAMPLE%2F20260101%2Fus-east-1%2Fs3%2Faws4_request", "s3"),
        ("", "", None),
        ("Bearer x", "", None),
    ],
)
def test_a_signatures_scope_names_the_service(header: str, query: str, service: str | None) -> None:
    built = EnvironBuilder(headers=[("Authorization", header)], query_string=query)
    assert service_of(Request(built.get_environ())) == service


def test_the_endpoint_knows_where_it_was_spoken_to(cloud: Cloud) -> None:
    assert cloud.front.regions == frozenset()
    cloud.client("events", "eu-west-1").list_rules()
    cloud.client("route53").list_hosted_zones()
    assert cloud.front.regions == {"eu-west-1", "us-east-1"}
