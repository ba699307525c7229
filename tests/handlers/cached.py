"""Answers of an origin, and the configuration under which cachecontrol decides how long they are kept."""

from typing import Any

from asset_edge.handlers.edge import baked, cachecontrol, config
from asset_edge.handlers.edge.cachecontrol import CacheAnswer
from asset_edge.handlers.edge.config import (
    Behavior,
    CacheRule,
    CountryLibrary,
    EdgeConfig,
    Embargo,
    Libraries,
    RegionalBucket,
    Registry,
    Territory,
)

BUCKET = RegionalBucket(region="eu-west-1", bucket="b", domain_name="b.example", beacon="b.example")

VIDEO = (
    CacheRule(
        name="manifest",
        content_types=("application/vnd.apple.mpegurl", "application/dash+xml"),
        max_age_seconds=5,
        tags=("manifests",),
    ),
    CacheRule(name="segment-file", path_pattern="*.m4s", max_age_seconds=86_400, immutable=True),
    CacheRule(
        name="segment",
        content_types=("video/mp2t", "video/iso.segment"),
        max_age_seconds=86_400,
        immutable=True,
        tags=("segments", "video"),
    ),
)
"""A video library: manifests are short-lived, segments never change."""

MANIFEST = "public, max-age=5"
SEGMENT = "public, max-age=86400, immutable"

PUBLIC = Behavior(path_pattern="*")
REVOCABLE = [
    Behavior(path_pattern="*", embargo="preparing"),
    Behavior(path_pattern="*", embargo="unpublished", registry=True),
    Behavior(path_pattern="*", embargo="all"),
    Behavior(path_pattern="*", territory="t"),
    Behavior(path_pattern="*", library="l"),
]


KINDS = [behavior.embargo + str(behavior.territory or behavior.library) for behavior in REVOCABLE]


def edge(*rules: CacheRule, tag_header: str | None = None) -> Any:
    """The configuration as it is baked."""
    whole = EdgeConfig(
        buckets=(BUCKET,),
        behaviors=(PUBLIC, *REVOCABLE),
        registry=Registry(table="assets", regions=("eu-west-1",)),
        embargo=Embargo(),
        territories=(Territory(name="t"),),
        libraries=(Libraries(name="l", by_country=(CountryLibrary(country="DE", library="eu"),)),),
        cache_rules=rules,
        cache_tag_header=tag_header,
    )
    return baked.read(config.dumps(whole))


def sent(**values: str | list[str]) -> Any:
    """Headers in an event's form; `_` stands for `-`."""
    named = {name.replace("_", "-"): value for name, value in values.items()}
    return {
        name: [{"key": name.title(), "value": one} for one in ([value] if isinstance(value, str) else value)]
        for name, value in named.items()
    }


def decide(
    *rules: CacheRule,
    behavior: Behavior = PUBLIC,
    path: str = "/a/b.bin",
    status: str = "200",
    headers: Any = None,
    query: str = "",
    row_rule: str | None = None,
    row_tags: tuple[str, ...] = (),
    tag_header: str | None = None,
) -> CacheAnswer:
    return cachecontrol.decide(
        edge(*rules, tag_header=tag_header),
        behavior,
        path,
        status,
        headers or {},
        query=query,
        row_rule=row_rule,
        row_tags=row_tags,
    )


def typed(content_type: str) -> dict[str, Any]:
    """For `decide`: an answer of that type."""
    return {"headers": sent(content_type=content_type)}
