"""Which tokens are believed: what the RFCs print, and every algorithm with its key."""

import json
import subprocess
import sys
from collections import UserDict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from asset_edge.handlers.edge import base64url, tokens
from tests.handlers.signed_tokens import ALGORITHMS, CLAIMS, key, made, refusal, sealed, secret_key, text_of

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "tests" / "vectors" / "jws_rfc.json").read_text())
"""The compact examples of the RFCs with the public members of their keys."""


@pytest.mark.parametrize("vector", [v for v in VECTORS if "payload" in v], ids=lambda v: v["source"])
def test_an_example_of_the_rfcs_verifies(vector: dict[str, Any]) -> None:
    assert tokens.payload_of(vector["token"], vector["jwk"]).decode() == vector["payload"]


@pytest.mark.parametrize("vector", [v for v in VECTORS if "refused" in v], ids=lambda v: v["source"])
def test_an_example_of_what_is_not_supported_is_refused(vector: dict[str, Any]) -> None:
    assert refusal(vector["token"], vector["jwk"]) == vector["refused"]


def test_the_unsecured_example_is_refused_with_every_key_of_the_rfcs() -> None:
    (unsecured,) = (vector["token"] for vector in VECTORS if vector["source"] == "RFC 7515, A.5")
    assert {refusal(unsecured, vector["jwk"]) for vector in VECTORS} == {"form"}


def test_an_example_verifies_with_its_own_key_only() -> None:
    examples = [vector for vector in VECTORS if "payload" in vector]
    strangers = [(a, b) for a in examples for b in examples if a is not b]
    assert len(examples) == 6
    for example, stranger in strangers:
        assert refusal(example["token"], stranger["jwk"]) in {"algorithm", "signature"}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_each_algorithm_verifies_with_and_without_alg_in_the_key(algorithm: str) -> None:
    signer = key(algorithm)
    token = made(signer)
    assert tokens.payload_of(token, signer.jwk) == CLAIMS
    assert tokens.payload_of(token, signer.jwk | {"alg": signer.alg}) == CLAIMS


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_of_another_key_of_its_kind_is_refused(algorithm: str) -> None:
    token = made(key(algorithm, 1))
    assert refusal(token, key(algorithm).jwk) == "signature"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_of_one_algorithm_refuses_every_other(algorithm: str) -> None:
    signer = key(algorithm)
    others = {key(name).alg for name in ALGORITHMS} - {signer.alg}
    for other in others:
        assert refusal(made(signer, {"alg": other}), signer.jwk | {"alg": signer.alg}) == "algorithm"


@pytest.mark.parametrize("payload", [b"", b"\0", b"\xff" * 5, b"not JSON", b"{}", b"x" * 5000])
@pytest.mark.parametrize("algorithm", ["HS256", "ES256"])
def test_a_payload_is_any_bytes_and_may_be_empty(algorithm: str, payload: bytes) -> None:
    signer = key(algorithm)
    assert tokens.payload_of(made(signer, payload=payload), signer.jwk) == payload


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"HS256"}',
        b' {\r\n\t"alg" : "HS256" } ',
        b'{"typ":"JWT","alg":"HS256"}',
        b'{"alg":"HS256","typ":"jwt"}',
        b'{"alg":"HS256","typ":"JOSE"}',
        b'{"alg":"HS256","kid":"","cty":"JWT","x5t":"made-up"}',
        b'{"\\u0061lg":"HS256"}',
        '{"alg":"HS256","kid":"ключ \\ud83e\\udd8a"}'.encode(),
    ],
)
def test_a_header_may_be_written_in_any_way_that_json_allows(header: bytes) -> None:
    signer = key("HS256")
    assert tokens.payload_of(made(signer, header), signer.jwk) == CLAIMS


def test_the_longest_token_is_of_8192_characters() -> None:
    signer = key("HS256")
    # Four characters for three bytes: the payload takes what header, signature and two dots leave.
    header = b'{"alg":"HS256"}'
    payload = b"x" * ((8192 - len(made(signer, header, b""))) * 3 // 4)
    longest = made(signer, header, payload)
    assert len(longest) == tokens.LONGEST_TOKEN_CHARACTERS == 8192
    assert tokens.payload_of(longest, signer.jwk) == payload
    assert refusal(made(signer, header, payload + b"x"), signer.jwk) == "form"


def test_the_other_signature_of_an_ecdsa_pair_verifies_too() -> None:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    signer = key("ES256")
    signed, _, signature = made(signer).rpartition(".")
    raw = base64url.decoded(signature)
    other = raw[:32] + (order - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    assert tokens.payload_of(f"{signed}.{text_of(other)}", signer.jwk) == CLAIMS


@pytest.mark.parametrize("wrap", [dict, MappingProxyType, UserDict])
def test_a_key_is_any_mapping(wrap: Any) -> None:
    signer = key("ES256")
    assert tokens.payload_of(made(signer), wrap(signer.jwk)) == CLAIMS


def test_a_member_of_a_key_that_is_none_counts_as_absent() -> None:
    absent = dict.fromkeys(("alg", "crv", "e", "key_ops", "kid", "n", "use", "x", "y"))
    assert tokens.payload_of(made(key("HS256")), absent | key("HS256").jwk) == CLAIMS


def test_the_header_is_read_for_its_kid_without_any_key() -> None:
    header = {"alg": "ES256", "kid": "2026-01 é", "typ": "JWT"}
    assert tokens.header_of(made(key("HS256"), header)) == header


def test_what_a_caller_does_to_a_header_does_not_reach_the_next() -> None:
    token = made(key("HS256"), {"alg": "HS256", "kid": "first"})
    tokens.header_of(token)["alg"] = "none"
    assert tokens.header_of(token) == {"alg": "HS256", "kid": "first"}
    assert tokens.payload_of(token, key("HS256").jwk) == CLAIMS


def test_a_payload_that_is_not_canonical_is_refused_although_it_is_signed() -> None:
    signer = key("HS256")
    header = text_of(b'{"alg":"HS256"}')
    for payload in ("AB", "A", "AA=", "AA==", "A A", "+/", "éé", "AA\n"):
        assert refusal(sealed(signer, header, payload), signer.jwk) in {"form", "payload"}
    assert tokens.payload_of(sealed(signer, header, "AA"), signer.jwk) == b"\0"


def test_a_refusal_has_one_word_and_no_word_of_the_token() -> None:
    signer = key("HS256")
    with pytest.raises(tokens.TokenRefused) as refused:
        tokens.payload_of(made(signer, {"alg": "a made-up word"}), signer.jwk)
    assert (str(refused.value), refused.value.reason) == ("algorithm", "algorithm")
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


BARE = """
import sys
sys.path.insert(0, {root!r})
for name in ("jwt", "cryptography"):
    sys.modules[name] = None
from handlers.edge import tokens
assert tokens.payload_of({token!r}, {secret!r}) == {claims!r}
try:
    tokens.payload_of({foreign!r}, {public!r})
except tokens.TokenRefused as refused:
    print(refused.reason)
heavy = {{"ssl", "http.client", "urllib.request", "typing", "dataclasses", "cachetools"}}
print(sorted(heavy & set(sys.modules)))
"""


def test_hmac_needs_neither_pyjwt_nor_cryptography_and_the_others_are_refused_without() -> None:
    signer, foreign = secret_key("HS256", b"made-up" * 5), key("ES256")
    program = BARE.format(
        root=str(ROOT),
        token=made(signer),
        secret=signer.jwk,
        claims=CLAIMS,
        foreign=made(foreign),
        public=foreign.jwk,
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("key\n[]\n", "")
