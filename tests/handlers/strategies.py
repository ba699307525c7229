"""Hypothesis strategies: events as CloudFront could send them with hostile content, and mangled ones.

An event is built from bytes that choose among the pieces in `hostile`, and from one free text: two draws,
where one for every choice would take longer than what is tested. All zeros are the plainest event, so that a
failing one still shrinks.
"""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar

from hypothesis import strategies as st

from asset_edge.emulator.header_rules import is_disallowed, size
from asset_edge.handlers.edge.events import EVENT_TYPES, EventType
from tests.handlers import hostile
from tests.handlers.deciding import CONFIG, HOST

Json = Any
_T = TypeVar("_T")

SCALAR = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8))
JSON = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
LARGEST = 32_768
"""Bytes of headers and query string in a request; CloudFront itself refuses a larger one."""

_CHOICES = st.binary(min_size=64, max_size=64)
_FREE = st.text(max_size=12)
_METHODS = ["GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"]
_ADDRESSES = ["203.0.113.178", "2001:db8::1", "2001:0db8:85a3:0:0:8a2e:0370:7334", "::ffff:192.0.2.1"]
_REQUEST_IDS = ["an-id==", "", "ü", "x" * 56]
_DOMAIN_NAMES = [
    *(bucket.domain_name for bucket in CONFIG.buckets),
    *(service.domain_name for service in CONFIG.image_services),
    "example.org",
]
_ROLES = [("x-origin-role", "primary"), ("x-origin-role", "replica"), ("x-secret", "x")]
_STATUSES = ["200", "206", "304", "400", "403", "404", "429", "500", "502", "503", "504"]
_PARAMETERS = [*hostile.PARAMETERS, *("q" * length for length in (8_150, 8_185, 8_191))]
_ELSE: Sequence[Json] = [
    None,
    True,
    0,
    -1,
    1e300,
    "",
    "x",
    "\ud800",
    [],
    [None],
    {},
    {"": ""},
    [[]],
    [{}],
    "é",
    "/",
]
_ELSE = [*_ELSE, {"key": "A", "value": "b"}, [{"key": "A"}], [{"value": 1}], [{"value": None}], "x" * 9000]


class Choices:
    """Choices that bytes stand for; what is left when they are used up is the first of everything."""

    def __init__(self, raw: bytes) -> None:
        self._left = int.from_bytes(raw)

    def number(self, most: int) -> int:
        """From 0 to `most`."""
        self._left, chosen = divmod(self._left, most + 1)
        return chosen

    def one(self, options: Sequence[_T]) -> _T:
        return options[self.number(len(options) - 1)]

    def some(self, options: Sequence[_T], most: int) -> list[_T]:
        return [self.one(options) for _ in range(self.number(most))]


def events(trigger: EventType) -> st.SearchStrategy[Json]:
    """An event of that trigger, in CloudFront's shape."""
    return st.builds(partial(_event, trigger), _CHOICES, _FREE)


def mangle(value: Json) -> st.SearchStrategy[Json]:
    """`value`, of which one part, at any depth, is something else or gone."""
    return st.builds(
        partial(_mangled, value), st.integers(0, 9_999), st.sampled_from(_ELSE) | JSON | st.just(...)
    )


def mangled() -> st.SearchStrategy[Json]:
    """Any JSON, or an event of any trigger with one part mangled."""
    whole = st.builds(_event, st.sampled_from(EVENT_TYPES), _CHOICES, _FREE)
    pool = st.sampled_from([*_ELSE, ..., ...])
    parts = st.one_of(pool, pool, pool, JSON)
    part = st.builds(_mangled, whole, st.integers(0, 9_999), parts)
    return st.one_of(part, part, part, part, part, JSON)


