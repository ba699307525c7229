"""Which keys open embargoed assets: public ones of a token's issuer, secret ones that are shared with it."""

import json
import re
from base64 import urlsafe_b64decode
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from asset_edge.handlers.edge.config import Embargo, Jwk, MasterKey
from stacks.values import SEALED, InOrder, Record

_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
_FEWEST_SECRET_CHARACTERS = 32
_SECRET_BYTES = {"HS256": 32, "HS384": 48, "HS512": 64}
"""A key is at least as long as what it makes (RFC 7518, section 3.2)."""

_SMALLEST_RSA_BYTES = 256
_COORDINATE_BYTES = {"P-256": 32, "P-384": 48, "Ed25519": 32, "Ed448": 57}
_ALGORITHMS = {
    "RSA": ("RS256", "RS384", "RS512"),
    "P-256": ("ES256",),
    "P-384": ("ES384",),
    "Ed25519": ("EdDSA",),
    "Ed448": ("EdDSA",),
}
_CURVES = {"RSA": (None,), "EC": ("P-256", "P-384"), "OKP": ("Ed25519", "Ed448")}
_MEMBERS = {"RSA": ("n", "e"), "EC": ("x", "y"), "OKP": ("x",)}

Kid = Annotated[str, Field(min_length=1, max_length=64)]


class PublicKey(Record):
    """A public JWK (RFC 7517) as issuers publish it; members that verifying does not need are left alone."""

    model_config = ConfigDict(extra="ignore")

    kid: Kid
    kty: Literal["RSA", "EC", "OKP"]
    alg: str | None = None
    use: Literal["sig"] | None = None
    crv: str | None = None
    n: str | None = None
    e: str | None = None
    x: str | None = None
    y: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_public(cls, told: Any) -> Any:
        if isinstance(told, dict) and _PRIVATE & told.keys():
            raise ValueError(
                "it has private members, which anyone could read here; give its public half, and take the "
                "pair out of use"
            )
        return told

    @model_validator(mode="after")
    def _can_verify(self) -> "PublicKey":
        if self.crv not in _CURVES[self.kty]:
            raise ValueError(f"crv of a key of type {self.kty} may be {_either(_CURVES[self.kty])}")
        algorithms = _ALGORITHMS[self.crv or self.kty]
        if self.alg is not None and self.alg not in algorithms:
            raise ValueError(f"alg of a key of type {self.crv or self.kty} may be {_either(algorithms)}")
        for member in _MEMBERS[self.kty]:
            self._check_length(member)
        return self

    def _check_length(self, member: str) -> None:
        size = _size(getattr(self, member))
        if self.crv in _COORDINATE_BYTES and size != _COORDINATE_BYTES[self.crv]:
            raise ValueError(f"{member} must be {_COORDINATE_BYTES[self.crv]} bytes in base64url")
        if size < (_SMALLEST_RSA_BYTES if member == "n" else 1):
            raise ValueError(f"{member} must be base64url, an RSA modulus of at least 2048 bits")

    def record(self) -> Jwk:
        """What is baked of it."""
        members = ("kid", "kty", "alg", "crv", "n", "e", "x", "y")
        return Jwk(**{member: getattr(self, member) for member in members})


class SharedKey(Record):
    """A secret JWK, which verifies and signs."""

    kid: Kid
    kty: Literal["oct"]
    alg: Literal["HS256", "HS384", "HS512"] = "HS256"
    k: SecretStr

    @model_validator(mode="after")
    def _is_long_enough(self) -> "SharedKey":
        if not is_sealed(self.k) and _size(self.k.get_secret_value()) < _SECRET_BYTES[self.alg]:
            raise ValueError(f"k must be at least {_SECRET_BYTES[self.alg]} bytes in base64url")
        return self

    def record(self) -> Jwk:
        """What is baked of it."""
        return Jwk(kid=self.kid, kty=self.kty, alg=self.alg, k=self.k.get_secret_value())


def _long_enough(secret: SecretStr) -> SecretStr:
    if not is_sealed(secret) and len(secret.get_secret_value()) < _FEWEST_SECRET_CHARACTERS:
        raise ValueError(f"at least {_FEWEST_SECRET_CHARACTERS} characters of chance are needed")
    return secret


class SharedMasterKey(Record):
    """A key of the asset-key scheme."""

    kid: Kid
    secret: Annotated[SecretStr, AfterValidator(_long_enough)]

    def record(self) -> MasterKey:
        """What is baked of it."""
        return MasterKey(kid=self.kid, secret=self.secret.get_secret_value())


class Secrets(Record):
    """The keys that nobody may see."""

    master_keys: tuple[SharedMasterKey, ...] = ()
    jwks: tuple[SharedKey, ...] = ()

    @property
    def are_given(self) -> bool:
        """Whether there are any, be it such as cannot be read here."""
        return bool(self.master_keys or self.jwks)


def _opened(told: object) -> object:
    """Secrets reach a program as the text of a JSON object; an encrypted one is a key that nothing opens."""
    if told == "":
        return {}
    if told == SEALED:
        return {"masterKeys": [{"kid": SEALED, "secret": SEALED}]}
    try:
        return json.loads(told) if isinstance(told, str) else told
    except json.JSONDecodeError:
        raise ValueError(
            'allowed is the text of a JSON object such as {"masterKeys": [{"kid": "a", "secret": "..."}], '
            '"jwks": []}'
        ) from None


PublicKeys = InOrder[PublicKey]
SharedSecrets = Annotated[Secrets, BeforeValidator(_opened)]


def embargo(public: tuple[PublicKey, ...], secrets: Secrets) -> Embargo:
    """The keys to bake: in a plan, those that were encrypted are left out."""
    shared = tuple(key.record() for key in secrets.jwks if not is_sealed(key.k))
    return Embargo(
        master_keys=tuple(key.record() for key in secrets.master_keys if not is_sealed(key.secret)),
        jwks=(*(key.record() for key in public), *shared),
    )


def is_sealed(secret: SecretStr) -> bool:
    """Whether the value is encrypted and cannot be read here."""
    return secret.get_secret_value() == SEALED


def _size(text: str | None) -> int:
    """Bytes of a base64url text without padding; 0 for anything else."""
    if text is None or not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        return 0
    return len(urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def _either(allowed: tuple[str | None, ...]) -> str:
    return " or ".join(name or "absent" for name in allowed)
