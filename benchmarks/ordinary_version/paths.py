"""A path in one spelling, and the behaviour that covers it."""

import posixpath
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import quote, unquote


def canonical(uri: str) -> str:
    return quote(posixpath.normpath(unquote(uri, errors="strict")), safe="/-._~")


def behavior_of(config: dict[str, Any], path: str) -> dict[str, Any] | None:
    key = unquote(path)
    return next((one for one in config["behaviors"] if fnmatchcase(key, one["path_pattern"])), None)
