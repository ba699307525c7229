"""Which modules an entry loads, decided on the syntax trees of its sources; nothing is run."""

import ast
import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from asset_edge.errors import BundleError

_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError"}


@dataclass(frozen=True, order=True)
class Import:
    """One absolute module name that a source may load."""

    name: str
    needed: bool
    """False where the program goes on without it: a name taken from a package may be a submodule or not, and
    a `try` that catches ImportError has another way."""


def imports(source: bytes, module: str, *, is_package: bool) -> set[Import]:
    """All that `module` imports, wherever in it the import stands; imports for type checkers are left out.

    Names that are only put together at run time (`importlib.import_module(name)`) cannot be seen.
    A source that is not Python raises BundleError.
    """
    package = module if is_package else module.rpartition(".")[0]
    try:
        return set(_imports_of(ast.parse(source).body, package, needed=True))
    except SyntaxError as error:
        raise BundleError(
            f"module {module} is not Python at line {error.lineno} ({error.msg}); "
            "a bundle holds only modules that can be read. Mend the line"
        ) from error


@dataclass(frozen=True)
class Closure:
    """What an entry loads, directly or not."""

    top: str
    """The package that `source` is, by its name in the zip."""

    source: Path

    files: dict[str, bytes] = field(default_factory=dict)
    """The modules found under `source`, by their name in the zip."""

    outside: dict[str, str] = field(default_factory=dict)
    """The top-level modules needed from elsewhere, each with the first module that asks for it."""

    def follow(self, name: str, asker: str, *, needed: bool) -> None:
        """Adds module `name`, the packages it lies in, and what they import.

        A needed module of `source` that is not there raises BundleError.
        """
        first, _, _ = name.partition(".")
        if first == self.top:
            self._load_with_parents(name, asker, needed=needed)
        elif needed:
            self.outside.setdefault(first, asker)

    def _load_with_parents(self, name: str, asker: str, *, needed: bool) -> None:
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            found = self._load(parts[:length])
        if needed and not found:
            raise BundleError(
                f"module {name!r}, which {asker} needs, is not in {self.source}; that folder is package "
                f"{self.top}, and each package in it has an __init__.py. Add the module, or mend the import"
            )

    def _load(self, parts: list[str]) -> bool:
        path = self._path(parts)
        if path is None:
            return False
        module, file = ".".join(parts), f"{self.top}/{path.relative_to(self.source).as_posix()}"
        if file not in self.files:
            self.files[file] = path.read_bytes()
            for found in sorted(imports(self.files[file], module, is_package=path.name == "__init__.py")):
                self.follow(found.name, module, needed=found.needed)
        return True

    def _path(self, parts: list[str]) -> Path | None:
        base = self.source.joinpath(*parts[1:])
        candidates = (base / "__init__.py", base.with_name(f"{base.name}.py"))
        return next((path for path in candidates[: 1 + (base != self.source)] if path.is_file()), None)


def _imports_of(nodes: Iterable[ast.AST], package: str, *, needed: bool) -> Iterator[Import]:
    for node in nodes:
        match node:
            case ast.Import():
                yield from (Import(alias.name, needed) for alias in node.names)
            case ast.ImportFrom():
                yield from _from(node, package, needed=needed)
            case ast.If() if _is_type_checking(node.test):
                yield from _imports_of(node.orelse, package, needed=needed)
            case ast.Try() if _catches_import_error(node):
                yield from _imports_of([*node.body, *node.orelse], package, needed=False)
                yield from _imports_of([*node.handlers, *node.finalbody], package, needed=needed)
            case _:
                yield from _imports_of(ast.iter_child_nodes(node), package, needed=needed)


def _from(node: ast.ImportFrom, package: str, *, needed: bool) -> Iterator[Import]:
    base = _absolute(node, package)
    yield Import(base, needed)
    yield from (Import(f"{base}.{alias.name}", needed=False) for alias in node.names if alias.name != "*")


def _absolute(node: ast.ImportFrom, package: str) -> str:
    relative = "." * node.level + (node.module or "")
    try:
        return importlib.util.resolve_name(relative, package)
    except ImportError as error:
        raise BundleError(
            f"line {node.lineno} of a module in package {package!r} imports from {relative!r}; a relative "
            "import stays inside the top package. Take a dot away"
        ) from error


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", None)
    return name == "TYPE_CHECKING"


def _catches_import_error(node: ast.Try) -> bool:
    caught = (handler.type for handler in node.handlers if handler.type)
    names = (t for kind in caught for t in (kind.elts if isinstance(kind, ast.Tuple) else [kind]))
    return any(isinstance(name, ast.Name) and name.id in _IMPORT_ERRORS for name in names)
