"""Others install a wheel: it is built of a clean tree through its sdist, and plans programs in an empty
environment, whatever folders lie beside them; the sdist, unpacked, is a plugin.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
UV = Path(sys.executable).parent / "uv"
COMPONENTS = ("ReplicatedBucketPair", "WeightedS3Origin", "EdgeFunction", "AssetDistribution")
THEIRS = 'raise SystemExit("this is the consumer\'s own code")\n'


@dataclass(frozen=True)
class Built:
    """What others can install."""

    wheel: Path
    sdist: Path

    @property
    def names(self) -> list[str]:
        return zipfile.ZipFile(self.wheel).namelist()

    @property
    def metadata(self) -> Message:
        (name,) = [name for name in self.names if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(zipfile.ZipFile(self.wheel).read(name).decode())


def version() -> str:
    """The package's version."""
    project = tomllib.loads((ROOT / "platform" / "pyproject.toml").read_text())["project"]
    return str(project["version"])


def run(*command: str | Path, cwd: Path) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=clean, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    tree = tmp_path_factory.mktemp("tree")
    left_out = shutil.ignore_patterns("__pycache__", "*.egg-info", "dist", "build")
    for folder in ("platform", "handlers"):
        shutil.copytree(ROOT / folder, tree / folder, symlinks=True, ignore=left_out)
    # What working with a tree leaves in it.
    (tree / "handlers" / "edge" / "__pycache__").mkdir()
    (tree / "handlers" / "edge" / "__pycache__" / "stray.cpython-311.pyc").write_bytes(b"stray")
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, tree / "platform", cwd=out)
    (sdist,), (wheel,) = out.glob("*.tar.gz"), out.glob("*.whl")
    return Built(wheel, sdist)


