"""What an asset or archive holds, told by content alone: one SHA-256 a file, never a path of this machine."""

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi

from asset_edge.errors import ProgramError


def told(value: pulumi.Asset | pulumi.Archive, base: Path) -> dict[str, Any]:
    """`{"asset": sha256}`, `{"archive": {name: sha256}}`, or `{"uri": uri}` for what lies elsewhere.

    `base` is where relative paths start. Raises ProgramError if a file is not there or no archive.
    """
    if isinstance(value, pulumi.RemoteAsset | pulumi.RemoteArchive):
        return {"uri": value.uri}
    if isinstance(value, pulumi.Archive):
        return {"archive": dict(sorted(_files(value, base)))}
    return {"asset": _sha256(_bytes(value, base))}


def _files(archive: Any, base: Path) -> Iterator[tuple[str, str]]:
    if isinstance(archive, pulumi.FileArchive):
        yield from _files_at(base / archive.path, archive.path)
        return
    for name, item in archive.assets.items():
        inside = told(item, base)
        if "archive" in inside:
            yield from ((f"{name}/{inner}", digest) for inner, digest in inside["archive"].items())
        else:
            yield name, inside.get("asset", inside.get("uri", ""))


def _files_at(path: Path, as_given: str) -> Iterator[tuple[str, str]]:
    if path.is_dir():
        files = (file for file in path.rglob("*") if file.is_file())
        yield from ((file.relative_to(path).as_posix(), _sha256(file.read_bytes())) for file in files)
        return
    content = _read(path)
    if zipfile.is_zipfile(io.BytesIO(content)):
        yield from _zip_members(content)
        return
    try:
        yield from _tar_members(content)
    except tarfile.TarError as error:
        raise ProgramError(
            f"{as_given} is no archive: {error}. A FileArchive is a folder, a .zip, a .tar or a .tar.gz"
        ) from error


def _zip_members(content: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as members:
        yield from (
            (info.filename, _sha256(members.read(info))) for info in members.infolist() if not info.is_dir()
        )


def _tar_members(content: bytes) -> Iterator[tuple[str, str]]:
    with tarfile.open(fileobj=io.BytesIO(content)) as members:
        for info in members:
            file = members.extractfile(info)
            if file is not None:
                yield info.name, _sha256(file.read())


def _bytes(asset: Any, base: Path) -> bytes:
    if isinstance(asset, pulumi.FileAsset):
        return _read(base / asset.path)
    return str(asset.text).encode()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ProgramError(
            f"the program names the file {path}, which cannot be read: {error.strerror}. "
            "Make it first, or mend the path"
        ) from error


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
