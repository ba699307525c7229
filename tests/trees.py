"""Folders for tests: sources of a package, and packages as an installer leaves them."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Writes `files` (path to text) under `folder`; a new file has a new date, as after a clone."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def install(
    folder: Path,
    name: str,
    files: Mapping[str, str],
    *,
    requires: Sequence[str] = (),
    tag: str = "py3-none-any",
) -> Path:
    """Puts a package into `folder` as pip and uv do, with its RECORD, METADATA and WHEEL."""
    info = f"{name.replace('-', '_')}-1.0.dist-info"
    needs = "".join(f"Requires-Dist: {r}\n" for r in requires)
    beside = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nTag: {tag}\n",
        f"{info}/RECORD": "".join(f"{path},,\n" for path in (*files, f"{info}/METADATA")),
    }
    return write(folder, {**files, **beside})


def age(folder: Path, seconds: int) -> None:
    """Makes every file in `folder` look as if it had been written at that time."""
    for path in folder.rglob("*"):
        os.utime(path, (seconds, seconds))
