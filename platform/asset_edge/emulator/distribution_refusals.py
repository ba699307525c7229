"""What of a distribution the edge does not model: refused by name, or listed as without effect here.

Whatever would change an answer is refused; what changes only cost, logs or the way there is listed.
"""

from collections.abc import Iterator, Mapping
from typing import get_args

from asset_edge.emulator.api_lists import items
from asset_edge.emulator.distribution_origins import Config
from asset_edge.emulator.endpoints import bucket_endpoint
from asset_edge.errors import Unsupported
from asset_edge.handlers.edge import events


def refuse_unmodelled(config: Config) -> None:
    """Raises `Unsupported` for the first declared feature without which the edge would answer wrongly."""
    for feature in _refused(config):
        raise Unsupported(
            f"{feature} is declared on distribution {config.get('Comment') or config['CallerReference']!r}; "
            "the local edge does not model it. Leave it out of the stack that runs locally"
        )


def without_effect(config: Config) -> list[str]:
    """What the distribution declares that changes nothing on a laptop, in the API's words, sorted."""
    found = {name for name in _NO_EFFECT if _declared(config.get(name))}
    found |= {name for b in behaviors(config) for name in _NO_EFFECT_IN_BEHAVIOR if _declared(b.get(name))}
    for origin in items(config, "Origins"):
        found |= {"OriginShield"} if _declared(origin.get("OriginShield")) else set()
        found |= {"IpAddressType"} if (origin.get("CustomOriginConfig") or {}).get("IpAddressType") else set()
    return sorted(found)


def behaviors(config: Config) -> Iterator[Config]:
    """Every cache behaviour in the order they are tried; the default one is last and gets the pattern `*`."""
    yield from items(config, "CacheBehaviors")
    yield {**config["DefaultCacheBehavior"], "PathPattern": "*"}


def _refused(config: Config) -> Iterator[str]:
    if config.get("ViewerMtlsConfig"):
        yield "viewer mutual TLS"
    if config.get("ConnectionMode", "direct") != "direct":
        yield "a multi-tenant distribution"
    for group in items(config, "OriginGroups"):
        if group.get("SelectionCriteria", "default") != "default":
            yield f"selection by {group['SelectionCriteria']} in origin group {group['Id']}"
    for origin in items(config, "Origins"):
        yield from _refused_origin(origin)
    for behavior in behaviors(config):
        for feature in _refused_behavior(behavior):
            yield f"{feature} on {behavior['PathPattern']}"


def _refused_origin(origin: Config) -> Iterator[str]:
    if origin.get("VpcOriginConfig"):
        yield f"VPC origin {origin['Id']}"
    if (origin.get("CustomOriginConfig") or {}).get("OriginMtlsConfig"):
        yield f"mutual TLS with origin {origin['Id']}"
    if origin.get("ResponseCompletionTimeout"):
        yield f"a response completion timeout on origin {origin['Id']}"
    if (origin.get("S3OriginConfig") or {}).get("OriginAccessIdentity"):
        yield f"an origin access identity on origin {origin['Id']}"
    if not origin.get("CustomOriginConfig") and not bucket_endpoint(origin["DomainName"]):
        yield f"origin {origin['Id']} at {origin['DomainName']}, which is no regional endpoint of a bucket,"


def _refused_behavior(behavior: Config) -> Iterator[str]:
    for name, words in _REFUSED_IN_BEHAVIOR.items():
        if _declared(behavior.get(name)):
            yield words
    for association in items(behavior, "LambdaFunctionAssociations"):
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

_NO_EFFECT = (
    "AnycastIpListId",
    "ConnectionFunctionAssociation",
    "ContinuousDeploymentPolicyId",
    "HttpVersion",
    "IsIPV6Enabled",
    "Logging",
    "PriceClass",
    "Staging",
    "ViewerCertificate",
    "WebACLId",
)

_NO_EFFECT_IN_BEHAVIOR = ("RealtimeLogConfigArn",)
