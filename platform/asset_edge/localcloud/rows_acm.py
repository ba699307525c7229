"""Certificates, and their validation by DNS. Issued as on AWS, but nothing here is served with one."""

from collections.abc import Mapping, Sequence
from typing import Any

from asset_edge.errors import LocalError
from asset_edge.localcloud.clients import Clients
from asset_edge.localcloud.engine import State
from asset_edge.localcloud.rows import (
    Inputs,
    Row,
    given,
    kept,
    only,
    retag,
    tag_list,
    tag_map,
    tagged,
    unless_gone,
)

_CERTIFICATE = {
    "domainName": "DomainName",
    "keyAlgorithm": "KeyAlgorithm",
    "subjectAlternativeNames": "SubjectAlternativeNames",
    "validationMethod": "ValidationMethod",
}
_GONE = "ResourceNotFoundException"


def _create(inputs: Inputs, clients: Clients) -> State:
    acm = clients.get("acm", inputs["region"])
    arn = acm.request_certificate(**given(inputs, _CERTIFICATE))["CertificateArn"]
    return _update(arn, inputs, clients)


def _update(arn: str, inputs: Inputs, clients: Clients) -> State:
    """All that can change of a certificate that Amazon issues are its tags."""
    acm = clients.get("acm", inputs["region"])
    retag(
        inputs.get("tags"),
        _tags(acm, arn),
        add=lambda tags: acm.add_tags_to_certificate(CertificateArn=arn, Tags=tag_list(tags)),
        remove=lambda keys: acm.remove_tags_from_certificate(
            CertificateArn=arn, Tags=[{"Key": key} for key in keys]
        ),
    )
    found = _read(arn, inputs, clients)
    return State(arn, {**inputs, **(found.outputs if found else {})})


def _read(arn: str, inputs: Inputs, clients: Clients) -> State | None:
    acm = clients.get("acm", inputs["region"])
    found = _certificate(acm, arn)
    if found is None:
        return None
    options = found.get("DomainValidationOptions", ())
    alternatives = [name for name in found["SubjectAlternativeNames"] if name != found["DomainName"]]
    outputs = {
        # moto tells no algorithm, and the others in an order of its own.
        **kept(inputs, "keyAlgorithm", "region"),
        **({"subjectAlternativeNames": _as_declared(alternatives, inputs)} if alternatives else {}),
        **({"validationMethod": options[0]["ValidationMethod"]} if options else {}),
        **tagged(_tags(acm, arn)),
        "domainName": found["DomainName"],
        "domainValidationOptions": _validation_options(options, found["DomainName"], inputs),
        "arn": arn,
        "status": found["Status"],
        "type": found["Type"],
    }
    return State(arn, outputs)


def _as_declared(names: Sequence[str], inputs: Inputs) -> list[str]:
    """The names in the order that they were declared in; it means nothing to ACM."""
    order = list(inputs.get("subjectAlternativeNames") or ())
    return sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))


def _validation_options(
    options: Sequence[Mapping[str, Any]], domain: str, inputs: Inputs
) -> list[dict[str, str]]:
    by_name = {option["DomainName"]: option.get("ResourceRecord", {}) for option in options}
    names = [domain, *_as_declared([name for name in by_name if name != domain], inputs)]
    return [
        {
            "domainName": name,
            "resourceRecordName": by_name[name].get("Name", ""),
            "resourceRecordType": by_name[name].get("Type", ""),
            "resourceRecordValue": by_name[name].get("Value", ""),
        }
        for name in names
        if name in by_name
    ]


def _delete(arn: str, inputs: Inputs, clients: Clients) -> None:
    unless_gone(lambda: clients.get("acm", inputs["region"]).delete_certificate(CertificateArn=arn), _GONE)


def _validate(inputs: Inputs, clients: Clients) -> State:
    arn = inputs["certificateArn"]
    found = clients.get("acm", inputs["region"]).describe_certificate(CertificateArn=arn)["Certificate"]
    if found["Status"] != "ISSUED":
        records = ", ".join(sorted({_record(option) for option in found["DomainValidationOptions"]}))
        raise LocalError(
            f"certificate {arn} is {found['Status']}: the zones here lack one of {records}; ACM issues it "
            "once all are there. Make the validation depend on the records, in a zone of this stack"
        )
    return State(_issued_at(found), dict(inputs))


def _record(option: Mapping[str, Any]) -> str:
    record = option.get("ResourceRecord", {})
    return f"{record.get('Name')} {record.get('Type')} {record.get('Value')}"


def _issued_at(certificate: Mapping[str, Any]) -> str:
    """A validation is known by when it came about."""
    return str(certificate.get("IssuedAt") or certificate["CreatedAt"])


def _read_validation(id_: str, inputs: Inputs, clients: Clients) -> State | None:
    found = _certificate(clients.get("acm", inputs["region"]), inputs["certificateArn"])
    if found is None or found["Status"] != "ISSUED":
        return None
    told = kept(inputs, "region", "validationRecordFqdns")
    return State(id_, {**told, "certificateArn": found["CertificateArn"]})


def _certificate(acm: Any, arn: str) -> dict[str, Any] | None:
    return unless_gone(
        lambda: acm.describe_certificate(CertificateArn=arn)["Certificate"],
        _GONE,
    )


def _tags(acm: Any, arn: str) -> dict[str, str]:
    return tag_map(acm.list_tags_for_certificate(CertificateArn=arn)["Tags"])


ROWS: dict[str, Row] = {
    "aws:acm/certificate:Certificate": Row(
        replace_source='terraform-provider-aws, resource "aws_acm_certificate"',
        create=_create,
        update=_update,
        read=_read,
        delete=_delete,
        check=only("certificate", _CERTIFICATE, instead="Request one that Amazon issues"),
        replace_on=frozenset(
            {
                "certificateAuthorityArn",
                "domainName",
                "keyAlgorithm",
                "region",
                "subjectAlternativeNames",
                "validationMethod",
                "validationOptions",
            }
        ),
        effect=False,
    ),
    # Nothing but replaces, and nothing is deleted.
    "aws:acm/certificateValidation:CertificateValidation": Row(
        replace_source='terraform-provider-aws, resource "aws_acm_certificate_validation"',
        create=_validate,
        read=_read_validation,
        delete=lambda _id, _inputs, _clients: None,
        replace_on=frozenset({"certificateArn", "region", "validationRecordFqdns"}),
        effect=False,
    ),
}
