"""Under which names a distribution answers: certificate, proof, records, and in whose account they stand."""

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from asset_edge.components.asset_distribution import AssetDistribution
from asset_edge.components.certificate import validated_domains
from asset_edge.localcloud import engine
from asset_edge.localcloud.engine import Registration, State
from asset_edge.localcloud.symbols import symbolic_state
from tests.components.distributions import CERTIFICATE, RECORD, ZONE, args, deployed, distribution_of
from tests.engine import Deployment, deploy

ALIASES = ("assets.example.com", "*.assets.example.com", "*.media.example.com")
NAMED: dict[str, Any] = {"aliases": ALIASES, "zone_id": ZONE}


def test_the_certificate_names_every_alias_and_is_proven_by_dns() -> None:
    assert deployed(**NAMED).named("edge-certificate").inputs == {
        "region": "us-east-1",
        "domainName": ALIASES[0],
        "subjectAlternativeNames": list(ALIASES[1:]),
        "validationMethod": "DNS",
    }


def test_one_alias_needs_no_alternative_names() -> None:
    certificate = deployed(aliases=ALIASES[:1], zone_id=ZONE).named("edge-certificate")
    assert "subjectAlternativeNames" not in certificate.inputs


def test_the_distribution_waits_for_the_proof_of_its_certificate() -> None:
    run = deployed(**NAMED)
    validation = run.named("edge-certificate-validation")
    assert validation.urn in run.named("edge-distribution").dependencies
    assert validation.inputs["validationRecordFqdns"] == [
        f"<{RECORD} edge-validation-{domain} fqdn>" for domain in ("assets.example.com", "media.example.com")
    ]
    assert validation.inputs["region"] == "us-east-1"


@pytest.mark.parametrize(
    ("aliases", "expected"),
    [
        (["a.example.com"], ["a.example.com"]),
        (["*.example.com", "example.com"], ["example.com"]),
        (["b.example.com", "*.a.example.com"], ["b.example.com", "a.example.com"]),
        ([], []),
    ],
)
def test_a_wildcard_is_proven_by_its_parents_record(aliases: list[str], expected: list[str]) -> None:
    assert validated_domains(aliases) == expected


def test_each_domain_gets_the_record_that_acm_asks_of_it() -> None:
    records = {
        record.name: record.inputs
        for record in _with_acm_answering(**NAMED).of(RECORD)
        if "validation" in record.name
    }
    assert records == {
        f"edge-validation-{domain}": {
            "zoneId": ZONE,
            "name": f"_proof.{domain}.",
            "type": "CNAME",
            "records": [f"value-of-{domain}"],
            "ttl": 300,
        }
        for domain in ("assets.example.com", "media.example.com")
    }


def _with_acm_answering(**changed: Any) -> Deployment:
    """Deploys with an ACM that tells its records in no useful order, wildcards with their parent's."""

    def respond(registration: Registration) -> State:
        state = symbolic_state(registration)
        if registration.type != "aws:acm/certificate:Certificate":
            return state
        return State(state.id, {**state.outputs, "domainValidationOptions": _options(registration.inputs)})

    run = engine.run(
        lambda: pulumi.export("id", AssetDistribution("edge", args(**changed)).distribution_id),
        project="p",
        stack="s",
        respond=respond,
    )
    return Deployment(run, None)


def _options(inputs: dict[str, Any]) -> list[dict[str, str]]:
    domains = [inputs["domainName"], *inputs["subjectAlternativeNames"]]
    return [
        {
            "domainName": domain,
            "resourceRecordName": f"_proof.{domain.removeprefix('*.')}.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": f"value-of-{domain.removeprefix('*.')}",
        }
        for domain in sorted(domains, reverse=True)
    ]


def test_an_existing_certificate_is_used_and_none_is_made() -> None:
    run = deployed(**NAMED, certificate_arn=CERTIFICATE)
    assert run.of("aws:acm/certificate:Certificate") == []
    assert run.named("edge-distribution").inputs["viewerCertificate"] == {
        "acmCertificateArn": CERTIFICATE,
        "minimumProtocolVersion": "TLSv1.2_2021",
        "sslSupportMethod": "sni-only",
    }


def test_the_minimum_tls_version_is_the_one_asked_for() -> None:
    told = distribution_of(**NAMED, minimum_protocol_version="TLSv1.3_2025")
    assert told["viewerCertificate"]["minimumProtocolVersion"] == "TLSv1.3_2025"


def test_a_certificate_made_in_the_same_program_is_an_output() -> None:
    told = distribution_of(**NAMED, certificate_arn=pulumi.Output.from_input(CERTIFICATE))
    assert told["viewerCertificate"]["acmCertificateArn"] == CERTIFICATE


@pytest.mark.parametrize(
    ("ipv6", "kinds"), [(True, ["a", "aaaa"]), (False, ["a"])], ids=["dual stack", "ipv4 only"]
)
def test_each_alias_points_at_the_distribution(ipv6: bool, kinds: list[str]) -> None:
    run = deployed(**NAMED, certificate_arn=CERTIFICATE, is_ipv6_enabled=ipv6)
    domain = f"<{run.named('edge-distribution').type} edge-distribution domainName>"
    target = {"name": domain, "zoneId": "Z2FDTNDATAQYW2", "evaluateTargetHealth": False}
    assert {record.name: record.inputs for record in run.of(RECORD)} == {
        f"edge-{kind}-{alias}": {"zoneId": ZONE, "name": alias, "type": kind.upper(), "aliases": [target]}
        for alias in ALIASES
        for kind in kinds
    }


def test_aliases_stand_in_the_distribution_as_given() -> None:
    assert distribution_of(**NAMED)["aliases"] == list(ALIASES)


def test_with_dns_kept_elsewhere_there_are_no_records() -> None:
    assert deployed(aliases=ALIASES, certificate_arn=CERTIFICATE).of(RECORD) == []


def test_the_zones_account_gets_the_records_and_nothing_else() -> None:
    def build() -> AssetDistribution:
        provider = aws.Provider("dns-account", region="us-east-1")
        return AssetDistribution("edge", args(**NAMED, zone_provider=provider))

    run = deploy(build)
    elsewhere = {r.type for r in run.all if "dns-account" in r.provider}
    assert elsewhere == {RECORD}
    assert all("dns-account" in record.provider for record in run.of(RECORD))
