"""Every attack on a signed token that we know of, each as one line: all are refused, each for its reason.

Unless the line says otherwise the signature is right, so that only the defect named can be why.
"""

import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import serialization

from asset_edge.handlers.edge import base64url, tokens
from tests.handlers.signed_tokens import (
    CLAIMS,
    key,
    made,
    refusal,
    rsa_private,
    sealed,
    secret_key,
    text_of,
)

HS, RS, ES, ED = "HS256", "RS256", "ES256", "EdDSA"
HEAD, BODY = text_of(b'{"alg":"HS256"}'), text_of(CLAIMS)

NONE_SPELLINGS = (
    *("none", "None", "NONE", "nOnE", "nonE", "NoNe", " none", "none ", "none\n", "n\u043ene", "\uff4eone"),
    *("null", "", "no", "unsecured", "HS0", "plain", "none\u0000", "none,HS256", "HS256,none"),
)
ALG_SPELLINGS = (
    *("hs256", "Hs256", "HS256 ", " HS256", "HS256\n", "HS256\u0000", "HS 256", "HS256,RS256", "HMAC", "HS"),
    *("HS1", "HS224", "HS2565", "HS-256", "SHA256", "sha256", "A256KW", "dir", "http://example.com/HS256"),
    *("\uff28\uff33256", "HS\u00b2256", "HS\u0662\u0665\u0666", "HS256/64", "PBES2-HS256+A128KW"),
)

