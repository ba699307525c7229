"""How a request to AWS is signed: Signature Version 4 in the `Authorization` header.

Source: AWS IAM User Guide, "Create a signed AWS API request"; Amazon S3 API Reference,
"Authenticating Requests: Using the Authorization Header".
"""

from __future__ import annotations

import hashlib
import hmac
import time
from functools import lru_cache

from .paths import path_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

EMPTY_PAYLOAD = hashlib.sha256(b"").hexdigest()
"""The payload hash of a request without a body."""

UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
"""Stands for the payload hash where S3 shall not check the body; over TLS only."""

_ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials:
    """An access key with its secret and, for a role's temporary credentials, the session token."""

    __slots__ = ("access_key_id", "secret_access_key", "session_token")

    def __init__(self, access_key_id: str, secret_access_key: str, session_token: str | None = None) -> None:
        self.access_key_id = access_key_id
        self.secret_access_key = secret_access_key
        self.session_token = session_token

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Credentials:
        """What Lambda puts into a function's environment; `KeyError` names the variable that is missing.

        Source: AWS Lambda Developer Guide, "Defined runtime environment variables".
        """
        return cls(
            environment["AWS_ACCESS_KEY_ID"],
            environment["AWS_SECRET_ACCESS_KEY"],
            environment.get("AWS_SESSION_TOKEN"),
        )

    def __repr__(self) -> str:
        """The public half only."""
        return f"Credentials({self.access_key_id!r})"


def signed_headers(
    *,
    service: str,
    region: str,
    credentials: Credentials,
    method: str,
    host: str,
    path: str,
    query: str = "",
    headers: Mapping[str, str] | None = None,
    payload_hash: str = EMPTY_PAYLOAD,
    epoch_seconds: float,
) -> dict[str, str]:
    """The headers that make the request a signed one, in lower case; `host` and `headers` are signed too.

    `path` (free of dot segments) and `query` (without its question mark) are percent-encoded as they go
    over the wire. Only S3 wants the payload hash as a header and the path as it is; other services encode
    the path again.
    """
    timestamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(epoch_seconds))
    added = _added(service, timestamp, payload_hash, credentials.session_token)
    given = {name.lower(): " ".join(value.split()) for name, value in (headers or {}).items()}
    signed = sorted({**given, **added, "host": host}.items())
    names = ";".join([name for name, _ in signed])
    lines = [f"{name}:{value}" for name, value in signed]
    wire_path = path if service == "s3" else _encoded(path)
    canonical = "\n".join([method, wire_path, _sorted_query(query), *lines, "", names, payload_hash])
    scope = f"{timestamp[:8]}/{region}/{service}/aws4_request"
    to_sign = f"{_ALGORITHM}\n{timestamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = _signing_key(credentials.secret_access_key, timestamp[:8], region, service)
    added["authorization"] = (
        f"{_ALGORITHM} Credential={credentials.access_key_id}/{scope}, "
        f"SignedHeaders={names}, Signature={_hmac(key, to_sign).hex()}"
    )
    return added


def _added(service: str, timestamp: str, payload_hash: str, session_token: str | None) -> dict[str, str]:
    added = {"x-amz-date": timestamp}
    if service == "s3":
        added["x-amz-content-sha256"] = payload_hash
    if session_token:
        added["x-amz-security-token"] = session_token
    return added


def _sorted_query(query: str) -> str:
    pairs = sorted(pair.partition("=")[::2] for pair in query.split("&")) if query else []
    return "&".join([f"{name}={value}" for name, value in pairs])


def _encoded(path: str) -> str:
    """As services other than S3 have it: no empty segments, and what is encoded already is encoded again."""
    while "//" in path:
        path = path.replace("//", "/")
    return path_of(path[1:])


# One key serves a day, a region and a service; the credentials of a role rotate every few hours.
@lru_cache(maxsize=8)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, message: str) -> bytes:
    return hmac.digest(key, message.encode(), "sha256")
