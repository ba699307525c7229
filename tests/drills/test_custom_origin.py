"""Any Python Pulumi program is served: one distribution in front of a server of this machine."""

import json
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.drills.laptop import until

PROGRAM = Path(__file__).parents[1] / "programs" / "custom_origin"


class Shop(BaseHTTPRequestHandler):
    """Counts what it is asked and says so."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        body = f"{len(self.asked)} {self.headers['Host']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def shop() -> Iterator[ThreadingHTTPServer]:
    Shop.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@contextmanager
def served(file: Path, origin_port: int) -> Iterator[dict[str, Any]]:
    command = [str(Path(sys.executable).with_name("asset-edge")), "local", "up", "--program", str(PROGRAM)]
    command += ["--port", "0", "--ready-file", str(file), "--config", f"originPort={origin_port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            until(lambda: file.exists() or process.poll() is not None, 90)
            assert file.exists(), process.stderr and process.stderr.read()
            yield json.loads(file.read_text())
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)
    assert process.returncode == 0


def get(url: str) -> tuple[str, str, str | None]:
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.read().decode(), response.headers["X-Cache"], response.headers["Age"]


def test_a_ten_line_program_is_served_and_cached_by_its_policy(
    shop: ThreadingHTTPServer, tmp_path: Path
) -> None:
    host = "localhost"
    with served(tmp_path / "ready.json", shop.server_port) as ready:
        assert ready["buckets"] == {}
        edge = ready["edge"]
        assert get(f"{edge}/cart")[:2] == (f"1 {host}", "Miss from cloudfront")
        time.sleep(1.1)
        body, cached, age = get(f"{edge}/cart?unlisted=1")
        assert (body, cached) == (f"1 {host}", "Hit from cloudfront"), (
            "what the policy does not list is no key"
        )
        assert int(age or 0) >= 1
        assert get(f"{edge}/cart?size=2")[0] == f"2 {host}", "what it lists is"
    assert Shop.asked == ["/cart", "/cart?size=2"]
