"""How long a laptop waits for the first picture, and what viewers see while a region's bucket refuses."""

import json
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, absolute

ROOT = Path(__file__).parents[1]
PICTURE = "/demo/picture.png"
REQUESTS = 200
BUDGET_SECONDS = 8
_PATIENCE_SECONDS = 120


def measure() -> list[Figure]:
    """Start to first picture; then 200 uncached requests, with both regions and with one lost."""
    with _local_up("asset-edge:strategy=dns") as ready:
        failed_by_dns = _failed_without_a_region(ready)
    start = time.perf_counter()
    with _local_up() as ready:
        first = _status(ready["edge"] + PICTURE)
        elapsed = time.perf_counter() - start
        if first != 200:  # noqa: PLR2004 - HTTP's own number
            raise RuntimeError(f"the first picture came with {first}")
        return [
            absolute("make local to the first 200", "s", round(elapsed, 2), BUDGET_SECONDS),
            _rate(ready["edge"]),
            _lost_region(_failed_without_a_region(ready), failed_by_dns),
        ]


def _rate(edge: str) -> Figure:
    start = time.perf_counter()
    for _ in range(REQUESTS):
        _status(edge + PICTURE)
    seconds = (time.perf_counter() - start) / REQUESTS
    return absolute("emulator, uncached, two functions in workers", "ms", round(seconds * 1e3, 2))


def _lost_region(failed: int, failed_by_dns: int) -> Figure:
    name = f"failed of {REQUESTS}, a region refusing (strategy dns: {failed_by_dns})"
    return absolute(name, "requests", failed, 0)


def _failed_without_a_region(ready: dict[str, Any]) -> int:
    region = min(ready["buckets"])
    fault = json.dumps({"region": region, "kind": "refuse"}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{ready['console']}faults", data=fault)).close()
    return sum(_status(ready["edge"] + PICTURE) != 200 for _ in range(REQUESTS))  # noqa: PLR2004 - as above


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@contextmanager
def _local_up(*config: str) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ready.json"
        command = [str(Path(sys.executable).parent / "asset-edge"), "local", "up", "--port", "0"]
        command += ["--ready-file", str(file), *(f"--config={setting}" for setting in config)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield _when_ready(process, file)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def _when_ready(process: "subprocess.Popen[bytes]", file: Path) -> dict[str, Any]:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"asset-edge local up ended with {process.poll()} before it was ready")
        time.sleep(0.02)
    ready: dict[str, Any] = json.loads(file.read_text())
    return ready
