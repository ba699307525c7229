"""What an edge function knows without asking: the configuration in its zip, as it is read there.

`config` checked it when the stack wrote it, and nothing is checked again: the dataclasses that did so take
longer to load than all the rest of a function.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from types import SimpleNamespace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .config import EdgeConfig

FILE = "config.json"
"""Its name beside this module."""


class ConfigError(ValueError):
    """The configuration cannot be read; the message names the key or the file."""


@cache
def baked() -> EdgeConfig:
    """The configuration beside this module, a zip included; read once."""
    return baked_in(__package__)


def baked_in(package: str) -> EdgeConfig:
    """The configuration that an imported package holds, read anew.

    Asks the package's own loader, as `pkgutil.get_data` does, whose import would cost as much as this module.
    """
    module = sys.modules[package]
    loader: Any = module.__loader__
    try:
        return read(loader.get_data(f"{module.__path__[0]}/{FILE}"))
    except OSError as error:
        raise ConfigError(
            f"{FILE} is not in {package}; the bundle must hold it. Write it with dumps"
        ) from error


def read(text: str | bytes) -> EdgeConfig:
    """What `config.dumps` wrote: every attribute of the original, tuples as lists."""
    found: EdgeConfig = json.loads(text, object_hook=lambda values: SimpleNamespace(**values))
    return found
