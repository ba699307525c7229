"""Every command ends in an exit code and words, never in a traceback nobody asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

from asset_edge.cli.main import run
from tests.localcloud.test_project import PROJECT, written

HEAVY = ("pulumi", "pulumi_aws", "moto", "boto3", "aiohttp", "dns")


class Ended:
    """What a command left behind."""

    def __init__(self, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            run(arguments)
        self.code = ended.value.code or 0
        self.out, self.err = capsys.readouterr()


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_lists_the_commands(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    ended = Ended([option], capsys)
    assert ended.code == 0
    assert [word for word in ("plan", "bundle", "--debug") if word not in ended.out] == []


@pytest.mark.parametrize("command", [["plan"], ["local", "up"]])
def test_a_command_has_both_helps(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    both = [Ended([*command, option], capsys) for option in ("--help", "-h")]
    assert "--config" in both[0].out
    assert both[0].out == both[1].out


def test_help_loads_no_sdk() -> None:
    code = f"""
import sys
from asset_edge.cli.main import run
try:
    run(["--help"])
except SystemExit:
    print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["no-such-command"], "No such command", id="no-such-command"),
        pytest.param(["plan"], "Missing argument", id="no-stack"),
        pytest.param(["plan", "dev", "prod"], "unexpected extra argument", id="two-stacks"),
        pytest.param(["plan", "dev", "--nope"], "No such option", id="no-such-option"),
        pytest.param(["plan", "dev", "--config", "k"], "KEY=VALUE", id="config-without-a-value"),
        pytest.param(["plan", "dev", "--config", "=v"], "KEY=VALUE", id="config-without-a-key"),
        pytest.param(["bundle"], "Missing option", id="bundle-nowhere"),
    ],
)
def test_a_wrong_command_line_is_exit_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = Ended(arguments, capsys)
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err


BROKEN = {
    "no-project": ({"project": None}, "no Pulumi.yaml in"),
    "not-yaml": ({"project": "a: ["}, "Pulumi.yaml line"),
    "no-stack": ({"dev": None, "prod": ""}, "no stack 'dev': Pulumi.dev.yaml is not in"),
    "no-main": ({"main": None}, "no __main__.py in"),
    "raises": ({"main": "raise ValueError('too wide')"}, "at __main__.py:1 ValueError: too wide"),
    "exits": ({"main": "import sys; sys.exit(7)"}, "sys.exit(7)"),
    "ours": (
        {"main": "from asset_edge.errors import SettingsError; raise SettingsError('weight is 300')"},
        "asset-edge: weight is 300",
    ),
    "looks-up": ({"main": "import pulumi_aws as aws; aws.get_regions()"}, "looked up aws:index/getRegions"),
    "missing-setting": ({"project": f"{PROJECT}config: {{zone: {{type: string}}}}"}, "does not set p:zone"),
}


def broken(directory: Path, files: dict[str, str | None]) -> Path:
    written(directory, **{name: text or "" for name, text in files.items()})
    for name, text in files.items():
        if text is None:
            (
                directory / {"project": "Pulumi.yaml", "main": "__main__.py"}.get(name, f"Pulumi.{name}.yaml")
            ).unlink()
    return directory


@pytest.mark.parametrize(("files", "words"), BROKEN.values(), ids=BROKEN)
def test_an_error_of_ours_is_exit_1_and_words_alone(
    tmp_path: Path, files: dict[str, str | None], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = Ended(["plan", "dev", "--program", str(broken(tmp_path, files))], capsys)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("asset-edge: ")
    assert words in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("place", [0, 1, 4], ids=["first", "amid", "last"])
def test_debug_shows_the_traceback_wherever_it_stands(
    tmp_path: Path, place: int, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["plan", "dev", "--program", str(broken(tmp_path, {"main": "raise ValueError('too wide')"}))]
    arguments.insert(place, "--debug")
    ended = Ended(arguments, capsys)
    assert ended.code == 1
    assert "Traceback" in ended.err
    assert ended.err.rstrip().endswith("whole traceback")


def test_a_file_that_cannot_be_written_is_exit_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = Ended(["plan", "dev", "--program", str(written(tmp_path)), "--json", str(tmp_path)], capsys)
    assert ended.code == 1
    assert ended.err.startswith("asset-edge: ")
    assert str(tmp_path) in ended.err
