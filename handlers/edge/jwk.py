"""Which signatures a JSON Web Key can check, and how (RFC 7517, 7518, 8037).

The key decides, never the token: its `alg` if it has one, else all that its type and curve are for. A key is
refused when it is not for verifying (`use`, `key_ops`), when `alg` contradicts its type, or when its material
is odd: an empty secret or one that is really a public key, RSA under 2,048 bits, a point beside the curve,
integers or coordinates of another length than the RFCs give them. Private members are not looked at. How
long a secret must be is for whoever writes the configuration: here it is too late to choose a better one.

HMAC is the standard library's: PyJWT would do the same after an import several times as long. The rest is
PyJWT's, loaded with the first such key; it needs `cryptography`, which a bundle of HMAC keys has not.
"""

from __future__ import annotations

import hmac
from functools import lru_cache

from .base64url import decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jwt.algorithms import Algorithm

    Verify = Callable[[bytes, bytes], bool]
    """Whether the second, a signature, is the key's for the first."""

    Members = tuple[str | None, ...]
    """The values of `_MEMBERS`."""

SMALLEST_RSA_BITS = 2048

_ALGORITHMS = {
    ("oct", None): ("HS256", "HS384", "HS512"),
    ("RSA", None): ("RS256", "RS384", "RS512"),
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("OKP", "Ed25519"): ("EdDSA",),
    ("OKP", "Ed448"): ("EdDSA",),
}
"""What each type and curve is for."""

_MATERIAL = {"oct": ("k",), "RSA": ("n", "e"), "EC": ("x", "y"), "OKP": ("x",)}
_MEMBERS = ("kty", "crv", "alg", "use", "k", "n", "e", "x", "y")
_TEXT_OR_ABSENT = frozenset((str, type(None)))
_DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}

_PUBLIC_KEY = rb"""(?xs)
    -----BEGIN\                             # PEM
    | "kty"                                 # JWK
    | ^\s*(?:ssh|ecdsa|sk)-                 # OpenSSH
    | ^0(?:\x82..|\x81.|.)(?:
        0(?:\x81.|.)\x06                    # DER: an algorithm, one of
        (?:\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01 | \x07\x2a\x86\x48\xce\x3d\x02\x01 | \x03\x2b\x65[\x70\x71])
        | \x02\x82..\x00                    # DER: an RSA modulus
    )
"""


def verifiers(jwk: Mapping[str, object]) -> Mapping[str, Verify]:
    """How to check a signature of each algorithm (`alg`) that the key may be used for.

    A member that is None counts as absent. Raises ValueError for a key that must not be used, and whatever a
    strange mapping or PyJWT raises. What was made for a key is kept for the next time.
    """
    if type(jwk) is not dict:
        jwk = {name: jwk[name] for name in (*_MEMBERS, "key_ops") if name in jwk}
    if jwk.get("key_ops") is not None:
        _check_operations(jwk["key_ops"])
    members = tuple(map(jwk.get, _MEMBERS))
    # Only plain texts are compared with what is kept: another class could call itself equal.
    if not _TEXT_OR_ABSENT.issuperset(map(type, members)):
        raise ValueError("a JWK has a member that is not text; all that are read here are texts")
    return _prepared(members)


def _check_operations(operations: object) -> None:
    if not isinstance(operations, list | tuple) or "verify" not in operations:
        raise ValueError("key_ops of a JWK lacks `verify`; give the public key of the pair")


@lru_cache(maxsize=64)
def _prepared(members: Members) -> Mapping[str, Verify]:
    kty, crv, alg, use, *_ = members
    names = _ALGORITHMS[kty or "", crv]
    if alg is not None:
        names = (names[names.index(alg)],)
    if use not in {None, "sig"}:
        raise ValueError("use of a JWK is not `sig`; give a key made for signatures")
    material = {name: members[_MEMBERS.index(name)] or "" for name in _MATERIAL[kty or ""]}
    if kty == "oct":
        return _hmac(names, decoded(material["k"]))
    raw = {name: decoded(text) for name, text in material.items()}
    if kty == "RSA":
        _check_rsa(**raw)
    return _asymmetric(names, {"kty": kty, "crv": crv} | material)


def _hmac(names: tuple[str, ...], secret: bytes) -> Mapping[str, Verify]:
    import re  # noqa: PLC0415 - once for a key

    if not secret or re.search(_PUBLIC_KEY, secret):
        raise ValueError("the secret of a JWK is empty or a public key; everybody could sign with it")
    return {name: _by_hmac(secret, _DIGESTS[name]) for name in names}


def _by_hmac(secret: bytes, digest: str) -> Verify:
    return lambda signed, signature: hmac.compare_digest(hmac.digest(secret, signed, digest), signature)


def _check_rsa(n: bytes, e: bytes) -> None:
    """What `cryptography` lets pass; it refuses even and too small exponents itself."""
    modulus = int.from_bytes(n, "big")
    if n[:1] == b"\0" or e[:1] == b"\0":
        raise ValueError("an RSA JWK has an integer with leading zeros (RFC 7518, 2); take them away")
    if modulus.bit_length() < SMALLEST_RSA_BITS or not modulus & 1:
        raise ValueError(
            f"an RSA JWK has a modulus of {modulus.bit_length()} bits that ends in {modulus & 1}; at least "
            f"{SMALLEST_RSA_BITS} bits and an odd one are needed. Make another pair"
        )


def _asymmetric(names: tuple[str, ...], public: Mapping[str, str | None]) -> Mapping[str, Verify]:
    from jwt.algorithms import get_default_algorithms  # noqa: PLC0415 - HMAC keys do without

    # Without `cryptography` PyJWT has none of these: KeyError.
    algorithms = get_default_algorithms()
    key = algorithms[names[0]].from_jwk(dict(public))
    return {name: _by_pyjwt(algorithms[name], key) for name in names}


def _by_pyjwt(algorithm: Algorithm, key: object) -> Verify:
    prepared = algorithm.prepare_key(key)
    return lambda signed, signature: algorithm.verify(signed, prepared, signature)
