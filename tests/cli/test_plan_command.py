"""`asset-edge plan` tells a person, or writes a file."""

import json
from pathlib import Path

import pytest

from asset_edge.cli import plan_policies
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


def test_a_plan_that_breaks_a_mandatory_policy_is_told_and_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plan.json"
    ended = Ended(["plan", "prod", "--program", str(SHOWCASE), "--json", str(file)], capsys)
    assert ended.code == 1
    assert "  mandatory public-access shelf-0, shelf-1" in ended.out
    assert "prod breaks bucket-tls-only, encryption-at-rest, " in ended.err
    told = json.loads(file.read_text())["policies"]
    assert {frozenset(one) for one in told} == {frozenset({"policy", "level", "message", "urn"})}
    assert [one["level"] for one in told] == sorted((one["level"] for one in told), reverse=True)


def test_policies_can_be_told_and_refuse_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    ended = Ended(["plan", "prod", "--program", str(SHOWCASE), "--policies", "report"], capsys)
    assert ended.code == 0
    assert "  mandatory public-access shelf-0, shelf-1" in ended.out


def test_what_is_said_of_many_resources_is_said_once() -> None:
    told = [{"level": "advisory", "policy": "tags", "message": "m", "urn": f"u::{i}"} for i in range(5)]
    assert [str(line) for line in plan_policies.lines(told)] == [
        "",
        "policies",
        "  advisory tags 0, 1, 2 and 2 more: m",
    ]


def test_a_plan_without_violations_says_nothing_of_policies() -> None:
    assert list(plan_policies.lines([])) == []
    plan_policies.refuse("dev", [])
