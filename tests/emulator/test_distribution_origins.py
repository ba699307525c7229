"""Where a distribution fetches: what is read of origins and groups, and what functions see of them."""

from typing import Any

import pytest

from asset_edge.emulator.distribution import Distribution, Origin, Policies
from asset_edge.emulator.messages import Scheme
from tests.emulator.world import (
    ARN,
    PRIMARY,
    REPLICA,
    UNCHANGED,
    World,
    behavior,
    cached,
    get,
    origin,
    served,
    some,
    value,
)

CUSTOM = {
    "HTTPPort": 8080,
    "HTTPSPort": 8443,
    "OriginProtocolPolicy": "https-only",
    "OriginSslProtocols": some("TLSv1.2"),
    "OriginReadTimeout": 5,
    "OriginKeepaliveTimeout": 6,
}


def custom(domain_name: str = "www.example.test", **changes: Any) -> dict[str, Any]:
    """A custom origin named primary."""
    made = origin("primary", domain_name, CustomOriginConfig=CUSTOM | changes, OriginAccessControlId="")
    del made["S3OriginConfig"]
    return made


def alone(made: dict[str, Any], *functions: str, **more: Any) -> Distribution:
    """A distribution with this one origin and no group."""
    return served(
        Origins=some(made), OriginGroups=some(), DefaultCacheBehavior=behavior("primary", functions, **more)
    )


def first(made: dict[str, Any], policies: Policies | None = None) -> Origin:
    """The first origin of the default behaviour."""
    of = served(policies, Origins=some(made, origin("replica", REPLICA)))
    return of.behaviors[0].target.origins[0]


def test_an_origin_without_figures_gets_cloudfronts_defaults() -> None:
    one = first({"Id": "primary", "DomainName": PRIMARY})
    assert (one.connection_attempts, one.connection_timeout_seconds, one.signing) == (3, 10, "never")
    assert one.shape["s3"]["readTimeout"] == 30
    assert one.is_s3


@pytest.mark.parametrize(
    ("policy", "viewer", "protocol", "port"),
    [
        ("http-only", "https", "http", 8080),
        ("http-only", "http", "http", 8080),
        ("https-only", "https", "https", 8443),
        ("https-only", "http", "https", 8443),
        ("match-viewer", "https", "https", 8443),
        ("match-viewer", "http", "http", 8080),
    ],
)
def test_a_custom_origin_is_shown_as_lambda_at_edge_shows_it(
    policy: str, viewer: Scheme, protocol: str, port: int
) -> None:
    one = first(custom(OriginProtocolPolicy=policy))
    assert not one.is_s3
    assert one.shape_for(viewer) == {
        "custom": {
            "customHeaders": {"x-origin-role": [{"key": "x-origin-role", "value": "primary"}]},
            "domainName": "www.example.test",
            "keepaliveTimeout": 6,
            "path": "",
            "port": port,
            "protocol": protocol,
            "readTimeout": 5,
            "sslProtocols": ["TLSv1.2"],
        }
    }


def test_a_custom_origin_without_figures_gets_cloudfronts_defaults() -> None:
    bare = {k: v for k, v in CUSTOM.items() if k not in ("OriginReadTimeout", "OriginKeepaliveTimeout")}
    shape = first({**custom(), "CustomOriginConfig": bare}).shape["custom"]
    assert (shape["readTimeout"], shape["keepaliveTimeout"]) == (30, 5)


def test_a_custom_origin_is_asked_where_and_how_it_says() -> None:
    world = World(alone({**custom(), "OriginPath": "/v1"}))
    world.send(get("/a%20b.png", headers={"Host": "assets.example.test"}))
    request = world.fetched[0]
    assert (request.protocol, request.domain_name, request.port) == ("https", "www.example.test", 8443)
    assert (request.target, value(request, "host")) == ("/v1/a%20b.png", "www.example.test")
    assert (request.read_timeout_seconds, request.connection_attempts) == (5, 1)
    assert (request.connection_timeout_seconds, request.signed_for) == (2, None)


@pytest.mark.parametrize(("proto", "expected"), [("http", ("http", 8080)), ("https", ("https", 8443))])
def test_an_origin_that_matches_the_viewer_is_asked_the_way_the_viewer_came(
    proto: str, expected: tuple[str, int]
) -> None:
    made = custom(OriginProtocolPolicy="match-viewer")
    of = alone(made, "origin-request", ViewerProtocolPolicy="allow-all")
    world = World(of, functions=UNCHANGED)
    world.send(get(headers={"x-asset-edge-viewer": f"proto={proto}"}))
    assert (world.fetched[0].protocol, world.fetched[0].port) == expected
    assert world.record()["request"]["origin"]["custom"]["protocol"] == proto


HOST_ONLY = "bf0718e1-ba1e-49d1-88b1-f726733018ae"


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param(custom(), "assets.example.test", id="a custom origin"),
        pytest.param(origin("primary", PRIMARY), PRIMARY, id="not a bucket"),
    ],
)
def test_a_policy_may_send_the_viewers_host_on(made: Any, expected: str) -> None:
    world = World(alone(made, OriginRequestPolicyId=HOST_ONLY))
    world.send(get(headers={"Host": "assets.example.test"}))
    assert value(world.fetched[0], "host") == expected


def control(behavior_name: str) -> Policies:
    config = {"OriginAccessControlConfig": {"SigningBehavior": behavior_name}}
    return Policies(origin_access_controls={"E-OAC": {"Id": "E-OAC", **config}})


def sign(record: Any) -> Any:
    request = record["request"]
    return {**request, "headers": {**request["headers"], "authorization": [{"value": "mine"}]}}


@pytest.mark.parametrize(
    ("policies", "signed_by_function", "signed_for", "authorization"),
    [
        (control("no-override"), False, ARN, None),
        (control("no-override"), True, None, "mine"),
        (control("always"), False, ARN, None),
        (control("always"), True, ARN, None),
        (control("never"), False, None, None),
        (control("never"), True, None, "mine"),
        (None, False, ARN, None),
        (None, True, None, "mine"),
    ],
)
def test_who_signs_is_what_the_origin_access_control_says(
    policies: Policies | None, signed_by_function: bool, signed_for: str | None, authorization: str | None
) -> None:
    of = served(policies, DefaultCacheBehavior=behavior("primary", ("origin-request",)))
    function = sign if signed_by_function else UNCHANGED["origin-request"]
    world = World(of, functions={"origin-request": function})
    world.send()
    assert world.fetched[0].signed_for == signed_for
    assert value(world.fetched[0], "authorization") == authorization


def test_a_group_has_its_two_origins_in_order_and_its_statuses() -> None:
    target = served().behaviors[0].target
    assert [o.id for o in target.origins] == ["primary", "replica"]
    assert target.failover_statuses == {403, 404, 500, 502, 503, 504}
    assert cached().behaviors[0].target.failover_statuses == frozenset(), "one origin has none"
