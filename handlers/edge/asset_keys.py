"""The `asset-key` scheme: what a policy's secret is, and whether a token was signed with it.

It is the one of Contentful's embargoed assets, so that clients need no change. Whoever may see a space's
assets is handed an asset key, `policy` and `secret`, and signs tokens with it; the URL then carries both.
Nothing is stored: a policy is a token of ours, and two keys are derived from the master key that its `kid`
names.

    policy key = HMAC-SHA256(master secret, "asset-edge policy v1")   signs policies, HS256
    secret key = HMAC-SHA256(master secret, "asset-edge secret v1")   makes secrets
    secret     = base64url(HMAC-SHA256(secret key, policy))           its ASCII characters sign tokens, HS256

| policy      | what it must be                                                                      |
|-------------|--------------------------------------------------------------------------------------|
| `aud`       | `adn`                                                                                |
| `sub`       | the space, which is the path's first segment: space A signs nothing for space B      |
| `exp`       | at most 48 hours ahead; a token's own `exp` can only be earlier                      |
| `jti`       | any text: two asset keys of a space are never the same                               |
| `ctf:unpub` | true                                                                                 |

A token's `sub` and its other claims are those of `claims`; without `exp` it is as good as its policy.
"""

from __future__ import annotations

import base64
import hmac
import re
from functools import lru_cache

from . import claims
from .tokens import TokenRefused, header_of, payload_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .claims import Asked, Claims
    from .config import MasterKey
    from .grants import Grant

AUDIENCE = "adn"
"""Whom a policy is for, in Contentful's word."""

LONGEST_SECONDS = 48 * 3600
"""How far ahead a policy's end may be."""

_SPACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class DerivedKeys:
    """What one master key gives."""

    __slots__ = ("policy_jwk", "secret_key")

    def __init__(self, master_secret: str) -> None:
        self.policy_jwk = jwk(_hmac(master_secret.encode(), b"asset-edge policy v1"))
        self.secret_key = _hmac(master_secret.encode(), b"asset-edge secret v1")

    def secret_of(self, policy: str) -> str:
        """The secret that goes with a policy: 43 characters. ValueError for a policy beyond ASCII."""
        return _base64url(_hmac(self.secret_key, policy.encode("ascii")))


# As many as are ever current, previous and next at once.
@lru_cache(maxsize=8)
def derived(master_secret: str) -> DerivedKeys:
    """The keys of a master key, derived once."""
    return DerivedKeys(master_secret)


def jwk(key: bytes) -> dict[str, str]:
    """A key of HS256 as RFC 7517 has it."""
    return {"kty": "oct", "alg": "HS256", "k": _base64url(key)}


def is_space(text: object) -> bool:
    """Whether it can be a space's id, whose spelling in a canonical path is the id itself."""
    return isinstance(text, str) and _SPACE.fullmatch(text) is not None


def verify(master_keys: Sequence[MasterKey], token: str, policy: str, asked: Asked) -> Grant:
    """What the token opens; raises TokenRefused alone."""
    keys = _keys_of(master_keys, header_of(policy).get("kid"))
    policy_expires_at = _policy_expiry(claims.read(payload_of(policy, keys.policy_jwk)), asked)
    found = claims.read(payload_of(token, jwk(keys.secret_of(policy).encode())))
    expires_at = claims.expiry(found, asked) if "exp" in found else policy_expires_at
    return claims.granted(found, asked, min(expires_at, policy_expires_at))


def _keys_of(master_keys: Sequence[MasterKey], kid: str | None) -> DerivedKeys:
    for key in master_keys:
        if key.kid == kid:
            return derived(key.secret)
    raise TokenRefused("kid")


def _policy_expiry(policy: Claims, asked: Asked) -> int:
    """When the policy ends, if it is one and it is for this path."""
    if policy.get("aud") != AUDIENCE or policy.get("ctf:unpub") is not True:
        raise TokenRefused("policy")
    if not isinstance(policy.get("jti"), str) or not is_space(policy.get("sub")):
        raise TokenRefused("policy")
    if not asked.path.startswith(f"/{policy['sub']}/"):
        raise TokenRefused("space")
    expires_at = claims.expiry(policy, asked)
    if expires_at > asked.now + LONGEST_SECONDS + asked.leeway_seconds:
        raise TokenRefused("policy life")
    claims.check_begun(policy, asked)
    return expires_at


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
