"""What can be baked into an edge function's zip, checked when it is made and written as JSON.

Lambda@Edge has no environment variables, so the stack writes this beside the code, where `baked` reads it.
Weights are absent on purpose: live DNS owns them.
"""

import json
import re
from dataclasses import asdict, dataclass
from typing import Literal

from .baked import FILE, ConfigError
from .config_reading import record
from .config_records import (
    Affinity,
    Behavior,
    CacheRule,
    CountryLibrary,
    Embargo,
    EmbargoMode,
    HeaderIs,
    ImageService,
    Jwk,
    Libraries,
    MasterKey,
    Redirect,
    RegionalBucket,
    Registry,
    Territory,
    Unknown,
    check_unique,
)

__all__ = [
    "CONFIG_FILE",
    "Affinity",
    "Behavior",
    "CacheRule",
    "ConfigError",
    "CountryLibrary",
    "EdgeConfig",
    "Embargo",
    "EmbargoMode",
    "HeaderIs",
    "ImageService",
    "Jwk",
    "Libraries",
    "MasterKey",
    "OriginAuth",
    "Redirect",
    "RegionalBucket",
    "Registry",
    "Strategy",
    "Territory",
    "Unknown",
    "dumps",
    "has_room_for_libraries",
    "is_ambiguous",
    "is_taken",
    "loads",
]

CONFIG_FILE = f"handlers/edge/{FILE}"
"""Its name inside the zip."""

Strategy = Literal["rendezvous", "dns"]
"""How a bucket is chosen: weighted rendezvous hashing over beacons, or the weighted name's answer."""

OriginAuth = Literal["sigv4", "static"]
"""Who may read the chosen bucket: the function signs, or the distribution's own origins serve unchosen."""

_LONGEST_DNS_TIMEOUT_SECONDS = 5.0
_HEADER_NAME = re.compile("[A-Za-z0-9-]{1,64}")
_TAKEN_HEADER_NAME = re.compile(
    "access-control-.*|age|allow|alt-svc|cache-control|cloudfront-.*|connection|content-.*|date|etag|expect"
    "|expires|keep-alive|last-modified|link|location|pragma|proxy-.*|referrer-policy|retry-after|server"
    "|server-timing|set-cookie|strict-transport-security|te|trailer|transfer-encoding|upgrade|vary|via"
    "|warning|www-authenticate|x-(accel|amzn|edge)-.*|x-amz-(?!meta-).*|x-asset-edge-region|x-cache"
    "|x-content-type-options|x-forwarded-proto|x-frame-options|x-real-ip|x-xss-protection",
    re.IGNORECASE,
)
_AMBIGUOUS = re.compile(r"\*+[/?].*")
_WITH_ROOM = re.compile(r"\*[^/?]*|[^/*?]+/\*.*")


@dataclass(frozen=True, kw_only=True)
class EdgeConfig:
    """Everything baked; a value that can never work is refused when it is made."""

    buckets: tuple[RegionalBucket, ...]
    strategy: Strategy = "rendezvous"
    weighted_name: str | None = None
    """The weighted CNAME; needed by the `dns` strategy."""

    origin_auth: OriginAuth = "sigv4"
    affinity: Affinity = "object"
    behaviors: tuple[Behavior, ...] = ()
    name_servers: tuple[str, ...] = ()
    """`host` or `host:port` each; empty means the system's."""

    dns_timeout_seconds: float = 1.0
    """The longest that one choice waits for DNS."""

    registry: Registry | None = None
    """None: nobody is asked, every asset counts as published."""

    embargo: Embargo | None = None
    """The keys. Baked into viewer-request alone: whoever may read its code may mint tokens."""

    territories: tuple[Territory, ...] = ()
    libraries: tuple[Libraries, ...] = ()
    image_services: tuple[ImageService, ...] = ()
    cache_rules: tuple[CacheRule, ...] = ()
    cache_tag_header: str | None = None
    """The response header that carries cache tags; None: there are none."""

    logged_share: float = 0.01
    """Of the requests whose decisions are logged; failures and refusals always are."""

    def __post_init__(self) -> None:
        """Refuses what loads but cannot work."""
        regions = [bucket.region for bucket in self.buckets]
        if not regions:
            raise ConfigError("buckets is empty; at least one is needed. Name the stack's buckets")
        if len(set(regions)) < len(regions):
            raise ConfigError(f"buckets names regions {regions}; each may stand once. Remove the double one")
        if self.strategy == "dns" and not self.weighted_name:
            raise ConfigError(f"weighted_name is {self.weighted_name!r}; strategy 'dns' resolves it. Set it")
        if not 0 < self.dns_timeout_seconds <= _LONGEST_DNS_TIMEOUT_SECONDS:
            raise ConfigError(
                f"dns_timeout_seconds is {self.dns_timeout_seconds}; over 0 and at most "
                f"{_LONGEST_DNS_TIMEOUT_SECONDS} is allowed. 1 suits most"
            )
        if not 0 <= self.logged_share <= 1:
            raise ConfigError(f"logged_share is {self.logged_share}; 0 to 1 is allowed. 0.01 suits most")
        if self.cache_tag_header is not None and not _HEADER_NAME.fullmatch(self.cache_tag_header):
            raise ConfigError(
                f"cache_tag_header is {self.cache_tag_header!r}; 1 to 64 of A-Z, a-z, 0-9 and - are "
                "allowed. Use cache-tag"
            )
        if self.cache_tag_header is not None and is_taken(self.cache_tag_header):
            raise ConfigError(
                f"cache_tag_header is {self.cache_tag_header!r}, which means something else in an answer, or "
                "is CloudFront's own. Use cache-tag"
            )
        for what, named in (
            ("territories", self.territories),
            ("libraries", self.libraries),
            ("cache_rules", self.cache_rules),
        ):
            check_unique(what, [one.name for one in named])
        check_unique("image_services", [one.region for one in self.image_services])
        for behavior in self.behaviors:
            _check_behavior(self, behavior)


