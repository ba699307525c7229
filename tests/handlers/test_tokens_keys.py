"""Which JSON Web Keys may be used at all, and that two keys are never taken for one another."""

import hmac
from collections import UserDict
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from asset_edge.handlers.edge import base64url, jwk, tokens
from tests.handlers.signed_tokens import (
    ALGORITHMS,
    CLAIMS,
    key,
    made,
    number,
    refusal,
    rsa_key,
    rsa_private,
    secret_key,
    text_of,
)

HS, RS, ES, ED = "HS256", "RS256", "ES256", "EdDSA"
FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1
"""Of the curve P-256: coordinates are below it."""


def coordinate(name: str) -> int:
    return int.from_bytes(base64url.decoded(key(ES).jwk[name]), "big")


def secret(raw: bytes) -> dict[str, Any]:
    return {"k": text_of(raw)}


ODD: list[tuple[str, str, dict[str, Any]]] = [
    (HS, "no type", {"kty": None}),
    (HS, "another type", {"kty": "OCT"}),
    (HS, "a type that is no text", {"kty": ["oct"]}),
    (HS, "a curve where none belongs", {"crv": "P-256"}),
    (HS, "no secret", {"k": None}),
    (HS, "an empty secret", {"k": ""}),
    (HS, "a secret as bytes", {"k": b"bWFkZS11cA"}),
    (HS, "a secret with padding", {"k": "bWFkZS11cA=="}),
    (HS, "a secret in base64", {"k": "+/+/"}),
    (HS, "a secret with unused bits", {"k": "bWFkZS11cB"}),
    (HS, "a secret with a line break", {"k": "bWFk\nZS11cA"}),
    (HS, "a secret of half a character", {"k": "\ud800"}),
    (HS, "a secret that is PEM", secret(b"-----BEGIN PUBLIC KEY-----\nmade up\n")),
    (HS, "a secret that is PEM after a note", secret(b"note\n-----BEGIN CERTIFICATE-----")),
    (HS, "a secret that is an OpenSSH key", secret(b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA")),
    (HS, "a secret that is a JWK", secret(b'{ "kty" : "EC" }')),
    (HS, "the algorithm of another type", {"alg": "RS256"}),
    (HS, "an algorithm in other letters", {"alg": "hs256"}),
    (HS, "no known algorithm", {"alg": "HS1"}),
    (HS, "an empty algorithm", {"alg": ""}),
    (HS, "an algorithm that is no text", {"alg": 256}),
    (HS, "a list of algorithms", {"alg": ["HS256"]}),
    (HS, "for encryption", {"use": "enc"}),
    (HS, "for nothing", {"use": ""}),
    (HS, "for signatures, in other letters", {"use": "SIG"}),
    (HS, "a use that is no text", {"use": ["sig"]}),
    (HS, "only for signing", {"key_ops": ["sign"]}),
    (HS, "for no operation", {"key_ops": []}),
    (HS, "an operation as a text", {"key_ops": "verify"}),
    (HS, "operations in an object", {"key_ops": {"verify": True}}),
    (HS, "operations that are no texts", {"key_ops": [1, None, ["verify"]]}),
    (RS, "no modulus", {"n": None}),
    (RS, "no exponent", {"e": None}),
    (RS, "an empty exponent", {"e": ""}),
    (RS, "exponent 0", {"e": "AA"}),
    (RS, "exponent 1", {"e": "AQ"}),
    (RS, "an even exponent", {"e": "AQAA"}),
    (RS, "an exponent with a leading zero", {"e": "AAEAAQ"}),
    (RS, "an exponent as large as the modulus", {"e": key(RS).jwk["n"]}),
    (RS, "an exponent that is a number", {"e": 65537}),
    (RS, "a modulus with a leading zero", {"n": text_of(b"\0" + base64url.decoded(key(RS).jwk["n"]))}),
    (RS, "an even modulus", {"n": text_of(base64url.decoded(key(RS).jwk["n"])[:-1] + b"\0")}),
    (RS, "a modulus of 2047 bits", {"n": number(2**2047 - 1)}),
    (RS, "the algorithm of a secret", {"alg": "HS256"}),
    (RS, "PSS", {"alg": "PS256"}),
    (RS, "encryption", {"alg": "RSA-OAEP"}),
    (ES, "no curve", {"crv": None}),
    (ES, "the wrong curve", {"crv": "P-384"}),
    (ES, "a curve that is not supported", {"crv": "P-521"}),
    (ES, "the curve of a currency", {"crv": "secp256k1"}),
    (ES, "a curve in other letters", {"crv": "p-256"}),
    (ES, "an Edwards curve", {"crv": "Ed25519"}),
    (ES, "no x", {"x": None}),
    (ES, "no y", {"y": None}),
    (ES, "a point beside the curve", {"x": number(coordinate("x") ^ 1, 32)}),
    (ES, "x for y", {"x": key(ES).jwk["y"], "y": key(ES).jwk["x"]}),
    (ES, "the point zero", {"x": number(0, 32), "y": number(0, 32)}),
    (ES, "a coordinate too short", {"x": number(coordinate("x") >> 8, 31)}),
    (ES, "a coordinate too long", {"x": number(coordinate("x"), 33)}),
    (ES, "a coordinate not below the field", {"x": number(FIELD, 32)}),
    (ES, "the algorithm of another curve", {"alg": "ES384"}),
    (ES, "key agreement", {"alg": "ECDH-ES"}),
    (ED, "no x", {"x": None}),
    (ED, "x too short", {"x": text_of(base64url.decoded(key(ED).jwk["x"])[:-1])}),
    (ED, "x too long", {"x": text_of(base64url.decoded(key(ED).jwk["x"]) + b"\0")}),
    (ED, "x with unused bits", {"x": key(ED).jwk["x"][:-1] + "_"}),
    (ED, "the other curve", {"crv": "Ed448"}),
    (ED, "a curve for key agreement", {"crv": "X25519"}),
    (ED, "the curve as algorithm", {"alg": "Ed25519"}),
    ("Ed448", "the other curve", {"crv": "Ed25519"}),
]


@pytest.mark.parametrize(
    ("algorithm", "what", "change"), ODD, ids=lambda part: part if type(part) is str else ""
)
def test_an_odd_key_is_refused(algorithm: str, what: str, change: dict[str, Any]) -> None:
    signer = key(algorithm)
    assert tokens.payload_of(made(signer), signer.jwk) == CLAIMS
    assert refusal(made(signer), signer.jwk | change) == "key", what


def test_an_rsa_key_has_2048_bits_or_more() -> None:
    small, large = (rsa_key(RS, rsa_private(0, bits)) for bits in (1024, 3072))
    assert refusal(made(small), small.jwk) == "key"
    assert tokens.payload_of(made(large), large.jwk) == CLAIMS


def test_an_rsa_key_with_exponent_three_is_still_a_key() -> None:
    signer = rsa_key(RS, rsa.generate_private_key(3, 2048))
    assert tokens.payload_of(made(signer), signer.jwk) == CLAIMS


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_for_signatures_or_verifying_is_used(algorithm: str) -> None:
    signer = key(algorithm)
    for purpose in ({"use": "sig"}, {"key_ops": ["verify"]}, {"key_ops": ("sign", "verify"), "use": "sig"}):
        assert tokens.payload_of(made(signer), signer.jwk | purpose) == CLAIMS


@pytest.mark.parametrize("wrap", [dict, MappingProxyType, UserDict])
def test_what_a_key_is_for_counts_in_any_mapping(wrap: Any) -> None:
    signer = key(ES)
    for odd in ({"use": "enc"}, {"key_ops": ["sign"]}, {"alg": "ES384"}):
        assert refusal(made(signer), wrap(signer.jwk | odd)) == "key"


@pytest.mark.parametrize("algorithm", [RS, ES, ED])
def test_private_members_and_those_of_other_types_are_not_looked_at(algorithm: str) -> None:
    signer = key(algorithm)
    private = {"d": "not even base64url!", "p": "x", "q": "x", "dp": "", "dq": "", "qi": "", "oth": "x"}
    others = {"k": text_of(b"made-up"), "kid": "2026-01", "x5t": "made-up", "ext": "true"}
    assert tokens.payload_of(made(signer), signer.jwk | private | others) == CLAIMS


def test_a_key_says_which_algorithms_it_is_for() -> None:
    families = {name: set(jwk.verifiers(key(name).jwk)) for name in (HS, RS, ES, "ES384", ED, "Ed448")}
    assert families == {
        HS: {"HS256", "HS384", "HS512"},
        RS: {"RS256", "RS384", "RS512"},
        ES: {"ES256"},
        "ES384": {"ES384"},
        ED: {"EdDSA"},
        "Ed448": {"EdDSA"},
    }
    assert set(jwk.verifiers(key(RS).jwk | {"alg": "RS384"})) == {"RS384"}


def test_keys_take_turns_and_are_never_mixed_up() -> None:
    """More keys than are kept, twice over, each asked for its own token and its neighbour's."""
    signers = [secret_key(HS, b"made-up secret number %d" % number) for number in range(100)]
    signers += [key(name, which) for name in (RS, ES, "ES384", ED, "Ed448") for which in (1, 2)]
    texts = [made(signer) for signer in signers]
    for _ in range(2):
        for signer, token, stranger in zip(signers, texts, [*texts[1:], texts[0]], strict=True):
            assert tokens.payload_of(token, signer.jwk) == CLAIMS
            assert refusal(stranger, signer.jwk) in {"signature", "algorithm"}


def test_what_is_allowed_to_a_key_is_not_kept_from_an_earlier_one_of_equal_material() -> None:
    signer = key("HS384")
    assert tokens.payload_of(made(signer), signer.jwk) == CLAIMS
    assert refusal(made(signer), signer.jwk | {"alg": "HS256"}) == "algorithm"
    assert refusal(made(signer), signer.jwk | {"use": "enc"}) == "key"
    assert refusal(made(signer), signer.jwk | {"key_ops": ["sign"]}) == "key"
    assert tokens.payload_of(made(signer), signer.jwk) == CLAIMS


def test_a_key_that_is_changed_in_place_is_another_key() -> None:
    first, second = secret_key(HS, b"the first made-up secret"), secret_key(HS, b"the second made-up secret")
    changing = dict(first.jwk)
    assert tokens.payload_of(made(first), changing) == CLAIMS
    changing.update(second.jwk)
    assert refusal(made(first), changing) == "signature"
    assert tokens.payload_of(made(second), changing) == CLAIMS


class Chameleon(str):
    """A text that calls itself equal to every other."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(key(HS).jwk["k"])


def test_a_text_that_lies_about_its_value_finds_no_kept_key() -> None:
    signer = key(HS)
    assert tokens.payload_of(made(signer), signer.jwk) == CLAIMS
    assert refusal(made(signer), signer.jwk | {"k": Chameleon(text_of(b"another"))}) == "key"
    assert refusal(Chameleon(made(signer)), signer.jwk) == "form"


class Broken(Mapping[str, Any]):
    """A mapping of which nothing works but its type."""

    def __getitem__(self, name: str) -> Any:
        raise RuntimeError("made to break")

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError("made to break")

    def __len__(self) -> int:
        raise RuntimeError("made to break")

    def __contains__(self, name: object) -> bool:
        raise RuntimeError("made to break")


@pytest.mark.parametrize(
    "odd", [None, "", "{}", b"{}", 0, [], [("kty", "oct")], {"kty"}, object(), dict, Broken(), Exception()]
)
def test_what_is_no_mapping_is_no_key(odd: Any) -> None:
    assert refusal(made(key(HS)), odd) == "key"


@pytest.mark.parametrize(
    "odd", [None, b"", made(key(HS)).encode(), 0, [], {}, object(), str, made(key(HS)).split(".")]
)
def test_what_is_no_text_is_no_token(odd: Any) -> None:
    assert refusal(odd, key(HS).jwk) == "form"
    with pytest.raises(tokens.TokenRefused):
        tokens.header_of(odd)


def test_signatures_are_compared_in_constant_time() -> None:
    """As far as a test can see: the comparison is the standard library's."""
    (verify,) = jwk.verifiers(key(HS).jwk | {"alg": HS}).values()
    assert verify(b"made-up", hmac.digest(base64url.decoded(key(HS).jwk["k"]), b"made-up", "sha256"))
    assert "compare_digest" in verify.__code__.co_names
