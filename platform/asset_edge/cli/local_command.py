"""`asset-edge local up`: the program deployed and served on this machine, until Ctrl-C."""

import gc
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from asset_edge.cli import screen
from asset_edge.cli.interrupts import interrupts
from asset_edge.cli.program_options import Directory, Settings, overrides
from asset_edge.errors import LocalError

if TYPE_CHECKING:
    from asset_edge.localcloud.up import Local

local_app = typer.Typer(name="local", help="The whole data path on this machine.", no_args_is_help=True)


@local_app.callback()
def _local() -> None:
    """The whole data path on this machine, with no account."""


@local_app.command()
def up(
    *,
    program: Directory = Path(),
    stack: Annotated[str, typer.Option(help="The stack to run.")] = "local",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the edge answers; 0 is any.")] = 8080,
    config: Settings = None,
    pace: Annotated[
        float,
        typer.Option(min=1, help="How many times faster than declared health checks and schedules go."),
    ] = 1,
    ready_file: Annotated[
        Path | None,
        typer.Option("--ready-file", metavar="F", help="Written once the edge answers: addresses, as JSON."),
    ] = None,
) -> None:
    """Deploy a program into a local cloud and serve its distributions; Ctrl-C ends it."""
    given = overrides(config)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        with interrupts(), _ready(ready_file) as ready, screen.progress("loading") as status:
            from asset_edge.localcloud.up import Local, Options  # noqa: PLC0415 - the SDKs are slow to load

            options = Options(program=program.resolve(), stack=stack, port=port, config=given, pace=pace)
            with Local(options, status.update) as local:
                status.stop()
                ready(local.ready())
                _show(local, screen.out())
                threading.Event().wait()
    except KeyboardInterrupt:
        screen.out().print("ended")
    gc.freeze()  # everything has been ended: the interpreter need not look through it once more


@contextmanager
def _ready(file: Path | None) -> Iterator[Any]:
    """A function that writes the ready file whole; the file is there only while the edge is.

    Whether it can be written is tried at once, before anything is started.
    """

    def write(content: dict[str, Any]) -> None:
        if file:
            with _writing(file) as fresh:
                fresh.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
                fresh.replace(file)

    if file:
        with _writing(file) as fresh:
            file.unlink(missing_ok=True)
            fresh.touch()
    try:
        yield write
    finally:
        if file:
            file.unlink(missing_ok=True)


@contextmanager
def _writing(file: Path) -> Iterator[Path]:
    """A file beside it, which is gone afterwards: whoever waits for the ready file never sees half of it."""
    fresh = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        yield fresh
        fresh.unlink(missing_ok=True)
    except OSError as error:
        raise LocalError(
            f"the ready file {file} cannot be written: {error.strerror}. Name another with --ready-file"
        ) from error


def _show(local: "Local", console: Console) -> None:
    """Where everything is, what to try, and what has no effect here."""
    console.print(f"ready: {local.edge}", soft_wrap=True)
    for line in (*_addresses(local), "", *_to_try(local), "", *_no_effect(local)):
        console.print(line, soft_wrap=True)


def _addresses(local: "Local") -> Iterator[str]:
    for served in local.served:
        yield f"  distribution  {served.id}  {', '.join((*served.aliases, served.domain_name))}"
    for region, bucket in local.buckets.items():
        picture = f"  ({local.pictures[region].name})" if region in local.pictures else ""
        yield f"  bucket        {region}  {bucket}{picture}"
    yield f"  AWS endpoint  {local.aws}"
    yield f"  DNS           {local.dns}"
    yield f"  state         {local.console}"


def _to_try(local: "Local") -> Iterator[str]:
    from asset_edge.localcloud.up import first_urls  # noqa: PLC0415 - loaded by now

    for url in first_urls(local):
        yield f"  curl -sD- -o /dev/null {url}"
    for region in list(local.buckets)[:1]:
        fault = json.dumps({"region": region, "kind": "refuse"})
        yield f"  curl -X POST {local.console}faults -d '{fault}'   breaks {region}"
        yield f"  curl -X DELETE {local.console}faults/{region}   mends it"
    for served in local.served[:1]:
        clear = f"cloudfront create-invalidation --distribution-id {served.id} --paths '/*'"
        yield f"  aws --endpoint-url {local.aws} {clear}   clears the edge"


def _no_effect(local: "Local") -> Iterator[str]:
    counted = [f"{kind} ({count})" for kind, count in local.only_declared.items()]
    if counted:
        yield f"declared, no local effect: {', '.join(counted)}"
    for distribution_id, names in local.without_effect.items():
        if names:
            yield f"declared on {distribution_id}, no local effect: {', '.join(names)}"
    yield from local.different