HEADERS: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"alg=HS256",
    "half a JSON": b'{"alg":"HS256"',
    "JSON and more": b'{"alg":"HS256"}{}',
    "JSON and a letter": b'{"alg":"HS256"}x',
    "JSON and NUL": b'{"alg":"HS256"}\0',
    "NUL in a member": b'{"alg":"HS256","kid":"a\0b"}',
    "a line break in a member": b'{"alg":"HS256","kid":"a\nb"}',
    "a list": b'["alg","HS256"]',
    "a list of pairs": b'[["alg","HS256"]]',
    "a list of one header": b'[{"alg":"HS256"}]',
    "a text": b'"HS256"',
    "a number": b"256",
    "null": b"null",
    "true": b"true",
    "an empty object": b"{}",
    "no alg": b'{"typ":"JWT"}',
    "alg null": b'{"alg":null}',
    "alg false": b'{"alg":false}',
    "alg a number": b'{"alg":256}',
    "alg a list": b'{"alg":["HS256"]}',
    "alg a list with none": b'{"alg":["none","HS256"]}',
    "alg an object": b'{"alg":{"name":"HS256"}}',
    "alg twice": b'{"alg":"HS256","alg":"HS256"}',
    "alg twice, none first": b'{"alg":"none","alg":"HS256"}',
    "alg twice, none last": b'{"alg":"HS256","alg":"none"}',
    "alg twice, once escaped": b'{"alg":"HS256","\\u0061lg":"none"}',
    "kid twice": b'{"alg":"HS256","kid":"a","kid":"b"}',
    "ALG only": b'{"ALG":"HS256"}',
    "alg with a blank": b'{"alg ":"HS256"}',
    "kid a number": b'{"alg":"HS256","kid":1}',
    "kid null": b'{"alg":"HS256","kid":null}',
    "kid a list": b'{"alg":"HS256","kid":["a"]}',
    "kid an object": b'{"alg":"HS256","kid":{"a":"b"}}',
    "kid of half a character": b'{"alg":"HS256","kid":"\\ud800"}',
    "a name of half a character": b'{"alg":"HS256","\\udc00":"a"}',
    "two halves in the wrong order": b'{"alg":"HS256","kid":"\\udc00\\ud800"}',
    "two halves in two texts": b'{"alg":"HS256","a\\ud800":"\\udc00a"}',
    "an empty member": b'{"alg":"HS256","":""}',
    "NaN": b'{"alg":"HS256","a":NaN}',
    "Infinity": b'{"alg":"HS256","a":-Infinity}',
    "a huge number": b'{"alg":"HS256","a":1' + b"0" * 5000 + b"}",
    "a comment": b'{"alg":"HS256"/**/}',
    "a comma too many": b'{"alg":"HS256",}',
    "single quotes": b"{'alg':'HS256'}",
    "not UTF-8": b'{"alg":"HS256","kid":"\xff"}',
    "overlong UTF-8": b'{"alg":"HS256","kid":"\xc0\x80"}',
    "a surrogate in UTF-8": b'{"alg":"HS256","kid":"\xed\xa0\x80"}',
    "a byte order mark": b'\xef\xbb\xbf{"alg":"HS256"}',
    "UTF-16": '{"alg":"HS256"}'.encode("utf-16"),
    "UTF-16 without mark": '{"alg":"HS256"}'.encode("utf-16-le"),
    "UTF-32": '{"alg":"HS256"}'.encode("utf-32-be"),
    "a hundred lists": b'{"alg":"HS256","a":' + b"[" * 100 + b"]" * 100 + b"}",
    "lists as deep as a token allows": b"[" * 5900,
    "objects as deep as a token allows": b'{"a":' * 1150,
    "closed lists as deep as a token allows": b'{"alg":"HS256","a":' + b"[" * 2900 + b"]" * 2900 + b"}",
    "crit": b'{"alg":"HS256","crit":["exp"],"exp":"1"}',
    "crit, empty": b'{"alg":"HS256","crit":[]}',
    "crit, a text": b'{"alg":"HS256","crit":"exp"}',
    "crit, null": b'{"alg":"HS256","crit":null}',
    "b64 false": b'{"alg":"HS256","b64":false,"crit":["b64"]}',
    "b64 true": b'{"alg":"HS256","b64":true}',
    "b64, a text": b'{"alg":"HS256","b64":"false"}',
    "b64 without crit": b'{"alg":"HS256","b64":false}',
    "jwk": b'{"alg":"HS256","jwk":{"kty":"oct","k":"YQ"}}',
    "jwk, a text": b'{"alg":"HS256","jwk":"{}"}',
    "jku": b'{"alg":"HS256","jku":"https://attacker.example/keys.json"}',
    "jku, escaped": b'{"alg":"HS256","j\\u006bu":"https://attacker.example/keys.json"}',
    "x5u": b'{"alg":"HS256","x5u":"https://attacker.example/chain.pem"}',
    "x5c": b'{"alg":"HS256","x5c":["MIIB"]}',
    "x5c, a text": b'{"alg":"HS256","x5c":"MIIB"}',
    "enc": b'{"alg":"HS256","enc":"A128GCM"}',
    "zip": b'{"alg":"HS256","zip":"DEF"}',
    "typ of an access token": b'{"alg":"HS256","typ":"at+jwt"}',
    "typ of a proof": b'{"alg":"HS256","typ":"dpop+jwt"}',
    "typ JWE": b'{"alg":"HS256","typ":"JWE"}',
    "typ JSON": b'{"alg":"HS256","typ":"JOSE+JSON"}',
    "typ empty": b'{"alg":"HS256","typ":""}',
    "typ with a blank": b'{"alg":"HS256","typ":"JWT "}',
    "typ like JOSE": '{"alg":"HS256","typ":"JO\u017fE"}'.encode(),
    "typ null": b'{"alg":"HS256","typ":null}',
    "typ a list": b'{"alg":"HS256","typ":["JWT"]}',
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_a_header_that_two_readers_could_read_differently_is_refused(header: bytes) -> None:
    signer = key(HS)
    assert refusal(made(signer, header, b"{}"), signer.jwk) == "header"
    with pytest.raises(tokens.TokenRefused) as refused:
        tokens.header_of(made(signer, header, b"{}"))
    assert refused.value.reason == "header"


@pytest.mark.parametrize("algorithm", [HS, RS, ES, ED])
@pytest.mark.parametrize("name", [*NONE_SPELLINGS, *ALG_SPELLINGS], ids=ascii)
def test_no_other_spelling_of_an_algorithm_is_known(algorithm: str, name: str) -> None:
    signer = key(algorithm)
    signed = made(signer, {"alg": name})
    assert refusal(signed, signer.jwk) == "algorithm"
    assert refusal(signed.rpartition(".")[0] + ".", signer.jwk) == "form"
    assert refusal(signed.rpartition(".")[0], signer.jwk) == "form"


@pytest.mark.parametrize("name", NONE_SPELLINGS, ids=ascii)
def test_no_key_can_be_made_for_none(name: str) -> None:
    token = made(key(HS), {"alg": name})
    assert refusal(token, {"kty": "oct", "alg": name, "k": text_of(b"made-up")}) == "key"
    assert refusal(token, {"kty": "none"}) == "key"
    assert refusal(token, {}) == "key"


