"""`asset-edge diff`: what a deployment would change, told to a person, a pull request or a program."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from asset_edge.cli import screen


class Format(StrEnum):
    """Whom it is told to."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


def diff(
    old: Annotated[
        Path,
        typer.Argument(
            metavar="OLD|PREVIEW", help="The base's plan; or a `pulumi preview --json`, or its events."
        ),
    ],
    new: Annotated[
        Path | None, typer.Argument(metavar="NEW", help="The head's plan, where OLD is the base's.")
    ] = None,
    *,
    to: Annotated[
        Format, typer.Option("--format", help="A listing, a pull request's comment, or all of it as data.")
    ] = Format.TEXT,
    stack: Annotated[
        str, typer.Option("--stack", metavar="PROJECT/STACK", help="Which stack it must be of.")
    ] = "",
    largest_step: Annotated[
        float | None,
        typer.Option(
            "--largest-step",
            metavar="POINTS",
            min=0,
            max=100,
            help="How many points of share a change of weights may move, over what the base says.",
        ),
    ] = None,
    most_characters: Annotated[
        int,
        typer.Option(
            "--most-characters", metavar="N", min=4096, max=65_536, help="How long a comment may be."
        ),
    ] = 65_536,
) -> None:
    """Show what a deployment would change, riskiest first; needs no credentials.

    Exits with 3 where something stateful would be replaced, deleted or lose its protection.
    """
    if stack and (stack.count("/") != 1 or not all(stack.split("/"))):
        raise typer.BadParameter(f"{stack!r} is not PROJECT/STACK", param_hint="--stack")
    with screen.progress("comparing"):
        from asset_edge.ops import comment, documents, judging, verdict_text  # noqa: PLC0415 - loads the SDK

        changes = documents.changes_of(old, new, home=stack)
        if largest_step is not None:
            changes = replace(changes, largest_step_points=largest_step)
        verdict = judging.judge(changes)
    if to == Format.MARKDOWN:
        typer.echo(comment.comment(verdict, most_characters), nl=False)
    elif to == Format.JSON:
        typer.echo(verdict_text.dumps(verdict), nl=False)
    else:
        console = screen.out()
        for line in verdict_text.lines(verdict):
            console.print(line, soft_wrap=True)
    raise typer.Exit(verdict.exit_code)
