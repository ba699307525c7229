"""What an argument with a fixed list of values may be; a refusal names them all."""

import re
from collections.abc import Collection, Hashable

from asset_edge.errors import ArgumentError

HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A field name (RFC 9110, section 5.1)."""


def check_choice(what: str, value: Hashable, allowed: Collection[Hashable]) -> None:
    """Refuses a value that is not in the list."""
    if value not in allowed:
        known = ", ".join(str(choice) for choice in allowed)
        raise ArgumentError(f"{what} is {value!r}; it may be {known}. Use one of them")


def check_range(what: str, value: float, lowest: float, highest: float) -> None:
    """Refuses a number outside the range."""
    if not lowest <= value <= highest:
        raise ArgumentError(
            f"{what} is {value}; it may be {lowest} to {highest}. Choose a number in that range"
        )


def check_most(what: str, count: int, most: int, remedy: str) -> None:
    """Refuses more of a thing than its quota."""
    if count > most:
        raise ArgumentError(f"{count} {what}; CloudFront takes at most {most}. {remedy}")


def check_header_name(what: str, name: str) -> None:
    """Refuses what is no HTTP header name."""
    if not HEADER_NAME.fullmatch(name):
        raise ArgumentError(
            f"{what} is {name!r}; a header name has letters, digits and hyphens. Give the name alone"
        )
