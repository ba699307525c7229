"""What DynamoDB answers to functions: nothing where its region is broken, and nothing to those who may not.

Sources: Amazon DynamoDB Developer Guide, "Error handling with DynamoDB" (codes and statuses); AWS Service
Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB".
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from asset_edge.emulator.bucket_permissions import Access, Document, Principal, decide
from asset_edge.emulator.faults import TableKind
from asset_edge.emulator.identities import Identities
from asset_edge.emulator.messages import OriginRequest, OriginResponse, to_headers
from asset_edge.emulator.s3_errors import S3Error
from asset_edge.emulator.signatures import header

SERVICE = "dynamodb"
_JSON = "application/x-amz-json-1.0"
_CODES = {
    "AuthorizationHeaderMalformed": "InvalidSignatureException",
    "InvalidAccessKeyId": "UnrecognizedClientException",
    "InvalidToken": "UnrecognizedClientException",
    "RequestTimeTooSkewed": "InvalidSignatureException",
    "SignatureDoesNotMatch": "InvalidSignatureException",
    "XAmzContentSHA256Mismatch": "InvalidSignatureException",
}
"""What DynamoDB calls what S3 calls otherwise; the rest is AccessDeniedException."""

_LIE = {"Item": {"key": {"S": "\N{GREEK SMALL LETTER PSI}"}, "status": {"S": "published"}}}
"""An item of another key, as good as it looks."""


class TableAccess:
    """Who may do what with the tables. Any thread may ask."""

    def __init__(
        self,
        identities: Identities,
        role_policies: Callable[[str], Sequence[Document]],
        account_id: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`role_policies` are those of a role, by its ARN; `now` is in epoch seconds."""
        self._identities = identities
        self._role_policies = role_policies
        self._account_id = account_id
        self._now = now

    def refusal(self, request: OriginRequest, region: str) -> OriginResponse | None:
        """What the endpoint in `region` answers to a call that it refuses; None for one let through."""
        try:
            signer = self._identities.verify(request, region=region, now=self._now(), service=SERVICE)
        except S3Error as error:
            return _error(_CODES.get(error.code, "AccessDeniedException"), str(error))
        if signer is None:
            return _error("MissingAuthenticationTokenException", "Request is missing Authentication Token")
        if signer.role_arn is None:
            return None
        action = f"{SERVICE}:{_operation(request)}"
        for resource in self._resources(request, region):
            access = Access(principal=Principal("role", signer.role_arn), action=action, resource=resource)
            if not decide(access, None, self._role_policies(signer.role_arn)).allowed:
                why = (
                    f"User: {signer.role_arn} is not authorized to perform: {action} on resource: {resource}"
                )
                return _error("AccessDeniedException", why)
        return None

    def _resources(self, request: OriginRequest, region: str) -> list[str]:
        names = _tables(request.body)
        return [f"arn:aws:dynamodb:{region}:{self._account_id}:table/{name}" for name in names] or ["*"]


def broken(kind: TableKind) -> OriginResponse | None:
    """What a region answers that is broken so; None where it says nothing, or what it would have said."""
    match kind:
        case TableKind.forbidden:
            return _error("AccessDeniedException", "the local edge forbids it: a fault is in force")
        case TableKind.unavailable:
            return _error("InternalServerError", "the local edge fails: a fault is in force", 500)
        case TableKind.lying:
            return _answer(200, _LIE)
        case _:
            return None


def _operation(request: OriginRequest) -> str:
    action = (header(request.headers, "x-amz-target") or "").rpartition(".")[2]
    # Writes and reads in transactions are permitted as the single ones they are made of.
    return {"TransactGetItems": "GetItem", "TransactWriteItems": "PutItem"}.get(action, action)


def _tables(body: bytes) -> list[str]:
    """The tables that a call names; none where it names none, or nobody can read it."""
    try:
        sent = json.loads(body)
    except ValueError:
        return []
    named = set(sent.get("RequestItems") or ())
    named |= {told["TableName"] for one in sent.get("TransactItems") or () for told in one.values()}
    return sorted(named | ({sent["TableName"]} if "TableName" in sent else set()))


def _error(code: str, message: str, status: int = 400) -> OriginResponse:
    return _answer(status, {"__type": f"com.amazon.coral.service#{code}", "message": message})


def _answer(status: int, document: Mapping[str, Any]) -> OriginResponse:
    headers = to_headers({"Content-Type": _JSON})
    return OriginResponse(status=status, headers=headers, body=json.dumps(document).encode())
