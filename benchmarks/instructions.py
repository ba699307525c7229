"""How many instructions a warm call takes, and an import: figures that no other load on the machine changes.

Counted by valgrind's cachegrind, or by `perf stat` where there is no valgrind. One interpreter loads and
warms everything and then forks for each call: what N calls and twice as many differ by are N calls and
nothing else.

`python -m benchmarks.instructions NAME COUNT [NAME COUNT ...]` is that interpreter.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import bundles_unpacked, cold_start
from benchmarks.figures import Figure, absolute, compared

COUNT = 30
PAIRED = (
    ("viewer-request, public asset", "event decoded and returned"),
    ("viewer-request, jwt HS256 token", "event decoded and returned"),
    ("viewer-request, asset-key token", "event decoded and returned"),
    ("verify, jwt HS256", "PyJWT, jwt HS256"),
    ("verify, jwt ES256", "PyJWT, jwt ES256"),
    ("verify, asset-key", "PyJWT, asset-key"),
    ("origin-request, public asset", "botocore's signature"),
    ("origin-request, registry", "botocore's signature"),
    ("origin-request, every decision", "botocore's signature"),
    ("origin-request from text, every decision", "ordinary origin-request, every decision"),
)
"""Subject and floor."""

_VALGRIND = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
_PERF = ("perf", "stat", "-x", ",", "-e", "instructions:u")
_BY_VALGRIND = re.compile(r"I\s+refs:\s+([\d,]+)")
_BY_PERF = re.compile(r"^(\d+),", re.MULTILINE)


def measure() -> list[Figure]:
    """Instructions of each call against its floor's, and of each import against its own."""
    names = sorted({name for pair in PAIRED for name in pair})
    counter: Sequence[str]
    if shutil.which(_VALGRIND[0]):
        counter, found, counted = _VALGRIND, _BY_VALGRIND, _by_valgrind(names)
    elif shutil.which(_PERF[0]):
        counter, found, counted = _PERF, _BY_PERF, _by_perf(names)
    else:
        return [absolute("instructions a call: neither valgrind nor perf is on PATH", "tools", 0)]
    by = f"({counter[0]})"
    calls = [compared(f"{name} {by}", "instr.", counted[name], counted[floor]) for name, floor in PAIRED]
    return calls + _imports(counter, found)


def _imports(counter: Sequence[str], found: re.Pattern[str]) -> list[Figure]:
    """Each in an interpreter of its own, less a bare one; from the unpacked zip, as in `cold_start`."""

    def total(code: str) -> int:
        command = [*counter, sys.executable, "-I", "-S", "-B", "-c", code]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stderr
        return int(found.findall(told)[-1].replace(",", ""))

    bare, floor = total("pass"), total(cold_start.FLOOR)
    with bundles_unpacked.unpacked(bundles_unpacked.all_bundles()) as folders:
        programs = cold_start.programs(folders)
        counted = {entry: total(programs[entry]) - bare for entry in cold_start.BUDGETS}
    return [
        compared(f"import of {entry} ({counter[0]})", "instr.", count, floor - bare)
        for entry, count in counted.items()
    ]


def _by_valgrind(names: Sequence[str]) -> dict[str, float]:
    with TemporaryDirectory() as folder:
        told = _run([*_VALGRIND, f"--log-file={folder}/%p"], names).stdout
        logs = list(Path(folder).iterdir())
        return a_call({path.name: counted_by_valgrind(path.read_text()) for path in logs}, told)


def counted_by_valgrind(log: str) -> int:
    """The instructions of one process."""
    return int(_BY_VALGRIND.findall(log)[-1].replace(",", ""))


def _by_perf(names: Sequence[str]) -> dict[str, float]:
    """Perf counts a process with its children: one call and one count at a time."""

    def total(name: str, count: int) -> int:
        found = _BY_PERF.findall(_run(_PERF, [name], (count,)).stderr)
        return int(found[-1])

    return {name: (total(name, 2 * COUNT) - total(name, COUNT)) / COUNT for name in names}


def _run(
    counter: Sequence[str], names: Sequence[str], counts: Sequence[int] = (COUNT, 2 * COUNT)
) -> "subprocess.CompletedProcess[str]":
    told = [word for name in names for count in counts for word in (name, str(count))]
    command = [*counter, sys.executable, "-m", "benchmarks.instructions", *told]
    # Hashes, and with them the order of sets, are the same in every run.
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment)


def a_call(of_process: Mapping[str, int], told: str) -> dict[str, float]:
    """Instructions of one call by name, from those of each process and from what `main` printed."""
    lines = [line.split("\t") for line in told.splitlines()]
    total = {(name, int(count)): of_process[process] for name, count, process in lines}
    return {name: (total[name, 2 * COUNT] - total[name, COUNT]) / COUNT for name, _ in total}


def main() -> None:
    """Makes so many calls of each in a forked process, and prints name, count and the id of the process."""
    from benchmarks.edge_calls import made  # noqa: PLC0415 - `measure` has no need of it

    pairs = list(zip(sys.argv[1::2], map(int, sys.argv[2::2]), strict=True))
    calls = {name: made(name) for name, _ in pairs}
    for name, count in pairs:
        child = os.fork()
        if child == 0:
            for _ in range(count):
                calls[name]()
            os._exit(0)
        os.waitpid(child, 0)
        print(name, count, child, sep="\t", flush=True)


if __name__ == "__main__":
    main()
