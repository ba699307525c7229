"""How a Python Pulumi program in a folder is run: as `pulumi` runs it, and leaving the process as it was."""

import gc
import importlib
import os
import runpy
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from asset_edge.errors import AssetEdgeError, ProgramError
from asset_edge.localcloud import engine, project
from asset_edge.localcloud.engine import Invoke, Registration, Respond, Run, State
from asset_edge.localcloud.project import Config, Project

_MACHINES_OWN = ("PULUMI_CONFIG", "AWS_REGION", "AWS_DEFAULT_REGION")
"""Variables the SDKs would fill gaps from; a program must come out the same on every machine."""

_LONGEST_ERROR = 2000
_process = threading.Lock()  # the working directory, sys.path and sys.modules are the whole process's


@dataclass(frozen=True)
class LoadedProgram:
    """A program, the stack it is run for, and that stack's configuration."""

    project: Project
    stack: str
    config: Config

    @property
    def directory(self) -> Path:
        """The program's working directory, against which its relative paths are meant."""
        return self.project.main.parent

    def run(self, respond: Respond, *, preview: bool = False, invoke: Invoke = engine.refuse_lookup) -> Run:
        """Runs the program once; may be called again, and every run starts from fresh modules.

        Raises ProgramError if the program raises or exits; our own errors, and what `respond` raises,
        come out as they are. What the program prints goes to standard error.
        """
        watched = _Watched(respond)
        with _process, _as_pulumi_runs_it(self.directory, self.project.main):
            try:
                return engine.run(
                    lambda: _execute(self.project.main),
                    project=self.project.name,
                    stack=self.stack,
                    respond=watched,
                    config=self.config.values,
                    secret_keys=self.config.secret_keys,
                    root_directory=str(self.project.directory),
                    preview=preview,
                    invoke=invoke,
                )
            except AssetEdgeError:
                raise
            except (Exception, SystemExit) as error:
                if error is watched.failure:
                    raise
                raise _explained(error, self.directory) from error


def load(directory: Path | str, stack: str, overrides: Mapping[str, str] | None = None) -> LoadedProgram:
    """The program in `directory` for `stack`; nothing of it has run yet.

    `overrides` are configuration values as on the command line; a key without a namespace is the project's.
    """
    found = project.read(Path(directory))
    return LoadedProgram(found, stack, project.config(found, stack, overrides))


class _Watched:
    """Passes registrations on and remembers a failure, which is not the program's."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond
        self.failure: Exception | None = None

    def __call__(self, registration: Registration) -> State:
        try:
            return self._respond(registration)
        except Exception as error:
            self.failure = self.failure or error
            raise


def _execute(main: Path) -> None:
    runpy.run_path(str(main), run_name="__main__")


@contextmanager
def _as_pulumi_runs_it(directory: Path, main: Path) -> Iterator[None]:
    with _variables_hidden(), _imports_fresh(directory), _collector_paused(), redirect_stdout(sys.stderr):
        before, arguments = Path.cwd(), sys.argv
        os.chdir(directory)
        sys.argv = [str(main)]
        try:
            yield
        finally:
            sys.argv = arguments
            os.chdir(before)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Importing pulumi_aws makes so many lasting objects that looking through them costs seconds."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def _variables_hidden() -> Iterator[None]:
    hidden = {name: value for name, value in os.environ.items() if name.startswith(_MACHINES_OWN)}
    for name in hidden:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(hidden)


@contextmanager
def _imports_fresh(directory: Path) -> Iterator[None]:
    """Imports see the program's folder first and none of its modules yet; afterwards all is as before.

    Resources may be registered while a module is imported, so a module kept from an earlier run would
    hide them.
    """
    path, kept = list(sys.path), _modules_under(directory)
    for name in kept:
        del sys.modules[name]
    sys.path.insert(0, str(directory))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        for name in _modules_under(directory):
            del sys.modules[name]
        sys.modules.update(kept)
        sys.path[:] = path


def _modules_under(directory: Path) -> dict[str, ModuleType]:
    installed = tuple(Path(prefix).resolve() for prefix in {sys.prefix, sys.base_prefix})
    return {
        name: module
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] not in {"__main__", "asset_edge"}
        and any(_is_own(place, directory, installed) for place in _places(module))
    }


def _is_own(place: Path, directory: Path, installed: tuple[Path, ...]) -> bool:
    return place.is_relative_to(directory) and not (
        "site-packages" in place.parts or any(place.is_relative_to(prefix) for prefix in installed)
    )


def _places(module: ModuleType) -> list[Path]:
    if not issubclass(type(module), ModuleType):
        return []  # cffi puts its libraries there, which have no `__dict__` and deny their type
    # Not `module.__spec__`: any attribute of one of pulumi-aws' lazy modules would load it.
    spec: Any = object.__getattribute__(module, "__dict__").get("__spec__")
    if spec is None:
        return []
    files = [spec.origin] if spec.has_location else list(spec.submodule_search_locations or [])
    return [Path(file) for file in files]


def _explained(error: BaseException, directory: Path) -> ProgramError:
    where = _place(error, directory)
    if isinstance(error, SystemExit):
        return ProgramError(
            f"the program called sys.exit({error.code!r}){where}; a program ends by reaching its end. "
            "Raise an error instead, or let it run through"
        )
    hint = (
        "Install it beside asset-edge"
        if isinstance(error, ModuleNotFoundError)
        else "Mend the program; --debug shows the whole traceback"
    )
    told = f"{type(error).__name__}: {error}"
    return ProgramError(f"the program raised{where} {told[:_LONGEST_ERROR]}. {hint}")


def _place(error: BaseException, directory: Path) -> str:
    """` at file:line`, of the program's own innermost line; nothing if none took part."""
    if isinstance(error, SyntaxError) and error.filename:
        frames = [(error.filename, error.lineno)]
    else:
        frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    own = [(Path(file), line) for file, line in frames if _is_own(Path(file), directory, ())]
    return f" at {own[-1][0].relative_to(directory).as_posix()}:{own[-1][1]}" if own else ""
