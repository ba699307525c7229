"""What the job without credentials tells of a pull request: its steps, run on two copies of this tree."""

import subprocess
from pathlib import Path

import pytest

from tests.docs.running import copied, environment
from tests.workflows.files import BY_ID
from tests.workflows.programs import load

plan_pull_request = load("plan_pull_request")
Told = plan_pull_request.Told
MARKER: str = plan_pull_request.MARKER

SETUP = "Set up both sides"
"""The one step that is not run again here: the environment of this checkout stands for both."""


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a runner has after the checkouts: the head moves weights, renames buckets, adds a stack."""
    folder = tmp_path_factory.mktemp("runner")
    for side in ("base", "head"):
        copied(folder).rename(folder / side)
    head = folder / "head"
    edit(head / "Pulumi.dev.yaml", "config:\n", "config:\n  asset-edge:replicaWeight: 64\n")
    edit(head / "stacks" / "stack.py", 'f"{self.project}-logs"', 'f"{self.project}-access-logs"')
    edit(head / "Pulumi.prod.yaml", "asset-edge:zoneName: example.com", "asset-edge:zoneName: Example.com")
    stack_file = (head / "Pulumi.dev.yaml").read_text(encoding="utf-8")
    (head / "Pulumi.staging.yaml").write_text(stack_file, encoding="utf-8")
    edit(head / "stacks" / "assets.py", '"dev": dev.POSTURE', '"dev": dev.POSTURE, "staging": dev.POSTURE')
    return folder


@pytest.fixture(scope="module")
def ran(runner: Path) -> Path:
    """The runner after the steps of the job; returns its working directory."""
    for step in BY_ID["plan/plan"].steps:
        if "run" in step and step.get("name") != SETUP and "if" not in step:
            done = _bash(step["run"], runner, {"NUMBER": "7"})
            assert done.returncode == 0, done.stderr
    return runner


def _bash(script: str, folder: Path, told: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    given = environment(folder) | {"GITHUB_STEP_SUMMARY": str(folder / "summary.md")} | told
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def part(text: str, stack: str) -> str:
    """What the comment says of one stack, its row in the table included."""
    parts = text.split("\n<!-- ")
    found = [one for one in parts[1:] if f"/{stack}" in one.partition("\n")[0]]
    assert len(found) == 1, f"{len(found)} parts are of {stack}"
    return found[0]


def test_the_comment_starts_with_its_marker_and_a_row_for_every_stack(ran: Path) -> None:
    text = (ran / "told" / "comment.md").read_text(encoding="utf-8")
    assert text.startswith(f"{MARKER}\n## What this pull request changes\n\n| stack | |\n|---|---|\n")
    for stack in ("dev", "local", "prod", "staging"):
        assert f"\n| {stack} | " in text


def test_a_bucket_that_would_be_replaced_is_told_first(ran: Path) -> None:
    text = (ran / "told" / "comment.md").read_text(encoding="utf-8")
    assert "| dev | **loses something: see below** |" in text
    assert "REPLACED" in part(text, "dev")
    assert "logs-eu-west-1" in part(text, "dev")


def test_a_weight_that_moves_is_told(ran: Path) -> None:
    text = (ran / "told" / "comment.md").read_text(encoding="utf-8")
    assert "128" in part(text, "dev")
    assert "64" in part(text, "dev")


def test_a_stack_that_cannot_be_planned_says_why(ran: Path) -> None:
    text = (ran / "told" / "comment.md").read_text(encoding="utf-8")
    assert "| prod | **it cannot be planned (head)** |" in text
    assert "asset-edge:zoneName is 'Example.com'" in text


def test_a_new_stack_is_compared_with_nothing(ran: Path) -> None:
    text = (ran / "told" / "comment.md").read_text(encoding="utf-8")
    assert "| staging | see below |" in text
    assert part(text, "staging")


def test_the_summary_of_the_run_is_the_comment(ran: Path) -> None:
    assert (ran / "summary.md").read_text() == (ran / "told" / "comment.md").read_text()
    assert (ran / "told" / "number").read_text() == "7\n"


def test_the_last_step_refuses_what_is_dangerous(ran: Path) -> None:
    (step,) = [one for one in BY_ID["plan/plan"].steps if "run" in one and "if" in one]
    assert "accepts-danger" in step["if"]
    done = _bash(step["run"], ran, {})
    assert done.returncode == 1
    assert "dev: loses something" in done.stdout
    assert "prod: it cannot be planned" in done.stdout
    assert "staging" not in done.stdout
    (ran / "told" / "danger").write_text("")
    assert _bash(step["run"], ran, {}).returncode == 0


def test_the_comment_is_one_that_may_be_posted(ran: Path) -> None:
    post_comment = load("post_comment")
    text = (ran / "told" / "comment.md").read_text(encoding="utf-8")
    assert text.partition("\n")[0] == post_comment.MARKER
    assert len(post_comment.harmless(text)) <= post_comment.MOST_COMMENT_CHARACTERS


def test_what_does_not_fit_into_one_comment_is_left_out_and_the_table_never() -> None:
    told = [Told(f"s{n}", "see below", f"{'x' * 30_000}\n") for n in range(4)]
    text = plan_pull_request.comment(told)
    assert len(text) <= plan_pull_request.MOST_CHARACTERS
    assert all(f"| s{n} | see below |" in text for n in range(4))
    assert text.count("x" * 30_000) == 2
    assert text.count("Too long for one comment") == 2


def test_a_failure_cannot_end_the_block_it_is_quoted_in() -> None:
    told = plan_pull_request.failed("dev", "it failed", "```\n# Approved\n" + "y" * 5000)
    assert told.danger
    assert told.text.count("```") == 2
    assert len(told.text) < 2200


def test_a_broken_policy_is_a_danger_of_its_own() -> None:
    harmless = plan_pull_request.against_policy(Told("dev", "see below", "text"))
    assert (harmless.outcome, harmless.danger) == ("**breaks a policy: see below**", True)
    both = plan_pull_request.against_policy(
        Told("dev", "**loses something: see below**", "text", danger=True)
    )
    assert both.outcome == "**breaks a policy; loses something: see below**"


@pytest.mark.parametrize(("code", "danger"), [(0, False), (1, True)])
def test_a_plan_that_was_written_and_failed_broke_a_policy(code: int, danger: bool, tmp_path: Path) -> None:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "Pulumi.a.yaml").write_text("")
    command = tmp_path / ".venv" / "bin" / "asset-edge"
    command.write_text(f'#!/bin/sh\necho "{{}}" > "$6"\nexit {code}\n')
    command.chmod(0o755)
    planned = plan_pull_request.plan(tmp_path, "a", tmp_path / "out" / "a.json")
    assert (planned.why_not, planned.breaks_a_policy) == ("", danger)


def test_dangers_come_first(tmp_path: Path) -> None:
    """A stack that neither side can plan is one: nobody knows what it would do."""
    for side in ("base", "head"):
        (tmp_path / side / ".venv" / "bin").mkdir(parents=True)
        (tmp_path / side / "Pulumi.a.yaml").write_text("")
        command = tmp_path / side / ".venv" / "bin" / "asset-edge"
        command.write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
        command.chmod(0o755)
    (one,) = plan_pull_request.run(tmp_path / "base", tmp_path / "head", tmp_path / "out")
    assert (one.stack, one.danger) == ("a", True)
    assert one.outcome == "**it cannot be planned (base and head)**"
    assert one.text.count("broken") == 2


def test_a_command_that_takes_too_long_has_failed_and_says_so() -> None:
    done = plan_pull_request.ended(["sleep", "5"], 0.1)
    assert (done.returncode, done.stdout, done.stderr) == (124, "", "not done after 0.1 s")
    assert plan_pull_request.ended(["echo", "done"], 5).stdout == "done\n"
