"""What each workflow is for: when it runs, in which environment, and with which command."""

import json
from typing import Any

import pytest

from tests.workflows.files import BY_ID, FILES, ROOT, workflow

WHEN: dict[str, Any] = {
    "check": {"push": {"branches": ["main"]}, "pull_request": ""},
    "plan": {"pull_request": {"types": ["opened", "reopened", "synchronize", "labeled", "unlabeled"]}},
    "comment": {"workflow_run": {"workflows": ["plan"], "types": ["completed"]}},
    "deploy": {"push": {"branches": ["main"]}, "workflow_dispatch": ""},
    "nightly": {"schedule": [{"cron": "17 3 * * *"}], "workflow_dispatch": ""},
}


@pytest.mark.parametrize("name", WHEN)
def test_a_workflow_runs_when_it_should(name: str) -> None:
    told = {event: detail or "" for event, detail in workflow(name)["on"].items()}
    assert told == WHEN[name]


def test_no_workflow_is_without_a_purpose() -> None:
    assert {file.stem for file in FILES} == set(WHEN)
    assert {workflow(name)["name"] for name in WHEN} == set(WHEN), "comment waits for plan by its name"


COMMANDS = [
    ("check/check", "bash .ci/run", None, {"contents": "read"}),
    ("plan/plan", "python3 head/.ci/plan_pull_request.py base head told", None, {"contents": "read"}),
    ("plan/preview", "pulumi preview", "preview-${{ matrix.stack }}",
     {"contents": "read", "id-token": "write"}),
    ("comment/comment", "python3 .ci/post_comment.py", None,
     {"actions": "read", "contents": "read", "pull-requests": "write"}),
    ("deploy/dev", "pulumi up --stack dev --refresh", "dev", {"contents": "read", "id-token": "write"}),
    ("deploy/prod-preview", "pulumi preview --stack prod --refresh", "read-prod",
     {"contents": "read", "id-token": "write"}),
    ("deploy/prod", "pulumi up --stack prod --refresh", "prod", {"contents": "read", "id-token": "write"}),
    ("nightly/drift", "--refresh --expect-no-changes", "read-${{ matrix.stack }}",
     {"contents": "read", "id-token": "write"}),
    ("nightly/tests", "make nightly", None, {"contents": "read"}),
]  # fmt: skip


@pytest.mark.parametrize(("job", "command", "environment", "permissions"), COMMANDS)
def test_a_job_does_one_thing_with_just_the_rights_it_needs(
    job: str, command: str, environment: str | None, permissions: dict[str, str]
) -> None:
    told = BY_ID[job]
    assert any(command in step.get("run", "") for step in told.steps)
    assert told.content.get("environment") == environment
    assert told.permissions == permissions


def test_no_job_is_left_out_of_the_table() -> None:
    assert {job for job, *_ in COMMANDS} == set(BY_ID)


@pytest.mark.parametrize(
    "job", ["plan/preview", "deploy/dev", "deploy/prod-preview", "deploy/prod", "nightly/drift"]
)
def test_nothing_reaches_the_cloud_until_the_repository_says_so(job: str) -> None:
    assert "vars.DEPLOYS == 'true'" in BY_ID[job].content["if"]


@pytest.mark.parametrize("job", ["deploy/dev", "deploy/prod-preview", "deploy/prod", "nightly/drift"])
def test_a_deploy_and_a_drift_check_are_of_the_main_branch(job: str) -> None:
    assert "github.ref == 'refs/heads/main'" in BY_ID[job].content["if"]


def test_a_fork_is_never_previewed_for_real() -> None:
    told = BY_ID["plan/preview"].content["if"]
    assert "github.event.pull_request.head.repo.full_name == github.repository" in told


def test_what_is_previewed_is_the_commit_that_was_approved() -> None:
    (checkout,) = BY_ID["plan/preview"].uses("actions/checkout")
    assert checkout["with"]["ref"] == "${{ github.event.pull_request.head.sha }}"


def test_prod_waits_for_dev_and_for_its_own_preview() -> None:
    assert BY_ID["deploy/prod-preview"].content["needs"] == "dev"
    assert BY_ID["deploy/prod"].content["needs"] == "prod-preview"


@pytest.mark.parametrize(
    ("job", "role"),
    [
        ("plan/preview", "READ_ROLE_ARN"),
        ("deploy/prod-preview", "READ_ROLE_ARN"),
        ("nightly/drift", "READ_ROLE_ARN"),
        ("deploy/dev", "DEPLOY_ROLE_ARN"),
        ("deploy/prod", "DEPLOY_ROLE_ARN"),
    ],
)
def test_only_a_deploy_assumes_the_role_that_writes(job: str, role: str) -> None:
    (step,) = BY_ID[job].uses("aws-actions/configure-aws-credentials")
    assert step["with"]["role-to-assume"] == f"${{{{ vars.{role} }}}}"


@pytest.mark.parametrize("job", ["deploy/dev", "deploy/prod"])
def test_a_deploy_is_never_cut_off(job: str) -> None:
    assert BY_ID[job].content["concurrency"]["cancel-in-progress"] == "false"


def test_the_job_with_a_strangers_code_knows_nothing() -> None:
    told = json.dumps(BY_ID["plan/plan"].content)
    assert "vars." not in told
    assert "token" not in told
    assert "environment" not in told


def test_every_command_of_the_makefile_that_a_workflow_calls_is_there() -> None:
    targets = (ROOT / "Makefile").read_text()
    for job in BY_ID.values():
        for step in job.steps:
            for line in step.get("run", "").splitlines():
                if line.strip().startswith("make "):
                    assert f"\n{line.split()[-1]}:" in targets, line
