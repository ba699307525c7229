"""Whether a request's Signature Version 4 is the one its secret makes, as S3 and other services compute it.

S3 decodes the path and encodes it once again before it computes: a path that went out otherwise than it was
signed does not match. Others encode the path as it came, without empty segments, and hash the body
themselves. What nobody documents is let through: `%2F` in a path counts as written. The signatures of the
single chunks of a streamed upload are not checked, its first one is.
Sources: Amazon S3 API Reference, "Authenticating Requests (AWS Signature Version 4)"; AWS IAM User Guide,
"Create a signed AWS API request".
"""

import hashlib
import hmac
import re
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from asset_edge.emulator.messages import OriginRequest
from asset_edge.emulator.s3_errors import S3Error
from asset_edge.handlers.edge.events import Headers

ALGORITHM = "AWS4-HMAC-SHA256"
LONGEST_SKEW_SECONDS = 900
_LONGEST_EXPIRY_SECONDS = 604_800
_UNSIGNED = "UNSIGNED-PAYLOAD"
_S3 = "s3"
_HEADER = re.compile(
    rf"{ALGORITHM}\s+Credential=(?P<credential>[^,\s]+),\s*SignedHeaders=(?P<names>[^,\s]+),\s*"
    r"Signature=(?P<value>[^,\s]+)"
)
_CREDENTIAL = re.compile(r"(?P<key>[^/]+)/(?P<date>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Scope(NamedTuple):
    """Which key signs, and what for: the parts of a credential."""

    access_key_id: str
    date: str
    """Eight digits."""

    region: str
    service: str

    def __str__(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What a request claims of itself."""

    scope: Scope
    signed_headers: tuple[str, ...]
    value: str
    timestamp: str
    """When it was signed, as `20260101T000000Z`."""

    session_token: str | None
    payload_hash: str
    expires_seconds: int | None = None
    """Of a presigned URL: for how long it holds."""


def read(request: OriginRequest) -> Signature | None:
    """The signature of `request`, in its header or its query string; None where there is none.

    Raises `S3Error` for one that cannot be read.
    """
    query = dict(query_pairs(request.target))
    authorization = header(request.headers, "authorization")
    if "X-Amz-Signature" in query:
        if authorization is not None:
            raise S3Error(
                400, "InvalidArgument", "a request is signed in its header or its query, not in both"
            )
        return _of_query(query)
    return None if authorization is None else _of_header(request, authorization)


def check_time(signature: Signature, now: float) -> None:
    """Raises `S3Error` where `now`, in epoch seconds, is not when the signature holds."""
    if not signature.timestamp.startswith(signature.scope.date):
        why = f"the credential is of {signature.scope.date} and the request of {signature.timestamp}"
        raise S3Error(400, "AuthorizationHeaderMalformed", why)
    signed_at = _epoch(signature.timestamp)
    if signature.expires_seconds is None and abs(now - signed_at) > LONGEST_SKEW_SECONDS:
        why = f"the request is of {signature.timestamp}, {abs(now - signed_at):.0f} seconds from now"
        raise S3Error(403, "RequestTimeTooSkewed", why, MaxAllowedSkewMilliseconds="900000")
    if signature.expires_seconds is not None:
        if now > signed_at + signature.expires_seconds:
            raise S3Error(403, "AccessDenied", "the request has expired", Expires=signature.timestamp)
        if now < signed_at - LONGEST_SKEW_SECONDS:
            raise S3Error(403, "AccessDenied", "the request is not valid yet")


def check_headers(request: OriginRequest, signature: Signature) -> None:
    """Raises `S3Error` where a header had to be signed and is not: the host, and all of Amazon's own.

    What CloudFront adds after the functions is S3's alone to insist on: published functions leave it out of
    their signatures for function URLs.
    """
    wanted = {"host"} | {name.lower() for name in request.headers if name.lower().startswith("x-amz-")}
    spared = set() if signature.scope.service == _S3 else {"x-amz-cf-id"}
    unsigned = sorted(wanted - spared - set(signature.signed_headers))
    if unsigned:
        named = ", ".join(unsigned)
        raise S3Error(403, "AccessDenied", f"these headers are not signed: {named}", HeadersNotSigned=named)


def check_value(request: OriginRequest, signature: Signature, secret: str) -> None:
    """Raises `S3Error` where `secret` does not make this signature, or the body is not the one signed."""
    canonical = canonical_request(request, signature)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"{ALGORITHM}\n{signature.timestamp}\n{signature.scope}\n{digest}"
    key = _signing_key(secret, *signature.scope[1:])
    if not hmac.compare_digest(_hmac(key, to_sign).hex().encode(), signature.value.encode()):
        raise S3Error(
            403,
            "SignatureDoesNotMatch",
            "the signature is not the one that the secret key makes of this request",
            AWSAccessKeyId=signature.scope.access_key_id,
            StringToSign=to_sign,
            CanonicalRequest=canonical,
        )
    if _DIGEST.fullmatch(signature.payload_hash) and (
        hashlib.sha256(request.body).hexdigest() != signature.payload_hash
    ):
        raise S3Error(400, "XAmzContentSHA256Mismatch", "the body is not the one that was signed")


def canonical_request(request: OriginRequest, signature: Signature) -> str:
    """The text whose digest is signed."""
    path = request.target.partition("?")[0]
    pairs = sorted(
        (_encoded(name), _encoded(value))
        for name, value in query_pairs(request.target, decoded=False)
        if name != "X-Amz-Signature"
    )
    names = signature.signed_headers
    lines = [f"{name}:{_trimmed(request.headers, name)}" for name in names]
    return "\n".join(
        [
            request.method,
            _canonical_path(path, signature.scope.service),
            "&".join(f"{name}={value}" for name, value in pairs),
            *lines,
            "",
            ";".join(names),
            signature.payload_hash,
        ]
    )


def _canonical_path(path: str, service: str) -> str:
    if service == _S3:
        return "/".join(_encoded(segment) for segment in path.split("/"))
    return quote(re.sub("/+", "/", path), safe="/-._~")


def header(headers: Headers, name: str) -> str | None:
    """The values of a header in one, trimmed; None where there is none."""
    return _trimmed(headers, name) if headers.get(name) else None


def query_pairs(target: str, *, decoded: bool = True) -> list[tuple[str, str]]:
    """The query string of `target`, in order."""
    query = target.partition("?")[2]
    pairs = [pair.partition("=")[::2] for pair in query.split("&") if pair]
    return [(_decoded(name), _decoded(value)) for name, value in pairs] if decoded else pairs


def _of_header(request: OriginRequest, authorization: str) -> Signature:
    if not authorization.startswith(ALGORITHM):
        why = f"the scheme is {authorization.partition(' ')[0]}; {ALGORITHM} is allowed"
        raise S3Error(400, "InvalidRequest", why)
    found = _HEADER.fullmatch(authorization)
    if found is None:
        raise _malformed("it needs Credential, SignedHeaders and Signature, in this order")
    timestamp = header(request.headers, "x-amz-date")
    if timestamp is None:
        raise S3Error(403, "AccessDenied", "a signed request needs the header x-amz-date")
    scope = _scope(found["credential"])
    payload_hash = header(request.headers, "x-amz-content-sha256")
    if payload_hash is None and scope.service == _S3:
        raise S3Error(400, "InvalidRequest", "a signed request needs the header x-amz-content-sha256")
    return Signature(
        scope=scope,
        signed_headers=tuple(found["names"].split(";")),
        value=found["value"],
        timestamp=_timestamp(timestamp),
        session_token=header(request.headers, "x-amz-security-token"),
        payload_hash=payload_hash or hashlib.sha256(request.body).hexdigest(),
    )


def _of_query(query: Mapping[str, str]) -> Signature:
    try:
        expires_seconds = int(query["X-Amz-Expires"])
        if query["X-Amz-Algorithm"] != ALGORITHM or not 0 < expires_seconds <= _LONGEST_EXPIRY_SECONDS:
            raise ValueError  # noqa: TRY301 - one answer to all that is wrong here
        return Signature(
            scope=_scope(query["X-Amz-Credential"]),
            signed_headers=tuple(query["X-Amz-SignedHeaders"].split(";")),
            value=query["X-Amz-Signature"],
            timestamp=_timestamp(query["X-Amz-Date"]),
            session_token=query.get("X-Amz-Security-Token"),
            payload_hash=_UNSIGNED,
            expires_seconds=expires_seconds,
        )
    except (KeyError, ValueError) as error:
        why = (
            f"a signed query has X-Amz-Algorithm={ALGORITHM}, -Credential, -Date, -SignedHeaders, "
            f"and -Expires of 1 to {_LONGEST_EXPIRY_SECONDS}"
        )
        raise S3Error(400, "AuthorizationQueryParametersError", why) from error


def _scope(credential: str) -> Scope:
    found = _CREDENTIAL.fullmatch(credential)
    if found is None:
        raise _malformed(f"the credential is {credential}; KEY/yyyymmdd/REGION/s3/aws4_request is allowed")
    return Scope(*found.groups())


def _timestamp(text: str) -> str:
    try:
        _epoch(text)
    except ValueError:
        raise S3Error(403, "AccessDenied", "the date is none such as 20260101T000000Z") from None
    return text


def _epoch(timestamp: str) -> int:
    return timegm(datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").timetuple())  # noqa: DTZ007 - it is UTC


def _malformed(why: str) -> S3Error:
    return S3Error(400, "AuthorizationHeaderMalformed", f"the authorization header is malformed: {why}")


def _trimmed(headers: Headers, name: str) -> str:
    return ",".join(" ".join(value["value"].split()) for value in headers.get(name, ()))


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text), safe="-._~")


def _decoded(text: str) -> str:
    return unquote_to_bytes(text).decode("utf-8", "surrogateescape")


@lru_cache(maxsize=64)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, message: str) -> bytes:
    return hmac.digest(key, message.encode(), "sha256")
