"""What holds for any token, key and object: a changed bit is refused, and nothing but a refusal is raised."""

import base64
import contextlib
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asset_edge.handlers.edge import base64url, tokens
from tests.handlers.signed_tokens import ALGORITHMS, CLAIMS, Key, key, made, refusal, sealed, text_of

TOKENS = {name: made(key(name), {"alg": key(name).alg, "kid": "2026-01"}) for name in ALGORITHMS}
REASONS = {"form", "header", "key", "algorithm", "signature", "payload"}
TEXT = st.text(st.characters(exclude_categories=()))
"""Lone surrogates included."""

ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner) | st.tuples(inner, inner),
    max_leaves=10,
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=5,
)
NAMES = ("kty", "crv", "alg", "use", "key_ops", "k", "n", "e", "x", "y")
VALUES = ("oct", "RSA", "EC", "OKP", "P-256", "P-384", "Ed25519", "Ed448", "sig", "verify", "", *ALGORITHMS)
KEYS = st.dictionaries(
    st.sampled_from(NAMES),
    ANYTHING | st.sampled_from(VALUES) | st.binary().map(text_of) | st.lists(st.sampled_from(VALUES)),
)
PARTS = st.text("ABCDEFGHabcdefgh0123456789-_") | st.binary().map(text_of) | TEXT


def outcome(token: Any, jwk: Any) -> bytes | str:
    """The payload, or why there is none; anything else that is raised fails the test."""
    try:
        return tokens.payload_of(token, jwk)
    except tokens.TokenRefused as refused:
        return refused.reason


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(st.data())
def test_one_bit_changed_anywhere_is_refused(algorithm: str, data: st.DataObject) -> None:
    token = TOKENS[algorithm]
    place = data.draw(st.integers(0, len(token) - 1))
    bit = data.draw(st.integers(0, 7))
    changed = token[:place] + chr(ord(token[place]) ^ 1 << bit) + token[place + 1 :]
    assert tokens.payload_of(token, key(algorithm).jwk) == CLAIMS
    assert refusal(changed, key(algorithm).jwk) in REASONS


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(st.data())
def test_one_bit_changed_in_the_bytes_of_a_part_is_refused(algorithm: str, data: st.DataObject) -> None:
    parts = TOKENS[algorithm].split(".")
    which = data.draw(st.integers(0, 2))
    raw = bytearray(base64url.decoded(parts[which]))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= 1 << data.draw(st.integers(0, 7))
    parts[which] = text_of(bytes(raw))
    assert refusal(".".join(parts), key(algorithm).jwk) in REASONS


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(st.data())
def test_one_bit_changed_in_a_key_is_refused(algorithm: str, data: st.DataObject) -> None:
    signer = key(algorithm)
    name = data.draw(st.sampled_from([name for name in ("k", "n", "e", "x", "y") if name in signer.jwk]))
    raw = bytearray(base64url.decoded(signer.jwk[name]))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert refusal(TOKENS[algorithm], signer.jwk | {name: text_of(bytes(raw))}) in {"key", "signature"}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(place=st.integers(0, 2000), cut=st.integers(0, 50), put=TEXT)
def test_a_token_with_anything_cut_out_or_put_in_is_refused(
    algorithm: str, place: int, cut: int, put: str
) -> None:
    token = TOKENS[algorithm]
    place %= len(token)
    changed = token[:place] + put + token[place + cut :]
    if changed != token:
        assert refusal(changed, key(algorithm).jwk) in REASONS


@given(ANYTHING, ANYTHING | KEYS)
def test_whatever_is_given_only_a_refusal_is_raised(token: Any, jwk: Any) -> None:
    assert outcome(token, jwk) in REASONS


@given(st.sampled_from(ALGORITHMS), ANYTHING | KEYS)
def test_whatever_the_key_only_a_refusal_is_raised(algorithm: str, jwk: Any) -> None:
    assert outcome(TOKENS[algorithm], jwk) in REASONS


@given(st.sampled_from(ALGORITHMS), KEYS)
def test_whatever_is_added_to_a_key_it_verifies_or_refuses(algorithm: str, more: dict[str, Any]) -> None:
    assert outcome(TOKENS[algorithm], key(algorithm).jwk | more) in {CLAIMS, *REASONS}


@given(st.lists(PARTS, max_size=5), st.sampled_from(ALGORITHMS))
def test_whatever_the_parts_only_a_refusal_is_raised(parts: list[str], algorithm: str) -> None:
    assert outcome(".".join(parts), key(algorithm).jwk) in REASONS
    with contextlib.suppress(tokens.TokenRefused):
        assert all(type(value) is str for value in tokens.header_of(".".join(parts)).values())


@given(st.dictionaries(TEXT | st.sampled_from(["alg", "typ", "kid", "crit", "jwk"]), JSON))
@example({"alg": "HS256", "kid": "2026-01"})
@example({"alg": "HS256", "typ": "JWT", "x": "\U0001f98a"})
def test_a_signed_header_of_any_members_verifies_only_as_a_flat_object_of_texts(
    header: dict[str, Any],
) -> None:
    signer = key("HS256")
    found = outcome(made(signer, header), signer.jwk)
    flat = all(type(value) is str for value in header.values())
    assert found in ({CLAIMS, "header", "algorithm"} if flat else {"header"})
    assert found != CLAIMS or tokens.header_of(made(signer, header)) == json.loads(json.dumps(header))


@given(st.binary(), st.sampled_from(ALGORITHMS))
def test_any_payload_comes_back_as_it_was(payload: bytes, algorithm: str) -> None:
    signer: Key = key(algorithm)
    assert tokens.payload_of(made(signer, payload=payload), signer.jwk) == payload


@given(st.binary())
def test_base64url_gives_back_what_was_encoded(raw: bytes) -> None:
    assert base64url.decoded(base64.urlsafe_b64encode(raw).decode().rstrip("=")) == raw


@given(st.text("AQgwBEIMabc019-_+/= \n.é"))
def test_base64url_has_one_text_for_each_run_of_bytes(text: str) -> None:
    try:
        raw = base64url.decoded(text)
    except ValueError:
        return
    assert base64.urlsafe_b64encode(raw).decode().rstrip("=") == text


@given(st.text("AQgwBEIMabc019-_"))
def test_a_signed_payload_is_refused_exactly_where_its_text_is_not_canonical(text: str) -> None:
    signer = key("HS256")
    found = outcome(sealed(signer, text_of(json.dumps({"alg": "HS256"}).encode()), text), signer.jwk)
    padded = text + "=" * (-len(text) % 4)
    canonical = (
        len(text) % 4 != 1 and base64.urlsafe_b64encode(base64.urlsafe_b64decode(padded)).decode() == padded
    )
    assert found == (base64.urlsafe_b64decode(padded) if canonical else "payload")