@pytest.mark.parametrize(
    "name", ["PS256", "PS384", "PS512", "ES512", "ES256K", "Ed25519", "RSA1_5", "RS1", "RSA-OAEP"]
)
@pytest.mark.parametrize("algorithm", [RS, ES, ED])
def test_what_is_not_supported_is_refused_even_of_a_fitting_key(algorithm: str, name: str) -> None:
    signer = key(algorithm)
    assert refusal(made(signer, {"alg": name}), signer.jwk) == "algorithm"
    assert refusal(made(signer, {"alg": name}), signer.jwk | {"alg": name}) == "key"


def public_spellings(algorithm: str) -> list[bytes]:
    """All the ways of writing a public key down that an attacker would try as a secret."""
    signer = key(algorithm)
    public = signer.private.public_key()
    formats = serialization.PublicFormat
    encodings = serialization.Encoding
    pem = public.public_bytes(encodings.PEM, formats.SubjectPublicKeyInfo)
    texts = [json.dumps(signer.jwk), json.dumps(signer.jwk | {"alg": signer.alg}, separators=(",", ":"))]
    raw = [base64url.decoded(signer.jwk[name]) for name in ("n", "x", "y") if name in signer.jwk]
    return [
        *(pem, pem.strip(), pem.replace(b"\n", b"\r\n"), pem.replace(b"\n", b""), b"".join(raw), *raw),
        public.public_bytes(encodings.DER, formats.SubjectPublicKeyInfo),
        public.public_bytes(encodings.OpenSSH, formats.OpenSSH) if algorithm != "Ed448" else pem,
        *([public.public_bytes(encodings.PEM, formats.PKCS1)] if algorithm == RS else []),
        *([public.public_bytes(encodings.DER, formats.PKCS1)] if algorithm == RS else []),
        *(text.encode() for text in texts),
    ]


@pytest.mark.parametrize("algorithm", [RS, ES, "ES384", ED, "Ed448"])
def test_a_public_key_is_never_taken_for_a_secret(algorithm: str) -> None:
    signer = key(algorithm)
    for spelling in public_spellings(algorithm):
        for hashed in ("HS256", "HS384", "HS512"):
            forged = made(secret_key(hashed, spelling))
            assert refusal(forged, signer.jwk) == "algorithm"
            assert refusal(forged, signer.jwk | {"alg": signer.alg}) == "algorithm"
            assert refusal(forged, signer.jwk | {"alg": hashed}) == "key"
            assert refusal(forged, signer.jwk | {"k": text_of(spelling)}) == "algorithm"


@pytest.mark.parametrize("algorithm", [RS, ES, "ES384", ED, "Ed448"])
def test_a_secret_that_is_really_a_written_public_key_is_refused(algorithm: str) -> None:
    numbers = {base64url.decoded(value) for name, value in key(algorithm).jwk.items() if name in "nxy"}
    joined = b"".join(base64url.decoded(v) for name, v in key(algorithm).jwk.items() if name in "nxy")
    for spelling in public_spellings(algorithm):
        if spelling not in {*numbers, joined}:
            assert refusal(made(secret_key(HS, spelling)), secret_key(HS, spelling).jwk) == "key"


def test_a_private_key_written_down_is_no_secret_either() -> None:
    pem = rsa_private().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    assert refusal(made(secret_key(HS, pem)), secret_key(HS, pem).jwk) == "key"


def test_the_key_in_a_header_is_never_used() -> None:
    ours, theirs = key(ES), key("ES384", 1)
    for name in ("jwk", "jku", "x5u", "x5c"):
        header = {"alg": ES, name: theirs.jwk}
        assert refusal(made(theirs, header), ours.jwk) == "header"
        assert refusal(made(ours, header), ours.jwk) == "header"


MARKS = (
    *("\n", "\r\n", " ", "\t", "\0", "\ufeff", "\u200b", "\u00a0", "\u00e9", "\ud800"),
    *("=", "==", "+", "/", "%2E", "?", "!"),
)


@pytest.mark.parametrize("mark", MARKS, ids=ascii)
@pytest.mark.parametrize("algorithm", [HS, ES])
def test_nothing_may_stand_in_or_around_a_token(algorithm: str, mark: str) -> None:
    signer = key(algorithm)
    token = made(signer)
    at = {i for dot in (token.index("."), token.rindex(".")) for i in (dot, dot + 1)} | {0, 5, len(token)}
    for place in at:
        assert refusal(token[:place] + mark + token[place:], signer.jwk) in {
            *("form", "header", "payload", "signature")
        }


