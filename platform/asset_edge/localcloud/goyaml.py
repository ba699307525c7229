"""How a YAML file is read so that a program gets the values the Pulumi CLI would give it.

The CLI is written in Go, whose YAML keeps what PyYAML's older rules would turn into something else:
`no` stays a text (it is a country), and so do `12:30` and `2026-01-01`.
"""

import re
from pathlib import Path
from typing import Any

import yaml

from asset_edge.errors import ProgramError


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader with Go's idea of which plain scalars are not text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own attribute

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """A mapping, whose keys may be written once only; PyYAML alone would keep the last."""
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                raise yaml.MarkedYAMLError(problem=f"{name} is there twice", problem_mark=key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(0|[1-9][0-9_]*)|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))
_Loader.yaml_implicit_resolvers[""] = _Loader.yaml_implicit_resolvers.pop("\0")


def read(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; an empty file is an empty mapping."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a subclass of SafeLoader
    except yaml.MarkedYAMLError as error:
        where = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ProgramError(
            f"{path.name}{where} is not YAML: {error.problem}. Mend that line and run again"
        ) from error
    except Exception as error:  # PyYAML raises whatever a wrongly tagged value runs into
        raise ProgramError(f"{path} cannot be read: {error}. It must be a YAML file in UTF-8") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ProgramError(
            f"{path.name} holds a {type(content).__name__}; it must hold `key: value` lines. Mend it"
        )
    return content
