"""A GitHub of one repository, over HTTP on this machine: artifacts, pull requests, comments by the page."""

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "made-up"
HEAD = "a" * 40
PER_PAGE = 2


def zipped(**members: str | bytes) -> bytes:
    """A zip of members; `comment_md` stands for `comment.md`."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("_", "."), text)
    return content.getvalue()


@dataclass
class World:
    """What this GitHub holds, and what was asked of it."""

    artifacts: list[dict[str, Any]] = field(default_factory=list)
    files: dict[int, bytes] = field(default_factory=dict)
    heads: dict[int, str] = field(default_factory=lambda: {7: HEAD})
    comments: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    shown_to_the_store: list[str | None] = field(default_factory=list)
    address: str = ""

    def leave(self, content: bytes, name: str = "pull-request-comment", **told: Any) -> None:
        """A run leaves an artifact behind."""
        number = len(self.artifacts) + 1
        row = {"id": number, "name": name, "expired": False, "size_in_bytes": len(content)}
        self.artifacts.append(row | told)
        self.files[number] = content

    def say(self, body: str, login: str = "github-actions[bot]") -> int:
        """Somebody comments."""
        self.comments.append({"id": len(self.comments) + 100, "body": body, "user": {"login": login}})
        return int(self.comments[-1]["id"])


class _Handler(BaseHTTPRequestHandler):
    world: World

    def log_message(self, *_: Any) -> None:
        """Nothing: the test's output is enough."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path.startswith("/store/"):
            self.world.shown_to_the_store.append(self.headers["Authorization"])
            return self._send(200, self.world.files[int(parts.path.rpartition("/")[2])])
        return self._answer("GET", parts.path, parse_qs(parts.query))

    def do_POST(self) -> None:
        self._answer("POST", self.path, {})

    def do_PATCH(self) -> None:
        self._answer("PATCH", self.path, {})

    def _answer(self, method: str, path: str, query: dict[str, list[str]]) -> None:
        self.world.asked.append((method, path))
        assert self.headers["Authorization"] == f"Bearer {TOKEN}"
        match path.removeprefix("/repos/acme/edge/").split("/"):
            case ["actions", "runs", "5", "artifacts"]:
                self._page(self.world.artifacts, path, query, "artifacts")
            case ["actions", "artifacts", number, "zip"]:
                self._send(302, Location=f"{self.world.address}/store/{number}")
            case ["pulls", number] if int(number) in self.world.heads:
                self._json({"head": {"sha": self.world.heads[int(number)]}})
            case ["issues", "7", "comments"] if method == "GET":
                self._page(self.world.comments, path, query)
            case ["issues", "7", "comments"] if method == "POST":
                self.world.say(self._told()["body"])
                self._json({})
            case ["issues", "comments", number] if method == "PATCH":
                found = next(one for one in self.world.comments if one["id"] == int(number))
                found["body"] = self._told()["body"]
                self._json({})
            case _:
                self._send(404)

    def _told(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def _page(self, rows: list[Any], path: str, query: dict[str, list[str]], key: str | None = None) -> None:
        page = int(query.get("page", ["1"])[0])
        some = rows[(page - 1) * PER_PAGE : page * PER_PAGE]
        link = (
            f'<{self.world.address}{path}?page={page + 1}>; rel="next"' if page * PER_PAGE < len(rows) else ""
        )
        self._json({key: some} if key else some, Link=link)

    def _json(self, content: Any, **headers: str) -> None:
        self._send(200, json.dumps(content).encode(), **headers)

    def _send(self, status: int, content: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def serve() -> Iterator[World]:
    """Runs it on a free port; ends it."""
    world = World()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"world": world}))
    world.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield world
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
