"""What the edge reads from a distribution, what it refuses, and what it says has no effect."""

from typing import Any

import pytest

from asset_edge.emulator import distribution
from asset_edge.errors import Unsupported
from tests.emulator.world import PRIMARY, REPLICA, behavior, config, origin, served, some


def test_a_distribution_is_read_whole() -> None:
    read = served(CacheBehaviors=some(behavior("primary", ("viewer-request",), PathPattern="/demo/*")))
    assert (read.id, read.domain_name, read.aliases) == ("E1", "d1.cloudfront.net", ("assets.example.test",))
    assert [b.path_pattern for b in read.behaviors] == ["/demo/*", "*"]
    demo, default = read.behaviors
    assert [o.domain_name for o in demo.target.origins] == [PRIMARY]
    assert demo.functions["viewer-request"].arn == "arn:viewer-request:1"
    assert [o.domain_name for o in default.target.origins] == [PRIMARY, REPLICA]
    assert default.target.failover_statuses == {403, 404, 500, 502, 503, 504}
    assert default.allowed_methods == {"GET", "HEAD", "OPTIONS"}


def test_an_origin_without_figures_gets_cloudfronts_defaults() -> None:
    bare = {"Id": "primary", "DomainName": PRIMARY}
    one = served(Origins=some(bare, origin("replica", REPLICA))).behaviors[0].target.origins[0]
    assert (one.connection_attempts, one.connection_timeout_seconds, one.signing) == (3, 10, "never")
    assert one.shape["s3"].get("readTimeout") == 30


@pytest.mark.parametrize(
    ("policy", "protocol", "port"),
    [("http-only", "http", 8080), ("https-only", "https", 8443), ("match-viewer", "https", 8443)],
)
def test_a_custom_origin_is_shown_as_lambda_at_edge_shows_it(policy: str, protocol: str, port: int) -> None:
    custom = {
        "HTTPPort": 8080,
        "HTTPSPort": 8443,
        "OriginProtocolPolicy": policy,
        "OriginSslProtocols": some("TLSv1.2"),
        "OriginReadTimeout": 5,
        "OriginKeepaliveTimeout": 6,
    }
    made = origin("primary", PRIMARY, CustomOriginConfig=custom)
    shape = served(Origins=some(made, origin("replica", REPLICA))).behaviors[0].target.origins[0].shape
    assert shape == {
        "custom": {
            "customHeaders": {"x-origin-role": [{"key": "x-origin-role", "value": "primary"}]},
            "domainName": PRIMARY,
            "keepaliveTimeout": 6,
            "path": "",
            "port": port,
            "protocol": protocol,
            "readTimeout": 5,
            "sslProtocols": ["TLSv1.2"],
        }
    }


ENABLED = {"Enabled": True, "Quantity": 1, "Items": ["x"]}
BODY = some({"LambdaFunctionARN": "a:1", "EventType": "viewer-request", "IncludeBody": True})
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
    ],
)
def test_what_changes_nothing_here_is_listed(changes: dict[str, Any], expected: list[str]) -> None:
    assert distribution.without_effect(config(**changes)) == expected
