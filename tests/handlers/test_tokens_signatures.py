"""Signatures that a careless verifier takes for right ones: wrong lengths, chosen integers, odd paddings."""

import hashlib
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from asset_edge.handlers.edge import tokens
from tests.handlers.signed_tokens import ALGORITHMS, CLAIMS, HASHES, Key, key, made, refusal, text_of

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
INTEGERS = (0, 1, 2, P256_ORDER - 1, P256_ORDER, P256_ORDER + 1, 2**256 - 1)


def unsigned(signer: Key) -> str:
    return made(signer).rpartition(".")[0]


def with_signature(signer: Key, signature: bytes) -> str:
    return f"{unsigned(signer)}.{text_of(signature)}"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_signature_has_one_length(algorithm: str) -> None:
    signer = key(algorithm)
    right = signer.sign(unsigned(signer).encode())
    assert tokens.payload_of(with_signature(signer, right), signer.jwk) == CLAIMS
    for wrong in (right[:-1], right[1:], right + b"\0", b"\0" + right, right * 2, right[: len(right) // 2]):
        assert refusal(with_signature(signer, wrong), signer.jwk) == "signature"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_signature_of_one_byte_over_and_over_is_refused(algorithm: str) -> None:
    signer = key(algorithm)
    right = signer.sign(unsigned(signer).encode())
    for byte in (b"\0", b"\1", b"\x7f", b"\xff"):
        for length in (1, len(right), 1000):
            assert refusal(with_signature(signer, byte * length), signer.jwk) == "signature"


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_a_cut_hmac_or_one_of_another_hash_is_refused(algorithm: str) -> None:
    signer = key(algorithm)
    for other in {"HS256", "HS384", "HS512"} - {algorithm}:
        assert refusal(with_signature(signer, key(other).sign(unsigned(signer).encode())), signer.jwk) == (
            "signature"
        )
    right = signer.sign(unsigned(signer).encode())
    for kept in (0, 1, 8, 16, 20, 31):
        reason = "signature" if kept else "form"
        assert refusal(with_signature(signer, right[:kept]), signer.jwk) == reason


@pytest.mark.parametrize("r", INTEGERS)
@pytest.mark.parametrize("s", INTEGERS)
def test_an_ecdsa_signature_of_chosen_integers_is_refused(r: int, s: int) -> None:
    """Zeros among them, which some verifiers took for a signature of everything."""
    signer = key("ES256")
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    assert refusal(with_signature(signer, raw), signer.jwk) == "signature"


def test_an_ecdsa_integer_stays_below_the_order_and_in_its_place() -> None:
    """r + n and s + n are the same numbers to a careless verifier."""
    signer = key("ES256")
    right = signer.sign(unsigned(signer).encode())
    r, s = int.from_bytes(right[:32], "big"), int.from_bytes(right[32:], "big")
    for odd_r, odd_s in ((r + P256_ORDER, s), (r, s + P256_ORDER), (s, r), (P256_ORDER - r, s)):
        for length in (32, 33):
            if max(odd_r, odd_s) < 256**length:
                raw = odd_r.to_bytes(length, "big") + odd_s.to_bytes(length, "big")
                assert refusal(with_signature(signer, raw), signer.jwk) == "signature"


@pytest.mark.parametrize("algorithm", ["ES256", "ES384"])
def test_an_ecdsa_signature_in_der_is_refused(algorithm: str) -> None:
    signer = key(algorithm)
    der = signer.private.sign(unsigned(signer).encode(), ec.ECDSA(HASHES[algorithm[2:]]))
    assert refusal(with_signature(signer, der), signer.jwk) == "signature"


def test_an_ecdsa_signature_in_der_of_exactly_the_right_length_is_refused() -> None:
    """Short integers make a DER signature of 64 bytes: 2 + 2 + 28 + 2 + 30."""
    signer = key("ES256")
    der = b"\x30\x3e\x02\x1c" + b"\x11" * 28 + b"\x02\x1e" + b"\x11" * 30
    assert len(der) == 64
    assert refusal(with_signature(signer, der), signer.jwk) == "signature"


def test_an_ecdsa_signature_of_another_curve_is_refused() -> None:
    small, large = key("ES256"), key("ES384")
    assert refusal(with_signature(small, large.sign(unsigned(small).encode())), small.jwk) == "signature"
    assert refusal(with_signature(large, small.sign(unsigned(large).encode())), large.jwk) == "signature"
    assert refusal(made(small), large.jwk) == "algorithm"
    assert refusal(made(large, {"alg": "ES256"}), large.jwk) == "algorithm"
    assert refusal(made(large, {"alg": "ES256"}), small.jwk) == "signature"


def test_an_ecdsa_signature_over_another_hash_is_refused() -> None:
    signer = key("ES256")
    for hashed in (hashes.SHA384(), hashes.SHA512(), hashes.SHA1(), hashes.SHA3_256()):
        pair = ec.ECDSA(hashed)
        r, s = ec_integers(signer.private.sign(unsigned(signer).encode(), pair))
        raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        assert refusal(with_signature(signer, raw), signer.jwk) == "signature"


def ec_integers(der: bytes) -> tuple[int, int]:
    length = der[3]
    return int.from_bytes(der[4 : 4 + length], "big"), int.from_bytes(der[6 + length :], "big")


def test_an_edwards_signature_plus_the_order_is_refused() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    signer = key("EdDSA")
    right = signer.sign(unsigned(signer).encode())
    more = int.from_bytes(right[32:], "little") + order
    raw = right[:32] + more.to_bytes(32, "little")
    assert refusal(with_signature(signer, raw), signer.jwk) == "signature"


def test_an_edwards_signature_of_the_other_curve_is_refused() -> None:
    small, large = key("EdDSA"), key("Ed448")
    assert refusal(made(small), large.jwk) == "signature"
    assert refusal(made(large), small.jwk) == "signature"


def test_a_pss_signature_is_none_of_pkcs1() -> None:
    signer = key("RS256")
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    raw = signer.private.sign(unsigned(signer).encode(), pss, hashes.SHA256())
    assert refusal(with_signature(signer, raw), signer.jwk) == "signature"


SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
SIZE = 256


def padded(encoded: bytes) -> bytes:
    """The block of RFC 8017, 9.2, before the private key is applied."""
    return b"\0\1" + b"\xff" * (SIZE - 3 - len(encoded)) + b"\0" + encoded


PADDINGS: dict[str, Callable[[bytes], bytes]] = {
    "a short padding, then garbage": lambda digest: (
        b"\0\1" + b"\xff" * 8 + b"\0" + SHA256_INFO + digest
    ).ljust(SIZE, b"\0"),
    "no padding": lambda digest: (b"\0\1\0" + SHA256_INFO + digest).ljust(SIZE, b"\0"),
    "padding with another byte": lambda digest: padded(SHA256_INFO + digest).replace(b"\1\xff", b"\1\xfe"),
    "block type 2": lambda digest: b"\0\2" + padded(SHA256_INFO + digest)[2:],
    "block type 0": lambda digest: b"\0\0" + padded(SHA256_INFO + digest)[2:],
    "no zero before the hash": lambda digest: padded(SHA256_INFO + digest).replace(b"\xff\0", b"\xff\xff"),
    "the bare hash": padded,
    "a hash without its type": lambda digest: padded(b"\x04\x20" + digest),
    "the NULL left out": lambda digest: padded(bytes.fromhex("302f300b06096086480165030402010420") + digest),
    "a length in long form": lambda digest: padded(
        bytes.fromhex("308131300d060960864801650304020105000420") + digest
    ),
    "the hash cut short": lambda digest: padded(SHA256_INFO + digest[:-1]),
    "a byte after the hash": lambda digest: padded(SHA256_INFO + digest + b"\0"),
    "named SHA-512": lambda digest: padded(SHA256_INFO.replace(b"\x04\x02\1\5", b"\x04\x02\3\5") + digest),
    "named SHA-1": lambda digest: padded(bytes.fromhex("3021300906052b0e03021a05000414") + digest[:20]),
}


def opened(block: bytes) -> bytes:
    """What gives this block when the public key is applied to it."""
    numbers = key("RS256").private.private_numbers()
    opened_integer: int = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n)
    return opened_integer.to_bytes(SIZE, "big")


def test_the_padding_of_the_standard_is_right_so_that_what_follows_differs_in_one_thing() -> None:
    signer = key("RS256")
    digest = hashlib.sha256(unsigned(signer).encode()).digest()
    token = with_signature(signer, opened(padded(SHA256_INFO + digest)))
    assert tokens.payload_of(token, signer.jwk) == CLAIMS


@pytest.mark.parametrize("odd", PADDINGS.values(), ids=PADDINGS)
def test_an_rsa_padding_that_differs_is_refused(odd: Callable[[bytes], bytes]) -> None:
    signer = key("RS256")
    digest = hashlib.sha256(unsigned(signer).encode()).digest()
    assert odd(digest) != padded(SHA256_INFO + digest)
    assert refusal(with_signature(signer, opened(odd(digest))), signer.jwk) == "signature"


def test_an_rsa_signature_plus_the_modulus_is_refused() -> None:
    signer = key("RS256")
    right = int.from_bytes(signer.sign(unsigned(signer).encode()), "big")
    for more in (right + key("RS256").private.private_numbers().public_numbers.n, 0, 1):
        raw = more.to_bytes(257 if more >> 2048 else 256, "big")
        assert refusal(with_signature(signer, raw), signer.jwk) == "signature"
