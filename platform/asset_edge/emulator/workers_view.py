"""What a worker process finds: the folders it imports from, and its environment variables.

Source: AWS Lambda Developer Guide, "Defined runtime environment variables" and "Runtimes included
with Lambda".
"""

import importlib.metadata
import importlib.util
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from asset_edge.emulator.functions import Deployed
from asset_edge.errors import LocalError

RUNTIME = "python3.13"
"""What Lambda runs the functions with, and compiled code in a zip is made for."""

_ARCHITECTURE = "x86_64"
_HERE = f"python{sys.version_info.major}.{sys.version_info.minor}"

RUNTIME_SHIPS = (
    "awslambdaric",
    "boto3",
    "botocore",
    "jmespath",
    "python-dateutil",
    "s3transfer",
    "simplejson",
    "six",
    "snapshot-restore-py",
    "urllib3",
)
"""The packages that are there without being in the zip: the runtime client, the SDK, and what they need."""

_MODULE = re.compile(r"^[^.]+(\..+)?\.so$")


def runtime_folder(folder: Path, names: Iterable[str] = RUNTIME_SHIPS) -> Path:
    """`folder`, with a link to each module of the packages named; LocalError for one not installed."""
    folder.mkdir()
    for name in names:
        try:
            installed = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError as error:
            raise LocalError(
                f"{name} is not installed, and functions find it in Lambda; local workers need all of "
                f"{', '.join(RUNTIME_SHIPS)}. Run make setup"
            ) from error
        for top in _tops(installed):
            (folder / top).symlink_to(Path(str(installed.locate_file(top))))
    return folder


def _tops(installed: importlib.metadata.Distribution) -> set[str]:
    tops = {file.parts[0] for file in installed.files or ()}
    return tops - {"..", "__pycache__"}


def own_builds(
    deployed: Deployed, installed: Sequence[Path], folder: Path
) -> tuple[Path | None, tuple[str, ...]]:
    """A folder with this interpreter's build of what the zip has for another one, and a sentence on each.

    None where all of the zip can be loaded here. LocalError where the package is not installed here, or is
    another version.
    """
    foreign = sorted({path.parts[0] for path in _compiled(deployed.folder) if not loads_here(path.name)})
    if not foreign:
        return None, ()
    folder.mkdir()
    return folder, tuple(_linked(deployed, top.partition(".")[0], installed, folder) for top in foreign)


def loads_here(
    name: str,
    suffixes: Sequence[str] = EXTENSION_SUFFIXES,
    machine: str = platform.machine(),
) -> bool:
    """Whether this interpreter can load the compiled module of a zip, by the tag in its name."""
    return machine.lower() in (_ARCHITECTURE, "amd64") and name[name.index(".") :] in suffixes


def _compiled(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*.so"):
        if _MODULE.match(path.name) and not path.parent.name.endswith(".libs"):
            yield path.relative_to(folder)


def _linked(deployed: Deployed, top: str, installed: Sequence[Path], folder: Path) -> str:
    found = next((path for place in installed for path in _named(place, top)), None)
    if found is None or not _same_sources(deployed.folder / top, found):
        raise LocalError(
            f"function {deployed.name} brings {top} compiled for {RUNTIME} on {_ARCHITECTURE}, which {_HERE} "
            f"here cannot load; the same version must be installed for {_HERE} as well, and "
            f"{'another one' if found else 'none'} is. Install it, or run under {RUNTIME}"
        )
    (folder / found.name).symlink_to(found)
    return (
        f"function {deployed.name}: {top} is this machine's own build ({_HERE}, {platform.machine()}), "
        f"the zip's is for {RUNTIME} on {_ARCHITECTURE}"
    )


def _named(place: Path, top: str) -> Iterator[Path]:
    candidates = [place / top, *(place / f"{top}{suffix}" for suffix in EXTENSION_SUFFIXES)]
    return (path for path in candidates if path.exists())


def _same_sources(zipped: Path, installed: Path) -> bool:
    """Whether all sources of the zip's package are the installed one's too: a zip does not tell versions."""
    sources = zipped.rglob("*.py") if zipped.is_dir() else ()
    return all(_content(installed / path.relative_to(zipped)) == path.read_bytes() for path in sources)


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def variables(
    deployed: Deployed, arn: str, runtime_api: str, *, runtime: Path, home: Path, ca_file: Path | None
) -> dict[str, str]:
    """The environment of an instance: what the function declares, then what Lambda sets itself."""
    version = arn.rpartition(":")[2] if arn.count(":") > _COLONS_UNQUALIFIED else "$LATEST"
    return {
        **_trust(ca_file),
        **deployed.environment,
        "AWS_DEFAULT_REGION": deployed.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{RUNTIME}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(deployed.memory_size_mb),
        "AWS_LAMBDA_FUNCTION_NAME": deployed.name,
        "AWS_LAMBDA_FUNCTION_VERSION": version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{deployed.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": f"local/[{version}]",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_REGION": deployed.region,
        "HOME": str(home),
        "LAMBDA_RUNTIME_DIR": str(runtime),
        "LAMBDA_TASK_ROOT": str(deployed.folder),
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin/:/bin",
        "TZ": ":UTC",
        "_HANDLER": deployed.handler,
    }


_COLONS_UNQUALIFIED = 6  # arn:aws:lambda:region:account:function:name


def _trust(ca_file: Path | None) -> Mapping[str, str]:
    return {"AWS_CA_BUNDLE": str(ca_file), "SSL_CERT_FILE": str(ca_file)} if ca_file else {}


def general_notes() -> tuple[str, ...]:
    """What differs from Lambda whatever the function."""
    if _HERE == RUNTIME:
        return ()
    return (f"functions run under {_HERE}, in Lambda under {RUNTIME}",)


def missing(system: str = sys.platform, runtime_client: str = "awslambdaric") -> str | None:
    """What stands against worker processes on this machine; None where nothing does."""
    if system != "linux":
        return f"this is {platform.system()}, and AWS's runtime client is for Linux"
    if importlib.util.find_spec(runtime_client) is None:
        return f"{runtime_client} is not installed (make setup installs it)"
    return None
