"""`asset-edge sign`: a URL that opens an embargoed asset, as whoever signs for an issuer would make it."""

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from asset_edge.cli.key_command import STANDARD_OUTPUT
from asset_edge.errors import ArgumentError

if TYPE_CHECKING:
    from asset_edge.signing import AssetKey, MasterKey, PrivateJwk

KEY_VARIABLE = "ASSET_EDGE_KEY"

_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}


def sign(
    url: Annotated[str, typer.Argument(metavar="URL", help="https://host/path; its query is kept.")],
    *,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help=f"The key: a file, or - for standard input. Without it, the text in {KEY_VARIABLE}.",
        ),
    ] = None,
    expires_in: Annotated[
        str, typer.Option("--expires-in", metavar="TIME", help="From now: seconds, or 15m, 12h, 7d.")
    ] = "1h",
    prefix: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Open all below it: /films/*, or https://host/films/*."),
    ] = None,
    country: Annotated[list[str] | None, typer.Option(metavar="CODE", help="Only there; repeatable.")] = None,
    library: Annotated[str | None, typer.Option(metavar="NAME", help="Only this library.")] = None,
    ip: Annotated[str | None, typer.Option(metavar="CIDR", help="Only viewers with this address.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The URL and when it ends, as JSON.")] = False,
) -> None:
    """Sign a URL with a private JWK, a master key or an asset key."""
    from asset_edge import signing  # noqa: PLC0415 - loads what the help does not need

    expires_at = int(time.time()) + _seconds(expires_in)
    limits = {"prefix": prefix, "countries": country, "library": library, "ip": ip}
    given = {name: value for name, value in limits.items() if value}
    signed = _signed(url, signing.read(_text(key)), expires_at, given)
    print(json.dumps({"url": signed, "expiresAt": expires_at}) if as_json else signed)


def _signed(
    url: str, key: "MasterKey | PrivateJwk | AssetKey", expires_at: int, limits: dict[str, Any]
) -> str:
    from asset_edge import signing  # noqa: PLC0415 - as above

    if isinstance(key, signing.PrivateJwk):
        return signing.sign_url(url, key, expires_at=expires_at, **limits)
    if limits:
        raise ArgumentError(
            f"an asset key signs no {', '.join(limits)}; only --expires-in is allowed with it. Leave the "
            "others out, or sign with a private JWK"
        )
    if isinstance(key, signing.MasterKey):
        key = signing.asset_key(key, signing.space_of(url), expires_at, time.time())
    return signing.signed_url(url, key, expires_at)


def _text(file: Path | None) -> str:
    if file == STANDARD_OUTPUT:
        return sys.stdin.read()
    if file is not None:
        return file.read_text(encoding="utf-8")
    if KEY_VARIABLE in os.environ:
        return os.environ[KEY_VARIABLE]
    raise typer.BadParameter(f"missing; name a file, or put the key into {KEY_VARIABLE}", param_hint="--key")


def _seconds(text: str) -> int:
    found = re.fullmatch(r"([0-9]{1,9})([smhd]?)", text, re.ASCII)
    if not found or not int(found[1]):
        raise typer.BadParameter(
            f"{text!r} is no time; write seconds, or 15m, 12h, 7d", param_hint="--expires-in"
        )
    return int(found[1]) * _SECONDS[found[2]]
