"""The bundles of the handlers that come with the library: each holds its own modules and works by itself."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from asset_edge.bundle import HANDLERS, Bundle, build

VIEWER, ORIGIN, RESPONSE = (
    f"handlers.edge.{event}" for event in ("viewer_request", "origin_request", "origin_response")
)
PROBE = "handlers.regional.origin_probe"
ENTRIES = (VIEWER, ORIGIN, RESPONSE, PROBE)

# Who must change when a module does, written down rather than worked out.
FOLLOWERS = {
    "__init__.py": set(ENTRIES),
    "edge/__init__.py": {VIEWER, ORIGIN, RESPONSE},
    "edge/events.py": {VIEWER, ORIGIN, RESPONSE},
    "edge/event_types.py": {VIEWER, ORIGIN, RESPONSE},  # `events` hands them on to whoever asks
    "edge/paths.py": {VIEWER, ORIGIN, RESPONSE},
    "edge/config.py": set(),
    "edge/baked.py": {VIEWER, ORIGIN, RESPONSE},
    "edge/own_headers.py": {VIEWER, ORIGIN, RESPONSE},
    "edge/tokens.py": {VIEWER},
    "edge/grants.py": {VIEWER, ORIGIN},
    "edge/transforms.py": {VIEWER, ORIGIN},
    "edge/registry.py": {ORIGIN},
    "edge/territory.py": {ORIGIN},
    "edge/cachecontrol.py": {RESPONSE},
    "edge/cachetags.py": {ORIGIN, RESPONSE},
    "edge/routing.py": {ORIGIN},
    "edge/beacons.py": {ORIGIN},
    "edge/sigv4.py": {ORIGIN},
    "edge/viewer_request.py": {VIEWER},
    "edge/origin_request.py": {ORIGIN},
    "edge/origin_response.py": {RESPONSE},
    "regional/__init__.py": {PROBE},
    "regional/origin_probe.py": {PROBE},
}

# Prints which modules of the zip an import loads; the zip is all there is besides the standard library.
LOADED = """
import sys
sys.path.insert(0, sys.argv[1])
__import__(sys.argv[2], fromlist=["handler"]).handler
for name, module in sorted(sys.modules.items()):
    if name.partition(".")[0] == "handlers":
        assert module.__file__.startswith(sys.argv[1]), module.__file__
        print(module.__file__[len(sys.argv[1]) + 1:])
"""


@cache
def bundled(entry: str) -> Bundle:
    return build(entry)


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_zip_loads_where_there_is_nothing_else(tmp_path: Path, entry: str) -> None:
    path = bundled(entry).write(tmp_path)
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", LOADED, str(path), entry],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert run.returncode == 0, run.stderr
    loaded = set(run.stdout.split())
    assert f"{entry.replace('.', '/')}.py" in loaded
    assert loaded <= bundled(entry).files.keys()


@pytest.mark.parametrize(
    ("entry", "packages", "most_bytes"),
    [
        (VIEWER, {"jwt"}, 260_000),
        (ORIGIN, {"cachetools"}, 200_000),
        (RESPONSE, set(), 200_000),
        (PROBE, set(), 200_000),
    ],
)
def test_a_zip_holds_handlers_and_what_they_need(entry: str, packages: set[str], most_bytes: int) -> None:
    assert {name.split("/")[0] for name in bundled(entry).files} == {"handlers", *packages}
    assert all(name.endswith(".py") for name in bundled(entry).files)
    assert len(bundled(entry).zip_bytes()) <= most_bytes


@pytest.mark.parametrize(("module", "followers"), FOLLOWERS.items(), ids=FOLLOWERS)
def test_one_character_in_a_module_changes_the_bundles_that_import_it_and_no_others(
    tmp_path: Path, module: str, followers: set[str]
) -> None:
    source = Path(shutil.copytree(HANDLERS, tmp_path / "handlers"))
    with (source / module).open("a") as file:
        file.write("#")
    assert {e for e in ENTRIES if build(e, source=source).sha256 != bundled(e).sha256} == followers


def test_no_edge_bundle_holds_a_regional_handler() -> None:
    for entry in (VIEWER, ORIGIN, RESPONSE):
        assert not [name for name in bundled(entry).files if "/regional/" in name]


def test_baked_configuration_changes_the_bundle_that_has_it() -> None:
    baked = build(ORIGIN, files={"handlers/edge/config.json": "{}"})
    assert baked.files.keys() - bundled(ORIGIN).files.keys() == {"handlers/edge/config.json"}
    assert baked.sha256 != bundled(ORIGIN).sha256
