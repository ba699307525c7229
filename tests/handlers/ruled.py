"""A configuration with a path for every decision, and events, tokens and registries for it.

Its keys and its licence are those of `deciding`; its paths cross what can be decided in other ways.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from asset_edge.handlers.edge import baked, config, origin_request, origin_response, viewer_request
from asset_edge.handlers.edge.bucket_choice import Edge
from asset_edge.handlers.edge.config import (
    Behavior,
    CacheRule,
    CountryLibrary,
    ImageService,
    Libraries,
    Registry,
)
from asset_edge.handlers.edge.registry_rows import MISSING, UNREACHABLE, NoRow, Row
from asset_edge.handlers.edge.routing import Candidate
from tests.handlers import deciding, golden
from tests.handlers.deciding import HOST

EU, US = (bucket.region for bucket in golden.CONFIG.buckets)
NOW = float(deciding.NOW)
TAG_HEADER = "cache-tag"

BEHAVIORS = (
    Behavior(path_pattern="/private/*", embargo="all"),
    Behavior(path_pattern="/drafts/*", embargo="unpublished", registry=True),
    Behavior(path_pattern="/moving/*", embargo="preparing", registry=True),
    Behavior(path_pattern="/licensed/*", territory="world", registry=True),
    Behavior(path_pattern="/shown/*", territory="world"),
    Behavior(path_pattern="/claims/*", embargo="all", country_claims=True),
    Behavior(path_pattern="/video/*", library="films", registry=True, registry_segments=2),
    Behavior(path_pattern="/series/*", library="series", embargo="all"),
    Behavior(path_pattern="/images/*", transforms=True),
    Behavior(path_pattern="/press/*", transforms=True, embargo="all", registry=True),
    Behavior(path_pattern="/known/*", registry=True),
)

REGISTRY = Registry(table="assets", regions=(EU, US))

CONFIG = replace(
    golden.CONFIG,
    behaviors=BEHAVIORS,
    embargo=deciding.CONFIG.embargo,
    registry=REGISTRY,
    territories=deciding.CONFIG.territories,
    libraries=(
        Libraries(
            name="films",
            by_country=(
                CountryLibrary(country="DE", library="eu"),
                CountryLibrary(country="US", library="us"),
            ),
            languages=("en", "de"),
        ),
        Libraries(name="series", default="world", granted=("kids",)),
    ),
    image_services=tuple(
        ImageService(region=region, domain_name=f"images.lambda-url.{region}.on.aws") for region in (EU, US)
    ),
    cache_rules=(
        CacheRule(name="quick", path_pattern="/quick/*", max_age_seconds=5),
        CacheRule(name="news", path_pattern="/nowhere", max_age_seconds=30, tags=("news",)),
    ),
    cache_tag_header=TAG_HEADER,
    logged_share=1.0,
)
BAKED = baked.read(config.dumps(CONFIG))

PUBLISHED = Row("published")


class Known:
    """A registry that knows these rows."""

    def __init__(self, rows: Mapping[str, Row | NoRow], otherwise: Row | NoRow = MISSING) -> None:
        self.rows = rows
        self.otherwise = otherwise
        self.asked: list[str] = []
        self.failure: str | None = None

    def look_up(self, key: str) -> Row | NoRow:
        self.asked.append(key)
        return self.rows.get(key, self.otherwise)


def always(found: Row | NoRow) -> Known:
    return Known({}, found)


def edge(registry: Any = None, **changes: Any) -> Edge:
    """What origin-request rests on, fixed, but for what a test changes."""
    told: dict[str, Any] = {
        "config": BAKED,
        "candidates": lambda: [Candidate(EU, 200, True), Candidate(US, 55, True)],
        "environment": {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "made-up"},
        "epoch_seconds": lambda: NOW,
        "registry": lambda: registry or always(PUBLISHED),
    }
    return Edge(**{**told, **changes})


def token(path: str, **claims: Any) -> str:
    """An issuer's token for a path of the host, good for an hour."""
    return deciding.token(f"https://{HOST}{path}", **claims)


def viewer_event(uri: str, query: str = "", **headers: str) -> dict[str, Any]:
    return _event("viewer-request.root", uri, query, {"host": HOST, **headers})


def origin_event(uri: str, query: str = "", **headers: str) -> dict[str, Any]:
    return _event("origin-request.s3", uri, query, headers)


def second_run(uri: str, **headers: str) -> dict[str, Any]:
    """The event that the second member of the origin group gets."""
    return _event("origin-request.s3-replica", uri, "", headers)


def _event(name: str, uri: str, query: str, headers: Mapping[str, str]) -> dict[str, Any]:
    found = golden.event(name)
    request = found["Records"][0]["cf"]["request"]
    request |= {"uri": uri, "querystring": query}
    for header, value in headers.items():
        written = header.replace("_", "-")
        request["headers"][written] = [{"key": written, "value": value}]
    return found


def viewed(event: object, edge_config: Any = BAKED, now: Callable[[], float] = lambda: NOW) -> Any:
    return viewer_request.answer(event, lambda: edge_config, now)


def sent(event: object, edge: Edge) -> Any:
    return origin_request.answer(event, lambda: edge)


def responded(request: Mapping[str, Any], status: str = "200", **headers: str) -> Any:
    """What origin-response makes of an origin's answer to the request as it was sent."""
    event = golden.event("origin-response.200")
    record = event["Records"][0]["cf"]
    record["request"] = request
    told = {name.replace("_", "-"): [{"value": value}] for name, value in headers.items()}
    record["response"] = {"status": status, "statusDescription": "", "headers": told}
    return origin_response.answer(event, BAKED)


def lines(text: str) -> list[dict[str, Any]]:
    """What was logged."""
    return [json.loads(line) for line in text.splitlines()]


__all__ = ["MISSING", "UNREACHABLE"]
