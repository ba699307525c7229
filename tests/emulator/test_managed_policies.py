"""AWS's own policies: in the API's shape, readable by the edge, the same as those our components know."""

from typing import Any

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator

from asset_edge.components import cache_policies, origin_request_policies, response_headers_policies
from asset_edge.emulator import edge_policies
from asset_edge.emulator.managed_policies import (
    MANAGED_CACHE_POLICIES,
    MANAGED_ORIGIN_REQUEST_POLICIES,
    MANAGED_RESPONSE_HEADERS_POLICIES,
)

TABLES: dict[str, Any] = {
    "CachePolicy": MANAGED_CACHE_POLICIES,
    "OriginRequestPolicy": MANAGED_ORIGIN_REQUEST_POLICIES,
    "ResponseHeadersPolicy": MANAGED_RESPONSE_HEADERS_POLICIES,
}
EVERY = [(shape, policy_id) for shape, table in TABLES.items() for policy_id in table]

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


@pytest.fixture(scope="module")
def shapes() -> Any:
    return get_session().get_service_model("cloudfront")


@pytest.mark.parametrize(("shape", "policy_id"), EVERY)
def test_every_policy_has_the_apis_shape(shape: str, policy_id: str, shapes: Any) -> None:
    report = ParamValidator().validate(TABLES[shape][policy_id], shapes.shape_for(shape))
    assert not report.has_errors(), report.generate_report()


@pytest.mark.parametrize(("shape", "policy_id"), EVERY)
def test_every_policy_is_under_its_own_id_and_counts_its_items(shape: str, policy_id: str) -> None:
    whole = TABLES[shape][policy_id]
    assert whole["Id"] == policy_id
    for counted in lists_in(whole):
        assert counted["Quantity"] == len(counted["Items"]) > 0


def lists_in(value: Any) -> Any:
    if isinstance(value, dict):
        if "Quantity" in value:
            yield value
        for inner in value.values():
            yield from lists_in(inner)


NAMES = {
    "CachePolicy": {
        "Managed-Amplify",
        "Managed-CachingDisabled",
        "Managed-CachingOptimized",
        "Managed-CachingOptimizedForUncompressedObjects",
        "Managed-Elemental-MediaPackage",
        "UseOriginCacheControlHeaders",
        "UseOriginCacheControlHeaders-QueryStrings",
    },
    "OriginRequestPolicy": {
        "Managed-AllViewer",
        "Managed-AllViewerAndCloudFrontHeaders-2022-06",
        "Managed-AllViewerExceptHostHeader",
        "Managed-CORS-CustomOrigin",
        "Managed-CORS-S3Origin",
        "Managed-Elemental-MediaTailor-PersonalizedManifests",
        "Managed-HostHeaderOnly",
        "Managed-UserAgentRefererHeaders",
    },
    "ResponseHeadersPolicy": {
        "Managed-CORS-With-Preflight",
        "Managed-CORS-and-SecurityHeadersPolicy",
        "Managed-CORS-with-preflight-and-SecurityHeadersPolicy",
        "Managed-SecurityHeadersPolicy",
        "Managed-SimpleCORS",
    },
}


@pytest.mark.parametrize("shape", TABLES)
def test_the_names_are_those_that_the_api_lists(shape: str) -> None:
    found = [whole[f"{shape}Config"]["Name"] for whole in TABLES[shape].values()]
    assert set(found) == NAMES[shape]
    assert len(found) == len(set(found))


def test_only_caching_disabled_keeps_nothing() -> None:
    read = {i: edge_policies.cache_policy(whole) for i, whole in MANAGED_CACHE_POLICIES.items()}
    assert [i for i, policy in read.items() if policy.disabled] == [CACHING_DISABLED]


@pytest.mark.parametrize("policy_id", cache_policies.MANAGED)
def test_a_cache_policy_is_the_one_that_the_components_know(policy_id: str) -> None:
    spec = cache_policies.MANAGED[policy_id]
    read = edge_policies.cache_policy(MANAGED_CACHE_POLICIES[policy_id])
    assert (read.min_ttl_seconds, read.default_ttl_seconds, read.max_ttl_seconds) == (
        spec.min_ttl_seconds,
        spec.default_ttl_seconds,
        spec.max_ttl_seconds,
    )
    assert (read.gzip, read.brotli) == (
        spec.enable_accept_encoding_gzip,
        spec.enable_accept_encoding_brotli,
    )
    assert read.headers.names == cache_policies.folded(spec.headers)
    assert_same_names(read.cookies, spec.cookies)
    assert_same_names(read.query_strings, spec.query_strings)


@pytest.mark.parametrize("policy_id", origin_request_policies.MANAGED)
def test_an_origin_request_policy_is_the_one_that_the_components_know(policy_id: str) -> None:
    spec = origin_request_policies.MANAGED[policy_id].identity
    read = edge_policies.origin_request_policy(MANAGED_ORIGIN_REQUEST_POLICIES[policy_id])
    assert_same_names(read.headers, spec.headers)
    assert_same_names(read.cookies, spec.cookies)
    assert_same_names(read.query_strings, spec.query_strings)


def assert_same_names(read: edge_policies.Names, spec: cache_policies.Names) -> None:
    assert (read.behavior, set(read.names)) == (spec.behavior, set(spec.names))


@pytest.mark.parametrize("policy_id", response_headers_policies.MANAGED)
def test_a_response_headers_policy_is_the_one_that_the_components_know(policy_id: str) -> None:
    told = response_headers_policies.inputs(response_headers_policies.MANAGED[policy_id])
    whole = MANAGED_RESPONSE_HEADERS_POLICIES[policy_id]["ResponseHeadersPolicyConfig"]
    assert ("CorsConfig" in whole) == ("cors_config" in told)
    assert ("SecurityHeadersConfig" in whole) == ("security_headers_config" in told)
    if "cors_config" in told:
        methods = told["cors_config"]["access_control_allow_methods"]["items"]
        cors = whole["CorsConfig"]
        assert set(cors["AccessControlAllowMethods"]["Items"]) == set(methods)
        assert ("AccessControlExposeHeaders" in cors) == (
            "access_control_expose_headers" in told["cors_config"]
        )
        assert cors["OriginOverride"] is told["cors_config"]["origin_override"]
    if "security_headers_config" in told:
        overriding = {name for name, header in told["security_headers_config"].items() if header["override"]}
        ours = whole["SecurityHeadersConfig"]
        assert {name for name, header in ours.items() if header["Override"]} == {"ContentTypeOptions"}
        assert overriding == {"content_type_options"}
        assert len(ours) == len(told["security_headers_config"])


def test_what_sends_the_viewers_host_says_so() -> None:
    sends = [
        whole["OriginRequestPolicyConfig"]["Name"]
        for whole in MANAGED_ORIGIN_REQUEST_POLICIES.values()
        if edge_policies.origin_request_policy(whole).headers.takes("host")
    ]
    assert sorted(sends) == [
        "Managed-AllViewer",
        "Managed-AllViewerAndCloudFrontHeaders-2022-06",
        "Managed-HostHeaderOnly",
    ]
