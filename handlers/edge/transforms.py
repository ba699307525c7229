"""What is asked of the image service: one canonical query for each transformation, none, or a refusal.

The query string is in the cache key, so two spellings of one transformation would be two objects, and what
means nothing would make a third. In the canonical query

1. only parameters of the image API stand, in a fixed order, once each, their values in one spelling;
2. `fm=auto` has become the format that the viewer's Accept header allows, or nothing;
3. defaults are absent, and so is what has no effect beside the rest: `fit` without a size, `f` with a `fit`
   that has no focus, `bg` with nothing to fill, a flag of another format, `q` of a PNG, which has no losses;
4. every byte but unreserved characters is percent-encoded, as Signature Version 4 wants it.

Refused are a parameter of the API with a value that it does not have, or that stands twice, and a query
string over 2,048 characters. The original's format is not known here: a flag alone is for whichever it has.
Source: Contentful, "Images API reference".
"""

from __future__ import annotations

from .paths import decoded
from .transform_values import AUTO, FOCUS_BY_DEFAULT, NOT_ROUNDED, READ, best_format

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .config import EdgeConfig, ImageService

LONGEST_QUERY = 2048
"""Characters. What is known takes less than 200."""

_RASTER = frozenset({"jpg", "jpeg", "png", "webp", "gif", "avif", "tif", "tiff"})
_FOCUSED = frozenset({"thumb", "fill", "crop", "pad"})
_FORMAT_OF_FLAG = {"progressive": "jpg", "png8": "png"}


def canonical(query: str, accept: str | None) -> str | None:
    """The query string that stands for the transformation `query` asks for.

    Empty where it asks for none; None where it asks for what there is not (answer 400). Idempotent, whatever
    `accept` is the second time.
    """
    if not query:
        return ""
    asked = _asked(query) if len(query) <= LONGEST_QUERY else None
    if asked is None:
        return None
    meant = _meant(asked, accept)
    return "&".join([f"{name}={meant[name].replace(':', '%3A')}" for name in READ if name in meant])


def variant_of(path: str, query: str, accept: str | None) -> str | None:
    """As `canonical`, of what lies at a canonical path: what is no raster image has no transformation."""
    return canonical(query, accept) if is_raster(path) else ""


def is_raster(path: str) -> bool:
    """Whether a canonical path names an image that can be transformed: by its extension, in any case."""
    return path.rpartition(".")[2].lower() in _RASTER


def service_of(config: EdgeConfig, region: str) -> ImageService | None:
    """The image service of a region; None where it has none."""
    return next((service for service in config.image_services if service.region == region), None)


def _asked(query: str) -> dict[str, str] | None:
    asked: dict[str, str] = {}
    for pair in query.split("&"):
        written, _, text = pair.partition("=")
        name = _text(written)
        if name not in READ:
            continue
        value = READ[name](_text(text))
        if value is None or name in asked:
            return None
        asked[name] = value
    return asked


def _text(part: str) -> str:
    """Nothing where it cannot be decoded: nothing is no name and no value."""
    try:
        return decoded(part)
    except ValueError:
        return ""


def _meant(asked: dict[str, str], accept: str | None) -> dict[str, str]:
    """Without what has no effect. The order counts: what is dropped gives no meaning to the rest."""
    if asked.get("fm") == AUTO:
        _set_or_drop(asked, "fm", best_format(accept))
    sized, format_ = "w" in asked or "h" in asked, asked.get("fm")
    fit = asked.get("fit") if sized else None
    _set_or_drop(asked, "fit", fit)
    if fit not in _FOCUSED or asked.get("f") == FOCUS_BY_DEFAULT:
        asked.pop("f", None)
    if asked.get("r") == NOT_ROUNDED:
        del asked["r"]
    if fit != "pad" and "r" not in asked:
        asked.pop("bg", None)
    if format_ == "png":
        asked.pop("q", None)
    if format_ not in (None, _FORMAT_OF_FLAG.get(asked.get("fl", ""))):
        asked.pop("fl", None)
    return asked


def _set_or_drop(asked: dict[str, str], name: str, value: str | None) -> None:
    if value is None:
        asked.pop(name, None)
    else:
        asked[name] = value
