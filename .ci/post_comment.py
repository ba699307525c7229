"""Whether the comment that a pull request's run left behind may be posted, and where: the one that is there.

Runs from the default branch with the right to comment. What the run left behind was written by whoever
opened the pull request: it is read as data, checked, and never run. Needs the standard library alone.

Sources: GitHub REST API, "Workflow artifacts", "Issue comments", "Using pagination in the REST API".
"""
# ruff: noqa: INP001 - a program of CI, in no package

import io
import json
import os
import re
import sys
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any, cast

ARTIFACT = "pull-request-comment"
MARKER = "<!-- asset-edge: the plans of this pull request -->"
AUTHOR = "github-actions[bot]"

MOST_ZIP_BYTES = 256 * 1024
MOST_COMMENT_CHARACTERS = 65_536
MOST_COMMENT_BYTES = 4 * MOST_COMMENT_CHARACTERS
MOST_PAGES = 50
"""Of one list, 100 entries each: more is somebody's attempt to keep this busy."""

_NUMBER = re.compile(r"[1-9][0-9]{0,9}\n?")
_NEXT = re.compile(r'<([^>]+)>;\s*rel="next"')


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure of ours
    """What the run left behind is not what `plan` leaves."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """GitHub sends downloads on to a store, which must not be shown the token."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(frozen=True)
class GitHub:
    """The few calls that are needed, of one repository."""

    api: str
    repository: str
    token: str

    def call(self, path: str, method: str = "GET", content: object = None) -> Any:
        """The JSON answer to one call."""
        with self._open(f"{self.api}/repos/{self.repository}/{path}", method, content) as response:
            return json.load(response)

    def listed(self, path: str, key: str | None = None) -> Iterator[dict[str, Any]]:
        """Every entry of a list, page by page."""
        url: str | None = f"{self.api}/repos/{self.repository}/{path}?per_page=100"
        for _ in range(MOST_PAGES):
            if url is None:
                return
            with self._open(url) as response:
                page = json.load(response)
                following = _NEXT.search(response.headers.get("Link", ""))
            yield from page if key is None else page[key]
            url = following and following.group(1)
        raise Refused(f"{path} has more than {MOST_PAGES} pages")

    def download(self, path: str, most_bytes: int) -> bytes:
        """A file, from wherever GitHub keeps it."""
        try:
            with self._open(f"{self.api}/repos/{self.repository}/{path}") as response:
                content = response.read(most_bytes + 1)
        except urllib.error.HTTPError as moved:
            if moved.code not in (301, 302, 307):
                raise
            where = moved.headers["Location"]
            moved.close()
            with urllib.request.urlopen(where, timeout=30) as response:  # noqa: S310 - GitHub named it
                content = response.read(most_bytes + 1)
        if len(content) > most_bytes:
            raise Refused(f"{path} has more than {most_bytes} bytes")
        return bytes(content)

    def _open(self, url: str, method: str = "GET", content: object = None) -> HTTPResponse:
        if not url.startswith(f"{self.api}/"):
            raise Refused(f"{url} is not of {self.api}")
        request = urllib.request.Request(  # noqa: S310 - held to the API above
            url,
            data=None if content is None else json.dumps(content).encode(),
            method=method,
            headers={
                "Authorization": f"Bearer {self.token}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        return cast("HTTPResponse", urllib.request.build_opener(_Stay).open(request, timeout=30))


def artifact(github: GitHub, run_id: str) -> tuple[int, str]:
    """The number of the pull request and the comment, checked but for whose number it is."""
    found = [
        one
        for one in github.listed(f"actions/runs/{run_id}/artifacts", "artifacts")
        if one["name"] == ARTIFACT
    ]
    if len(found) != 1 or found[0]["expired"]:
        raise Refused(f"the run has {len(found)} artifacts named {ARTIFACT}; one that has not expired is due")
    if found[0]["size_in_bytes"] > MOST_ZIP_BYTES:
        raise Refused(f"the artifact has {found[0]['size_in_bytes']} bytes; {MOST_ZIP_BYTES} are the most")
    return unpacked(github.download(f"actions/artifacts/{int(found[0]['id'])}/zip", MOST_ZIP_BYTES))


def unpacked(content: bytes) -> tuple[int, str]:
    """Number and comment of a zip, whatever is in it. Raises Refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sorted(archive.namelist()) != ["comment.md", "number"]:
                raise Refused(f"the artifact holds {archive.namelist()[:5]}; it is comment.md and number")
            number = _member(archive, "number", 16)
            text = _member(archive, "comment.md", MOST_COMMENT_BYTES)
    except (
        zipfile.BadZipFile,
        zlib.error,
        UnicodeDecodeError,
        NotImplementedError,
        EOFError,
        RuntimeError,
    ) as error:
        raise Refused(f"the artifact cannot be read: {error}") from None
    if not _NUMBER.fullmatch(number):
        raise Refused(f"number is {number!r}; it is the digits of a pull request's number")
    if text.partition("\n")[0] != MARKER:
        raise Refused(f"the comment's first line is {text.partition(chr(10))[0][:80]!r}, not the marker")
    if len(text) > MOST_COMMENT_CHARACTERS:
        raise Refused(f"the comment has {len(text)} characters; GitHub takes {MOST_COMMENT_CHARACTERS}")
    return int(number), text


def _member(archive: zipfile.ZipFile, name: str, most_bytes: int) -> str:
    # Read by what comes out, not by what the directory of the zip promises.
    with archive.open(name) as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise Refused(f"{name} has more than {most_bytes} bytes")
    return content.decode()


def harmless(text: str) -> str:
    """The comment with nobody called by name: whoever wrote it may not send mail to the whole team."""
    return text.replace("@", "@\N{WORD JOINER}")[:MOST_COMMENT_CHARACTERS]


def post(github: GitHub, number: int, text: str) -> str:
    """Updates the comment that starts with the marker and is our own, or writes the first."""
    for comment in github.listed(f"issues/{number}/comments"):
        ours = (comment["user"] or {}).get("login") == AUTHOR
        if ours and str(comment["body"]).startswith(MARKER):
            github.call(f"issues/comments/{int(comment['id'])}", "PATCH", {"body": text})
            return f"updated the comment of #{number}"
    github.call(f"issues/{number}/comments", "POST", {"body": text})
    return f"commented on #{number}"


def run(github: GitHub, run_id: str, head_sha: str) -> str:
    """What was done. Raises Refused for an artifact that is not what `plan` leaves."""
    number, text = artifact(github, run_id)
    pull_request = github.call(f"pulls/{number}")
    if pull_request["head"]["sha"] != head_sha:
        # Either another push came meanwhile, whose own run will tell, or the number is somebody else's.
        return f"#{number} is not at {head_sha}: nothing was posted"
    return post(github, number, harmless(text))


def main() -> None:
    """Ends with 1 and a sentence where the artifact is refused."""
    told = os.environ
    github = GitHub(told["GITHUB_API_URL"], told["GITHUB_REPOSITORY"], told["TOKEN"])
    try:
        print(run(github, told["RUN_ID"], told["HEAD_SHA"]))  # noqa: T201 - for the log of the run
    except Refused as refusal:
        sys.exit(f"refused: {refusal}")


if __name__ == "__main__":
    main()
