"""How the CloudFront API writes a list: with its length beside it, or with no items at all."""

from collections.abc import Mapping
from typing import Any


def items(config: Mapping[str, Any], name: str) -> list[Any]:
    """The items of the list of that name; none where it is absent or empty."""
    return list((config.get(name) or {}).get("Items") or ())
