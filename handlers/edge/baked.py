"""What an edge function knows without asking: the configuration in its zip, as it is read there.

`config` checked it when the stack wrote it, and nothing is checked again: the dataclasses that did so take
longer to load than all the rest of a function.
"""

from __future__ import annotations

import json
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
    """The configuration beside this module, a zip included; read once.

    Asks the module's own loader, as `pkgutil.get_data` does, whose import would cost as much as this module.
    """
    loader: Any = __spec__.loader
    try:
        return read(loader.get_data(__file__.removesuffix("baked.py") + FILE))
    except OSError as error:
        raise ConfigError(
            f"{FILE} is not in {__package__}; the bundle must hold it. Write it with dumps"
        ) from error


def read(text: str | bytes) -> EdgeConfig:
    """What `config.dumps` wrote: every attribute of the original, tuples as lists."""
    found: EdgeConfig = json.loads(text, object_hook=lambda values: SimpleNamespace(**values))
    return found
