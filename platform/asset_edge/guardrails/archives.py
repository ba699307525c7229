"""How a file is read out of the archive that a function's code is, where it lies on this machine."""

import zipfile
from pathlib import Path
from typing import Any

import pulumi

from asset_edge.guardrails.resources import Files, NotKnown


def files_of(code: Any, *directories: Path) -> Files:
    """Reads out of a function's zip or folder; a relative path starts in the first directory that has it."""

    def read(name: str) -> bytes | None:
        if not isinstance(code, pulumi.FileArchive):
            raise NotKnown(f"code: it is no file in which {name} could be looked up")
        for path in (directory / code.path for directory in directories):
            if path.exists():
                return _read(path, name)
        raise NotKnown(f"code: {name} in it cannot be read from here")

    return read


def _read(path: Path, name: str) -> bytes | None:
    if path.is_dir():
        return (path / name).read_bytes() if (path / name).is_file() else None
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(name) if name in archive.namelist() else None
    except (OSError, zipfile.BadZipFile) as error:
        raise NotKnown(f"code: it is no zip that can be read ({type(error).__name__})") from error
