"""Which policies are refused, and by which of the API's codes."""

from typing import Any

import pytest

from asset_edge.emulator import managed_policies
from asset_edge.localcloud import cloudfront_policy_rules as rules
from asset_edge.localcloud.aws_api import ApiError
from tests.localcloud.test_cloudfront_collections import CORS


def names(count: int) -> dict[str, Any]:
    return {"Quantity": count, "Items": [f"n{number}" for number in range(count)]}


def key(**parts: Any) -> dict[str, Any]:
    """A cache key, by default of nothing."""
    return {
        "EnableAcceptEncodingGzip": False,
        "HeadersConfig": {"HeaderBehavior": "none"},
        "CookiesConfig": {"CookieBehavior": "none"},
        "QueryStringsConfig": {"QueryStringBehavior": "none"},
        **parts,
    }


def cache_policy(**changes: Any) -> dict[str, Any]:
    return {"Name": "p", "MinTTL": 0, **changes}


def parameters(**parts: Any) -> dict[str, Any]:
    return {"ParametersInCacheKeyAndForwardedToOrigin": key(**parts)}


def cookies(behavior: str, count: int = 0) -> dict[str, Any]:
    listed = {"Cookies": names(count)} if count else {}
    return {"CookiesConfig": {"CookieBehavior": behavior, **listed}}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="a minimum alone"),
        pytest.param({"MinTTL": 100_000}, id="a minimum over the default's default"),
        pytest.param({"MinTTL": 40_000_000}, id="a minimum over the maximum's default"),
        pytest.param({"MaxTTL": 1}, id="a maximum below the default's default"),
        pytest.param({"DefaultTTL": 40_000_000}, id="a default over the maximum's default"),
        pytest.param({"MinTTL": 1, "DefaultTTL": 1, "MaxTTL": 1}, id="all the same"),
        pytest.param({"DefaultTTL": 0, "MaxTTL": 0, **parameters()}, id="no caching"),
        pytest.param(parameters(**cookies("all")), id="all cookies"),
        pytest.param(parameters(**cookies("whitelist", 10)), id="as many cookies as can be"),
        pytest.param({"Comment": "c" * 128}, id="the longest comment"),
    ],
)
def test_a_cache_policy_that_can_be_is_taken(changes: dict[str, Any]) -> None:
    rules.check_cache_policy(cache_policy(**changes))


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        pytest.param("InvalidArgument", {"MinTTL": -1}, id="a time before"),
        pytest.param("InvalidArgument", {"MinTTL": 2, "DefaultTTL": 1}, id="a default under the minimum"),
        pytest.param("InvalidArgument", {"DefaultTTL": 2, "MaxTTL": 1}, id="a maximum under the default"),
        pytest.param("InvalidArgument", {"MinTTL": 2, "MaxTTL": 1}, id="a maximum under the minimum"),
        pytest.param(
            "InvalidArgument",
            {"DefaultTTL": 0, "MaxTTL": 0, **parameters(EnableAcceptEncodingGzip=True)},
            id="encodings without caching",
        ),
        pytest.param(
            "InvalidArgument",
            {"DefaultTTL": 0, "MaxTTL": 0, **parameters(**cookies("all"))},
            id="a key without caching",
        ),
        pytest.param("InvalidArgument", parameters(**cookies("whitelist")), id="a list of nothing"),
        pytest.param("InvalidArgument", parameters(**cookies("none", 1)), id="names for nothing"),
        pytest.param(
            "TooManyCookiesInCachePolicy", parameters(**cookies("allExcept", 11)), id="too many cookies"
        ),
        pytest.param(
            "TooManyHeadersInCachePolicy",
            parameters(HeadersConfig={"HeaderBehavior": "whitelist", "Headers": names(11)}),
            id="too many headers",
        ),
        pytest.param(
            "TooManyQueryStringsInCachePolicy",
            parameters(QueryStringsConfig={"QueryStringBehavior": "whitelist", "QueryStrings": names(11)}),
            id="too many query strings",
        ),
        pytest.param("InvalidArgument", {"Comment": "c" * 129}, id="a comment too long"),
    ],
)
def test_a_cache_policy_that_cannot_be_is_refused(code: str, changes: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as refused:
        rules.check_cache_policy(cache_policy(**changes))
    assert refused.value.code == code, refused.value.message


def request_policy(**parts: Any) -> dict[str, Any]:
    return {"Name": "p", **key(**parts)}


def test_an_origin_request_policy_counts_its_names() -> None:
    rules.check_origin_request_policy(request_policy(**cookies("whitelist", 10)))
    with pytest.raises(ApiError) as refused:
        rules.check_origin_request_policy(request_policy(**cookies("whitelist", 11)))
    assert refused.value.code == "TooManyCookiesInOriginRequestPolicy"


@pytest.mark.parametrize("behavior", ["allViewer", "none"])
def test_an_origin_request_policy_may_take_all_or_nothing(behavior: str) -> None:
    rules.check_origin_request_policy(request_policy(HeadersConfig={"HeaderBehavior": behavior}))


def headers(*listed: str) -> dict[str, Any]:
    return {"Quantity": len(listed), "Items": [{"Header": name} for name in listed]}


def custom(count: int) -> dict[str, Any]:
    items = [{"Header": f"x-{number}", "Value": "v", "Override": True} for number in range(count)]
    return {"CustomHeadersConfig": {"Quantity": count, "Items": items}}


def csp(length: int) -> dict[str, Any]:
    part = {"ContentSecurityPolicy": "c" * length, "Override": True}
    return {"SecurityHeadersConfig": {"ContentSecurityPolicy": part}}


NAMED = CORS | {
    "AccessControlAllowCredentials": True,
    "AccessControlAllowOrigins": {"Quantity": 1, "Items": ["https://a.test"]},
    "AccessControlAllowHeaders": {"Quantity": 1, "Items": ["x-a"]},
}


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param({"CorsConfig": CORS}, id="CORS from anywhere"),
        pytest.param({"CorsConfig": NAMED}, id="credentials from somewhere"),
        pytest.param(custom(10), id="as many headers as can be"),
        pytest.param(csp(1783), id="the longest content security policy"),
        pytest.param({"RemoveHeadersConfig": headers("Server", "x-powered-by")}, id="removal"),
        pytest.param({"ServerTimingHeadersConfig": {"Enabled": True, "SamplingRate": 100}}, id="timing"),
    ],
)
def test_a_response_headers_policy_that_can_be_is_taken(parts: dict[str, Any]) -> None:
    rules.check_response_headers_policy({"Name": "p", **parts})


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        pytest.param("InvalidArgument", {"RemoveHeadersConfig": headers("Via")}, id="a name it needs"),
        pytest.param("InvalidArgument", {"RemoveHeadersConfig": headers("X-Edge-A")}, id="a prefix it needs"),
        pytest.param(
            "InvalidArgument",
            {"CorsConfig": NAMED | {"AccessControlAllowOrigins": {"Quantity": 1, "Items": ["*"]}}},
            id="credentials from anywhere",
        ),
        pytest.param(
            "InvalidArgument",
            {"CorsConfig": NAMED | {"AccessControlAllowHeaders": {"Quantity": 1, "Items": ["*"]}}},
            id="credentials with any header",
        ),
        pytest.param(
            "InvalidArgument",
            {
                "SecurityHeadersConfig": {
                    "XSSProtection": {
                        "Override": True,
                        "Protection": True,
                        "ModeBlock": True,
                        "ReportUri": "/r",
                    }
                }
            },
            id="block and report",
        ),
        pytest.param(
            "InvalidArgument",
            {"ServerTimingHeadersConfig": {"Enabled": True, "SamplingRate": 101}},
            id="more than all answers",
        ),
        pytest.param("TooManyCustomHeadersInResponseHeadersPolicy", custom(11), id="too many headers"),
        pytest.param(
            "TooManyRemoveHeadersInResponseHeadersPolicy",
            {"RemoveHeadersConfig": headers(*(f"x-{number}" for number in range(11)))},
            id="too many to remove",
        ),
        pytest.param("TooLongCSPInResponseHeadersPolicy", csp(1784), id="a policy too long"),
        pytest.param("InvalidArgument", {"Comment": "c" * 129}, id="a comment too long"),
    ],
)
def test_a_response_headers_policy_that_cannot_be_is_refused(code: str, parts: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as refused:
        rules.check_response_headers_policy({"Name": "p", **parts})
    assert refused.value.code == code, refused.value.message


def test_an_access_control_has_a_name() -> None:
    with pytest.raises(ApiError, match="empty"):
        rules.check_origin_access_control({"Name": ""})


def test_awss_own_policies_keep_its_rules() -> None:
    for policy in managed_policies.MANAGED_CACHE_POLICIES.values():
        rules.check_cache_policy(policy["CachePolicyConfig"])
    for policy in managed_policies.MANAGED_ORIGIN_REQUEST_POLICIES.values():
        config = policy["OriginRequestPolicyConfig"]
        # AWS gives itself more headers than a customer has.
        if config["HeadersConfig"]["HeaderBehavior"] != "allViewerAndWhitelistCloudFront":
            rules.check_origin_request_policy(config)
    for policy in managed_policies.MANAGED_RESPONSE_HEADERS_POLICIES.values():
        rules.check_response_headers_policy(policy["ResponseHeadersPolicyConfig"])
