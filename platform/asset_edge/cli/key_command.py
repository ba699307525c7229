"""`asset-edge key new`: a key for embargoed assets, and where each half of it goes."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from asset_edge.errors import ArgumentError

if TYPE_CHECKING:
    from asset_edge.signing import MasterKey, PrivateJwk

key_app = typer.Typer(name="key", help="Keys for embargoed assets.", no_args_is_help=True)

STANDARD_OUTPUT = Path("-")

_SECRETS = "the setting embargoSecrets, under {}: add it as the second, and deploy"
_PUBLIC = "the setting embargoPublicKeys: add the public half below as the second, and deploy"
_ISSUER = "whatever signs URLs: give it the file once the edge has the key"
_ENDPOINT = "whatever makes asset keys: it takes the file once the edge has the key"


@key_app.callback()
def _key() -> None:
    """Keys for embargoed assets."""


@key_app.command()
def new(
    *,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where the secret goes: a new file that only you can read, or - for standard output.",
        ),
    ],
    scheme: Annotated[
        Literal["asset-key", "jwt"],
        typer.Option(help="jwt: tokens of your own. asset-key: as Contentful's clients make them."),
    ] = "jwt",
    alg: Annotated[
        str | None, typer.Option(metavar="ALG", help="Algorithm of a jwt key; ES256 unless given.")
    ] = None,
    kid: Annotated[str | None, typer.Option(help="Its name; by chance unless given.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="What is told, as JSON.")] = False,
) -> None:
    """Make a key; its secret is never shown unless asked for."""
    from asset_edge import signing  # noqa: PLC0415 - loads what the help does not need

    if scheme == "asset-key" and alg:
        raise typer.BadParameter(f"{alg!r} is for jwt keys; leave it out", param_hint="--alg")
    key = signing.new_master_key(kid) if scheme == "asset-key" else signing.new_jwk(alg or "ES256", kid)
    secret = json.dumps(key.members()) + "\n"
    if out == STANDARD_OUTPUT:
        print(secret, end="")
    else:
        _write(out, secret)
    _show(_facts(key, out), as_json=as_json, beside_secret=out == STANDARD_OUTPUT)


def _write(file: Path, secret: str) -> None:
    """A file of one's own from its first moment. An older one stays: it may be the only copy of a key."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ArgumentError(
            f"--out is {file}, which is there; a new file is allowed, so that no key is lost. Name another"
        ) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as written:
        written.write(secret)


def _facts(key: "MasterKey | PrivateJwk", out: Path) -> dict[str, Any]:
    from asset_edge import signing  # noqa: PLC0415 - as above

    facts: dict[str, Any] = {"kid": key.kid, "secret": str(out)}
    if isinstance(key, signing.MasterKey):
        return {**facts, "edge": _SECRETS.format("masterKeys"), "signer": _ENDPOINT}
    if key.alg.startswith("HS"):
        return {**facts, "edge": _SECRETS.format("jwks"), "signer": _ISSUER}
    return {**facts, "edge": _PUBLIC, "signer": _ISSUER, "public": signing.public_jwk(key)}


def _show(facts: dict[str, Any], *, as_json: bool, beside_secret: bool) -> None:
    """Beside a secret on standard output, to standard error."""
    file = sys.stderr if beside_secret else sys.stdout
    if as_json:
        print(json.dumps(facts), file=file)
        return
    for name, fact in facts.items():
        print(f"{name:>6}  {json.dumps(fact) if isinstance(fact, dict) else fact}", file=file)
