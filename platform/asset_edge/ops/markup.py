"""How a value of anybody's is put into a pull request's comment, so that it stays a value."""

import re
from typing import Any
from urllib.parse import quote

from asset_edge.ops.sentences import LONGEST_VALUE, Sentence, shown

_ACTIVE = frozenset("\\`*_{}[]<>#!|~@:&\"'^$")
"""What Markdown, HTML or GitHub's own notation (mentions, links, emoji, mathematics) gives a meaning to."""

_WWW = re.compile(r"(?i)(www)\.")


def code(value: Any, most: int = LONGEST_VALUE) -> str:
    """A value as inline code. Every active character is a numeric reference, which can end nothing and start
    nothing (CommonMark, "Entity and numeric character references"); GitHub links nothing inside code.
    """
    text = "".join(f"&#{ord(one)};" if one in _ACTIVE else one for one in shown(value, most))
    linkless = _WWW.sub(r"\1&#46;", text)
    return f"<code>{linkless}</code>"


def sentence(one: Sentence, most: int = LONGEST_VALUE) -> str:
    """A sentence with its values as code."""
    return one.template.format(*(code(value, most) for value in one.values))


def marker(project: str, stack: str) -> str:
    """What a comment is found by, to be written over: the same for every diff of a stack.

    An HTML comment ends at `-->` and may hold no `--`, so nothing but what is harmless in an address stays.
    """
    home = "/".join(quote(part, safe="", errors="backslashreplace") for part in (project, stack))
    return f"<!-- asset-edge diff {re.sub('-(?=-)', '%2D', home)} -->"
