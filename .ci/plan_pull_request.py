"""What a pull request says of itself: every stack of two checkouts, planned and compared, as one comment.

    python3 .ci/plan_pull_request.py BASE HEAD OUT

Needs no credentials, and Python's standard library alone; each checkout has been set up with `make setup`.
Writes OUT/comment.md, OUT/danger (a line for each stack that would lose something) and the plans.
"""
# ruff: noqa: INP001 - a program of CI, in no package

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MARKER = "<!-- asset-edge: the plans of this pull request -->"
"""By its first line the comment is found again, and one comment is updated for ever."""

MOST_CHARACTERS = 64_000
"""Of one comment: a little under GitHub's 65,536, for what posting it adds."""

SUMMARY_CHARACTERS = 4000
"""Kept for the table of stacks, and for the summary of each stack at least."""

DANGER = 3
"""How `asset-edge diff` ends where something stateful would be replaced, deleted or lose its protection."""

_SHOWN_OF_A_FAILURE = 2000
_LONGEST_PLAN_SECONDS = 300


@dataclass(frozen=True)
class Told:
    """What is said of one stack."""

    stack: str
    outcome: str
    text: str
    danger: bool = False


@dataclass(frozen=True)
class Planned:
    """How planning one stack of one side ended."""

    why_not: str = ""
    breaks_a_policy: bool = False


def stacks(*sides: Path) -> list[str]:
    """The names of all stacks that have a file on any side."""
    files = [file for side in sides for file in side.glob("Pulumi.?*.yaml")]
    return sorted({file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in files})


def plan(side: Path, stack: str, file: Path) -> Planned:
    """Writes the plan of a stack that this side has."""
    if not (side / f"Pulumi.{stack}.yaml").exists():
        return Planned()
    file.parent.mkdir(parents=True, exist_ok=True)
    ended = _asset_edge(side, "plan", stack, "--program", str(side), "--json", str(file))
    if file.exists():
        return Planned(breaks_a_policy=ended.returncode != 0)
    return Planned(why_not=ended.stderr or ended.stdout or "it wrote no plan")


def tell(head: Path, stack: str, old: Path, new: Path, most_characters: int = MOST_CHARACTERS) -> Told:
    """The difference between two plans; a stack that one side lacks is compared with an empty one."""
    _empty_like(new, old)
    _empty_like(old, new)
    limit = ("--most-characters", str(max(most_characters, SUMMARY_CHARACTERS + 96)))
    ended = _asset_edge(head, "diff", str(old), str(new), "--format", "markdown", *limit)
    if ended.returncode not in (0, DANGER):
        return failed(stack, "its plans could not be compared", ended.stderr)
    danger = ended.returncode == DANGER
    return Told(stack, "**loses something: see below**" if danger else "see below", ended.stdout, danger)


def failed(stack: str, what: str, why: str) -> Told:
    """A stack of which nothing is known, and that a person has to look at."""
    quoted = why[-_SHOWN_OF_A_FAILURE:].strip().replace("`", "'")
    return Told(stack, f"**{what}**", f"### {stack}: {what}\n\n```\n{quoted}\n```\n", danger=True)


def against_policy(one: Told) -> Told:
    """What is said of a stack whose head breaks a mandatory policy, whatever else it does."""
    also = f"; {one.outcome.strip('*')}" if one.danger else ": see below"
    return Told(one.stack, f"**breaks a policy{also}**", one.text, danger=True)


def comment(told: list[Told]) -> str:
    """One comment of all: the summary first and whole, then each stack, as far as there is room."""
    rows = "\n".join(f"| {one.stack} | {one.outcome} |" for one in told)
    text = f"{MARKER}\n## What this pull request changes\n\n| stack | |\n|---|---|\n{rows}\n"
    for one in told:
        left = f"\n### {one.stack}\n\nToo long for one comment: see the summary of the workflow's run.\n"
        rest = len(left) * len(told)
        text += f"\n{one.text}" if len(text) + len(one.text) + rest < MOST_CHARACTERS else left
    return text


def run(base: Path, head: Path, out: Path) -> list[Told]:
    """Plans and compares every stack."""
    told, names = [], stacks(base, head)
    share = (MOST_CHARACTERS - SUMMARY_CHARACTERS) // max(len(names), 1)
    for stack in names:
        old, new = out / "base" / f"{stack}.json", out / "head" / f"{stack}.json"
        ended = {"base": plan(base, stack, old), "head": plan(head, stack, new)}
        broken = [side for side, one in ended.items() if one.why_not]
        if broken:
            text = "\n".join(ended[side].why_not for side in broken)
            told.append(failed(stack, f"it cannot be planned ({' and '.join(broken)})", text))
        else:
            one = tell(head, stack, old, new, share)
            told.append(against_policy(one) if ended["head"].breaks_a_policy else one)
    return sorted(told, key=lambda one: not one.danger)


def _empty_like(there: Path, missing: Path) -> None:
    if missing.exists():
        return
    known = json.loads(there.read_text(encoding="utf-8"))
    empty = {"project": known["project"], "stack": known["stack"], "resources": [], "outputs": {}}
    missing.parent.mkdir(parents=True, exist_ok=True)
    missing.write_text(json.dumps(empty), encoding="utf-8")


def _asset_edge(side: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return ended([str(side / ".venv" / "bin" / "asset-edge"), *arguments], _LONGEST_PLAN_SECONDS)


def ended(command: list[str], longest_seconds: float) -> "subprocess.CompletedProcess[str]":
    """What came of the command; one that takes too long counts as failed, so that the comment says it."""
    try:
        return subprocess.run(  # noqa: S603 - the checkout's own command
            command, check=False, capture_output=True, encoding="utf-8", timeout=longest_seconds
        )
    except subprocess.TimeoutExpired:
        why = f"not done after {longest_seconds:g} s"
        return subprocess.CompletedProcess(command, returncode=124, stdout="", stderr=why)


def main() -> None:
    """Ends with 0 whatever was found: the comment and OUT/danger say it."""
    base, head, out = (Path(argument).resolve() for argument in sys.argv[1:])
    told = run(base, head, out)
    (out / "comment.md").write_text(comment(told), encoding="utf-8")
    lines = [f"{one.stack}: {one.outcome.strip('*')}\n" for one in told if one.danger]
    (out / "danger").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
