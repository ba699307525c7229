"""Which files of installed packages go into a Lambda zip: decided by what pip and uv record beside them.

A package brings what its own metadata requires on the bundle's target, extras apart. Compiled code comes
from one folder only, which `make setup` fills for the target: so a bundle is the same wherever it is made.
"""

import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import Distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from asset_edge.errors import BundleError

TARGET_RUNTIME = "python3.13"
"""The Lambda runtime every bundle is made for: the newest that AWS names for Lambda@Edge
(AWS What's New, 2024-11-13)."""

TARGET_ARCHITECTURE = "x86_64"
"""The only one Lambda@Edge runs ("Restrictions on Lambda@Edge")."""

TARGET_PACKAGES = Path(sys.prefix) / "lambda"
"""Where packages built for the target lie: `lambda` in the environment that runs us."""

INSTALLED_PACKAGES = tuple(dict.fromkeys(Path(sysconfig.get_path(p)) for p in ("purelib", "platlib")))
"""Where the packages of the running interpreter lie."""

RUNTIME_SHIPS = frozenset({"boto3", "botocore"})
"""What Lambda's Python runtimes bring themselves ("Building Lambda functions with Python")."""

# What the running interpreter's list may have and the target's has not.
_DROPPED_BY_3_12_AND_3_13 = """
asynchat asyncore distutils imp smtpd
aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap msilib nis nntplib ossaudiodev pipes sndhdr spwd
sunau telnetlib uu xdrlib
"""
_ADDED_BY_3_14 = "annotationlib compression"
_STANDARD_LIBRARY = sys.stdlib_module_names - {*_DROPPED_BY_3_12_AND_3_13.split(), *_ADDED_BY_3_14.split()}

_MARKERS = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": TARGET_ARCHITECTURE,
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": TARGET_RUNTIME.removeprefix("python") + ".0",
    "python_version": TARGET_RUNTIME.removeprefix("python"),
    "sys_platform": "linux",
    "extra": "",
}
_COMPILED = re.compile(r"\.(so|pyd|dylib)(\.|$)")
_TARGET_TAG = re.compile(r"^Tag: (cp313-cp313|cp3\d+-abi3|py3-none)-manylinux\w*_x86_64$", re.MULTILINE)
# Scripts carry the installer's path, stubs and tests are never imported, metadata is the installer's.
_LEFT_OUT = re.compile(
    r"^\.\./|^bin/|(^|/)(tests|__pycache__)/|\.(dist-info|data)/|\.(pyc|pyi|pth)$|(^|/)py\.typed$"
)


def is_given(name: str) -> bool:
    """Whether the runtime itself has the top-level module: the standard library, or what Lambda ships."""
    return name in _STANDARD_LIBRARY or name in RUNTIME_SHIPS


def vendored(wanted: Mapping[str, str], target: Path, packages: Sequence[Path]) -> dict[str, bytes]:
    """The files, by their name in the zip, of the packages that have the top-level modules `wanted`.

    `wanted` maps a module to who asks for it. `target` is searched before `packages`, and compiled code must
    be in it. A package that is not installed, or compiled for something else, raises BundleError.
    """
    folders = (target, *packages)
    roots = [dist for name, asker in wanted.items() for dist in _owners(name, asker, folders)]
    files: dict[str, bytes] = {}
    for dist in _with_requirements(roots, folders):
        files |= _files(dist, target)
    return files


def _owners(name: str, asker: str, folders: Sequence[Path]) -> list[Distribution]:
    """The packages that have the module `name`: several for a namespace; from the first folder with any."""
    for folder in folders:
        found = [dist for dist in Distribution.discover(path=[str(folder)]) if _owns(dist, name)]
        if found:
            return found
    raise _missing(f"module {name!r}", asker, folders)


def _owns(dist: Distribution, name: str) -> bool:
    record = dist.read_text("RECORD") or ""
    return any(
        line.startswith((f"{name}/", f"{name}.py,")) or (line.startswith(f"{name}.") and ".so," in line)
        for line in record.splitlines()
    )


def _with_requirements(roots: Iterable[Distribution], folders: Sequence[Path]) -> list[Distribution]:
    waiting = list(roots)
    found: dict[str, Distribution] = {}
    while waiting:
        dist = waiting.pop()
        if found.setdefault(canonicalize_name(dist.name), dist) is dist:
            waiting += _requirements(dist, folders)
    return list(found.values())


def _requirements(dist: Distribution, folders: Sequence[Path]) -> Iterator[Distribution]:
    for requirement in map(Requirement, dist.requires or ()):
        applies = requirement.marker is None or requirement.marker.evaluate(_MARKERS)
        if applies and canonicalize_name(requirement.name) not in RUNTIME_SHIPS:
            yield _installed(requirement.name, dist.name, folders)


def _installed(name: str, asker: str, folders: Sequence[Path]) -> Distribution:
    for dist in Distribution.discover(name=name, path=[str(folder) for folder in folders]):
        return dist
    raise _missing(f"package {name!r}", asker, folders)


def _missing(what: str, asker: str, folders: Sequence[Path]) -> BundleError:
    return BundleError(
        f"{what}, which {asker} needs, is not installed in {' or '.join(map(str, folders))}; a bundle holds "
        "installed packages alone. Add it to requirements/lambda.in and run `make lock setup`, "
        "or install it with pip's --target into the first of these folders"
    )


def _files(dist: Distribution, target: Path) -> dict[str, bytes]:
    names = sorted(str(path) for path in dist.files or () if not _LEFT_OUT.search(str(path)))
    root = Path(str(dist.locate_file("")))
    compiled = next((name for name in names if _COMPILED.search(name)), None)
    if compiled:
        _check_compiled(dist, compiled, root, target)
    return {name: (root / name).read_bytes() for name in names}


def _check_compiled(dist: Distribution, compiled: str, root: Path, target: Path) -> None:
    fix = (
        f"Run `make setup`, or install it into {target} with pip's --target, --platform and --python-version"
    )
    if root != target:
        raise BundleError(
            f"package {dist.name!r} has compiled code ({compiled}) and lies in {root}; compiled code comes "
            f"only from {target}, where packages are for {TARGET_RUNTIME} on {TARGET_ARCHITECTURE}. {fix}"
        )
    if not _TARGET_TAG.search(dist.read_text("WHEEL") or ""):
        raise BundleError(
            f"package {dist.name!r} has compiled code ({compiled}) from a wheel that is not for "
            f"{TARGET_RUNTIME} on manylinux {TARGET_ARCHITECTURE}; no other code loads in Lambda. {fix}"
        )
