"""Which of the languages that there are a viewer prefers, from Accept-Language.

A language has the quality of the most specific range that covers it (`de` covers `de-AT`); one that no range
covers, that of the best range which is more specific than it (`de-AT` for `de`); else that of `*`. The best
wins. Among equals the viewer's earlier range does, then the earlier language. One of which the viewer says
nothing comes after those that are wanted, and before those that are refused (`q=0`).

Sources: RFC 9110, 12.5.4 (Accept-Language), 12.4.2 (quality values); RFC 4647, 3.3.1 (basic filtering).
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CHARACTERS = 500
MOST_RANGES = 20
"""Of a header, that are read. Browsers send some ten ranges at most."""

_RANGE = re.compile(
    r"([a-z]{1,8}(?:-[a-z0-9]{1,8})*|\*)[ \t]*(?:;[ \t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?"
)
_REFUSED = (-1.0, 0)


class _Range:
    __slots__ = ("place", "quality", "text")

    def __init__(self, text: str, quality: float, place: int) -> None:
        self.text = text
        self.quality = quality
        self.place = place


_UNTOLD = _Range("", 0.0, 0)


def language_of(accept_language: str | None, languages: Sequence[str]) -> str:
    """One of `languages`; the first where the viewer says nothing that can be read. Bounded in what it reads.

    Never raises; empty where `languages` is.
    """
    ranges = _ranges(accept_language or "")
    rated = [(*_rating(language.lower(), ranges), language) for language in languages]
    best = max(rated, key=lambda one: one[:2], default=None)
    return best[2] if best else ""


def _ranges(header: str) -> list[_Range]:
    """Those that can be read, in the viewer's order; what cannot is left out, and so is a cut one."""
    texts = header[:MOST_CHARACTERS].lower().split(",")
    if len(header) > MOST_CHARACTERS:
        del texts[-1]
    found = [_RANGE.fullmatch(text.strip(" \t")) for text in texts[:MOST_RANGES]]
    return [_Range(one[1], float(one[2] or 1), place) for place, one in enumerate(found) if one]


def _rating(language: str, ranges: list[_Range]) -> tuple[float, int]:
    """Quality from 0 to 1, and how early it was told: the larger the earlier. Below 0: it is refused."""
    chosen = _deciding(language, ranges)
    return (chosen.quality, -chosen.place) if chosen.quality or chosen is _UNTOLD else _REFUSED


def _deciding(language: str, ranges: list[_Range]) -> _Range:
    covering = [one for one in ranges if _covers(one.text, language)]
    narrower = [one for one in ranges if _covers(language, one.text) and one.quality]
    return (
        max(covering, key=lambda one: (len(one.text), one.quality), default=None)
        or max(narrower, key=lambda one: one.quality, default=None)
        or next((one for one in ranges if one.text == "*"), _UNTOLD)
    )


def _covers(wide: str, narrow: str) -> bool:
    return f"{narrow}-".startswith(f"{wide}-")
