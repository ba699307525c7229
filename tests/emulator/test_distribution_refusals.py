"""What of a distribution is refused by name, and what is said to have no effect."""

from typing import Any

import pytest

from asset_edge.emulator import distribution
from asset_edge.errors import Unsupported
from tests.emulator.world import PRIMARY, REPLICA, behavior, config, origin, served, some

ENABLED = {"Enabled": True, "Quantity": 1, "Items": ["x"]}
BODY = some({"LambdaFunctionARN": "a:1", "EventType": "viewer-request", "IncludeBody": True})
CUSTOM = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
MUTUAL = {"OriginMtlsConfig": {"ClientCertificateArn": "arn:certificate"}}
MEDIA = {"Id": "pair", "SelectionCriteria": "media-quality-based"}
OTHER_EVENT = some({"LambdaFunctionARN": "a:1", "EventType": "viewer-connect"})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"TrustedKeyGroups": ENABLED}, "trusted key groups", id="key groups"),
        pytest.param({"TrustedSigners": ENABLED}, "trusted signers", id="signers"),
        pytest.param(
            {"FunctionAssociations": some({"FunctionARN": "f"})}, "CloudFront Function", id="function"
        ),
        pytest.param({"FieldLevelEncryptionId": "f"}, "field-level encryption", id="encryption"),
        pytest.param({"GrpcConfig": {"Enabled": True}}, "gRPC", id="grpc"),
        pytest.param({"SmoothStreaming": True}, "Smooth Streaming", id="streaming"),
        pytest.param({"LambdaFunctionAssociations": BODY}, "includes the body", id="body"),
        pytest.param({"LambdaFunctionAssociations": OTHER_EVENT}, "viewer-connect", id="event type"),
    ],
)
def test_what_a_behaviour_declares_and_we_do_not_model_is_refused_by_name(
    changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(Unsupported, match=named) as refused:
        served(DefaultCacheBehavior=behavior(**changes))
    assert "on *" in str(refused.value), "the behaviour is named too"
    assert "'tested'" in str(refused.value), "and the distribution"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"TrustedKeyGroups": {"Enabled": False, "Quantity": 0}}, id="key groups"),
        pytest.param({"FunctionAssociations": {"Quantity": 0}}, id="functions"),
        pytest.param({"FieldLevelEncryptionId": ""}, id="encryption"),
        pytest.param({"GrpcConfig": {"Enabled": False}}, id="grpc"),
        pytest.param({"SmoothStreaming": False}, id="streaming"),
    ],
)
def test_what_is_written_down_but_off_is_no_reason_to_refuse(changes: dict[str, Any]) -> None:
    assert served(DefaultCacheBehavior=behavior(**changes)).enabled


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"S3OriginConfig": {"OriginAccessIdentity": "o/1"}}, "access identity", id="identity"),
        pytest.param({"VpcOriginConfig": {"VpcOriginId": "v"}}, "VPC origin primary", id="vpc"),
        pytest.param(
            {"CustomOriginConfig": {**CUSTOM, **MUTUAL}}, "mutual TLS with origin primary", id="mtls"
        ),
        pytest.param({"ResponseCompletionTimeout": 60}, "completion timeout on origin primary", id="time"),
        pytest.param({"DomainName": "www.example.test"}, "www.example.test", id="no bucket"),
        pytest.param({"DomainName": "one.s3.amazonaws.com"}, "no regional endpoint", id="no region"),
    ],
)
def test_an_origin_that_we_do_not_model_is_refused_by_name(changes: dict[str, Any], named: str) -> None:
    one = {**origin("primary", PRIMARY), **changes}
    with pytest.raises(Unsupported, match=named):
        served(Origins=some(one, origin("replica", REPLICA)))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"ViewerMtlsConfig": {"Mode": "required"}}, "mutual TLS"),
        ({"ConnectionMode": "tenant-only"}, "multi-tenant"),
        ({"OriginGroups": some(MEDIA)}, "selection by media-quality-based in origin group pair"),
    ],
)
def test_a_kind_of_distribution_that_we_do_not_model_is_refused(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(Unsupported, match=named):
        served(**changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"PriceClass": "PriceClass_100"}, ["PriceClass"], id="price class"),
        pytest.param({"WebACLId": ""}, [], id="an empty one"),
        pytest.param({"CacheTagConfig": {"HeaderName": "x"}}, [], id="tags are modelled"),
        pytest.param({"Logging": {"Enabled": False}}, [], id="logging off"),
        pytest.param({"CustomErrorResponses": some({"ErrorCode": 404})}, [], id="pages are modelled"),
        pytest.param({"WebACLId": "arn:acl"}, ["WebACLId"], id="firewall"),
        pytest.param(
            {"DefaultCacheBehavior": behavior(Compress=True, RealtimeLogConfigArn="arn:log")},
            ["RealtimeLogConfigArn"],
            id="of a behaviour",
        ),
        pytest.param(
            {"Origins": some(origin("primary", PRIMARY, OriginShield={"Enabled": True}))},
            ["OriginShield"],
            id="of an origin",
        ),
        pytest.param(
            {
                "Origins": some(
                    origin("primary", PRIMARY, CustomOriginConfig={**CUSTOM, "IpAddressType": "dualstack"})
                )
            },
            ["IpAddressType"],
            id="of a custom origin",
        ),
    ],
)
def test_what_changes_nothing_here_is_listed(changes: dict[str, Any], expected: list[str]) -> None:
    assert distribution.without_effect(config(**changes)) == expected


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"CustomOriginConfig": CUSTOM}, id="no mutual TLS"),
        pytest.param({"ResponseCompletionTimeout": 0}, id="no completion timeout"),
    ],
)
def test_an_origin_without_what_we_do_not_model_is_served(changes: dict[str, Any]) -> None:
    one = {**origin("primary", PRIMARY), **changes}
    assert served(Origins=some(one, origin("replica", REPLICA))).enabled
