"""What a distribution is to the edge, read from the CloudFront API's shape; refuses what is not modelled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from asset_edge.emulator.endpoints import bucket_endpoint
from asset_edge.emulator.messages import Function, Scheme, to_headers
from asset_edge.errors import Unsupported
from asset_edge.handlers.edge import events

Config = Mapping[str, Any]
"""A part of the CloudFront API's `DistributionConfig`."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """One place to fetch from."""

    id: str
    domain_name: str
    path: str
    shape: events.Origin
    """As origin-request and origin-response see it."""

    signed: bool
    """Whether an origin access control signs what the function leaves unsigned."""

    connection_attempts: int
    connection_timeout_seconds: int


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a behaviour fetches: one origin, or the two of a group."""

    origins: tuple[Origin, ...]
    failover_statuses: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Behavior:
    """What is done for the paths of one pattern."""

    path_pattern: str
    target: Target
    viewer_protocol_policy: str
    allowed_methods: frozenset[str]
    functions: Mapping[events.EventType, Function] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """One distribution, ready to serve."""

    id: str
    arn: str
    domain_name: str
    aliases: tuple[str, ...]
    enabled: bool
    default_root_object: str
    behaviors: tuple[Behavior, ...]
    """In the order they are tried; the last one is the default."""


def read(distribution: Config) -> Distribution:
    """The distribution in the CloudFront API's `Distribution` shape; raises `Unsupported` by name."""
    config = distribution["DistributionConfig"]
    refuse_unmodelled(config)
    origins = {item["Id"]: _origin(item) for item in _items(config, "Origins")}
    targets = {key: Target(origins=(origin,)) for key, origin in origins.items()}
    targets |= {group["Id"]: _group(group, origins) for group in _items(config, "OriginGroups")}
    return Distribution(
        id=distribution["Id"],
        arn=distribution["ARN"],
        domain_name=distribution["DomainName"],
        aliases=tuple(_items(config, "Aliases")),
        enabled=config["Enabled"],
        default_root_object=config.get("DefaultRootObject", ""),
        behaviors=tuple(_behavior(behavior, targets) for behavior in _behaviors(config)),
    )


def _behaviors(config: Config) -> Iterator[Config]:
    yield from _items(config, "CacheBehaviors")
    yield {"PathPattern": "*", **config["DefaultCacheBehavior"]}


def _behavior(config: Config, targets: Mapping[str, Target]) -> Behavior:
    associations = _items(config, "LambdaFunctionAssociations")
    return Behavior(
        path_pattern=config["PathPattern"],
        target=targets[config["TargetOriginId"]],
        viewer_protocol_policy=config["ViewerProtocolPolicy"],
        allowed_methods=frozenset(_items(config, "AllowedMethods") or ("GET", "HEAD")),
        functions={a["EventType"]: _function(a) for a in associations},
    )


def _function(association: Config) -> Function:
    return Function(arn=association["LambdaFunctionARN"], event_type=association["EventType"])


def _group(config: Config, origins: Mapping[str, Origin]) -> Target:
    return Target(
        origins=tuple(origins[member["OriginId"]] for member in _items(config, "Members")),
        failover_statuses=frozenset(_items(config["FailoverCriteria"], "StatusCodes")),
    )


def _origin(config: Config) -> Origin:
    custom = config.get("CustomOriginConfig")
    return Origin(
        id=config["Id"],
        domain_name=config["DomainName"],
        path=config.get("OriginPath", ""),
        shape={"custom": _custom_shape(config, custom)} if custom else {"s3": _s3_shape(config)},
        signed=bool(config.get("OriginAccessControlId")),
        connection_attempts=config.get("ConnectionAttempts", 3),
        connection_timeout_seconds=config.get("ConnectionTimeout", 10),
    )


def _s3_shape(config: Config) -> events.S3Origin:
    endpoint = bucket_endpoint(config["DomainName"])
    return {
        "authMethod": "none",
        "customHeaders": _custom_headers(config),
        "domainName": config["DomainName"],
        "path": config.get("OriginPath", ""),
        "readTimeout": config.get("S3OriginConfig", {}).get("OriginReadTimeout", 30),
        "region": endpoint.region if endpoint else "",
    }


