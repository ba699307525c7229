"""Made-up keys, and tokens as others would sign them: with PyJWT, and none of the code under test."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from typing import Any

import jwt

from asset_edge.handlers.edge import baked, config, embargo
from asset_edge.handlers.edge.config import Jwk, MasterKey
from asset_edge.handlers.edge.grants import Grant
from asset_edge.handlers.edge.presented import Presented
from asset_edge.handlers.edge.tokens import TokenRefused
from tests.handlers import golden

NOW = 1_800_000_000
LEEWAY = 30
HOST = "assets.example.com"
PATH = "/space/asset/random/cat.jpg"
URL = f"https://{HOST}{PATH}"

MASTER_SECRET = "a-made-up-master-secret-for-the-tests-000"
OLD_MASTER_SECRET = "another-made-up-master-secret-for-tests-1"
ISSUER_SECRET = b"a-made-up-issuer-secret-for-the-tests-222"
OLD_ISSUER_SECRET = b"another-made-up-issuer-secret-for-tests-3"


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def octets(kid: str, secret: bytes) -> Jwk:
    return Jwk(kid=kid, kty="oct", alg="HS256", k=base64url(secret))


CURRENT, PREVIOUS = octets("now", ISSUER_SECRET), octets("before", OLD_ISSUER_SECRET)
EMBARGO = config.Embargo(
    master_keys=(
        MasterKey(kid="1:2", secret=MASTER_SECRET),
        MasterKey(kid="1:1", secret=OLD_MASTER_SECRET),
    ),
    jwks=(CURRENT, PREVIOUS),
    leeway_seconds=LEEWAY,
)


def as_baked(written: config.Embargo = EMBARGO) -> config.Embargo:
    """As the edge reads it."""
    read = baked.read(config.dumps(replace(golden.CONFIG, embargo=written))).embargo
    assert read is not None
    return read


def issued(
    claims: Any = None,
    *,
    kid: str | None = "now",
    key: Any = ISSUER_SECRET,
    alg: str = "HS256",
    **header: Any,
) -> str:
    """An issuer's token, good for URL unless `claims` say otherwise; a claim of None is left out."""
    merged = {"sub": URL, "exp": NOW + 3600, **(claims or {})}
    named = {"kid": kid} if kid is not None else {}
    return jwt.encode(
        {name: value for name, value in merged.items() if value is not None},
        key,
        alg,
        headers={**named, **header},
    )


def signed_text(payload: str | bytes, *, key: bytes = ISSUER_SECRET, header: str | None = None) -> str:
    """An HS256 token with that very payload, whatever it is."""
    text = payload if isinstance(payload, bytes) else payload.encode()
    head = header or '{"alg":"HS256","kid":"now"}'
    body = f"{base64url(head.encode())}.{base64url(text)}"
    return f"{body}.{base64url(hmac.digest(key, body.encode(), 'sha256'))}"


def derived(secret: str, what: str) -> bytes:
    return hmac.new(secret.encode(), f"asset-edge {what} v1".encode(), hashlib.sha256).digest()


def policy_of(
    claims: Any = None,
    *,
    kid: str | None = "1:2",
    master_secret: str = MASTER_SECRET,
    key: bytes | None = None,
) -> str:
    """A policy for `space`, good for a day unless `claims` say otherwise; a claim of None is left out."""
    merged = {"exp": NOW + 86400, "sub": "space", "aud": "adn", "jti": "made-up", "ctf:unpub": True}
    merged |= claims or {}
    kept = {name: value for name, value in merged.items() if value is not None}
    headers = {"kid": kid} if kid is not None else {}
    return jwt.encode(kept, key or derived(master_secret, "policy"), "HS256", headers=headers)


def secret_of(policy: str, master_secret: str = MASTER_SECRET) -> str:
    return base64url(hmac.digest(derived(master_secret, "secret"), policy.encode(), "sha256"))


@dataclass
class AssetKey:
    """What a client of Contentful's holds."""

    policy: str
    secret: str

    def token(self, claims: Any = None) -> str:
        return jwt.encode({"sub": URL, **(claims or {})}, self.secret, "HS256")


def asset_key(claims: Any = None, master_secret: str = MASTER_SECRET, kid: str = "1:2") -> AssetKey:
    policy = policy_of(claims, master_secret=master_secret, kid=kid)
    return AssetKey(policy, secret_of(policy, master_secret))


def verified(
    token: str | None,
    policy: str | None = None,
    *,
    embargoed: config.Embargo | None = None,
    host: str = HOST,
    path: str = PATH,
    now: float = NOW,
    client_ip: str | None = "203.0.113.9",
) -> Grant:
    return embargo.verify(embargoed or as_baked(), host, path, Presented(token, policy), now, client_ip)


def reason(*args: Any, **kwargs: Any) -> str | None:
    """Why `verified` refuses; None where it does not."""
    try:
        verified(*args, **kwargs)
    except TokenRefused as refused:
        return refused.reason
    return None


def doubled(name: str, first: Any, second: Any) -> str:
    """A JSON object with a member twice."""
    others = {"sub": URL, "exp": NOW + 3600}
    others.pop(name, None)
    pair = f'"{name}":{json.dumps(first)},"{name}":{json.dumps(second)}'
    return "{" + pair + "".join(f",{json.dumps(k)}:{json.dumps(v)}" for k, v in others.items()) + "}"
