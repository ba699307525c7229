"""What an asset or archive holds, told by content alone: one SHA-256 a file, never a path of this machine."""

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pulumi

from asset_edge.errors import ProgramError

Told = TypeVar("Told")

CONFIGURATION = "handlers/edge/config.json"
"""What an edge function is configured with. It is told in full, because of a hash nobody can judge; any other
file might hold what nobody may see."""


def told(value: pulumi.Asset | pulumi.Archive, base: Path) -> dict[str, Any]:
    """`{"asset": sha256}`, `{"archive": {name: sha256}}`, or `{"uri": uri}` for what lies elsewhere.

    `base` is where relative paths start. Raises ProgramError if a file is not there or no archive.
    """
    if isinstance(value, pulumi.RemoteAsset | pulumi.RemoteArchive):
        return {"uri": value.uri}
    if isinstance(value, pulumi.Archive):
        return {"archive": dict(sorted(_files(value, base, _sha256)))}
    return {"asset": _sha256(_bytes(value, base))}


def configurations(value: object, base: Path) -> dict[str, Any]:
    """The configuration of an edge function's archive, by its path; none for whatever else it is.

    Its secrets are still in it. Raises ProgramError as `told` does.
    """
    if not isinstance(value, pulumi.Archive) or isinstance(value, pulumi.RemoteArchive):
        return {}
    files = {
        name: content
        for name, content in _files(value, base, lambda content: content)
        if name == CONFIGURATION and isinstance(content, bytes)
    }
    read = {name: _document(content) for name, content in sorted(files.items())}
    return {name: document for name, document in read.items() if document is not None}


def _document(content: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(content)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _files(archive: Any, base: Path, of: Callable[[bytes], Told]) -> Iterator[tuple[str, Told | str]]:
    """Each file's name and what `of` makes of its content; the address of one that lies elsewhere."""
    if isinstance(archive, pulumi.FileArchive):
        yield from ((name, of(content)) for name, content in _files_at(base / archive.path, archive.path))
        return
    if isinstance(archive, pulumi.RemoteArchive):
        return
    for name, item in archive.assets.items():
        if isinstance(item, pulumi.RemoteAsset | pulumi.RemoteArchive):
            yield name, item.uri
        elif isinstance(item, pulumi.Archive):
            yield from ((f"{name}/{inner}", made) for inner, made in _files(item, base, of))
        else:
            yield name, of(_bytes(item, base))


def _files_at(path: Path, as_given: str) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        files = (file for file in path.rglob("*") if file.is_file())
        yield from ((file.relative_to(path).as_posix(), file.read_bytes()) for file in files)
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


def _zip_members(content: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as members:
        yield from ((info.filename, members.read(info)) for info in members.infolist() if not info.is_dir())


def _tar_members(content: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(content)) as members:
        for info in members:
            file = members.extractfile(info)
            if file is not None:
                yield info.name, file.read()


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
