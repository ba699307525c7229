"""What each parameter of the image API may say, and the one way in which it is written.

Source: Contentful, "Images API reference": sizes of 1 to 4,000 pixels, qualities of 1 to 100. Of ours is
`fm=auto`: the best format that the viewer takes.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Read = Callable[[str], str | None]
    """The value in its one spelling; None where it is none."""

LARGEST_PIXELS = 4000
LONGEST_ACCEPT = 1024
"""Characters of an Accept header that are read; a longer one is taken to name no format."""

AUTO = "auto"
FOCUS_BY_DEFAULT = "center"
NOT_ROUNDED = "0"

_LARGEST_QUALITY = 100
_FITS = frozenset({"pad", "fill", "scale", "crop", "thumb"})
_SIDES = frozenset({"top", "right", "bottom", "left", "top_right", "top_left", "bottom_right", "bottom_left"})
_FOCUSES = _SIDES | {FOCUS_BY_DEFAULT, "face", "faces"}
_FORMATS = frozenset({"jpg", "png", "webp", "gif", "avif", "tiff", AUTO})
_FLAGS = frozenset({"progressive", "png8"})
_COLOR_PREFIX = "rgb:"
_HEX = frozenset("0123456789abcdef")
_COLOR_DIGITS = 6
_PREFERRED = (("image/avif", "avif"), ("image/webp", "webp"))
"""The smaller first: what viewers rather take says how well they show it, not what it weighs."""

_WEIGHT = r"1(?:\.0{0,3})?|0\.(?!0*$)[0-9]{1,3}"
"""Any quality but 0 (RFC 9110, 12.4.2)."""


def best_format(accept: str | None) -> str | None:
    """The `fm` for a viewer with this Accept header; None where the original's format stays.

    Only a format's own name counts: `image/*` and `*/*` stand in the header of every viewer, also of those
    that show neither. A quality of 0, or one that is none, says no.
    """
    if accept is None or len(accept) > LONGEST_ACCEPT:
        return None
    told = [_media_range(part) for part in accept.lower().split(",")]
    refused = {name for name, is_taken in told if not is_taken}
    taken = {name for name, _ in told} - refused
    return next((fm for name, fm in _PREFERRED if name in taken), None)


def _media_range(part: str) -> tuple[str, bool]:
    name, *parameters = [piece.strip(" \t") for piece in part.split(";")]
    pairs = [parameter.partition("=") for parameter in parameters]
    weights = [value.strip(" \t") for key, _, value in pairs if key.strip(" \t") == "q"]
    return name, all(re.fullmatch(_WEIGHT, weight) for weight in weights)


def _whole_number(text: str, largest: int) -> str | None:
    """`text` if it is 1 to `largest`, written in ASCII digits without a sign or leading zeros."""
    plain = text.isascii() and text.isdigit() and text[0] != "0"
    return text if plain and int(text) <= largest else None


def _pixels(text: str) -> str | None:
    return _whole_number(text, LARGEST_PIXELS)


def _quality(text: str) -> str | None:
    return _whole_number(text, _LARGEST_QUALITY)


def _radius(text: str) -> str | None:
    """`max`, or pixels. Contentful's Java client writes them as `10.0`, and `0.0` for none."""
    whole = text.removesuffix(".0")
    return text if text == "max" else whole if whole == NOT_ROUNDED else _pixels(whole)


def _color(text: str) -> str | None:
    digits = text.removeprefix(_COLOR_PREFIX).lower()
    good = text.startswith(_COLOR_PREFIX) and len(digits) == _COLOR_DIGITS and _HEX.issuperset(digits)
    return _COLOR_PREFIX + digits if good else None


def _one_of(words: frozenset[str]) -> Read:
    return lambda text: text if text in words else None


READ: Mapping[str, Read] = {
    "w": _pixels,
    "h": _pixels,
    "fit": _one_of(_FITS),
    "f": _one_of(_FOCUSES),
    "fm": _one_of(_FORMATS),
    "q": _quality,
    "r": _radius,
    "bg": _color,
    "fl": _one_of(_FLAGS),
}
"""Every parameter, in the order of a canonical query; another one means nothing."""
