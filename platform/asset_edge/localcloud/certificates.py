"""When a certificate is issued: once the records that prove its names are in a hosted zone.

Source: AWS Certificate Manager User Guide, "DNS validation".
"""

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request

from asset_edge.localcloud.credential_scope import region_of

_LOOKED_AT = frozenset({"CertificateManager.DescribeCertificate", "CertificateManager.ListCertificates"})
_NEVER_SECONDS = 10**9

Values = Callable[[str, str], frozenset[str]]
"""The values of the records of a name and type, in any zone; names in lower case without the last dot."""


def looks_at_certificates(request: Request) -> bool:
    """Whether this is a call that tells how far a certificate has come."""
    return request.headers.get("X-Amz-Target") in _LOOKED_AT


def issue_what_is_proven(request: Request, account_id: str, values: Values) -> None:
    """Sets the status of the certificates in the call's region as DNS now has it.

    moto has no call that issues one, so this reaches inside.
    """
    from moto import settings  # noqa: PLC0415 - slow to load
    from moto.acm.models import acm_backends  # noqa: PLC0415 - as above

    # By itself moto issues every certificate a minute after it was asked for, whatever DNS says.
    settings.ACM_VALIDATION_WAIT = _NEVER_SECONDS
    if region := region_of(request):
        for certificate in list(acm_backends[account_id][region]._certificates.values()):  # noqa: SLF001
            if certificate.status == "PENDING_VALIDATION" and _is_proven(certificate.describe(), values):
                certificate.status = "ISSUED"


def _is_proven(described: dict[str, Any], values: Values) -> bool:
    records = [option["ResourceRecord"] for option in described["Certificate"]["DomainValidationOptions"]]
    return all(_bare(record["Value"]) in _proofs(record, values) for record in records)


def _proofs(record: dict[str, str], values: Values) -> set[str]:
    return {_bare(value) for value in values(_bare(record["Name"]), record["Type"])}


def _bare(name: str) -> str:
    return name.lower().rstrip(".")
