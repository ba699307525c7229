"""A signer that signs whatever it is told, well formed or not: on `cryptography` alone, not on PyJWT."""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa, utils

from asset_edge.handlers.edge import tokens

ALGORITHMS = ("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "EdDSA", "Ed448")
"""What is supported; `Ed448` stands for EdDSA on that curve."""

CLAIMS = b'{"sub":"https://assets.example.com/space/asset/1/cat.jpg","exp":4102444800}'
SECRET = b"a made-up secret of 64 bytes for HMAC, which nobody ever used so"

HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "256": hashes.SHA256(),
    "384": hashes.SHA384(),
    "512": hashes.SHA512(),
}


class Key(NamedTuple):
    """A key pair or secret: its public JWK without `alg`, what the header names, and how it signs."""

    jwk: dict[str, Any]
    alg: str
    sign: Callable[[bytes], bytes]
    private: Any


def text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def number(value: int, length: int = 0) -> str:
    return text_of(value.to_bytes(length or (value.bit_length() + 7) // 8, "big"))


@cache
def key(algorithm: str, which: int = 0) -> Key:
    """The key of an algorithm; another `which` is another key."""
    if algorithm.startswith("HS"):
        return secret_key(algorithm, bytes([which]) * which + SECRET)
    if algorithm.startswith("RS"):
        return rsa_key(algorithm, rsa_private(which))
    if algorithm.startswith("ES"):
        return ec_key(algorithm)
    return ed_key(algorithm)


def secret_key(algorithm: str, secret: bytes) -> Key:
    jwk = {"kty": "oct", "k": text_of(secret)}
    digest = f"sha{algorithm[2:]}"
    return Key(jwk, algorithm, lambda signed: hmac.digest(secret, signed, digest), secret)


@cache
def rsa_private(which: int = 0, bits: int = 2048) -> rsa.RSAPrivateKey:  # noqa: ARG001 - `which` is for the cache
    return rsa.generate_private_key(65537, bits)


def rsa_key(algorithm: str, private: rsa.RSAPrivateKey) -> Key:
    public = private.public_key().public_numbers()
    jwk = {"kty": "RSA", "n": number(public.n), "e": number(public.e)}
    chosen = HASHES[algorithm[2:]]
    return Key(jwk, algorithm, lambda signed: private.sign(signed, padding.PKCS1v15(), chosen), private)


def ec_key(algorithm: str) -> Key:
    curve, bits = {"ES256": (ec.SECP256R1(), 256), "ES384": (ec.SECP384R1(), 384)}[algorithm]
    private = ec.generate_private_key(curve)
    public = private.public_key().public_numbers()
    length = bits // 8
    jwk = {"kty": "EC", "crv": f"P-{bits}", "x": number(public.x, length), "y": number(public.y, length)}

    def sign(signed: bytes) -> bytes:
        pair = utils.decode_dss_signature(private.sign(signed, ec.ECDSA(HASHES[algorithm[2:]])))
        return b"".join(one.to_bytes(length, "big") for one in pair)

    return Key(jwk, algorithm, sign, private)


def ed_key(algorithm: str) -> Key:
    private = (
        ed448.Ed448PrivateKey.generate() if algorithm == "Ed448" else ed25519.Ed25519PrivateKey.generate()
    )
    curve = "Ed448" if algorithm == "Ed448" else "Ed25519"
    jwk = {"kty": "OKP", "crv": curve, "x": text_of(private.public_key().public_bytes_raw())}
    return Key(jwk, "EdDSA", private.sign, private)


def made(signer: Key, header: bytes | Mapping[str, Any] | None = None, payload: bytes = CLAIMS) -> str:
    """A token with a right signature over the header and payload given, whatever they are."""
    head = {"alg": signer.alg} if header is None else header
    raw = head if isinstance(head, bytes) else json.dumps(head).encode()
    return sealed(signer, text_of(raw), text_of(payload))


def sealed(signer: Key, header: str, payload: str) -> str:
    """A token of these two parts as they stand, rightly signed."""
    return f"{header}.{payload}.{text_of(signer.sign(f'{header}.{payload}'.encode()))}"


def refusal(token: Any, jwk: Any) -> str:
    """Why a token is refused; the test fails where it is not, or where anything else is raised."""
    with pytest.raises(tokens.TokenRefused) as refused:
        tokens.payload_of(token, jwk)
    return refused.value.reason
