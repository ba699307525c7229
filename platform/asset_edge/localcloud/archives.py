"""The zip that Lambda gets for an archive of the program's, the same bytes each time."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pulumi

from asset_edge.errors import ProgramError, Unsupported

_EPOCH = (1980, 1, 1, 0, 0, 0)


def zipped(archive: object) -> bytes:
    """The zip that Lambda gets for an archive: a file as it is, a folder or a set of assets packed.

    Raises ProgramError for what is not there, Unsupported for what is no local zip, folder or file.
    """
    if isinstance(archive, pulumi.FileArchive):
        path = Path(archive.path)
        return _packed(_files_under(path)) if path.is_dir() else _zip(path)
    if isinstance(archive, pulumi.AssetArchive):
        return _packed({name: _bytes(asset) for name, asset in archive.assets.items()})
    raise Unsupported(
        f"a function's code is a {type(archive).__name__}; local files are allowed. Use FileArchive"
    )


def _zip(path: Path) -> bytes:
    content = _read(path)
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise Unsupported(
            f"a function's code is {path}, which is no zip; Lambda takes nothing else. Make it one"
        )
    return content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ProgramError(
            f"a function's code names {path}, which cannot be read: {error.strerror}. "
            "Make it first, or mend the path"
        ) from error


def _files_under(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _bytes(asset: object) -> bytes:
    if isinstance(asset, pulumi.FileAsset):
        return _read(Path(asset.path))
    if isinstance(asset, pulumi.StringAsset):
        return str(asset.text).encode()
    raise Unsupported(
        f"a function's archive holds a {type(asset).__name__}; files and texts are allowed. Use FileAsset"
    )


def _packed(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name])
    return buffer.getvalue()
