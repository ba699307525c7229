"""What a function wrote, as log records: one a line, under `asset_edge.function.<name>`."""

import asyncio
import json
import logging

_LEVELS = {
    "WARN": logging.WARNING,
    "WARNING": logging.WARNING,
    "ERROR": logging.ERROR,
    "CRITICAL": logging.CRITICAL,
    "FATAL": logging.CRITICAL,
}
_LONGEST_LINE_BYTES = 256 * 1024
"""What CloudWatch Logs takes as one event; longer lines are cut into several."""

_TRACEBACK = "Traceback (most recent call last):"


class FunctionLog:
    """The log of one function's instance."""

    def __init__(self, name: str) -> None:
        self._log = logging.getLogger(f"asset_edge.function.{name}")
        self._in_traceback = False

    async def follow(self, stream: asyncio.StreamReader) -> None:
        """Logs the stream line by line until it ends."""
        left = b""
        while part := await stream.read(65536):
            *lines, left = (left + part).split(b"\n")
            if len(left) > _LONGEST_LINE_BYTES:
                lines, left = [*lines, left], b""
            for line in lines:
                self.line(line.decode("utf-8", "replace"))
        if left:
            self.line(left.decode("utf-8", "replace"))

    def line(self, text: str) -> None:
        """Logs one line; AWS's client writes an error as one, with carriage returns in it."""
        text = text.rstrip().replace("\r", "\n").replace("\N{NO-BREAK SPACE}", " ")
        if text:
            self._log.log(self._level(text), "%s", text)

    def _level(self, text: str) -> int:
        if _TRACEBACK in text:
            self._in_traceback = text.endswith(_TRACEBACK)
            return max(logging.WARNING, _said(text))
        if self._in_traceback:
            self._in_traceback = text.startswith(" ")  # the line that says what was raised is the last
            return logging.WARNING
        return _said(text)


def _said(text: str) -> int:
    """The level that a line names: in JSON or in brackets, as Lambda's two formats have it."""
    if text.startswith("["):
        return _LEVELS.get(text[1:].partition("]")[0], logging.INFO)
    if not text.startswith("{"):
        return logging.INFO
    try:
        level = json.loads(text).get("level")
    except ValueError:
        return logging.INFO
    return _LEVELS.get(str(level).upper(), logging.INFO)
