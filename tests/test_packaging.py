"""Others install a wheel: it is built through its sdist, and plans a program in an empty environment."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "two-regions"
UV = Path(sys.executable).parent / "uv"


def run(*command: str | Path, cwd: Path) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=clean, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT / "platform", cwd=out)
    assert len(list(out.glob("*.tar.gz"))) == 1
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_the_handlers_and_no_stray_top_level_package(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "asset_edge/handlers/edge/origin_request.py" in names
    assert "asset_edge/components/asset_distribution.py" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"asset_edge"}
    assert not [name for name in names if name.endswith((".pyc", "config.json"))]


def test_a_program_elsewhere_imports_the_components_from_the_wheel_and_plans(
    wheel: Path, tmp_path: Path
) -> None:
    run(UV, "venv", "--quiet", "--python", sys.executable, "env", cwd=tmp_path)
    python = tmp_path / "env" / "bin" / "python"
    install = (UV, "pip", "install", "--quiet", "--python", python)
    run(*install, "--require-hashes", "-r", ROOT / "requirements" / "consumer.txt", cwd=tmp_path)
    run(*install, "--no-deps", wheel, cwd=tmp_path)
    program = tmp_path / "program"
    program.mkdir()
    for file in EXAMPLE.iterdir():
        if file.is_file():
            (program / file.name).write_bytes(file.read_bytes())
    run(
        python.parent / "asset-edge", "plan", "dev", "--program", program, "--json", "plan.json", cwd=tmp_path
    )
    planned = json.loads((tmp_path / "plan.json").read_text())
    types = {resource["type"] for resource in planned["resources"]}
    assert {f"asset-edge:index:{c}" for c in COMPONENTS} <= types
    assert "aws:cloudfront/distribution:Distribution" in types


COMPONENTS = ("ReplicatedBucketPair", "WeightedS3Origin", "EdgeFunction", "AssetDistribution")
