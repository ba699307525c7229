"""What a plan is: every resource a program registers, in a document that is the same on every machine."""

import json
from pathlib import Path
from typing import Any

import pulumi

from asset_edge.localcloud import content, masking
from asset_edge.localcloud.engine import Registration, Run, is_unknown
from asset_edge.localcloud.program import LoadedProgram
from asset_edge.localcloud.symbols import symbolic_state

UNKNOWN = "<unknown>"
"""What stands for a value that only a deployment knows; a plan's symbolic outputs leave hardly any."""


def plan(program: LoadedProgram) -> dict[str, Any]:
    """Runs the program with symbolic outputs (`<type name property>`) and returns its plan."""
    return document(
        program.run(symbolic_state),
        project=program.project.name,
        stack=program.stack,
        directory=program.directory,
    )


def document(run: Run, *, project: str, stack: str, directory: Path) -> dict[str, Any]:
    """The plan of a run: resources by URN, each with its inputs and the options that decide its fate.

    Secrets are `[secret]` at any depth, files are the hashes of their content; what edge functions are
    configured with stands beside the inputs as `configurations`, its secrets masked. `directory` is where the
    program's relative paths start.
    """
    ordered = sorted(run.registrations, key=lambda registration: registration.urn)
    return {
        "project": project,
        "stack": stack,
        "resources": [_resource(registration, directory) for registration in ordered],
        "outputs": _plain(run.outputs, directory),
    }


def dumps(plan: dict[str, Any]) -> str:
    """The plan as JSON text, keys sorted, one stable byte sequence for equal plans."""
    return json.dumps(plan, sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def _resource(registration: Registration, directory: Path) -> dict[str, Any]:
    configurations = {
        name: masking.public(content.configurations(value, directory))
        for name, value in sorted(registration.inputs.items())
    }
    told = {name: documents for name, documents in configurations.items() if documents}
    return {
        "urn": registration.urn,
        "type": registration.type,
        "name": registration.name,
        "parent": registration.parent,
        "inputs": _plain(registration.inputs, directory),
        "options": _plain(registration.options, directory),
        **({"configurations": told} if told else {}),
    }


def _plain(value: Any, directory: Path) -> Any:
    if masking.is_secret(value):
        return masking.SHOWN
    if isinstance(value, dict):
        return {key: _plain(value[key], directory) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_plain(item, directory) for item in value]
    if isinstance(value, pulumi.Asset | pulumi.Archive):
        return content.told(value, directory)
    if is_unknown(value):
        return UNKNOWN
    return _number(value) if isinstance(value, float) else value


def _number(value: float) -> float:
    """The wire has floating point alone; what is whole was an integer."""
    return int(value) if value.is_integer() else value
