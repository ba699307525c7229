"""What importing an edge function costs in a bare interpreter, against the modules that any signer needs.

From the unpacked zip, so without bytecode, as in Lambda. Processor time of whole interpreters less a bare
one; the programs take turns, so that whatever else the machine does slows all of them alike.
"""

import compileall
import resource
import statistics
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from benchmarks.bundles_unpacked import all_bundles, unpacked
from benchmarks.figures import Figure, compared

FLOOR = "import json, hmac, hashlib, base64"
BUDGETS = {"viewer_request": 1.5, "origin_request": 2.0}
STARTS = 25
WHY = "most of what is above the floor is compiling our sources: a zip holds no bytecode (see below)"

_REGISTRY = """
from handlers.edge import origin_decisions, registry, kept_alive, regions_near
import cachetools, socket, select, random
"""
_TLS = "import ssl; ssl.create_default_context()"
_CRYPTOGRAPHY = f"""
from handlers.edge import viewer_decisions, embargo
import sys; sys.path.append({sysconfig.get_path("purelib")!r})
from jwt.algorithms import get_default_algorithms; get_default_algorithms()
"""

LATER = {
    "a token, HS256": ("viewer_request", "from handlers.edge import viewer_decisions, embargo, asset_keys"),
    "a token, ES256, with cryptography": ("viewer_request", _CRYPTOGRAPHY),
    "a transformation": ("viewer_request", "from handlers.edge import viewer_decisions, transforms"),
    "DNS": ("origin_request", "import socket, select"),
    "rules at the origin": ("origin_request", "from handlers.edge import origin_decisions"),
    "the registry": ("origin_request", _REGISTRY),
    "the registry, with its TLS": ("origin_request", _REGISTRY + _TLS),
}
"""What is loaded when it is first needed, by the entry that needs it."""

OTHERS = {
    "original approach": "import benchmarks.original_approach",
    "ordinary viewer_request": "import ordinary_version.viewer_request",
    "ordinary origin_request": "import ordinary_version.origin_request",
}


def measure() -> list[Figure]:
    """Both entries against their budgets; what comes later, and the other versions, are told."""
    bundles = all_bundles()
    compiled = {f"{entry} with bytecode": bundles[entry] for entry in BUDGETS}
    with unpacked({**bundles, **compiled}) as folders:
        cost = _costs({"bare": "pass", "floor": FLOOR} | programs(folders) | _compiled(folders))
    first = [
        compared(
            f"import of {entry} (python -I -S -B)", "us", cost[entry], cost["floor"], budget=budget, why=WHY
        )
        for entry, budget in BUDGETS.items()
    ]
    later = [
        compared(f"loaded at first need: {need}", "us", cost[need] - cost[entry], cost["floor"])
        for need, (entry, _) in LATER.items()
    ]
    others = [compared(f"import of {name}", "us", cost[name], cost["floor"]) for name in (*compiled, *OTHERS)]
    return [*first, *later, *others]


def _compiled(folders: Mapping[str, Path]) -> dict[str, str]:
    """The entries once more, compiled beforehand: what bytecode would be worth."""
    told = {}
    for entry in BUDGETS:
        folder = folders[f"{entry} with bytecode"]
        compileall.compile_dir(folder, quiet=2)
        told[f"{entry} with bytecode"] = _from(folder, entry)
    return told


def programs(folders: Mapping[str, Path]) -> dict[str, str]:
    """What each interpreter runs, by the name of its figure."""
    entries = {entry: _from(folders[entry], entry) for entry in BUDGETS}
    later = {need: f"{entries[entry]}\n{statements}" for need, (entry, statements) in LATER.items()}
    shipped = f"import sys; sys.path.append({str(folders['shipped'])!r})\n"
    others = {
        name: f"{shipped}sys.path.insert(0, {str(folders[name])!r}); {statement}"
        for name, statement in OTHERS.items()
    }
    return {**entries, **later, **others}


def _from(folder: Path, entry: str) -> str:
    return f"import sys; sys.path.insert(0, {str(folder)!r}); import handlers.edge.{entry}"


def _costs(told: Mapping[str, str]) -> dict[str, float]:
    """Microseconds of each program, less a bare interpreter's."""
    rounds = [{name: _start(code) for name, code in told.items()} for _ in range(STARTS)]
    medians = {name: statistics.median(one[name] for one in rounds) for name in told}
    return {name: microseconds - medians["bare"] for name, microseconds in medians.items()}


def _start(code: str) -> float:
    """Microseconds of processor time from start to end of one interpreter."""
    before = _of_children()
    subprocess.run([sys.executable, "-I", "-S", "-B", "-c", code], check=True)
    return (_of_children() - before) * 1e6


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
