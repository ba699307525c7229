"""What a Pulumi project says: its program, its stacks, and the configuration that a stack runs with.

Sources: Pulumi docs, "Project file reference" and "Stack settings file reference".
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asset_edge.errors import ProgramError, SettingsError, Unsupported
from asset_edge.localcloud import goyaml, masking

_STACK_FILE = "Pulumi.{}.yaml"
_DECLARES = {"type", "description", "items", "default", "value", "secret"}


@dataclass(frozen=True, kw_only=True)
class Project:
    """One `Pulumi.yaml`."""

    directory: Path
    """Where it lies; absolute."""
    name: str
    main: Path
    """The program's file; absolute. `pulumi` runs it with its folder as the working directory."""
    stack_directory: Path
    """Where the stack files lie."""
    declarations: Mapping[str, Mapping[str, Any]]
    """By full key, what the project declares of a configuration value: type, default, secret ..."""


@dataclass(frozen=True)
class Config:
    """What a program asks `pulumi.Config` for, as the CLI would pass it."""

    values: Mapping[str, str]
    """By full key; JSON for what is not text."""
    secret_keys: tuple[str, ...]


def read(directory: Path) -> Project:
    """The project in `directory`. Raises ProgramError if there is none that Python can run."""
    directory = directory.resolve()
    file = directory / "Pulumi.yaml"
    if not file.is_file():
        raise ProgramError(
            f"no Pulumi.yaml in {directory}; a program's folder has one. Give the folder with --program"
        )
    content = goyaml.read(file)
    name = content.get("name")
    if not isinstance(name, str) or not name:
        raise ProgramError(
            f"Pulumi.yaml says name: {name!r}; it must be a text. Add a line `name: my-project`"
        )
    _check_runtime(content.get("runtime"))
    return Project(
        directory=directory,
        name=name,
        main=_main(directory, content.get("main") or "."),
        stack_directory=directory / str(content.get("stackConfigDir") or "."),
        declarations=dict(_declarations(name, content.get("config") or {})),
    )


def _check_runtime(runtime: Any) -> None:
    language = runtime.get("name") if isinstance(runtime, dict) else runtime
    if language != "python":
        raise ProgramError(
            f"Pulumi.yaml says runtime: {language!r}; only python programs can be run here. "
            "Use the Pulumi CLI for the others"
        )


def _main(directory: Path, main: str) -> Path:
    target = (directory / main).resolve()
    file = target / "__main__.py" if target.is_dir() else target
    if not file.is_file():
        raise ProgramError(
            f"no {file.name} in {file.parent}; it is what a Python program runs. "
            "Write it, or say `main:` in Pulumi.yaml"
        )
    return file


def _declarations(project: str, config: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(config, dict):
        raise ProgramError(f"Pulumi.yaml says config: {config!r}; it must be `key: value` lines. Mend it")
    for key, told in config.items():
        declared = isinstance(told, dict) and bool(told.keys() & _DECLARES)
        yield _full_key(project, str(key)), told if declared else {"default": told}


def _full_key(project: str, key: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def stacks(project: Project) -> list[str]:
    """The names of the stacks that have a file, sorted."""
    prefix, suffix = _STACK_FILE.split("{}")
    files = project.stack_directory.glob(_STACK_FILE.format("?*"))
    return sorted(file.name.removeprefix(prefix).removesuffix(suffix) for file in files)


def config(project: Project, stack: str, overrides: Mapping[str, str] | None = None) -> Config:
    """What `stack` runs with: its file over the project's defaults, `overrides` over both.

    An encrypted value cannot be read without its passphrase; the program gets the text `[secret]`.
    """
    file = _stack_file(project, stack)
    content = goyaml.read(file)
    if content.get("environment"):
        raise Unsupported(
            f"{file.name} imports the environments {content['environment']}; they live in Pulumi Cloud, "
            "which is not asked. Give their values with --config"
        )
    told = {_full_key(project.name, str(k)): v for k, v in _of(content.get("config"), file).items()}
    given = {_full_key(project.name, k): v for k, v in (overrides or {}).items()}
    values = _defaults(project) | told | given
    _check_complete(project, values, file)
    secret = {key for key, value in values.items() if _holds_secret(value)}
    declared = {key for key, told in project.declarations.items() if told.get("secret") and key in values}
    return Config({k: _text(k, values[k], file) for k in sorted(values)}, tuple(sorted(secret | declared)))


def _stack_file(project: Project, stack: str) -> Path:
    existing = stacks(project)
    if stack not in existing:
        raise ProgramError(
            f"no stack {stack!r}: {_STACK_FILE.format(stack)} is not in {project.stack_directory}. "
            f"There is {', '.join(existing) or 'none'}"
        )
    return project.stack_directory / _STACK_FILE.format(stack)


def _of(config: Any, file: Path) -> dict[Any, Any]:
    if config is None:
        return {}
    if not isinstance(config, dict):
        raise ProgramError(f"{file.name} says config: {config!r}; it must be `key: value` lines. Mend it")
    return config


def _defaults(project: Project) -> dict[str, Any]:
    told = {key: d.get("value", d.get("default")) for key, d in project.declarations.items()}
    return {key: value for key, value in told.items() if value is not None}


def _check_complete(project: Project, values: Mapping[str, Any], file: Path) -> None:
    """As the CLI does: what the project declares in its own namespace without a default must be set."""
    own = {key: d for key, d in project.declarations.items() if key.startswith(f"{project.name}:")}
    missing = [f"{key} ({_meaning(told)})" for key, told in own.items() if key not in values]
    if missing:
        raise SettingsError(
            f"{file.name} does not set {', '.join(sorted(missing))}; Pulumi.yaml declares it without a "
            f"default. Add it under config: in {file.name}"
        )


def _meaning(declaration: Mapping[str, Any]) -> str:
    return str(declaration.get("description") or declaration.get("type") or "no description")


def _is_encrypted(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"secure"}


def _holds_secret(value: Any) -> bool:
    if isinstance(value, dict):
        return _is_encrypted(value) or any(_holds_secret(item) for item in value.values())
    return isinstance(value, list) and any(_holds_secret(item) for item in value)


def _readable(value: Any) -> Any:
    if _is_encrypted(value):
        return masking.SHOWN
    if isinstance(value, dict):
        return {str(key): _readable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_readable(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _text(key: str, value: Any, file: Path) -> str:
    if value is None:
        raise SettingsError(
            f'{file.name} gives {key} no value; write "" for an empty text, or delete the line'
        )
    value = _readable(value)
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, separators=(",", ":"))