def _event(trigger: EventType, raw: bytes, free: str) -> Json:
    choices = Choices(raw)
    config = {
        "distributionDomainName": HOST,
        "distributionId": "EDFDVBD6EXAMPLE",
        "eventType": trigger,
        "requestId": choices.one(_REQUEST_IDS),
    }
    request = _request(choices, free)
    if trigger.startswith("origin-"):
        request["origin"] = _origin(choices)
    if trigger.endswith("-request") and choices.number(1):
        request["body"] = {
            "inputTruncated": False,
            "action": "read-only",
            "encoding": "base64",
            "data": "eA==",
        }
    response = {"response": _response(choices, free)} if trigger.endswith("-response") else {}
    return {"Records": [{"cf": {"config": config, "request": request, **response}}]}


def _request(choices: Choices, free: str) -> Json:
    request = {
        "clientIp": choices.one(_ADDRESSES),
        "method": choices.one(_METHODS),
        "uri": _uri(choices, free),
        "querystring": "&".join(choices.some([*_PARAMETERS, free], 4)),
        "headers": _headers(choices, hostile.REQUEST_HEADERS, free),
    }
    while (room := LARGEST - size(request["headers"]) - len(request["querystring"].encode())) < 0:
        request["headers"].popitem()
    if choices.number(15) == 15 and room > len("x-full"):
        request["headers"]["x-full"] = [{"key": "X-Full", "value": "f" * (room - len("x-full"))}]
    return request


def _uri(choices: Choices, free: str) -> str:
    if choices.number(2) == 0:
        return choices.one([*hostile.PATHS, f"/{free}"])
    return choices.one(hostile.STARTS) + "/".join(choices.some([*hostile.PIECES, free], 4))


def _headers(choices: Choices, known: Sequence[tuple[str, str]], free: str) -> Json:
    found: dict[str, list[dict[str, str]]] = {}
    for name, value in choices.some([*known, *_of_anyone(free)], 6):
        found.setdefault(name, []).append({"key": name.title(), "value": value})
    return found


def _of_anyone(free: str) -> list[tuple[str, str]]:
    """Headers that nobody has heard of, as far as HTTP has such."""
    value = "".join(letter for letter in free if letter.isprintable())
    name = "".join(letter for letter in value.lower() if letter.isascii() and letter.isalnum())
    named = [(name, value)] if name and not is_disallowed(name) else []
    return [("x-free", value), ("cookie", value), ("accept-language", value), ("accept", value), *named]


def _origin(choices: Choices) -> Json:
    common = {
        "customHeaders": {n: [{"key": n.title(), "value": v}] for n, v in choices.some(_ROLES, 2)},
        "domainName": choices.one(_DOMAIN_NAMES),
        "path": "",
        "readTimeout": choices.one([5, 1, 120]),
    }
    if choices.number(1):
        of_s3 = {
            "authMethod": choices.one(["none", "origin-access-identity"]),
            "region": choices.one(_REGIONS),
        }
        return {"s3": common | of_s3}
    of_custom = {
        "path": choices.one(["", "/base"]),
        "keepaliveTimeout": 5,
        "port": choices.one([443, 80, 8443]),
        "protocol": choices.one(["https", "http"]),
        "sslProtocols": ["TLSv1.2"],
    }
    return {"custom": common | of_custom}


_REGIONS = [bucket.region for bucket in CONFIG.buckets]


def _response(choices: Choices, free: str) -> Json:
    return {
        "status": choices.one([*_STATUSES, str(200 + choices.number(399))]),
        "statusDescription": choices.one(["OK", "", "Nicht verfügbar"]),
        "headers": _headers(choices, hostile.RESPONSE_HEADERS, free),
    }


def _mangled(value: Json, where: int, instead: Json) -> Json:
    """The value with another part at that place; an ellipsis takes it away."""
    value = json.loads(json.dumps(value))
    places = _places(value)
    place, key = places[where % len(places)]
    if instead is ...:
        del place[key]
    else:
        place[key] = instead
    return value


def _places(value: Json) -> list[tuple[Any, Any]]:
    """Every container with every key in it, all the way down."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [found for key in keys for found in [(value, key), *_places(value[key])]]
