"""Which headers an edge function may add, change and remove at each trigger."""

import re
from collections.abc import Mapping
from typing import Any

from asset_edge.emulator.rulebook import (
    CLOUDFRONT_HEADER,
    DISALLOWED_HEADER,
    DISALLOWED_HEADERS,
    DISALLOWED_PREFIXES,
    HEADER_FORM,
    READ_ONLY_HEADER,
    READ_ONLY_HEADERS,
    refuse,
)
from asset_edge.handlers.edge.events import EventType

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]*")


def check_headers(trigger: EventType, before: Mapping[str, Any], after: object) -> None:
    """Raises `LimitExceeded` unless the header map `before` may become `after`."""
    if not isinstance(after, dict):
        refuse(HEADER_FORM, f"headers is {after!r}", trigger)
    for name, values in after.items():
        if name not in before or before[name] != values:
            check_form(trigger, name, values)
            _check_name(trigger, name)
    for name in READ_ONLY_HEADERS[trigger]:
        if _values(before.get(name)) != _values(after.get(name)):
            refuse(READ_ONLY_HEADER, f"header {name!r} is not as it came", trigger)


def check_form(trigger: EventType, name: object, values: object) -> None:
    """Raises `LimitExceeded` unless this can be an entry of a header map."""
    if not isinstance(name, str) or not _TOKEN.fullmatch(name):
        refuse(HEADER_FORM, f"header name is {name!r}", trigger)
    if not isinstance(values, list) or not values or not all(_is_value(name, value) for value in values):
        refuse(HEADER_FORM, f"header {name!r} is {values!r}", trigger)


def is_disallowed(name: str) -> bool:
    """Whether CloudFront keeps the lower-case `name` to itself."""
    return name in DISALLOWED_HEADERS or name.startswith(DISALLOWED_PREFIXES)


def is_read_only(trigger: EventType, name: str) -> bool:
    """Whether the lower-case `name` may only be handed back as it came."""
    return name in READ_ONLY_HEADERS[trigger]


def size(headers: Mapping[str, Any]) -> int:
    """Bytes of names and values in a well-formed header map."""
    return sum(
        len(name) + len(one["value"].encode(errors="surrogatepass"))
        for name, values in headers.items()
        for one in values
    )


def _check_name(trigger: EventType, name: str) -> None:
    if is_disallowed(name):
        refuse(DISALLOWED_HEADER, f"header {name!r} is set", trigger)
    if trigger == "viewer-request" and name.startswith("cloudfront-"):
        refuse(CLOUDFRONT_HEADER, f"header {name!r} is set", trigger)


def _is_value(name: str, value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("value"), str):
        return False
    key = value.get("key", name)
    # Outside ASCII are letters whose lower case is in it: a Kelvin sign is no k.
    is_name = isinstance(key, str) and key.isascii() and key.lower() == name
    return is_name and _VALUE.fullmatch(value["value"]) is not None


def _values(entries: Any) -> list[Any]:
    """Values alone: the spelling of a name may be left out on the way back."""
    return [entry.get("value") for entry in entries or []]