@pytest.fixture(scope="module")
def environment(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel and what it requires, nothing else; its `bin`."""
    folder = tmp_path_factory.mktemp("consumer")
    run(UV, "venv", "--quiet", "--python", sys.executable, "env", cwd=folder)
    python = folder / "env" / "bin" / "python"
    install = (UV, "pip", "install", "--quiet", "--python", python)
    run(*install, "--require-hashes", "-r", ROOT / "requirements" / "consumer.txt", cwd=folder)
    run(*install, "--no-deps", built.wheel, cwd=folder)
    return python.parent


def program(example: str, folder: Path) -> Path:
    """The example, copied to where there is nothing else but folders named as ours are."""
    copied = folder / example
    copied.mkdir()
    for file in (EXAMPLES / example).iterdir():
        if file.is_file():
            (copied / file.name).write_bytes(file.read_bytes())
    for module in ("handlers", "handlers/edge", "handlers/regional", "stacks"):
        (copied / module).mkdir()
        (copied / module / "__init__.py").write_text(THEIRS)
    for entry in ("edge/origin_request", "edge/origin_response", "regional/origin_probe"):
        (copied / "handlers" / f"{entry}.py").write_text(THEIRS)
    return copied


def planned(environment: Path, directory: Path, folder: Path) -> list[dict[str, Any]]:
    run(environment / "asset-edge", "plan", "dev", "--program", directory, "--json", "plan.json", cwd=folder)
    found: list[dict[str, Any]] = json.loads((folder / "plan.json").read_text())["resources"]
    return found


def test_the_wheel_holds_the_handlers_and_no_stray_top_level_package(built: Built) -> None:
    assert "asset_edge/handlers/edge/origin_request.py" in built.names
    assert "asset_edge/components/asset_distribution.py" in built.names
    assert {name.split("/")[0].split("-")[0] for name in built.names} == {"asset_edge"}


def test_the_wheel_holds_every_handler_and_every_module_once(built: Built) -> None:
    written = {
        f"asset_edge/{path.relative_to(ROOT / 'platform' / 'asset_edge').as_posix()}"
        for path in (ROOT / "platform" / "asset_edge").rglob("*.py")
    } | {
        f"asset_edge/handlers/{path.relative_to(ROOT / 'handlers').as_posix()}"
        for path in (ROOT / "handlers").rglob("*.py")
    }
    assert {name for name in built.names if name.endswith(".py")} == written
    assert len(built.names) == len(set(built.names))


def test_the_wheel_holds_no_tests_links_bytecode_or_baked_settings(built: Built) -> None:
    assert not [n for n in built.names if n.endswith((".pyc", "config.json", ".zip", ".pem"))]
    assert not [n for n in built.names if "test" in n or "__pycache__" in n or ".bundles" in n]
    links = [i.filename for i in zipfile.ZipFile(built.wheel).infolist() if i.external_attr >> 28 == 0xA]
    assert links == []


def test_the_wheel_says_that_it_is_typed(built: Built) -> None:
    assert "asset_edge/py.typed" in built.names


def test_what_signs_with_private_keys_is_an_extra_of_its_own(built: Built) -> None:
    assert {"signing", "local"} <= set(built.metadata.get_all("Provides-Extra", []))
    required = built.metadata.get_all("Requires-Dist", [])
    assert [r for r in required if "extra == 'signing'" in r] == ["cryptography>=46; extra == 'signing'"]
    assert not [r for r in required if r.startswith("cryptography") and "extra" not in r]


def test_a_program_elsewhere_imports_the_components_from_the_wheel_and_plans(
    environment: Path, tmp_path: Path
) -> None:
    resources = planned(environment, program("two-regions", tmp_path), tmp_path)
    types = {resource["type"] for resource in resources}
    assert {f"asset-edge:index:{c}" for c in COMPONENTS} <= types
    assert "aws:cloudfront/distribution:Distribution" in types


@pytest.mark.parametrize(
    ("example", "entries"),
    [
        ("python-existing-buckets", {"handlers.edge.origin_response"}),
        ("python-shared-pair", {"handlers.edge.origin_request", "handlers.regional.origin_probe"}),
    ],
)
def test_an_example_beside_a_folder_named_handlers_bakes_our_handlers(
    example: str, entries: set[str], environment: Path, tmp_path: Path
) -> None:
    directory = program(example, tmp_path)
    resources = planned(environment, directory, tmp_path)
    assert any(resource["type"] == "aws:cloudfront/distribution:Distribution" for resource in resources)
    baked: set[str] = set()
    for zip_file in (directory / ".bundles").glob("*.zip"):
        baked.add(zip_file.name.rpartition("-")[0])
        with zipfile.ZipFile(zip_file) as archive:
            names = [name for name in archive.namelist() if name.startswith("handlers/")]
            for name in (n for n in names if n.endswith(".py")):
                assert archive.read(name) == (ROOT / name).read_bytes(), name
    assert baked == entries


def test_the_consumers_own_handlers_folder_can_be_bundled_too(environment: Path, tmp_path: Path) -> None:
    own = tmp_path / "handlers"
    own.mkdir()
    (own / "__init__.py").write_text("")
    (own / "hello.py").write_text("def handler(event, context):\n    return event\n")
    code = (
        "from pathlib import Path; from asset_edge import bundle;"
        "print(sorted(bundle.build('handlers.hello', source=Path('handlers')).files))"
    )
    assert run(environment / "python", "-c", code, cwd=tmp_path).strip() == str(
        ["handlers/__init__.py", "handlers/hello.py"]
    )


def test_the_environment_has_nothing_that_only_the_local_edge_needs(
    environment: Path, tmp_path: Path
) -> None:
    code = (
        "from importlib.util import find_spec;"
        "print([m for m in ('cryptography', 'moto', 'aiohttp') if find_spec(m)])"
    )
    assert run(environment / "python", "-c", code, cwd=tmp_path).strip() == "[]"


def test_the_unpacked_sdist_is_a_plugin_without_links(
    built: Built, environment: Path, tmp_path: Path
) -> None:
    from tests.plugin.served import plugin  # noqa: PLC0415 - the SDK takes a second to load

    with tarfile.open(built.sdist) as archive:
        assert not [member.name for member in archive.getmembers() if member.issym() or member.islnk()]
        archive.extractall(tmp_path, filter="data")
    folder = tmp_path / f"asset_edge-{version()}"
    assert (folder / "PulumiPlugin.yaml").is_file()
    stored = json.loads((folder / "schema.json").read_text())
    with plugin(tmp_path, folder, str(environment / "python")) as running:
        assert json.loads(running.schema()) == stored
