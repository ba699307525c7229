"""What no workflow may do: each rule holds every file, and is seen to fail on one that breaks it."""

import re
import subprocess
from collections.abc import Callable, Iterator

import pytest

from tests.workflows.files import FILES, FOLDER, JOBS, ROOT, Job, jobs_of, read

PINNED = re.compile(r"[\w.-]+/[\w.-]+(/[\w.-]+)*@[0-9a-f]{40}")
USES = re.compile(r"^\s*(?:- )?uses:\s*(\S+)(.*)$", re.MULTILINE)
WITH_VERSION = re.compile(r"\s+# v\d+\.\d+\.\d+")

CREDENTIALS = "aws-actions/configure-aws-credentials"
APPROVED = re.compile(r"(preview|read)-(dev|prod|\$\{\{ matrix\.stack \}\})|dev|prod")
"""Environments that exist beside the repository; what each protects is in docs/environments.md."""

AT_MOST = {"contents": {"read"}, "actions": {"read"}, "pull-requests": {"write"}, "id-token": {"write"}}

Rule = Callable[[str], Iterator[str]]
RULES: dict[str, Rule] = {}


def rule(check: Rule) -> Rule:
    RULES[check.__name__.replace("_", " ")] = check
    return check


def jobs(text: str) -> Iterator[Job]:
    yield from jobs_of("one", read(text))


@rule
def every_action_is_pinned_by_its_commit(text: str) -> Iterator[str]:
    for action, rest in USES.findall(text):
        if not PINNED.fullmatch(action) or not WITH_VERSION.fullmatch(rest):
            yield f"{action}{rest} is not `owner/name@<40 hex digits> # v1.2.3`"


@rule
def a_workflow_has_no_rights_of_its_own(text: str) -> Iterator[str]:
    if read(text).get("permissions") != {}:
        yield "permissions at the top are not {}"


@rule
def every_job_says_its_few_rights(text: str) -> Iterator[str]:
    for job in jobs(text):
        if "permissions" not in job.content:
            yield f"{job.name} says none"
            continue
        for what, how in job.permissions.items():
            if how not in AT_MOST.get(what, set()):
                yield f"{job.name} asks for {what}: {how}"


@rule
def every_job_ends_by_itself(text: str) -> Iterator[str]:
    yield from (job.name for job in jobs(text) if not 0 < job.content.get("timeout-minutes", 0) <= 300)


@rule
def no_run_is_in_anothers_way(text: str) -> Iterator[str]:
    told = read(text)
    for job in jobs(text):
        if not ("concurrency" in told or "concurrency" in job.content or job.content.get("environment")):
            yield f"{job.name} has no concurrency group"


@rule
def a_script_holds_no_expression(text: str) -> Iterator[str]:
    """What an expression brings into a script is run by it; an environment variable is only read."""
    for job in jobs(text):
        for step in job.steps:
            if "${{" in step.get("run", ""):
                yield f"{job.name}: {step['run'].splitlines()[0]}"


@rule
def a_strangers_code_has_no_rights_of_ours(text: str) -> Iterator[str]:
    if "pull_request_target" in read(text)["on"]:
        yield "pull_request_target runs a stranger's code with our rights"


@rule
def a_checkout_leaves_no_token_behind(text: str) -> Iterator[str]:
    for job in jobs(text):
        for step in job.uses("actions/checkout"):
            if step.get("with", {}).get("persist-credentials") != "false":
                yield job.name


@rule
def only_an_environment_gets_credentials(text: str) -> Iterator[str]:
    for job in jobs(text):
        environment = str(job.content.get("environment", ""))
        wants = job.permissions.get("id-token") == "write" or job.uses(CREDENTIALS)
        if wants and not APPROVED.fullmatch(environment):
            yield f"{job.name} gets credentials in the environment {environment!r}"
        if environment and not wants:
            yield f"{job.name} is in {environment} for nothing"


@rule
def there_are_no_keys_that_live_long(text: str) -> Iterator[str]:
    for word in ("secrets.", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "PULUMI_ACCESS_TOKEN"):
        if word in text:
            yield f"{word} is named; roles are assumed by OIDC"


