"""What a Lambda zip holds: the modules its entry imports, the packages those need, files the caller gives.

Made offline from what is installed, and the same bytes on every machine: names sorted, dates and permissions
fixed, stored rather than deflated (deflate differs between builds of zlib).
"""

import base64
import hashlib
import io
import stat
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from asset_edge.bundle_imports import Closure
from asset_edge.bundle_packages import INSTALLED_PACKAGES, TARGET_PACKAGES, is_given, vendored
from asset_edge.errors import BundleError

HANDLERS = Path(__file__).parent / "handlers"
"""The handlers that come with this library; in a zip their package is `handlers`."""

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold
_UNIX = 3
_MODE = stat.S_IFREG | 0o644


@dataclass(frozen=True)
class Bundle:
    """The code of one Lambda function, in memory."""

    entry: str
    """The module whose `handler` Lambda calls, as it is named in the zip: `handlers.edge.origin_request`."""

    files: Mapping[str, bytes]
    """Each file by its name in the zip, sorted."""

    @property
    def handler(self) -> str:
        """What Lambda calls the function's handler: `<module>.handler`."""
        return f"{self.entry}.handler"

    @cached_property
    def sha256(self) -> str:
        """The hash of the zip's bytes, in hex."""
        return hashlib.sha256(self.zip_bytes()).hexdigest()

    @property
    def sha256_base64(self) -> str:
        """The same hash as Lambda shows it (CodeSha256)."""
        return base64.b64encode(bytes.fromhex(self.sha256)).decode()

    def zip_bytes(self) -> bytes:
        """The zip: equal files give equal bytes."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in sorted(self.files.items()):
                archive.writestr(_header(name), content)
        return buffer.getvalue()

    def write(self, directory: Path) -> Path:
        """Puts the zip into `directory`, named after its content, whole or not at all; returns its path."""
        path = directory / f"{self.entry}-{self.sha256[:16]}.zip"
        content = self.zip_bytes()
        if not (path.is_file() and path.read_bytes() == content):
            directory.mkdir(parents=True, exist_ok=True)
            _replace(path, content)
        return path

    def manifest(self) -> dict[str, Any]:
        """What the bundle is, as plain data: entry, handler, sha256, bytes of the zip, bytes of each file."""
        return {
            "entry": self.entry,
            "handler": self.handler,
            "sha256": self.sha256,
            "bytes": len(self.zip_bytes()),
            "files": {name: len(content) for name, content in self.files.items()},
        }


def build(
    entry: str,
    *,
    files: Mapping[str, str | bytes] | None = None,
    include: Sequence[str] = (),
    source: Path = HANDLERS,
    target: Path = TARGET_PACKAGES,
    packages: Sequence[Path] = INSTALLED_PACKAGES,
) -> Bundle:
    """The bundle of the module `entry` and of all that it imports, directly or not.

    `source` is the folder of the entry's top package, whatever the folder is called; without it the entry is
    one of the library's own, `handlers.…`. `files` are added as they are, by name in the zip. A
    package imported within a `try` that catches ImportError is left out, and so is another package's extra
    (PyJWT's `cryptography`); `include` names the top-level modules of that kind to bring nevertheless.
    Packages are looked for in `target` (built for Lambda), then in `packages`.

    Raises BundleError for what is not there, is not Python, or would not load in Lambda.
    """
    code = Closure(_top(entry, source), source)
    code.follow(entry, "the bundle", needed=True)
    asked = code.outside | dict.fromkeys(include, f"`include` of bundle {entry}")
    wanted = {name: asker for name, asker in sorted(asked.items()) if not is_given(name)}
    contents = vendored(wanted, target, packages) | code.files
    return Bundle(entry, dict(sorted((contents | _given(files or {}, contents)).items())))


def _top(entry: str, source: Path) -> str:
    """The entry's package. Under any other name the library's own handlers would be taken for it."""
    top = entry.partition(".")[0]
    if source == HANDLERS and top != HANDLERS.name:
        raise BundleError(
            f"entry {entry!r} is not in {HANDLERS.name}, the package that comes with this library; code of "
            "your own is in a folder that has an __init__.py. Name that folder: "
            'bundle.build("edge.hello", source=Path(__file__).parent / "edge")'
        )
    return top


def _given(files: Mapping[str, str | bytes], contents: Mapping[str, bytes]) -> dict[str, bytes]:
    for name in files:
        path = PurePosixPath(name)
        if name in contents or path.is_absolute() or ".." in path.parts or str(path) != name or name == ".":
            raise BundleError(
                f"file {name!r} cannot be added to a bundle; a name is a plain relative path with forward "
                "slashes that nothing else in the bundle has. Rename it"
            )
    return {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}


def _header(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_STORED
    info.create_system = _UNIX
    info.external_attr = _MODE << 16
    return info


def _replace(path: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)
