"""How a document's commands are run: one shell for all of them, in a copy of the repository of its own."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.docs.blocks import ROOT, Block

BIN = Path(sys.executable).parent
LONGEST_SECONDS = 240

PRELUDE = """
set -euo pipefail
asset-edge() {  # what serves until it is interrupted is started, waited for and ended
  if [ "${1:-} ${2:-}" != "local up" ]; then command asset-edge "$@"; return; fi
  case "$*" in *--ready-file*) exec asset-edge "$@";; esac  # in the background: the document ends it itself
  command asset-edge "$@" --port 0 --ready-file "$SERVED" &
  local server=$!
  until [ -s "$SERVED" ]; do kill -0 "$server"; sleep 0.1; done
  kill -TERM "$server"; wait "$server" || test $? -eq 143
}
is() { local found; found=$("${@:2}"); test "$found" = "$1" || { echo "it said $found, not $1"; return 1; }; }
"""

_EXPECTED = re.compile(r"^(\w.*\S)\s+# (\d{3})$")
_LOCAL = re.compile(r"(localhost|127\.0\.0\.1):8080")


def script(blocks: list[Block], edge: str) -> str:
    """The whole document as one script; `edge` is where the local stack answers, host and port."""
    parts = [PRELUDE]
    for block in blocks:
        if block.file:
            content = block.code.partition("\n")[2]
            parts.append(f"cat > {block.file} <<'END OF FILE'\n{content}END OF FILE\n")
        elif block.is_script:
            parts.append(f"echo '::{block.id}'\n{_expecting(_LOCAL.sub(edge, block.script))}")
    return "\n".join(parts)


def _expecting(text: str) -> str:
    """`command   # 404` must say 404."""
    lines = [_EXPECTED.sub(r"is \2 \1", line) for line in text.splitlines()]
    return "\n".join(lines) + "\n"


def copied(folder: Path) -> Path:
    """A copy of the repository as it would be committed, with the environment of this one."""
    told = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    copy = folder / "asset-edge"
    for name in told.stdout.split("\0")[:-1]:
        source, target = ROOT / name, copy / name
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    return copy


def environment(folder: Path) -> dict[str, str]:
    """Little of this machine's: no credentials, a home of its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in {"LANG", "LC_ALL", "TMPDIR", "COVERAGE_PROCESS_START"}
    }
    path = f"{BIN}:{os.environ['PATH']}"
    return kept | {"PATH": path, "HOME": str(folder), "SERVED": str(folder / "served.json")}


def run(text: str, folder: Path, copy: Path) -> "subprocess.CompletedProcess[str]":
    """Runs a script in the copy; all it says is in `stdout`."""
    return subprocess.run(
        ["bash", "-c", text],
        cwd=copy,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        timeout=LONGEST_SECONDS,
    )


@contextmanager
def local_stack(folder: Path) -> Iterator[str]:
    """What `make local` starts, on a free port; where it answers, host and port."""
    ready = folder / "ready.json"
    command: list[str | Path] = [
        BIN / "asset-edge",
        "local",
        "up",
        "--program",
        ROOT,
        "--port",
        "0",
        "--ready-file",
        ready,
    ]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment(folder), stdout=log, stderr=log)
        try:
            until = time.monotonic() + 60
            while not ready.exists():
                assert server.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < until, "it was not ready in a minute"
                time.sleep(0.05)
            yield str(json.loads(ready.read_text())["edge"]).removeprefix("http://")
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)