def _custom_shape(config: Config, custom: Config) -> events.CustomOrigin:
    # The edge speaks HTTPS to whoever came by HTTPS, and the local port counts as HTTPS.
    protocol: Scheme = "http" if custom["OriginProtocolPolicy"] == "http-only" else "https"
    return {
        "customHeaders": _custom_headers(config),
        "domainName": config["DomainName"],
        "keepaliveTimeout": custom.get("OriginKeepaliveTimeout", 5),
        "path": config.get("OriginPath", ""),
        "port": custom["HTTPPort" if protocol == "http" else "HTTPSPort"],
        "protocol": protocol,
        "readTimeout": custom.get("OriginReadTimeout", 30),
        "sslProtocols": list(_items(custom, "OriginSslProtocols")),
    }


def _custom_headers(config: Config) -> events.Headers:
    return to_headers({h["HeaderName"]: h["HeaderValue"] for h in _items(config, "CustomHeaders")})


def _items(config: Config, name: str) -> list[Any]:
    return list((config.get(name) or {}).get("Items") or ())


def refuse_unmodelled(config: Config) -> None:
    """Raises for the first declared feature without which the edge would answer wrongly."""
    for feature in _refused(config):
        raise Unsupported(
            f"{feature} is declared on distribution {config.get('Comment') or config['CallerReference']!r}; "
            "the local edge does not model it. Leave it out of the stack that runs locally"
        )


def _refused(config: Config) -> Iterator[str]:
    if config.get("ViewerMtlsConfig"):
        yield "viewer mutual TLS"
    if config.get("ConnectionMode", "direct") != "direct":
        yield "a multi-tenant distribution"
    for origin in _items(config, "Origins"):
        yield from _refused_origin(origin)
    for behavior in _behaviors(config):
        for feature in _refused_behavior(behavior):
            yield f"{feature} on {behavior['PathPattern']}"


def _refused_origin(origin: Config) -> Iterator[str]:
    if origin.get("VpcOriginConfig"):
        yield f"VPC origin {origin['Id']}"
    if origin.get("S3OriginConfig", {}).get("OriginAccessIdentity"):
        yield f"an origin access identity on origin {origin['Id']}"
    if not bucket_endpoint(origin["DomainName"]):
        yield f"origin {origin['Id']} at {origin['DomainName']}, which is no regional endpoint of a bucket,"


def _refused_behavior(behavior: Config) -> Iterator[str]:
    for name, words in _REFUSED_IN_BEHAVIOR.items():
        if _declared(behavior.get(name)):
            yield words
    for association in _items(behavior, "LambdaFunctionAssociations"):
        if association["EventType"] not in get_args(events.EventType):
            yield f"event type {association['EventType']}"
        if association.get("IncludeBody"):
            yield "a function that includes the body"


def _declared(value: object) -> bool:
    if isinstance(value, Mapping):
        return bool(value.get("Enabled", value.get("Quantity", value)))
    return bool(value)


_REFUSED_IN_BEHAVIOR = {
    "FunctionAssociations": "a CloudFront Function",
    "TrustedKeyGroups": "signed URLs (trusted key groups)",
    "TrustedSigners": "signed URLs (trusted signers)",
    "FieldLevelEncryptionId": "field-level encryption",
    "GrpcConfig": "gRPC",
    "SmoothStreaming": "Smooth Streaming",
}


def without_effect(config: Config) -> list[str]:
    """What the distribution declares that changes nothing on a laptop, in the API's words, sorted."""
    found = {name for name in _NO_EFFECT if _declared(config.get(name))}
    found |= {name for b in _behaviors(config) for name in _NO_EFFECT_IN_BEHAVIOR if _declared(b.get(name))}
    found |= {"OriginShield" for o in _items(config, "Origins") if _declared(o.get("OriginShield"))}
    if config.get("Restrictions", {}).get("GeoRestriction", {}).get("RestrictionType", "none") != "none":
        found.add("GeoRestriction")
    return sorted(found)


_NO_EFFECT = (
    "AnycastIpListId",
    "CacheTagConfig",
    "ConnectionFunctionAssociation",
    "ContinuousDeploymentPolicyId",
    "CustomErrorResponses",
    "HttpVersion",
    "IsIPV6Enabled",
    "Logging",
    "PriceClass",
    "Staging",
    "ViewerCertificate",
    "WebACLId",
)

_NO_EFFECT_IN_BEHAVIOR = (
    "CachePolicyId",
    "Compress",
    "ForwardedValues",
    "OriginRequestPolicyId",
    "RealtimeLogConfigArn",
    "ResponseHeadersPolicyId",
)
