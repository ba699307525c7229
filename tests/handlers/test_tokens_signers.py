"""Tokens of signers that others use: PyJWT, joserfc, and Node's `jsonwebtoken` and `jose`."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jwt
import pytest
from joserfc import jwk as joserfc_jwk
from joserfc import jws as joserfc_jws
from jwt.algorithms import get_default_algorithms

from asset_edge.handlers.edge import tokens
from tests.handlers.signed_tokens import ALGORITHMS, CLAIMS, Key, key, refusal

ROOT = Path(__file__).parents[2]
NODE = shutil.which("node")
NODE_MODULES = Path(sys.prefix) / "node"
"""Where `make` puts what `tests/node` needs."""

KID = "2026-01"

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated via RFC 9864")
"""joserfc would have the curve's name instead, which the others do not know yet."""


def private_jwk(signer: Key) -> dict[str, Any]:
    """The whole pair, as PyJWT writes it: private members, without `key_ops`."""
    written = get_default_algorithms()[signer.alg].to_jwk(signer.private, as_dict=True)
    return {name: value for name, value in dict(written).items() if name != "key_ops"}


def by_pyjwt(signer: Key) -> str:
    return jwt.encode(json.loads(CLAIMS), signer.private, signer.alg, headers={"kid": KID})


def by_joserfc(signer: Key) -> str:
    private = joserfc_jwk.import_key(private_jwk(signer))
    header = {"alg": signer.alg, "kid": KID}
    return joserfc_jws.serialize_compact(header, CLAIMS, private, algorithms=[signer.alg])


@pytest.mark.parametrize("sign", [by_pyjwt, by_joserfc], ids=["PyJWT", "joserfc"])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_signed_by_another_python_library_verifies(algorithm: str, sign: Any) -> None:
    signer = key(algorithm)
    token = sign(signer)
    assert json.loads(tokens.payload_of(token, signer.jwk)) == json.loads(CLAIMS)
    assert tokens.payload_of(token, private_jwk(signer)) == tokens.payload_of(token, signer.jwk)
    assert tokens.header_of(token) | {"typ": "JWT"} == {"alg": signer.alg, "kid": KID, "typ": "JWT"}


@pytest.mark.parametrize("sign", [by_pyjwt, by_joserfc], ids=["PyJWT", "joserfc"])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_signed_by_another_python_library_is_of_one_key(algorithm: str, sign: Any) -> None:
    assert refusal(sign(key(algorithm, 1)), key(algorithm).jwk) == "signature"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_written_by_joserfc_is_read(algorithm: str) -> None:
    signer = key(algorithm)
    written = joserfc_jwk.import_key(private_jwk(signer)).as_dict(private=signer.jwk["kty"] == "oct")
    assert tokens.payload_of(by_joserfc(signer), written) == CLAIMS


@pytest.fixture(scope="module")
def signed_in_node() -> list[dict[str, Any]]:
    if NODE is None:
        pytest.skip("there is no `node` on PATH to sign tokens in JavaScript")
    if not (NODE_MODULES / "node_modules").is_dir():
        pytest.fail(f"{NODE_MODULES} has no node_modules; run make .venv/node/ready")
    keys = [{"alg": key(name).alg, "jwk": private_jwk(key(name))} for name in ALGORITHMS]
    done = subprocess.run(
        [NODE, ROOT / "tests" / "node" / "sign.js", NODE_MODULES],
        input=json.dumps({"claims": json.loads(CLAIMS), "keys": keys}),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    signed: list[dict[str, Any]] = json.loads(done.stdout)
    return signed


def of_node(signed: list[dict[str, Any]], library: str, algorithm: str) -> str:
    signer = key(algorithm)
    fitting = [
        one["token"]
        for one in signed
        if (one["signer"], one["alg"], one["crv"]) == (library, signer.alg, signer.jwk.get("crv"))
    ]
    assert len(fitting) == 1
    return str(fitting[0])


NODE_SIGNERS = [("jsonwebtoken", name) for name in ALGORITHMS if not name.startswith("Ed")]
NODE_SIGNERS += [("jose", name) for name in ALGORITHMS if name != "Ed448"]
"""`jsonwebtoken` knows no EdDSA, `jose` only that of Ed25519."""


@pytest.mark.parametrize(("library", "algorithm"), NODE_SIGNERS)
def test_a_token_signed_in_node_verifies(
    signed_in_node: list[dict[str, Any]], library: str, algorithm: str
) -> None:
    token = of_node(signed_in_node, library, algorithm)
    assert json.loads(tokens.payload_of(token, key(algorithm).jwk)) == json.loads(CLAIMS)
    assert tokens.header_of(token) == {"alg": key(algorithm).alg, "kid": KID, "typ": "JWT"}
    if not algorithm.startswith("Ed"):  # of these there is one key only
        assert refusal(token, key(algorithm, 1).jwk) == "signature"


def test_every_token_of_node_was_looked_at(signed_in_node: list[dict[str, Any]]) -> None:
    assert len(signed_in_node) == len(NODE_SIGNERS)
