"""Keys that open embargoed assets: what is taken, what is refused, and that nobody gets to see them."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr

from asset_edge.errors import SettingsError
from asset_edge.handlers.edge.config import Embargo, Jwk, MasterKey
from stacks import embargo_keys
from stacks.settings import Settings, parse
from tests.stacks.test_settings import refused, values

MASTER_SECRET = "made-up-master-key-for-tests-only-0123456789"
SHARED_SECRET = b"made-up shared key for tests only, of 48 bytes.."


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def number(value: int) -> str:
    return text(value.to_bytes((value.bit_length() + 7) // 8))


def rsa_key(bits: int = 2048) -> dict[str, Any]:
    numbers = rsa.generate_private_key(65537, bits).public_key().public_numbers()
    return {"kid": "rsa", "kty": "RSA", "n": number(numbers.n), "e": number(numbers.e)}


def ec_key(curve: ec.EllipticCurve, crv: str) -> dict[str, Any]:
    numbers = ec.generate_private_key(curve).public_key().public_numbers()
    size = (curve.key_size + 7) // 8
    x, y = (text(value.to_bytes(size)) for value in (numbers.x, numbers.y))
    return {"kid": crv, "kty": "EC", "crv": crv, "x": x, "y": y}


def ed_key(private: Any, crv: str) -> dict[str, Any]:
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"kid": crv, "kty": "OKP", "crv": crv, "x": text(raw)}


RSA = rsa_key()
P_256 = ec_key(ec.SECP256R1(), "P-256")
P_384 = ec_key(ec.SECP384R1(), "P-384")
ED25519 = ed_key(ed25519.Ed25519PrivateKey.generate(), "Ed25519")
ED448 = ed_key(ed448.Ed448PrivateKey.generate(), "Ed448")
SHARED = {"kid": "shared", "kty": "oct", "k": text(SHARED_SECRET)}
MASTER = {"kid": "master", "secret": MASTER_SECRET}


def settings(public: Any = (), secrets: Any = None) -> Settings:
    told = values(embargoPublicKeys=list(public))
    told["asset-edge:embargoSecrets"] = SecretStr(json.dumps(secrets or {}))  # type: ignore[assignment]
    return parse(told, "asset-edge", "prod")


def baked(public: Any = (), secrets: Any = None) -> Embargo:
    told = settings(public, secrets)
    return embargo_keys.embargo(told.embargo_public_keys, told.embargo_secrets)


def refused_secrets(secrets: Any) -> str:
    told = SecretStr(secrets if isinstance(secrets, str) else json.dumps(secrets))
    return refused({}, over={"asset-edge:embargoSecrets": told})


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(RSA, "RS512"), (P_256, "ES256"), (P_384, "ES384"), (ED25519, "EdDSA"), (ED448, "EdDSA")],
    ids=lambda value: value if isinstance(value, str) else value["kid"],
)
def test_a_public_key_is_baked_with_what_verifying_needs_and_nothing_else(
    key: dict[str, Any], algorithm: str
) -> None:
    assert baked([key]).jwks == (Jwk(**key),)
    published = {**key, "alg": algorithm, "use": "sig", "x5t": "whatever", "key_ops": ["verify"]}
    assert baked([published]).jwks == (Jwk(**key, alg=algorithm),)


def test_current_keys_stay_first_and_shared_ones_come_after_public_ones() -> None:
    found = baked([P_256, RSA], {"jwks": [SHARED], "masterKeys": [{**MASTER, "kid": "new"}, MASTER]})
    assert [key.kid for key in found.jwks] == ["P-256", "rsa", "shared"]
    assert found.master_keys == (
        MasterKey(kid="new", secret=MASTER_SECRET),
        MasterKey(kid="master", secret=MASTER_SECRET),
    )
    assert found.jwks[-1] == Jwk(kid="shared", kty="oct", alg="HS256", k=text(SHARED_SECRET))


@pytest.mark.parametrize(
    ("key", "place", "allowed"),
    [
        ({**P_256, "d": text(b"made-up private half of 32 bytes")}, "[0]", "private members"),
        ({**SHARED}, "[0]", "private members"),
        ({**RSA, "kid": ""}, "[0].kid", "at least 1 character"),
        ({"kty": "EC"}, "[0].kid", "must be set"),
        ({**P_256, "kty": "oct"}, "[0].kty", "'RSA', 'EC' or 'OKP'"),
        ({**P_256, "crv": "secp256k1"}, "[0]", "crv of a key of type EC may be P-256 or P-384"),
        ({**P_256, "crv": None}, "[0]", "crv of a key of type EC may be P-256 or P-384"),
        ({**RSA, "crv": "P-256"}, "[0]", "crv of a key of type RSA may be absent"),
        ({**ED25519, "crv": "X25519"}, "[0]", "may be Ed25519 or Ed448"),
        ({**P_256, "alg": "ES384"}, "[0]", "alg of a key of type P-256 may be ES256"),
        ({**RSA, "alg": "HS256"}, "[0]", "may be RS256 or RS384 or RS512"),
        ({**RSA, "alg": "none"}, "[0]", "may be RS256 or RS384 or RS512"),
        ({**RSA, "use": "enc"}, "[0].use", "'sig'"),
        ({**RSA, "n": number(2**1023 + 1)}, "[0]", "at least 2048 bits"),
        ({**RSA, "e": None}, "[0]", "e must be base64url"),
        ({**RSA, "e": "AQ=="}, "[0]", "e must be base64url"),
        ({**RSA, "n": RSA["n"] + "+/"}, "[0]", "n must be base64url"),
        ({**P_256, "y": P_384["y"]}, "[0]", "y must be 32 bytes in base64url"),
        ({**P_256, "x": P_256["x"] + "A"}, "[0]", "x must be 32 bytes in base64url"),
        ({**ED448, "x": ED25519["x"]}, "[0]", "x must be 57 bytes in base64url"),
        ("a key", "[0]", "valid dictionary"),
    ],
)
def test_an_odd_public_key_is_refused_and_not_shown(key: Any, place: str, allowed: str) -> None:
    message = refused({"embargoPublicKeys": [key]})
    line = next(line for line in message.splitlines() if f"asset-edge:embargoPublicKeys{place} is " in line)
    assert allowed in line
    for shown in key.values() if isinstance(key, dict) else ():
        assert len(shown or "") < 8 or shown not in message


def test_a_curve_a_key_need_not_name_is_refused_where_its_type_needs_one() -> None:
    assert "may be P-256" in refused({"embargoPublicKeys": [{k: P_256[k] for k in P_256 if k != "crv"}]})


HIDDEN = "made-up-but-hidden"


@pytest.mark.parametrize(
    ("secrets", "place", "allowed"),
    [
        (HIDDEN, "embargoSecrets", "the text of a JSON object"),
        (f'"{HIDDEN}"', "embargoSecrets", "valid dictionary"),
        (f'["{HIDDEN}"]', "embargoSecrets", "valid dictionary"),
        ({HIDDEN: []}, "embargoSecrets", "its keys may be masterKeys, jwks"),
        ({"masterKeys": {"kid": HIDDEN}}, "embargoSecrets.masterKeys", "valid tuple"),
        (
            {"masterKeys": [{"kid": "a", "secret": HIDDEN}]},
            "embargoSecrets.masterKeys[0].secret",
            "at least 32",
        ),
        (
            {"masterKeys": [{"kid": "", "secret": MASTER_SECRET}]},
            "embargoSecrets.masterKeys[0].kid",
            "at least 1",
        ),
        ({"masterKeys": [{"secret": MASTER_SECRET}]}, "embargoSecrets.masterKeys[0].kid", "must be set"),
        (
            {"masterKeys": [{**MASTER, HIDDEN: 1}]},
            "embargoSecrets.masterKeys[0]",
            "its keys may be kid, secret",
        ),
        ({"jwks": [{**SHARED, "kty": "RSA"}]}, "embargoSecrets.jwks[0].kty", "'oct'"),
        ({"jwks": [{**SHARED, "alg": "RS256"}]}, "embargoSecrets.jwks[0].alg", "'HS256', 'HS384' or 'HS512'"),
        ({"jwks": [{**SHARED, "alg": "HS512"}]}, "embargoSecrets.jwks[0]", "at least 64 bytes in base64url"),
        (
            {"jwks": [{**SHARED, "k": text(b"made-up, 31 bytes, too short...")}]},
            "embargoSecrets.jwks[0]",
            "at least 32",
        ),
        ({"jwks": [{**SHARED, "k": MASTER_SECRET + "=="}]}, "embargoSecrets.jwks[0]", "in base64url"),
        ({"jwks": [{"kid": "a", "kty": "oct"}]}, "embargoSecrets.jwks[0].k", "must be set"),
        ({"masterKeys": [MASTER, MASTER]}, "embargoPublicKeys", "each kid may stand once"),
        ({"jwks": [SHARED, SHARED]}, "embargoPublicKeys", "each kid may stand once"),
    ],
)
def test_odd_secrets_are_refused_and_not_shown(secrets: Any, place: str, allowed: str) -> None:
    message = refused_secrets(secrets)
    line = next(line for line in message.splitlines() if line.strip().startswith(f"asset-edge:{place} is "))
    assert allowed in line
    assert HIDDEN not in message
    assert MASTER_SECRET not in message
    assert SHARED["k"] not in message


def test_one_name_for_a_public_and_a_shared_key_is_refused() -> None:
    told = {"asset-edge:embargoSecrets": SecretStr(json.dumps({"jwks": [{**SHARED, "kid": "rsa"}]}))}
    assert "each kid may stand once" in refused({"embargoPublicKeys": [RSA]}, over=told)


def test_secrets_in_plain_text_are_for_the_environment_that_nobody_else_reaches() -> None:
    plain = json.dumps({"masterKeys": [MASTER]})
    message = refused({"embargoSecrets": plain})
    assert "asset-edge:embargoSecrets is SecretStr" in message
    assert "it must be encrypted" in message
    assert MASTER_SECRET not in message
    told = values(embargoSecrets=plain, zoneId="")
    found = parse(told, "asset-edge", "local", makes_its_zone=True)
    assert found.embargo_secrets.are_given


@pytest.mark.parametrize("printed", [repr, str, lambda told: json.dumps(told.model_dump(), default=str)])
def test_no_secret_is_in_the_settings_printed_form(printed: Callable[[Settings], str]) -> None:
    shown = printed(settings([P_256], {"masterKeys": [MASTER], "jwks": [SHARED]}))
    assert MASTER_SECRET not in shown
    assert SHARED["k"] not in shown
    assert "P-256" in shown


@pytest.mark.parametrize(
    "sealed",
    [
        "[secret]",
        json.dumps({"masterKeys": [{"kid": "a", "secret": "[secret]"}]}),
        json.dumps({"jwks": [{"kid": "a", "kty": "oct", "k": "[secret]"}]}),
    ],
)
def test_what_a_plan_cannot_decrypt_is_not_baked_and_yet_counts_as_given(sealed: str) -> None:
    told: dict[str, Any] = {
        **values(embargoPublicKeys=[P_256]),
        "asset-edge:embargoSecrets": SecretStr(sealed),
    }
    found = parse(told, "asset-edge", "prod")
    assert found.embargo_secrets.are_given
    embargo = embargo_keys.embargo(found.embargo_public_keys, found.embargo_secrets)
    assert (embargo.master_keys, [key.kid for key in embargo.jwks]) == ((), ["P-256"])


def test_a_refusal_has_no_cause_that_would_show_the_values() -> None:
    told: dict[str, Any] = {**values(), "asset-edge:embargoSecrets": SecretStr(HIDDEN)}
    with pytest.raises(SettingsError) as refusal:
        parse(told, "asset-edge", "prod")
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__
