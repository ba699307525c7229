"""The zips of all that is compared, and what they hold lying in a folder, as Lambda unpacks them.

No bytecode: a zip has none, Lambda keeps none, and so every cold start compiles what it imports.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from asset_edge import bundle
from asset_edge.bundle import Bundle
from asset_edge.handlers.edge.config import CONFIG_FILE, EdgeConfig, dumps
from benchmarks import edge_example as example

BENCHMARKS = Path(__file__).parent
SHIPPED = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")
"""What Lambda's runtime brings: boto3 and all that it needs. It has its bytecode there, too."""


def ours(entry: str, config: EdgeConfig, *include: str) -> Bundle:
    """One of our functions, as a stack deploys it."""
    return bundle.build(f"handlers.edge.{entry}", files={CONFIG_FILE: dumps(config)}, include=include)


def ordinary(entry: str, config: EdgeConfig, *include: str) -> Bundle:
    """The same function of the ordinary version."""
    files = {"ordinary_version/config.json": json.dumps(json.loads(dumps(config)))}
    source = BENCHMARKS / "ordinary_version"
    return bundle.build(f"ordinary_version.{entry}", files=files, include=include, source=source)


def original() -> Bundle:
    """The original approach."""
    return bundle.build("benchmarks.original_approach", source=BENCHMARKS)


def all_bundles() -> Mapping[str, Bundle]:
    """By the name under which figures show them."""
    hs256 = EdgeConfig(**{**vars(example.config()), "embargo": example.embargo(example.HS256)})
    both = example.viewer_config()
    return {
        "viewer_request": ours("viewer_request", hs256),
        "viewer_request with cryptography": ours("viewer_request", both, "cryptography"),
        "origin_request": ours("origin_request", example.config()),
        "origin_response": ours("origin_response", example.config()),
        "original approach": original(),
        "ordinary viewer_request": ordinary("viewer_request", hs256),
        "ordinary viewer_request with cryptography": ordinary("viewer_request", both, "cryptography"),
        "ordinary origin_request": ordinary("origin_request", example.config()),
    }


@contextmanager
def unpacked(bundles: Mapping[str, Bundle]) -> Iterator[Mapping[str, Path]]:
    """A folder for each; and `shipped`, one with what Lambda's runtime brings."""
    with TemporaryDirectory() as name:
        folders = {bundle_name: Path(name) / bundle_name.replace(" ", "-") for bundle_name in bundles}
        for bundle_name, folder in folders.items():
            for file, content in bundles[bundle_name].files.items():
                path = folder / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        yield {**folders, "shipped": _shipped(Path(name) / "shipped")}


def _shipped(folder: Path) -> Path:
    folder.mkdir()
    for name in SHIPPED:
        path = Path(import_module(name).__file__ or "")
        path = path.parent if path.name == "__init__.py" else path
        (folder / path.name).symlink_to(path)
    return folder
