"""`asset-edge bundle`: the very zips that the stacks' Lambda functions would be deployed with."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from asset_edge.cli import screen
from asset_edge.cli.program_options import Directory

if TYPE_CHECKING:
    from asset_edge.localcloud.program import LoadedProgram

_FUNCTION = "aws:lambda/function:Function"


@dataclass(frozen=True)
class Zip:
    """The code of one function of one stack."""

    stack: str
    function: str
    content: bytes

    @property
    def name(self) -> str:
        """Its path below the output folder: two stacks' functions differ in the settings baked in."""
        return f"{self.stack}/{self.function}.zip"


def bundle(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the zips, one folder a stack.")
    ],
    stack: Annotated[
        list[str] | None, typer.Option("--stack", metavar="STACK", help="Only this stack; repeatable.")
    ] = None,
    program: Directory = Path(),
) -> None:
    """Build the zip of every Lambda function, the same bytes on every machine; needs no credentials.

    A zip that the program holds secret has keys in it, and is left out.
    """
    with screen.progress("building the bundles"):
        zips = [found for name in stack or _stacks(program) for found in _zips(program, name)]
    for found in zips:
        file = out / found.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(found.content)
    _show(zips)


def _stacks(directory: Path) -> list[str]:
    from asset_edge.localcloud import project  # noqa: PLC0415 - the SDK takes a second to load

    return project.stacks(project.read(directory))


def _zips(directory: Path, stack: str) -> Iterator[Zip]:
    from asset_edge.localcloud.masking import is_secret  # noqa: PLC0415 - as above
    from asset_edge.localcloud.program import load  # noqa: PLC0415 - as above
    from asset_edge.localcloud.symbols import symbolic_state  # noqa: PLC0415 - as above

    program = load(directory, stack)
    functions = [r for r in program.run(symbolic_state).registrations if r.type == _FUNCTION]
    for function in sorted(functions, key=lambda r: r.name):
        if is_secret(function.inputs.get("code")):
            typer.echo(f"{stack}/{function.name}.zip is secret and left out: keys are in it", err=True)
            continue
        yield Zip(stack, function.name, _code(function.name, function.inputs.get("code"), program))


def _code(function: str, code: object, program: "LoadedProgram") -> bytes:
    import pulumi  # noqa: PLC0415 - as above

    from asset_edge.errors import BundleError  # noqa: PLC0415 - beside its use

    file = program.directory / code.path if isinstance(code, pulumi.FileArchive) else None
    if file is None or not file.is_file():
        raise BundleError(
            f"the code of the function {function} is {_told(code)}; only a FileArchive of a zip is deployed "
            "as it is. Build the zip first, as asset_edge.bundle does"
        )
    return file.read_bytes()


def _told(code: object) -> str:
    return f"{type(code).__name__} {getattr(code, 'path', '')}".strip()


def _show(zips: list[Zip]) -> None:
    from rich.table import Table  # noqa: PLC0415 - only a command that ran prints

    table = Table("bundle", "bytes", "sha256", box=None)
    for found in zips:
        table.add_row(found.name, str(len(found.content)), sha256(found.content).hexdigest())
    screen.out().print(table)