def is_taken(header_name: str) -> bool:
    """Whether a header of that name means something in an answer already, or may be CloudFront's alone.

    Source: Amazon CloudFront Developer Guide, "Restrictions on edge functions" (disallowed and read-only
    headers).
    """
    return _TAKEN_HEADER_NAME.fullmatch(header_name) is not None


def is_ambiguous(path_pattern: str) -> bool:
    """Whether CloudFront and the functions could differ on a path: `*/a` on `/a`, `*?a` on `/a`."""
    return _AMBIGUOUS.fullmatch(path_pattern) is not None


def has_room_for_libraries(path_pattern: str) -> bool:
    """Whether the pattern covers an asset's path in any library when it covers the path that is asked for.

    If not, what is decided for the one would not hold for the other, where the object is.
    """
    pattern = path_pattern.removeprefix("/")
    return "%2f" not in pattern.lower() and _WITH_ROOM.fullmatch(pattern) is not None


def _check_behavior(config: EdgeConfig, behavior: Behavior) -> None:
    where = f"behavior {behavior.path_pattern}"
    if is_ambiguous(behavior.path_pattern):
        raise ConfigError(
            f"{where} may or may not cover a path that begins where its star ends: it is not written down "
            "whether CloudFront's star can be nothing there. Use two, such as /private/* and /*/private/*"
        )
    _check_named(where, "territory", behavior.territory, [one.name for one in config.territories])
    _check_named(where, "library", behavior.library, [one.name for one in config.libraries])
    if behavior.library is not None and not has_room_for_libraries(behavior.path_pattern):
        raise ConfigError(
            f"{where} has a library, whose objects lie out of its reach: the library stands behind the first "
            "segment of a path. A pattern such as /video/* or *.m3u8 covers both"
        )
    if behavior.registry and config.registry is None:
        raise ConfigError(f"{where} asks the registry; there is none. Set registry")
    if behavior.embargo == "unpublished" and not behavior.registry:
        raise ConfigError(
            f"{where} has embargo 'unpublished' without the registry, which alone knows what is published. "
            "Set registry, or embargo 'all'"
        )
    if behavior.transforms and not config.image_services:
        raise ConfigError(f"{where} has transforms; there is no image service. Set image_services")
    if behavior.embargo in {"unpublished", "all"} and _redirects(config, behavior):
        raise ConfigError(
            f"{where} has embargo {behavior.embargo!r} and a territory that redirects; the token is gone by "
            "then. Leave one of them out"
        )


def _redirects(config: EdgeConfig, behavior: Behavior) -> bool:
    return any(one.redirects for one in config.territories if one.name == behavior.territory)


def _check_named(where: str, what: str, name: str | None, known: list[str]) -> None:
    if name is not None and name not in known:
        raise ConfigError(
            f"{where} has {what} {name!r}; known are {', '.join(known) or 'none'}. Name one, or add it"
        )


def dumps(config: EdgeConfig) -> str:
    """The JSON text of `config`: equal configurations give equal texts."""
    return json.dumps(asdict(config), sort_keys=True, indent=1) + "\n"


def loads(text: str) -> EdgeConfig:
    """The configuration that `dumps` wrote; anything else is a `ConfigError` that names the key."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise ConfigError(f"configuration is not JSON: {error}; write it with dumps") from error
    return record(EdgeConfig, raw, "")
