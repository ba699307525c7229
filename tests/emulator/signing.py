"""Requests to S3 and others, signed by botocore: the other implementation that ours is held against."""

from typing import Any
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from asset_edge.emulator.identities import Credentials, Identities
from asset_edge.emulator.messages import OriginRequest, to_headers

OWNER = Credentials("AKIALOCALCLOUDEXAMPL", "local-cloud", "local-cloud")
REGION = "eu-west-1"
SIGNED_AT = 1_767_268_800.0
"""When all of them were signed, in epoch seconds: noon of the first of January 2026."""

HOST = f"one.s3.{REGION}.amazonaws.com"
_TIMESTAMP = "20260101T120000Z"
ROLE = "arn:aws:iam::123456789012:role/reader"
OTHER_ROLE = "arn:aws:iam::123456789012:role/other"


def identities() -> Identities:
    return Identities(OWNER, b"of this run")


def request(**changes: Any) -> OriginRequest:
    """A plain GET of `/a.png`, unsigned."""
    told: dict[str, Any] = {
        "method": "GET",
        "protocol": "https",
        "domain_name": HOST,
        "port": 443,
        "target": "/a.png",
        "headers": {"Host": HOST},
        **changes,
    }
    return OriginRequest(**{**told, "headers": to_headers(told["headers"])})


def signed(
    credentials: Credentials, *, region: str = REGION, service: str = "s3", **changes: Any
) -> OriginRequest:
    """The same, signed in its header; `headers` are signed too."""
    plain = request(**changes)
    sent = _botocore(plain)
    signer = _InHeader if service == "s3" else _OfOthers
    signer(_keys(credentials), service, region).add_auth(sent)
    headers = {str(name): str(value) for name, value in sent.headers.items()}
    return request(**{**changes, "headers": {"Host": plain.headers["host"][0]["value"], **headers}})


def presigned(credentials: Credentials, *, expires_seconds: int = 60, **changes: Any) -> OriginRequest:
    """The same, signed in its query string."""
    sent = _botocore(request(**changes))
    _InQuery(_keys(credentials), "s3", REGION, expires=expires_seconds).add_auth(sent)
    parts = urlsplit(str(sent.url))
    return request(**{**changes, "target": f"{parts.path}?{parts.query}"})


class _InHeader(S3SigV4Auth):
    def _modify_request_before_signing(self, request: AWSRequest) -> None:
        request.context["timestamp"] = _TIMESTAMP
        super()._modify_request_before_signing(request)  # type: ignore[misc] # a hook without a stub


class _OfOthers(SigV4Auth):
    def _modify_request_before_signing(self, request: AWSRequest) -> None:
        request.context["timestamp"] = _TIMESTAMP
        super()._modify_request_before_signing(request)  # type: ignore[misc] # a hook without a stub


class _InQuery(S3SigV4QueryAuth):
    def _modify_request_before_signing(self, request: AWSRequest) -> None:
        request.context["timestamp"] = _TIMESTAMP
        super()._modify_request_before_signing(request)  # type: ignore[misc] # a hook without a stub


def _botocore(plain: OriginRequest) -> AWSRequest:
    host = plain.headers["host"][0]["value"]
    headers = {name: values[0]["value"] for name, values in plain.headers.items() if name != "host"}
    url = f"https://{host}{plain.target}"
    return AWSRequest(method=plain.method, url=url, headers=headers, data=plain.body)


def _keys(credentials: Credentials) -> BotocoreCredentials:
    return BotocoreCredentials(
        credentials.access_key_id, credentials.secret_access_key, credentials.session_token
    )
