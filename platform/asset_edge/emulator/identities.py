"""Who may sign: the credentials of the account's owner and of every role, and whose a signature is."""

import base64
import hashlib
import hmac
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from asset_edge.emulator import signatures
from asset_edge.emulator.messages import OriginRequest
from asset_edge.emulator.s3_errors import S3Error
from asset_edge.emulator.signatures import Signature


@dataclass(frozen=True)
class Credentials:
    """An access key with its secret and, for a role's, the session token that must come along."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)

    def environment(self) -> Mapping[str, str]:
        """The variables in which Lambda hands them to a function.

        Source: AWS Lambda Developer Guide, "Defined runtime environment variables".
        """
        told = {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_SESSION_TOKEN": self.session_token,
        }
        return {name: value for name, value in told.items() if value is not None}


@dataclass(frozen=True)
class Signer:
    """Whose signature it was."""

    role_arn: str | None
    """None where the account's owner signed."""


class Identities:
    """The access keys that exist; nobody else's signature is one. Any thread may ask."""

    def __init__(self, owner: Credentials, run_key: bytes) -> None:
        """`run_key` is random: from it every role's credentials are made, the same for one run."""
        self._owner = owner
        self._run_key = run_key
        self._roles: dict[str, tuple[str, Credentials]] = {}
        self._lock = threading.Lock()

    def credentials(self, role_arn: str) -> Credentials:
        """What Lambda would give a function with that role; known to `verify` from now on."""
        made = Credentials(
            f"ASIALOCAL{self._made(role_arn, 'id', 11)}",
            self._made(role_arn, "secret", 40),
            self._made(role_arn, "token", 52),
        )
        with self._lock:
            self._roles[made.access_key_id] = role_arn, made
        return made

    def verify(
        self, request: OriginRequest, *, region: str, now: float, service: str = "s3"
    ) -> Signer | None:
        """Who signed `request` for a service in `region`, at `now` in epoch seconds; None where nobody did.

        Raises `S3Error` with what S3 would answer to a signature that is not right.
        """
        signature = signatures.read(request)
        if signature is None:
            return None
        _check_scope(signature, region, service)
        role_arn, credentials = self._keeper(signature)
        signatures.check_time(signature, now)
        signatures.check_headers(request, signature)
        signatures.check_value(request, signature, credentials.secret_access_key)
        if signature.session_token not in (credentials.session_token, None):
            raise S3Error(400, "InvalidToken", "the session token is not the one of this access key")
        return Signer(role_arn)

    def _keeper(self, signature: Signature) -> tuple[str | None, Credentials]:
        """Whose the access key is. A role's key is none without its session token."""
        if signature.scope.access_key_id == self._owner.access_key_id:
            return None, self._owner
        with self._lock:
            found = self._roles.get(signature.scope.access_key_id)
        if found is None or signature.session_token is None:
            why = f"there is no access key {signature.scope.access_key_id}"
            why += ", or it is a role's and the session token is missing"
            raise S3Error(403, "InvalidAccessKeyId", why, AWSAccessKeyId=signature.scope.access_key_id)
        return found

    def _made(self, role_arn: str, what: str, length: int) -> str:
        digest = hmac.digest(self._run_key, f"{what}:{role_arn}".encode(), hashlib.sha256)
        return base64.b32encode(digest).decode()[:length]


def _check_scope(signature: Signature, region: str, service: str) -> None:
    if signature.scope.service != service:
        why = f"the service '{signature.scope.service}' is wrong; expecting '{service}'"
        raise S3Error(400, "AuthorizationHeaderMalformed", why)
    if signature.scope.region != region:
        why = f"the region '{signature.scope.region}' is wrong; expecting '{region}'"
        raise S3Error(400, "AuthorizationHeaderMalformed", why, Region=region)
