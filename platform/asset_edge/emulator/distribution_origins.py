"""Where a distribution fetches: its origins and origin groups, read from the CloudFront API's shape.

Source: Amazon CloudFront API Reference, "Origin", "OriginGroup" and "CustomOriginConfig"; Amazon CloudFront
Developer Guide, "Lambda@Edge event structure" (what functions see of an origin).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from asset_edge.emulator.api_lists import items
from asset_edge.emulator.endpoints import bucket_endpoint
from asset_edge.emulator.messages import Scheme, to_headers
from asset_edge.handlers.edge import events

Config = Mapping[str, Any]
"""A part of the CloudFront API's `DistributionConfig`."""

Signing = Literal["never", "no-override", "always"]
"""Whether an origin access control signs, and over a signature that is there already."""

DEFAULT_CONNECTION_ATTEMPTS = 3
DEFAULT_CONNECTION_TIMEOUT_SECONDS = 10
DEFAULT_READ_TIMEOUT_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Origin:
    """One place to fetch from."""

    id: str
    domain_name: str
    path: str
    shape: events.Origin
    """As origin-request and origin-response see it."""

    shape_over_http: events.Origin
    """The same for a viewer that came by HTTP: other than `shape` where the protocol is the viewer's."""

    signing: Signing
    """What its origin access control does; `never` where it has none."""

    connection_attempts: int
    connection_timeout_seconds: int

    @property
    def is_s3(self) -> bool:
        """Whether it is declared as a bucket."""
        return "s3" in self.shape

    def shape_for(self, protocol: Scheme) -> events.Origin:
        """As functions see it when a viewer came by `protocol`."""
        return self.shape if protocol == "https" else self.shape_over_http


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a behaviour fetches: one origin, or the two of a group."""

    origins: tuple[Origin, ...]
    failover_statuses: frozenset[int] = frozenset()


def targets(config: Config, access_controls: Mapping[str, Config]) -> dict[str, Target]:
    """By id, every origin and origin group of a `DistributionConfig`."""
    origins = {item["Id"]: _origin(item, access_controls) for item in items(config, "Origins")}
    single = {key: Target(origins=(origin,)) for key, origin in origins.items()}
    return single | {group["Id"]: _group(group, origins) for group in items(config, "OriginGroups")}


def _group(config: Config, origins: Mapping[str, Origin]) -> Target:
    return Target(
        origins=tuple(origins[member["OriginId"]] for member in items(config, "Members")),
        failover_statuses=frozenset(items(config["FailoverCriteria"], "StatusCodes")),
    )


def _origin(config: Config, access_controls: Mapping[str, Config]) -> Origin:
    return Origin(
        id=config["Id"],
        domain_name=config["DomainName"],
        path=config.get("OriginPath", ""),
        shape=_shape(config, "https"),
        shape_over_http=_shape(config, "http"),
        signing=_signing(config.get("OriginAccessControlId"), access_controls),
        connection_attempts=config.get("ConnectionAttempts", DEFAULT_CONNECTION_ATTEMPTS),
        connection_timeout_seconds=config.get("ConnectionTimeout", DEFAULT_CONNECTION_TIMEOUT_SECONDS),
    )


def _signing(control: str | None, access_controls: Mapping[str, Config]) -> Signing:
    if not control:
        return "never"
    declared = access_controls.get(control, {}).get("OriginAccessControlConfig", {})
    behavior: Signing = declared.get("SigningBehavior", "no-override")
    return behavior


def _shape(config: Config, viewer_protocol: Scheme) -> events.Origin:
    custom = config.get("CustomOriginConfig")
    return {"custom": _custom_shape(config, custom, viewer_protocol)} if custom else {"s3": _s3_shape(config)}


def _s3_shape(config: Config) -> events.S3Origin:
    endpoint = bucket_endpoint(config["DomainName"])
    return {
        "authMethod": "none",
        "customHeaders": _custom_headers(config),
        "domainName": config["DomainName"],
        "path": config.get("OriginPath", ""),
        "readTimeout": config.get("S3OriginConfig", {}).get(
            "OriginReadTimeout", DEFAULT_READ_TIMEOUT_SECONDS
        ),
        "region": endpoint.region if endpoint else "",
    }


def _custom_shape(config: Config, custom: Config, viewer_protocol: Scheme) -> events.CustomOrigin:
    protocol = _PROTOCOLS.get(custom["OriginProtocolPolicy"], viewer_protocol)
    return {
        "customHeaders": _custom_headers(config),
        "domainName": config["DomainName"],
        "keepaliveTimeout": custom.get("OriginKeepaliveTimeout", 5),
        "path": config.get("OriginPath", ""),
        "port": custom["HTTPPort" if protocol == "http" else "HTTPSPort"],
        "protocol": protocol,
        "readTimeout": custom.get("OriginReadTimeout", DEFAULT_READ_TIMEOUT_SECONDS),
        "sslProtocols": list(items(custom, "OriginSslProtocols")),
    }


_PROTOCOLS: Mapping[str, Scheme] = {"http-only": "http", "https-only": "https"}
"""By `OriginProtocolPolicy`; what is left, `match-viewer`, takes the viewer's."""


def _custom_headers(config: Config) -> events.Headers:
    return to_headers({h["HeaderName"]: h["HeaderValue"] for h in items(config, "CustomHeaders")})
