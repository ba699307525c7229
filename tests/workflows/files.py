"""The workflows as data: every file, job and step with where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))


class _Loader(yaml.SafeLoader):
    """YAML 1.2's booleans: `on` is a word."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
    for letter, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Job:
    """One job of a workflow."""

    workflow: str
    name: str
    content: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.workflow}/{self.name}"

    @property
    def steps(self) -> list[dict[str, Any]]:
        steps: list[dict[str, Any]] = self.content["steps"]
        return steps

    @property
    def permissions(self) -> dict[str, str]:
        permissions: dict[str, str] = self.content["permissions"]
        return permissions

    def uses(self, action: str) -> list[dict[str, Any]]:
        return [step for step in self.steps if str(step.get("uses", "")).startswith(f"{action}@")]


def read(text: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(text, Loader=_Loader)
    return content


def workflow(name: str) -> dict[str, Any]:
    return read((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))


def jobs_of(name: str, content: dict[str, Any]) -> Iterator[Job]:
    for job, told in content["jobs"].items():
        yield Job(name, job, told)


JOBS = [job for file in FILES for job in jobs_of(file.stem, workflow(file.stem))]
BY_ID = {job.id: job for job in JOBS}
