"""What is said of a change: a sentence of ours with values of others in it, and how dangerous it is."""

import json
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

LONGEST_VALUE = 160
"""Characters of one value that are shown."""


class Risk(IntEnum):
    """How closely a reviewer should look, the most dangerous last."""

    LOW = 1
    MEDIUM = 2
    """Viewers or operators will notice."""

    HIGH = 3
    """Something is exposed, or may stop serving."""

    LOSS = 4
    """Something that holds data would be replaced, deleted or lose its protection."""


@dataclass(frozen=True)
class Sentence:
    """`template` is ours and holds a `{}` for each of `values`, which are anybody's."""

    risk: Risk
    template: str
    values: tuple[Any, ...] = ()
    of: tuple[str, ...] = ()
    """The paths that it tells all of."""

    def plain(self) -> str:
        """In one line, without any markup."""
        return self.template.format(*map(shown, self.values))


def say(risk: Risk, template: str, *values: Any, of: tuple[str, ...] = ()) -> Sentence:
    """A sentence about the inputs `of`."""
    return Sentence(risk, template, values, of)


def shown(value: Any, most: int = LONGEST_VALUE) -> str:
    """A value in one line: what cannot be seen is spelled out, what is long is cut."""
    text = value if isinstance(value, str) else _written(value)
    # Cut first: each character may become ten.
    text = text if len(text) <= most else f"{text[: most - 1]}…"
    return "".join(map(_visible, text)) or '""'


def _written(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, tuple | list) and all(isinstance(item, str) for item in value):
        return ", ".join(value) or "nothing"
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def _visible(character: str) -> str:
    """Control and format characters could move the cursor or turn the line around."""
    if character == "\n":
        return "\\n"
    if unicodedata.category(character)[0] == "C" or unicodedata.category(character) in ("Zl", "Zp"):
        return f"\\u{ord(character):04x}"
    return character