def test_marks_in_a_signed_part_do_not_help() -> None:
    signer = key(HS)
    for mark in (mark for mark in MARKS if mark != "\ud800"):
        assert refusal(sealed(signer, HEAD + mark, BODY), signer.jwk) in {"form", "header"}
        assert refusal(sealed(signer, mark + HEAD, BODY), signer.jwk) in {"form", "header"}
        assert refusal(sealed(signer, HEAD, BODY + mark), signer.jwk) in {"form", "payload"}
        assert refusal(sealed(signer, HEAD, mark + BODY), signer.jwk) in {"form", "payload"}


def test_bits_that_are_not_used_are_zero_in_every_part() -> None:
    """`QQ`, `QR`, `QS`... would all be one byte; only the first is its text."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    signer = key(HS)
    header, payload = text_of(b'{"alg":"HS256" }'), text_of(b"{  }")  # four bits left over in both
    token = sealed(signer, header, payload)
    assert tokens.payload_of(token, signer.jwk) == b"{  }"
    for more in range(1, 16):
        odd_header = header[:-1] + alphabet[alphabet.index(header[-1]) + more]
        odd_payload = payload[:-1] + alphabet[alphabet.index(payload[-1]) + more]
        assert refusal(sealed(signer, odd_header, payload), signer.jwk) == "header"
        assert refusal(sealed(signer, header, odd_payload), signer.jwk) == "payload"
    for more in range(1, 4):  # 32 bytes leave two bits
        assert refusal(token[:-1] + alphabet[alphabet.index(token[-1]) + more], signer.jwk) == "signature"


def jws_json(token: str) -> list[str]:
    header, payload, signature = token.split(".")
    flat = {"payload": payload, "protected": header, "signature": signature}
    whole = {"payload": payload, "signatures": [{"protected": header, "signature": signature}]}
    return [json.dumps(flat), json.dumps(whole), json.dumps([flat]), json.dumps(token)]


SHAPES: dict[str, Callable[[str], list[str]]] = {
    "nothing": lambda _: ["", ".", "..", "...", "....", " "],
    "one part": lambda token: token.split("."),
    "two parts": lambda token: [token.rpartition(".")[0], token.partition(".")[2]],
    "four parts": lambda token: [f"{token}.", f"{token}.AA", f".{token}", f"AA.{token}"],
    "five parts, as a JWE has": lambda token: [f"{token}..", f"{token}.AA.AA", f"..{token}"],
    "no signature": lambda token: [token.rpartition(".")[0] + "."],
    "no header": lambda token: ["." + token.partition(".")[2]],
    "no payload": lambda token: [token.split(".")[0] + ".." + token.split(".")[2]],
    "parts in another order": lambda token: [".".join(reversed(token.split(".")))],
    "twice": lambda token: [token + token, f"{token}.{token}", f"{token},{token}", f"{token}\n{token}"],
    "with a scheme": lambda token: [f"Bearer {token}", f"jwt:{token}"],
    "percent-encoded": lambda token: [token.replace(".", "%2E"), token.replace("e", "%65", 1)],
    "other dots": lambda token: [token.replace(".", dot) for dot in ("\u3002", "\uff0e", "\u2024", ",")],
    "in JSON": jws_json,
    "quoted": lambda token: [f'"{token}"', f"'{token}'"],
    "huge": lambda token: [token + "A" * 8192, "A" * 10_000_000, "." * 10_000_000, token + "." * 8192],
}  # fmt: skip


@pytest.mark.parametrize("algorithm", [HS, ES, RS])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_token_has_one_shape(shape: Callable[[str], list[str]], algorithm: str) -> None:
    signer = key(algorithm)
    for odd in shape(made(signer)):
        assert refusal(odd, signer.jwk) in {"form", "header", "signature"}


@pytest.mark.parametrize("algorithm", [HS, ES, RS])
def test_a_part_more_or_less_is_refused_before_anything_is_verified(algorithm: str) -> None:
    signer = key(algorithm)
    token = made(signer)
    for odd in (
        f"{token}.",
        f"{token}.AA",
        f".{token}",
        token.rpartition(".")[0],
        f"{token}..",
        f"{token}.A.A",
    ):
        assert refusal(odd, signer.jwk) == "form"
