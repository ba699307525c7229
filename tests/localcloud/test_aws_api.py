"""How a call finds its operation in botocore's model."""

from typing import Any

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from asset_edge.localcloud.aws_api import ApiError, RestApi


def api(seen: list[Any]) -> RestApi:
    def record(name: str) -> Any:
        def operation(sent: dict[str, Any]) -> dict[str, Any]:
            seen.append((name, sent))
            return {}

        return operation

    def refuse(_sent: dict[str, Any]) -> dict[str, Any]:
        raise ApiError("NoSuchInvalidation", "it is gone")

    names = ("CreateDistribution", "CreateDistributionWithTags", "GetDistributionConfig", "ListDistributions")
    operations = {name: record(name) for name in names} | {"GetInvalidation": refuse}
    return RestApi("cloudfront", operations, unsupported_code="UnsupportedOperation")


def call(method: str, path: str, body: str = "") -> tuple[list[Any], Response]:
    seen: list[Any] = []
    request = Request(EnvironBuilder(method=method, path=path, data=body).get_environ())
    return seen, api(seen).answer(request)


CONFIG = (
    "<DistributionConfig><CallerReference>r</CallerReference><Enabled>true</Enabled></DistributionConfig>"
)


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        pytest.param(
            "POST",
            "/2020-05-31/distribution",
            CONFIG,
            ("CreateDistribution", {"DistributionConfig": {"CallerReference": "r", "Enabled": True}}),
            id="a body",
        ),
        pytest.param(
            "POST",
            "/2020-05-31/distribution?WithTags",
            f"<DistributionConfigWithTags>{CONFIG}<Tags><Items/></Tags></DistributionConfigWithTags>",
            (
                "CreateDistributionWithTags",
                {
                    "DistributionConfigWithTags": {
                        "DistributionConfig": {"CallerReference": "r", "Enabled": True},
                        "Tags": {"Items": []},
                    }
                },
            ),
            id="told apart by the query string",
        ),
        pytest.param(
            "GET",
            "/2020-05-31/distribution/E1/config",
            "",
            ("GetDistributionConfig", {"Id": "E1"}),
            id="a part of the path",
        ),
        pytest.param(
            "GET",
            "/2020-05-31/distribution?Marker=m&MaxItems=5",
            "",
            ("ListDistributions", {"Marker": "m", "MaxItems": "5"}),
            id="query parameters",
        ),
    ],
)
def test_an_address_is_an_operation_with_its_input(
    method: str, path: str, body: str, expected: tuple[str, Any]
) -> None:
    seen, response = call(method, path, body)
    assert seen == [expected]
    assert response.status_code < 300


def test_a_refusal_has_the_models_status_and_our_words() -> None:
    _, response = call("GET", "/2020-05-31/distribution/E1/invalidation/I1")
    assert response.status_code == 404
    assert "<Code>NoSuchInvalidation</Code>" in response.get_data(as_text=True)
    assert "<Message>it is gone</Message>" in response.get_data(as_text=True)


def test_an_operation_without_a_function_is_named() -> None:
    _, response = call("GET", "/2020-05-31/cache-policy")
    assert response.status_code == 400
    assert "does not model ListCachePolicies" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/2020-05-31/nothing"), ("PATCH", "/2020-05-31/distribution")]
)
def test_an_address_that_the_api_does_not_have_is_404(method: str, path: str) -> None:
    seen, response = call(method, path)
    assert (seen, response.status_code) == ([], 404)
