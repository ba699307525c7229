"""Calls of CloudWatch Logs that moto lacks, done to what it keeps.

Sources: Amazon CloudWatch Logs API Reference, "UpdateDeliveryConfiguration", "AssociateKmsKey" and
"DisassociateKmsKey".
"""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from werkzeug.wrappers import Request, Response

from asset_edge.localcloud.credential_scope import region_of

_SERVICE = "Logs_20140328."
_JSON = "application/x-amz-json-1.1"
_CHANGEABLE = {
    "recordFields": "record_fields",
    "fieldDelimiter": "field_delimiter",
    "s3DeliveryConfiguration": "s3_delivery_configuration",
}


def is_missing(request: Request) -> bool:
    """Whether this is a call that is answered here."""
    return _call(request) in _CALLS


def answer(request: Request, account_id: str) -> Response:
    """The API's answer; 400 with a code of the API where it refuses."""
    from moto.logs.models import logs_backends  # noqa: PLC0415 - slow to load

    try:
        sent = json.loads(request.get_data())
        backend = logs_backends[account_id][region_of(request) or ""]
        _CALLS[_call(request)](backend, sent)
    except LookupError as error:
        return _refused("ResourceNotFoundException", f"{error} does not exist in this account.")
    except (ValueError, TypeError, AttributeError) as error:
        return _refused("SerializationException", f"the body is not what the operation wants: {error}")
    return Response("{}", mimetype=_JSON)


def _call(request: Request) -> str:
    return request.headers.get("X-Amz-Target", "").removeprefix(_SERVICE)


def _refused(code: str, message: str) -> Response:
    body = json.dumps({"__type": code, "message": message})
    return Response(body, status=HTTPStatus.BAD_REQUEST, mimetype=_JSON)


def _update_delivery(backend: Any, sent: Mapping[str, Any]) -> None:
    delivery = backend.deliveries[sent.get("id", "")]
    for field, name in _CHANGEABLE.items():
        if field in sent:
            setattr(delivery, name, sent[field])


def _associate_key(backend: Any, sent: Mapping[str, Any]) -> None:
    backend.groups[sent.get("logGroupName", "")].kms_key_id = sent.get("kmsKeyId")


def _disassociate_key(backend: Any, sent: Mapping[str, Any]) -> None:
    backend.groups[sent.get("logGroupName", "")].kms_key_id = None


_CALLS: Mapping[str, Callable[[Any, Mapping[str, Any]], None]] = {
    "UpdateDeliveryConfiguration": _update_delivery,
    "AssociateKmsKey": _associate_key,
    "DisassociateKmsKey": _disassociate_key,
}
