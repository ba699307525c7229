"""Which commands `asset-edge` has, and how an error ends one.

Commands import what they need when they run: the SDKs take longer to load than the help to read.
"""

import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from asset_edge.cli.asset_command import asset_app
from asset_edge.cli.bundle_command import bundle
from asset_edge.cli.diff_command import diff
from asset_edge.cli.key_command import key_app
from asset_edge.cli.local_command import local_app
from asset_edge.cli.plan_command import plan
from asset_edge.cli.sign_command import sign
from asset_edge.errors import AssetEdgeError

app = typer.Typer(
    name="asset-edge",
    help="Media assets from two AWS regions at once: plan, bundle and run the program.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.command()(plan)
app.command()(diff)
app.command()(bundle)
app.command()(sign)
app.add_typer(asset_app)
app.add_typer(key_app)
app.add_typer(local_app)

_DEBUG = "--debug"


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option(_DEBUG, help="Show the whole traceback of an error.")] = False,
) -> None:
    """What every command understands."""


def run(arguments: Sequence[str] | None = None) -> None:
    """The `asset-edge` command; always ends in SystemExit.

    Exit codes: 0 done, 1 an error of ours, 2 a wrong command line.
    """
    given = sys.argv[1:] if arguments is None else arguments
    try:
        app(args=[argument for argument in given if argument != _DEBUG])
    except (AssetEdgeError, OSError) as error:
        if _DEBUG in given:
            traceback.print_exc()
        print(f"asset-edge: {error}", file=sys.stderr)
        sys.exit(1)
