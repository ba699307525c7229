"""`asset-edge local up` as a process: ready file, clean end, one message where it cannot start."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[1] / "programs" / "local_pair"
COMMAND = [str(Path(sys.executable).with_name("asset-edge")), "local", "up", "--program", str(PROGRAM)]
START_SECONDS = 90


@contextmanager
def started(*options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*COMMAND, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(file: Path, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not file.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "not ready in time"
        time.sleep(0.05)


def gone(url: str) -> bool:
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.socket() as client:
        return client.connect_ex((host, int(port))) != 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_and_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    file = tmp_path / "made" / "ready.json"
    with started("--port", "0", "--ready-file", str(file)) as process:
        wait_for(file, process)
        ready = json.loads(file.read_text())
        assert set(ready) == {"edge", "console", "aws", "dns", "distributions", "buckets"}
        with urllib.request.urlopen(f"{ready['edge']}/demo/picture.png", timeout=10) as response:
            assert response.status == 200
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert f"ready: {ready['edge']}" in out
    assert "declared on" in out
    assert "PriceClass" in out
    assert "functions run in worker processes" in out
    assert "Traceback" not in err
    assert not file.exists(), "the ready file is there only while the edge is"
    assert gone(ready["edge"])
    assert gone(ready["aws"])
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_a_stale_ready_file_is_removed_first(tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    file.write_text("{}")
    outcome = subprocess.run(
        [*COMMAND, "--ready-file", str(file), "--stack", "absent"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert outcome.returncode == 1
    assert not file.exists()


def failed(*options: str) -> tuple[int, str]:
    outcome = subprocess.run([*COMMAND, *options], check=False, capture_output=True, text=True)
    return outcome.returncode, outcome.stderr


def test_a_busy_port_is_one_message_and_exit_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        code, message = failed("--port", str(port))
    assert code == 1
    assert message.startswith(f"asset-edge: port {port} on 127.0.0.1 cannot be used: Address already in use;")
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize(
    ("place", "why"),
    [
        pytest.param("", "Is a directory", id="a folder"),
        pytest.param("file/ready.json", "File exists", id="in a file"),
        pytest.param("n" * 300, "File name too long", id="no name"),
    ],
)
def test_a_ready_file_that_cannot_be_written_is_named_before_anything_starts(
    tmp_path: Path, place: str, why: str
) -> None:
    (tmp_path / "file").touch()
    file = tmp_path / place
    code, message = failed("--port", "0", "--ready-file", str(file))
    assert code == 1
    assert message == (
        f"asset-edge: the ready file {file} cannot be written: {why}. Name another with --ready-file\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert not list(tmp_path.parent.glob(".*.new"))


@pytest.mark.parametrize(
    ("options", "code", "named"),
    [
        pytest.param(
            ("--port", "0", "--program", "/nowhere"), 1, "no Pulumi.yaml in /nowhere", id="no program"
        ),
        pytest.param(("--port", "0", "--config", "unhandled=true"), 1, "VpcOrigin", id="unhandled type"),
        pytest.param(("--port", "x"), 2, "--port", id="usage"),
        pytest.param(("--config", "novalue"), 2, "KEY=VALUE", id="config without a value"),
    ],
)
def test_what_cannot_start_ends_with_its_exit_code(options: tuple[str, ...], code: int, named: str) -> None:
    ended, message = failed(*options)
    assert ended == code
    assert named in message
    assert "Traceback" not in message
