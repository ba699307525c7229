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


def test_a_value_in_the_address_tells_operations_apart() -> None:
    for operation in ("Tag", "Untag"):
        _, response = call("POST", f"/2020-05-31/tagging?Operation={operation}&Resource=arn", "<Tags/>")
        assert f"does not model {operation}Resource yet" in response.get_data(as_text=True)


def s3(method: str, path: str, body: str = "") -> Response | None:
    api = RestApi("s3", {}, unsupported_code="NotImplemented", malformed_code="MalformedXML")
    return api.malformed(Request(EnvironBuilder(method=method, path=path, data=body).get_environ()))


WELL_FORMED: list[Any] = [
    pytest.param("GET", "/b/k", "", id="no body"),
    pytest.param("PUT", "/b/k", "<no document", id="content"),
    pytest.param("PUT", "/b", "", id="left out where it may be"),
    pytest.param("PUT", "/b?policy", "{", id="text"),
    pytest.param("PATCH", "/b", "<", id="no operation"),
    pytest.param(
        "PUT",
        "/b/a/k?tagging",
        "<Tagging><TagSet><Tag><Key>t</Key><Value/></Tag></TagSet></Tagging>",
        id="a key with slashes",
    ),
    pytest.param(
        "PUT",
        "/b?lifecycle",
        "<LifecycleConfiguration><Rule><Filter><Prefix/></Filter><Status>Enabled</Status></Rule>"
        "</LifecycleConfiguration>",
        id="the operation that took another's place",
    ),
    pytest.param(
        "POST",
        "/b/k?uploadId=u",
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>",
        id="told by what the query must name",
    ),
]


@pytest.mark.parametrize(("method", "path", "body"), WELL_FORMED)
def test_what_an_operation_wants_is_not_malformed(method: str, path: str, body: str) -> None:
    assert s3(method, path, body) is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param("<Tagging", "the body is not the document", id="cut off"),
        pytest.param("<Tagging/>", "TagSet", id="a member lacks"),
        pytest.param(
            "<Tagging><TagSet><Tag><Key>t</Key></Tag></TagSet></Tagging>", "Value", id="deep within"
        ),
    ],
)
def test_a_malformed_document_is_refused_with_the_reason(body: str, why: str) -> None:
    response = s3("PUT", "/b/k?tagging", body)
    assert response
    assert (response.status_code, response.mimetype) == (400, "application/xml")
    assert response.get_data(as_text=True).startswith("<Error><Code>MalformedXML</Code>")
    assert why in response.get_data(as_text=True)


def test_a_body_that_cannot_be_read_is_refused_by_the_operation_too() -> None:
    seen, response = call("POST", "/2020-05-31/distribution", "<Distribution & more")
    assert (seen, response.status_code) == ([], 400)
    assert "<ErrorResponse><Error><Type>Sender</Type><Code>MalformedInput</Code>" in response.get_data(
        as_text=True
    )


def test_a_code_that_the_model_forgot_has_the_status_it_is_given_and_is_escaped() -> None:
    def refuse(_sent: dict[str, Any]) -> dict[str, Any]:
        raise ApiError("Forgotten", "a < b & c", status=409)

    forgetful = RestApi("cloudfront", {"GetInvalidation": refuse}, unsupported_code="x")
    path = "/2020-05-31/distribution/E1/invalidation/I1"
    response = forgetful.answer(Request(EnvironBuilder(path=path).get_environ()))
    assert response.status_code == 409
    assert "<Code>Forgotten</Code><Message>a &lt; b &amp; c</Message>" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/2020-05-31/nothing"), ("PATCH", "/2020-05-31/distribution")]
)
def test_an_address_that_the_api_does_not_have_is_404(method: str, path: str) -> None:
    seen, response = call(method, path)
    assert (seen, response.status_code) == ([], 404)