@rule
def who_comments_runs_the_default_branch(text: str) -> Iterator[str]:
    for job in jobs(text):
        refs = [step.get("with", {}).get("ref") for step in job.uses("actions/checkout")]
        trusted = refs == ["${{ github.event.repository.default_branch }}"]
        if job.permissions.get("pull-requests") == "write" and not trusted:
            yield f"{job.name} runs {refs}"


@rule
def a_script_is_bash(text: str) -> Iterator[str]:
    for job in jobs(text):
        for step in job.steps:
            if "run" in step:
                seen = subprocess.run(
                    ["bash", "-n"], input=step["run"], capture_output=True, text=True, check=False, timeout=10
                )
                if seen.returncode:
                    yield f"{job.name}: {seen.stderr}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
@pytest.mark.parametrize("name", RULES)
def test_every_workflow_keeps_every_rule(name: str, file: object) -> None:
    text = (FOLDER / str(file)).read_text(encoding="utf-8")
    assert list(RULES[name](text)) == []


GOOD = """
on: {push: {branches: [main]}}
permissions: {}
concurrency: {group: one}
jobs:
  one:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    environment: dev
    permissions: {contents: read, id-token: write}
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with: {persist-credentials: false}
      - run: make test
"""

BROKEN = [
    ("every action is pinned by its commit", "@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2", "@v6"),
    ("every action is pinned by its commit", "ce83dd # v6.0.2", "ce83dd"),
    ("every action is pinned by its commit", "ce83dd # v6.0.2", "ce83d # v6.0.2"),
    ("a workflow has no rights of its own", "permissions: {}\n", ""),
    ("a workflow has no rights of its own", "permissions: {}\n", "permissions: write-all\n"),
    ("every job says its few rights", "contents: read", "contents: write"),
    ("every job says its few rights", "contents: read", "packages: read"),
    ("every job says its few rights", "    permissions: {contents: read, id-token: write}\n", ""),
    ("every job ends by itself", "    timeout-minutes: 5\n", ""),
    ("every job ends by itself", "timeout-minutes: 5", "timeout-minutes: 360"),
    ("a script holds no expression", "make test", "echo ${{ github.head_ref }}"),
    ("a strangers code has no rights of ours", "push: {branches: [main]}", "pull_request_target: {}"),
    ("a checkout leaves no token behind", "        with: {persist-credentials: false}\n", ""),
    ("a checkout leaves no token behind", "persist-credentials: false", "persist-credentials: true"),
    ("only an environment gets credentials", "    environment: dev\n", ""),
    ("only an environment gets credentials", "environment: dev", "environment: anybody"),
    ("only an environment gets credentials", ", id-token: write", ""),
    ("there are no keys that live long", "make test", "echo $AWS_SECRET_ACCESS_KEY"),
    ("who comments runs the default branch", "contents: read", "pull-requests: write"),
    ("a script is bash", "make test", "if true; then"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new"), BROKEN)
def test_a_workflow_that_breaks_a_rule_is_seen(name: str, old: str, new: str) -> None:
    kept = [found for check in RULES.values() if check is not RULES[name] for found in check(GOOD)]
    assert kept == [], "the good one is not good"
    assert list(RULES[name](GOOD)) == []
    assert old in GOOD
    assert list(RULES[name](GOOD.replace(old, new)))


def test_a_job_without_a_group_or_an_environment_is_seen() -> None:
    lonely = GOOD.replace("concurrency: {group: one}\n", "").replace("    environment: dev\n", "")
    assert list(RULES["no run is in anothers way"](lonely))


def test_every_rule_is_seen_to_fail() -> None:
    assert {name for name, _, _ in BROKEN} | {"no run is in anothers way"} == set(RULES)


def test_the_cli_of_the_workflows_is_the_one_the_program_is_locked_to() -> None:
    (version,) = re.findall(r"^pulumi==(\S+)", (ROOT / "requirements" / "dev.txt").read_text(), re.MULTILINE)
    told = [str(step["with"]["pulumi-version"]) for job in JOBS for step in job.uses("pulumi/actions")]
    assert len(told) >= 4
    assert set(told) == {version}


def test_one_action_has_one_version_everywhere() -> None:
    used = {action for file in FILES for action, _ in USES.findall(file.read_text())}
    names = [action.partition("@")[0] for action in used]
    assert len(names) == len(set(names)), sorted(used)
