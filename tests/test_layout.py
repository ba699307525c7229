"""Who may import whom, and what the tree may never gain."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("platform/asset_edge", "stacks", "handlers", "benchmarks", "tests")
LINES_AT_MOST = 400

ALLOWED: dict[str, set[str]] = {
    "asset_edge": set(),
    "asset_edge.errors": set(),
    "asset_edge.naming": {"asset_edge.errors"},
    "asset_edge.policies": set(),
    "asset_edge.bundle": {"asset_edge.errors", "asset_edge.handlers.edge.config"},
    "asset_edge.components": {
        "asset_edge.errors",
        "asset_edge.naming",
        "asset_edge.policies",
        "asset_edge.bundle",
        "asset_edge.handlers.edge.config",
        "asset_edge.handlers.edge.own_headers",
        "asset_edge.handlers.edge.registry_rows",
    },
    "asset_edge.plugin": {
        "asset_edge.errors",
        "asset_edge.naming",
        "asset_edge.policies",
        "asset_edge.bundle",
        "asset_edge.components",
        "asset_edge.handlers.edge.config",
    },
    "asset_edge.registry": {"asset_edge.errors", "asset_edge.handlers.edge.registry_rows"},
    "asset_edge.signing": {"asset_edge.errors", "asset_edge.handlers.edge"},
    "asset_edge.guardrails": {"asset_edge.components", "asset_edge.handlers.edge.config"},
    "asset_edge.emulator": {"asset_edge.errors", "asset_edge.handlers.edge.events"},
    "asset_edge.localcloud": {"asset_edge.errors", "asset_edge.emulator"},
    "asset_edge.handlers": set(),
    "stacks": {
        "asset_edge.errors",
        "asset_edge.naming",
        "asset_edge.policies",
        "asset_edge.bundle",
        "asset_edge.components",
        "asset_edge.handlers.edge.config",
    },
}
"""What each part may import of ours, besides itself. The command line and operations may import everyone."""

FREE = {"asset_edge.cli", "asset_edge.ops"}


def sources(*folders: str) -> list[Path]:
    """Our own Python files; the handlers once, not again through the link to them."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "asset_edge/handlers" not in path.as_posix()]


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    named = parts[1:] if parts[0] == "platform" else parts
    dotted = ".".join(part for part in named if part != "__init__")
    return f"asset_edge.{dotted}" if parts[0] == "handlers" else dotted


def part_of(module: str) -> str:
    """The part a module belongs to: `asset_edge.bundle_imports` is of `asset_edge.bundle`."""
    parts = module.split(".")
    if parts[0] != "asset_edge" or len(parts) == 1:
        return parts[0]
    return f"asset_edge.{'bundle' if parts[1].startswith('bundle') else parts[1]}"


def imports_of(path: Path, text: str | None = None) -> Iterator[str]:
    module = module_of(path)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text() if text is None else text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _imported_from(node, package)


def _imported_from(node: ast.ImportFrom, package: str) -> Iterator[str]:
    up = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
    base = ".".join([*up, *([node.module] if node.module else [])])
    yield from (f"{base}.{alias.name}" for alias in node.names)


def is_ours(imported: str) -> bool:
    return imported.partition(".")[0] in ("asset_edge", "stacks", "handlers", "tests", "benchmarks")


def forbidden(path: Path, text: str | None = None) -> list[str]:
    """What a file (with other text, if given) imports of ours and may not."""
    part = part_of(module_of(path))
    if part in FREE:
        return []
    allowed = ALLOWED[part] | {part}
    return [
        imported
        for imported in imports_of(path, text)
        if is_ours(imported) and not any(f"{imported}.".startswith(f"{a}.") for a in _widened(allowed))
    ]


def _widened(allowed: set[str]) -> set[str]:
    """`asset_edge.bundle` stands for its sibling files too."""
    siblings = {"asset_edge.bundle_imports", "asset_edge.bundle_packages"}
    return allowed | (siblings if "asset_edge.bundle" in allowed else set())


@pytest.mark.parametrize("path", sources("platform/asset_edge", "stacks", "handlers"), ids=lambda p: p.name)
def test_a_part_imports_only_what_it_may(path: Path) -> None:
    assert forbidden(path) == []


@pytest.mark.parametrize(
    ("importer", "line"),
    [
        ("platform/asset_edge/emulator/planted.py", "from asset_edge.components import edge_function"),
        ("platform/asset_edge/components/planted.py", "from ..emulator import rules"),
        ("handlers/edge/planted.py", "from asset_edge import errors"),
        ("handlers/edge/planted.py", "def late():\n    import asset_edge.errors"),
        ("stacks/planted.py", "import asset_edge.localcloud.engine"),
    ],
)
def test_an_import_against_the_rule_is_seen(importer: str, line: str) -> None:
    assert forbidden(ROOT / importer, line)


def test_platform_never_becomes_a_package() -> None:
    """It would shadow the standard library's `platform` for whoever runs Python at the root."""
    assert not (ROOT / "platform" / "__init__.py").exists()


def test_the_handlers_are_reached_through_one_link() -> None:
    link = ROOT / "platform" / "asset_edge" / "handlers"
    assert link.is_symlink()
    assert link.readlink() == Path("../../handlers")


@pytest.mark.parametrize("path", sources(*SOURCES), ids=lambda p: p.name)
def test_a_file_stays_readable_in_one_go(path: Path) -> None:
    assert len(path.read_text().splitlines()) < LINES_AT_MOST


@pytest.mark.parametrize("path", sources(*SOURCES), ids=lambda p: p.name)
def test_no_file_is_named_for_nothing(path: Path) -> None:
    assert path.stem not in ("utils", "util", "common", "helpers", "helper", "manager", "misc")


@pytest.mark.parametrize("path", sources("tests"), ids=lambda p: p.name)
def test_no_test_patches_what_it_tests(path: Path) -> None:
    names = {n.id for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Name)}
    arguments = {a.arg for a in ast.walk(ast.parse(path.read_text())) if isinstance(a, ast.arg)}
    assert not {"monkeypatch", "mocker"} & (names | arguments)
    assert not any(i.startswith(("unittest.mock", "mock.", "pytest_mock")) for i in imports_of(path))


def test_the_tests_are_at_least_as_long_as_the_code() -> None:
    def lines(*folders: str) -> int:
        return sum(len(path.read_text().splitlines()) for path in sources(*folders))

    assert lines("tests") >= lines("platform/asset_edge", "stacks", "handlers")


def test_the_schema_of_the_cloud_is_whole() -> None:
    assert (ROOT / "tests" / "aws-schema-subset.json").stat().st_size == 464_568
