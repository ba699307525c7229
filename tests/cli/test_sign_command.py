"""`asset-edge sign`: a URL that the edge opens, from a key that was never an argument."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from asset_edge import signing
from asset_edge.handlers.edge import config, embargo
from asset_edge.handlers.edge.grants import Grant
from asset_edge.handlers.edge.presented import taken
from tests.cli.test_main import Ended
from tests.handlers import keys
from tests.handlers.keys import HOST, PATH, URL

ISSUER = signing.new_jwk("ES256", kid="made-up")
MASTER = signing.MasterKey(kid="1:2", secret=keys.MASTER_SECRET)
MINUTE = 60


@pytest.fixture
def issuer(tmp_path: Path) -> str:
    file = tmp_path / "issuer.json"
    file.write_text(json.dumps(ISSUER.members()))
    return str(file)


@pytest.fixture
def master(tmp_path: Path) -> str:
    file = tmp_path / "master.json"
    file.write_text(json.dumps(MASTER.members()))
    return str(file)


@pytest.fixture
def files(issuer: str, master: str) -> dict[str, str]:
    return {"issuer": issuer, "master": master}


def opened(url: str) -> Grant:
    jwks = (config.Jwk(**signing.public_jwk(ISSUER)),)  # type: ignore[arg-type]
    read = keys.as_baked(config.Embargo(master_keys=keys.EMBARGO.master_keys, jwks=jwks))
    presented, _, _ = taken(url.partition("?")[2], {})
    return embargo.verify(read, HOST, PATH, presented, time.time(), "203.0.113.9")


def signed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    ended = Ended(["sign", *arguments], capsys)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.count("\n") == 1
    return ended.out.strip()


def lives_seconds(grant: Grant) -> float:
    return grant.expires_at - time.time()


@pytest.mark.parametrize(
    ("option", "seconds"),
    [
        ([], 3600),
        (["--expires-in", "90"], 90),
        (["--expires-in", "15m"], 900),
        (["--expires-in", "7d"], 604800),
    ],
)
def test_a_url_opens_for_as_long_as_asked(
    capsys: pytest.CaptureFixture[str], issuer: str, option: list[str], seconds: int
) -> None:
    lives = lives_seconds(opened(signed(capsys, URL, "--key", issuer, *option)))
    assert seconds - MINUTE < lives <= seconds


def test_every_limit_arrives(capsys: pytest.CaptureFixture[str], issuer: str) -> None:
    limits = ["--prefix", "/space/*", "--country", "DE", "--country", "CA", "--library", "kids"]
    url = signed(capsys, f"{URL}?w=1", "--key", issuer, *limits, "--ip", "203.0.113.0/24")
    grant = opened(url)
    assert url.startswith(f"{URL}?w=1&token=")
    assert (grant.path_prefix, grant.countries, grant.library) == ("/space/", ("CA", "DE"), "kids")


def test_a_master_key_makes_an_asset_key_for_the_urls_space(
    capsys: pytest.CaptureFixture[str], master: str
) -> None:
    url = signed(capsys, URL, "--key", master, "--expires-in", "48h")
    assert "&policy=" in url
    assert 47 * 3600 < lives_seconds(opened(url)) <= 48 * 3600


def test_an_asset_key_signs_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    now = time.time()
    key = signing.asset_key(MASTER, "space", int(now) + 600, now)
    file = tmp_path / "asset-key.json"
    file.write_text(json.dumps({"policy": key.policy, "secret": key.secret}))
    assert lives_seconds(opened(signed(capsys, URL, "--key", str(file)))) <= 600


def test_json_tells_when_it_ends(capsys: pytest.CaptureFixture[str], issuer: str) -> None:
    told = json.loads(signed(capsys, URL, "--key", issuer, "--json"))
    assert opened(told["url"]).expires_at == told["expiresAt"]


@pytest.mark.parametrize("source", ["stdin", "variable"])
def test_a_key_comes_from_standard_input_or_the_environment(source: str) -> None:
    text = json.dumps(ISSUER.members())
    clean = {name: value for name, value in os.environ.items() if name != "ASSET_EDGE_KEY"}
    program = "from asset_edge.cli.main import run; run()"
    done = subprocess.run(
        [sys.executable, "-c", program, "sign", URL, *(["--key", "-"] if source == "stdin" else [])],
        input=text if source == "stdin" else "",
        env=clean | ({"ASSET_EDGE_KEY": text} if source == "variable" else {}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert lives_seconds(opened(done.stdout.strip())) > 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        pytest.param(["--key", "{issuer}", "--expires-in", "0"], 2, "is no time", id="no-time"),
        pytest.param(["--key", "{issuer}", "--expires-in", "1y"], 2, "is no time", id="years"),
        pytest.param(["--key", "{issuer}", "--expires-in", "-5"], 2, "", id="the-past"),
        pytest.param(["--key", "{issuer}", "--expires-in", "\u0661"], 2, "is no time", id="foreign-digits"),
        pytest.param(["--key", "{issuer}", "--country", "de"], 1, "countries is ['de']", id="small-letters"),
        pytest.param(["--key", "{issuer}", "--ip", "10.0.0.1/8"], 1, "ip is", id="no-network"),
        pytest.param(["--key", "{issuer}", "--prefix", "/other/*"], 1, "prefix is", id="elsewhere"),
        pytest.param(["--key", "{master}", "--country", "DE"], 1, "signs no countries", id="too-much"),
        pytest.param(["--key", "{master}", "--prefix", "/*"], 1, "signs no prefix", id="a-folder"),
        pytest.param(["--key", "{master}", "--expires-in", "3d"], 1, "48 hours", id="too-long"),
        pytest.param([], 2, "ASSET_EDGE_KEY", id="no-key"),
        pytest.param(["--key", "/nowhere.json"], 1, "/nowhere.json", id="no-file"),
    ],
)
def test_what_cannot_be_signed_is_refused(
    capsys: pytest.CaptureFixture[str], files: dict[str, str], arguments: list[str], code: int, words: str
) -> None:
    given = [argument.format(**files) for argument in arguments]
    ended = Ended(["sign", URL, *given], capsys)
    assert (ended.code, ended.out) == (code, "")
    assert words in ended.err


def test_a_key_as_an_argument_is_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    ended = Ended(["sign", URL, "made-up-secret"], capsys)
    assert (ended.code, ended.out) == (2, "")


def test_a_file_that_holds_no_key_is_not_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.write_text("made-up-secret")
    ended = Ended(["sign", URL, "--key", str(file)], capsys)
    assert ended.code == 1
    assert "made-up-secret" not in ended.err
