"""`asset-edge key new`: the secret goes where it was asked for and nowhere else."""

import json
import stat
from pathlib import Path

import pytest

from asset_edge import signing
from asset_edge.handlers.edge import config
from tests.cli.test_main import Ended

PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "k", "secret"}


def made(tmp_path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[Ended, dict[str, str]]:
    file = tmp_path / "key.json"
    ended = Ended(["key", "new", "--out", str(file), *options], capsys)
    assert ended.code == 0, ended.err
    return ended, json.loads(file.read_text())


def secrets_of(key: dict[str, str]) -> list[str]:
    return [value for name, value in key.items() if name in PRIVATE]


@pytest.mark.parametrize("options", [[], ["--alg", "EdDSA"], ["--alg", "HS256"], ["--scheme", "asset-key"]])
def test_the_secret_is_in_a_file_of_ones_own_and_not_on_the_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    ended, key = made(tmp_path, capsys, *options)
    assert stat.S_IMODE((tmp_path / "key.json").stat().st_mode) == 0o600
    assert secrets_of(key)
    assert not [secret for secret in secrets_of(key) if secret in ended.out + ended.err]


@pytest.mark.parametrize(
    ("options", "setting"),
    [
        ([], "embargoPublicKeys"),
        (["--alg", "RS256"], "embargoPublicKeys"),
        (["--alg", "HS256"], "embargoSecrets, under jwks"),
        (["--scheme", "asset-key"], "embargoSecrets, under masterKeys"),
    ],
)
def test_it_tells_which_setting_the_edge_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], setting: str
) -> None:
    ended, key = made(tmp_path, capsys, *options)
    assert setting in ended.out
    assert key["kid"] in ended.out


def test_the_public_half_is_what_the_setting_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended, key = made(tmp_path, capsys, "--kid", "2026-11", "--json")
    told = json.loads(ended.out)
    assert told["public"] == signing.public_jwk(signing.private_jwk(key))
    assert config.Jwk(**told["public"]).kid == told["kid"] == "2026-11"


def test_a_master_key_is_what_the_setting_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended, key = made(tmp_path, capsys, "--scheme", "asset-key", "--json")
    assert config.MasterKey(**key).kid == json.loads(ended.out)["kid"]


def test_a_file_that_is_there_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, key = made(tmp_path, capsys)
    ended = Ended(["key", "new", "--out", str(tmp_path / "key.json")], capsys)
    assert (ended.code, ended.out) == (1, "")
    assert "a new file is allowed" in ended.err
    assert json.loads((tmp_path / "key.json").read_text()) == key


def test_asked_for_it_goes_to_standard_output_alone(capsys: pytest.CaptureFixture[str]) -> None:
    ended = Ended(["key", "new", "--out", "-"], capsys)
    key = signing.read(ended.out)
    assert isinstance(key, signing.PrivateJwk)
    assert "embargoPublicKeys" in ended.err
    assert not [secret for secret in secrets_of(key.members()) if secret in ended.err]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "Missing option"),
        (["--out", "-", "--scheme", "none"], 2, "none"),
        (["--out", "-", "--alg", "none"], 1, "alg is 'none'"),
        (["--out", "-", "--scheme", "asset-key", "--alg", "ES256"], 2, "leave it out"),
        (["--out", "/nowhere/key.json"], 1, "/nowhere/key.json"),
    ],
)
def test_what_cannot_be_is_refused_and_makes_no_key(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    ended = Ended(["key", "new", *arguments], capsys)
    assert (ended.code, ended.out) == (code, "")
    assert words in ended.err
