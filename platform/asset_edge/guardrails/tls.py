"""Which TLS viewers and origins speak with a distribution."""

from collections.abc import Iterator

from asset_edge.guardrails import types
from asset_edge.guardrails.behaviors import behaviors
from asset_edge.guardrails.resources import Resource, Stack
from asset_edge.guardrails.rule import Rule

_POLICIES = ("TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025")
_ORIGIN_PROTOCOLS = {"TLSv1.2"}
_VIEWERS_PAGE = (
    'Amazon CloudFront Developer Guide, "Supported protocols and ciphers between viewers and CloudFront"'
)


def _viewers(distribution: Resource, _: Stack) -> Iterator[str]:
    for behavior in behaviors(distribution):
        told = behavior.told("viewerProtocolPolicy")
        if told not in ("redirect-to-https", "https-only"):
            yield f"{behavior.called} has viewerProtocolPolicy {told}"


def _version(distribution: Resource, _: Stack) -> Iterator[str]:
    if distribution.told("viewerCertificate", "cloudfrontDefaultCertificate") is True:
        return
    told = distribution.told("viewerCertificate", "minimumProtocolVersion")
    if told not in _POLICIES:
        yield f"minimumProtocolVersion is {told}; allowed are {', '.join(_POLICIES)}"


def _certificate(distribution: Resource, _: Stack) -> Iterator[str]:
    if distribution.told("viewerCertificate", "cloudfrontDefaultCertificate") is True:
        yield "viewers use CloudFront's own certificate, with which nobody can refuse TLS 1.0"


def _origins(distribution: Resource, _stack: Stack) -> Iterator[str]:
    for index, _ in enumerate(distribution.listed("origins")):
        path = ("origins", index, "customOriginConfig")
        if distribution.told(*path) is None:
            continue
        called = f"origin {distribution.told('origins', index, 'originId')}"
        policy = distribution.told(*path, "originProtocolPolicy")
        if policy != "https-only":
            yield f"{called} has originProtocolPolicy {policy}"
        protocols = set(distribution.texts(*path, "originSslProtocols"))
        if protocols != _ORIGIN_PROTOCOLS:
            told = ", ".join(sorted(protocols)) or "no protocol that is named"
            yield f"{called} speaks {told}"


RULES = (
    Rule(
        name="viewer-tls",
        level="mandatory",
        severity="high",
        description="Viewers speak TLS 1.2 or newer, in every behaviour.",
        remediation="Set redirect-to-https or https-only, and a security policy from TLSv1.2_2021 on",
        source=_VIEWERS_PAGE,
        types=frozenset({types.DISTRIBUTION}),
        checks=(_viewers, _version),
    ),
    Rule(
        name="viewer-certificate",
        level="advisory",
        severity="medium",
        description="Viewers meet a certificate of the stack's own, whose TLS versions the stack chooses.",
        remediation="Give the distribution an alias and a certificate",
        source=_VIEWERS_PAGE,
        types=frozenset({types.DISTRIBUTION}),
        checks=(_certificate,),
    ),
    Rule(
        name="origin-tls",
        level="mandatory",
        severity="high",
        description="CloudFront speaks TLS 1.2 with every custom origin.",
        remediation="Set originProtocolPolicy https-only and originSslProtocols to TLSv1.2 alone",
        source='Amazon CloudFront Developer Guide, "Require HTTPS for communication between CloudFront and '
        'your custom origin"',
        types=frozenset({types.DISTRIBUTION}),
        checks=(_origins,),
    ),
)
