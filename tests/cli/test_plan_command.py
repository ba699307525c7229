"""`asset-edge plan` tells a person, or writes a file."""

import json
from pathlib import Path

import pytest

from tests.cli.test_main import Ended
from tests.localcloud.test_plan import SHOWCASE, planned
from tests.localcloud.test_project import written

ONLY_THE_PLAN = ("--policies", "off")


def test_without_json_the_plan_is_told_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    ended = Ended(["plan", "prod", "--program", str(SHOWCASE), *ONLY_THE_PLAN], capsys)
    assert ended.code == 0
    assert ended.out.startswith("showcase / prod\n")
    assert ended.out.endswith("    9  resources\n")
    assert ended.err == "the program talks\n"


def test_with_json_the_plan_is_written_and_one_line_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "not" / "there" / "yet.json"
    ended = Ended(["plan", "prod", "--program", str(SHOWCASE), "--json", str(file), *ONLY_THE_PLAN], capsys)
    assert (ended.code, ended.out) == (0, f"prod: 9 resources, written to {file}\n")
    assert json.loads(file.read_text()) == planned(stack="prod")


def test_config_is_over_the_stack_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "plan.json"
    arguments = ["--config", "copies=5", "--config", "showcase:title=a=b"]
    Ended(
        ["plan", "dev", "--program", str(SHOWCASE), "--json", str(file), *arguments, *ONLY_THE_PLAN], capsys
    )
    assert json.loads(file.read_text()) == planned(copies="5", title="a=b")
    assert len(planned(copies="5")["resources"]) == 11


def test_a_program_of_nothing_is_a_plan_of_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = Ended(["plan", "dev", "--program", str(written(tmp_path))], capsys)
    assert (ended.code, ended.out) == (0, "p / dev\n\n    0  resources\n")
