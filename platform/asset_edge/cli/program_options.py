"""The options of every command that runs a Pulumi program."""

from pathlib import Path
from typing import Annotated

import typer

Directory = Annotated[
    Path, typer.Option("--program", metavar="DIR", help="Folder of the program: where its Pulumi.yaml is.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--config", metavar="K=V", help="A configuration value over the stack file's; repeatable."),
]


def overrides(settings: list[str] | None) -> dict[str, str]:
    """`K=V` texts as a mapping. Raises BadParameter (exit 2) for one that is not of that form."""
    pairs = [setting.partition("=") for setting in settings or []]
    for key, equals, _ in pairs:
        if not key or not equals:
            raise typer.BadParameter(
                f"{key!r} is not KEY=VALUE; write --config key=value", param_hint="--config"
            )
    return {key: value for key, _, value in pairs}
