"""Under which names a distribution answers: its certificate, the proof of them, their DNS records."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from asset_edge.components.choices import check_most
from asset_edge.errors import ArgumentError

REGION = "us-east-1"
"""Where CloudFront looks for certificates ("Requirements for using SSL/TLS certificates with CloudFront")."""

CLOUDFRONT_ZONE_ID = "Z2FDTNDATAQYW2"
"""The zone of every CloudFront domain, for alias records (Route 53 API reference, AliasTarget)."""

MOST_ALIASES = 100
_VALIDATION_TTL_SECONDS = 300
_ALIAS = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")
_CERTIFICATE_ARN = re.compile(r"arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/.+")


@dataclass(frozen=True, kw_only=True)
class DomainNames:
    """The aliases of a distribution, and what makes them work."""

    aliases: Sequence[str]
    certificate_arn: pulumi.Input[str] | None
    zone_id: pulumi.Input[str] | None
    zone_provider: pulumi.ProviderResource | None


def check_names(names: DomainNames) -> None:
    """Refuses aliases that cannot get a certificate, and a certificate or zone without aliases."""
    check_most("aliases", len(names.aliases), MOST_ALIASES, "Use a wildcard")
    for alias in names.aliases:
        _check_alias(alias)
    if len(set(names.aliases)) < len(names.aliases):
        raise ArgumentError(f"aliases is {list(names.aliases)}; a name is there once. Drop the second")
    if names.aliases and names.certificate_arn is None and names.zone_id is None:
        raise ArgumentError(
            f"aliases is {list(names.aliases)} with neither certificate_arn nor zone_id; an alias needs a "
            "certificate. Give the zone to have one made, or an existing certificate"
        )
    if not names.aliases and (names.certificate_arn, names.zone_id) != (None, None):
        raise ArgumentError(
            "certificate_arn or zone_id is given but aliases is empty; they serve aliases alone. "
            "Add aliases, or leave both out"
        )
    arn = names.certificate_arn
    if isinstance(arn, str) and not _CERTIFICATE_ARN.fullmatch(arn):
        raise ArgumentError(
            f"certificate_arn is {arn!r}; CloudFront takes ACM certificates of {REGION} only. "
            "Issue or import one there"
        )


def _check_alias(alias: str) -> None:
    if not _ALIAS.fullmatch(alias):
        raise ArgumentError(
            f"alias {alias!r} is no DNS name in lower case; a leading *. is allowed. Write it as "
            "assets.example.com"
        )


def certificate_arn(name: str, names: DomainNames, parent: pulumi.Resource) -> pulumi.Input[str] | None:
    """The certificate to use: the one given, or one made and proven by DNS; None without aliases."""
    if names.certificate_arn is not None or not names.aliases:
        return names.certificate_arn
    child = pulumi.ResourceOptions(parent=parent)
    made = aws.acm.Certificate(
        f"{name}-certificate",
        region=REGION,
        domain_name=names.aliases[0],
        subject_alternative_names=list(names.aliases[1:]) or None,
        validation_method="DNS",
        opts=child,
    )
    validated = aws.acm.CertificateValidation(
        f"{name}-certificate-validation",
        region=REGION,
        certificate_arn=made.arn,
        validation_record_fqdns=[
            _validation_record(name, domain, made, names, parent).fqdn
            for domain in validated_domains(names.aliases)
        ],
        opts=child,
    )
    return validated.certificate_arn


def validated_domains(aliases: Sequence[str]) -> list[str]:
    """The domains that ACM asks a record for: a wildcard is proven by its parent's.

    Source: ACM User Guide, "DNS validation".
    """
    return list(dict.fromkeys(alias.removeprefix("*.") for alias in aliases))


def _validation_record(
    name: str, domain: str, certificate: aws.acm.Certificate, names: DomainNames, parent: pulumi.Resource
) -> aws.route53.Record:
    told = certificate.domain_validation_options.apply(lambda options: _option_of(domain, options))
    return aws.route53.Record(
        f"{name}-validation-{domain}",
        zone_id=_zone_of(names),
        name=told["name"],
        type=told["type"],
        records=[told["value"]],
        ttl=_VALIDATION_TTL_SECONDS,
        opts=pulumi.ResourceOptions(parent=parent, provider=names.zone_provider),
    )


def _option_of(domain: str, options: Sequence[Any]) -> Mapping[str, str]:
    """The record ACM wants for `domain`; a plan's single placeholder stands for any domain."""
    matching = [option for option in options if option.domain_name.removeprefix("*.") == domain]
    option = (matching or options)[0]
    return {
        "name": option.resource_record_name,
        "type": option.resource_record_type,
        "value": option.resource_record_value,
    }


def _zone_of(names: DomainNames) -> pulumi.Input[str]:
    assert names.zone_id is not None  # noqa: S101 - check_names saw to it
    return names.zone_id


def alias_records(
    name: str, names: DomainNames, domain_name: pulumi.Output[str], parent: pulumi.Resource, *, ipv6: bool
) -> None:
    """An A record for every alias, and an AAAA record where the distribution speaks IPv6."""
    if names.zone_id is None:
        return
    for alias in names.aliases:
        for record_type in ("A", "AAAA") if ipv6 else ("A",):
            aws.route53.Record(
                f"{name}-{record_type.lower()}-{alias}",
                zone_id=names.zone_id,
                name=alias,
                type=record_type,
                aliases=[
                    {
                        "name": domain_name,
                        "zone_id": CLOUDFRONT_ZONE_ID,
                        "evaluate_target_health": False,
                    }
                ],
                opts=pulumi.ResourceOptions(parent=parent, provider=names.zone_provider),
            )
